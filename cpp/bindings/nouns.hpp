// One template binds every noun from its `fields`.
#pragma once

#include <functional>
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

template <class F, class K>
auto field_value(const K& self) {
  return Convert<FieldType<F, K>>::write(std::invoke(F::getter, self));
}

template <class F, class K>
py::object field_object(const K& self) {
  return to_object(field_value<F>(self));
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

template <class T>
inline constexpr bool is_pointer = false;
template <class T>
inline constexpr bool is_pointer<std::shared_ptr<T>> = true;

/// How the constructor takes a field: an optional noun may be None.
template <class F, class K>
using FieldArgument =
    std::conditional_t<is_pointer<FieldType<F, K>> &&
                           !std::is_same_v<std::remove_cv_t<decltype(F::fallback)>, Required>,
                       OptionalArgument<F::name, FieldType<F, K>>, Argument<F::name, FieldType<F, K>>>;

/// A field as a repr, an equality test and a hash see it: arrays by shape or by content.
inline std::string field_text(const py::object& value) {
  if (py::isinstance<py::array>(value))
    return "<array of shape " + py::str(value.attr("shape")).cast<std::string>() + ">";
  return py::repr(value).cast<std::string>();
}

inline py::object field_key(const py::object& value) {
  if (py::isinstance<py::array>(value)) return py::make_tuple(value.attr("shape"), value.attr("tobytes")());
  return value;
}

template <class Base, class K, class... F>
void bind_noun(py::module_& module, py::list names, Fields<F...>) {
  using Class = std::conditional_t<std::is_same_v<Base, K>, py::class_<K, py::smart_holder>,
                                   py::class_<K, Base, py::smart_holder>>;
  Class cls(module, K::name, K::doc, py::is_final());
  cls.def(py::init([](FieldArgument<F, K>... arguments) {
            return std::make_shared<K>(std::move(arguments.value)...);
          }),
          field_argument<F, K>()...);
  (cls.def_property_readonly(F::name.text, [](const K& self) { return field_value<F>(self); }), ...);

  const auto values = [](const K& self) { return py::make_tuple(field_object<F>(self)...); };
  const auto key = [](const K& self) { return py::make_tuple(field_key(field_object<F>(self))...); };
  py::list fields;
  (fields.append(F::name.text), ...);
  cls.attr("_fields") = fields;
  cls.def("__repr__", [](const K& self) {
    std::string inside;
    ((inside +=
      (inside.empty() ? "" : ", ") + std::string(F::name.text) + "=" + field_text(field_object<F>(self))),
     ...);
    return std::string(K::name) + "(" + inside + ")";
  });
  cls.def(
      "__eq__",
      [key](const K& self, const py::object& other) {
        return py::isinstance<K>(other) && key(self).equal(key(other.cast<const K&>()));
      },
      py::arg("other"));
  cls.def("__hash__", [key](const K& self) { return py::hash(key(self)); });
  cls.def("__reduce__", [values](const py::object& self) {
    return py::make_tuple(py::type::of(self), values(self.cast<const K&>()));
  });
  names.append(cls);
}

/// Binds all of a list and enters the classes in `module.registry[kind]`. Nouns without a base class are
/// their own base.
template <class Base, class... K>
void bind_nouns(py::module_& module, const char* kind, TypeList<K...>) {
  py::list names;
  (bind_noun<Base, K>(module, names, typename K::fields{}), ...);
  module.attr("registry")[kind] = py::tuple(names);
}

}  // namespace implicitbias::bindings
