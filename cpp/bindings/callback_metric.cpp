#include "callback_metric.hpp"

#include <Eigen/Cholesky>

namespace implicitbias::bindings {

namespace {

/// Calls `matrix` of a Python metric with copies of the right shape, and checks what comes back.
class CallbackMetric final : public Metric {
 public:
  CallbackMetric(py::object self, Shape shape)
      : self_(std::move(self)), type_(type_name(self_)), shape_(std::move(shape)) {
    if (!py::hasattr(self_, "matrix"))
      throw InvalidTypeError(type_ + ": expected a method matrix, found none");
  }

  ~CallbackMetric() override {
    py::gil_scoped_acquire gil;
    self_ = py::object();
  }

  void solve(VectorView w, VectorView g, VectorSlot out) const override {
    const std::string returned = type_ + ".matrix() returned";
    Array H;
    {
      py::gil_scoped_acquire gil;
      H = read_array(self_.attr("matrix")(to_array(w, shape_)), returned.c_str(), {2});
    }
    const Index d = shape_.size();
    if (H.shape != Shape{{d, d}})
      throw InvalidValueError(message(returned, ": expected shape (", d, ", ", d, "), got ", H.shape.text()));
    const Eigen::Map<const Matrix> matrix(H.entries.data(), d, d);
    if (!matrix.allFinite()) throw DomainError(returned + ": expected finite numbers, got NaN or infinity");
    const Eigen::LLT<Eigen::MatrixXd> cholesky(matrix);
    if (cholesky.info() != Eigen::Success ||
        (matrix - matrix.transpose()).cwiseAbs().maxCoeff() > 1e-12 * matrix.cwiseAbs().maxCoeff())
      throw DomainError(returned + ": expected a symmetric positive definite matrix");
    out = cholesky.solve(g);
  }

 private:
  py::object self_;
  std::string type_;
  Shape shape_;
};

}  // namespace

std::shared_ptr<const Metric> PythonMetric::on(const Shape& shape) const {
  py::gil_scoped_acquire gil;
  return std::make_shared<CallbackMetric>(py::cast(static_cast<const Metric*>(this)), shape);
}

}  // namespace implicitbias::bindings
