#pragma once

#include <vector>

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/block.hpp"
#include "implicitbias/models/model.hpp"

namespace implicitbias {

class DeepLinear final : public Model {
 public:
  static constexpr const char* name = "DeepLinear";
  static constexpr const char* doc =
      R"(A deep linear network: w = W_L ... W_1, with L = len(widths) - 1 layers.

      theta is W_1, ..., W_L one after the other in one array, where W_l has shape (widths[l], widths[l - 1]), as
      ``torch.nn.Linear.weight`` has it. For scores of one number, w is the one row of the product. theta = 0 is
      a saddle point where there are two layers or more, which needs another ``w0``.

      Parameters
      ----------
      widths : sequence of int
          From the number of features to that of classes or targets, 1 where samples have one score. For
          matrix samples of shape (r, c), from c to r.

      Notes
      -----
      The least |theta|_2^L for a w is proportional to the l_2 norm of one row w at any depth, and to the
      nuclear norm of a matrix at depth 2; deeper it is no norm. Where the largest spectral norm of a layer is
      that of theta, ``BlockNorm(layers, Schatten(inf))``, it is the spectral norm. ``LossNormalized`` takes
      scale / (L K(theta)), at depth D with D^2 B^2 r^(2 D - 2) + D (D - 1) B r^(D - 2) for K, r = |theta|_2 and B =
      max_n |x_n|_2 / D^(D / 2), with the spectral norm of matrices (at depth 1 that of Frobenius).

      References
      ----------
      Ji and Telgarsky (2019), "Gradient descent aligns the layers of deep linear networks", arXiv:1810.02032.
      Lyu and Li (2020), arXiv:1906.05890.

      Examples
      --------
      >>> model = ib.DeepLinear([2, 3, 1])
      >>> problem = ib.Problem([[1.0, 0.5], [0.5, 2.0]], [1, 1], ib.Exponential(), model=model)
      >>> problem.shape
      (9,)
      >>> run = ib.Run(problem, ib.GradientDescent(), w0=np.linspace(-0.2, 0.5, 9)).advance(5000)
      >>> print(run.induced_norm, f"{run.bracket.gap:.2f}")
      Lp(p=2.0) 0.00
      )";

  explicit DeepLinear(std::vector<Index> widths) : widths_(std::move(widths)) {
    if (widths_.size() < 2)
      throw InvalidValueError(message("widths: expected two or more, from the features to the scores, got ",
                                      widths_.size(), "; write DeepLinear([d, h, 1])"));
    for (const Index width : widths_)
      if (width < 1 || width > largest_size)
        throw InvalidValueError(
            message("widths: expected integers from 1 to ", largest_size, ", got ", width));
    for (std::size_t l = 1; l < widths_.size(); ++l) layers_.push_back({widths_[l], widths_[l - 1]});
  }

  const std::vector<Index>& widths() const { return widths_; }
  using fields = Fields<Field<"widths", &DeepLinear::widths>>;

  std::shared_ptr<const Model> on(const Shape& predictor) const override {
    const auto& sizes = predictor.sizes;
    std::vector<Index> fitting = widths_;
    fitting.front() = sizes.back();
    fitting.back() = sizes.size() == 1 ? 1 : sizes.front();
    if (fitting != widths_)
      throw InvalidValueError(message("widths: expected ", fitting.front(), " first and ", fitting.back(),
                                      " last, for w of shape ", predictor.text(), ", got ", listed(widths_),
                                      "; write DeepLinear([", listed(fitting), "])"));
    auto model = std::make_shared<DeepLinear>(widths_);
    const bool frobenius = sizes.size() == 1 || degree() == 1;
    const auto euclidean = std::make_shared<const Lp>(2);
    model->nuclear_ = frobenius ? std::shared_ptr<const Gauge>(euclidean) : Schatten(1).on(predictor);
    model->spectral_ =
        sizes.size() == 1 ? std::shared_ptr<const Gauge>(euclidean) : Schatten(infinity).on(predictor);
    model->convex_ = frobenius || degree() == 2;
    return model;
  }

  std::string text() const override { return "DeepLinear(widths=(" + listed(widths_) + "))"; }
  Shape parameters() const override {
    Index size = 0;
    for (const auto& layer : layers_) size += layer[0] * layer[1];
    return {{size}};
  }
  int degree() const override { return static_cast<int>(layers_.size()); }

  void predict(const Vector& theta, Vector& w) const override {
    const Matrix product = products(theta).back();
    w = product.reshaped<Eigen::RowMajor>();
  }

  // The gradient in W_l is (W_L ... W_{l+1})' G (W_{l-1} ... W_1)'.
  void pull_back(const Vector& theta, const Vector& g, Vector& out) const override {
    const std::vector<Matrix> below = products(theta);
    out.resize(theta.size());
    Matrix behind = Eigen::Map<const Matrix>(g.data(), widths_.back(), widths_.front());
    Index end = theta.size();
    for (std::size_t l = layers_.size(); l-- > 0;) {
      const Index rows = layers_[l][0], columns = layers_[l][1];
      end -= rows * columns;
      Eigen::Map<Matrix> gradient(out.data() + end, rows, columns);
      if (l == 0) {
        gradient = behind;
      } else {
        gradient.noalias() = behind * below[l - 1].transpose();
        behind = Eigen::Map<const Matrix>(theta.data() + end, rows, columns).transpose() * behind;
      }
    }
  }

  double reach(VectorView x) const override { return nuclear_->dual(x) / std::pow(degree(), degree() / 2.0); }

  std::shared_ptr<const Gauge> induced(const std::shared_ptr<const Gauge>& gauge) const override {
    if (gauge->euclidean() && convex_) return nuclear_;
    return BlockNorm::spectral(*gauge, layers_) ? spectral_ : nullptr;
  }

 private:
  static std::string listed(const std::vector<Index>& numbers) {
    std::string inside;
    for (const Index number : numbers) inside += (inside.empty() ? "" : ", ") + std::to_string(number);
    return inside;
  }

  /// W_1, W_2 W_1, ..., W_L ... W_1.
  std::vector<Matrix> products(const Vector& theta) const {
    std::vector<Matrix> all;
    Index begin = 0;
    for (const auto& layer : layers_) {
      const Eigen::Map<const Matrix> W(theta.data() + begin, layer[0], layer[1]);
      all.push_back(all.empty() ? Matrix(W) : Matrix(W * all.back()));
      begin += W.size();
    }
    return all;
  }

  std::vector<Index> widths_;
  std::vector<std::vector<Index>> layers_;  // the shapes of W_1, ..., W_L
  std::shared_ptr<const Gauge> nuclear_, spectral_;
  bool convex_ = false;  // whether what Euclidean norms of theta induce is a norm
};

}  // namespace implicitbias
