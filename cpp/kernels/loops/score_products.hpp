// The thin products of samples with several scores each, block after block of samples.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "drawn_products.hpp"
#include "panels.hpp"

namespace implicitbias::kernels::level {

class ScoreProducts {
 public:
  virtual ~ScoreProducts() = default;

  /// Samples a gradient, and a block, of which the last may be smaller.
  virtual Index count() const = 0;
  virtual Index block() const = 0;

  /// Takes up w at the samples of iteration t, whose indices it returns; null where these are all.
  virtual const Index* begin(std::int64_t t, const double* w) = 0;
  /// Writes the scores of the samples of a block, `stride` apart a class.
  virtual void predict(Index first, Index stride, double* z) = 0;
  /// Adds sum_n s_n x_n' over them to a sum of so many numbers.
  virtual Index sum_size() const = 0;
  virtual void accumulate(Index first, const double* s, Index stride, double* sum) = 0;
  /// Writes sign times the sum to h.
  virtual void write(const double* sum, double sign, double* h) const = 0;
  /// sum_n |s_n x_nj| over them, for the weights s of one class.
  virtual double size(Index /*first*/, const double* /*s*/, Index /*stride*/, Index /*j*/) const {
    return infinity;
  }
};

/// Numbers a score.
inline Index score_length(const InnerProblem& problem) { return problem.dimension / problem.scores->outputs; }

/// How many samples a block has, in whole panels: their scores, and their weights, stay in the first level.
inline Index samples_a_block(Index panel, Index outputs) {
  constexpr Index scores = 2560;
  return std::max<Index>(1, scores / (outputs * panel)) * panel;
}

/// Of dense samples, or of those drawn.
template <class T>
class DenseScores final : public ScoreProducts {
 public:
  DenseScores(const InnerProblem& problem, const DenseRowsOf<T>& rows)
      : count_(problem.batch ? problem.batch->size : problem.samples),
        panels_(count_, score_length(problem), problem.scores->outputs),
        block_(samples_a_block(panels_.width_of_panel(), problem.scores->outputs)),
        rows_(rows) {
    if (problem.batch)
      draws_.emplace(*problem.batch, problem.samples);
    else
      fill(rows, nullptr);
  }

  Index count() const override { return count_; }
  Index block() const override { return block_; }
  const Index* begin(std::int64_t t, const double* w) override {
    panels_.take(w);
    if (!draws_) return nullptr;
    const Index* picked = draws_->at(t);
    fill(rows_, picked);
    return picked;
  }
  void predict(Index first, Index stride, double* z) override {
    panels_.multiply(first / panels_.width_of_panel(), stride / width, z, stride);
  }
  Index sum_size() const override { return panels_.sum_size(); }
  void accumulate(Index first, const double* s, Index stride, double* sum) override {
    panels_.add(first / panels_.width_of_panel(), stride / width, s, stride, sum);
  }
  void write(const double* sum, double sign, double* h) const override { panels_.write(sum, sign, h); }
  double size(Index first, const double* s, Index stride, Index j) const override {
    return panels_.size(first / panels_.width_of_panel(), stride / width, s, j);
  }

 private:
  void fill(const DenseRowsOf<T>& rows, const Index* picked) {
    for (Index i = 0; i < count_; ++i)
      panels_.set(i, [&, n = picked ? picked[i] : i](Index j) { return rows.entry(n, j); });
  }

  Index count_;
  Panels<T> panels_;
  Index block_;
  DenseRowsOf<T> rows_;
  std::optional<Draws> draws_;
};

/// Of sparse samples, or of those drawn: the numbers of one feature in all scores lie side by side.
template <class T>
class SparseScores final : public ScoreProducts {
 public:
  SparseScores(const InnerProblem& problem, const SparseRowsOf<T>& rows)
      : rows_(rows),
        count_(problem.batch ? problem.batch->size : problem.samples),
        length_(score_length(problem)),
        outputs_(problem.scores->outputs),
        stride_(in_whole_vectors(outputs_)),
        by_feature_(Vector::Zero(length_ * stride_)),
        scores_(stride_) {
    if (problem.batch) draws_.emplace(*problem.batch, problem.samples);
  }

  Index count() const override { return count_; }
  Index block() const override { return count_; }
  const Index* begin(std::int64_t t, const double* w) override {
    for (Index c = 0; c < outputs_; ++c)
      for (Index j = 0; j < length_; ++j) by_feature_[j * stride_ + c] = w[c * length_ + j];
    picked_ = draws_ ? draws_->at(t) : nullptr;
    return picked_;
  }

  void predict(Index, Index stride, double* z) override {
    for (Index i = 0; i < count_; ++i) {
      scores_.setZero();
      for_each(i, by_feature_.data(),
               [&](const double* of_feature, double entry) { add(entry, of_feature, scores_.data()); });
      for (Index c = 0; c < outputs_; ++c) z[c * stride + i] = scores_[c];
    }
  }

  Index sum_size() const override { return by_feature_.size(); }
  void accumulate(Index, const double* s, Index stride, double* sum) override {
    for (Index i = 0; i < count_; ++i) {
      for (Index c = 0; c < outputs_; ++c) scores_[c] = s[c * stride + i];
      for_each(i, sum, [&](double* of_feature, double entry) { add(entry, scores_.data(), of_feature); });
    }
  }
  void write(const double* sum, double sign, double* h) const override {
    for (Index c = 0; c < outputs_; ++c)
      for (Index j = 0; j < length_; ++j) h[c * length_ + j] = sign * sum[j * stride_ + c];
  }

 private:
  template <class Visit>
  IMPLICITBIAS_INLINE void for_each(Index i, double* by_feature, const Visit& visit) const {
    const Index n = picked_ ? picked_[i] : i;
    for (Index k = rows_.starts[n]; k < rows_.starts[n + 1]; ++k)
      visit(by_feature + rows_.columns[k] * stride_, static_cast<double>(rows_.values[k]));
  }

  IMPLICITBIAS_INLINE void add(double factor, const double* from, double* to) const {
    for (Index c = 0; c < stride_; c += width) store(load(to + c) + factor * load(from + c), to + c);
  }

  SparseRowsOf<T> rows_;
  Index count_, length_, outputs_, stride_;
  Vector by_feature_;  // w
  Vector scores_;      // of one sample, or their weights
  std::optional<Draws> draws_;
  const Index* picked_ = nullptr;
};

}  // namespace implicitbias::kernels::level
