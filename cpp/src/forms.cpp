// Which form iterates. Microseconds an iteration, plain and in the other form, on one core of an x86-64
// machine with AVX2: see bench/README.md.
#include "implicitbias/forms/inner_form.hpp"
#include "implicitbias/forms/sample_form.hpp"
#include "implicitbias/kernels/table.hpp"

namespace implicitbias {

namespace {

// Below this many entries the bounds on the derivatives cost what they save (50 x 100).
constexpr Index screened_columns = 1 << 14;

// At most about d + 1 rows are support vectors, so that screening pays for tall data that are not tiny.
bool screens_rows(Index samples, Index dimension) { return samples >= 64 && samples >= 2 * dimension; }

}  // namespace

std::unique_ptr<Form> best_form(std::shared_ptr<const Problem> problem, std::shared_ptr<const Method> method,
                                const StepSize& step_size, double log_radius) {
  using Kind = kernels::InnerMove::Kind;
  const auto loss = problem->loss()->inner_loss();
  if (!loss) return nullptr;
  const bool monotone = problem->loss()->monotone();
  const Index n = problem->samples(), d = problem->dimension();
  const double log_beta = monotone ? method->log_smoothness(Vector::Zero(d), 0, log_radius)
                                   : std::numeric_limits<double>::quiet_NaN();
  const auto steps = step_size.inner_steps(log_beta, monotone);
  if (!steps) return nullptr;
  const Samples& rows = problem->rows();

  if (method->linear() && n < d) return std::make_unique<GramForm>(problem, method, *steps);
  const auto move = method->inner_move();
  if (!move) return nullptr;
  if (move->kind == Kind::coordinate && monotone && n * d >= screened_columns && !screens_rows(n, d))
    return std::make_unique<CoordinateForm>(problem, method, *steps);
  // The smoothness bound of the factorised method is not B^2 L, which the inner loops know.
  if (rows.streamed() || (move->kind == Kind::factor && monotone)) return nullptr;

  const bool screened = monotone && screens_rows(n, d) && move->kind != Kind::adagrad;
  const kernels::InnerProblem inner{*loss, n, d, rows.view(), rows.tall(), problem->y().data()};
  return std::make_unique<InnerForm>(
      screened ? "screened" : "inner",
      kernels::table->inner_loop(inner, *move, *steps,
                                 screened ? kernels::InnerForm::screened : kernels::InnerForm::plain));
}

}  // namespace implicitbias
