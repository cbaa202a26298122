// Results below the normal range become 0 while this exists, in the thread that made it: what decays to a
// limit (residuals, weights, parameters) would end as subnormal numbers, at a hundred cycles an operation.
#pragma once

#if defined(__SSE2__) || defined(_M_X64)
#include <xmmintrin.h>
#endif

namespace implicitbias::kernels {

class FlushSubnormals {
 public:
#if defined(__SSE2__) || defined(_M_X64)
  FlushSubnormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | _MM_FLUSH_ZERO_ON); }
  ~FlushSubnormals() { _mm_setcsr(before_); }
#else  // where the processor has no such mode, or needs none
  FlushSubnormals() {}
#endif
  FlushSubnormals(const FlushSubnormals&) = delete;
  FlushSubnormals& operator=(const FlushSubnormals&) = delete;

#if defined(__SSE2__) || defined(_M_X64)
 private:
  unsigned before_;
#endif
};

}  // namespace implicitbias::kernels
