// Bounds on every entry, lower <= w <= upper, by which boxes and cones of signs are said. In a potential that
// is a sum over the coordinates the Bregman projection is a sum of projections on intervals, and each of them
// clips.
#pragma once

#include "implicitbias/base/entrywise.hpp"
#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/constraint.hpp"

namespace implicitbias {

class Bounds : public Constraint, public kernels::Projection {
 public:
  Bounds(Entrywise lower, Entrywise upper) : lower_(std::move(lower)), upper_(std::move(upper)) {
    check_side(lower_, "lower", infinity, "below inf");
    check_side(upper_, "upper", -infinity, "above -inf");
    if (!lower_.shape().sizes.empty()) upper_.check(lower_.shape(), "upper");
    const Index size = std::max(lower_.values().size(), upper_.values().size());
    const Vector low = lower_.spread(size), high = upper_.spread(size);
    for (Index i = 0; i < size; ++i)
      if (low[i] > high[i])
        throw InvalidValueError(message("lower: expected at most upper, got lower = ", low[i],
                                        " > upper = ", high[i], " at entry ", i));
  }

  const Entrywise& lower() const { return lower_; }
  const Entrywise& upper() const { return upper_; }

  std::shared_ptr<const Constraint> on(const Potential& potential, const Shape& shape) const override {
    if (!potential.separable())
      throw InvalidValueError(
          "constraint: expected a potential that is a sum over the coordinates, where the Bregman projection "
          "on a box clips: Euclidean, Entropy, PowerPotential, HyperbolicEntropy, Cosh, SquaredLp(2) or "
          "QuadraticPotential with a diagonal D, or one of your own that states separable = True; write "
          "MirrorDescent(Euclidean(), constraint=...)");
    lower_.check(shape, "lower");
    upper_.check(shape, "upper");
    auto box = std::make_shared<Bounds>(Entrywise(lower_.spread(shape.size()), shape),
                                        Entrywise(upper_.spread(shape.size()), shape));
    const Vector start = box->default_start(potential, shape);
    if (const std::string complaint = potential.outside_domain(start); !complaint.empty())
      throw InvalidValueError(
          message("constraint: the box does not meet the domain of the potential: nearest to its minimum, ",
                  complaint, "; widen the box, or write MirrorDescent(Euclidean(), constraint=...)"));
    return box;
  }

  // Coordinates within their sides keep their dual variables: these may tell on where w has underflowed.
  void project(const Potential& potential, Vector& z, Vector& w) const override {
    potential.inverse_link(z, w);
    const Vector clipped = clip(w);
    if (clipped == w) return;
    Vector moved(z.size());
    potential.link(clipped, moved);
    z = (clipped.array() == w.array()).select(z, moved);
    w = clipped;
  }

  void nearest(double* w, Index d) const override {
    Eigen::Map<Vector> point(w, d);
    point = point.cwiseMax(lower_.values()).cwiseMin(upper_.values());
  }

  std::string outside(VectorView w) const override {
    for (Index i = 0; i < w.size(); ++i) {
      const double low = lower_.values()[i], high = upper_.values()[i];
      if (w[i] >= low && w[i] <= high) continue;
      return message("w[", i, "] = ", w[i],
                     w[i] < low ? " is below lower = " : " is above upper = ", w[i] < low ? low : high,
                     "; start within the constraint, at np.clip(w0, lower, upper)");
    }
    return {};
  }

  Vector default_start(const Potential& potential, const Shape& shape) const override {
    return clip(potential.default_start(shape));
  }

 private:
  static void check_side(const Entrywise& side, const char* argument, double forbidden,
                         const char* expected) {
    for (const double value : side.values())
      if (std::isnan(value) || value == forbidden)
        throw InvalidValueError(message(argument, ": expected numbers ", expected, ", got ", value));
    if (side.values().size() == 0)
      throw InvalidValueError(message(argument, ": expected at least one number, got none"));
  }

  /// Where the sides have the shape of w.
  Vector clip(const Vector& w) const { return w.cwiseMax(lower_.values()).cwiseMin(upper_.values()); }

  Entrywise lower_, upper_;
};

}  // namespace implicitbias
