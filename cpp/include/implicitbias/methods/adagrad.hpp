// Diagonal AdaGrad (eqs. 13-14): w(t+1) = w(t) - eta_t G(t)^(-1/2) g(t) and G(t) = G0 + sum_{u <= t} g(u)^2,
// entry by entry, with g = grad L. The gradient is added before the step, and 0 / 0 counts as 0. The memory
// is log G, because g^2 leaves the range of doubles long before g does.
#pragma once

#include <cmath>

#include "implicitbias/base/entrywise.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/kernels/adagrad_step.hpp"
#include "implicitbias/methods/method.hpp"

namespace implicitbias {

class AdaGrad final : public Method, public Flowing {
 public:
  static constexpr const char* name = "AdaGrad";
  static constexpr const char* doc = R"(Diagonal AdaGrad (eqs. 13-14).

      w(t+1) = w(t) - eta_t G(t)^(-1/2) grad L(w(t)) with G(t) = G0 + sum_{u <= t} grad L(w(u))^2 entry by
      entry: the gradient is added before the step, and 0 / 0 is 0. The run keeps the logarithm of G, so that
      no square underflows; ``run.G`` is what the next gradient will be added to. A derivative below the bound
      on its own rounding is 0: otherwise one that is 0 in exact arithmetic would take a full step.

      Parameters
      ----------
      G0 : float or array_like of w's shape, default 0
          Finite and not negative.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, section 3.3 and Theorem 6.

      Examples
      --------
      >>> problem = ib.Problem([[3.0, -4.0]], [1.0], ib.Exponential())
      >>> print(ib.Run(problem, ib.AdaGrad(), 0.5).advance(1).w)
      [ 0.5 -0.5]
      )";

  explicit AdaGrad(Entrywise G0) : G0_(std::move(G0)) {
    for (const double entry : G0_.values())
      if (!(entry >= 0) || !std::isfinite(entry))
        throw InvalidValueError(message("G0: expected finite numbers >= 0, got ", entry));
  }

  const Entrywise& G0() const { return G0_; }
  using fields = Fields<Field<"G0", &AdaGrad::G0, [] { return Entrywise(); }>>;

  std::shared_ptr<const Method> on(const Problem& problem) const override {
    G0_.check(problem.shape(), "G0");
    return std::make_shared<AdaGrad>(*this);
  }

  std::shared_ptr<const Gauge> geometry() const override { return std::make_shared<Lp>(2.0); }
  Vector default_start(const Shape& shape) const override { return Vector::Zero(shape.size()); }

  std::vector<Slot> slots(const Shape& shape) const override { return {{"log_G", shape}}; }
  void remember(State& state) const override {
    // The lowest double stands for log 0: a checkpoint holds finite numbers.
    state.memory = {G0_.spread(state.w.size()).array().log().max(std::numeric_limits<double>::lowest())};
  }

  // The step does not shrink with the gradient.
  double log_smoothness(const Vector&, double, double) const override {
    return std::numeric_limits<double>::quiet_NaN();
  }

  bool forgets_scale() const override { return true; }
  void step(const State& now, const Vector& gradient, double log_scale, double log_eta,
            State& next) const override {
    next.memory[0] = now.memory[0];
    kernels::adagrad_step(gradient, log_scale, std::exp(log_eta), next.memory[0], next.w);
    next.w += now.w;
  }

  std::optional<kernels::MoveRecipe> recipe() const override {
    return kernels::MoveRecipe{kernels::MoveRecipe::Kind::adagrad};
  }

  // The coordinates of the flow are w and log G.
  const Flowing* flow() const override { return this; }
  Vector coordinates(const State& state) const override {
    Vector q(2 * state.w.size());
    q << state.w, state.memory[0];
    return q;
  }
  void place(const Vector& q, State& state) const override {
    state.w = q.head(q.size() / 2);
    state.memory = {q.tail(q.size() / 2)};
  }
  void increment(const State& now, const Vector& gradient, double log_scale, double log_eta, double log_unit,
                 Vector& dq) const override {
    const Index d = gradient.size();
    dq.resize(2 * d);
    for (Index i = 0; i < d; ++i) {
      const double log_gradient = std::log(std::abs(gradient[i])) + log_scale;
      const double before = now.memory[0][i], growth = 2 * log_gradient - before;
      const double added = growth < 0 ? std::log1p(std::exp(growth)) : growth + std::log1p(std::exp(-growth));
      dq[i] = -std::copysign(std::exp(log_eta + log_unit + log_gradient - (before + added) / 2), gradient[i]);
      // log(log1p(x)) is log x where x is small.
      dq[d + i] = growth < -40 ? std::exp(log_unit + growth) : std::exp(log_unit) * added;
    }
  }

 private:
  Entrywise G0_;
};

}  // namespace implicitbias
