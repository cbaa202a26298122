"""Faults in methods: what a step is made of, and remembers."""

from .mutant import Mutant

METHODS = [
    Mutant(
        "a factor goes uphill",
        "methods/factorized_gradient_descent.hpp",
        (
            (
                "out *= -2;",
                "out *= 2;",
            ),
        ),
        "eq18, squared-small-any, thm7-thin, thm7-lifted",
    ),
    Mutant(
        "primal momentum is dropped",
        "methods/momentum.hpp",
        (("if (beta == 0) return;", "return;"),),
        "ex2, manifold-off, fig1a, ex2-law, prop2a, quadratic",
    ),
    Mutant(
        "dual momentum adds primal differences",
        "methods/momentum.hpp",
        (
            (
                "move += beta().at(now.t) * (now.z - now.previous_z);",
                "move += beta().at(now.t) * (now.w - now.previous_w);",
            ),
        ),
        "rem1, manifold, quadratic",
    ),
    Mutant(
        "half of the gradient in U",
        "methods/factorized_gradient_descent.hpp",
        (
            (
                "out *= -2;",
                "out *= -1;",
            ),
        ),
        "eq18, eq19-printed, saddle",
    ),
    Mutant(
        "the start of a factor is normalized",
        "methods/factorized_gradient_descent.hpp",
        (("state.memory = {state.w};", "state.memory = {state.w / state.w.norm()};"),),
        "eq18, squared-u0, squared-small",
    ),
    Mutant(
        "mirror descent forgets w(0)",
        "methods/mirror_descent.hpp",
        (("potential_->link(state.w, z);", "potential_->link(Vector::Ones(z.size()), z);"),),
        "sec2.1, eq4, quadratic",
    ),
    Mutant(
        "natural gradient steps are mirror steps",
        "methods/natural_gradient.hpp",
        (
            (
                "add_scaled(now.w, log_eta + log_scale, next.w, next.w);",
                "next.w = now.w.array() * (-std::exp(log_eta + log_scale) * gradient.array()).exp();",
            ),
        ),
        "metric, ex3, fig1b, ex3-law",
    ),
    Mutant(
        "AdaGrad adds up gradients, not squares",
        "methods/adagrad.hpp",
        (
            (
                "next.w += now.w;",
                "next.w += now.w; next.memory[0] = (now.memory[0].array().exp() + "
                "std::exp(log_scale) * gradient.array().abs()).log();",
            ),
        ),
        "thm6, thm6-start",
    ),
    Mutant(
        "AdaGrad steps without its accumulator",
        "methods/adagrad.hpp",
        (
            (
                "kernels::adagrad_step(gradient, log_scale, std::exp(log_eta), next.memory[0], next.w);",
                "kernels::adagrad_step(gradient, log_scale, 1, next.memory[0], next.w); "
                "next.w = -std::exp(log_eta + log_scale) * gradient;",
            ),
        ),
        "eq13",
    ),
    Mutant(
        "momentum does not look ahead",
        "methods/momentum.hpp",
        (("point = w + gamma_.at(t) * (w - previous_w);", "point = w;"),),
        "fig1a",
    ),
    Mutant(
        "steps are clipped where the loss exceeds 1",
        "methods/mirror_descent.hpp",
        (
            (
                "add_scaled(move, log_eta + log_scale, -gradient, move);",
                "add_scaled(move, log_eta + std::min(log_scale, 0.0), -gradient, move);",
            ),
        ),
        "sec3.1-any",
    ),
    Mutant(
        "AdaGrad forgets the step size",
        "methods/adagrad.hpp",
        (
            (
                "kernels::adagrad_step(gradient, log_scale, std::exp(log_eta), next.memory[0], next.w);",
                "kernels::adagrad_step(gradient, log_scale, 0.3, next.memory[0], next.w);",
            ),
            (
                "dq[i] = -std::copysign(std::exp(log_eta + log_unit + log_gradient - (before + added) / 2), "
                "gradient[i]);",
                "dq[i] = -std::copysign(0.3 * std::exp(log_unit + log_gradient - (before + added) / 2), "
                "gradient[i]);",
            ),
        ),
        "eq13, thm6-eta, sec3.3-squared",
    ),
    Mutant(
        "a factor forgets the step size",
        "methods/factorized_gradient_descent.hpp",
        (
            (
                "add_scaled(now.memory[0], log_eta + log_scale, next.memory[0], next.memory[0]);",
                "add_scaled(now.memory[0], std::log(0.01) + log_scale, next.memory[0], next.memory[0]);",
            ),
        ),
        "eq18, lifting, squared-eta",
    ),
    Mutant(
        "a factor grows by itself",
        "methods/factorized_gradient_descent.hpp",
        (
            (
                "direct(now.memory[0], gradient, next.memory[0]);",
                "direct(now.memory[0], gradient, next.memory[0]); "
                "next.memory[0] += 0.5 * std::exp(-log_scale) * now.memory[0];",
            ),
        ),
        "eq18, lifting, squared-small-any",
    ),
    Mutant(
        "a factor has a column for every row",
        "methods/factorized_gradient_descent.hpp",
        (
            (
                "state.memory = {state.w};",
                "const Index rank = state.w.size() / side_; Matrix U(side_, rank + side_); "
                "U << Eigen::Map<const Matrix>(state.w.data(), side_, rank), "
                "3.0 * Matrix::Identity(side_, side_); "
                "state.memory = {Eigen::Map<const Vector>(U.data(), U.size())};",
            ),
        ),
        "lifting, squared-small, thm7-rank1",
    ),
    Mutant(
        "natural gradient descent is mirror descent",
        "methods/natural_gradient.hpp",
        (
            (
                "add_scaled(now.w, log_eta + log_scale, next.w, next.w);",
                "Vector z(now.w.size()); potential_->link(now.w, z); "
                "add_scaled(z, log_eta + log_scale, -gradient, z); potential_->inverse_link(z, next.w);",
            ),
        ),
        "metric, ex3, natural-any",
    ),
    Mutant(
        "Adam divides every entry by the largest root",
        "methods/adaptive.hpp",
        (
            (
                "for (Index i = 0; i < dw.size(); ++i) dw[i] = m[i] == 0 ? 0 : "
                "-m[i] / (root * r[i] + added);",
                "dw = -m / (root * r.maxCoeff() + added);",
            ),
        ),
        "xie_li2024.box, xie_li2024.kkt, zhang2024.l2",
    ),
    Mutant(
        "eps is forgotten",
        "methods/adaptive.hpp",
        (
            (
                "for (Index i = 0; i < dw.size(); ++i) dw[i] = m[i] == 0 ? 0 : "
                "-m[i] / (root * r[i] + added);",
                "for (Index i = 0; i < dw.size(); ++i) "
                "dw[i] = m[i] == 0 || root == 0 ? 0 : -m[i] / (root * r[i]);",
            ),
        ),
        "wang2021.constant-log, xie_li2024.eps, xie_li2024.barrier",
    ),
    Mutant(
        "Lion goes along the derivatives",
        "methods/lion.hpp",
        (
            (
                "dw = dw.unaryExpr([](double entry) { return entry == 0 ? 0.0 : std::copysign(1.0, -entry); "
                "});",
                "dw /= -std::max(dw.lpNorm<Eigen::Infinity>(), 1e-300);",
            ),
        ),
        "xie_li2024.box",
    ),
    Mutant(
        "averages of gradients do not forget",
        "methods/ema.hpp",
        (
            (
                "memory[0] = scale.kept(beta_) * former[0] + scale.added(1 - beta_) * gradient;",
                "memory[0] = former[0].isZero() ? scale.added(1.0) * gradient : scale.kept(1.0) * former[0];",
            ),
        ),
        "fan2025.newton-schulz, fan2025.figure, baek2026.signum",
    ),
    Mutant(
        "acceleration forgets",
        "methods/dual_acceleration.hpp",
        (("memory[0] = t / (t + 1) * (now.memory[0] - gradient);", "memory[0] = 0 * gradient;"),),
        "ji2021.rate, ji2021.bound",
    ),
    Mutant(
        "Newton and Schulz do not iterate",
        "methods/newton_schulz_descent.hpp",
        (("X = (a * X + B * X).eval();", "X *= 1.0;"),),
        "fan2025.newton-schulz",
    ),
]
