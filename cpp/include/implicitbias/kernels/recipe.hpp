// What inner loops are composed of, as losses, methods and step sizes name it.
#pragma once

#include <optional>

#include "implicitbias/kernels/power.hpp"

namespace implicitbias::kernels {

enum class InnerLoss { exponential, squared };

/// What a method does with h = -grad L / exp(log_scale) and f = exp(log_eta + log_scale).
struct InnerMove {
  enum class Kind {
    coordinate,        // w_i += f h_i at the first i with the largest |h_i|
    identity,          // w += f h
    scaled,            // w_i += f c_i h_i
    power,             // w_i += f sign(h_i) |h_i|^r S^balance with S = sum |h|^(r+1)
    sign,              // w += f |h|_1 sign(h)
    mirror_identity,   // z += f h, w = z; memory: z and the rounding of its sum
    mirror_power,      // z += f h, w_i = sign(z_i) |z_i|^r S^balance
    entropy_momentum,  // w = (w + beta dw) exp(f h); memory: log w, 0, the last w and its logarithm
    adagrad,           // G += (grad L)^2, w -= eta grad L / sqrt(G); memory: log G
    factor             // U += 2 f H U for the matrix H of h, W = U U'; memory: U
  };
  Kind kind;
  const Power* power = nullptr;
  double balance = 0;
  double beta = 0;
  const double* scales = nullptr;  // c; the norm that names it keeps it

  /// Whether a derivative that is small beside others moves w as far, or nearly so (see cancellation.hpp).
  bool forgets_scale() const {
    return kind == Kind::sign || kind == Kind::adagrad || (kind == Kind::power && power->exponent() < 1);
  }
};

/// A potential's inverse link, w of z.
struct InnerLink {
  enum class Kind {
    identity,     // w = z
    power,        // w_i = sign(z_i) |z_i|^r S^balance with S = sum |z|^(r+1)
    exponential,  // w_i = exp(z_i)
  };
  Kind kind;
  const Power* power = nullptr;
  double balance = 0;
};

/// log eta = min(log_cap, log_bound - log L), with the smoothness bound log beta(w) = log_beta + log L; NaN
/// where there is none. For losses with a finite root both log_cap and log_bound are log eta.
struct InnerSteps {
  double log_cap, log_bound, log_beta;
};

/// A step exceeds its bound where log(eta beta) is above what rounding makes of 0.
inline constexpr double log_rounding = 1e-9;

}  // namespace implicitbias::kernels
