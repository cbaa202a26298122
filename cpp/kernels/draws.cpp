// Philox 4x32-10 (Salmon et al. 2011): random numbers as a function of a key and a counter, so that a run's
// randomness depends on its seed and on t alone. The counter is (t, draw), the key the seed.
#include <algorithm>
#include <array>

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "level.hpp"

namespace implicitbias::kernels::level {

namespace {

constexpr std::uint32_t first_factor = 0xD2511F53, second_factor = 0xCD9E8D57;
constexpr std::uint32_t first_key_step = 0x9E3779B9, second_key_step = 0xBB67AE85;

std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

std::uint64_t draw_one(std::uint64_t seed, std::uint64_t t, std::uint64_t draw) {
  std::array<std::uint32_t, 4> counter = {low(t), high(t), low(draw), high(draw)};
  std::uint32_t first_key = low(seed), second_key = high(seed);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{first_factor} * counter[0];
    const std::uint64_t b = std::uint64_t{second_factor} * counter[2];
    counter = {high(b) ^ counter[1] ^ first_key, low(b), high(a) ^ counter[3] ^ second_key, low(a)};
    first_key += first_key_step;
    second_key += second_key_step;
  }
  return (std::uint64_t{counter[1]} << 32) | counter[0];
}

#ifdef __AVX2__
/// Four draws side by side, each of its own iteration. Of each lane's 64 bits the low half counts, which is
/// what the multiplication reads.
void draw_four(std::uint64_t seed, const std::uint64_t* t, const std::uint64_t* draw, std::uint64_t* random) {
  const auto all = [](std::uint32_t x) { return _mm256_set1_epi64x(static_cast<long long>(x)); };
  const auto four = [](const std::uint64_t* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  };
  const __m256i first = all(first_factor), second = all(second_factor);
  __m256i c0 = four(t), c1 = _mm256_srli_epi64(c0, 32), c2 = four(draw), c3 = _mm256_srli_epi64(c2, 32);
  std::uint32_t first_key = low(seed), second_key = high(seed);
  for (int round = 0; round < 10; ++round) {
    const __m256i a = _mm256_mul_epu32(first, c0), b = _mm256_mul_epu32(second, c2);
    c0 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(b, 32), c1), all(first_key));
    c2 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(a, 32), c3), all(second_key));
    c1 = b;
    c3 = a;
    first_key += first_key_step;
    second_key += second_key_step;
  }
  const __m256i result = _mm256_or_si256(_mm256_slli_epi64(c1, 32), _mm256_and_si256(c0, all(0xffffffff)));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(random), result);
}
#endif

#ifdef __AVX512F__
/// The same for eight.
void draw_eight(std::uint64_t seed, const std::uint64_t* t, const std::uint64_t* draw,
                std::uint64_t* random) {
  const auto all = [](std::uint32_t x) { return _mm512_set1_epi64(static_cast<long long>(x)); };
  const __m512i first = all(first_factor), second = all(second_factor);
  __m512i c0 = _mm512_loadu_si512(t), c1 = _mm512_srli_epi64(c0, 32);
  __m512i c2 = _mm512_loadu_si512(draw), c3 = _mm512_srli_epi64(c2, 32);
  std::uint32_t first_key = low(seed), second_key = high(seed);
  constexpr int exclusive_or = 0x96;  // of three operands
  for (int round = 0; round < 10; ++round) {
    const __m512i a = _mm512_mul_epu32(first, c0), b = _mm512_mul_epu32(second, c2);
    c0 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(b, 32), c1, all(first_key), exclusive_or);
    c2 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(a, 32), c3, all(second_key), exclusive_or);
    c1 = b;
    c3 = a;
    first_key += first_key_step;
    second_key += second_key_step;
  }
  const __m512i result = _mm512_or_si512(_mm512_slli_epi64(c1, 32), _mm512_and_si512(c0, all(0xffffffff)));
  _mm512_storeu_si512(random, result);
}
#endif

}  // namespace

void draw_bits(std::int64_t seed, std::int64_t t, Index iterations, Index size, std::uint64_t* random) {
  const auto key = static_cast<std::uint64_t>(seed);
  constexpr Index most = 64;  // at a time
  std::uint64_t times[most], draws[most];
  auto time = static_cast<std::uint64_t>(t), draw = std::uint64_t{0};
  for (Index begin = 0; begin < iterations * size; begin += most) {
    const Index count = std::min(most, iterations * size - begin);
    for (Index i = 0; i < count; ++i) {
      times[i] = time;
      draws[i] = draw;
      if (++draw == static_cast<std::uint64_t>(size)) ++time, draw = 0;
    }
    std::uint64_t* out = random + begin;
    Index i = 0;
#ifdef __AVX512F__
    for (; i + 8 <= count; i += 8) draw_eight(key, times + i, draws + i, out + i);
#endif
#ifdef __AVX2__
    for (; i + 4 <= count; i += 4) draw_four(key, times + i, draws + i, out + i);
#endif
    for (; i < count; ++i) out[i] = draw_one(key, times[i], draws[i]);
  }
}

}  // namespace implicitbias::kernels::level
