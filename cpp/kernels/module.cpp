// The extension module of one SIMD level: its table, in a capsule.
#include <Python.h>

#include "level.hpp"

#define IMPLICITBIAS_JOIN(a, b) a##b
#define IMPLICITBIAS_EXPAND(a, b) IMPLICITBIAS_JOIN(a, b)
#define IMPLICITBIAS_TEXT(a) #a
#define IMPLICITBIAS_NAME(a) "_kernels_" IMPLICITBIAS_TEXT(a)

namespace {

namespace level = implicitbias::kernels::level;

implicitbias::kernels::Table table = {
    .multiply = level::multiply,
    .multiply_transposed = level::multiply_transposed,
    .multiply_block = level::multiply_block,
    .add_block = level::add_block,
    .evaluate = level::evaluate,
    .slopes = level::slopes,
    .draw_bits = level::draw_bits,
    .exponentials = level::exponentials,
    .descend = level::descend,
    .adagrad_step = level::adagrad_step,
    .multiply_float = level::multiply,
    .multiply_transposed_float = level::multiply_transposed,
    .multiply_block_float = level::multiply_block,
    .add_block_float = level::add_block,
    .multiply_sparse = level::multiply,
    .multiply_sparse_float = level::multiply,
    .add_rows = level::add_rows,
    .add_rows_float = level::add_rows,
    .inner_loop = level::inner_loop,
    .gram = level::gram,
};

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
