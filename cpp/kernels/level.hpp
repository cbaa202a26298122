// What a level's module is made of: the functions of its table.
#pragma once

#include "implicitbias/kernels/table.hpp"

namespace implicitbias::kernels::level {

#define IMPLICITBIAS_DECLARE(field, name, result, parameters) result name parameters;
IMPLICITBIAS_KERNELS(IMPLICITBIAS_DECLARE)
#undef IMPLICITBIAS_DECLARE

}  // namespace implicitbias::kernels::level
