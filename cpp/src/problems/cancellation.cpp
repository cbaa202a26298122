#include "implicitbias/problems/cancellation.hpp"

namespace implicitbias {

Cancellation::Cancellation(const Problem& problem, bool wanted, Index samples)
    : problem_(problem),
      bound_(samples, problem.dimension(), problem.loss()->monotone()),
      largest_y_(problem.y().lpNorm<Eigen::Infinity>()),
      largest_(wanted ? problem.rows().largest() : Vector()) {}

bool Cancellation::suspects(const Vector& w, const Evaluation& at) const {
  if (largest_.size() == 0) return false;
  const double reach = largest_.cwiseProduct(w).lpNorm<1>();
  return kernels::may_cancel(at.gradient.data(), largest_.data(), bound_.of_all(largest_y_, reach), w.size());
}

const Vector& Cancellation::cleared(const Vector& w, const Evaluation& at, const std::vector<Index>* batch) {
  if (!suspects(w, at)) return at.gradient;
  if (bound_.monotone) {
    // Most that are small do not cancel, but are of samples with little weight: then no reach is needed.
    find_errors(at, batch, [](Index) { return infinity; });
    if (((at.gradient.array() == 0) || (at.gradient.array().abs() > error_.array())).all())
      return at.gradient;
  }
  find_errors(at, batch, [&](Index n) { return problem_.rows().reach(n, w); });
  gradient_ = (at.gradient.array().abs() <= error_.array()).select(0.0, at.gradient);
  return gradient_;
}

template <class Reach>
void Cancellation::find_errors(const Evaluation& at, const std::vector<Index>* batch, Reach reach) {
  error_.setZero(at.gradient.size());
  const Index each = problem_.rows().each();
  for (Index i = 0; i < at.slopes.size(); ++i) {
    const Index n = batch ? (*batch)[static_cast<std::size_t>(i / each)] * each + i % each : i;
    problem_.rows().add_sizes(n, bound_.of_sample(at.slopes[i], problem_.y()[n], reach(n)), error_);
  }
}

}  // namespace implicitbias
