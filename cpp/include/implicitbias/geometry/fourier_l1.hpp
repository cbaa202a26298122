// The l_1 norm of the discrete Fourier transform F w, with a unitary F. Its dual is the l_inf norm of F g:
// <w, g> = <F w, F g> for real w and g, and a w of one frequency attains it. A gauge here and no norm that
// one descends in: it is what circular convolutions induce.
#pragma once

#include <cmath>
#include <numbers>

#include "implicitbias/geometry/gauge.hpp"

namespace implicitbias {

class FourierL1 final : public Gauge {
 public:
  static constexpr const char* name = "FourierL1";
  static constexpr const char* doc = R"(The l_1 norm of the unitary discrete Fourier transform of w.

      The norm that gradient descent on Convolution(2) induces; its dual is the largest modulus of a frequency.

      References
      ----------
      Gunasekar, Lee, Soudry and Srebro (2018), arXiv:1806.00468, Theorem 2.
      )";

  double value(VectorView w) const override { return moduli(w).sum(); }
  double dual(VectorView g) const override { return moduli(g).maxCoeff(); }

  // Rounding in inner products is relative to l_2 norms, and |g|_2 <= sqrt(d) |F g|_inf. Another share is for
  // the transform.
  double condition() const override { return 2 * std::sqrt(static_cast<double>(cosines_.size())); }

  std::shared_ptr<const Gauge> gauge_on(const Shape& shape) const override {
    auto sized = std::make_shared<FourierL1>();
    const auto turn = 2 * std::numbers::pi / static_cast<double>(shape.size());
    sized->cosines_ = Vector::NullaryExpr(
        shape.size(), [turn](Index k) { return std::cos(turn * static_cast<double>(k)); });
    sized->sines_ = Vector::NullaryExpr(shape.size(),
                                        [turn](Index k) { return std::sin(turn * static_cast<double>(k)); });
    return sized;
  }

 private:
  /// Of every frequency, straight from the definition: certificates are taken at recorded rows only.
  Vector moduli(VectorView v) const {
    const Index d = v.size();
    Vector result(d);
    for (Index k = 0; k < d; ++k) {
      double real = 0, imaginary = 0;
      for (Index i = 0, turns = 0; i < d; ++i, turns = (turns + k) % d) {
        real += v[i] * cosines_[turns];
        imaginary += v[i] * sines_[turns];
      }
      result[k] = std::hypot(real, imaginary);
    }
    return result / std::sqrt(static_cast<double>(d));
  }

  Vector cosines_, sines_;  // of multiples of a turn / d
};

}  // namespace implicitbias
