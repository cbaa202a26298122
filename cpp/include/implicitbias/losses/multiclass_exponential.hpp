// The exponential loss of every margin of a sample's class over the others: sum_{c != y} exp(-m_c).
#pragma once

#include "implicitbias/losses/exponential.hpp"

namespace implicitbias {

struct MulticlassExponentialKernel : ExponentialKernel {
  static constexpr const char* name = "MulticlassExponential";
  static constexpr const char* doc =
      R"(Multiclass exponential loss, sum over c != y of exp(-<W_y - W_c, x>), on parameters of shape (k, d).

      It is the exponential loss of the pairs (n, c), which counts every class that comes too near. Problems
      take class labels of any kind.

      References
      ----------
      Ravi, Scott, Soudry and Wang (2024), "The implicit bias of gradient descent on separable multiclass
      data", arXiv:2411.01350.

      Examples
      --------
      >>> X, y = [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], ["ant", "bee", "cat"]
      >>> problem = ib.Problem(X, y, ib.MulticlassExponential())
      >>> log_loss, log_scale, g = problem.evaluate([[0.0, 0.0]] * 3)
      >>> print(f"{math.exp(log_loss):.6g}")  # three samples with two other classes each
      6
      )";
  static constexpr bool multiclass = true;
};

using MulticlassExponential = TailModel<MulticlassExponentialKernel>;

}  // namespace implicitbias
