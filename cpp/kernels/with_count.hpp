// Counts that are known at run time only, as constants of the compiler.
#pragma once

#include <type_traits>

#include "implicitbias/base/types.hpp"
#include "implicitbias/kernels/always_inline.hpp"

namespace implicitbias::kernels::level {

/// Calls f(std::integral_constant<int, count>) for a count from 1 to Most: loops over a few rows are
/// unrolled. Does nothing for 0.
template <int Most = 7, class F>
IMPLICITBIAS_INLINE void with_count(Index count, const F& f) {
  if constexpr (Most > 0) {
    if (count == Most) return f(std::integral_constant<int, Most>());
    with_count<Most - 1>(count, f);
  }
}

/// Calls f with the number of coordinates that the smallest problems are padded to as a constant, or any
/// other: loops over so few are one vector each, where the compiler knows.
template <class F>
IMPLICITBIAS_INLINE auto with_padded(Index d, const F& f) {
  if (d == 4) return f(std::integral_constant<Index, 4>());
  return f(d);
}

}  // namespace implicitbias::kernels::level
