#include "implicitbias/base/threads.hpp"

#if defined(__SSE2__) || defined(_M_X64)
#include <immintrin.h>
#endif

#include "implicitbias/kernels/flush_subnormals.hpp"

namespace implicitbias {

namespace {

/// Returns once the value is no longer `old`.
void wait_while(const std::atomic<unsigned>& value, unsigned old) {
  constexpr int spins = 2000;  // some 30 us: as long as a small iteration's other work
  for (int i = 0; i < spins; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
#if defined(__SSE2__) || defined(_M_X64)
    _mm_pause();
#endif
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

Threads::Threads(int count) : scratch_(static_cast<std::size_t>(count)) {
  try {
    for (int part = 1; part < count; ++part) workers_.emplace_back([this, part] { work(part); });
  } catch (...) {  // the machine has no more
    end();
    throw;
  }
}

Threads::~Threads() { end(); }

void Threads::end() {
  task_ = nullptr;
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Threads::run(const std::function<void(int part)>& task) {
  task_ = &task;
  working_.store(static_cast<unsigned>(workers_.size()), std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  task(0);
  for (unsigned left = working_.load(std::memory_order_acquire); left > 0;
       left = working_.load(std::memory_order_acquire))
    wait_while(working_, left);
}

Vector& Threads::scratch(int part, Index size) {
  Vector& result = scratch_[static_cast<std::size_t>(part)];
  result.resize(size);
  return result;
}

void Threads::work(int part) {
  const kernels::FlushSubnormals flush;  // a processor's mode is that of a thread
  for (unsigned round = 0;; ++round) {
    wait_while(round_, round);
    if (!task_) return;
    (*task_)(part);
    if (working_.fetch_sub(1, std::memory_order_acq_rel) == 1) working_.notify_one();
  }
}

}  // namespace implicitbias
