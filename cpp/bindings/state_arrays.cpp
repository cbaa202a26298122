#include "state_arrays.hpp"

#include <cmath>
#include <numeric>
#include <string_view>

#include "callback_method.hpp"

namespace implicitbias::bindings {

namespace {

/// The shape of a slot that has so many entries: one size may have been open.
Shape sized(Shape shape, Index entries) {
  const Index known =
      std::accumulate(shape.sizes.begin(), shape.sizes.end(), Index{1},
                      [](Index product, Index size) { return size < 0 ? product : product * size; });
  for (auto& size : shape.sizes)
    if (size < 0) size = known ? entries / known : 0;
  return shape;
}

Vector checked(Array array, const char* argument, const Shape& expected) {
  if (array.shape != expected)
    throw InvalidValueError(
        message(argument, ": expected shape ", expected.text(), ", got ", array.shape.text()));
  if (!array.entries.allFinite())
    throw InvalidValueError(message(argument, ": expected finite numbers, got NaN or infinity"));
  return std::move(array.entries);
}

/// How the memory of a method of the user's is called, which may have any names.
constexpr std::string_view own_prefix = "memory/";

Vector read_parameter(py::handle source, const char* argument, const Shape& shape) {
  return checked(read_array(source, argument, {shape.sizes.size()}), argument, shape);
}

}  // namespace

Vector read_start(py::handle source, const Method& method, const Problem& problem) {
  Array array = read_array(source, "w0", {method.start_shape(problem, problem.shape()).sizes.size()});
  const Shape expected = method.start_shape(problem, array.shape);
  return checked(std::move(array), "w0", expected);
}

py::dict trajectory_arrays(const Trajectory& trajectory, const Shape& shape) {
  const auto rows = static_cast<py::ssize_t>(trajectory.t.size());
  py::dict arrays;
  arrays["t"] = py::array_t<std::int64_t>(rows, trajectory.t.data());
  std::vector<py::ssize_t> sizes(shape.sizes.begin(), shape.sizes.end());
  sizes.insert(sizes.begin(), rows);
  arrays["log10_t"] = to_array(trajectory.log10_t, {rows});
  arrays["w"] = to_array(trajectory.w, sizes);
  for (const auto& column : trajectory.columns) arrays[column.name.c_str()] = to_array(column.values, {rows});
  return arrays;
}

py::dict trajectory_columns(const Trajectory& trajectory, const Problem& problem) {
  py::dict arrays = trajectory_arrays(trajectory, problem.shape());
  if (problem.model().identity()) return arrays;
  const Index rows = static_cast<Index>(trajectory.t.size()), size = problem.dimension();
  std::vector<double> predictors;
  for (Index k = 0; k < rows; ++k) {
    const Vector w = problem.predictor(Eigen::Map<const Vector>(trajectory.w.data() + k * size, size));
    predictors.insert(predictors.end(), w.begin(), w.end());
  }
  const auto& sizes = problem.predictor_shape().sizes;
  std::vector<py::ssize_t> shape(sizes.begin(), sizes.end());
  shape.insert(shape.begin(), rows);
  arrays["theta"] = arrays["w"];
  arrays["w"] = to_array(predictors, shape);
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
  for (py::handle t : arrays["t"]) trajectory.t.push_back(read_integer(t, "t"));
  const auto rows = static_cast<Index>(trajectory.t.size());
  for (std::int64_t t : trajectory.t) trajectory.log10_t.push_back(std::log10(static_cast<double>(t)));
  // Files of format 1 know iterations only.
  if (arrays.contains("log10_t")) {
    const std::vector<double> times = read("log10_t", rows);
    for (std::size_t i = 0; i < times.size(); ++i)
      if (trajectory.t[i] == uncounted) trajectory.log10_t[i] = times[i];
  }
  for (std::size_t i = 0; i < trajectory.t.size(); ++i)
    if (trajectory.t[i] < 0 || (i > 0 && !later(trajectory.t[i - 1], trajectory.log10_t[i - 1],
                                                trajectory.t[i], trajectory.log10_t[i])))
      throw InvalidValueError("t: expected an increasing column");
  if (rows > 0 && trajectory.t.front() != 0) throw InvalidValueError("t: expected a column that starts at 0");
  trajectory.w = read("w", rows * shape.size());
  for (double entry : trajectory.w)
    if (!std::isfinite(entry)) throw InvalidValueError("w: expected finite numbers, got NaN or infinity");
  for (auto& column : trajectory.columns) {
    if ((column.name == "error" || column.name == "integrated") && !arrays.contains(column.name.c_str())) {
      column.values.assign(trajectory.t.size(), 0);
      continue;
    }
    column.values = read(column.name.c_str(), rows);
    for (double entry : column.values)
      if (monotone && std::isnan(entry)) throw InvalidValueError(message(column.name, ": expected no NaN"));
  }
  return trajectory;
}

namespace {

void read_own_memory(const py::dict& arrays, State& state) {
  for (const auto& [key, value] : arrays) {
    const auto name = key.cast<std::string>();
    if (!name.starts_with(own_prefix)) continue;
    Array array = read_array(value, name.c_str(), any_dimensions);
    state.own_slots.push_back({name.substr(own_prefix.size()), array.shape});
    state.memory.push_back(checked(std::move(array), name.c_str(), state.own_slots.back().shape));
  }
}

}  // namespace

State read_state(const py::dict& arrays, const Method& method, const Problem& problem) {
  const Shape& shape = problem.shape();
  const Index averaged = problem.loss()->monotone() ? problem.rows().dimension() : 0;
  State state;
  state.t = read_integer(arrays["t"], "t");
  state.w = read_parameter(arrays["w"], "w", shape);
  for (const Slot& slot : method.slots(shape)) {
    const char* name = slot.name.c_str();
    if (!arrays.contains(name)) throw InvalidValueError(message("state: ", name, " is missing"));
    Array array = read_array(arrays[name], name, {slot.shape.sizes.size()});
    const Shape expected = sized(slot.shape, array.entries.size());
    state.memory.push_back(checked(std::move(array), name, expected));
  }
  if (dynamic_cast<const PythonMethod*>(&method)) read_own_memory(arrays, state);
  state.gradient_sum = read_array(arrays["gradient_sum"], "gradient_sum", {1}).entries;
  state.weight_sum = read_real(arrays["weight_sum"], "weight_sum");
  state.largest_step = read_real(arrays["largest_step"], "largest_step");
  state.largest_step_t = read_integer(arrays["largest_step_t"], "largest_step_t");
  // Files of format 4 know the largest step only: what exceeded the bound once may have until now.
  const bool told = arrays.contains("last_violation");
  const bool exceeded = state.largest_step > kernels::log_rounding;
  state.last_violation = told       ? read_integer(arrays["last_violation"], "last_violation")
                         : exceeded ? state.t - 1
                                    : -1;
  if (arrays.contains("form")) state.kept = read_array(arrays["form"], "form", {1}).entries;
  if (!state.kept.allFinite()) throw InvalidValueError("form: expected finite numbers");
  if (arrays.contains("error")) state.error = read_real(arrays["error"], "error");
  if (arrays.contains("log10_t")) state.log10_t = read_real(arrays["log10_t"], "log10_t");
  if (state.gradient_sum.size() != averaged || !state.gradient_sum.allFinite() || !(state.weight_sum >= 0) ||
      !std::isfinite(state.weight_sum))
    throw InvalidValueError("gradient_sum: expected finite numbers, one an entry of w");
  return state;
}

py::dict memory_arrays(const State& state, const Method& method, const Shape& shape, bool prefixed) {
  py::dict arrays;
  const bool own = !state.own_slots.empty();
  const std::vector<Slot> slots = own ? state.own_slots : method.slots(shape);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const std::string name = (own && prefixed ? std::string(own_prefix) : "") + slots[i].name;
    arrays[name.c_str()] = to_array(state.memory[i], sized(slots[i].shape, state.memory[i].size()));
  }
  return arrays;
}

py::dict state_arrays(const State& state, const Method& method, const Shape& shape) {
  py::dict arrays = memory_arrays(state, method, shape, true);
  arrays["t"] = state.t;
  arrays["w"] = to_array(state.w, shape);
  arrays["gradient_sum"] = Convert<Vector>::write(state.gradient_sum);
  arrays["weight_sum"] = state.weight_sum;
  arrays["largest_step"] = state.largest_step;
  arrays["largest_step_t"] = state.largest_step_t;
  arrays["last_violation"] = state.last_violation;
  if (state.kept.size()) arrays["form"] = Convert<Vector>::write(state.kept);
  arrays["error"] = state.error;
  arrays["log10_t"] = log10_time(state);
  return arrays;
}

}  // namespace implicitbias::bindings
