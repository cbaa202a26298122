"""What sections 4 and 5 assert, sentence by sentence, and the statements that try it."""

DEFINED = "a definition: there is nothing to try"
OPEN = "an open problem, and says so"

SENTENCES = [
    ("4", "eq. (15) is the setting of eq. (1) with matrices", DEFINED),
    ("4", "eq. (16) has the same global minima over W = U V' as eq. (15)", "every W is a product U V'"),
    (
        "4",
        "gradient descent on the factors is biased radically otherwise than on W",
        "squared-w, squared-recovery",
    ),
    ("4", "it is often observed to be biased towards low nuclear norm", "squared-small, squared-recovery"),
    (
        "4",
        "low nuclear norm ensures generalization and low rank recovery",
        "about statistics, cited; squared-recovery shows one case",
    ),
    ("4", "U V' is a special case of U U', with its updates (eq. 17)", "lifting, lifting-printed"),
    ("4", "the updates of U and W (eqs. 18 and 19)", "eq18, eq19-printed"),
    ("4", "squared loss: the bias depends crucially on U(0) and on the step size", "squared-u0, squared-eta"),
    (
        "4",
        "conjectured by Gunasekar et al. 2017: least nuclear norm for infinitesimal starts and steps",
        "squared-small, squared-small-any",
    ),
    ("4", "... but only for infinitesimal ones", "squared-u0, squared-eta"),
    ("4", "Li et al. 2017 proved it under the restricted isometry property", "squared-recovery"),
    (
        "4",
        "finite starts and steps: the bias towards least nuclear norm is not exact",
        "squared-u0, squared-eta",
    ),
    ("4", "U = 0 is a saddle point, so that one cannot start very close", "saddle"),
    ("4", "strictly monotone losses: the bias is more robust to initialization and step size", "thm7"),
    ("4", "Theorem 7", "thm7, thm7-rate, thm7-rank1, thm7-thin, thm7-lifted, thm7-psd"),
    (
        "4",
        "convergence of W in direction is necessary for a bias in direction to be meant",
        DEFINED,
    ),
    ("4", "that increments and gradients converge in direction might be relaxed", OPEN),
    ("4", "key property: gradients are dominated by the support vectors", "lem8"),
    ("4", "Lemma 8", "lem8, lem8-alternating"),
    ("5", "finite root: the limit point of mirror descent is simply characterized", "thm1, thm1a, thm1b"),
    ("5", "finite root: that does not extend to steepest descent in general norms", "ex4, ex4-flow"),
    ("5", "strictly monotone: initial updates and initialization are nullified", "thm5, thm5-start, thm7"),
    ("5", "steepest descent: the limit is a maximum margin separator in the unit ball", "thm5"),
    (
        "5",
        "factorization: the limit is the maximum margin separator of unit nuclear norm",
        "thm7, thm7-lifted",
    ),
    (
        "5",
        "in contrast to the squared loss, independent of the start and steps",
        "thm7, squared-u0, squared-eta",
    ),
    ("5", "AdaGrad: the limit direction could depend on the initial conditions", "thm6-eta"),
    (
        "5",
        "generalization can be understood from these characterizations",
        "about statistics, cited: there is no population here",
    ),
    ("5", "the result for factors gives tools for multi-layer and non-linear networks", "an outlook"),
    ("5", "the bias under explicit constraints is an open problem", OPEN),
    (
        "5",
        "similar characterizations are believed to hold with several feasible solutions",
        "a belief, and says so",
    ),
    ("5", "the results can be extended to losses of several outputs", "a belief, and says so"),
    ("5", "optimization and regularization paths meet in the limit", "thm5, rosset"),
    ("5", "how the entire paths are related should be understood further", "rosset-same, gap-law"),
]
