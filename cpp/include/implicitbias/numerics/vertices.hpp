// The vertices of the unit balls { w : |A w|_p <= 1 }, p = 1 or inf, by trying every set of rows that can
// determine one. For small matrices only: there are many sets.
#pragma once

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/types.hpp"
#include "implicitbias/numerics/decompositions.hpp"

namespace implicitbias {

class Vertices {
 public:
  static constexpr double most_candidates = 1e5;

  /// `cube`: p = inf.
  Vertices(const Matrix& A, bool cube) : A_(A), cube_(cube) {
    std::vector<char> chosen(static_cast<std::size_t>(A.rows()), 0);
    std::fill_n(chosen.begin(), rows_each(), char{1});
    do visit(chosen);
    while (std::prev_permutation(chosen.begin(), chosen.end()));
  }

  /// How many linear systems the constructor solves.
  static double candidates(Index rows, Index columns, bool cube) {
    const auto m = static_cast<double>(rows), k = static_cast<double>(cube ? columns : columns - 1);
    const double sets = std::exp(std::lgamma(m + 1) - std::lgamma(k + 1) - std::lgamma(m - k + 1));
    return sets * (cube ? std::exp2(k - 1) : 1);
  }

  /// As rows, one of each pair +-v.
  Matrix rows() const {
    Matrix all(found_.size(), A_.cols());
    for (std::size_t i = 0; i < found_.size(); ++i) all.row(static_cast<Index>(i)) = found_[i].transpose();
    return all;
  }

  /// By how much rounding in them may be magnified.
  double condition() const { return condition_; }

 private:
  // At a vertex d entries of A w are +-1 (p = inf), or d - 1 of them are 0 (p = 1).
  Index rows_each() const { return cube_ ? A_.cols() : A_.cols() - 1; }

  void visit(const std::vector<char>& chosen) {
    const Index d = A_.cols(), k = rows_each();
    if (k == 0) return add(Vector::Ones(d));
    Eigen::MatrixXd columns(d, k);  // the chosen rows, each of length 1
    Vector lengths(k);
    for (Index n = 0, i = 0; n < A_.rows(); ++n)
      if (chosen[static_cast<std::size_t>(n)]) {
        lengths[i] = A_.row(n).stableNorm();
        if (lengths[i] == 0) return;
        columns.col(i) = A_.row(n).transpose() / lengths[i];
        ++i;
      }
    const PivotedQr qr(columns);
    const double smallest = qr.smallest(), largest = qr.largest();
    if (smallest < 1e-14 * largest) return;  // linearly dependent: they determine no point
    if (smallest < 1e-10 * largest)
      throw InvalidValueError("A: expected no nearly dependent rows, which hide vertices of its unit ball");
    condition_ = std::max(condition_, largest / smallest);
    if (!cube_) return add(qr.Q(d).col(d - 1));
    for (std::uint64_t bits = 0; bits < std::uint64_t{1} << (k - 1); ++bits) {
      Vector signs(k);
      for (Index i = 0; i < k; ++i) signs[i] = (bits >> i & 1 ? -1 : 1) / lengths[i];
      add(qr.solve_transposed(signs));
    }
  }

  void add(Vector v) {
    const Vector image = A_ * v;
    const double size = cube_ ? image.lpNorm<Eigen::Infinity>() : image.lpNorm<1>();
    if (cube_ && size > 1 + 1e-9) return;  // outside
    // It is known by the faces it lies on: degenerate vertices turn up more than once.
    std::vector<int> faces;
    for (Index n = 0; n < image.size(); ++n) {
      const double tolerance = 1e-9 * A_.row(n).stableNorm() * v.stableNorm();
      const bool on_face = cube_ ? std::abs(image[n]) > 1 - 1e-9 : std::abs(image[n]) > tolerance;
      faces.push_back(on_face ? (image[n] > 0 ? 1 : -1) : 0);
    }
    const auto first = std::find_if(faces.begin(), faces.end(), [](int face) { return face != 0; });
    if (*first < 0)
      for (int& face : faces) face = -face;
    if (seen_.insert(faces).second) found_.push_back(v / size);
  }

  const Matrix& A_;
  bool cube_;
  std::vector<Vector> found_;
  std::set<std::vector<int>> seen_;
  double condition_ = 1;
};

}  // namespace implicitbias
