// One template binds every noun from its `fields`.
#pragma once

#include <functional>
#include <string>
#include <type_traits>

#include "arguments.hpp"

namespace implicitbias::bindings {

template <class F, class K>
using FieldType = std::remove_cvref_t<decltype(std::invoke(F::getter, std::declval<const K&>()))>;

template <class T>
py::object to_object(T value) {
  if constexpr (std::is_base_of_v<py::object, T>)
    return value;
  else
    return py::cast(std::move(value));
}

template <class T>
inline constexpr bool is_pointer = false;
template <class T>
inline constexpr bool is_pointer<std::shared_ptr<T>> = true;

/// Whether a field is a noun that may be None.
template <class F, class K>
inline constexpr bool may_be_none =
    is_pointer<FieldType<F, K>> && !std::is_same_v<std::remove_cv_t<decltype(F::fallback)>, Required>;

template <class F, class K>
auto field_value(const K& self) {
  auto value = Convert<FieldType<F, K>>::write(std::invoke(F::getter, self));
  if constexpr (may_be_none<F, K>)
    return optional<typename decltype(value)::element_type>(py::cast(std::move(value)));
  else
    return value;
}

template <class F, class K>
py::arg_v field_default() {
  return py::arg(F::name.text) = to_object(Convert<FieldType<F, K>>::write(F::fallback()));
}

template <class F, class K>
auto field_argument() {
  if constexpr (std::is_same_v<std::remove_cv_t<decltype(F::fallback)>, Required>)
    return py::arg(F::name.text);
  else
    return field_default<F, K>();
}

template <class F, class K>
void keep_default(py::dict& defaults) {
  if constexpr (!std::is_same_v<std::remove_cv_t<decltype(F::fallback)>, Required>)
    defaults[F::name.text] = to_object(Convert<FieldType<F, K>>::write(F::fallback()));
}

/// How the constructor takes a field.
template <class F, class K>
using FieldArgument = std::conditional_t<may_be_none<F, K>, OptionalArgument<F::name, FieldType<F, K>>,
                                         Argument<F::name, FieldType<F, K>>>;

/// A docstring without the indentation that the lines after its first have in the source.
std::string unindented(const char* doc);

/// Repr, equality, hash and pickling of a class, from the fields that its attribute `_fields` names.
void bind_value_semantics(py::handle cls);

template <class Base, class K, class... F>
void bind_noun(py::module_& module, py::list nouns, Fields<F...>) {
  using Class = std::conditional_t<std::is_same_v<Base, K>, py::class_<K, py::smart_holder>,
                                   py::class_<K, Base, py::smart_holder>>;
  Class cls(module, K::name, unindented(K::doc).c_str(), py::is_final());
  cls.def(py::init([](FieldArgument<F, K>... arguments) {
            return std::make_shared<K>(std::move(arguments.value)...);
          }),
          field_argument<F, K>()...);
  (cls.def_property_readonly(F::name.text, [](const K& self) { return field_value<F>(self); }), ...);

  py::list fields;
  (fields.append(F::name.text), ...);
  cls.attr("_fields") = fields;
  py::dict defaults;
  (keep_default<F, K>(defaults), ...);
  cls.attr("_defaults") = defaults;
  bind_value_semantics(cls);
  nouns.append(cls);
}

/// Makes a class of the module one that users name: its `__all__` is part of the package's.
void publish(py::module_& module, py::handle cls);

/// Binds all of a list, enters the classes in `module.registry[kind]`, and publishes them and their base.
/// Nouns without a base class are their own.
template <class Base, class... K>
void bind_nouns(py::module_& module, const char* kind, TypeList<K...>) {
  py::list nouns;
  (bind_noun<Base, K>(module, nouns, typename K::fields{}), ...);
  module.attr("registry")[kind] = py::tuple(nouns);
  publish(module, py::type::of<Base>());
  for (const py::handle noun : nouns) publish(module, noun);
}

/// Binds a gauge that follows from methods or models, and that no user makes: it is not in the registry.
template <class K>
void bind_gauge(py::module_& module) {
  py::class_<K, Gauge, py::smart_holder>(module, K::name, unindented(K::doc).c_str(), py::is_final())
      .def("__repr__", [](const K&) { return K::name; })
      .def(
          "__eq__", [](const K&, const py::object& other) { return py::isinstance<K>(other); },
          py::arg("other"))
      .def("__hash__", [](const K&) { return py::hash(py::str(K::name)); });
}

}  // namespace implicitbias::bindings
