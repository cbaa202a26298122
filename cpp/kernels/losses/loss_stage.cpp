#include "loss_stage.hpp"

#include "root_losses.hpp"
#include "tail_losses.hpp"

namespace implicitbias::kernels::level {

std::unique_ptr<LossStage> loss_stage(const LossRecipe& recipe) {
  using Kind = LossRecipe::Kind;
  switch (recipe.kind) {
    case Kind::exponential:
      return std::make_unique<TailLoss<ExponentialFormula>>();
    case Kind::logistic:
      return std::make_unique<TailLoss<LogisticFormula>>();
    case Kind::sigmoid:
      return std::make_unique<TailLoss<SigmoidFormula>>();
    case Kind::squared:
      return std::make_unique<RootLoss<SquaredFormula>>(recipe.parameter);
    case Kind::huber:
      return std::make_unique<RootLoss<HuberFormula>>(recipe.parameter);
    case Kind::log_cosh:
      return std::make_unique<RootLoss<LogCoshFormula>>(recipe.parameter);
    case Kind::truncated_squared:
      return std::make_unique<RootLoss<TruncatedSquaredFormula>>(recipe.parameter);
  }
  return nullptr;
}

}  // namespace implicitbias::kernels::level
