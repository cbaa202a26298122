// A norm of weighted parameters, |w|_new = |c * w| with positive weights c, entry by entry. Its dual is |g /
// c|_*, and its steepest descent step is that of the norm at g / c, divided by c.
#pragma once

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norm.hpp"

namespace implicitbias {

class WeightedNorm final : public Norm {
 public:
  static constexpr const char* name = "WeightedNorm";
  static constexpr const char* doc = R"(Another norm of the weighted parameters: |weights * w|.

      Parameters
      ----------
      weights : array_like of shape (d,)
          Positive. On (r, c) parameters, d = r c in row-major order.
      norm : Norm
          Any, weighted ones and your own included.

      Examples
      --------
      >>> ib.WeightedNorm([1.0, 2.0], ib.Lp(1)).value([3.0, 4.0])
      11.0
      )";

  WeightedNorm(Vector weights, std::shared_ptr<const Norm> norm)
      : weights_(std::move(weights)), norm_(std::move(norm)) {
    if (weights_.size() == 0) throw InvalidValueError("weights: expected at least one number, got none");
    for (const double weight : weights_) positive(weight, "weights");
    if (!norm_->quadratic()) return;
    using Kind = kernels::MoveRecipe::Kind;
    const auto inner = norm_->recipe(Ties::first);
    if (!inner || !(inner->kind == Kind::identity || inner->kind == Kind::scaled)) return;
    squares_ = weights_.array().square().inverse();
    if (inner->scales) squares_.array() *= Eigen::Map<const Vector>(inner->scales, squares_.size()).array();
  }

  const Vector& weights() const { return weights_; }
  const std::shared_ptr<const Norm>& norm() const { return norm_; }
  using fields = Fields<Field<"weights", &WeightedNorm::weights>, Field<"norm", &WeightedNorm::norm>>;

  double value(VectorView w) const override { return norm_->value(weights_.cwiseProduct(w)); }
  double dual(VectorView g) const override { return norm_->dual(g.cwiseQuotient(weights_)); }
  void steepest(VectorView g, Ties ties, VectorSlot dw) const override {
    norm_->steepest(g.cwiseQuotient(weights_), ties, dw);
    dw.array() /= weights_.array();
  }

  bool forgets_scale() const override { return norm_->forgets_scale(); }

  bool quadratic() const override { return norm_->quadratic(); }
  bool strictly_convex() const override { return norm_->strictly_convex(); }
  std::optional<kernels::MoveRecipe> recipe(Ties) const override {
    return squares_.size() ? std::optional(diagonal_move(squares_)) : std::nullopt;
  }
  bool link(VectorView w, VectorSlot z) const override {
    const bool linear = norm_->link(weights_.cwiseProduct(w), z);
    z.array() *= weights_.array();
    return linear;
  }

  double condition() const override { return norm_->condition(); }

  std::shared_ptr<const Norm> on(const Shape& shape) const override {
    if (shape.size() != weights_.size())
      throw InvalidValueError(message("weights: expected ", shape.size(), " numbers for parameters of shape ",
                                      shape.text(), ", got ", weights_.size()));
    return std::make_shared<WeightedNorm>(weights_, norm_->on(shape));
  }

 private:
  Vector weights_;
  std::shared_ptr<const Norm> norm_;
  Vector squares_;  // the step over -g, where the norm is a diagonal quadratic form; else empty
};

}  // namespace implicitbias
