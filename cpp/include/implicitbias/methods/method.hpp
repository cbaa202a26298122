// A method is an immutable rule: where to start, where to look, and one step.
//
// `on` fits it to a problem. `default_start` is w(0), and `slots` name what it remembers beside w (dual
// variables, an accumulator, a factor); with w they make its state. At every t the loop takes the gradient
// where `query` says, as exp(log_scale) g, and `step` writes the next state for a step size exp(log_eta):
// both stay logarithms, because neither need be a double. `geometry` is the norm, or gauge, in which margins
// are normalized, and `log_smoothness` the bound beta(w) below whose inverse a step does not raise the loss.
#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "implicitbias/base/types.hpp"
#include "implicitbias/geometry/norm.hpp"
#include "implicitbias/kernels/recipe.hpp"
#include "implicitbias/methods/state.hpp"
#include "implicitbias/methods/views.hpp"
#include "implicitbias/problems/problem.hpp"

namespace implicitbias {

/// The kind of step rule by which runs on a monotone loss go where none is given. The rules themselves are
/// above the methods (bind_methods.cpp has their numbers).
enum class DefaultRule {
  loss_normalized,  // up to the bound of `log_smoothness`
  set_lengths,      // an average of gradients remembers larger losses: over today's, steps would explode
  set_sizes,        // a step is about as long as eta whatever the gradient, and has to become shorter
};

class Method {
 public:
  virtual ~Method() = default;

  /// The method as it acts on this problem; throws InvalidValueError where it cannot.
  virtual std::shared_ptr<const Method> on(const Problem& problem) const = 0;

  /// The gauge in which margins are normalized.
  virtual std::shared_ptr<const Gauge> geometry() const = 0;

  virtual Vector default_start(const Shape& shape) const = 0;

  /// Throws DomainError where a run cannot start at w0.
  virtual void check_start(const Vector&) const {}

  /// The shape of w0, where an array of shape `seen` is given.
  virtual Shape start_shape(const Problem& problem, const Shape& /*seen*/) const { return problem.shape(); }

  /// What a run remembers besides w, where w has this shape.
  virtual std::vector<Slot> slots(const Shape&) const { return {}; }

  /// Sets the memory of a run that starts at state.w, and w itself where w0 is something else.
  virtual void remember(State&) const {}

  /// Makes the state in which a run begins, at w0 or, where that is empty, where the method begins by
  /// default.
  virtual void begin(Vector w0, const Shape& shape, State& state) const {
    state.w = w0.size() ? std::move(w0) : default_start(shape);
    check_start(state.w);
    remember(state);
  }

  /// log beta(w): the loss does not increase while eta <= 1 / beta(w). `log_radius` is log B for
  /// B = max_n |x_n|_*. NaN where the method has no such bound.
  virtual double log_smoothness(const Vector& w, double log_loss, double log_radius) const = 0;

  /// Whether gradients are taken elsewhere than at w, and where.
  virtual bool looks_ahead() const { return false; }
  virtual void query(const State& now, Vector& point) const { point = now.w; }

  /// Views of the method (see views.hpp), null where it has none.
  virtual const Straight* straight() const { return nullptr; }
  virtual const Flowing* flow() const { return nullptr; }
  virtual const Recalling* recalling() const { return nullptr; }
  /// Either of the last two.
  const Charted* chart() const {
    if (flow()) return flow();
    return recalling();
  }

  /// Writes next.w and next.memory after a step of size exp(log_eta), where grad L = exp(log_scale) *
  /// gradient at the query point. Throws DomainError where the step leaves the domain.
  virtual void step(const State& now, const Vector& gradient, double log_scale, double log_eta,
                    State& next) const = 0;

  virtual DefaultRule default_rule() const { return DefaultRule::loss_normalized; }

  /// Whether steps go along past gradients, too: then the loss may rise on the way to a solution.
  virtual bool inertial() const { return false; }

  /// Decoupled weight decay: the loop takes the step from (1 - eta_t weight_decay) w.
  virtual double weight_decay() const { return 0; }

  /// Whether a step is as long as its size says.
  virtual bool proportional() const { return straight() != nullptr; }

  /// log |dw| in the method's geometry for the step dw of size eta = 1, without weight decay, of a
  /// proportional method that is not straight: what a step size is divided by that is to be the length of
  /// the step.
  virtual double log_length(const State& /*now*/, const Vector& /*gradient*/, double /*log_scale*/) const {
    return std::numeric_limits<double>::quiet_NaN();
  }

  /// The logarithm of the weight of this gradient in the averaged certificate (runs/certificate.hpp): by
  /// default, how much of it a step adds.
  virtual double log_weight(std::int64_t /*t*/, double log_eta, double log_scale) const {
    return log_eta + log_scale;
  }

  /// See Norm::forgets_scale.
  virtual bool forgets_scale() const { return false; }

  /// Whether the method is straight, with a dw that is linear in the gradient and depends on nothing else.
  virtual bool linear() const { return false; }

  /// What a step does, where it is one of those that the compiled loop knows.
  virtual std::optional<kernels::MoveRecipe> recipe() const { return std::nullopt; }

  /// Writes the dual variables grad psi(w) of a state, for methods that have a potential and, if any, an
  /// affine constraint: how far they are off the rows of X and of `extra_rows` tells whether w is a
  /// projection.
  virtual bool dual(const State&, Vector&) const { return false; }

  /// Directions besides the samples in which the dual variables may move (affine sets), as rows.
  virtual Matrix extra_rows(const Shape& shape) const { return Matrix(0, shape.size()); }

  /// The number of steps the method can take.
  virtual std::int64_t length() const { return std::numeric_limits<std::int64_t>::max(); }
};

/// A method whose steps are proportional to their size: w(t+1) = w(t) + eta_t exp(log_unit) dw, with a memory
/// that moves on whatever eta_t is.
class ProportionalMethod : public Method {
 public:
  /// Writes dw and the memory after this gradient, and returns log_unit.
  virtual double move(const State& now, const Vector& gradient, double log_scale, std::vector<Vector>& memory,
                      Vector& dw) const = 0;

  void step(const State& now, const Vector& gradient, double log_scale, double log_eta,
            State& next) const final {
    const double log_unit = move(now, gradient, log_scale, next.memory, next.w);
    add_scaled(now.w, log_eta + log_unit, next.w, next.w);
  }

  bool proportional() const override { return true; }

  double log_length(const State& now, const Vector& gradient, double log_scale) const override {
    std::vector<Vector> memory = now.memory;
    Vector dw(now.w.size());
    const double log_unit = move(now, gradient, log_scale, memory, dw);
    return std::log(geometry()->value(dw)) + log_unit;
  }

  Vector default_start(const Shape& shape) const override { return Vector::Zero(shape.size()); }
};

/// A method of straight steps, whose iterates follow an equation in w.
template <class Base>
class StraightMethod : public Base, public Straight, public Flowing {
 public:
  using Base::Base;

  const Straight* straight() const override { return this; }
  const Flowing* flow() const override { return this; }

  Vector coordinates(const State& state) const override { return state.w; }
  void place(const Vector& q, State& state) const override { state.w = q; }
  void increment(const State& now, const Vector& gradient, double log_scale, double log_eta, double log_unit,
                 Vector& dq) const override {
    direction(now, gradient, dq);
    dq *= std::exp(log_scale + log_eta + log_unit);
  }
};

}  // namespace implicitbias
