#include "callback_method.hpp"

#include <cmath>

namespace implicitbias::bindings {

namespace {

OwnNoun own_method(const PythonMethod& method) {
  return {python_object<Method>(method), py::type::of<Method>()};
}

/// The norm that a method states, as `geometry` or `norm`.
std::shared_ptr<const Gauge> stated_geometry(const OwnNoun& own) {
  return own.norm(own.defines("geometry") ? "geometry" : "norm");
}

/// Calls `init` and `step` of a Python method with copies, and checks what comes back.
class CallbackMethod final : public Method {
 public:
  CallbackMethod(py::object self, const Problem& problem)
      : own_(std::move(self), py::type::of<Method>()), problem_(problem), geometry_(stated_geometry(own_)) {
    own_.require("init", "(self, problem, w0): return {\"w\": w0 or where to start}");
    own_.require("step", "(self, state, gradient, eta, t): return {\"w\": state[\"w\"] - eta * gradient}");
  }

  // A run makes its own method of the one that it is given.
  std::shared_ptr<const Method> on(const Problem& problem) const override {
    const InPython python;
    return std::make_shared<CallbackMethod>(own_.self(), problem);
  }

  std::shared_ptr<const Gauge> geometry() const override { return geometry_; }

  Vector default_start(const Shape& shape) const override {
    State state;
    begin(Vector(), shape, state);
    return state.w;
  }

  void begin(Vector w0, const Shape& shape, State& state) const override {
    const InPython python;
    const py::object start = w0.size() ? py::object(to_array(w0, shape)) : py::none();
    const std::string returned = own_.returned("init()");
    const py::dict entries = read_entries(
        own_.attr("init")(py::cast(&problem_, py::return_value_policy::reference), start), returned);
    state.w = entry(entries, "w", &shape, returned).entries;
    for (const auto& [key, value] : entries) {
      const auto name = key.cast<std::string>();
      if (name == "w") continue;
      Array array = entry(entries, name, nullptr, returned);
      state.own_slots.push_back({name, array.shape});
      state.memory.push_back(std::move(array.entries));
    }
  }

  double log_smoothness(const Vector&, double, double) const override {
    return std::numeric_limits<double>::quiet_NaN();
  }

  void step(const State& now, const Vector& gradient, double log_scale, double log_eta,
            State& next) const override {
    const double eta = std::exp(log_eta), scale = std::exp(log_scale);
    const Vector whole = std::isfinite(scale) ? Vector(scale * gradient) : gradient;
    if (!std::isfinite(eta) || !std::isfinite(scale) || !whole.allFinite())
      throw DomainError(
          "the step size or the gradient overflows, which a method of one's own gets as numbers");
    const InPython python;
    const Shape& shape = problem_.shape();
    const std::string returned = own_.returned(message("step() at t = ", now.t));
    py::dict state;
    state["w"] = to_array(now.w, shape);
    for (std::size_t i = 0; i < now.own_slots.size(); ++i)
      state[now.own_slots[i].name.c_str()] = to_python(now.memory[i], now.own_slots[i].shape);
    const py::dict entries =
        read_entries(own_.attr("step")(state, to_array(whole, shape), eta, now.t), returned);
    next.w = entry(entries, "w", &shape, returned).entries;
    next.memory = now.memory;
    if (entries.size() == 1) return;  // w alone: what is remembered stays
    check_names(entries, now.own_slots, returned);
    for (std::size_t i = 0; i < now.own_slots.size(); ++i)
      next.memory[i] = entry(entries, now.own_slots[i].name, &now.own_slots[i].shape, returned).entries;
  }

 private:
  /// Numbers as numbers, arrays as copies.
  static py::object to_python(const Vector& entries, const Shape& shape) {
    return shape.sizes.empty() ? py::object(py::float_(entries[0])) : py::object(to_array(entries, shape));
  }

  /// A copy of a dict whose keys are names, w among them.
  static py::dict read_entries(const py::object& result, const std::string& returned) {
    if (!py::isinstance<py::dict>(result)) wrong_type(returned.c_str(), "a dict such as {'w': w}", result);
    for (const auto& [key, value] : py::reinterpret_borrow<py::dict>(result))
      if (!py::isinstance<py::str>(key) || !key.attr("isidentifier")().cast<bool>())
        wrong_type(returned.c_str(), "names such as 'm' for what is remembered", key);
    const py::dict entries(py::reinterpret_borrow<py::dict>(result).attr("copy")());
    if (!entries.contains("w"))
      throw InvalidValueError(message(returned, ": expected a dict with the entry 'w', got ", listed(entries),
                                      "; write return {\"w\": w, ...}"));
    return entries;
  }

  static std::string listed(const py::dict& entries) {
    return entries.empty() ? "none" : py::str(py::list(entries)).cast<std::string>();
  }

  static void check_names(const py::dict& entries, const std::vector<Slot>& slots,
                          const std::string& returned) {
    bool same = entries.size() == slots.size() + 1;
    py::list names;
    names.append("w");
    for (const Slot& slot : slots) {
      same = same && entries.contains(slot.name.c_str());
      names.append(slot.name);
    }
    if (!same)
      throw InvalidValueError(message(returned, ": expected the entries ", py::str(names).cast<std::string>(),
                                      " that init() made, or w alone, got ", listed(entries),
                                      "; what is remembered keeps its names: make all of it in init()"));
  }

  /// An array, of this shape unless it is null, of finite numbers.
  static Array entry(const py::dict& entries, const std::string& name, const Shape* shape,
                     const std::string& returned) {
    const std::string argument = message(returned, ", in '", name, "'");
    Array array = read_array(entries[name.c_str()], argument.c_str(), any_dimensions);
    if (shape && array.shape != *shape)
      throw InvalidValueError(message(argument, ": expected an array of shape ", shape->text(),
                                      ", got shape ", array.shape.text()));
    for (Index i = 0; i < array.entries.size(); ++i)
      if (!std::isfinite(array.entries[i]))
        throw InvalidValueError(message(argument, ": expected finite numbers, got ", array.entries[i],
                                        "; guard divisions by 0, or take smaller steps"));
    return array;
  }

  OwnNoun own_;
  const Problem& problem_;
  std::shared_ptr<const Gauge> geometry_;
};

}  // namespace

std::shared_ptr<const Method> PythonMethod::on(const Problem& problem) const {
  const InPython python;
  return std::make_shared<CallbackMethod>(python_object<Method>(*this), problem);
}

bool PythonMethod::inertial() const {
  const InPython python;
  return own_method(*this).flag("inertial", true);
}

std::shared_ptr<const Gauge> PythonMethod::geometry() const {
  const InPython python;
  return stated_geometry(own_method(*this));
}

}  // namespace implicitbias::bindings
