#include "implicitbias/base/errors.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

namespace py = pybind11;

namespace {

void raise(const char* name, const std::exception& error) {
  const auto type = py::module_::import("implicitbias.errors").attr(name);
  py::set_error(type, error.what());
}

}  // namespace

void bind_errors(py::module_&) {
  py::register_local_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const InvalidValueError& error) {
      raise("InvalidValueError", error);
    } catch (const InvalidTypeError& error) {
      raise("InvalidTypeError", error);
    } catch (const DomainError& error) {
      raise("DomainError", error);
    } catch (const BusyError& error) {
      raise("BusyError", error);
    }
  });
}

}  // namespace implicitbias::bindings
