#include "implicitbias/engines/loop_host.hpp"

#include <numeric>

namespace implicitbias {

LoopHost::LoopHost(std::shared_ptr<const Problem> problem, std::shared_ptr<const MiniBatch> batch,
                   bool forgets_scale)
    : problem_(std::move(problem)),
      batch_(std::move(batch)),
      scores_(problem_->rows().scores()),
      cancellation_(*problem_, forgets_scale, drawn_rows()),
      forgets_scale_(forgets_scale),
      at_(drawn_rows(), problem_->dimension()) {
  if (batch_) {
    recipe_ = batch_->recipe();
    order_.resize(static_cast<std::size_t>(problem_->samples()));
    std::iota(order_.begin(), order_.end(), Index{0});
  }
  if (!forgets_scale) return;
  // Small problems are padded with columns of zeros.
  const Index length = std::max(problem_->dimension(), kernels::tiny_dimension);
  largest_ = Vector::Zero(length);
  largest_.head(problem_->dimension()) = problem_->rows().largest();
  const Vector& y = problem_->y();
  if (!problem_->loss()->monotone() && !batch_) {
    const kernels::CancellationBound bound(drawn_rows(), problem_->dimension(), false);
    Vector least = Vector::Zero(problem_->dimension());
    for (Index n = 0; n < drawn_rows(); ++n)
      problem_->rows().add_sizes(n, bound.of_sample(0, y[n], 0), least);
    least_ = Vector::Zero(length);
    least_.head(least.size()) = least;
  }
  forgetful_ = {largest_.data(), least_.size() ? least_.data() : nullptr, y.lpNorm<Eigen::Infinity>(), this};
}

kernels::InnerProblem LoopHost::problem(const kernels::StoredRows& rows) const {
  return {.loss = *problem_->loss()->recipe(),
          .samples = problem_->samples(),
          .dimension = problem_->dimension(),
          .rows = rows,
          .y = problem_->loss()->monotone() ? nullptr : problem_->y().data(),
          .batch = batch_ ? &recipe_ : nullptr,
          .scores = scores_ ? &*scores_ : nullptr,
          .forgetful = forgets_scale_ ? &forgetful_ : nullptr,
          .hessian = {}};
}

void LoopHost::clear(std::int64_t t, const double* w, double* h) {
  const Index d = problem_->dimension();
  const Vector point = Eigen::Map<const Vector>(w, d);
  if (batch_) batch_->draw(t, order_, drawn_);
  if (!point.allFinite() ||
      !(batch_ ? problem_->evaluate(point, drawn_, at_) : problem_->evaluate(point, at_)))
    return;
  const Vector& cleared = cancellation_.cleared(point, at_, batch_ ? &drawn_ : nullptr);
  for (Index j = 0; j < d; ++j)
    if (cleared[j] == 0) h[j] = 0;
}

}  // namespace implicitbias
