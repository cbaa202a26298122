// Losses as families of scalar functions, summed over the samples: L = sum_n l(z_n). A loss sees one number
// a sample: the residual z = <w, x> - y where the root is finite (Property 1), the margin z = y <w, x> where
// it is monotone (Property 2). A multiclass loss is monotone in the margins z_nc = <W_y - W_c, x_n> of a
// sample's class y over the others, k - 1 numbers a sample.
//
// A loss is a kernel (value and slope of a residual; or their logarithms at a margin, exact where both
// underflow) and constants that state facts about it. `RootModel` and `TailModel` make the noun of it.
#pragma once

#include <cmath>
#include <concepts>
#include <memory>
#include <optional>

#include "implicitbias/base/types.hpp"
#include "implicitbias/kernels/losses.hpp"
#include "implicitbias/kernels/recipe.hpp"

namespace implicitbias {

using kernels::LossValue;

class Loss {
 public:
  virtual ~Loss() = default;

  /// Monotone losses are read on margins and have limit directions; the others are read on residuals
  /// and have limit points.
  virtual bool monotone() const = 0;

  /// Whether l'' <= l everywhere: then B^2 L(w) bounds the curvature of L along steepest descent, and B L(w)
  /// the dual norm of its gradient. (As l' < 0, l'' l' >= l l'. The integral from m to infinity, where l and
  /// l' vanish, is -l'(m)^2 / 2 >= -l(m)^2 / 2.)
  virtual bool bounds_curvature() const = 0;

  /// Whether l is convex: then the loss along a ray has one minimum at most.
  virtual bool convex() const = 0;

  /// Whether l is straight nowhere: where the rows have full rank L then has one minimum at most.
  virtual bool strictly_convex() const { return false; }

  /// Whether -l' ~ exp(-m) for large margins, as Theorem 5 asks.
  virtual bool exponential_tail() const = 0;

  /// Whether it is read on the margins of a sample's class over the others.
  virtual bool multiclass() const { return false; }

  /// The same loss where every sample has so many numbers, one after the other; null where each number has
  /// a loss of its own, so that groups do not matter.
  virtual std::shared_ptr<const Loss> grouped(Index) const { return nullptr; }

  /// Sums the loss over `z` and writes `slopes`. For a monotone loss the slopes are minus the soft-max
  /// weights: they sum to -1 whatever the size of L, so nothing underflows.
  virtual LossValue evaluate(VectorView z, VectorSlot slopes) const = 0;

  /// Writes l'(z_n), or log(-l'(z_n)) for a monotone loss.
  virtual void slopes(VectorView z, VectorSlot out) const = 0;

  /// Which of the compiled loop's losses it is, if any.
  virtual std::optional<kernels::LossRecipe> recipe() const { return std::nullopt; }

  /// A number with the sign of d/ds sum_n l(z_n + s v_n) at s = 0, about linear in s: for a monotone loss the
  /// slopes of the samples whose loss rises along v over those of the others, as a logarithm; otherwise the
  /// derivative itself.
  virtual double balance(VectorView z, VectorView v) const = 0;

  /// A loss of the user's as a problem keeps it: tried, and its facts read once. Null for any other.
  virtual std::shared_ptr<const Loss> fitted() const { return nullptr; }

  /// Whether any thread may ask for slopes of a part of the samples, and none can fail.
  virtual bool any_thread() const { return true; }
};

template <class K>
concept RootLoss = requires(const K kernel, double residual) {
  { kernel.value(residual) } -> std::same_as<double>;
  { kernel.slope(residual) } -> std::same_as<double>;
  { K::near_root } -> std::convertible_to<double>;  // l(r) / r^2 as r -> 0
  { K::convex } -> std::convertible_to<bool>;
};

/// A fact that a kernel states as a constant where it is true.
template <class K>
constexpr bool strictly_convex_of() {
  return requires { requires K::strictly_convex; };
}

/// A fact that a kernel states as a constant or, where it depends on a parameter, by a function.
template <class K>
constexpr bool bounds_curvature_of(const K& kernel) {
  if constexpr (requires { kernel.bounds_curvature(); })
    return kernel.bounds_curvature();
  else
    return K::bounds_curvature;
}

/// Positive, decreasing to 0. Both logarithms must be exact to rounding for every finite margin.
template <class K>
concept TailLoss = requires(const K kernel, double margin) {
  { kernel.log_value(margin) } -> std::same_as<double>;
  { kernel.log_slope(margin) } -> std::same_as<double>;  // log(-l')
  { bounds_curvature_of(kernel) } -> std::same_as<bool>;
  { K::exponential_tail } -> std::convertible_to<bool>;
  { K::convex } -> std::convertible_to<bool>;
  // Of a multiclass loss, besides: multiclass = true.
};

/// The recipe of a kernel that names one, as `compiled` or, with its parameter, as `recipe()`.
template <class K>
std::optional<kernels::LossRecipe> recipe_of(const K& kernel) {
  if constexpr (requires { kernel.recipe(); })
    return kernel.recipe();
  else if constexpr (requires { K::compiled; })
    return kernels::LossRecipe{K::compiled};
  else
    return std::nullopt;
}

/// log sum_i c_i exp(x_i) for c_i > 0, term by term.
class LogSum {
 public:
  void add(double factor, double exponent) {
    if (exponent > largest_) {
      sum_ *= std::exp(largest_ - exponent);
      largest_ = exponent;
    }
    sum_ += factor * std::exp(exponent - largest_);
  }
  double value() const { return sum_ > 0 ? largest_ + std::log(sum_) : -infinity; }

 private:
  double largest_ = std::numeric_limits<double>::lowest(), sum_ = 0;
};

/// Sums a monotone loss, and makes minus soft-max weights of the logarithms of its slopes. `log_value(n)` is
/// log l(z_n).
template <class LogValue>
LossValue soft_max(const LogValue& log_value, VectorSlot slopes) {
  double largest_value = -infinity, value = 0;
  for (Index n = 0; n < slopes.size(); ++n) largest_value = std::max(largest_value, log_value(n));
  for (Index n = 0; n < slopes.size(); ++n) value += std::exp(log_value(n) - largest_value);
  const double largest_slope = slopes.maxCoeff();
  slopes = (slopes.array() - largest_slope).exp();
  const double slope = slopes.sum();
  slopes /= -slope;
  return {largest_value + std::log(value), largest_slope + std::log(slope)};
}

/// What `Loss::balance` is for a monotone loss; `log_slope(n)` is log(-l'(z_n)).
template <class LogSlope>
double log_balance(const LogSlope& log_slope, VectorView v) {
  LogSum rising, falling;
  for (Index n = 0; n < v.size(); ++n)
    if (v[n] != 0) (v[n] < 0 ? rising : falling).add(std::abs(v[n]), log_slope(n));
  return rising.value() - falling.value();
}

template <RootLoss K>
class RootModel final : public Loss, public K {
 public:
  using K::K;

  bool monotone() const override { return false; }
  bool bounds_curvature() const override { return false; }
  bool convex() const override { return K::convex; }
  bool strictly_convex() const override { return strictly_convex_of<K>(); }
  bool exponential_tail() const override { return false; }
  std::optional<kernels::LossRecipe> recipe() const override { return recipe_of<K>(*this); }

  LossValue evaluate(VectorView z, VectorSlot slopes) const override {
    if constexpr (requires { K::evaluate(z, slopes); }) return K::evaluate(z, slopes);
    double total = 0;
    for (Index n = 0; n < z.size(); ++n) total += K::value(z[n]);
    RootModel::slopes(z, slopes);
    if (total < 1e-280)
      return {std::log(K::near_root) + 2 * std::log(z.stableNorm()), 0.0};  // r^2 underflows
    return {std::log(total), 0.0};
  }

  void slopes(VectorView z, VectorSlot out) const override {
    if (const auto loss = recipe()) return kernels::slopes(*loss, z, out);
    for (Index n = 0; n < z.size(); ++n) out[n] = K::slope(z[n]);
  }

  double balance(VectorView z, VectorView v) const override {
    double slope = 0;
    for (Index n = 0; n < z.size(); ++n) slope += K::slope(z[n]) * v[n];
    return slope;
  }
};

template <TailLoss K>
class TailModel final : public Loss, public K {
 public:
  using K::K;

  bool monotone() const override { return true; }
  bool bounds_curvature() const override { return bounds_curvature_of<K>(*this); }
  bool convex() const override { return K::convex; }
  bool strictly_convex() const override { return strictly_convex_of<K>(); }
  bool exponential_tail() const override { return K::exponential_tail; }
  bool multiclass() const override {
    return requires { requires K::multiclass; };
  }
  std::optional<kernels::LossRecipe> recipe() const override { return recipe_of<K>(*this); }

  LossValue evaluate(VectorView z, VectorSlot slopes) const override {
    if constexpr (requires { K::compiled; }) {
      const LossValue value = kernels::evaluate({K::compiled}, z, slopes);
      if (!std::isnan(value.log_scale)) return value;
    }
    TailModel::slopes(z, slopes);
    return soft_max([&](Index n) { return K::log_value(z[n]); }, slopes);
  }

  void slopes(VectorView z, VectorSlot out) const override {
    for (Index n = 0; n < z.size(); ++n) out[n] = K::log_slope(z[n]);
  }

  double balance(VectorView z, VectorView v) const override {
    return log_balance([&](Index n) { return K::log_slope(z[n]); }, v);
  }
};

}  // namespace implicitbias
