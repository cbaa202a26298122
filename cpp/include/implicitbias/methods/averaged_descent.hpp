// Methods that step along the gradient or its exponential average, with decoupled weight decay: all that they
// have in common but the step.
#pragma once

#include "implicitbias/methods/ema.hpp"
#include "implicitbias/methods/method.hpp"

namespace implicitbias {

class AveragedDescent : public ProportionalMethod {
 public:
  AveragedDescent(std::shared_ptr<const EMA> momentum, double weight_decay)
      : momentum_(std::move(momentum)), weight_decay_(not_negative(weight_decay, "weight_decay")) {}

  const std::shared_ptr<const EMA>& momentum() const { return momentum_; }
  double weight_decay() const final { return weight_decay_; }

  bool inertial() const final { return momentum_ != nullptr; }
  DefaultRule default_rule() const final {
    return momentum_ ? DefaultRule::set_lengths : DefaultRule::loss_normalized;
  }

  std::vector<Slot> slots(const Shape& shape) const final {
    return momentum_ ? momentum_->slots(shape) : std::vector<Slot>();
  }
  void remember(State& state) const final {
    if (momentum_) state.memory = momentum_->start(state.w.size());
  }

  double move(const State& now, const Vector& gradient, double log_scale, std::vector<Vector>& memory,
              Vector& dw) const final {
    if (!momentum_) {
      descend(gradient, dw);
      return log_scale;
    }
    Vector along;
    const double log_unit = momentum_->average(now.memory, gradient, log_scale, memory, along);
    descend(along, dw);
    return log_unit;
  }

  // In steepest descent this is |dw| itself (eq. 12).
  double log_length(const State& now, const Vector& gradient, double log_scale) const final {
    if (!momentum_) return std::log(geometry()->dual(gradient)) + log_scale;
    std::vector<Vector> memory = now.memory;
    Vector along;
    const double log_unit = momentum_->average(now.memory, gradient, log_scale, memory, along);
    return std::log(geometry()->dual(along)) + log_unit;
  }

  std::optional<kernels::MoveRecipe> recipe() const final {
    auto move = bare_recipe();
    if (!move) return std::nullopt;
    if (momentum_) momentum_->compose(*move);
    move->weight_decay = weight_decay_;
    return move;
  }

 protected:
  static constexpr FixedString averaging = R"(
      momentum : EMA, optional
          Take the step of an average of the gradients instead of the last. None by default.
      weight_decay : float, default 0
          Decoupled, not negative: each step is taken from (1 - eta_t weight_decay) w. A step whose eta_t
          weight_decay exceeds 1 is a DomainError.)";

  /// Writes the step of size 1 along this vector, homogeneous in it.
  virtual void descend(const Vector& along, Vector& dw) const = 0;
  /// The same as the compiled loop knows it.
  virtual std::optional<kernels::MoveRecipe> bare_recipe() const = 0;

 private:
  std::shared_ptr<const EMA> momentum_;
  double weight_decay_;
};

}  // namespace implicitbias
