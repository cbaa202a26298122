// Which engine iterates: chosen here, by what the parts of the run say of themselves and by size.
// Microseconds an iteration on one x86-64 core with AVX2, in the plain loop and in the engine chosen,
// loss-normalized steps on exponential loss (see bench/test_forms.py):
// - inner: .13 and .09 (10 x 3, l2), .23 and .03 (10 x 3, squared loss, l4/3), 1.2 and 1.0 (50 x 100, l4/3);
// - gram: 1.1 and .38 (50 x 100), 11 and 1.6 (100 x 500), 2200 and 250 (1000 x 5000);
// - coordinates: 11 and 5 (100 x 500), 2300 and 330 (1000 x 5000);
// - screened: 11 and 3.2 (2000 x 20, l2, the mean of 10^6).
#include "implicitbias/engines/compiled_engine.hpp"
#include "implicitbias/engines/sample_engine.hpp"
#include "implicitbias/kernels/table.hpp"
#include "implicitbias/numerics/decompositions.hpp"

namespace implicitbias {

namespace {

// Below this many entries the bounds on the derivatives cost what they save (50 x 100).
constexpr Index screened_columns = 1 << 14;

// Making the Gram matrix of more entries takes seconds, without a look at Ctrl-C, and a few copies of them.
constexpr Index largest_gram = 1 << 24;

// From this many entries on, several threads do more for the plain loop than an inner loop does (see
// threads.hpp).
constexpr Index shared = 1 << 15;

// At most about d + 1 rows are support vectors, so that screening pays for tall data that are not tiny.
bool screens_rows(Index samples, Index dimension) { return samples >= 64 && samples >= 2 * dimension; }

/// Whether the factors of the moves, and inner products of two samples, stay far from the smallest and
/// largest numbers. The plain loop adds logarithms instead; the others would lose digits, or the step.
bool keeps_digits(const kernels::InnerSteps& steps, double log_radius) {
  constexpr double far = 300, smallest = -600;  // e^300 = 1e130
  return std::abs(log_radius) < far && steps.log_cap > smallest && steps.log_bound > smallest;
}

/// Whether X'X keeps enough of X: its condition is the square of that of X, and so is what a residual that is
/// seen through it alone can lose.
bool has_hessian(const Problem& problem) {
  const Index n = problem.samples(), d = problem.dimension();
  if (problem.loss()->inner_loss() != kernels::InnerLoss::squared || d > kernels::tiny_dimension || n < d)
    return false;
  const Matrix X = problem.rows().matrix();
  const Vector values = eigenvalues(X.transpose() * X);
  return values[0] > 1e-4 * values[d - 1] && values[0] > 1e-100 && values[d - 1] < 1e100;
}

}  // namespace

std::unique_ptr<Engine> best_engine(std::shared_ptr<const Problem> problem,
                                    std::shared_ptr<const Method> method, const StepSize& step_size,
                                    double log_radius, bool threaded) {
  using Kind = kernels::InnerMove::Kind;
  const auto loss = problem->loss()->inner_loss();
  if (!loss) return nullptr;
  const bool monotone = problem->loss()->monotone();
  const Index n = problem->samples(), d = problem->dimension();
  const double log_beta = monotone ? method->log_smoothness(Vector::Zero(d), 0, log_radius)
                                   : std::numeric_limits<double>::quiet_NaN();
  const auto steps = step_size.inner_steps(log_beta, monotone);
  if (!steps || !keeps_digits(*steps, log_radius)) return nullptr;
  const auto rows = problem->rows().dense();
  if (!rows) return nullptr;

  if (method->linear() && n < d && n * d <= largest_gram)
    return std::make_unique<GramEngine>(problem, method, *steps);
  const auto move = method->inner_move();
  if (!move) return nullptr;
  const kernels::InnerProblem inner{*loss, n, d, rows->rows, rows->tall, problem->y().data()};
  if (move->kind == Kind::coordinate && monotone && n * d >= screened_columns && !screens_rows(n, d))
    return std::make_unique<CoordinateEngine>(problem, method, inner, *steps);
  // The smoothness bound of the factorized method is not B^2 L, which the inner loops know.
  if (problem->rows().streamed() || (move->kind == Kind::factor && monotone)) return nullptr;

  const bool screened = monotone && screens_rows(n, d) && move->kind != Kind::adagrad;
  if (threaded && !screened && n * d >= shared) return nullptr;
  return std::make_unique<CompiledEngine>(
      screened ? "screened" : "inner",
      kernels::table->inner_loop(inner, *move, *steps,
                                 screened                ? kernels::Variant::screened
                                 : has_hessian(*problem) ? kernels::Variant::hessian
                                                         : kernels::Variant::plain));
}

}  // namespace implicitbias
