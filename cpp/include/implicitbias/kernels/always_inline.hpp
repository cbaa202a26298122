// Whether a small function is inlined decides whether the loop around it vectorizes.
#pragma once

#if defined(__GNUC__)
#define IMPLICITBIAS_INLINE [[gnu::always_inline]] inline
#else
#define IMPLICITBIAS_INLINE __forceinline
#endif
