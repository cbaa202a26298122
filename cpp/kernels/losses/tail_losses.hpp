// Monotone losses with an exponential tail.
#pragma once

#include <algorithm>
#include <cmath>

#include "implicitbias/kernels/always_inline.hpp"
#include "implicitbias/kernels/exponential.hpp"
#include "loss_stage.hpp"

namespace implicitbias::kernels::level {

inline double smallest_of(const double* z, Index n) {
  double smallest = infinity;
#pragma omp simd reduction(min : smallest)
  for (Index i = 0; i < n; ++i) smallest = z[i] < smallest ? z[i] : smallest;
  return smallest;
}

/// From margins of 37 on, 1 + exp(-m) is 1.
inline constexpr double tail_begins = 37;

struct ExponentialFormula {
  static constexpr bool near(double smallest) { return std::abs(smallest) <= tail_begins; }
  static constexpr bool needs_near = false;  // the tail's formula is right everywhere
  IMPLICITBIAS_INLINE static double weight(double z) { return exponential(-z); }
  static double most(double total, double, Index) { return total; }
  static double loss(const double* z, Index n) {
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (Index i = 0; i < n; ++i) sum += exponential(-z[i]);
    return sum;
  }
  static double above(double smallest, double drop) { return smallest + drop; }
};

struct LogisticFormula {
  static constexpr bool near(double smallest) { return smallest <= tail_begins; }
  static constexpr bool needs_near = true;
  IMPLICITBIAS_INLINE static double weight(double z) {
    const double u = exponential(-std::abs(z));
    return (z < 0 ? 1.0 : u) / (1 + u);
  }
  // l <= 2 log 2 s where z >= 0, and l <= log 2 + |z| elsewhere, where s >= 1/2.
  static double most(double total, double smallest, Index n) {
    return 1.3862943611198909 * total + static_cast<double>(n) * std::max(-smallest, 0.0);
  }
  /// sum log(1 + u) + max(-z, 0): one logarithm for the product of all 1 + u, as E = product - 1, which grows
  /// by E u + u. No term is negative, so that E keeps its digits.
  static double loss(const double* z, Index n) {
    constexpr Index lanes = 8, most = 1000;  // factors a lane, of 2 at most
    double sum = 0;
    for (Index begin = 0; begin < n; begin += lanes * most) {
      const Index end = std::min(n, begin + lanes * most), whole = begin + (end - begin) / lanes * lanes;
      double E[lanes] = {}, below = 0;
      for (Index i = begin; i < whole; i += lanes) {
#pragma omp simd reduction(+ : below)
        for (Index k = 0; k < lanes; ++k) {
          const double u = exponential(-std::abs(z[i + k]));
          E[k] += E[k] * u + u;
          below += std::max(-z[i + k], 0.0);
        }
      }
      for (Index i = whole; i < end; ++i) {
        const double u = exponential(-std::abs(z[i]));
        E[0] += E[0] * u + u;
        below += std::max(-z[i], 0.0);
      }
      double product = 0;
      for (const double factor : E) {
        if (product > 1e150 || factor > 1e150) {
          sum += std::log1p(product);
          product = 0;
        }
        product += product * factor + factor;
      }
      sum += std::log1p(product) + below;
    }
    return sum;
  }
  // -l' = u / (1 + u) is between u / 2 and u for z >= 0, and at least 1/2 below.
  static double above(double smallest, double drop) { return std::max(smallest, 0.0) + drop + 0.7; }
};

struct SigmoidFormula {
  static constexpr bool near(double smallest) { return smallest <= tail_begins; }
  static constexpr bool needs_near = true;
  IMPLICITBIAS_INLINE static double weight(double z) {
    const double u = exponential(-std::abs(z)), sum = 1 + u;
    return u / (sum * sum);
  }
  // l = s (1 + u) where z >= 0, and l <= 1 everywhere.
  static double most(double total, double smallest, Index n) {
    return smallest >= 0 ? 2 * total : static_cast<double>(n);
  }
  static double loss(const double* z, Index n) {
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (Index i = 0; i < n; ++i) {
      const double u = exponential(-std::abs(z[i]));
      sum += (z[i] < 0 ? 1.0 : u) / (1 + u);
    }
    return sum;
  }
  static double above(double, double) { return infinity; }
};

template <class Formula>
class TailLoss final : public LossStage {
 public:
  bool monotone() const override { return true; }

  Weights weigh(const double* z, Index n, double* s) override {
    if (far_) {  // as in the last iteration: what is written depends on z alone
      const double smallest = smallest_of(z, n);
      if (!Formula::near(smallest)) return tail(z, n, smallest, s);
    }
    double smallest = infinity, total = 0;
#pragma omp simd reduction(min : smallest) reduction(+ : total)
    for (Index i = 0; i < n; ++i) {
      smallest = z[i] < smallest ? z[i] : smallest;
      const double weight = Formula::weight(std::max(z[i], -690.0));
      s[i] = weight;
      total += weight;
    }
    far_ = !Formula::near(smallest);
    if (far_) return tail(z, n, smallest, s);
    // Where nothing but underflow is left, the plain loop knows more.
    if (!(total > 1e-250)) total = std::numeric_limits<double>::quiet_NaN(), s[0] = total;
    return {0, total, Formula::most(total, smallest, n)};
  }

  double most(double total, double shift, double smallest, Index n) const override {
    return shift == 0 ? Formula::most(total, smallest, n) : total;
  }

  double shift_for(double smallest) const override { return Formula::near(smallest) ? 0 : smallest; }

  bool outgrows(double shift, double smallest) const override {
    return smallest < shift - 300 || (Formula::needs_near && shift != 0 && Formula::near(smallest));
  }

  double weigh_at(const double* z, Index n, double shift, double* s) const override {
    if (shift != 0) return tail_at(z, n, shift, s);
    double total = 0;
#pragma omp simd reduction(+ : total)
    for (Index i = 0; i < n; ++i) {
      s[i] = Formula::weight(z[i]);
      total += s[i];
    }
    return total;
  }

  double loss(const double* z, Index n, double shift) const override {
    if (shift == 0) return Formula::loss(z, n);
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (Index i = 0; i < n; ++i) sum += exponential(shift - z[i]);
    return sum;
  }

  double negligible_from(double smallest, double drop) const override {
    return Formula::above(smallest, drop);
  }

 private:
  static double tail_at(const double* z, Index n, double shift, double* s) {
    double total = 0;
#pragma omp simd reduction(+ : total)
    for (Index i = 0; i < n; ++i) {
      const double weight = exponential(shift - z[i]);
      s[i] = weight;
      total += weight;
    }
    return total;
  }

  static Weights tail(const double* z, Index n, double smallest, double* s) {
    const double total = tail_at(z, n, smallest, s);
    return {smallest, total, total};
  }

  bool far_ = false;
};

}  // namespace implicitbias::kernels::level
