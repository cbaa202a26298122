#include "implicitbias/problems/cancellation.hpp"

namespace implicitbias {

Cancellation::Cancellation(const Problem& problem, bool wanted, Index samples)
    : problem_(problem),
      bound_(samples, problem.rows().dimension(), problem.loss()->monotone()),
      largest_y_(problem.y().lpNorm<Eigen::Infinity>()),
      largest_(wanted ? problem.rows().largest() : Vector()) {}

bool Cancellation::suspects(const Vector& theta, const Evaluation& at) const {
  if (largest_.size() == 0) return false;
  const double reach = largest_.cwiseProduct(at.w(theta)).lpNorm<1>();
  return kernels::may_cancel(at.in_w().data(), largest_.data(), bound_.of_all(largest_y_, reach),
                             largest_.size());
}

const Vector& Cancellation::cleared(const Vector& theta, const Evaluation& at,
                                    const std::vector<Index>* batch) {
  if (!suspects(theta, at)) return at.gradient;
  const Vector &w = at.w(theta), &gradient = at.in_w();
  if (bound_.monotone) {
    // Most that are small do not cancel, but are of samples with little weight: then no reach is needed.
    find_errors(at, batch, [](Index) { return infinity; });
    if (((gradient.array() == 0) || (gradient.array().abs() > error_.array())).all()) return at.gradient;
  }
  find_errors(at, batch, [&](Index n) { return problem_.rows().reach(n, w); });
  gradient_ = (gradient.array().abs() <= error_.array()).select(0.0, gradient);
  if (problem_.model().identity()) return gradient_;
  problem_.model().pull_back(theta, gradient_, pulled_back_);
  return pulled_back_;
}

template <class Reach>
void Cancellation::find_errors(const Evaluation& at, const std::vector<Index>* batch, Reach reach) {
  error_.setZero(at.in_w().size());
  const Index each = problem_.rows().each();
  for (Index i = 0; i < at.slopes.size(); ++i) {
    const Index n = batch ? (*batch)[static_cast<std::size_t>(i / each)] * each + i % each : i;
    problem_.rows().add_sizes(n, bound_.of_sample(at.slopes[i], problem_.y()[n], reach(n)), error_);
  }
}

}  // namespace implicitbias
