// Step size rules, in logarithms: a rule that compares eta in the linear domain starts to bind wrongly
// once L underflows.
#pragma once

#include "types.hpp"

namespace implicitbias {

/// What a rule may look at before step t.
struct StepContext {
  std::int64_t t;
  double log_smoothness;  // log beta(w), the method's own local smoothness bound
};

class StepSize {
 public:
  virtual ~StepSize() = default;

  /// log eta_t.
  virtual double log_step(const StepContext& context) const = 0;

  /// Whether the rule looks at the smoothness bound.
  virtual bool needs_smoothness() const { return false; }

  /// The number of steps the rule can give.
  virtual std::int64_t length() const { return std::numeric_limits<std::int64_t>::max(); }
};

}  // namespace implicitbias
