// Calls that fit no signature. pybind11 answers them with C++ signatures and with the arguments themselves,
// which may be a user's whole data. Here every bound function answers as `implicitbias._arguments` does.
#include "arguments.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

namespace {

// pybind11's own function behind all that it binds: of the first kind up to version 3.0, then of the second.
PyCFunctionWithKeywords dispatch_tuple = nullptr;
using FastFunction = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);
FastFunction dispatch_fast = nullptr;

/// Replaces the error that is set, if it is pybind11's about a call that fits no signature. `given` makes the
/// positional arguments and the names of the others.
template <class Given>
PyObject* answer(PyObject* result, const Given& given) {
  if (result || !PyErr_ExceptionMatches(PyExc_TypeError)) return result;
  try {
    py::error_already_set error;
    const std::string text = py::str(error.value());
    const std::size_t end = text.find("\nInvoked with: ");
    if (end == std::string::npos) {
      error.restore();
    } else {
      const auto [positional, names] = given();
      py::module_::import("implicitbias._arguments")
          .attr("refuse_call")(text.substr(0, end), positional, names);
    }
  } catch (py::error_already_set& error) {
    error.restore();
  }
  return nullptr;
}

PyObject* call_tuple(PyObject* self, PyObject* args, PyObject* named) {
  return answer(dispatch_tuple(self, args, named), [&] {
    const auto names = named ? py::tuple(py::reinterpret_borrow<py::dict>(named)) : py::tuple();
    return std::pair(py::reinterpret_borrow<py::tuple>(args), names);
  });
}

PyObject* call_fast(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  return answer(dispatch_fast(self, args, count, names), [&] {
    py::tuple positional(PyVectorcall_NARGS(static_cast<std::size_t>(count)));
    for (std::size_t k = 0; k < positional.size(); ++k) positional[k] = py::handle(args[k]);
    return std::pair(positional, names ? py::reinterpret_borrow<py::tuple>(names) : py::tuple());
  });
}

template <class To, class From>
To as(From function) {  // by way of a type that compilers let all function pointers be cast to and from
  return reinterpret_cast<To>(reinterpret_cast<void (*)()>(function));
}

void explain(py::handle function) {
  if (PyInstanceMethod_Check(function.ptr())) function = PyInstanceMethod_GET_FUNCTION(function.ptr());
  if (!PyCFunction_Check(function.ptr())) return;
  PyMethodDef* definition = reinterpret_cast<PyCFunctionObject*>(function.ptr())->m_ml;
  if (definition->ml_meth == as<PyCFunction>(dispatch_fast))
    definition->ml_meth = as<PyCFunction>(call_fast);
  else if (definition->ml_meth == as<PyCFunction>(dispatch_tuple))
    definition->ml_meth = as<PyCFunction>(call_tuple);
}

}  // namespace

void explain_misfits(py::module_& module) {
  const PyMethodDef* any = reinterpret_cast<PyCFunctionObject*>(module.attr("compiler").ptr())->m_ml;
  if (any->ml_flags == (METH_FASTCALL | METH_KEYWORDS))
    dispatch_fast = as<FastFunction>(any->ml_meth);
  else if (any->ml_flags == (METH_VARARGS | METH_KEYWORDS))
    dispatch_tuple = as<PyCFunctionWithKeywords>(any->ml_meth);
  for (const auto& [name, value] : module.attr("__dict__").cast<py::dict>()) {
    explain(value);
    if (!PyType_Check(value.ptr())) continue;
    for (const py::handle member : value.attr("__dict__").attr("values")())
      explain(py::isinstance<py::staticmethod>(member) ? py::object(member.attr("__func__"))
                                                       : py::reinterpret_borrow<py::object>(member));
  }
}

}  // namespace implicitbias::bindings
