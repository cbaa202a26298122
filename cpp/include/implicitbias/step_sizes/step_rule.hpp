// A step size as an argument: a rule, where a number stands for Constant and an array of numbers for
// Schedule.
#pragma once

#include <memory>

#include "implicitbias/step_sizes/constant.hpp"

namespace implicitbias {

struct StepRule {
  std::shared_ptr<const StepSize> rule = std::make_shared<Constant>(1.0);
};

}  // namespace implicitbias
