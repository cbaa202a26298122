#include "implicitbias/problem.hpp"

#include "arguments.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

void bind_problem(py::module_& module) {
  module.def(
      "read_array",
      [](const py::object& source, const std::string& argument, std::size_t dimensions) {
        const Array array = read_array(source, argument.c_str(), {dimensions});
        if (!array.entries.allFinite())
          throw InvalidValueError(argument + ": expected finite numbers, got NaN or infinity");
        return to_array(array.entries, array.shape);
      },
      py::arg("source"), py::arg("argument"), py::arg("dimensions"),
      "A checked copy of an array of finite real numbers; errors name the argument.");
  py::class_<Problem, py::smart_holder>(
      module, "Problem", py::is_final(),
      "Data and loss: L(w) = sum_n l(<w, x_n>, y_n) (eq. 1), a sum and never a mean.\n\n"
      "The arrays are checked and copied once; nothing done to them later shows.\n\n"
      "Parameters\n----------\nX : array_like of shape (n, d) or (n, r, c)\n    Samples, finite.\n"
      "y : array_like of shape (n,)\n    Targets; -1 or +1 for a monotone loss.\nloss : Loss")
      .def(py::init(
               [](py::object X, Argument<"y", Vector> y, Argument<"loss", std::shared_ptr<const Loss>> loss) {
                 Array samples = read_array(X, "X", {2, 3});
                 const auto& sizes = samples.shape.sizes;
                 const Shape parameter{{sizes.begin() + 1, sizes.end()}};
                 Matrix rows = Eigen::Map<const Matrix>(samples.entries.data(), sizes[0], parameter.size());
                 return std::make_shared<Problem>(std::move(rows), parameter, std::move(y.value), loss.value);
               }),
           py::arg("X"), py::arg("y"), py::arg("loss"))
      .def_property_readonly(
          "X",
          [](const Problem& self) {
            const Matrix rows = self.X();
            Shape shape{{self.samples()}};
            shape.sizes.insert(shape.sizes.end(), self.shape().sizes.begin(), self.shape().sizes.end());
            return to_array(Eigen::Map<const Vector>(rows.data(), rows.size()), shape);
          },
          "A copy of the samples, of shape (n, d) or (n, r, c).")
      .def_property_readonly(
          "y", [](const Problem& self) { return Convert<Vector>::write(self.y()); }, "A copy of the targets.")
      .def_property_readonly(
          "loss",
          [](const Problem& self) { return Convert<std::shared_ptr<const Loss>>::write(self.loss()); })
      .def_property_readonly(
          "shape",
          [](const Problem& self) {
            py::list sizes;
            for (Index size : self.shape().sizes) sizes.append(size);
            return py::tuple(sizes);
          },
          "The parameter's shape, (d,) or (r, c).")
      .def("__repr__",
           [](const Problem& self) {
             return message("Problem(", self.samples(), " samples of shape ", self.shape().text(), ", ",
                            py::repr(py::cast(Convert<std::shared_ptr<const Loss>>::write(self.loss())))
                                .cast<std::string>(),
                            ")");
           })
      .def("__reduce__", [](const py::object& self) -> py::tuple {
        return py::make_tuple(py::type::of(self),
                              py::make_tuple(self.attr("X"), self.attr("y"), self.attr("loss")));
      });
}

}  // namespace implicitbias::bindings
