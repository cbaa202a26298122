// Random batches of samples: functions of the seed and the iteration alone.
#pragma once

#include <cstdint>
#include <utility>

#include "implicitbias/base/types.hpp"
#include "implicitbias/kernels/recipe.hpp"

namespace implicitbias::kernels {

/// The integer in [0, bound) that 64 random bits stand for: its bias is below bound / 2^64.
inline std::uint64_t scaled_to(std::uint64_t bound, std::uint64_t random) {
  const auto low = [](std::uint64_t x) { return x & 0xffffffff; };
  const auto high = [](std::uint64_t x) { return x >> 32; };
  // The high half of random * bound, without 128-bit integers.
  const std::uint64_t carry = (low(random) * low(bound)) >> 32;
  const std::uint64_t middle = high(random) * low(bound) + carry;
  const std::uint64_t other = low(random) * high(bound) + low(middle);
  return high(random) * high(bound) + high(middle) + high(other);
}

/// Writes the batch that these random bits, one number a draw, pick from `samples`. `order` is a permutation
/// of the samples, which stays as it was.
inline void pick_batch(const BatchRecipe& batch, std::uint64_t samples, const std::uint64_t* random,
                       Index* order, Index* picked) {
  const Index size = batch.size;
  if (batch.replace) {
    for (Index i = 0; i < size; ++i) picked[i] = static_cast<Index>(scaled_to(samples, random[i]));
    return;
  }
  // Fisher and Yates's shuffle of the first entries, undone afterwards.
  const auto partner = [&](Index i) {
    return i + static_cast<Index>(scaled_to(samples - static_cast<std::uint64_t>(i), random[i]));
  };
  for (Index i = 0; i < size; ++i) {
    std::swap(order[i], order[partner(i)]);
    picked[i] = order[i];
  }
  for (Index i = size; i-- > 0;) std::swap(order[i], order[partner(i)]);
}

/// Writes 64 random bits for each of `size` draws of iteration t (Philox 4x32, see numerics/philox.hpp).
void draw_bits(std::int64_t seed, std::int64_t t, Index size, std::uint64_t* random);

}  // namespace implicitbias::kernels
