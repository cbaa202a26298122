#include "make_gradient.hpp"

#include "column_gradient.hpp"
#include "drawn_products.hpp"
#include "gradients.hpp"
#include "hessian_gradient.hpp"
#include "piecewise_gradient.hpp"
#include "scored_gradient.hpp"
#include "screened_gradient.hpp"

namespace implicitbias::kernels::level {

namespace {

template <class T>
std::unique_ptr<Products> products_of(const InnerProblem& problem, const DenseRowsOf<T>& rows) {
  if (problem.batch && problem.dimension <= 4)
    return std::make_unique<DrawnShortProducts<4>>(rows, problem.samples, problem.dimension, problem.y,
                                                   *problem.batch);
  if (problem.batch && problem.dimension <= tiny_dimension)
    return std::make_unique<DrawnShortProducts<tiny_dimension>>(rows, problem.samples, problem.dimension,
                                                                problem.y, *problem.batch);
  if (problem.batch)
    return std::make_unique<DrawnProducts<T>>(rows, problem.samples, problem.dimension, problem.y,
                                              *problem.batch);
  return std::make_unique<DenseProducts<T>>(rows, problem.samples, problem.y);
}

template <class T>
std::unique_ptr<Products> products_of(const InnerProblem& problem, const SparseRowsOf<T>& rows) {
  if (problem.batch)
    return std::make_unique<DrawnSparseProducts<T>>(rows, problem.dimension, problem.y, *problem.batch);
  return std::make_unique<SparseProducts<T>>(rows, problem.dimension, problem.y);
}

std::unique_ptr<Products> make_products(const InnerProblem& problem) {
  return std::visit([&](const auto& rows) { return products_of(problem, rows); }, problem.rows);
}

}  // namespace

std::unique_ptr<Gradient> make_gradient(const InnerProblem& problem, Variant variant) {
  if (problem.scores) return scored_gradient(problem, variant);
  if (variant == Variant::plain)
    if (auto columns = column_gradient(problem)) return columns;
  auto loss = loss_stage(problem.loss);
  if (variant == Variant::gram)
    return std::make_unique<GramGradient>(std::get<DenseRowsOf<double>>(problem.rows).rows, std::move(loss));
  if (variant == Variant::screened)
    return std::make_unique<ScreenedGradient>(problem, make_products(problem),
                                              make_gradient(problem, Variant::plain), std::move(loss));
  if (variant == Variant::hessian)
    return std::make_unique<HessianGradient>(problem.hessian, make_products(problem));
  if (variant == Variant::pieces)
    return std::make_unique<PiecewiseGradient>(problem, make_products(problem),
                                               make_gradient(problem, Variant::plain), std::move(loss));
  if (!problem.batch) {
    if (const auto* rows = std::get_if<DenseRowsOf<double>>(&problem.rows))
      if (OnePassGradient<double>::pays(*rows))
        return std::make_unique<OnePassGradient<double>>(rows->rows, problem.y, std::move(loss));
    if (const auto* rows = std::get_if<DenseRowsOf<float>>(&problem.rows))
      if (OnePassGradient<float>::pays(*rows))
        return std::make_unique<OnePassGradient<float>>(rows->rows, problem.y, std::move(loss));
  }
  return std::make_unique<TwoPassGradient>(make_products(problem), std::move(loss));
}

}  // namespace implicitbias::kernels::level
