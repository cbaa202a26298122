// The logistic loss of every margin of a sample's class over the others: sum_{c != y} log(1 + exp(-m_c)).
#pragma once

#include "implicitbias/losses/logistic.hpp"

namespace implicitbias {

struct PairwiseLogisticKernel : LogisticKernel {
  static constexpr const char* name = "PairwiseLogistic";
  static constexpr const char* doc =
      R"(Pairwise logistic loss, sum over c != y of log(1 + exp(-<W_y - W_c, x>)), for W of shape (k, d).

      It is the logistic loss of the pairs (n, c). Problems take class labels of any kind.

      References
      ----------
      Ravi, Scott, Soudry and Wang (2024), "The implicit bias of gradient descent on separable multiclass
      data", arXiv:2411.01350.

      Examples
      --------
      >>> X, y = [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], ["ant", "bee", "cat"]
      >>> problem = ib.Problem(X, y, ib.PairwiseLogistic())
      >>> log_loss, log_scale, g = problem.evaluate([[0.0, 0.0]] * 3)
      >>> print(f"{math.exp(log_loss) / math.log(2):.6g}")  # three samples with two other classes each
      6
      )";
  static constexpr bool multiclass = true;
};

using PairwiseLogistic = TailModel<PairwiseLogisticKernel>;

}  // namespace implicitbias
