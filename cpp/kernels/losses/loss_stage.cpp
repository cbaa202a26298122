#include "loss_stage.hpp"

namespace implicitbias::kernels::level {

std::unique_ptr<LossStage> loss_stage(const LossRecipe& recipe) {
  return with_formula(recipe, [](const auto& formula) -> std::unique_ptr<LossStage> {
    return std::make_unique<LossOf<std::decay_t<decltype(formula)>>>(formula);
  });
}

}  // namespace implicitbias::kernels::level
