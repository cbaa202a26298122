// Iterations in the space of the samples: on margins or residuals z, and on the sum alpha of the samples'
// weights, of which the rest of the state is a linear function.
//
// Every so many iterations z is computed anew from w, and alpha is added to the rest: what rounding may do in
// between stays as small as in the plain loop. These moments depend on t alone.
#pragma once

#include "implicitbias/engines/engine.hpp"
#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias {

class SampleEngine : public Engine {
 public:
  void enter(State& state) final;
  void advance(State& state, std::int64_t until) final;
  void settle(State& state) final;

 protected:
  SampleEngine(std::shared_ptr<const Problem> problem, std::shared_ptr<const Method> method)
      : problem_(std::move(problem)), method_(std::move(method)) {}

  /// Entries of state.kept that are the engine's own.
  virtual Index own_size() const { return 0; }
  virtual void anchor(const State& /*state*/, double* /*own*/) {}
  /// Writes w and the method's memory for the sums of weights `alpha`.
  virtual void place(const double* /*own*/, const Vector& /*alpha*/, State& /*state*/) {}
  virtual kernels::InnerLoop& loop(const State& state) = 0;
  /// What the loop moves: z itself, or w beside z.
  virtual double* moved(State& state) = 0;

  double* margins(State& state) const { return state.kept.data(); }
  Index samples() const { return problem_->samples(); }

  std::shared_ptr<const Problem> problem_;
  std::shared_ptr<const Method> method_;

 private:
  static constexpr std::int64_t period = 1024;

  void anchor(State& state);
  Index sum_size() const { return problem_->loss()->monotone() ? problem_->dimension() : 0; }
  double* weights(State& state) const { return state.kept.data() + samples(); }
  double* sums(State& state) const { return state.kept.data() + 2 * samples(); }
  double* own(State& state) const { return sums(state) + sum_size(); }
};

/// For methods whose step is a linear function of the gradient: margins move by f K s, with the Gram matrix K
/// of the samples in the method's metric.
class GramEngine final : public SampleEngine {
 public:
  GramEngine(std::shared_ptr<const Problem> problem, std::shared_ptr<const Method> method,
             const kernels::StepRecipe& steps);

  const char* name() const override { return "gram"; }
  /// K costs about as much as n / 5 plain iterations.
  std::int64_t begin() const override { return samples() / 4; }

 private:
  void make_gram(const State& state);
  Index own_size() const override { return coordinates_; }
  void anchor(const State& state, double* own) override;
  void place(const double* own, const Vector& alpha, State& state) override;
  kernels::InnerLoop& loop(const State& state) override;
  double* moved(State& state) override { return margins(state); }

  kernels::StepRecipe steps_;
  Index coordinates_;
  Matrix moves_;  // row n: what a unit weight of sample n adds to the coordinates; empty where that is x_n
  Matrix gram_;
  std::unique_ptr<kernels::InnerLoop> loop_;
};

/// Coordinate descent: see kernels/coordinate_loop.hpp.
class CoordinateEngine final : public SampleEngine {
 public:
  CoordinateEngine(std::shared_ptr<const Problem> problem, std::shared_ptr<const Method> method,
                   const kernels::InnerProblem& inner, const kernels::StepRecipe& steps);

  const char* name() const override { return "coordinates"; }
  /// Its first iterations look at all columns, more than once.
  std::int64_t begin() const override { return 64; }

 private:
  kernels::InnerLoop& loop(const State&) override { return *loop_; }
  double* moved(State& state) override { return state.w.data(); }

  std::unique_ptr<kernels::InnerLoop> loop_;
};

}  // namespace implicitbias
