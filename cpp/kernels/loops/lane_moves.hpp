// Moves of several runs, one a lane: those of moves.hpp and mirror_moves.hpp, for runs by one method.
#pragma once

#include <algorithm>
#include <memory>

#include "implicitbias/kernels/inner_loop.hpp"
#include "lanes.hpp"

namespace implicitbias::kernels::level {

/// The vectors that moves change, an entry for each coordinate.
struct LaneVectors {
  Wide *w, *dual, *rest;
};

class LaneMove {
 public:
  virtual ~LaneMove() = default;
  virtual void take(const Wide* h, const Wide& f, const LaneVectors& state) = 0;
};

class LaneIdentityMove final : public LaneMove {
 public:
  explicit LaneIdentityMove(Index d) : d_(d) {}
  void take(const Wide* h, const Wide& f, const LaneVectors& state) override {
    for (Index j = 0; j < d_; ++j) state.w[j] += f * h[j];
  }

 private:
  Index d_;
};

/// The largest |h_j| of each run.
IMPLICITBIAS_INLINE Wide largest_entries(const Wide* h, Index d) {
  Wide largest{};
  for (Index j = 0; j < d; ++j) {
    const Wide size = absolute(h[j]);
    largest = size > largest ? size : largest;
  }
  return largest;
}

/// The first coordinate with the largest |h_j|.
class LaneCoordinateMove final : public LaneMove {
 public:
  explicit LaneCoordinateMove(Index d) : d_(d) {}
  void take(const Wide* h, const Wide& f, const LaneVectors& state) override {
    const Wide largest = largest_entries(h, d_), zero{};
    Wide left = all(1.0);
    for (Index j = 0; j < d_; ++j) {
      const Wide chosen = absolute(h[j]) == largest ? left : zero;
      state.w[j] += chosen > zero ? f * h[j] : zero;
      left -= chosen;
    }
  }

 private:
  Index d_;
};

/// sign(h_j) |h_j|^r S^balance, S = sum |h|^(r+1).
class LanePowerMap {
 public:
  LanePowerMap(const PowerRecipe& recipe, Index d) : power_(*recipe.power), balance_(recipe.balance), d_(d) {}

  /// Writes it but for a factor, which it returns.
  Wide write(const Wide* h, Wide* out) const {
    const Wide low = all(1e-100), high = all(1e100);
    const Wide sum = powers(h, out);
    if (!all_less(low, sum) || !all_less(sum, high)) [[unlikely]]
      return write_scaled(h, sum, out);
    return balanced(sum);
  }

 private:
  Wide balanced(const Wide& sum) const {
    if (balance_ == -0.5) return all(1.0) / square_root(sum);
    return exponential(balance_ * logarithm(sum));
  }

  /// Where it leaves the range of numbers, relative to the largest entry, as a norm would.
  Wide write_scaled(const Wide* h, const Wide& found, Wide* out) const {
    const Wide one = all(1.0), zero{};
    const Wide largest = largest_entries(h, d_);
    const Wide size = ((found > all(1e-100)) & (found < all(1e100))) ? one : largest > zero ? largest : one;
    WideArray scaled(d_);
    for (Index j = 0; j < d_; ++j) scaled.data()[j] = h[j] / size;
    const Wide sum = powers(scaled.data(), out);
    return sum > zero ? size * balanced(sum) : sum;  // 0, or NaN
  }

  /// Writes sign(h_j) |h_j|^r and returns the sum of the powers r + 1.
  IMPLICITBIAS_INLINE Wide powers(const Wide* h, Wide* out) const {
    // 3/2 and 4/3 are the exponents of the paper.
    if (power_.exponent() == 2) return each_power(h, out, [](const Wide& a) { return a * absolute(a); });
    if (power_.exponent() == 3) return each_power(h, out, [](const Wide& a) { return a * a * a; });
    if (power_.integer())
      return each_power(h, out, [this](const Wide& a) { return signed_as(by_roots(absolute(a)), a); });
    return each_power(h, out, [this](const Wide& a) { return signed_as(by_logarithm(absolute(a)), a); });
  }

  template <class One>
  IMPLICITBIAS_INLINE Wide each_power(const Wide* h, Wide* out, const One& one) const {
    Wide sum{};
    for (Index j = 0; j < d_; ++j) {
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

class LanePowerMove final : public LaneMove {
 public:
  LanePowerMove(const PowerRecipe& recipe, Index d) : map_(recipe, d), d_(d), direction_(d) {}
  void take(const Wide* h, const Wide& f, const LaneVectors& state) override {
    Wide* direction = direction_.data();
    const Wide factor = f * map_.write(h, direction);
    for (Index j = 0; j < d_; ++j) state.w[j] += factor * direction[j];
  }

 private:
  LanePowerMap map_;
  Index d_;
  WideArray direction_;
};

/// The dual variables, with what their sums round off, then w.
class LaneMirrorMove final : public LaneMove {
 public:
  LaneMirrorMove(const MoveRecipe& move, Index d) : link_(move.link), d_(d) {
    if (link_ == MoveRecipe::Link::power) map_ = std::make_unique<LanePowerMap>(move.power, d);
  }
  void take(const Wide* h, const Wide& f, const LaneVectors& state) override {
    for (Index j = 0; j < d_; ++j) {
      const Wide z = state.dual[j], move = state.rest[j] + f * h[j];
      const Wide sum = z + move, added = sum - z;
      state.dual[j] = sum;
      state.rest[j] = (z - (sum - added)) + (move - added);
    }
    if (map_) {
      const Wide factor = map_->write(state.dual, state.w);
      for (Index j = 0; j < d_; ++j) state.w[j] *= factor;
      return;
    }
    for (Index j = 0; j < d_; ++j)
      state.w[j] = link_ == MoveRecipe::Link::exponential ? whole_exponential(state.dual[j]) : state.dual[j];
  }

 private:
  MoveRecipe::Link link_;
  Index d_;
  std::unique_ptr<LanePowerMap> map_;
};

}  // namespace implicitbias::kernels::level
