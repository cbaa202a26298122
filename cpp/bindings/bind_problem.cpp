#include "implicitbias/problems/problem.hpp"

#include "arguments.hpp"
#include "data.hpp"
#include "implicitbias/base/checksum.hpp"
#include "implicitbias/base/threads.hpp"
#include "implicitbias/kernels/flush_subnormals.hpp"
#include "implicitbias/models/linear.hpp"
#include "nouns.hpp"
#include "parts.hpp"
#include "targets.hpp"

namespace implicitbias::bindings {

namespace {

py::tuple to_tuple(const Shape& shape) {
  py::list sizes;
  for (Index size : shape.sizes) sizes.append(size);
  return py::tuple(sizes);
}

void check_shape(const Array& parameters, const Problem& problem, const char* argument) {
  if (parameters.shape != problem.shape())
    throw InvalidValueError(
        message(argument, ": expected shape ", problem.shape().text(), ", got ", parameters.shape.text()));
}

}  // namespace

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
  module.def(
      "checksum",
      [](const py::array& array) {
        if (!(array.flags() & py::array::c_style))
          throw InvalidValueError("array: expected one in C order, contiguous");
        const auto* data = static_cast<const unsigned char*>(array.data());
        const auto size = static_cast<std::size_t>(array.nbytes());  // takes a reference to the dtype
        const py::gil_scoped_release release;
        return checksum(data, size);
      },
      py::arg("array"), "A checksum of the bytes of an array.");
  py::class_<Problem, py::smart_holder>(
      module, "Problem", py::is_final(),
      R"(Data and loss: L(w) = sum_n l(<w, x_n>, y_n) (eq. 1), a sum and never a mean.

With class labels or several targets a sample, it is the loss of the scores W x_n: parameters W have shape
(k, d), a row for each class or target, as ``torch.nn.Linear(d, k).weight``. The arrays are checked and copied
once; nothing done to them later shows. Arithmetic is in double precision.

Parameters
----------
X : array_like of shape (n, d) or (n, r, c)
    Samples, finite. float32 stays float32; other real numbers become float64. Sparse arrays and matrices
    of SciPy stay sparse, as compressed rows. A ``numpy.memmap`` (float64 or float32, in C order) is not
    copied: its rows are read where they lie, and the file must not change while the problem is in use.
y : array_like of shape (n,) or (n, k)
    Targets of a loss with a finite root, one or several a sample; -1 or +1 for a monotone loss; labels of
    classes for a multiclass loss, integers or strings: those that occur are the classes, in sorted order.
loss : Loss
model : Model, optional
    How w is made of the parameters that a method moves; by default they are w itself.

Raises
------
InvalidValueError, InvalidTypeError
    If an argument does not fit; the message names it.

Notes
-----
Whatever the loss, it is a sum over rows of a matrix A, of numbers z = A w that are margins or residuals: see
`rows`. The margin of a multiclass problem is min over n and c != y_n of <W_y - W_c, x_n>.

References
----------
Gunasekar et al. (2018), arXiv:1802.08246, eq. (1).

Examples
--------
>>> ib.Problem([[1.0, 2.0], [3.0, 4.0]], [1, -1], ib.Logistic())
Problem(2 samples of shape (2,), Logistic())
>>> ib.Problem([[1.0, 2.0]], [1.0], ib.Squared(), model=ib.Diagonal()).shape
(4,)
>>> problem = ib.Problem([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], ["a", "b", "c"], ib.CrossEntropy())
>>> problem
Problem(3 samples of shape (2,), 3 classes, CrossEntropy())
>>> problem.shape, problem.rows.shape
((3, 2), (6, 3, 2)))")
      .def(py::init([](Argument<"X", GivenSamples> X, Argument<"y", py::object> y,
                       Argument<"loss", std::shared_ptr<const Loss>> loss,
                       Argument<"model", std::shared_ptr<const Model>> model) {
             const Index samples = std::visit([](const auto& array) { return array.count; }, X.value.data);
             Targets targets = read_targets(y.value, *loss.value, samples);
             std::optional<py::gil_scoped_release> release;
             if (X.value.mapped) release.emplace();  // reading the file through takes a while
             return std::make_shared<Problem>(std::move(X.value.data), std::move(X.value.parameter),
                                              std::move(targets), loss.value, model.value);
           }),
           py::arg("X"), py::arg("y"), py::arg("loss"), py::arg("model") = std::make_shared<Linear>())
      .def_property_readonly(
          "X", [](const Problem& self) { return to_samples(self.given(), self.sample_shape()); },
          "The samples, of shape (n, d) or (n, r, c): a copy.\n\n"
          "A ``scipy.sparse.csr_array`` where they are sparse; the read-only memory map itself where they "
          "are\n"
          "read from one.")
      .def_property_readonly("y", &to_targets, "A copy of the targets, or of the labels as they were given.")
      .def_property_readonly(
          "classes", &to_classes,
          "The labels of the k classes in sorted order, row c of the parameters being that of "
          "``classes[c]``.\n\n"
          "Those that occur in y: a class without samples has no row. None unless the loss is multiclass.")
      .def_property_readonly(
          "rows",
          [](const py::object& self) {
            return py::module_::import("implicitbias.problems.rows").attr("rows_of")(self);
          },
          R"(The rows of A in z = A w, of shape (N, *predictor_shape), z being the margins or the residuals.

y_n x_n for a monotone loss, x_n otherwise. Of a multiclass problem (e_y - e_c) x_n' for every sample n and
every class c other than its own, in this order; of several targets e_c x_n' for every sample and target. A
``scipy.sparse.csr_array`` of shape (N, size of the parameters) where the samples are sparse. Runs never form
them.

Examples
--------
>>> problem = ib.Problem([[1.0], [2.0]], ["b", "a"], ib.CrossEntropy())
>>> print(problem.rows.reshape(2, 2))
[[-1.  1.]
 [ 2. -2.]])")
      .def_property_readonly(
          "loss",
          [](const Problem& self) { return Convert<std::shared_ptr<const Loss>>::write(self.given_loss()); },
          "The loss.")
      .def_property_readonly(
          "model",
          [](const Problem& self) {
            return Convert<std::shared_ptr<const Model>>::write(self.given_model());
          },
          "How w is made of the parameters.")
      .def_property_readonly(
          "shape", [](const Problem& self) { return to_tuple(self.shape()); },
          "The shape of the parameters that a method moves: `predictor_shape`, or what the model says.")
      .def_property_readonly(
          "predictor_shape", [](const Problem& self) { return to_tuple(self.predictor_shape()); },
          "The shape of w, (d,) or (r, c); (k, d) for k classes or targets.")
      .def(
          "predictor",
          [](const Problem& self, Argument<"theta", Array> theta) {
            check_shape(theta.value, self, "theta");
            return to_array(self.predictor(theta.value.entries), self.predictor_shape());
          },
          py::arg("theta"),
          R"(The predictor w that parameters make.

Parameters
----------
theta : array_like
    Of the problem's shape.

Returns
-------
ndarray of shape `predictor_shape`

Raises
------
InvalidValueError
    If theta has another shape.

Examples
--------
>>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared(), model=ib.Diagonal())
>>> print(problem.predictor([1.0, 2.0, 0.0, 1.0]))  # u^2 - v^2
[1. 3.])")
      .def(
          "evaluate",
          [](const Problem& self, Argument<"w", Array> w, Argument<"threads", std::int64_t> threads) {
            check_shape(w.value, self, "w");
            const int count = Threads::checked(threads.value);
            Evaluation at(self.rows().count(), self.dimension());
            bool finite = false;
            {
              const py::gil_scoped_release release;
              const kernels::FlushSubnormals flush;
              if (count == 1) {
                finite = self.evaluate(w.value.entries, at);
              } else {
                Threads several(count);
                finite = self.evaluate(w.value.entries, at, &several);
              }
            }
            if (!finite) throw DomainError("w: the loss or its gradient is not finite there");
            return py::make_tuple(at.log_loss, at.log_scale, to_array(at.gradient, self.shape()));
          },
          py::arg("w"), py::kw_only(), py::arg("threads") = 1,
          R"(The loss and its gradient, in the log domain.

Parameters
----------
w : array_like
    The parameters, of the problem's shape.
threads : int, default 1
    How many share the work. The result depends on their number in rounding alone.

Returns
-------
log_loss, log_scale : float
    log L(w), and the scale of the gradient.
g : ndarray of w's shape
    grad L(w) = exp(log_scale) g, in the parameters.

Raises
------
DomainError
    If the loss or its gradient is not finite there.
InvalidValueError
    If w has another shape.

Examples
--------
>>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
>>> log_loss, log_scale, g = problem.evaluate([0.0, 0.0])
>>> print(log_loss, math.exp(log_scale) * g)
0.0 [-2. -4.])")
      .def("__repr__",
           [](const Problem& self) {
             const auto* several = std::get_if<Matrix>(&self.targets());
             const auto* classes = std::get_if<Classes>(&self.targets());
             return message("Problem(", self.samples(), " samples of shape ", self.sample_shape().text(),
                            ", ",
                            several   ? message(several->cols(), " targets each, ")
                            : classes ? message(classes->count, " classes, ")
                                      : "",
                            py::repr(py::cast(Convert<std::shared_ptr<const Loss>>::write(self.given_loss())))
                                .cast<std::string>(),
                            self.model().identity() ? "" : ", " + self.model().text(), ")");
           })
      .def("__reduce__", [](const py::object& self) -> py::tuple {
        const py::tuple parts =
            py::make_tuple(self.attr("X"), self.attr("y"), self.attr("loss"), self.attr("model"));
        if (!is_mapped(parts[0])) return py::make_tuple(py::type::of(self), parts);
        // Pickling a memory map would store the whole file.
        const auto file = py::module_::import("implicitbias.problems.mapped_file");
        return py::make_tuple(file.attr("problem"),
                              py::make_tuple(file.attr("describe")(parts[0]), parts[1], parts[2], parts[3]));
      });
  publish(module, py::type::of<Problem>());
}

}  // namespace implicitbias::bindings
