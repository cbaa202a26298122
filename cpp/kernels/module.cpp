// The extension module of one SIMD level: its table, in a capsule.
#include <Python.h>

#include "level.hpp"

#define IMPLICITBIAS_JOIN(a, b) a##b
#define IMPLICITBIAS_EXPAND(a, b) IMPLICITBIAS_JOIN(a, b)
#define IMPLICITBIAS_TEXT(a) #a
#define IMPLICITBIAS_NAME(a) "_kernels_" IMPLICITBIAS_TEXT(a)

namespace {

namespace level = implicitbias::kernels::level;

#define IMPLICITBIAS_ENTRY(field, name, result, parameters) .field = level::name,
implicitbias::kernels::Table table = {IMPLICITBIAS_KERNELS(IMPLICITBIAS_ENTRY)};
#undef IMPLICITBIAS_ENTRY

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          IMPLICITBIAS_NAME(IMPLICITBIAS_LEVEL),
                          "The kernels of one SIMD level.",
                          -1,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr};

}  // namespace

PyMODINIT_FUNC IMPLICITBIAS_EXPAND(PyInit__kernels_, IMPLICITBIAS_LEVEL)() {
  PyObject* module = PyModule_Create(&definition);
  PyObject* capsule = PyCapsule_New(&table, implicitbias::kernels::capsule_name, nullptr);
  if (module && capsule && PyModule_AddObjectRef(module, "table", capsule) == 0) {
    Py_DECREF(capsule);
    return module;
  }
  Py_XDECREF(capsule);
  Py_XDECREF(module);
  return nullptr;
}
