// One portable binary: the compiler emits each function marked IMPLICITBIAS_EACH_SIMD_LEVEL for several
// instruction sets, and the loader binds the best that the machine has. The loops are plain scalar code,
// which compilers vectorise; `omp simd` allows their sums to be reordered, and nothing else.
//
// To be included by source files only: the same inline function at several levels in several of them would
// be one symbol to the linker.
#pragma once

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__)
#define IMPLICITBIAS_X86_LEVELS 1
#define IMPLICITBIAS_EACH_SIMD_LEVEL \
  __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define IMPLICITBIAS_EACH_SIMD_LEVEL
#endif

// What marked functions call must be inlined into each of them.
#if defined(__GNUC__)
#define IMPLICITBIAS_INLINE [[gnu::always_inline]] inline
#else
#define IMPLICITBIAS_INLINE __forceinline
#endif
