// What the compiled loop asks of a problem besides its rows.
#pragma once

#include <memory>
#include <vector>

#include "implicitbias/kernels/inner_loop.hpp"
#include "implicitbias/problems/cancellation.hpp"
#include "implicitbias/problems/mini_batch.hpp"

namespace implicitbias {

class LoopHost final : public kernels::Host {
 public:
  LoopHost(std::shared_ptr<const Problem> problem, std::shared_ptr<const MiniBatch> batch,
           bool forgets_scale);

  /// The problem as the compiled loop sees it; valid as long as the host lives. `rows` are those of the
  /// problem.
  kernels::InnerProblem problem(const kernels::StoredRows& rows) const;

  void clear(std::int64_t t, const double* w, double* h) override;

 private:
  /// How many rows make a gradient.
  Index drawn_rows() const {
    return (batch_ ? batch_->size() : problem_->samples()) * problem_->rows().each();
  }

  std::shared_ptr<const Problem> problem_;
  std::shared_ptr<const MiniBatch> batch_;  // may be null
  kernels::BatchRecipe recipe_{};
  std::optional<kernels::ScoreRecipe> scores_;
  Cancellation cancellation_;
  Vector largest_, least_;
  kernels::Forgetful forgetful_{};
  bool forgets_scale_;
  // Scratch of `clear`.
  Evaluation at_;
  std::vector<Index> order_, drawn_;
};

}  // namespace implicitbias
