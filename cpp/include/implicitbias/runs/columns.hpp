// Several runs that go through the compiled loop together. Each ends where it would alone, up to rounding,
// and bit by bit where it would with any others or in any number: lanes know nothing of one another. A run
// that the lanes cannot take further is looked at by its plain loop, which takes the step, or says why it
// cannot: then this run stops, and the others go on.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "implicitbias/runs/run_loop.hpp"

namespace implicitbias {

class Columns {
 public:
  /// Whether a run may be a column.
  static bool take(const RunLoop& run);

  explicit Columns(std::vector<RunLoop*> runs) : runs_(std::move(runs)), messages_(runs_.size()) {}

  /// Advances all runs to t = `until`, each but for a stop at the first row at which its certified gap is at
  /// most `gap`. Returns whether they are there, or `seconds` have passed.
  bool advance(std::int64_t until, double seconds, double gap);

  /// For each run, why it cannot go on, or nothing.
  const std::vector<std::string>& messages() const { return messages_; }

 private:
  class Group;
  std::vector<RunLoop*> runs_;
  std::vector<std::string> messages_;
};

}  // namespace implicitbias
