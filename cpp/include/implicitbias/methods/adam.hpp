// Adam and, with weight decay, AdamW: w(t+1) = (1 - eta_t weight_decay) w(t) - eta_t m^ / (sqrt(v^) + eps)
// with
//
//     m(t) = beta1 m(t-1) + (1 - beta1) g(t),    m^ = m / (1 - beta1^(t+1)),
//     v(t) = beta2 v(t-1) + (1 - beta2) g(t)^2,  v^ = v / (1 - beta2^(t+1)),  m(-1) = v(-1) = 0,
//
// entry by entry, with g = grad L of the sum of the losses. AMSGrad has the largest v so far in the place of
// v.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/methods/adaptive.hpp"

namespace implicitbias {

class Adam final : public Adaptive {
 public:
  static constexpr const char* name = "Adam";
  static constexpr const char* doc = R"(Adam, and AdamW where there is weight decay.

      m and v are the exponential averages of the gradient (of the sum of the losses) and of its square entry
      by entry, m(-1) = v(-1) = 0, and the step is -eta_t m^ / (sqrt(v^) + eps) with m^ = m / (1 -
      beta1^(t+1)) and v^ = v / (1 - beta2^(t+1)). The run keeps m and sqrt(v) in the log domain: with eps = 0
      nothing underflows, however small L becomes (only what is 1e-308 of the largest derivative), and 0 / 0
      is 0; with eps > 0 steps shrink with the gradient once it is below eps. A derivative below the bound on
      its own rounding is 0.

      Parameters
      ----------
      beta1, beta2 : float, default 0.9 and 0.999
          In [0, 1).
      eps : float, default 1e-8
          Not negative; outside of the root.
      weight_decay : float, default 0
          Decoupled, not negative: each step is taken from (1 - eta_t weight_decay) w. A step whose eta_t
          weight_decay exceeds 1 is a DomainError.
      bias_correction : bool, default True
          Divide m and v by what a constant gradient would make of them.
      amsgrad : bool, default False
          Divide by the root of the largest v so far, entry by entry, where Adam has v: AMSGrad, as in PyTorch
          with the correction of v's bias after the maximum.

      Notes
      -----
      Margins are normalized in l_inf: while the gradients exceed eps, Adam is about sign descent, and its
      direction tends to the l_inf maximum margin (proved for eps = 0 and decreasing steps). With eps > 0 it
      is gradient descent in the end, with the l_2 maximum margin, at times that grow exponentially where
      steps are constant. v falls no faster than beta2^t: where the loss would fall faster, steps shrink.
      AMSGrad's v never falls: its steps shrink with the gradient, and are 0 once that is 1e-308 of the largest
      so far.

      References
      ----------
      Kingma and Ba (2015), arXiv:1412.6980; with weight decay Loshchilov and Hutter (2019),
      arXiv:1711.05101; AMSGrad: Reddi, Kale and Kumar (2018), arXiv:1904.09237. Its bias: Zhang, Zou and
      Cao (2024), arXiv:2406.10650, for eps = 0; Wang, Meng, Chen and Liu (2021), arXiv:2012.06244, for eps > 0.

      Examples
      --------
      >>> problem = ib.Problem([[3.0, -4.0]], [1.0], ib.Exponential())
      >>> run = ib.Run(problem, ib.Adam(eps=0), 0.5).advance(1)
      >>> print(run.w, run.method.geometry)
      [ 0.5 -0.5] Lp(p=inf)
      )";

  Adam(double beta1, double beta2, double eps, double weight_decay, bool bias_correction, bool amsgrad)
      : Adaptive(eps),
        beta1_(averaging_rate(beta1, "beta1")),
        beta2_(averaging_rate(beta2, "beta2")),
        weight_decay_(not_negative(weight_decay, "weight_decay")),
        bias_correction_(bias_correction),
        amsgrad_(amsgrad) {}

  double beta1() const { return beta1_; }
  double beta2() const { return beta2_; }
  double weight_decay() const override { return weight_decay_; }
  bool bias_correction() const { return bias_correction_; }
  bool amsgrad() const { return amsgrad_; }
  using fields = Fields<Field<"beta1", &Adam::beta1, [] { return 0.9; }>,
                        Field<"beta2", &Adam::beta2, [] { return 0.999; }>,
                        Field<"eps", &Adam::eps, [] { return 1e-8; }>,
                        Field<"weight_decay", &Adam::weight_decay, [] { return 0.0; }>,
                        Field<"bias_correction", &Adam::bias_correction, [] { return true; }>,
                        Field<"amsgrad", &Adam::amsgrad, [] { return false; }>>;

  bool inertial() const override { return true; }

  std::shared_ptr<const Method> on(const Problem&) const override { return std::make_shared<Adam>(*this); }

  std::vector<Slot> slots(const Shape& shape) const override {
    std::vector<Slot> all = {{"m", shape}, {"root_v", shape}, {"log_scale", Shape{}}};
    if (amsgrad_) all.push_back({"root_largest_v", shape});
    return all;
  }
  void remember(State& state) const override {
    const Vector zero = Vector::Zero(state.w.size());
    state.memory = {zero, zero, no_scale()};
    if (amsgrad_) state.memory.push_back(zero);
  }

  std::optional<kernels::MoveRecipe> recipe() const override {
    return adaptive_move(kernels::MoveRecipe::Kind::adam, {beta1_, beta2_, eps(), bias_correction_, amsgrad_},
                         weight_decay_);
  }

  double move(const State& now, const Vector& gradient, double log_scale, std::vector<Vector>& memory,
              Vector& dw) const override {
    const double slowest = amsgrad_ ? 1 : std::max(beta1_, std::sqrt(beta2_));
    const CommonScale scale(now.memory[2][0], slowest, log_scale);
    Vector& m = memory[0];
    m = scale.kept(beta1_) * now.memory[0] + scale.added(1 - beta1_) * gradient;
    average_squares(scale, beta2_, gradient, now.memory[1], memory[1]);
    if (amsgrad_) memory[3] = (scale.kept(1) * now.memory[3]).cwiseMax(memory[1]);
    const Vector& root_v = memory[amsgrad_ ? 3 : 1];
    memory[2][0] = scale.log();
    if (!bias_correction_) return divide(m, root_v, scale.log(), dw);
    const auto steps = static_cast<double>(now.t) + 1;
    // 1 - beta^steps, also where beta is almost 1.
    const double of_m = -std::expm1(steps * std::log(beta1_)), of_v = -std::expm1(steps * std::log(beta2_));
    return divide(m / of_m, root_v / std::sqrt(of_v), scale.log(), dw);
  }

  // Where beta^t is lost in rounding, so is what bias correction does.
  const Recalling* recalling() const override { return weight_decay_ == 0 ? this : nullptr; }
  double lag() const override { return std::max(beta1_, beta2_) / (1 - std::max(beta1_, beta2_)); }
  void increments(Recent& recent) const override {
    divide(recent.gradients * recent.curve.average(beta1_).transpose(),
           root_mean_squares(recent, recent.curve.average(beta2_).transpose()), recent);
  }
  void recall(const Recent& recent, const Vector&, State& state) const override {
    const Vector of_m = recent.curve.average(beta1_).transpose() * recent.curve.before(),
                 of_v = recent.curve.average(beta2_).transpose() * recent.curve.before();
    state.memory = {recent.gradients * of_m, root_mean_squares(recent, of_v),
                    Vector::Constant(1, recent.log_scale)};
  }

 private:
  double beta1_, beta2_, weight_decay_;
  bool bias_correction_, amsgrad_;
};

}  // namespace implicitbias
