// The squared loss through X'X.
#pragma once

#include <vector>

#include "../level.hpp"
#include "gradient.hpp"
#include "products.hpp"

namespace implicitbias::kernels::level {

/// h(w) = h(w_ref) - 2 X'X (w - w_ref), where the samples are many and the coordinates few. The reference
/// moves on every so many iterations, at times that depend on t alone, and h(w_ref) is computed from the
/// samples: what X'X loses of X, whose condition it squares, is in proportion to w - w_ref, and vanishes as
/// iterates converge.
class HessianGradient final : public Gradient {
 public:
  static constexpr std::int64_t period = 1024;

  HessianGradient(const Rows& twice_hessian, std::unique_ptr<Products> products)
      : entries_(Eigen::Map<const Vector>(twice_hessian.data, twice_hessian.count * twice_hessian.stride)),
        hessian_{entries_.data(), twice_hessian.count, twice_hessian.length, twice_hessian.stride},
        d_(twice_hessian.count),
        products_(std::move(products)),
        z_(products_->size()),
        reference_(Vector::Zero(2 * d_)),
        moved_(d_) {}

  Index kept_size() const override { return 2 * d_; }
  const double* kept() const override { return reference_.data(); }
  void enter(const InnerState& state, const double* kept) override {
    if (kept)
      std::copy_n(kept, 2 * d_, reference_.data());
    else
      look(state.t, state.w);
  }

  Weights at(std::int64_t t, const double* w, double* __restrict h) override {
    if (t % period == 0) look(t, w);
    const double *w_ref = reference_.data(), *h_ref = w_ref + d_;
    double* moved = moved_.data();
#pragma omp simd
    for (Index j = 0; j < d_; ++j) moved[j] = w[j] - w_ref[j];
    level::multiply(hessian_, moved, h);
#pragma omp simd
    for (Index j = 0; j < d_; ++j) h[j] = h_ref[j] - h[j];
    return {0, 1, 0};
  }

 private:
  void look(std::int64_t t, const double* w) {
    std::copy_n(w, d_, reference_.data());
    products_->predict(t, w, z_.data());
    for (double& residual : z_) residual *= -2;
    products_->accumulate(z_.data(), reference_.data() + d_);
  }

  Vector entries_;  // begin on a cache line
  Rows hessian_;
  Index d_;
  std::unique_ptr<Products> products_;
  Vector z_, reference_, moved_;  // the reference: w_ref, then h(w_ref)
};

}  // namespace implicitbias::kernels::level
