// The l_p norm of the norms of blocks, each a matrix or a vector of its own: |w| = |(|w_b|)_b|_p. As with
// groups of coordinates (group.hpp), the outer step says how far each block goes, the inner one which way.
#pragma once

#include <algorithm>
#include <vector>

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/geometry/norms/schatten.hpp"

namespace implicitbias {

class BlockNorm final : public Norm {
 public:
  using Blocks = std::vector<std::vector<Index>>;

  static constexpr const char* name = "BlockNorm";
  static constexpr const char* doc = R"(The l_p norm of a norm of blocks, such as the layers of a network.

      With p = inf it is the largest of them, and steepest descent moves every block equally far: with
      Schatten(inf) each layer by a polar factor, as Muon does.

      Parameters
      ----------
      blocks : sequence of sequences of int
          The shapes of the blocks, (m,) or (m, n), whose entries follow one another in row-major order.
      norm : Norm
          Of each block; any, your own included.
      p : float, default inf
          The outer exponent, in [1, inf].

      Examples
      --------
      >>> norm = ib.BlockNorm([[2, 1], [1, 2]], ib.Schatten(math.inf))
      >>> norm.value([3.0, 4.0, 1.0, 0.0])
      5.0
      >>> print(norm.steepest([3.0, 4.0, 1.0, 0.0]))
      [-3.6 -4.8 -6.  -0. ]
      )";

  BlockNorm(Blocks blocks, std::shared_ptr<const Norm> norm, double p)
      : blocks_(std::move(blocks)), norm_(std::move(norm)), outer_(p) {
    if (blocks_.empty()) throw InvalidValueError("blocks: expected at least one shape, got none");
    for (const auto& sizes : blocks_) {
      const bool shaped = sizes.size() == 1 || sizes.size() == 2;
      const auto fits = [](Index size) { return size >= 1 && size <= largest_size; };
      if (!shaped || !std::all_of(sizes.begin(), sizes.end(), fits))
        throw InvalidValueError(message("blocks: expected shapes (m,) or (m, n) of sizes from 1 to ",
                                        largest_size, ", got ", Shape{{sizes}}.text()));
    }
  }

  const Blocks& blocks() const { return blocks_; }
  const std::shared_ptr<const Norm>& norm() const { return norm_; }
  double p() const { return outer_.p(); }
  using fields = Fields<Field<"blocks", &BlockNorm::blocks>, Field<"norm", &BlockNorm::norm>,
                        Field<"p", &BlockNorm::p, [] { return infinity; }>>;

  double value(VectorView w) const override {
    return outer_.value(sizes(w, [](const Norm& norm, VectorView block) { return norm.value(block); }));
  }
  double dual(VectorView g) const override { return outer_.dual(dual_sizes(g)); }

  void steepest(VectorView g, Ties ties, VectorSlot dw) const override {
    const Vector from = g;
    Vector reach(static_cast<Index>(blocks_.size()));
    outer_.steepest(dual_sizes(g), ties, reach);
    dw.setZero();
    for_each([&](Index b, Index begin, Index size) {
      if (reach[b] == 0) return;
      // However small it is beside the others.
      const Vector block = from.segment(begin, size) / from.segment(begin, size).lpNorm<Eigen::Infinity>();
      const Norm& norm = *norms_[static_cast<std::size_t>(b)];
      norm.steepest(block, ties, dw.segment(begin, size));
      dw.segment(begin, size) *= std::abs(reach[b]) / norm.dual(block);
    });
  }

  bool forgets_scale() const override { return outer_.forgets_scale() || norm_->forgets_scale(); }
  bool quadratic() const override { return outer_.quadratic() && norm_->quadratic(); }
  bool strictly_convex() const override { return outer_.strictly_convex() && norm_->strictly_convex(); }
  double condition() const override {
    double largest = 1;
    for (const auto& norm : norms_) largest = std::max(largest, norm->condition());
    return largest;
  }
  double longest(Index) const override {
    double most = 0;
    for_each([&](Index b, Index, Index size) {
      const double block = norms_[static_cast<std::size_t>(b)]->longest(size);
      most = std::isnan(block) ? block : std::max(most, block);
    });
    return most * outer_.longest(static_cast<Index>(blocks_.size()));
  }

  std::shared_ptr<const Norm> on(const Shape& shape) const override {
    auto norm = std::make_shared<BlockNorm>(blocks_, norm_, p());
    Index size = 0;
    for (const auto& block : blocks_) {
      norm->norms_.push_back(norm_->on({block}));
      size += Shape{block}.size();
    }
    if (size != shape.size())
      throw InvalidValueError(message("blocks: expected ", shape.size(),
                                      " entries in all for parameters of shape ", shape.text(), ", got ",
                                      size));
    return norm;
  }

  /// Whether this is the largest spectral norm of layers of these shapes.
  static bool spectral(const Gauge& gauge, const Blocks& layers) {
    const auto* norm = dynamic_cast<const BlockNorm*>(&gauge);
    const auto* inner = norm ? dynamic_cast<const Schatten*>(norm->norm_.get()) : nullptr;
    return inner && inner->p() == infinity && norm->p() == infinity && norm->blocks_ == layers;
  }

 private:
  template <class Use>
  void for_each(Use use) const {
    Index begin = 0;
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      const Index size = Shape{blocks_[b]}.size();
      use(static_cast<Index>(b), begin, size);
      begin += size;
    }
  }
  template <class Size>
  Vector sizes(VectorView v, Size size) const {
    Vector result(static_cast<Index>(blocks_.size()));
    for_each([&](Index b, Index begin, Index count) {
      result[b] = size(*norms_[static_cast<std::size_t>(b)], v.segment(begin, count));
    });
    return result;
  }
  Vector dual_sizes(VectorView g) const {
    return sizes(g, [](const Norm& norm, VectorView block) { return norm.dual(block); });
  }

  Blocks blocks_;
  std::shared_ptr<const Norm> norm_;
  Lp outer_;
  std::vector<std::shared_ptr<const Norm>> norms_;  // that of each block; known on a shape
};

}  // namespace implicitbias
