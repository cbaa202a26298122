// What a run recorded: for every recorded t the parameters w, and columns that depend on the loss: margins
// and certified bounds for monotone losses, residuals and distances from the data manifold for losses with a
// finite root.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "implicitbias/base/types.hpp"

namespace implicitbias {

struct Trajectory {
  struct Column {
    std::string name;
    std::vector<double> values;
  };

  std::vector<std::int64_t> t;  // `uncounted` beyond 2^53
  std::vector<double> log10_t;
  std::vector<double> w;  // row-major (rows, d)
  std::vector<Column> columns;

  explicit Trajectory(bool monotone) {
    for (const char* name : monotone ? monotone_names : root_names) columns.push_back({name, {}});
  }

 private:
  static inline const std::vector<const char*> monotone_names = {
      "log_loss", "margin", "bound", "best_margin", "best_bound", "error", "integrated"};
  static inline const std::vector<const char*> root_names = {"log_loss", "residual", "off_manifold", "error",
                                                             "integrated"};
};

}  // namespace implicitbias
