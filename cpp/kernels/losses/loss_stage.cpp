#include "loss_stage.hpp"

#include "cross_entropy_stage.hpp"

namespace implicitbias::kernels::level {

std::unique_ptr<LossStage> loss_stage(const LossRecipe& recipe) {
  if (recipe.kind == LossRecipe::Kind::cross_entropy)
    return std::make_unique<CrossEntropyStage>(static_cast<Index>(recipe.parameter));
  return with_formula(recipe, [](const auto& formula) -> std::unique_ptr<LossStage> {
    return std::make_unique<LossOf<std::decay_t<decltype(formula)>>>(formula);
  });
}

}  // namespace implicitbias::kernels::level
