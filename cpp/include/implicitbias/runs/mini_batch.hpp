// Stochastic gradients (eq. 2): at every t the sum over a random batch of samples, not rescaled. The batch
// is a function of the seed and t alone (a counter-based generator), so that checkpoints need no state of a
// generator, and the same run has the same batches in chunks of any size.
#pragma once

#include <vector>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/base/types.hpp"
#include "implicitbias/numerics/philox.hpp"

namespace implicitbias {

class MiniBatch {
 public:
  static constexpr const char* name = "MiniBatch";
  static constexpr const char* doc =
      R"(Gradients from random batches (eq. 2): the unscaled sum over the samples drawn.

      The batch of iteration t is a function of the seed and t alone.

      Parameters
      ----------
      size : int
          Samples a batch, at least 1.
      seed : int
          Not negative.
      replace : bool, default False
          Draw with replacement; a sample drawn twice counts twice.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, eq. (2) and Theorem 1.

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 0.0], [0.0, 2.0]], [1.0, 1.0], ib.Squared())
      >>> run = ib.Run(problem, ib.GradientDescent(), 0.1, batch=ib.MiniBatch(1, seed=0)).advance(2000)
      >>> print(run.w.round(6))
      [1.  0.5]
      )";

  MiniBatch(std::int64_t size, std::int64_t seed, bool replace)
      : size_(size), seed_(seed), replace_(replace) {
    if (size < 1) throw InvalidValueError(message("size: expected an integer >= 1, got ", size));
    if (seed < 0) throw InvalidValueError(message("seed: expected an integer >= 0, got ", seed));
  }

  std::int64_t size() const { return size_; }
  std::int64_t seed() const { return seed_; }
  bool replace() const { return replace_; }
  using fields = Fields<Field<"size", &MiniBatch::size>, Field<"seed", &MiniBatch::seed>,
                        Field<"replace", &MiniBatch::replace, [] { return false; }>>;

  void check(Index samples) const {
    if (!replace_ && size_ > samples)
      throw InvalidValueError(
          message("batch: expected a size of at most ", samples, " without replacement, got ", size_));
  }

  /// Writes the batch of iteration t. `order` is scratch: a permutation of the samples, which it leaves
  /// as it was.
  void draw(std::int64_t t, std::vector<Index>& order, std::vector<Index>& batch) const {
    const auto samples = static_cast<std::uint64_t>(order.size());
    batch.resize(static_cast<std::size_t>(size_));
    if (replace_) {
      for (std::size_t i = 0; i < batch.size(); ++i) batch[i] = static_cast<Index>(below(samples, t, i));
      return;
    }
    // Fisher and Yates's shuffle of the first entries, undone afterwards.
    const auto pick = [&](std::size_t i) { return i + below(samples - i, t, i); };
    for (std::size_t i = 0; i < batch.size(); ++i) {
      std::swap(order[i], order[pick(i)]);
      batch[i] = order[i];
    }
    for (std::size_t i = batch.size(); i-- > 0;) std::swap(order[i], order[pick(i)]);
  }

 private:
  /// Uniform in [0, bound), from 64 random bits: its bias is below bound / 2^64.
  std::uint64_t below(std::uint64_t bound, std::int64_t t, std::uint64_t draw) const {
    const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
    const auto time = static_cast<std::uint64_t>(t), seed = static_cast<std::uint64_t>(seed_);
    const auto bits =
        kernels::philox({low(time), high(time), low(draw), high(draw)}, {low(seed), high(seed)});
    const std::uint64_t random = (std::uint64_t{bits[1]} << 32) | bits[0];
    // The high half of random * bound, without 128-bit integers.
    const std::uint64_t carry = (std::uint64_t{low(random)} * low(bound)) >> 32;
    const std::uint64_t middle = std::uint64_t{high(random)} * low(bound) + carry;
    const std::uint64_t other = std::uint64_t{low(random)} * high(bound) + low(middle);
    return std::uint64_t{high(random)} * high(bound) + high(middle) + high(other);
  }

  std::int64_t size_, seed_;
  bool replace_;
};

}  // namespace implicitbias
