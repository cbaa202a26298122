// Step size rules, in logarithms: a rule that compares eta in the linear domain starts to bind wrongly
// once L underflows.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "implicitbias/kernels/recipe.hpp"
#include "implicitbias/step_sizes/heading.hpp"

namespace implicitbias {

/// What a rule may look at before step t.
struct StepContext {
  std::int64_t t;
  double log_smoothness;             // log beta(w), the method's own local smoothness bound
  const Heading* heading = nullptr;  // for rules that need straight steps
  double log_loss = std::numeric_limits<double>::quiet_NaN();      // of the batch, where there is one
  double log_gradient = std::numeric_limits<double>::quiet_NaN();  // for rules that need it: log |grad L|_*
};

/// What a rule may need besides the time: each is checked before the first step.
enum class Need {
  bounded_curvature,  // of the loss, by its value
  smoothness_bound,   // of the method
  whole_loss,         // no batches
  convex_loss,
  straight_steps,      // of the method: a ray to search along
  proportional_steps,  // of the method: as long as eta says
  gradient_norm,       // dual to the one in which margins are normalized
};

class StepSize {
 public:
  virtual ~StepSize() = default;

  /// log eta_t; for rules that look ahead log s_t, in the units of the heading. Throws DomainError where
  /// there is no such step.
  virtual double log_step(const StepContext& context) const = 0;

  /// The same for any real t, where the rule goes on smoothly for ever and now follows that; NaN where not.
  virtual double late_log_step(double /*log_t*/, double /*log_smoothness*/) const {
    return std::numeric_limits<double>::quiet_NaN();
  }

  /// The rule as the compiled loop knows it, if it does; without a smoothness bound.
  virtual std::optional<kernels::StepRecipe> recipe() const { return std::nullopt; }

  /// What the rule asks of what it meets, and by what name it is refused (runs/requirements.hpp).
  virtual std::vector<Need> needs() const { return {}; }
  virtual const char* rule() const { return "this rule"; }

  /// Whether some finite eta bounds all steps, however small the loss becomes.
  virtual bool bounded() const { return true; }

  /// Whether w converges by the rule alone: its steps have a finite sum.
  virtual bool summable() const { return false; }

  /// Whether the rule looks at where the next step leads. Its steps are in the units of the heading.
  bool needs_heading() const { return needs(Need::straight_steps) || needs(Need::proportional_steps); }

  /// log eta_t as weight decay takes it: the rule's own number, where a step is exp(log_s) long.
  virtual double log_rate(const StepContext& /*context*/, double log_s) const { return log_s; }

  bool needs(Need need) const {
    const std::vector<Need> all = needs();
    return std::find(all.begin(), all.end(), need) != all.end();
  }

  /// The number of steps the rule can give.
  virtual std::int64_t length() const { return std::numeric_limits<std::int64_t>::max(); }
};

}  // namespace implicitbias
