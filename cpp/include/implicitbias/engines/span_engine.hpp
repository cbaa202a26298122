// Iterations of methods with momentum, weight decay or several scores, in the space of the samples: w, and
// all that the method remembers of the same shape, are sums of what they were at some time and of samples
// (kernels/loops/gram_scores.hpp). As long as samples are fewer than their numbers, products with their Gram
// matrix are less work than those with the samples.
//
// Every so many iterations all of it is computed anew: see sample_engine.hpp.
#pragma once

#include <memory>
#include <vector>

#include "implicitbias/engines/engine.hpp"
#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias {

class SpanEngine final : public Engine {
 public:
  /// For moves of which `spans` says that they are linear, and `rows` that are dense.
  SpanEngine(std::shared_ptr<const Problem> problem, const kernels::StoredRows& rows,
             const kernels::MoveRecipe& move, const kernels::StepRecipe& steps);
  static bool spans(const kernels::MoveRecipe& move);

  const char* name() const override { return "gram"; }
  /// See GramEngine.
  std::int64_t begin() const override { return X_.rows() / 4; }
  void enter(State& state) override;
  void advance(State& state, std::int64_t until) override;
  void settle(State& state) override;

 private:
  static constexpr std::int64_t period = 1024;

  /// The vectors of the state that are parameters: w, and memory.
  std::vector<Vector*> parts(State& state) const;
  Index numbers() const { return scores_.outputs * stride_; }
  /// Entries of state.kept: each part as it is iterated, the sum of the gradients, and both at the reference.
  Index length(Index parts) const { return 2 * numbers() + parts; }
  Index kept_size(Index parts) const { return (parts + summed()) * (length(parts) + problem_->dimension()); }
  Index summed() const { return problem_->loss()->monotone() ? 1 : 0; }

  void anchor(State& state);
  /// Adds what the weights in v are on the samples.
  void add_samples(const double* v, Vector& to) const;
  kernels::InnerLoop& loop(Index parts);

  std::shared_ptr<const Problem> problem_;
  kernels::ScoreRecipe scores_;
  kernels::MoveRecipe move_;
  kernels::StepRecipe steps_;
  Matrix X_;
  Index stride_;  // from a class's scores to the next's
  Matrix gram_;
  std::unique_ptr<kernels::InnerLoop> loop_;
};

}  // namespace implicitbias
