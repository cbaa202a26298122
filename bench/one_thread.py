"""One thread for every peer: to be imported before any of them computes."""

import os

# The libraries read these when they are imported, JAX when it is first used.
os.environ.update(
    OPENBLAS_NUM_THREADS="1",
    OMP_NUM_THREADS="1",
    MKL_NUM_THREADS="1",
    NUMBA_NUM_THREADS="1",
    XLA_FLAGS="--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    NPROC="1",  # with XLA_FLAGS alone, recent versions of JAX take every core
)
