// Moves of several runs, one a lane: those of moves.hpp and mirror_moves.hpp, for runs by one method.
#pragma once

#include <algorithm>
#include <memory>

#include "implicitbias/kernels/inner_loop.hpp"
#include "lane_gradient.hpp"

namespace implicitbias::kernels::level {

class LaneMove {
 public:
  virtual ~LaneMove() = default;
  /// Takes the steps f along h of so many vectors.
  virtual void take(LanePoint* points, Index count) const = 0;
};

/// What it does with one vector is for Move::take_one(point, d); few coordinates are a constant of the
/// compiler.
template <class Move>
class LaneMoveOf : public LaneMove {
 public:
  explicit LaneMoveOf(Index d) : d_(d) {}
  void take(LanePoint* points, Index count) const final {
    const auto take_all = [&](auto d) {
      for (Index v = 0; v < count; ++v) static_cast<const Move*>(this)->take_one(points[v], d);
    };
    switch (d_) {
      case 2:
        return take_all(std::integral_constant<Index, 2>());
      case 3:
        return take_all(std::integral_constant<Index, 3>());
      case 4:
        return take_all(std::integral_constant<Index, 4>());
      default:
        return take_all(d_);
    }
  }

 private:
  Index d_;
};

class LaneIdentityMove final : public LaneMoveOf<LaneIdentityMove> {
 public:
  using LaneMoveOf::LaneMoveOf;
  template <class Count>
  IMPLICITBIAS_INLINE void take_one(const LanePoint& at, Count d) const {
    for (Index j = 0; j < d; ++j) at.w[j] += at.f * at.h[j];
  }
};

/// The largest |h_j| of each run.
IMPLICITBIAS_INLINE Wide largest_entries(const Wide* h, Index d) {
  Wide largest{};
  for (Index j = 0; j < d; ++j) {
    largest = larger(absolute(h[j]), largest);
  }
  return largest;
}

/// The first coordinate with the largest |h_j|.
class LaneCoordinateMove final : public LaneMoveOf<LaneCoordinateMove> {
 public:
  using LaneMoveOf::LaneMoveOf;
  template <class Count>
  IMPLICITBIAS_INLINE void take_one(const LanePoint& at, Count d) const {
    const Wide largest = largest_entries(at.h, d), zero{};
    Wide left = all(1.0);
    for (Index j = 0; j < d; ++j) {
      const Wide chosen = absolute(at.h[j]) == largest ? left : zero;
      at.w[j] += chosen > zero ? at.f * at.h[j] : zero;
      left -= chosen;
    }
  }
};

/// sign(h_j) |h_j|^r S^balance, S = sum |h|^(r+1).
class LanePowerMap {
 public:
  LanePowerMap(const PowerRecipe& recipe, Index d) : power_(*recipe.power), balance_(recipe.balance), d_(d) {}

  /// Writes it but for a factor, which it returns.
  template <class Count>
  IMPLICITBIAS_INLINE Wide write(const Wide* h, Wide* out, Count d) const {
    const Wide low = all(1e-100), high = all(1e100);
    const Wide sum = powers(h, out, d);
    if (!all_less(low, sum) || !all_less(sum, high)) [[unlikely]]
      return write_scaled(h, sum, out);
    return balanced(sum);
  }

 private:
  IMPLICITBIAS_INLINE Wide balanced(const Wide& sum) const {
    if (balance_ == -0.5) return all(1.0) / square_root(sum);
    return exponential(balance_ * logarithm(sum));
  }

  /// Where it leaves the range of numbers, relative to the largest entry, as a norm would.
  IMPLICITBIAS_NO_INLINE Wide write_scaled(const Wide* h, const Wide& found, Wide* out) const {
    const Wide one = all(1.0), zero{};
    const Wide largest = largest_entries(h, d_);
    const Wide size = ((found > all(1e-100)) & (found < all(1e100))) ? one : largest > zero ? largest : one;
    WideArray scaled(d_);
    for (Index j = 0; j < d_; ++j) scaled.data()[j] = h[j] / size;
    const Wide sum = powers(scaled.data(), out, d_);
    return sum > zero ? size * balanced(sum) : sum;  // 0, or NaN
  }

  /// Writes sign(h_j) |h_j|^r and returns the sum of the powers r + 1.
  template <class Count>
  IMPLICITBIAS_INLINE Wide powers(const Wide* h, Wide* out, Count d) const {
    // 3/2 and 4/3 are the exponents of the paper.
    if (power_.exponent() == 2) return each_power(h, out, d, [](const Wide& a) { return a * absolute(a); });
    if (power_.exponent() == 3) return each_power(h, out, d, [](const Wide& a) { return a * a * a; });
    if (power_.integer())
      return each_power(h, out, d, [this](const Wide& a) { return signed_as(by_roots(absolute(a)), a); });
    return each_power(h, out, d, [this](const Wide& a) { return signed_as(by_logarithm(absolute(a)), a); });
  }

  template <class Count, class One>
  IMPLICITBIAS_INLINE static Wide each_power(const Wide* h, Wide* out, Count d, const One& one) {
    Wide sum{};
    for (Index j = 0; j < d; ++j) {
      out[j] = one(h[j]);
      sum += h[j] * out[j];
    }
    return sum;
  }

  IMPLICITBIAS_INLINE static Wide signed_as(const Wide& size, const Wide& a) {
    return a < Wide{} ? -size : size;
  }

  IMPLICITBIAS_INLINE Wide by_roots(Wide base) const {
    for (int root = 0; root < power_.roots(); ++root) base = square_root(base);
    Wide power = all(1.0);
    for (unsigned bits = power_.integer(); bits; bits >>= 1) {
      if (bits & 1) power *= base;
      base *= base;
    }
    return power;
  }

  IMPLICITBIAS_INLINE Wide by_logarithm(const Wide& a) const {
    const Wide smallest = all(std::numeric_limits<double>::min()), zero{};
    const Wide log_power = power_.exponent() * logarithm(a > smallest ? a : smallest);
    const Wide power = exponential(log_power);
    return ((a > smallest) & (log_power > all(-690.0))) ? power : zero;
  }

  Power power_;
  double balance_;
  Index d_;
};

class LanePowerMove final : public LaneMoveOf<LanePowerMove> {
 public:
  LanePowerMove(const PowerRecipe& recipe, Index d) : LaneMoveOf(d), map_(recipe, d), direction_(d) {}
  template <class Count>
  IMPLICITBIAS_INLINE void take_one(const LanePoint& at, Count d) const {
    Wide* direction = direction_.data();
    const Wide factor = at.f * map_.write(at.h, direction, d);
    for (Index j = 0; j < d; ++j) at.w[j] += factor * direction[j];
  }

 private:
  LanePowerMap map_;
  mutable WideArray direction_;
};

/// The dual variables, with what their sums round off, then w.
class LaneMirrorMove final : public LaneMoveOf<LaneMirrorMove> {
 public:
  LaneMirrorMove(const MoveRecipe& move, Index d) : LaneMoveOf(d), link_(move.link) {
    if (link_ == MoveRecipe::Link::power) map_ = std::make_unique<LanePowerMap>(move.power, d);
  }
  template <class Count>
  IMPLICITBIAS_INLINE void take_one(const LanePoint& at, Count d) const {
    for (Index j = 0; j < d; ++j) {
      const Wide z = at.dual[j], move = at.rest[j] + at.f * at.h[j];
      const Wide sum = z + move, added = sum - z;
      at.dual[j] = sum;
      at.rest[j] = (z - (sum - added)) + (move - added);
    }
    if (map_) {
      const Wide factor = map_->write(at.dual, at.w, d);
      for (Index j = 0; j < d; ++j) at.w[j] *= factor;
      return;
    }
    for (Index j = 0; j < d; ++j)
      at.w[j] = link_ == MoveRecipe::Link::exponential ? whole_exponential(at.dual[j]) : at.dual[j];
  }

 private:
  MoveRecipe::Link link_;
  std::unique_ptr<LanePowerMap> map_;
};

}  // namespace implicitbias::kernels::level
