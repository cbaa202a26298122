// Which iterations a run records: t = 0 and an increasing sequence of later ones, evenly spaced in t or in
// log t. The sequence is a function of t alone, so that no edge of a chunk or checkpoint shows in a
// trajectory.
#pragma once

#include <cmath>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/base/types.hpp"

namespace implicitbias {

class Recording {
 public:
  virtual ~Recording() = default;

  /// The first recorded iteration after t. Iteration 0 is always recorded.
  virtual std::int64_t after(std::int64_t t) const = 0;
};

class LogSpaced final : public Recording {
 public:
  static constexpr const char* name = "LogSpaced";
  static constexpr const char* doc = R"(Record t = 0 and the integers nearest to 10^(k / per_decade).

      Parameters
      ----------
      per_decade : int, default 20
          Rows a decade of t, from 1 to 1000000.

      Examples
      --------
      >>> ib.LogSpaced(1).after(10)
      100
      )";

  explicit LogSpaced(std::int64_t per_decade) : per_decade_(per_decade) {
    if (per_decade < 1 || per_decade > 1000000)
      throw InvalidValueError(message("per_decade: expected an integer from 1 to 1000000, got ", per_decade));
  }

  std::int64_t per_decade() const { return per_decade_; }
  using fields = Fields<Field<"per_decade", &LogSpaced::per_decade, [] { return std::int64_t{20}; }>>;

  std::int64_t after(std::int64_t t) const override {
    if (t < 1) return 1;
    const double steps = static_cast<double>(per_decade_);
    for (double k = std::floor(steps * std::log10(static_cast<double>(t)));; ++k) {
      const double time = std::round(std::pow(10.0, k / steps));
      if (time >= 9e18) return std::numeric_limits<std::int64_t>::max();
      if (time > static_cast<double>(t)) return static_cast<std::int64_t>(time);
    }
  }

 private:
  std::int64_t per_decade_;
};

class Every final : public Recording {
 public:
  static constexpr const char* name = "Every";
  static constexpr const char* doc = R"(Record t = 0, steps, 2 steps, ...

      Parameters
      ----------
      steps : int, default 1
          At least 1.

      Examples
      --------
      >>> ib.Every(5).after(12)
      15
      )";

  explicit Every(std::int64_t steps) : steps_(steps) {
    if (steps < 1) throw InvalidValueError(message("steps: expected an integer >= 1, got ", steps));
  }

  std::int64_t steps() const { return steps_; }
  using fields = Fields<Field<"steps", &Every::steps, [] { return std::int64_t{1}; }>>;

  std::int64_t after(std::int64_t t) const override {
    const std::int64_t multiple = t / steps_;
    constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max();
    return multiple >= last / steps_ ? last : (multiple + 1) * steps_;
  }

 private:
  std::int64_t steps_;
};

}  // namespace implicitbias
