#include <mutex>

#include "arguments.hpp"
#include "implicitbias/run_loop.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

namespace {

template <class T>
using Shared = std::shared_ptr<const T>;

/// A RunLoop that several Python threads may hold: one iterates, the others may look on between chunks.
/// The mutex is recursive because a Python norm may look at the run that calls it.
class GuardedLoop {
 public:
  template <class... Arguments>
  explicit GuardedLoop(Shape shape, Arguments&&... arguments)
      : shape_(std::move(shape)), loop_(std::forward<Arguments>(arguments)...) {}

  const Shape& shape() const { return shape_; }

  /// Copies something out of the loop. The GIL is let go while waiting: the iterating thread may need it.
  template <class Look>
  auto look(Look look) {
    py::gil_scoped_release release;
    const std::lock_guard lock(mutex_);
    return look(static_cast<const RunLoop&>(loop_));
  }

  void advance(std::int64_t until, double seconds) {
    py::gil_scoped_release release;
    const std::lock_guard lock(mutex_);
    loop_.advance(until, seconds);
  }

 private:
  Shape shape_;
  std::recursive_mutex mutex_;
  RunLoop loop_;
};

Vector read_parameter(py::handle source, const char* argument, const Shape& shape) {
  const Array array = read_array(source, argument, {shape.sizes.size()});
  if (array.shape != shape)
    throw InvalidValueError(
        message(argument, ": expected shape ", shape.text(), ", got ", array.shape.text()));
  if (!array.entries.allFinite())
    throw InvalidValueError(message(argument, ": expected finite numbers, got NaN or infinity"));
  return array.entries;
}

py::dict trajectory_arrays(const Trajectory& trajectory, const Shape& shape) {
  const auto rows = static_cast<py::ssize_t>(trajectory.t.size());
  py::dict arrays;
  arrays["t"] = py::array_t<std::int64_t>(rows, trajectory.t.data());
  std::vector<py::ssize_t> sizes(shape.sizes.begin(), shape.sizes.end());
  sizes.insert(sizes.begin(), rows);
  arrays["w"] = to_array(trajectory.w, sizes);
  for (const auto& column : trajectory.columns) arrays[column.name.c_str()] = to_array(column.values, {rows});
  return arrays;
}

Trajectory read_trajectory(const py::dict& arrays, const Shape& shape, bool monotone) {
  Trajectory trajectory(monotone);
  const auto read = [&](const char* name, Index expected) {
    if (!arrays.contains(name))
      throw InvalidValueError(message("trajectory: the column ", name, " is missing"));
    const Vector entries = read_array(arrays[name], name, {1, 2, 3}).entries;
    if (entries.size() != expected)
      throw InvalidValueError(message(name, ": expected ", expected, " entries, got ", entries.size()));
    return std::vector<double>(entries.begin(), entries.end());
  };
  if (!arrays.contains("t")) throw InvalidValueError("trajectory: the column t is missing");
  for (py::handle t : arrays["t"]) {
    trajectory.t.push_back(read_integer(t, "t"));
    if (trajectory.t.back() < 0 ||
        (trajectory.t.size() > 1 && trajectory.t.back() <= *(trajectory.t.end() - 2)))
      throw InvalidValueError("t: expected an increasing column");
  }
  const auto rows = static_cast<Index>(trajectory.t.size());
  trajectory.w = read("w", rows * shape.size());
  for (auto& column : trajectory.columns) column.values = read(column.name.c_str(), rows);
  return trajectory;
}

}  // namespace

void bind_run_loop(py::module_& module) {
  py::class_<GuardedLoop, py::smart_holder>(module, "RunLoop", py::is_final(),
                                            "The compiled loop behind implicitbias.Run.")
      .def(
          py::init([](Argument<"problem", Shared<Problem>> problem, Argument<"method", Shared<Method>> method,
                      Argument<"step_size", Shared<StepSize>> step_size,
                      Argument<"record", Shared<Recording>> record, const py::object& w0) {
            const Shape& shape = problem.value->shape();
            Vector start = w0.is_none() ? Vector() : read_parameter(w0, "w0", shape);
            return std::make_shared<GuardedLoop>(shape, problem.value, *method.value, step_size.value,
                                                 record.value, std::move(start));
          }),
          py::arg("problem"), py::arg("method"), py::arg("step_size"), py::arg("record"),
          py::arg("w0") = py::none())
      .def_static(
          "restore",
          [](Argument<"problem", Shared<Problem>> problem, Argument<"method", Shared<Method>> method,
             Argument<"step_size", Shared<StepSize>> step_size, Argument<"record", Shared<Recording>> record,
             const py::dict& state, const py::dict& trajectory) {
            const Shape& shape = problem.value->shape();
            const bool monotone = problem.value->loss()->monotone();
            State saved;
            saved.t = read_integer(state["t"], "t");
            saved.w = read_parameter(state["w"], "w", shape);
            saved.gradient_sum = read_array(state["gradient_sum"], "gradient_sum", {1}).entries;
            saved.weight_sum = read_real(state["weight_sum"], "weight_sum");
            Trajectory rows = read_trajectory(trajectory, shape, monotone);
            if (saved.t < 0 || rows.t.empty() || rows.t.back() > saved.t)
              throw InvalidValueError("t: the state does not continue its trajectory");
            if (saved.gradient_sum.size() != (monotone ? shape.size() : 0) ||
                !saved.gradient_sum.allFinite() || !(saved.weight_sum >= 0))
              throw InvalidValueError("gradient_sum: expected finite numbers, one an entry of w");
            return std::make_shared<GuardedLoop>(shape, problem.value, *method.value, step_size.value,
                                                 record.value, std::move(saved), std::move(rows));
          },
          py::arg("problem"), py::arg("method"), py::arg("step_size"), py::arg("record"), py::arg("state"),
          py::arg("trajectory"), "Goes on from a saved state as if never interrupted.")
      .def(
          "advance",
          [](GuardedLoop& self, Argument<"until", std::int64_t> until, Argument<"seconds", double> seconds) {
            self.advance(until.value, seconds.value);
          },
          py::arg("until"), py::arg("seconds"),
          "Iterates until t = until or the seconds have passed, without the GIL.")
      .def_property_readonly(
          "t",
          [](GuardedLoop& self) { return self.look([](const RunLoop& loop) { return loop.state().t; }); })
      .def_property_readonly("w",
                             [](GuardedLoop& self) {
                               const Vector w = self.look([](const RunLoop& loop) { return loop.state().w; });
                               return to_array(w, self.shape());
                             })
      .def_property_readonly(
          "log_loss",
          [](GuardedLoop& self) { return self.look([](const RunLoop& loop) { return loop.log_loss(); }); })
      .def(
          "certificate",
          [](GuardedLoop& self) {
            const Certificate now = self.look([](const RunLoop& loop) { return loop.certificate(); });
            return std::tuple(now.margin, now.bound, now.best_margin, now.best_bound);
          },
          "margin, bound, best_margin and best_bound of the current iterate.")
      .def("trajectory",
           [](GuardedLoop& self) {
             return trajectory_arrays(self.look([](const RunLoop& loop) { return loop.trajectory(); }),
                                      self.shape());
           })
      .def(
          "snapshot",
          [](GuardedLoop& self) {
            const auto [state, trajectory] =
                self.look([](const RunLoop& loop) { return std::pair(loop.state(), loop.trajectory()); });
            py::dict arrays;
            arrays["t"] = state.t;
            arrays["w"] = to_array(state.w, self.shape());
            arrays["gradient_sum"] = Convert<Vector>::write(state.gradient_sum);
            arrays["weight_sum"] = state.weight_sum;
            return std::pair(arrays, trajectory_arrays(trajectory, self.shape()));
          },
          "The state and the trajectory of one moment, as restore takes them.");
}

}  // namespace implicitbias::bindings
