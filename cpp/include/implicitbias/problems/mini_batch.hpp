// Stochastic gradients from random subsets of the samples (eq. 2).
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
      "Gradients from random batches (eq. 2): the unscaled sum over the samples drawn.\n\n"
      "The batch of iteration t is a function of the seed and t alone.\n\n"
      "Parameters\n----------\nsize : int\n    Samples a batch.\nseed : int\n    Not negative.\n"
      "replace : bool\n    Draw with replacement; a sample drawn twice counts twice.";

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
    kernels::draw_bits(seed_, t, size_, random.data());
    kernels::pick_batch(recipe(), order.size(), random.data(), order.data(), batch.data());
  }

 private:
  std::int64_t size_, seed_;
  bool replace_;
};

}  // namespace implicitbias
