#include "implicitbias/runs/requirements.hpp"

#include <cmath>

#include "implicitbias/base/errors.hpp"

namespace implicitbias {

namespace {

struct Requirement {
  bool met;
  const char* text;  // "<the rule> needs ..."
};

Requirement look_up(Need need, const Problem& problem, const Method& method, const LocalRadius& radius,
                    const MiniBatch* batch) {
  const bool linear = problem.model().identity();
  switch (need) {
    case Need::bounded_curvature:
      return {problem.loss()->bounds_curvature(),
              "a loss whose curvature is bounded by its value (Exponential, Logistic, Sigmoid, CrossEntropy, "
              "MulticlassExponential, PairwiseLogistic, PolynomialTail up to power 0.618, or one of your own "
              "that states bounds_curvature = True)"};
    case Need::smoothness_bound:
      return {
          radius.known() && !std::isnan(method.log_smoothness(Vector::Zero(problem.dimension()), 0, 0)),
          linear
              ? "a smoothness bound, and there is none for this method"
              : "a smoothness bound, and there is none for this method on this model: it is known where "
                "the method's norm is Lp, Schatten, or BlockNorm of these, on a model of your own where that "
                "defines reach"};
    case Need::whole_loss:
      return {batch == nullptr, "the whole loss, and a batch has a part of it"};
    case Need::convex_loss:
      return {problem.loss()->convex() && linear,
              linear ? "a convex loss (not Sigmoid or TruncatedSquared; one of your own states convex = True)"
                     : "a loss that is convex in the parameters, and on a model other than Linear() none is"};
    case Need::straight_steps:
      return {method.straight() != nullptr,
              "a method that steps along a ray: SteepestDescent without momentum or weight decay, "
              "NaturalGradient, or MirrorDescent with a quadratic potential and no momentum or constraint"};
    case Need::proportional_steps:
      return {
          method.proportional(),
          "a method whose steps are as long as eta says, and those of AdaGrad, of FactorizedGradientDescent "
          "and of MirrorDescent with momentum, a constraint or a potential that is not quadratic are not"};
    case Need::gradient_norm:
      break;
  }
  return {true, ""};
}

/// A rule that the method takes, of steps that are small and, where the method forgets the gradient's size,
/// decrease.
const char* example(const Method& method) {
  return method.proportional() ? "Normalized(0.1, 0.5)" : "Constant(0.01)";
}

}  // namespace

void check_requirements(const StepSize& rule, const Problem& problem, const Method& method,
                        const LocalRadius& radius, const MiniBatch* batch) {
  for (const Need need : rule.needs()) {
    const Requirement found = look_up(need, problem, method, radius, batch);
    if (!found.met)
      throw InvalidValueError(message("step_size: ", rule.rule(), " needs ", found.text, "; use ",
                                      method.proportional() ? "Normalized, " : "",
                                      "Constant, Polynomial or Schedule, such as ", example(method)));
  }
}

}  // namespace implicitbias
