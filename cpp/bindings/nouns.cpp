#include "nouns.hpp"

#include <algorithm>
#include <sstream>
#include <string>

namespace implicitbias::bindings {

namespace {

// A field as a repr, an equality test and a hash see it: arrays by shape or by content.

std::string text_of(const py::object& value) {
  if (py::isinstance<py::array>(value))
    return "<array of shape " + py::str(value.attr("shape")).cast<std::string>() + ">";
  return py::repr(value).cast<std::string>();
}

py::object key_of(const py::object& value) {
  if (py::isinstance<py::array>(value)) return py::make_tuple(value.attr("shape"), value.attr("tobytes")());
  return value;
}

}  // namespace

std::string unindented(const char* doc) {
  std::size_t indent = std::string::npos;
  std::istringstream source(doc);
  std::string line, result;
  std::getline(source, result);
  while (std::getline(source, line)) indent = std::min(indent, line.find_first_not_of(' '));
  source = std::istringstream(doc);
  std::getline(source, line);
  while (std::getline(source, line))
    result.append(1, '\n').append(line, std::min(indent, line.size()), std::string::npos);
  result.resize(result.find_last_not_of(" \n") + 1);
  return result;
}

void publish(py::module_& module, py::handle cls) {
  py::list all = module.attr("__all__");
  const py::object name = cls.attr("__name__");
  if (!all.contains(name)) all.append(name);
}

void bind_value_semantics(py::handle cls) {
  using Self = const py::object&;
  const auto names = [cls](Self self) {
    if (!py::isinstance(self, cls))
      throw py::type_error("expected a " + cls.attr("__name__").cast<std::string>() + ", got " +
                           type_name(self));
    return cls.attr("_fields").cast<py::list>();
  };
  const auto values = [names](Self self) {
    py::list all;
    for (py::handle name : names(self)) all.append(self.attr(name));
    return py::tuple(all);
  };
  const auto key = [values](Self self) {
    py::list all;
    for (py::handle value : values(self)) all.append(key_of(py::reinterpret_borrow<py::object>(value)));
    return py::tuple(all);
  };
  const auto define = [cls](const char* name, auto function, auto... extra) {
    py::setattr(cls, name, py::cpp_function(function, py::name(name), py::is_method(cls), extra...));
  };

  define("__repr__", [cls, names](Self self) {
    std::string inside;
    for (py::handle name : names(self))
      inside += (inside.empty() ? "" : ", ") + name.cast<std::string>() + "=" + text_of(self.attr(name));
    return cls.attr("__name__").cast<std::string>() + "(" + inside + ")";
  });
  define(
      "__eq__",
      [cls, key](Self self, Self other) { return py::isinstance(other, cls) && key(self).equal(key(other)); },
      py::arg("other"));
  define("__hash__", [key](Self self) { return py::hash(key(self)); });
  define("__reduce__", [values](Self self) { return py::make_tuple(py::type::of(self), values(self)); });
}

}  // namespace implicitbias::bindings
