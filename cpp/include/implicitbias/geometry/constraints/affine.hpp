// The affine set {w : G w = h}. The Bregman projection on it adds G' l to the dual variables, and its
// multipliers l minimize psi*(z + G' l) - <h, l>, a smooth convex function with gradient G w - h and Hessian
// G H(w)^-1 G'; Newton's method finds them.
#pragma once

#include <Eigen/Cholesky>

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/constraint.hpp"
#include "implicitbias/numerics/decompositions.hpp"

namespace implicitbias {

class Affine final : public Constraint {
 public:
  static constexpr const char* name = "Affine";
  static constexpr const char* doc = R"(The affine set W = {w : G w = h}.

      Each mirror step is followed by a Bregman projection on W, found by Newton's method on its dual.

      Parameters
      ----------
      G : array_like of shape (m, d)
          With linearly independent rows.
      h : array_like of shape (m,)
          The right sides.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, eq. (4) and Theorem 1a.

      Examples
      --------
      >>> method = ib.MirrorDescent(ib.Entropy(), constraint=ib.Affine([[1.0, 1.0]], [1.0]))
      >>> problem = ib.Problem([[1.0, 2.0]], [1.25], ib.Squared())
      >>> run = ib.Run(problem, method, 0.1).advance(1000)
      >>> print(run.w.round(6))
      [0.75 0.25]
      )";

  Affine(Matrix G, Vector h) : G_(std::move(G)), h_(std::move(h)) {
    if (G_.rows() == 0 || G_.cols() == 0)
      throw InvalidValueError(
          message("G: expected at least one row, got shape (", G_.rows(), ", ", G_.cols(), ")"));
    if (h_.size() != G_.rows())
      throw InvalidValueError(message("h: expected shape (", G_.rows(), ",), got (", h_.size(), ",)"));
    if (!G_.allFinite()) throw InvalidValueError("G: expected finite numbers, got NaN or infinity");
    if (!h_.allFinite()) throw InvalidValueError("h: expected finite numbers, got NaN or infinity");
    if (const Index rank = PivotedQr(G_.transpose()).rank(); rank < G_.rows())
      throw InvalidValueError(
          message("G: expected linearly independent rows, got rank ", rank, " with ", G_.rows(), " rows"));
  }

  const Matrix& G() const { return G_; }
  const Vector& h() const { return h_; }
  using fields = Fields<Field<"G", &Affine::G>, Field<"h", &Affine::h>>;

  std::shared_ptr<const Constraint> on(const Potential&, const Shape& shape) const override {
    if (shape.size() != G_.cols())
      throw InvalidValueError(message("G: expected ", shape.size(), " columns for parameters of shape ",
                                      shape.text(), ", got ", G_.cols()));
    return shared_from_this();
  }

  bool affine() const override { return true; }
  Matrix rows(const Shape&) const override { return G_; }

  // The dual of the projection minimizes psi*(z + G' l) - <h, l>: smooth, convex, with gradient G w - h and
  // Hessian G H(w)^-1 G'. Newton's step is halved until it overshoots the minimum along it by little; values
  // of the dual would tell no more near the end, where they differ by less than their rounding.
  void project(const Potential& potential, Vector& z, Vector& w) const override {
    const Index d = z.size(), m = G_.rows();
    potential.inverse_link(z, w);
    Vector misfit = h_ - G_ * w, step(m), trial(d), trial_w(d), trial_misfit(m), column(d);
    Eigen::MatrixXd hessian(m, m);
    // Near the boundary of a domain Newton's steps are short: a logarithm that is far off moves by 1.
    for (int iteration = 0; iteration < 10000; ++iteration) {
      const double size = misfit.norm(), scale = (G_.cwiseAbs() * w.cwiseAbs() + h_.cwiseAbs()).norm();
      if (size <= 2 * epsilon * scale) return;  // as exact as the inner products themselves can be
      for (Index i = 0; i < m; ++i) {
        potential.solve_dual(z, G_.row(i).transpose(), column);
        hessian.col(i).noalias() = G_ * column;
      }
      // Where all weights but a few underflow it is singular but for rounding, and must not seem indefinite.
      hessian.diagonal().array() += 4 * epsilon * hessian.trace();
      step = hessian.ldlt().solve(misfit);
      if (!(misfit.dot(step) > 0)) step = misfit;  // the gradient, where there is no Hessian
      const Vector direction = G_.transpose() * step;
      if (!direction.allFinite()) break;  // no length of it would end the search below
      const double descent = misfit.dot(step);
      double length = 1;
      do {
        trial = z + length * direction;
        potential.inverse_link(trial, trial_w);
        trial_misfit = h_ - G_ * trial_w;
        length /= 2;
      } while (!(trial_misfit.dot(step) >= -descent / 2) && trial != z);
      const bool rounded = size <= 1e-10 * scale;  // z may be too coarse for more
      if (rounded && !(trial_misfit.norm() < size / 2)) return;
      if (trial == z) break;
      z.swap(trial);
      w.swap(trial_w);
      misfit.swap(trial_misfit);
    }
    throw DomainError(message("the projection on {G w = h} does not converge: |G w - h| = ", misfit.norm(),
                              "; the set may not meet the potential's domain"));
  }

 private:
  Matrix G_;
  Vector h_;
};

}  // namespace implicitbias
