// Which engine iterates: chosen here, by what the parts of the run say of themselves and by size.
// Microseconds an iteration on one x86-64 core with AVX-512, in the plain loop and in the engine chosen,
// exponential loss and loss-normalized steps where nothing else is said:
// - inner: .12 and .044 (10 x 3, l2); .57 and .56 (50 x 100, l4/3);
// - gram: .78 and .22 (50 x 100), 6.0 and .90 (100 x 500); 1.4 in the engine inner and .66 (50 x 100, three
//   classes, cross-entropy, constant steps);
// - coordinates: 7.3 and 3.1 (100 x 500), 8.0 and 1.9 (logistic loss, constant steps);
// - hessian: 16 and .27 (1797 x 64, squared loss), .25 (Huber loss);
// - screened: 7.8 and .46 (2000 x 20, l2, after 10^6 iterations; 1.3 in their mean).
#include "implicitbias/engines/compiled_engine.hpp"
#include "implicitbias/engines/lanes.hpp"
#include "implicitbias/engines/sample_engine.hpp"
#include "implicitbias/engines/span_engine.hpp"
#include "implicitbias/kernels/table.hpp"

namespace implicitbias {

namespace {

// Below this many entries the bounds on the derivatives cost what they save (50 x 100).
constexpr Index screened_columns = 1 << 14;

// Making the Gram matrix of more entries takes seconds, without a look at Ctrl-C, and a few copies of them.
constexpr Index largest_gram = 1 << 24;

// With so few samples the margins alone move faster than with their weights and the state's (5 x 20).
constexpr Index one_vector = 8;

// From this many entries on, several threads do more for the plain loop than the compiled one does (see
// threads.hpp).
constexpr Index shared = 1 << 15;

// At most about d + 1 rows are support vectors, so that screening pays for tall data that are not tiny.
bool leaves_out_rows(Index samples, Index dimension) { return samples >= 64 && samples >= 2 * dimension; }

// Making X'X of more than so many products takes seconds, without a look at Ctrl-C.
constexpr Index largest_hessian = Index{1} << 31;

/// Whether the factors of the moves, and inner products of two samples, stay far from the smallest and
/// largest numbers. The plain loop adds logarithms instead; the others would lose digits, or the step.
bool keeps_digits(const kernels::StepRecipe& steps, double log_radius) {
  constexpr double far = 150, smallest = 1e-260;  // e^150 = 1e65
  return std::abs(log_radius) < far && steps.eta > smallest &&
         (steps.log_scale == infinity || steps.log_scale - steps.log_beta > -600);
}

/// 2 X'X, rows padded to cache lines.
class TwiceHessian {
 public:
  explicit TwiceHessian(const Samples& rows) {
    constexpr Index line = 8;
    const Index n = rows.count(), d = rows.dimension(), stride = (d + line - 1) / line * line;
    const Matrix columns = rows.matrix().transpose();
    entries_ = Matrix::Zero(d, stride);
    kernels::table->gram({columns.data(), d, n, n}, {columns.data(), d, n, n}, entries_.data(), stride);
    entries_ *= 2;
  }
  kernels::Rows rows() const { return {entries_.data(), entries_.rows(), entries_.rows(), entries_.cols()}; }

 private:
  Matrix entries_;
};

/// Whether the loss is quadratic, or is so for samples that stay in their piece, and X'X is less than X.
bool has_hessian(const Problem& problem, const kernels::LossRecipe& loss, const kernels::StoredRows& rows) {
  const Index n = problem.samples(), d = problem.dimension();
  if (n <= kernels::tiny_samples && d <= kernels::tiny_dimension) return false;
  const bool pieces = loss.kink() < infinity && leaves_out_rows(n, d);
  return (pieces || loss.kind == kernels::LossRecipe::Kind::squared) && n > d && kernels::is_dense(rows) &&
         n * d * d <= largest_hessian;
}

/// The steps as compiled loops take them; nothing where there are none, or they would lose digits.
std::optional<kernels::StepRecipe> compiled_steps(const Problem& problem, const Method& method,
                                                  const StepSize& step_size, double log_radius) {
  auto steps = step_size.recipe();
  if (!steps) return std::nullopt;
  const auto move = method.recipe();
  const bool factor = move && move->kind == kernels::MoveRecipe::Kind::factor;
  if (problem.loss()->bounds_curvature())
    steps->log_beta =
        factor ? log_radius : method.log_smoothness(Vector::Zero(problem.dimension()), 0, log_radius);
  return keeps_digits(*steps, log_radius) ? steps : std::nullopt;
}

}  // namespace

std::unique_ptr<Engine> best_engine(std::shared_ptr<const Problem> problem,
                                    std::shared_ptr<const Method> method, const StepSize& step_size,
                                    std::shared_ptr<const MiniBatch> batch, double log_radius,
                                    bool threaded) {
  if (!problem->model().identity()) return nullptr;
  using Kind = kernels::MoveRecipe::Kind;
  using kernels::Variant;
  const auto loss = problem->loss()->recipe();
  const auto steps = compiled_steps(*problem, *method, step_size, log_radius);
  const auto rows = problem->rows().stored();
  if (!loss || !steps || !rows) return nullptr;
  // Engines that move the numbers of the samples themselves know one a sample.
  const bool monotone = loss->monotone(), whole = !batch && !problem->rows().scores();
  const Index n = problem->samples(), d = problem->dimension();
  const auto move = method->recipe();
  const bool factor = move && move->kind == Kind::factor;
  const auto* doubles = std::get_if<kernels::DenseRowsOf<double>>(&*rows);

  const bool given = steps->size == kernels::StepRecipe::Size::given;
  const Index length = problem->rows().scores() ? d / problem->rows().scores()->outputs : d;
  if (!batch && given && kernels::is_dense(*rows) && n < length && n * d <= largest_gram) {
    const bool linear = whole && method->linear();
    if (move && SpanEngine::spans(*move) && length > kernels::tiny_dimension && (n > one_vector || !linear))
      return std::make_unique<SpanEngine>(problem, *rows, *move, *steps);
    if (linear) return std::make_unique<GramEngine>(problem, method, *steps);
  }
  if (!move || problem->rows().streamed() || (factor && !doubles)) return nullptr;
  // Steps that are no step from 0, and a loss whose value the compiled loop does not know.
  if (!given && move->kind == Kind::natural_entropy) return nullptr;
  if (steps->size == kernels::StepRecipe::Size::polyak && loss->kind == kernels::LossRecipe::Kind::probit)
    return nullptr;
  const auto host = std::make_shared<LoopHost>(problem, batch, method->forgets_scale());
  kernels::InnerProblem inner = host->problem(*rows);
  inner.loss.valued = steps->size == kernels::StepRecipe::Size::polyak;
  if (whole && given && doubles && move->kind == Kind::coordinate && move->bare() && monotone &&
      n * d >= screened_columns && !leaves_out_rows(n, d))
    return std::make_unique<CoordinateEngine>(problem, method, inner, *steps);

  const auto compiled = [&](const char* name, Variant variant) {
    return std::make_unique<CompiledEngine>(
        name, 0, host, [=] { return kernels::table->inner_loop(inner, *move, *steps, variant); });
  };
  const bool screened = whole && doubles && monotone && loss->kind < kernels::LossRecipe::Kind::sigmoid &&
                        leaves_out_rows(n, d) && move->bare() && !factor;
  if (screened) return compiled("screened", Variant::screened);
  if (whole && !factor && !inner.loss.valued && has_hessian(*problem, inner.loss, *rows)) {
    if (inner.loss.kink() < infinity) return compiled("hessian", Variant::pieces);
    return std::make_unique<CompiledEngine>("hessian", d / 4, host, [=] {
      const auto hessian = std::make_shared<const TwiceHessian>(problem->rows());
      kernels::InnerProblem with_hessian = inner;
      with_hessian.hessian = hessian->rows();
      return kernels::table->inner_loop(with_hessian, *move, *steps, Variant::hessian);
    });
  }
  if (threaded && n * d >= shared) return nullptr;
  return compiled("inner", Variant::plain);
}

std::optional<kernels::StepRecipe> lane_steps(const std::shared_ptr<const Problem>& problem,
                                              const Method& method, const StepSize& step_size,
                                              const MiniBatch* batch, double log_radius) {
  const auto move = method.recipe();
  const auto rows = problem->rows().stored();
  if (batch || !move || !rows || !problem->loss()->recipe() || method.forgets_scale() ||
      !kernels::has_lanes(*move))
    return std::nullopt;
  const kernels::InnerProblem inner = LoopHost(problem, nullptr, false).problem(*rows);
  if (!kernels::has_lanes(inner)) return std::nullopt;
  // In the space of its samples a run alone has less work.
  if (!kernels::is_tiny(inner) && method.linear() && inner.samples < inner.dimension) return std::nullopt;
  const auto steps = compiled_steps(*problem, method, step_size, log_radius);
  return steps && kernels::has_lanes(*steps) ? steps : std::nullopt;
}

std::unique_ptr<kernels::LaneLoop> lanes_for(const std::shared_ptr<const Problem>& problem,
                                             const Method& method) {
  return kernels::table->lane_loop(LoopHost(problem, nullptr, false).problem(*problem->rows().stored()),
                                   *method.recipe());
}

}  // namespace implicitbias
