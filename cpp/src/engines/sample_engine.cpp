#include "implicitbias/engines/sample_engine.hpp"

#include "implicitbias/engines/inner_state.hpp"
#include "implicitbias/kernels/table.hpp"

namespace implicitbias {

void SampleEngine::enter(State& state) {
  if (state.kept.size() != 2 * samples() + sum_size() + own_size()) anchor(state);
  loop(state).enter({}, nullptr);
}

void SampleEngine::anchor(State& state) {
  state.kept.resize(2 * samples() + sum_size() + own_size());
  Vector z(samples());
  problem_->rows().predict(state.w, z, nullptr);
  if (!problem_->loss()->monotone()) z -= problem_->y();
  std::copy(z.begin(), z.end(), margins(state));
  std::fill_n(weights(state), samples(), 0.0);
  std::copy(state.gradient_sum.begin(), state.gradient_sum.end(), sums(state));
  anchor(state, own(state));
}

void SampleEngine::advance(State& state, std::int64_t until) {
  while (state.t < until) {
    if (state.t % period == 0) {
      settle(state);
      anchor(state);
    }
    const std::int64_t pause = std::min(until, (state.t / period + 1) * period);
    kernels::InnerState inner = inner_state(state, moved(state));
    inner.memory[0] = margins(state);
    inner.memory_size[0] = samples();
    inner.gradient_sum = weights(state);
    loop(state).advance(inner, pause);
    if (!sum_size()) inner.weight_sum = state.weight_sum;  // the run keeps no sum
    take_numbers(inner, state);
  }
}

void SampleEngine::settle(State& state) {
  const Vector alpha = Eigen::Map<const Vector>(weights(state), samples());
  if (sum_size()) {
    Vector added(sum_size());
    problem_->rows().accumulate(alpha, added, nullptr);
    state.gradient_sum = Eigen::Map<const Vector>(sums(state), sum_size()) + added;
  }
  place(own(state), alpha, state);
}

GramEngine::GramEngine(std::shared_ptr<const Problem> problem, std::shared_ptr<const Method> method,
                       const kernels::StepRecipe& steps)
    : SampleEngine(std::move(problem), std::move(method)),
      steps_(steps),
      coordinates_(problem_->dimension()) {}

void GramEngine::make_gram(const State& state) {
  const Index n = samples(), d = problem_->dimension();
  const Samples& rows = problem_->rows();
  // What a unit weight adds to w, and to the coordinates in which the method keeps the sum.
  Matrix in_w(n, d), in_q(n, d);
  Vector move(d), dq(coordinates_);
  for (Index i = 0; i < n; ++i) {
    const Vector down = -rows.sample(i);
    method_->straight()->direction(state, down, move);
    method_->flow()->increment(state, down, 0, 0, 0, dq);
    in_w.row(i) = move;
    in_q.row(i) = dq;
  }
  constexpr Index line = 8;
  const Index stride = (n + line - 1) / line * line;
  gram_ = Matrix::Zero(n, stride);
  const Matrix A = rows.matrix();
  kernels::table->gram({A.data(), n, d, d}, {in_w.data(), n, d, d}, gram_.data(), stride);
  if (in_q != A) moves_ = std::move(in_q);
  loop_ =
      kernels::table->inner_loop({.loss = *problem_->loss()->recipe(),
                                  .samples = n,
                                  .dimension = n,
                                  .rows = kernels::DenseRowsOf<double>{{gram_.data(), n, n, stride}, false},
                                  .y = nullptr,
                                  .batch = nullptr,
                                  .scores = nullptr,
                                  .forgetful = nullptr,
                                  .hessian = {}},
                                 {kernels::MoveRecipe::Kind::identity}, steps_, kernels::Variant::gram);
}

void GramEngine::anchor(const State& state, double* own) {
  const Vector q = method_->flow()->coordinates(state);
  std::copy(q.begin(), q.end(), own);
}

void GramEngine::place(const double* own, const Vector& alpha, State& state) {
  Vector moved(coordinates_);
  if (moves_.size())
    moved.noalias() = moves_.transpose() * alpha;
  else
    problem_->rows().accumulate(alpha, moved, nullptr);
  method_->flow()->place(Eigen::Map<const Vector>(own, coordinates_) - moved, state);
}

kernels::InnerLoop& GramEngine::loop(const State& state) {
  if (!loop_) make_gram(state);
  return *loop_;
}

CoordinateEngine::CoordinateEngine(std::shared_ptr<const Problem> problem,
                                   std::shared_ptr<const Method> method, const kernels::InnerProblem& inner,
                                   const kernels::StepRecipe& steps)
    : SampleEngine(std::move(problem), std::move(method)),
      loop_(kernels::table->inner_loop(inner, {kernels::MoveRecipe::Kind::coordinate}, steps,
                                       kernels::Variant::coordinates)) {}

}  // namespace implicitbias
