// Stochastic gradients (eq. 2): at every t the sum over a random batch of samples, not rescaled. The batch
// is a function of the seed and t alone (a counter-based generator), so that checkpoints need no state of a
// generator, and the same run has the same batches in chunks of any size.
#pragma once

#include <vector>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/base/types.hpp"
#include "implicitbias/kernels/draws.hpp"

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

  kernels::BatchRecipe recipe() const { return {size_, seed_, replace_}; }

  /// Writes the batch of iteration t. `order` is scratch: a permutation of the samples, which it leaves
  /// as it was.
  void draw(std::int64_t t, std::vector<Index>& order, std::vector<Index>& batch) const {
    std::vector<std::uint64_t> random(static_cast<std::size_t>(size_));
    batch.resize(random.size());
    kernels::draw_bits(seed_, t, 1, size_, random.data());
    kernels::pick_batch(recipe(), order.size(), random.data(), order.data(), batch.data());
  }

 private:
  std::int64_t size_, seed_;
  bool replace_;
};

}  // namespace implicitbias
