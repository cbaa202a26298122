#include "implicitbias/runs/columns.hpp"

#include <chrono>

#include "implicitbias/engines/lanes.hpp"
#include "implicitbias/kernels/flush_subnormals.hpp"

namespace implicitbias {

namespace {

// So many iterations take about a millisecond where samples are tiny, and a quarter of a second at the most:
// then somebody looks at the clock.
constexpr std::int64_t longest = 1 << 14;

}  // namespace

/// As many runs as there are lanes, or fewer, all at one t.
class Columns::Group {
 public:
  Group(kernels::LaneLoop& loop, double gap) : loop_(loop), width_(loop.lanes()), gap_(gap) {}

  bool full() const { return static_cast<Index>(runs_.size()) == width_; }
  bool empty() const { return runs_.empty(); }
  std::int64_t t() const { return runs_.front()->state_.t; }
  void add(RunLoop* run, std::string* message) {
    runs_.push_back(run);
    messages_.push_back(message);
  }

  /// Whether a run is at a row at which its certified gap is small enough.
  bool certified(const RunLoop& run) const {
    const Trajectory& rows = run.trajectory_;
    if (gap_ <= 0 || rows.t.back() != run.state_.t || !run.parts_.problem->loss()->monotone()) return false;
    const double lower = rows.columns[3].values.back(), upper = rows.columns[4].values.back();
    return std::isfinite(lower) && upper != 0 && 1 - lower / upper <= gap_;
  }

  /// Goes to the next row of the runs, to `until`, or for a while.
  void advance(std::int64_t until) {
    std::int64_t target = std::min(until, t() + longest);
    for (const RunLoop* run : runs_) target = std::min(target, run->next_record_);
    const std::vector<RunLoop*> all = runs_;
    if (go(all, target)) return drop_certified();
    // Some run is lost at state_.t, or was before: all are well until shortly before, or go step by step.
    const std::int64_t lost = state_.t;
    bool near = false;
    for (std::int64_t back = 1; back <= 64 && lost - back > t() && !near; back *= 2)
      near = go(all, lost - back);
    const std::int64_t end = near ? std::min(target, lost + 1) : target;
    for (std::size_t i = 0; i < runs_.size();)
      if (walk(runs_[i], end, *messages_[i]))
        ++i;
      else
        drop(i);
    drop_certified();
  }

 private:
  /// Takes some runs to `until`, if they are all well there; otherwise they stay where they are.
  bool go(const std::vector<RunLoop*>& runs, std::int64_t until) {
    read(runs);
    if (!loop_.advance(state_, until)) return false;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      RunLoop& run = *runs[i];
      write(static_cast<Index>(i), run.state_, run.next_);
      if (!averages(run.next_) || !run.evaluate_query(run.next_, run.beyond_)) return false;
    }
    for (RunLoop* run : runs) {
      std::swap(run->state_, run->next_);
      std::swap(run->at_, run->beyond_);
      if (run->state_.t >= run->next_record_) run->record();
    }
    return true;
  }

  /// Takes one run to `until` step by step, those by the plain loop that its lane cannot do; returns whether
  /// it came there.
  bool walk(RunLoop* run, std::int64_t until, std::string& message) {
    try {
      while (run->state_.t < until)
        if (!go({run}, run->state_.t + 1)) {
          run->next_ = run->state_;
          run->iterate();
        }
    } catch (const DomainError& error) {
      message = error.what();
    }
    return message.empty();
  }

  void drop(std::size_t i) {
    runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(i));
    messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(i));
  }

  void drop_certified() {
    for (std::size_t i = 0; i < runs_.size();) certified(*runs_[i]) ? drop(i) : void(++i);
  }

  /// Fills the lanes: those without a run are copies of the first one's.
  void read(const std::vector<RunLoop*>& runs) {
    const State& first = runs.front()->state_;
    const Index d = first.w.size(), sums = first.gradient_sum.size();
    const Index remembered = first.memory.empty() ? 0 : d;
    state_.t = first.t;
    state_.runs = static_cast<Index>(runs.size());
    state_.w.resize(d * width_);
    state_.dual.resize(remembered * width_);
    state_.rest.resize(remembered * width_);
    state_.gradient_sum.resize(sums * width_);
    state_.weight_sum.resize(width_);
    state_.largest_step.resize(width_);
    state_.largest_step_t.resize(static_cast<std::size_t>(width_));
    state_.last_violation.resize(static_cast<std::size_t>(width_));
    std::vector<kernels::StepRecipe> steps;
    for (Index i = 0; i < width_; ++i) {
      const auto lane = static_cast<std::size_t>(i);
      const RunLoop& run = *runs[lane < runs.size() ? lane : 0];
      const State& state = run.state_;
      for (Index j = 0; j < d; ++j) state_.w[j * width_ + i] = state.w[j];
      for (Index j = 0; j < remembered; ++j) {
        state_.dual[j * width_ + i] = state.memory[0][j];
        state_.rest[j * width_ + i] = state.memory[1][j];
      }
      for (Index j = 0; j < sums; ++j) state_.gradient_sum[j * width_ + i] = state.gradient_sum[j];
      state_.weight_sum[i] = state.weight_sum;
      state_.largest_step[i] = state.largest_step;
      state_.largest_step_t[lane] = state.largest_step_t;
      state_.last_violation[lane] = state.last_violation;
      steps.push_back(*run.lane_steps_);
    }
    loop_.follow(steps);
  }

  /// Writes the state of a run from its lane; `before` is where it came from.
  void write(Index i, const State& before, State& to) const {
    const auto lane = static_cast<std::size_t>(i);
    to.t = state_.t;
    to.log10_t = before.log10_t;
    to.error = before.error;
    to.w.resize(before.w.size());
    to.memory.resize(before.memory.size());
    to.gradient_sum.resize(before.gradient_sum.size());
    for (Vector& part : to.memory) part.resize(to.w.size());
    for (Index j = 0; j < to.w.size(); ++j) to.w[j] = state_.w[j * width_ + i];
    for (std::size_t m = 0; m < to.memory.size(); ++m)
      for (Index j = 0; j < to.w.size(); ++j)
        to.memory[m][j] = (m == 0 ? state_.dual : state_.rest)[j * width_ + i];
    for (Index j = 0; j < to.gradient_sum.size(); ++j)
      to.gradient_sum[j] = state_.gradient_sum[j * width_ + i];
    to.weight_sum = state_.weight_sum[i];
    to.largest_step = state_.largest_step[i];
    to.largest_step_t = state_.largest_step_t[lane];
    to.last_violation = state_.last_violation[lane];
    to.kept.resize(0);
  }

  kernels::LaneLoop& loop_;
  Index width_;
  double gap_;
  std::vector<RunLoop*> runs_;
  std::vector<std::string*> messages_;
  kernels::LaneState state_;
};

bool Columns::take(const RunLoop& run) {
  return run.lane_steps_.has_value() && run.state_.t < uncounted &&
         std::min(run.parts_.step_size->length(), run.method_->length()) == uncounted;
}

bool Columns::advance(std::int64_t until, double seconds, double gap) {
  const kernels::FlushSubnormals flush;
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::duration<double>(seconds);
  std::unique_ptr<kernels::LaneLoop> loop;
  const Method* method = nullptr;
  const Problem* problem = nullptr;
  for (std::size_t i = 0; i < runs_.size();) {
    const Parts& parts = runs_[i]->parts_;
    if (parts.method.get() != method || parts.problem.get() != problem) {
      method = parts.method.get();
      problem = parts.problem.get();
      loop = lanes_for(parts.problem, *runs_[i]->method_);
    }
    Group group(*loop, gap);
    const auto fits = [&](const RunLoop& run) {
      return run.parts_.method.get() == method && run.parts_.problem.get() == problem &&
             (group.empty() || group.t() == run.state_.t);
    };
    while (i < runs_.size() && !group.full() && fits(*runs_[i])) {
      RunLoop& run = *runs_[i];
      if (run.state_.t >= run.next_record_) run.record();  // as RunLoop::advance does
      if (run.state_.t < until && !group.certified(run)) group.add(&run, &messages_[i]);
      ++i;
    }
    while (!group.empty() && group.t() < until) {
      if (Clock::now() >= deadline) return false;
      group.advance(until);
    }
  }
  return true;
}

}  // namespace implicitbias
