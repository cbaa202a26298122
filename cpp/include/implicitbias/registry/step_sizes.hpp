// The step size rules a user can name. The bindings, and through them constructors, reprs, equality,
// pickling, checkpoints and the contract tests, are generated from this list.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/step_sizes/constant.hpp"
#include "implicitbias/step_sizes/exact_line_search.hpp"
#include "implicitbias/step_sizes/loss_normalized.hpp"
#include "implicitbias/step_sizes/normalized.hpp"
#include "implicitbias/step_sizes/polyak.hpp"
#include "implicitbias/step_sizes/polynomial.hpp"
#include "implicitbias/step_sizes/schedule.hpp"

namespace implicitbias {

using StepSizes =
    TypeList<Constant, ExactLineSearch, LossNormalized, Normalized, Polyak, Polynomial, Schedule>;

}  // namespace implicitbias
