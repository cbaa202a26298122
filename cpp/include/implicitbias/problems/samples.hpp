// The data matrix A, however it is stored: dense, sparse, in single precision, in a mapped file.
//
// All that a run asks of it are the two products z = A w (`predict`) and g = A' s (`accumulate`), for all
// rows or for a batch of them, and bounds on their rounding (`reach`, `add_sizes`). Each storage is one
// subclass; results of any two agree up to rounding.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "implicitbias/base/types.hpp"
#include "implicitbias/kernels/inner_loop.hpp"
#include "implicitbias/problems/data.hpp"

namespace implicitbias {

class Threads;

/// Rows y_n x_n of a monotone loss, x_n otherwise: called samples here, whichever they are. Where a sample
/// has several scores it has several rows, one after the other.
class Samples {
 public:
  /// Chooses how to store them. `signs` are labels to multiply the rows by, or empty.
  static std::shared_ptr<const Samples> of(Data X, const Vector& signs);

  /// The same where `predict_each` and `accumulate_each` are what counts.
  static std::shared_ptr<const Samples> for_scores(Data X);

  virtual ~Samples() = default;

  Index count() const { return count_; }
  Index dimension() const { return dimension_; }

  /// Rows a sample.
  Index each() const { return each_; }

  virtual Vector sample(Index n) const = 0;

  /// The numbers of a sample, without some or all of its zeros.
  virtual Vector entries(Index n) const { return sample(n); }

  /// sum_i |x_ni w_i|, and g += factor |x_n|, entry by entry.
  virtual double reach(Index n, VectorView w) const = 0;
  virtual void add_sizes(Index n, double factor, VectorSlot g) const = 0;

  /// The largest entry of each column, in absolute value.
  virtual Vector largest() const {
    Vector result = Vector::Zero(dimension());
    for (Index n = 0; n < count(); ++n) result = result.cwiseMax(sample(n).cwiseAbs());
    return result;
  }

  virtual Matrix matrix() const = 0;

  /// Rows that span what all rows span: no more of them than need be, where that is cheap to say.
  virtual Matrix spanning() const { return matrix(); }

  /// The rows without the signs that they were multiplied by; owns what it refers to.
  virtual Data given(const Vector& signs) const = 0;

  /// z = A w, by several threads unless they are null.
  virtual void predict(const Vector& w, Vector& z, Threads* threads) const = 0;

  /// g = A' s.
  virtual void accumulate(const Vector& s, Vector& g, Threads* threads) const = 0;

  /// The same for a batch of samples, z or s having the rows of sample batch[0] first, then of batch[1].
  virtual void predict(const Vector& w, const std::vector<Index>& batch, Vector& z) const = 0;
  virtual void accumulate(const Vector& s, const std::vector<Index>& batch, Vector& g) const = 0;

  /// Z = W A' and G = S A, thin products: the rows of W and S are several w and s, whose z and g are rows.
  virtual void predict_each(MatrixView W, MatrixSlot Z, Threads* threads) const;
  virtual void accumulate_each(MatrixView S, MatrixSlot G, Threads* threads) const;
  void predict_each(MatrixView W, const std::vector<Index>& batch, MatrixSlot Z) const;
  void accumulate_each(MatrixView S, const std::vector<Index>& batch, MatrixSlot G) const;

  /// Whether `stream` is there, and faster than `predict` and `accumulate`.
  bool streamed() const { return streamed_; }

  /// Of `count` rows from row `begin` on, z = A w and g = A' s in one pass over the data, for s that are
  /// known block by block: for each block `slopes(begin, count)` turns those entries of z into those of s. It
  /// may rescale g.
  using Slopes = std::function<void(Index begin, Index count)>;
  virtual void stream(Index /*begin*/, Index /*count*/, const Vector& /*w*/, Vector& /*z*/,
                      const Vector& /*s*/, Vector& /*g*/, const Slopes& /*slopes*/) const {}

  /// The rows as they lie in memory, where they are multiplied by their signs; of samples with several
  /// scores the samples themselves.
  virtual std::optional<kernels::StoredRows> stored() const = 0;

  /// What the scores are, where a sample has several.
  virtual std::optional<kernels::ScoreRecipe> scores() const { return std::nullopt; }

  /// Whether they are read where they lie, in a file that memory may be too small for.
  virtual bool in_place() const { return false; }

 protected:
  Samples(Index count, Index dimension, bool streamed, Index each = 1)
      : count_(count), dimension_(dimension), each_(each), streamed_(streamed) {}

 private:
  Index count_, dimension_, each_;
  bool streamed_;
};

}  // namespace implicitbias
