// Losses on vectors: from margins or residuals z to the weights s of the samples, h = sum s_n x_n.
//
// Weights of a monotone loss are relative: -l'(z_n) = exp(-shift) s_n. The shift is 0 while the smallest
// margin is near 0, and the smallest margin itself beyond: there every loss with an exponential tail is the
// exponential one, to the last bit.
#pragma once

#include <algorithm>
#include <limits>
#include <memory>

#include "formulas.hpp"
#include "implicitbias/kernels/recipe.hpp"
#include "probit_formula.hpp"

namespace implicitbias::kernels::level {

struct Weights {
  double shift, total, loss;  // total = sum s_n; loss = L exp(shift), of monotone losses
};

/// Whether nothing but underflow is left of a monotone loss's weights: they become NaN, and the plain loop,
/// which knows more, takes over.
inline bool underflows(double total) { return !(total > 1e-250); }

class LossStage {
 public:
  virtual ~LossStage() = default;

  virtual bool monotone() const = 0;

  /// Writes s for all samples, and chooses the shift.
  virtual Weights weigh(const double* z, Index n, double* s) = 0;

  // The same for a part of the samples, where not all margins are known yet.

  /// The shift for margins of which the smallest is this.
  virtual double shift_for(double smallest) const = 0;
  /// Whether margins this small ask for another shift.
  virtual bool outgrows(double shift, double smallest) const = 0;
  /// Writes s for a given shift.
  virtual LossSums weigh_at(const double* z, Index n, double shift, double* s) const = 0;

  /// How large a margin is whose weight is below exp(-drop) of the largest: rows beyond may be left out.
  /// Infinite where there is no such margin.
  virtual double negligible_from(double smallest, double drop) const = 0;
};

std::unique_ptr<LossStage> loss_stage(const LossRecipe& recipe);

inline double smallest_of(const double* z, Index n) {
  Wide smallest = all(infinity);
  Index i = 0;
  for (; i + width <= n; i += width) {
    const Wide v = load(z + i);
    smallest = v < smallest ? v : smallest;
  }
  double result = smallest_of(smallest);
  for (; i < n; ++i) result = std::min(result, z[i]);
  return result;
}

/// Writes s for margins or residuals, the last of them in a vector of their own.
template <class Formula>
LossSums weigh_all(const Formula formula, const double* z, Index n, double* __restrict s) {
  LossSums result;
  for (Index begin = 0; begin < n; begin += piece) {
    const Index end = std::min(n, begin + piece);
    typename Formula::template Sums<Wide> sums;
    Index i = begin;
    for (; i + width <= end; i += width) store(formula.weigh(load(z + i), sums), s + i);
    if (i < end) {
      double rest[width];
      std::fill_n(rest, width, Formula::monotone ? std::numeric_limits<double>::max() : 0.0);
      std::copy(z + i, z + end, rest);
      store(formula.weigh(load(rest), sums), rest);
      std::copy_n(rest, end - i, s + i);
    }
    const LossSums part = Formula::sums(sums);
    result.total += part.total;
    result.loss += part.loss;
  }
  return result;
}

/// Calls visit(formula) for the formula that a recipe names.
template <class Visit>
auto with_formula(const LossRecipe& recipe, const Visit& visit) {
  using Kind = LossRecipe::Kind;
  switch (recipe.kind) {
    case Kind::exponential:
      return visit(ExponentialFormula());
    case Kind::logistic:
      return visit(LogisticFormula());
    case Kind::sigmoid:
      return visit(SigmoidFormula());
    case Kind::probit:
      return visit(ProbitFormula());
    case Kind::squared:
      return recipe.valued ? visit(Valued<SquaredFormula>(0)) : visit(SquaredFormula(0));
    case Kind::huber:
      return recipe.valued ? visit(Valued<HuberFormula>(recipe.parameter))
                           : visit(HuberFormula(recipe.parameter));
    case Kind::log_cosh:
      return recipe.valued ? visit(Valued<LogCoshFormula>(0)) : visit(LogCoshFormula(0));
    default:
      return visit(TruncatedSquaredFormula(recipe.parameter));
  }
}

template <class Formula>
class LossOf final : public LossStage {
 public:
  explicit LossOf(const Formula& formula) : formula_(formula) {}

  bool monotone() const override { return Formula::monotone; }

  Weights weigh(const double* z, Index n, double* s) override {
    double shift = 0;
    if constexpr (Formula::monotone) shift = shift_for(smallest_of(z, n));
    LossSums sums = weigh_at(z, n, shift, s);
    if (Formula::monotone && underflows(sums.total))
      s[0] = sums.total = std::numeric_limits<double>::quiet_NaN();
    return {shift, sums.total, sums.loss};
  }

  double shift_for(double smallest) const override {
    if constexpr (Formula::monotone) return Formula::near(smallest) ? 0 : Formula::shift_at(smallest);
    return 0;
  }

  bool outgrows(double shift, double smallest) const override {
    if constexpr (Formula::monotone)
      return shift_for(smallest) < shift - 300 ||
             (Formula::needs_near && shift != 0 && Formula::near(smallest));
    return false;
  }

  LossSums weigh_at(const double* z, Index n, double shift, double* s) const override {
    if constexpr (Formula::monotone)
      if (shift != 0) return weigh_all(Formula::tail(shift), z, n, s);
    return weigh_all(formula_, z, n, s);
  }

  double negligible_from(double smallest, double drop) const override {
    if constexpr (Formula::monotone) return Formula::above(smallest, drop);
    return infinity;
  }

 private:
  Formula formula_;
};

}  // namespace implicitbias::kernels::level
