// Gradients in which the derivatives that are nothing but rounding are 0 (see kernels/cancellation.hpp).
#pragma once

#include <vector>

#include "implicitbias/kernels/cancellation.hpp"
#include "implicitbias/problems/problem.hpp"

namespace implicitbias {

class Cancellation {
 public:
  /// For gradients over so many samples at a time; `wanted` by methods that forget the scale of derivatives.
  Cancellation(const Problem& problem, bool wanted, Index samples);

  /// Whether `cleared` may differ from the gradient of `at`, which was taken at theta.
  bool suspects(const Vector& theta, const Evaluation& at) const;

  /// The gradient of `at`, over all samples or a batch, without the entries that are below the bound on their
  /// rounding, in w: the chain rule takes what is left to theta. The next call overwrites it.
  const Vector& cleared(const Vector& theta, const Evaluation& at, const std::vector<Index>* batch = nullptr);

 private:
  template <class Reach>
  void find_errors(const Evaluation& at, const std::vector<Index>* batch, Reach reach);

  const Problem& problem_;
  kernels::CancellationBound bound_;
  double largest_y_;
  Vector largest_;  // the largest entry of each column; empty where nothing is to be cleared
  Vector gradient_, error_, pulled_back_;
};

}  // namespace implicitbias
