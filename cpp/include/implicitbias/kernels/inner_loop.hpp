// Whole iterations in a level's module, without a copy of the state. The plain loop (run_loop.cpp) says what
// they compute; here each stage of an iteration is a class of its own behind one virtual call:
//     query point, products with the samples, loss, transposed products, step size, move.
#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "implicitbias/kernels/products.hpp"
#include "implicitbias/kernels/recipe.hpp"
#include "implicitbias/kernels/sparse_products.hpp"

namespace implicitbias::kernels {

/// The parts of a run's state that iterations change.
struct InnerState {
  std::int64_t t;
  double* w;
  double* memory[4];
  Index memory_size[4];
  double* gradient_sum;  // null where it is not kept
  double weight_sum, largest_step;
  std::int64_t largest_step_t, last_violation;
};

/// At most so many samples of at most so many coordinates stay in registers for a whole iteration.
inline constexpr Index tiny_dimension = 8, tiny_samples = 128;

enum class Variant {
  plain,
  hessian,      // through X'X, for the squared loss
  screened,     // rows that have no weight are left out
  gram,         // the rows are the Gram matrix, and the state is in the space of the samples
  coordinates,  // in l1, columns that cannot have the largest derivative are left out; memory: the margins
  pieces,       // as hessian, for losses that are quadratic piece by piece
};

/// Dense rows as they are stored: one a sample, labels applied; one a coordinate where they are tall.
template <class T>
struct DenseRowsOf {
  RowsOf<T> rows;
  bool tall;

  double entry(Index sample, Index coordinate) const {
    return tall ? rows.data[coordinate * rows.stride + sample] : rows.data[sample * rows.stride + coordinate];
  }
};

using StoredRows =
    std::variant<DenseRowsOf<double>, DenseRowsOf<float>, SparseRowsOf<double>, SparseRowsOf<float>>;

inline bool is_dense(const StoredRows& rows) {
  return std::holds_alternative<DenseRowsOf<double>>(rows) ||
         std::holds_alternative<DenseRowsOf<float>>(rows);
}

/// What the loop asks of the plain one, rarely.
class Host {
 public:
  virtual ~Host() = default;
  /// Sets to 0 the entries of h, minus the gradient at w, that are below the bound on their own rounding.
  virtual void clear(std::int64_t t, const double* w, double* h) = 0;
};

/// For moves that forget the scale of derivatives (see cancellation.hpp).
struct Forgetful {
  const double* largest;  // entry of each column, in size
  const double* least;  // error of each derivative of residuals at w = 0; null for a monotone loss or batches
  double largest_y;
  Host* host;
};

struct InnerProblem {
  LossRecipe loss;
  Index samples, dimension;    // of the parameters
  StoredRows rows;             // the samples
  const double* y;             // targets; null for a monotone loss
  const BatchRecipe* batch;    // null for gradients over all samples
  const ScoreRecipe* scores;   // null where a sample has one score
  const Forgetful* forgetful;  // null where the scale of derivatives counts
  Rows hessian;                // 2 X'X, for that variant, which copies it

  /// How many numbers of samples make a gradient.
  Index numbers() const { return (batch ? batch->size : samples) * (scores ? scores->each() : 1); }
};

class InnerLoop {
 public:
  virtual ~InnerLoop() = default;

  /// Whether a state with this memory is in the range that it iterates in.
  virtual bool takes(const double* const* /*memory*/) const { return true; }

  /// Iterates to `until`. What is not finite then was so at every later step: it never becomes finite again.
  virtual void advance(InnerState& state, std::int64_t until) = 0;

  /// What later iterations depend on besides the state, where there is something.
  virtual Index kept_size() const { return 0; }
  virtual const double* kept() const { return nullptr; }
  /// Before the first iteration and wherever the state was changed from outside; `kept` is null where there
  /// is only the state to go on from.
  virtual void enter(const InnerState& /*state*/, const double* /*kept*/) {}
};

}  // namespace implicitbias::kernels
