#include <atomic>
#include <cmath>
#include <mutex>
#include <new>
#include <thread>

#include "arguments.hpp"
#include "implicitbias/runs/columns.hpp"
#include "parts.hpp"
#include "state_arrays.hpp"

namespace implicitbias::bindings {

namespace {

template <class T>
using Shared = std::shared_ptr<const T>;

/// A RunLoop that several Python threads may hold: one iterates, the others may look on between chunks.
/// The mutex is recursive because a noun written in Python may look at the run that calls it.
class GuardedLoop {
 public:
  template <class... Arguments>
  explicit GuardedLoop(Parts parts, Arguments&&... start)
      : problem_(parts.problem),
        method_(parts.method),
        loop_(std::move(parts), std::forward<Arguments>(start)...) {}

  const Problem& problem() const { return *problem_; }
  const Shape& shape() const { return problem_->shape(); }
  const Method& method() const { return *method_; }

  /// Copies something out of the loop. The GIL is let go while waiting: the iterating thread may need it.
  template <class Look>
  auto look(Look look) {
    py::gil_scoped_release release;
    ++waiting_;
    const std::lock_guard lock(mutex_);
    --waiting_;
    return look(static_cast<const RunLoop&>(loop_));
  }

  /// Marks the loop as taken for a whole `Run.advance`; false where it is taken already.
  bool take() { return !taken_.exchange(true); }
  void give_back() { taken_ = false; }

  /// Before this process forks: waits until nobody is inside, and keeps everybody out.
  void hold() {
    py::gil_scoped_release release;
    ++waiting_;
    mutex_.lock();
    --waiting_;
  }
  void let_go() { mutex_.unlock(); }
  /// In the new process, which has none of the other threads: that of the lock's owner has another number
  /// there, and cannot unlock it.
  void start_over(bool abandoned) {
    new (&mutex_) std::recursive_mutex;
    waiting_ = 0;
    if (abandoned) give_back();
  }

  void advance(std::int64_t until, double seconds) {
    py::gil_scoped_release release;
    while (waiting_ > 0) std::this_thread::yield();  // between chunks, whoever looks on comes first
    const std::lock_guard lock(mutex_);
    loop_.advance(until, seconds);
  }

  /// Whether it may be one of the columns of `advance_together`.
  bool column() {
    return look([](const RunLoop& loop) { return Columns::take(loop); });
  }

  static std::pair<std::vector<std::string>, bool> advance_together(
      const std::vector<std::shared_ptr<GuardedLoop>>& loops, std::int64_t until, double seconds,
      double gap) {
    py::gil_scoped_release release;
    std::vector<std::unique_lock<std::recursive_mutex>> locks;
    std::vector<RunLoop*> runs;
    for (const auto& loop : loops) {
      locks.emplace_back(loop->mutex_);
      runs.push_back(&loop->loop_);
    }
    Columns columns(std::move(runs));
    const bool there = columns.advance(until, seconds, gap);
    return {columns.messages(), there};
  }

  void leap(double t, double log10_t, const Vector& q, double error) {
    py::gil_scoped_release release;
    const std::lock_guard lock(mutex_);
    loop_.leap(t, log10_t, q, error);
  }

 private:
  Shared<Problem> problem_;
  Shared<Method> method_;
  std::recursive_mutex mutex_;
  std::atomic<bool> taken_ = false;
  std::atomic<int> waiting_ = 0;
  RunLoop loop_;
};

/// `with loop.taken():` gives the loop back on every way out. A signal between the call and the block
/// drops this object, which gives it back as well.
class Taken {
 public:
  explicit Taken(std::shared_ptr<GuardedLoop> loop) : loop_(std::move(loop)) {
    if (!loop_->take()) {
      loop_.reset();
      throw BusyError("this run is being advanced already, in another thread or by one of its own nouns");
    }
  }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;
  ~Taken() { give_back(); }

  void give_back() {
    if (loop_) loop_->give_back();
    loop_.reset();
  }

 private:
  std::shared_ptr<GuardedLoop> loop_;
};

}  // namespace

void bind_run_loop(py::module_& module) {
  py::class_<Taken>(module, "Taken", py::is_final(), "Holds a RunLoop for one thread.")
      .def("__enter__", [](Taken&) {})
      .def(
          "__exit__",
          [](Taken& self, const py::object&, const py::object&, const py::object&) { self.give_back(); },
          py::arg("kind"), py::arg("error"), py::arg("trace"));

  py::class_<ModifiedEquation, py::smart_holder>(
      module, "ModifiedEquation", py::is_final(),
      "The differential equation whose solution passes through the iterates of a run, in log t and the\n"
      "coordinates of its method (w; the dual variables; w and log G; the factor).")
      .def_property_readonly(
          "start", [](const ModifiedEquation& self) { return Convert<Vector>::write(self.start()); })
      .def_property_readonly("most_terms", &ModifiedEquation::most_terms, "Of the series.")
      .def_property_readonly("lag", &ModifiedEquation::lag,
                             "So many iterations what a step goes by lags behind: beta / (1 - beta).")
      .def(
          "point",
          [](ModifiedEquation& self, Argument<"q", Vector> q) {
            if (q.value.size() != self.start().size())
              throw InvalidValueError(message("q: expected ", self.start().size(), " coordinates"));
            return Convert<Vector>::write(self.point(q.value));
          },
          py::arg("q"), "The parameters at these coordinates, flat.")
      .def(
          "velocity",
          [](ModifiedEquation& self, Argument<"log_t", double> log_t, Argument<"q", Vector> q,
             Argument<"terms", std::int64_t> terms) {
            if (q.value.size() != self.start().size())
              throw InvalidValueError(message("q: expected ", self.start().size(), " coordinates"));
            if (terms.value < 1 || terms.value > self.most_terms())
              throw InvalidValueError(message("terms: expected 1 to ", self.most_terms()));
            Vector out(q.value.size());
            if (!self.velocity(log_t.value, q.value, static_cast<int>(terms.value), out))
              out.setConstant(std::numeric_limits<double>::quiet_NaN());
            return Convert<Vector>::write(out);
          },
          py::arg("log_t"), py::arg("q"), py::arg("terms"),
          "dq / d log t by the first terms of the series; NaN where the iterates leave the domain.")
      .def(
          "jacobian",
          [](ModifiedEquation& self, Argument<"log_t", double> log_t, Argument<"q", Vector> q,
             Argument<"powers", Vector> powers) {
            if (q.value.size() != self.start().size())
              throw InvalidValueError(message("q: expected ", self.start().size(), " coordinates"));
            if (powers.value.size() != q.value.size())
              throw InvalidValueError(message("powers: expected ", q.value.size(), " of them"));
            return Convert<Matrix>::write(self.jacobian(log_t.value, q.value, powers.value));
          },
          py::arg("log_t"), py::arg("q"), py::arg("powers"),
          "The derivative of sign(v) |v|^powers in q by differences, where v is the velocity by one term.");

  py::class_<GuardedLoop, py::smart_holder>(module, "RunLoop", py::is_final(),
                                            "The compiled loop behind implicitbias.Run.")
      .def(
          py::init([](Argument<"problem", Shared<Problem>> problem, Argument<"method", Shared<Method>> method,
                      Argument<"step_size", Shared<StepSize>> step_size,
                      OptionalArgument<"batch", Shared<MiniBatch>> batch,
                      Argument<"record", Shared<Recording>> record, OptionalArgument<"w0", py::object> w0,
                      Argument<"plain", bool> plain, Argument<"threads", std::int64_t> threads) {
            Vector start = w0.value ? read_start(w0.value, *method.value, *problem.value) : Vector();
            return std::make_shared<GuardedLoop>(
                Parts{problem.value, method.value, step_size.value, batch.value, record.value, plain.value,
                      Threads::checked(threads.value)},
                std::move(start));
          }),
          py::arg("problem"), py::arg("method"), py::arg("step_size"), py::arg("batch"), py::arg("record"),
          py::arg("w0") = py::none(), py::arg("plain") = false, py::arg("threads") = 1)
      .def_static(
          "restore",
          [](Argument<"problem", Shared<Problem>> problem, Argument<"method", Shared<Method>> method,
             Argument<"step_size", Shared<StepSize>> step_size,
             OptionalArgument<"batch", Shared<MiniBatch>> batch, Argument<"record", Shared<Recording>> record,
             const py::dict& state, const py::dict& trajectory, Argument<"plain", bool> plain,
             Argument<"threads", std::int64_t> threads) {
            State saved = read_state(state, *method.value, *problem.value);
            Trajectory rows =
                read_trajectory(trajectory, problem.value->shape(), problem.value->loss()->monotone());
            if (saved.t < 0 || rows.t.empty() ||
                later(saved.t, saved.log10_t, rows.t.back(), rows.log10_t.back()))
              throw InvalidValueError("t: the state does not continue its trajectory");
            if (saved.last_violation < -1 || saved.last_violation >= saved.t)
              throw InvalidValueError("last_violation: expected a time before t, or -1");
            return std::make_shared<GuardedLoop>(
                Parts{problem.value, method.value, step_size.value, batch.value, record.value, plain.value,
                      Threads::checked(threads.value)},
                std::move(saved), std::move(rows));
          },
          py::arg("problem"), py::arg("method"), py::arg("step_size"), py::arg("batch"), py::arg("record"),
          py::arg("state"), py::arg("trajectory"), py::arg("plain") = false, py::arg("threads") = 1,
          "Goes on from a saved state as if never interrupted.")
      .def(
          "taken", [](const std::shared_ptr<GuardedLoop>& self) { return std::make_unique<Taken>(self); },
          "A context in which this thread alone may advance; raises BusyError where another does.")
      .def("hold", &GuardedLoop::hold, "Before a fork: waits for the other threads, and keeps them out.")
      .def("let_go", &GuardedLoop::let_go, "After a fork, in the process that forked.")
      .def(
          "start_over",
          [](GuardedLoop& self, Argument<"abandoned", bool> abandoned) { self.start_over(abandoned.value); },
          py::arg("abandoned"), "After a fork, in the new process; abandoned by the thread that advanced it.")
      .def(
          "advance",
          [](GuardedLoop& self, Argument<"until", std::int64_t> until, Argument<"seconds", double> seconds) {
            self.advance(until.value, seconds.value);
          },
          py::arg("until"), py::arg("seconds"),
          "Iterates until t = until or the seconds have passed, without the GIL.")
      .def_property_readonly("column", &GuardedLoop::column, "Whether it may go on together with others.")
      .def_static(
          "advance_together",
          [](const py::list& loops, Argument<"until", std::int64_t> until,
             Argument<"seconds", double> seconds, Argument<"gap", double> gap) {
            std::vector<std::shared_ptr<GuardedLoop>> columns;
            for (py::handle loop : loops) columns.push_back(loop.cast<std::shared_ptr<GuardedLoop>>());
            const auto [told, there] =
                GuardedLoop::advance_together(columns, until.value, seconds.value, gap.value);
            py::list messages;
            for (const std::string& message : told) messages.append(message);
            return std::pair(messages, there);
          },
          py::arg("loops"), py::arg("until"), py::arg("seconds"), py::arg("gap"),
          "Advances columns together, each until t = until or its certified gap at a row is at most gap;\n"
          "returns for each why it cannot go on, or nothing, and whether all are there.")
      .def(
          "equation",
          [](GuardedLoop& self) { return self.look([](const RunLoop& loop) { return loop.equation(); }); },
          "The differential equation that the iterates follow from here on.")
      .def(
          "leap",
          [](GuardedLoop& self, Argument<"t", double> t, Argument<"log10_t", double> log10_t,
             Argument<"q", Vector> q,
             Argument<"error", double> error) { self.leap(t.value, log10_t.value, q.value, error.value); },
          py::arg("t"), py::arg("log10_t"), py::arg("q"), py::arg("error"),
          "Goes on from a later time and the coordinates integrated to it, and records that row.")
      .def_property_readonly(
          "t",
          [](GuardedLoop& self) { return self.look([](const RunLoop& loop) { return loop.state().t; }); },
          "Iterations done; 2^63 - 1 after a leap beyond 2^53.")
      .def_property_readonly(
          "error",
          [](GuardedLoop& self) { return self.look([](const RunLoop& loop) { return loop.state().error; }); },
          "Estimated error of w from the last integration.")
      .def_property_readonly(
          "form",
          [](GuardedLoop& self) { return self.look([](const RunLoop& loop) { return loop.form(); }); },
          "The form in which it iterates from here on.")
      .def_property_readonly("log10_t",
                             [](GuardedLoop& self) {
                               return self.look([](const RunLoop& loop) { return log10_time(loop.state()); });
                             })
      .def_property_readonly("theta",
                             [](GuardedLoop& self) {
                               const Vector theta =
                                   self.look([](const RunLoop& loop) { return loop.state().w; });
                               return to_array(theta, self.shape());
                             })
      .def_property_readonly(
          "w",
          [](GuardedLoop& self) {
            const Vector theta = self.look([](const RunLoop& loop) { return loop.state().w; });
            return to_array(self.problem().predictor(theta), self.problem().predictor_shape());
          })
      .def_property_readonly(
          "memory",
          [](GuardedLoop& self) {
            const State state = self.look([](const RunLoop& loop) { return loop.state(); });
            return memory_arrays(state, self.method(), self.shape());
          },
          "What the method keeps besides w, by name.")
      .def_property_readonly(
          "log_loss",
          [](GuardedLoop& self) { return self.look([](const RunLoop& loop) { return loop.log_loss(); }); })
      .def_property_readonly(
          "residual",
          [](GuardedLoop& self) { return self.look([](const RunLoop& loop) { return loop.residual(); }); })
      .def_property_readonly("off_manifold",
                             [](GuardedLoop& self) {
                               return self.look([](const RunLoop& loop) { return loop.off_manifold(); });
                             })
      .def(
          "certificate",
          [](GuardedLoop& self) {
            const Certificate now = self.look([](const RunLoop& loop) { return loop.certificate(); });
            return std::tuple(now.margin, now.bound, now.best_margin, now.best_bound);
          },
          "margin, bound, best_margin and best_bound of the current iterate.")
      .def_property_readonly("kkt_residual",
                             [](GuardedLoop& self) {
                               return self.look([](const RunLoop& loop) { return loop.kkt_residual(); });
                             })
      .def_property_readonly(
          "induced",
          [](GuardedLoop& self) {
            const Shared<Gauge> gauge = self.look([](const RunLoop& loop) { return loop.induced(); });
            return optional<Gauge>(py::cast(std::const_pointer_cast<Gauge>(gauge)));
          },
          "The norm, or other gauge, that brackets are in.")
      .def_property_readonly(
          "last_violation",
          [](GuardedLoop& self) {
            return self.look([](const RunLoop& loop) { return loop.state().last_violation; });
          })
      .def_property_readonly(
          "largest_step",
          [](GuardedLoop& self) {
            return self.look([](const RunLoop& loop) {
              return std::pair(loop.state().largest_step, loop.state().largest_step_t);
            });
          },
          "The largest log(eta_t beta(w_t)) so far and the first t at which it was taken.")
      .def("trajectory",
           [](GuardedLoop& self) {
             return trajectory_columns(self.look([](const RunLoop& loop) { return loop.trajectory(); }),
                                       self.problem());
           })
      .def(
          "snapshot",
          [](GuardedLoop& self) {
            const auto [state, trajectory] =
                self.look([](const RunLoop& loop) { return std::pair(loop.state(), loop.trajectory()); });
            return std::pair(state_arrays(state, self.method(), self.shape()),
                             trajectory_arrays(trajectory, self.shape()));
          },
          "The state and the trajectory of one moment, as restore takes them.");
}

}  // namespace implicitbias::bindings
