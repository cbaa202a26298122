#include "callback_metric.hpp"

#include <Eigen/Cholesky>

namespace implicitbias::bindings {

namespace {

/// Calls `matrix` of a Python metric with copies of the right shape, and checks what comes back.
class CallbackMetric final : public Metric {
 public:
  CallbackMetric(py::object self, Shape shape)
      : own_(std::move(self), py::type::of<Metric>()), shape_(std::move(shape)) {
    own_.require("matrix");
  }

  void solve(VectorView w, VectorView g, VectorSlot out) const override {
    solve_in_matrix(own_, shape_, w, g, out);
  }

 private:
  OwnNoun own_;
  Shape shape_;
};

}  // namespace

void solve_in_matrix(const OwnNoun& own, const Shape& shape, VectorView w, VectorView g, VectorSlot out) {
  const std::string returned = own.returned("matrix()");
  Array H;
  {
    const InPython python;
    H = read_array(own.attr("matrix")(to_array(w, shape)), returned.c_str(), {2});
  }
  const Index d = shape.size();
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

std::shared_ptr<const Metric> PythonMetric::on(const Shape& shape) const {
  const InPython python;
  return std::make_shared<CallbackMetric>(python_object<Metric>(*this), shape);
}

}  // namespace implicitbias::bindings
