// What the compiled loop is composed of: losses, methods and step sizes say here what they are, as plain
// data.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "implicitbias/base/types.hpp"
#include "implicitbias/kernels/power.hpp"

namespace implicitbias::kernels {

struct LossRecipe {
  enum class Kind {
    exponential,
    logistic,
    sigmoid,
    probit,
    cross_entropy,
    squared,
    huber,
    log_cosh,
    truncated_squared
  };
  Kind kind;
  double parameter = 0;  // delta of Huber, cap of TruncatedSquared, the number of classes of CrossEntropy
  bool valued = false;   // whether steps depend on the loss itself, where that has a finite root

  bool monotone() const { return kind <= Kind::cross_entropy; }

  /// The size of residuals from which on the slope is constant, and below which the loss is r^2. Infinite
  /// where there is none.
  double kink() const {
    if (kind == Kind::huber) return parameter;
    return kind == Kind::truncated_squared ? std::sqrt(parameter) : infinity;
  }
};

/// Samples with several scores each, one a row of the parameters: those of classes, of which a loss sees the
/// margins of a sample's own over the others, or those of targets.
struct ScoreRecipe {
  Index outputs;
  const Index* classes;  // of the samples; null for targets, `outputs` a sample

  /// Numbers a sample that the loss sees.
  Index each() const { return classes ? outputs - 1 : outputs; }
};

/// A number a step, or one for all.
struct CoefficientRecipe {
  const double* values = nullptr;  // kept by the noun that names it; null stands for 0
  bool scheduled = false;
  double at(std::int64_t t) const { return values ? values[scheduled ? t : 0] : 0; }
};

/// a -> sign(a_i) |a_i|^r S^balance with S = sum |a|^(r+1): a link function of half a squared l_p norm.
struct PowerRecipe {
  const Power* power = nullptr;
  double balance = 0;
};

/// Exponential averages of gradients, and of their squares.
struct AverageRecipe {
  double beta1 = 0, beta2 = 0, eps = 0;
  bool corrects_bias = false;
  bool largest = false;   // so far, of the averages of squares, entry by entry: AMSGrad
  bool momentum = false;  // of rate beta1: the move takes the average for the gradient
  bool nesterov = false;  // or one gradient further
};

/// What the core does with matrices of one shape.
class MatrixNorm {
 public:
  virtual ~MatrixNorm() = default;
  virtual double nuclear(const double* h) const = 0;
  /// Writes |h|_* times the polar factor of h.
  virtual void descend(const double* h, double* dw) const = 0;
};

/// A closed convex set, by its nearest points.
class Projection {
 public:
  virtual ~Projection() = default;
  /// Moves w to the nearest point of the set.
  virtual void nearest(double* w, Index d) const = 0;
};

/// The shape of parameters that are a matrix.
struct MatrixRecipe {
  Index rows = 0, columns = 0;
  const MatrixNorm* norm = nullptr;  // where it is faster than Jacobi's rotations; the method keeps it
};

/// What a method does with h = -grad L / exp(log_scale) and f = exp(log_eta + log_scale).
struct MoveRecipe {
  enum class Kind {
    coordinate,        // w_i += f h_i at the first i with the largest |h_i|
    identity,          // w += f h
    scaled,            // w_i += f c_i h_i
    power,             // w += f power(h)
    sign,              // w += f |h|_1 sign(h)
    mirror,            // z += f h, w = link^-1(z); memory: z, the rounding of its sum, the last w and z
    natural_entropy,   // w_i += f w_i h_i, for w > 0
    adagrad,           // G += (grad L)^2, w -= eta grad L / sqrt(G); memory: log G
    adam,              // memory: m, sqrt(v), their log scale, the root of the largest v
    rmsprop,           // memory: sqrt(v), its log scale
    lion,              // memory: m, its log scale
    dual_accelerated,  // g = t / (t + 1) (g + h), w += f (g + h) for h / |h's weights|_1; memory: g
    spectral,          // w += f |h|_* times the polar factor of h, a matrix
    newton_schulz,     // the same with the iteration that Muon is shipped with
    factor  // U += 2 f H U for the matrix H of h, W = U U'; memory: U; beta(w) = B (4 B tr W + 2) L
  };
  enum class Link { identity, power, exponential, simplex, projected };  // the inverse link: w of z
  enum class Momentum { none, dual, primal };

  /// Which weight a gradient has in the averaged certificate: f, or eta_t or t whatever its size.
  enum class Weight { step, rate, time };

  Kind kind;
  PowerRecipe power = {};          // of h, or of z
  const double* scales = nullptr;  // c; the norm that names it keeps it
  Link link = Link::identity;
  const Projection* projection = nullptr;  // of z, for that link; the method keeps it
  PowerRecipe forward = {};                // z of w, where that is a power
  Momentum momentum = Momentum::none;
  CoefficientRecipe beta = {}, gamma = {};
  AverageRecipe average = {};
  MatrixRecipe matrix = {};
  double weight_decay = 0;
  Weight weight = Weight::step;

  /// What a coordinate that no sample has stays at: inside the domain.
  double starts_at() const {
    return kind == Kind::natural_entropy || link == Link::exponential || link == Link::simplex ? 1 : 0;
  }

  /// Whether nothing is remembered of former gradients themselves, and where a derivative is 0 w stays.
  bool bare() const {
    return !average.momentum && weight_decay == 0 &&
           (kind < Kind::adagrad || kind == Kind::factor || kind >= Kind::spectral);
  }
};

/// eta_t = min(eta (t + 1)^-power, exp(log_scale) / beta(w)), or etas[t]. The smoothness bound is
/// beta(w) = exp(log_beta) L; log_beta is NaN where there is none. Or the step has the length
/// eta (t + 1)^-power, or is Polyak's: these look at where it leads.
struct StepRecipe {
  enum class Size { given, length, polyak };
  Size size = Size::given;
  double eta = std::numeric_limits<double>::infinity();
  double power = 0;
  const double* etas = nullptr;
  double log_scale = std::numeric_limits<double>::infinity();
  double log_beta = std::numeric_limits<double>::quiet_NaN();
};

/// Random batches (see draws.hpp).
struct BatchRecipe {
  std::int64_t size, seed;
  bool replace;
};

/// A step exceeds its bound, or a former one, where log(eta beta) is larger by more than rounding makes of
/// it.
inline constexpr double log_rounding = 1e-9;

}  // namespace implicitbias::kernels
