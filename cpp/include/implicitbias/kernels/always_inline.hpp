// Whether a small function is inlined decides whether the loop around it vectorizes.
#pragma once

#if defined(__GNUC__)
#define IMPLICITBIAS_INLINE [[gnu::always_inline]] inline
#define IMPLICITBIAS_NO_INLINE [[gnu::noinline]]
#else
#define IMPLICITBIAS_INLINE __forceinline
#define IMPLICITBIAS_NO_INLINE __declspec(noinline)
#endif
