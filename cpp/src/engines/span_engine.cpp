#include "implicitbias/engines/span_engine.hpp"

#include "implicitbias/engines/inner_state.hpp"
#include "implicitbias/kernels/table.hpp"

namespace implicitbias {

namespace {

Matrix dense_samples(const kernels::StoredRows& rows, Index count, Index length) {
  Matrix X(count, length);
  const auto copy = [&](const auto& stored) {
    for (Index n = 0; n < count; ++n)
      for (Index j = 0; j < length; ++j) X(n, j) = static_cast<double>(stored.entry(n, j));
  };
  if (const auto* doubles = std::get_if<kernels::DenseRowsOf<double>>(&rows))
    copy(*doubles);
  else
    copy(std::get<kernels::DenseRowsOf<float>>(rows));
  return X;
}

Index in_lines(Index count) {
  constexpr Index line = 8;
  return (count + line - 1) / line * line;
}

}  // namespace

SpanEngine::SpanEngine(std::shared_ptr<const Problem> problem, const kernels::StoredRows& rows,
                       const kernels::MoveRecipe& move, const kernels::StepRecipe& steps)
    : problem_(std::move(problem)),
      scores_(problem_->rows().scores().value_or(kernels::ScoreRecipe{1, nullptr})),
      move_(move),
      steps_(steps),
      X_(dense_samples(rows, problem_->samples(), problem_->dimension() / scores_.outputs)),
      stride_(in_lines(X_.rows())) {}

bool SpanEngine::spans(const kernels::MoveRecipe& move) {
  using Kind = kernels::MoveRecipe::Kind;
  return move.kind == Kind::identity ||
         (move.kind == Kind::mirror && move.link == kernels::MoveRecipe::Link::identity);
}

std::vector<Vector*> SpanEngine::parts(State& state) const {
  std::vector<Vector*> all = {&state.w};
  for (Vector& part : state.memory)
    if (part.size() == state.w.size()) all.push_back(&part);
  return all;
}

void SpanEngine::enter(State& state) {
  const auto count = static_cast<Index>(parts(state).size());
  if (state.kept.size() != kept_size(count)) anchor(state);
  loop(count).enter({}, nullptr);
}

void SpanEngine::anchor(State& state) {
  const std::vector<Vector*> all = parts(state);
  const auto count = static_cast<Index>(all.size());
  const Index d = problem_->dimension();
  state.kept.setZero(kept_size(count));
  double *v = state.kept.data(), *reference = v + (count + summed()) * length(count);
  for (Index i = 0; i < count; ++i, v += length(count), reference += d) {
    const Vector& part = *all[static_cast<std::size_t>(i)];
    std::copy(part.begin(), part.end(), reference);
    Eigen::Map<Matrix>(v, scores_.outputs, stride_).leftCols(X_.rows()).noalias() =
        Eigen::Map<const Matrix>(reference, scores_.outputs, X_.cols()) * X_.transpose();
    v[2 * numbers() + i] = 1;
  }
  if (summed()) std::copy(state.gradient_sum.begin(), state.gradient_sum.end(), reference);
}

void SpanEngine::advance(State& state, std::int64_t until) {
  const std::vector<Vector*> all = parts(state);
  const auto count = static_cast<Index>(all.size());
  while (state.t < until) {
    if (state.t % period == 0) {
      settle(state);
      anchor(state);
    }
    const std::int64_t pause = std::min(until, (state.t / period + 1) * period);
    kernels::InnerState inner = inner_state(state, state.kept.data());
    if (summed()) inner.gradient_sum = state.kept.data() + count * length(count);
    double* v = state.kept.data();
    for (std::size_t i = 0; i < state.memory.size(); ++i) {
      Vector& part = state.memory[i];
      const bool spanned = part.size() == state.w.size();
      inner.memory[i] = spanned ? v += length(count) : part.data();
      inner.memory_size[i] = spanned ? length(count) : part.size();
    }
    loop(count).advance(inner, pause);
    take_numbers(inner, state);
  }
}

void SpanEngine::settle(State& state) {
  const std::vector<Vector*> all = parts(state);
  const auto count = static_cast<Index>(all.size());
  const Index d = problem_->dimension();
  const double *v = state.kept.data(), *references = v + (count + summed()) * length(count);
  for (Vector* part : all) {
    part->setZero();
    for (Index i = 0; i < count; ++i)
      if (const double weight = v[2 * numbers() + i]; weight != 0)
        *part += weight * Eigen::Map<const Vector>(references + i * d, d);
    add_samples(v, *part);
    v += length(count);
  }
  if (!summed()) return;
  state.gradient_sum = Eigen::Map<const Vector>(references + count * d, d);
  add_samples(v, state.gradient_sum);
}

void SpanEngine::add_samples(const double* v, Vector& to) const {
  const Eigen::Map<const Matrix> weights(v + numbers(), scores_.outputs, stride_);
  Eigen::Map<Matrix>(to.data(), scores_.outputs, X_.cols()).noalias() += weights.leftCols(X_.rows()) * X_;
}

kernels::InnerLoop& SpanEngine::loop(Index parts) {
  if (loop_) return *loop_;
  const Index n = X_.rows(), d = X_.cols();
  gram_ = Matrix::Zero(n, stride_);
  kernels::table->gram({X_.data(), n, d, d}, {X_.data(), n, d, d}, gram_.data(), stride_);
  loop_ =
      kernels::table->inner_loop({.loss = *problem_->loss()->recipe(),
                                  .samples = n,
                                  .dimension = length(parts),
                                  .rows = kernels::DenseRowsOf<double>{{gram_.data(), n, n, stride_}, false},
                                  .y = problem_->loss()->monotone() ? nullptr : problem_->y().data(),
                                  .batch = nullptr,
                                  .scores = &scores_,
                                  .forgetful = nullptr,
                                  .hessian = {}},
                                 move_, steps_, kernels::Variant::gram);
  return *loop_;
}

}  // namespace implicitbias
