// Samples with several scores each, s_n = W x_n for parameters W of shape (k, d): the rows of A are
// combinations of e_c (x) x_n, which sees W_c alone, and are never formed.
//
// Both products take two steps: k scores a sample from the samples as they were given (a thin matrix
// product), and rows from the scores, or the same backwards. Each kind of row is one subclass: `Outputs` has
// the scores themselves, `Pairs` their differences.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "implicitbias/problems/samples.hpp"

namespace implicitbias {

class ScoredSamples : public Samples {
 public:
  Vector sample(Index row) const override {
    const Vector x = samples_->sample(row / each());
    Vector result = Vector::Zero(dimension());
    for (const auto& [output, sign] : blocks(row)) result.segment(output * length(), length()) = sign * x;
    return result;
  }

  Vector entries(Index row) const override {
    const Vector x = samples_->entries(row / each());
    const Blocks of_row = blocks(row);
    Vector result(of_row.count * x.size());
    auto* end = result.data();
    for (const auto& [output, sign] : of_row)
      end = std::transform(x.begin(), x.end(), end, [s = sign](double entry) { return s * entry; });
    return result;
  }

  double reach(Index row, VectorView w) const override {
    double sum = 0;
    for (const auto& [output, sign] : blocks(row))
      sum += samples_->reach(row / each(), w.segment(output * length(), length()));
    return sum;
  }

  void add_sizes(Index row, double factor, VectorSlot g) const override {
    for (const auto& [output, sign] : blocks(row))
      samples_->add_sizes(row / each(), factor, g.segment(output * length(), length()));
  }

  // Every output is in some row of every sample.
  Vector largest() const override { return samples_->largest().replicate(outputs_, 1); }

  Matrix matrix() const override {
    Matrix result(count(), dimension());
    for (Index row = 0; row < count(); ++row) result.row(row) = sample(row);
    return result;
  }

  Data given(const Vector&) const override { return samples_->given(Vector()); }

  void predict(const Vector& w, Vector& z, Threads* threads) const override {
    Matrix scores(outputs_, samples_->count());
    samples_->predict_each(in_rows(w), scores, threads);
    from_scores(scores, nullptr, z);
  }

  void accumulate(const Vector& s, Vector& g, Threads* threads) const override {
    Matrix weights(outputs_, samples_->count());
    to_scores(s, nullptr, weights);
    samples_->accumulate_each(weights, Eigen::Map<Matrix>(g.data(), outputs_, length()), threads);
  }

  void predict(const Vector& w, const std::vector<Index>& batch, Vector& z) const override {
    Matrix scores(outputs_, static_cast<Index>(batch.size()));
    samples_->predict_each(in_rows(w), batch, scores);
    from_scores(scores, &batch, z);
  }

  void accumulate(const Vector& s, const std::vector<Index>& batch, Vector& g) const override {
    Matrix weights(outputs_, static_cast<Index>(batch.size()));
    to_scores(s, &batch, weights);
    samples_->accumulate_each(weights, batch, Eigen::Map<Matrix>(g.data(), outputs_, length()));
  }

  // The compiled loop takes a copy of them.
  std::optional<kernels::StoredRows> stored() const override {
    return samples_->in_place() ? std::nullopt : samples_->stored();
  }

 protected:
  /// One term of a row: sign e_output (x) x_n.
  struct Block {
    Index output;
    double sign;
  };

  /// The terms of a row, one or two.
  struct Blocks {
    Index count;
    std::array<Block, 2> terms;

    const Block* begin() const { return terms.data(); }
    const Block* end() const { return terms.data() + count; }
  };

  /// Of rows that are `each` a sample, all of which see the samples as they were given.
  ScoredSamples(std::shared_ptr<const Samples> samples, Index outputs, Index each)
      : Samples(samples->count() * each, samples->dimension() * outputs, false, each),
        samples_(std::move(samples)),
        outputs_(outputs) {}

  virtual Blocks blocks(Index row) const = 0;

  /// Writes z from the scores, one column of `scores` a sample: of all samples, or of a batch.
  virtual void from_scores(const Matrix& scores, const std::vector<Index>* batch, Vector& z) const = 0;

  /// Writes what the scores weigh in sum_i s_i (row i), in the same layout.
  virtual void to_scores(const Vector& s, const std::vector<Index>* batch, Matrix& weights) const = 0;

  const Samples& samples() const { return *samples_; }
  Index outputs() const { return outputs_; }

 private:
  Index length() const { return samples_->dimension(); }
  Eigen::Map<const Matrix> in_rows(const Vector& w) const { return {w.data(), outputs_, length()}; }

  std::shared_ptr<const Samples> samples_;
  Index outputs_;
};

}  // namespace implicitbias
