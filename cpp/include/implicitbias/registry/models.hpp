// The models a user can name. The bindings, and through them constructors, reprs, equality, pickling,
// checkpoints and the contract tests, are generated from this list.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/models/convolution.hpp"
#include "implicitbias/models/deep_linear.hpp"
#include "implicitbias/models/diagonal.hpp"
#include "implicitbias/models/factor.hpp"
#include "implicitbias/models/linear.hpp"
#include "implicitbias/models/product.hpp"

namespace implicitbias {

using Models = TypeList<Linear, Diagonal, Factor, Product, DeepLinear, Convolution>;

}  // namespace implicitbias
