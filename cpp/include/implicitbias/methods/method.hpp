// A method is an immutable rule: where to start, where to look, and one step.
#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "implicitbias/base/types.hpp"
#include "implicitbias/geometry/norm.hpp"
#include "implicitbias/kernels/recipe.hpp"
#include "implicitbias/problems/problem.hpp"

namespace implicitbias {

/// Stands for t after a leap beyond 2^53, where a double no longer counts iterations.
inline constexpr std::int64_t uncounted = std::numeric_limits<std::int64_t>::max();

/// All that a run needs to go on: a checkpoint is exactly this and the recorded trajectory.
struct State {
  std::int64_t t = 0;
  double log10_t = -infinity;  // kept where t is uncounted
  Vector w;
  std::vector<Vector> memory;  // what else the method keeps, a vector for each of Method::slots
  // Sum of the normalized gradients weighted by the steps taken, and of the weights: their quotient is
  // X'(alpha y) for a convex alpha, hence a certificate (see certificate.hpp).
  Vector gradient_sum;
  double weight_sum = 0;
  // The largest log(eta_t beta(w_t)) so far and the first t at which it was taken: Theorem 5 asks for <= 0.
  double largest_step = -infinity;
  std::int64_t largest_step_t = 0;
  std::int64_t last_violation = -1;  // the last t at which eta beta exceeded 1; -1 if none did
  // What the engine that iterates depends on besides (see engines/engine.hpp); empty where it starts anew
  // from w.
  Vector kept;
  double error = 0;  // of w, as estimated when it was last integrated rather than iterated
};

/// A vector, matrix or number that a method remembers, by its name in checkpoints.
struct Slot {
  const char* name;
  Shape shape;  // a size of -1 is whatever the run began with
};

/// Whether the second time is later.
inline bool later(std::int64_t t, double log10_t, std::int64_t other_t, double other_log10_t) {
  return t == uncounted && other_t == uncounted ? other_log10_t > log10_t : other_t > t;
}

inline double log10_time(const State& state) {
  return state.t == uncounted ? state.log10_t : std::log10(static_cast<double>(state.t));
}

/// out = base + exp(log_scale) direction, also where the factor alone over- or underflows. `out` may be
/// `direction`.
inline void add_scaled(const Vector& base, double log_scale, const Vector& direction, Vector& out) {
  if (std::abs(log_scale) < 700) {
    out = base + std::exp(log_scale) * direction;
  } else {
    const double half = std::exp(log_scale / 2);
    out = base + half * (half * direction);
  }
}

class Method {
 public:
  virtual ~Method() = default;

  /// The method as it acts on this problem; throws InvalidValueError where it cannot.
  virtual std::shared_ptr<const Method> on(const Problem& problem) const = 0;

  /// In what its margins are normalized.
  virtual std::shared_ptr<const Gauge> geometry() const = 0;

  virtual Vector default_start(const Shape& shape) const = 0;

  /// Throws DomainError where a run cannot start at w0.
  virtual void check_start(const Vector&) const {}

  /// The shape of w0 for parameters of this shape, where an array of shape `seen` is given.
  virtual Shape start_shape(const Shape& shape, const Shape& /*seen*/) const { return shape; }

  /// What a run remembers besides w, where w has this shape.
  virtual std::vector<Slot> slots(const Shape&) const { return {}; }

  /// Sets the memory of a run that starts at state.w, and w itself where w0 is something else.
  virtual void remember(State&) const {}

  /// log beta(w): the loss does not increase while eta <= 1 / beta(w). `log_radius` is log B for
  /// B = max_n |x_n|_*. NaN where the method has no such bound.
  virtual double log_smoothness(const Vector& w, double log_loss, double log_radius) const = 0;

  /// Whether gradients are taken elsewhere than at w, and where.
  virtual bool looks_ahead() const { return false; }
  virtual void query(const State& now, Vector& point) const { point = now.w; }

  /// Whether every step is w + exp(log_eta + log_scale) dw, with a dw that does not depend on the size, and
  /// that dw.
  virtual bool straight() const { return false; }
  virtual void direction(const State&, const Vector& /*gradient*/, Vector& /*dw*/) const {}

  /// Writes next.w and next.memory after a step of size exp(log_eta), where grad L = exp(log_scale) *
  /// gradient at the query point. Throws DomainError where the step leaves the domain.
  virtual void step(const State& now, const Vector& gradient, double log_scale, double log_eta,
                    State& next) const = 0;

  /// See Norm::forgets_scale.
  virtual bool forgets_scale() const { return false; }

  /// Whether dw is a linear function of the gradient alone.
  virtual bool linear() const { return false; }

  /// What a step does, where it is one of those that the inner loops know.
  virtual std::optional<kernels::InnerMove> inner_move() const { return std::nullopt; }

  /// Coordinates q of the state in which a differential equation can follow the iterates, a state that has
  /// them, and exp(log_unit) times what a step adds to them, without cancellation.
  virtual bool flows() const { return straight(); }
  virtual Vector coordinates(const State& state) const { return state.w; }
  virtual void place(const Vector& q, State& state) const { state.w = q; }
  virtual void increment(const State& now, const Vector& gradient, double log_scale, double log_eta,
                         double log_unit, Vector& dq) const {
    direction(now, gradient, dq);
    dq *= std::exp(log_scale + log_eta + log_unit);
  }

  /// Writes the dual variables grad psi(w) of a state, for methods that have a potential.
  virtual bool dual(const State&, Vector&) const { return false; }

  /// Directions besides the samples in which the dual variables may move (constraints), as rows.
  virtual Matrix extra_rows(const Shape& shape) const { return Matrix(0, shape.size()); }

  /// The number of steps the method can take.
  virtual std::int64_t length() const { return std::numeric_limits<std::int64_t>::max(); }
};

}  // namespace implicitbias
