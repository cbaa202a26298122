// How gradients come about: by two products, or in one pass, or in the space of the margins.
#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "../level.hpp"
#include "block_sum.hpp"
#include "gradient.hpp"
#include "products.hpp"

namespace implicitbias::kernels::level {

class TwoPassGradient final : public Gradient {
 public:
  TwoPassGradient(std::unique_ptr<Products> products, std::unique_ptr<LossStage> loss)
      : products_(std::move(products)),
        loss_(std::move(loss)),
        // In whole vectors: the last margins are so large, and the last residuals so small, that they count
        // nothing.
        size_(in_whole_vectors(products_->size())),
        z_(Vector::Constant(size_, loss_->monotone() ? std::numeric_limits<double>::max() : 0)),
        s_(size_) {}

  Index padded(Index d) const override { return products_->padded(d); }

  Weights at(std::int64_t t, const double* w, double* h) override {
    products_->predict(t, w, z_.data());
    const Weights weights = loss_->weigh(z_.data(), size_, s_.data());
    products_->accumulate(s_.data(), h);
    return weights;
  }

 private:
  std::unique_ptr<Products> products_;
  std::unique_ptr<LossStage> loss_;
  Index size_;
  Vector z_, s_;
};

/// -grad log L: by the sum of the weights, whatever the scale.
class RelativeGradient final : public Gradient {
 public:
  RelativeGradient(std::unique_ptr<Gradient> gradient, Index d)
      : gradient_(std::move(gradient)), d_(gradient_->padded(d)) {}

  Index padded(Index d) const override { return gradient_->padded(d); }

  Weights at(std::int64_t t, const double* w, double* h) override {
    const double inverse = 1 / gradient_->at(t, w, h).total;
#pragma omp simd
    for (Index j = 0; j < d_; ++j) h[j] *= inverse;
    return {0, 1, 1};
  }

 private:
  std::unique_ptr<Gradient> gradient_;
  Index d_;
};

/// One pass over rows of samples beyond the first-level cache: each block of rows comes once from the second
/// level, and is still in the first when its weights are known.
template <class T>
class OnePassGradient final : public Gradient {
 public:
  static bool pays(const DenseRowsOf<T>& stored) {
    constexpr Index first_level = (1 << 16) / sizeof(T);  // entries
    return !stored.tall && stored.rows.count * stored.rows.length > first_level;
  }

  OnePassGradient(const RowsOf<T>& rows, const double* y, std::unique_ptr<LossStage> loss)
      : rows_(rows), y_(y), loss_(std::move(loss)), monotone_(loss_->monotone()) {
    // Half of the first level, in whole groups of rows.
    constexpr Index half = (1 << 14) / sizeof(T);
    block_ = rows.stride > half / 8 ? 4 : std::min<Index>(half / rows.stride / 8 * 8, most_);
  }

  Weights at(std::int64_t, const double* w, double* h) override {
    double z[most_], s[most_];
    BlockSum sum(*loss_, h, rows_.length);
    for (Index row = 0; row < rows_.count; row += block_) {
      const RowsOf<T> some{rows_.data + row * rows_.stride, std::min(block_, rows_.count - row), rows_.length,
                           rows_.stride};
      const T* ahead = row + 2 * block_ <= rows_.count ? some.data + block_ * rows_.stride : nullptr;
      level::multiply_block(some, w, z, ahead);
      if (!monotone_) subtract(y_ + row, some.count, z);
      sum.weigh(z, some.count, s);
      level::add_block(some, s, h, ahead);
    }
    return sum.weights();
  }

 private:
  static constexpr Index most_ = 64;  // rows a block

  RowsOf<T> rows_;
  const double* y_;
  std::unique_ptr<LossStage> loss_;
  bool monotone_;
  Index block_;
};

/// In the space of the margins or residuals z, where a step of a method with a linear direction is z += f K
/// s, with the weights s of the samples and their Gram matrix K in the method's metric.
class GramGradient final : public Gradient {
 public:
  GramGradient(const Rows& gram, std::unique_ptr<LossStage> loss)
      : gram_(gram), loss_(std::move(loss)), s_(gram.count) {}

  Weights at(std::int64_t, const double* z, double* h) override {
    const Weights weights = loss_->weigh(z, gram_.count, s_.data());
    level::multiply(gram_, s_.data(), h);
    return weights;
  }
  const double* summed(const double*) const override { return s_.data(); }

 private:
  Rows gram_;
  std::unique_ptr<LossStage> loss_;
  Vector s_;
};

}  // namespace implicitbias::kernels::level
