// Each loss as a formula of one margin or residual, on numbers and on vectors alike.
//
// `weigh` returns the weight s = -l' and adds to sums; `sums` makes a total and a loss of these.
#pragma once

#include <cmath>

#include "../vector.hpp"
#include "implicitbias/kernels/always_inline.hpp"
#include "implicitbias/kernels/logarithm.hpp"
#include "implicitbias/kernels/recipe.hpp"

namespace implicitbias::kernels::level {

struct LossSums {
  double total = 0, loss = 0;  // sum s_n, sum l(z_n)
};

/// From margins of 37 on, 1 + exp(-m) is 1: there losses with an exponential tail are the exponential one.
inline constexpr double tail_begins = 37;

/// How many samples one `Sums` takes: the product of 64 factors 1 + u <= 2 a lane stays in range, and so does
/// the product of all lanes.
inline constexpr Index piece = 64 * width;

template <class T>
IMPLICITBIAS_INLINE T absolute(T x) {
  const T zero{};
  return x < zero ? -x : x;
}

#ifdef __GNUC__
IMPLICITBIAS_INLINE Wide absolute(Wide x) {
  constexpr std::uint64_t sign = std::uint64_t{1} << 63;
  return std::bit_cast<Wide>(std::bit_cast<WideBits>(x) & ~sign);
}
#endif

struct TailFormula;

/// Relative weights of a loss with an exponential tail: the smallest margin is the shift.
struct ExponentialTail {
  static double shift_at(double smallest) { return smallest; }
  static TailFormula tail(double shift);
};

struct ExponentialFormula : ExponentialTail {
  static constexpr bool monotone = true;
  static constexpr bool needs_near = false;  // the tail's formula is right everywhere
  static bool near(double smallest) { return std::abs(smallest) <= tail_begins; }
  static double above(double smallest, double drop) { return smallest + drop; }

  template <class T>
  struct Sums {
    T total{};
  };
  template <class T>
  IMPLICITBIAS_INLINE T weigh(T z, Sums<T>& sums) const {
    const T most = T{} + 690.0;
    const T s = exponential(-z < most ? -z : most);
    sums.total += s;
    return s;
  }
  static LossSums sums(const Sums<Wide>& sums) {
    const double total = sum_of(sums.total);
    return {total, total};
  }
};

/// The weights of the exponential loss times exp(shift). Those of all exponential tails equal them far out.
struct TailFormula {
  static constexpr bool monotone = true;
  double shift;
  template <class T>
  using Sums = ExponentialFormula::Sums<T>;
  template <class T>
  IMPLICITBIAS_INLINE T weigh(T z, Sums<T>& sums) const {
    const T s = exponential(shift - z);
    sums.total += s;
    return s;
  }
  static LossSums sums(const Sums<Wide>& sums) { return ExponentialFormula::sums(sums); }
};

inline TailFormula ExponentialTail::tail(double shift) { return {shift}; }

struct LogisticFormula : ExponentialTail {
  static constexpr bool monotone = true;
  static constexpr bool needs_near = true;
  static bool near(double smallest) { return smallest <= tail_begins; }
  // -l' = u / (1 + u) is between u / 2 and u for z >= 0, and at least 1/2 below.
  static double above(double smallest, double drop) { return (smallest > 0 ? smallest : 0) + drop + 0.7; }

  /// l = log(1 + u) + max(-z, 0) with u = exp(-|z|). One logarithm serves the product of all 1 + u, kept as
  /// E = product - 1, which grows by E u + u: no term is negative, so that E keeps its digits.
  template <class T>
  struct Sums {
    T total{}, excess{}, below{};
  };
  template <class T>
  IMPLICITBIAS_INLINE T weigh(T z, Sums<T>& sums) const {
    const T zero{}, one = zero + 1.0;
    const T u = exponential(-absolute(z));
    const T s = (z < zero ? one : u) / (1.0 + u);
    sums.total += s;
    sums.excess += sums.excess * u + u;
    sums.below += z < zero ? -z : zero;
    return s;
  }
  static LossSums sums(const Sums<Wide>& sums) {
    const double excess = fold(sums.excess, [](const auto& a, const auto& b) { return a + (a * b + b); });
    return {sum_of(sums.total), logarithm_of_one_plus(excess) + sum_of(sums.below)};
  }
};

struct SigmoidFormula : ExponentialTail {
  static constexpr bool monotone = true;
  static constexpr bool needs_near = true;
  static bool near(double smallest) { return smallest <= tail_begins; }
  static double above(double, double) { return infinity; }

  template <class T>
  struct Sums {
    T total{}, loss{};
  };
  template <class T>
  IMPLICITBIAS_INLINE T weigh(T z, Sums<T>& sums) const {
    const T zero{}, one = zero + 1.0;
    const T u = exponential(-absolute(z)), inverse = 1.0 / (1.0 + u);
    const T s = u * inverse * inverse;
    sums.total += s;
    sums.loss += (z < zero ? one : u) * inverse;
    return s;
  }
  static LossSums sums(const Sums<Wide>& sums) { return {sum_of(sums.total), sum_of(sums.loss)}; }
};

/// Losses with a finite root need neither total nor loss between recorded rows. Where a step size asks for
/// the loss, `Valued` adds it.
struct RootFormula {
  static constexpr bool monotone = false;
  template <class T>
  struct Sums {};
  static LossSums sums(const Sums<Wide>&) { return {1, 0}; }
};

struct SquaredFormula : RootFormula {
  explicit SquaredFormula(double) {}
  struct Values {
    Wide loss{};
    double sum() const { return sum_of(loss); }
  };
  IMPLICITBIAS_INLINE void value(Wide r, Wide, Values& values) const { values.loss += r * r; }
  template <class T>
  IMPLICITBIAS_INLINE T weigh(T r, Sums<T>&) const {
    return -2.0 * r;
  }
};

struct HuberFormula : RootFormula {
  explicit HuberFormula(double delta) : delta(delta) {}
  using Values = SquaredFormula::Values;
  /// c (2 |r| - c) for the smaller c of |r| and delta.
  IMPLICITBIAS_INLINE void value(Wide r, Wide s, Values& values) const {
    const Wide clipped = 0.5 * absolute(s);
    values.loss += clipped * (2.0 * absolute(r) - clipped);
  }
  template <class T>
  IMPLICITBIAS_INLINE T weigh(T r, Sums<T>&) const {
    const T most = T{} + delta;
    const T clipped = r < -most ? -most : r;
    return -2.0 * (most < clipped ? most : clipped);
  }
  double delta;
};

struct LogCoshFormula : RootFormula {
  explicit LogCoshFormula(double) {}
  /// 2 log cosh r is log(1 + sinh^2 r), and far out 2 |r| - 2 log 2 + 2 log(1 + e) with e = exp(-2 |r|). See
  /// LogisticFormula.
  struct Values {
    Wide excess{}, above{};
    double sum() const {
      const double all = fold(excess, [](const auto& a, const auto& b) { return a + (a * b + b); });
      return 0.5 * (logarithm_of_one_plus(all) + sum_of(above));
    }
  };
  IMPLICITBIAS_INLINE void value(Wide r, Wide s, Values& values) const {
    const Wide zero{}, near = zero + 1.0, size = absolute(r), e = exponential(-2.0 * size);
    const Wide more = size < near ? s * s / (1.0 - s * s) : e * (2.0 + e);
    values.excess += values.excess * more + more;
    values.above += size < near ? zero : 2.0 * (size - std::log(2.0));
  }
  /// tanh |r| = -e / (2 + e) with e = exp(-2 |r|) - 1.
  template <class T>
  IMPLICITBIAS_INLINE T weigh(T r, Sums<T>&) const {
    const T zero{}, far = zero + 300.0, size = absolute(r);
    const T e = exponential_minus_one(-2.0 * (far < size ? far : size)), slope = e / (2.0 + e);
    return r < zero ? -slope : slope;
  }
};

struct TruncatedSquaredFormula : RootFormula {
  explicit TruncatedSquaredFormula(double cap) : cap(cap) {}
  template <class T>
  IMPLICITBIAS_INLINE T weigh(T r, Sums<T>&) const {
    const T zero{};
    return r * r < zero + cap ? -2.0 * r : zero;
  }
  double cap;
};

/// A formula that sums the loss itself, too.
template <class Formula>
struct Valued : Formula {
  using Formula::Formula;
  template <class>
  struct Sums {
    typename Formula::Values values;
  };
  IMPLICITBIAS_INLINE Wide weigh(Wide r, Sums<Wide>& sums) const {
    typename Formula::template Sums<Wide> none;
    const Wide s = Formula::weigh(r, none);
    Formula::value(r, s, sums.values);
    return s;
  }
  static LossSums sums(const Sums<Wide>& sums) { return {1, sums.values.sum()}; }
};

}  // namespace implicitbias::kernels::level
