#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/models/model.hpp"

namespace implicitbias {

class Linear final : public Model {
 public:
  static constexpr const char* name = "Linear";
  static constexpr const char* doc = R"(The parameters are the predictor: w = theta, of the samples' shape.

      With class labels or several targets w has shape (k, d), a row for each of them.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, eq. (1).

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared(), model=ib.Linear())
      >>> run = ib.Run(problem, ib.GradientDescent(), 0.05).advance(100)
      >>> bool((run.theta == run.w).all())
      True
      )";
  using fields = Fields<>;

  std::shared_ptr<const Model> on(const Shape& predictor) const override {
    auto model = std::make_shared<Linear>();
    model->shape_ = predictor;
    return model;
  }
  std::string text() const override { return "Linear()"; }
  bool identity() const override { return true; }
  Shape parameters() const override { return shape_; }
  int degree() const override { return 1; }
  void predict(const Vector& theta, Vector& w) const override { w = theta; }
  void pull_back(const Vector&, const Vector& g, Vector& out) const override { out = g; }
  double reach(VectorView x) const override { return x.stableNorm(); }
  std::shared_ptr<const Gauge> induced(const std::shared_ptr<const Gauge>& gauge) const override {
    return gauge;
  }

 private:
  Shape shape_;
};

}  // namespace implicitbias
