#include "targets.hpp"

#include "data.hpp"

namespace implicitbias::bindings {

namespace {

const py::object& names_of(const Classes& classes) {
  return *static_cast<const py::object*>(classes.names.get());
}

}  // namespace

Targets read_targets(py::handle source, const Loss& loss, Index samples) {
  const auto labels = py::module_::import("implicitbias.problems.class_labels");
  if (loss.multiclass()) {
    const py::tuple coded = labels.attr("coded")(source);
    const py::array_t<Index> codes = py::object(coded[0]);
    const py::object names = coded[1];
    return Classes{std::vector<Index>(codes.data(), codes.data() + codes.size()),
                   static_cast<Index>(py::len(names)), keep(names)};
  }
  if (loss.monotone()) {
    labels.attr("refuse_for_signs")(source);
    return Convert<Vector>::read(source, "y");
  }
  const Array array = read_array(source, "y", {1, 2});
  if (array.shape.sizes.size() == 1) return array.entries;
  const Index rows = array.shape.sizes[0], columns = array.shape.sizes[1];
  // One column, or one row for several samples, is a vector that was laid out otherwise.
  if (columns == 1 || (rows == 1 && samples != 1)) return Convert<Vector>::read(source, "y");
  return Matrix(Eigen::Map<const Matrix>(array.entries.data(), rows, columns));
}

py::array to_targets(const Problem& problem) {
  if (const auto* several = std::get_if<Matrix>(&problem.targets())) return Convert<Matrix>::write(*several);
  if (const auto* classes = std::get_if<Classes>(&problem.targets())) {
    const py::array_t<Index> codes(static_cast<py::ssize_t>(classes->of_samples.size()),
                                   classes->of_samples.data());
    return names_of(*classes)[codes];
  }
  return Convert<Vector>::write(problem.y());
}

py::typing::Optional<py::array> to_classes(const Problem& problem) {
  const auto* classes = std::get_if<Classes>(&problem.targets());
  return optional<py::array>(classes ? py::object(names_of(*classes).attr("copy")()) : py::none());
}

}  // namespace implicitbias::bindings
