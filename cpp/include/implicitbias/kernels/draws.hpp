// Random batches of samples: functions of the seed and the iteration alone.
#pragma once

#include <cstdint>
#include <utility>

#include "implicitbias/base/types.hpp"
#include "implicitbias/kernels/recipe.hpp"

namespace implicitbias::kernels {

/// The integer in [0, bound) that 64 random bits stand for: its bias is below bound / 2^64.
inline std::uint64_t scaled_to(std::uint64_t bound, std::uint64_t random) {
#ifdef __SIZEOF_INT128__
  __extension__ using Product = unsigned __int128;
  return static_cast<std::uint64_t>((Product{random} * bound) >> 64);
#else
  const auto low = [](std::uint64_t x) { return x & 0xffffffff; };
  const auto high = [](std::uint64_t x) { return x >> 32; };
  // The high half of random * bound, without 128-bit integers.
  const std::uint64_t carry = (low(random) * low(bound)) >> 32;
  const std::uint64_t middle = high(random) * low(bound) + carry;
  const std::uint64_t other = low(random) * high(bound) + low(middle);
  return high(random) * high(bound) + high(middle) + high(other);
#endif
}

/// Writes the batch that these random bits, one number a draw, pick from `samples`; the bits are used up.
/// `order` lists the samples, each at its own place, before and after.
inline void pick_batch(const BatchRecipe& batch, std::uint64_t samples, std::uint64_t* random, Index* order,
                       Index* picked) {
  const Index size = batch.size;
  if (batch.replace) {
    for (Index i = 0; i < size; ++i) picked[i] = static_cast<Index>(scaled_to(samples, random[i]));
    return;
  }
  // Fisher and Yates's shuffle of the first entries, undone afterwards.
  for (Index i = 0; i < size; ++i) {
    const auto first = static_cast<std::uint64_t>(i);
    random[i] = first + scaled_to(samples - first, random[i]);
  }
  for (Index i = 0; i < size; ++i) {
    std::swap(order[i], order[random[i]]);
    picked[i] = order[i];
  }
  for (Index i = 0; i < size; ++i) {
    order[i] = i;
    order[random[i]] = static_cast<Index>(random[i]);
  }
}

/// Writes 64 random bits for each of `size` draws of each iteration from t on (Philox 4x32-10:
/// kernels/draws.cpp).
void draw_bits(std::int64_t seed, std::int64_t t, Index iterations, Index size, std::uint64_t* random);

}  // namespace implicitbias::kernels
