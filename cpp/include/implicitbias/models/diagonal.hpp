#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/models/model.hpp"

namespace implicitbias {

class Diagonal final : public Model {
 public:
  static constexpr const char* name = "Diagonal";
  static constexpr const char* doc = R"(A diagonal linear network: w = u^depth - v^depth, entry by entry.

      theta is (u, v), one array of length 2 d, where w has d entries (or 2 r c, for matrices). The least
      |theta|_q^depth for a w is proportional to the l_p norm of w with p = q / depth, a norm where q is at
      least the depth: gradient descent at depth 2 looks for the l_1 maximum margin, sign descent at any depth
      for that of l_inf.

      Parameters
      ----------
      depth : int, default 2
          From 1 to 100. From depth 2 on theta = 0 is a saddle point, which needs another ``w0``; u = v makes
          w = 0 and is none.

      Notes
      -----
      ``LossNormalized`` takes scale / (L K(theta)), at depth D with D^2 B^2 r^(2 D - 2) + D (D - 1) B r^(D - 2)
      for K, B = max_n |x_n|_inf and r = |theta|_2: at depth 2 it is 4 B^2 |theta|^2 + 2 B. Squared losses from u
      = v = alpha, with small steps, lead to the solution of least `HyperbolicEntropy` with beta = 2 alpha^2:
      to that of least l_1 norm as alpha tends to 0.

      References
      ----------
      Woodworth et al. (2020), "Kernel and Rich Regimes in Overparametrized Models", arXiv:2002.09277.
      Gunasekar, Lee, Soudry and Srebro (2018), arXiv:1806.00468.
      Tsilivis, Gronich, Kempe and Vardi (2025), arXiv:2410.22069, for other norms of theta.

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 0.5], [0.5, 2.0]], [1, 1], ib.Exponential(), model=ib.Diagonal())
      >>> problem.shape
      (4,)
      >>> run = ib.Run(problem, ib.GradientDescent(), w0=[0.1] * 4).advance(20_000)
      >>> print(run.induced_norm, f"{run.bracket.gap:.2f}")
      Lp(p=1.0) 0.00
      )";

  explicit Diagonal(std::int64_t depth) : depth_(checked_depth(depth)) {}

  std::int64_t depth() const { return depth_; }
  using fields = Fields<Field<"depth", &Diagonal::depth, [] { return std::int64_t{2}; }>>;

  std::shared_ptr<const Model> on(const Shape& predictor) const override {
    auto model = std::make_shared<Diagonal>(depth_);
    model->size_ = predictor.size();
    return model;
  }
  std::string text() const override { return message("Diagonal(depth=", depth_, ")"); }
  Shape parameters() const override { return {{2 * size_}}; }
  int degree() const override { return depth_; }

  void predict(const Vector& theta, Vector& w) const override {
    w = power(theta.head(size_), depth_) - power(theta.tail(size_), depth_);
  }
  void pull_back(const Vector& theta, const Vector& g, Vector& out) const override {
    out = static_cast<double>(depth_) * power(theta, depth_ - 1);
    out.head(size_).array() *= g.array();
    out.tail(size_).array() *= -g.array();
  }

  // Of unit vectors the l_depth norm is at most 1, at depth 1 that of (x, -x) counts.
  double reach(VectorView x) const override {
    return depth_ == 1 ? std::sqrt(2.0) * x.stableNorm() : x.lpNorm<Eigen::Infinity>();
  }

  std::shared_ptr<const Gauge> induced(const std::shared_ptr<const Gauge>& gauge) const override {
    const auto* lp = dynamic_cast<const Lp*>(gauge.get());
    return lp && lp->p() >= depth_ ? std::make_shared<const Lp>(lp->p() / depth_) : nullptr;
  }

 private:
  static Vector power(VectorView base, int exponent) {
    Vector result = Vector::Ones(base.size());
    for (int k = 0; k < exponent; ++k) result.array() *= base.array();
    return result;
  }

  int depth_;
  Index size_ = 0;
};

}  // namespace implicitbias
