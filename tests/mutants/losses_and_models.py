"""Faults in losses, models and problems: which gradients a method sees."""

from .mutant import Mutant

LOSSES_AND_MODELS = [
    Mutant(
        "half of the lifted samples",
        "problems/lift.py",
        (
            ("lifted[:, :r, r:] = X / 2", "lifted[:, :r, r:] = X / 4"),
            ("lifted[:, r:, :r] = X.transpose(0, 2, 1) / 2", "lifted[:, r:, :r] = X.transpose(0, 2, 1) / 4"),
        ),
        "lifting, lifting-printed",
    ),
    Mutant(
        "lifted samples as printed",
        "problems/lift.py",
        (
            ("lifted[:, :r, r:] = X / 2", "lifted[:, :r, r:] = X"),
            ("lifted[:, r:, :r] = X.transpose(0, 2, 1) / 2", "lifted[:, r:, :r] = X.transpose(0, 2, 1)"),
        ),
        "lifting",
    ),
    Mutant(
        "half of a diagonal network goes uphill",
        "models/diagonal.hpp",
        (("out.tail(size_).array() *= -g.array();", "out.tail(size_).array() *= g.array();"),),
        "tsilivis2025.diagonal",
    ),
    Mutant(
        "a factor of a product goes uphill",
        "models/product.hpp",
        (
            (
                "Eigen::Map<Matrix>(out.data(), rows_, width()).noalias() = G * V(theta);",
                "Eigen::Map<Matrix>(out.data(), rows_, width()).noalias() = -G * V(theta);",
            ),
        ),
        "tsilivis2025.product",
    ),
    Mutant(
        "the first layer goes uphill",
        "models/deep_linear.hpp",
        (("gradient = behind;", "gradient = -behind;"),),
        "gunasekar2018b.layers",
    ),
    Mutant(
        "the first filter goes uphill",
        "models/convolution.hpp",
        (("out.head(size_) = behind;", "out.head(size_) = -behind;"),),
        "gunasekar2018b.filters, gunasekar2018b.stationary",
    ),
    Mutant(
        "the polynomial tail is exponential",
        "losses/polynomial_tail.hpp",
        (
            (
                "return std::log(power_) - (margin > 0 ? (power_ + 1) * std::log1p(margin) : 0.0);",
                "return std::log(power_) - std::max(margin, 0.0);",
            ),
        ),
        "ji2020.direction, ji2020.rate",
    ),
    Mutant(
        "cross-entropy weighs the classes alike",
        "losses/cross_entropy.hpp",
        (
            (
                "weights.segment(n * group_, group_) = soft[n] - margins.array();",
                "weights.segment(n * group_, group_).setZero();",
            ),
        ),
        "ravi2024.svm, ravi2024.growth, fan2025.figure",
    ),
    Mutant(
        "every batch has the first samples",
        "problems/mini_batch.hpp",
        (
            (
                "kernels::pick_batch(recipe(), order.size(), random.data(), order.data(), batch.data());",
                "for (std::size_t i = 0; i < batch.size(); ++i) batch[i] = static_cast<Index>(i);",
            ),
        ),
        "nacson2019b.loss, baek2026.fixed-point, baek2026.signum",
    ),
]
