// A checksum as fast as memory: a file of samples may be as large as that.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace implicitbias {

/// FNV-1a on words of eight bytes, in eight lanes so that they need not wait for one another. Any change of a
/// single word changes it.
inline std::uint64_t checksum(const unsigned char* bytes, std::size_t size) {
  constexpr std::uint64_t prime = 0x100000001b3;
  constexpr std::size_t lanes = 8, stride = lanes * sizeof(std::uint64_t);
  std::array<std::uint64_t, lanes> sums;
  sums.fill(0xcbf29ce484222325);
  for (std::size_t begin = 0; begin < size; begin += stride) {
    std::array<std::uint64_t, lanes> words{};
    std::memcpy(words.data(), bytes + begin, std::min(stride, size - begin));
    for (std::size_t i = 0; i < lanes; ++i) sums[i] = (sums[i] ^ words[i]) * prime;
  }
  std::uint64_t result = size;
  for (const std::uint64_t sum : sums) result = (result ^ sum ^ sum >> 32) * prime;
  return result;
}

}  // namespace implicitbias
