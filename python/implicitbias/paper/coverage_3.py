"""What section 3 asserts, sentence by sentence, and the statements that try it."""

DEFINED = "a definition: there is nothing to try"
CITED = "a result of others, cited; no statement tries it yet"

SENTENCES = [
    ("3", "Property 2: losses that fall strictly to 0", DEFINED),
    ("3", "the sign of y may be absorbed into x", "every margin is computed from y x"),
    ("3", "separable data have no finite minimizer: L -> 0 only as |w| -> infinity", "thm5-lemma"),
    ("3", "the results extend to tight exponential tails, the logistic loss among them", "thm5"),
    ("3", "... and to the sigmoid loss", "no statement tries the sigmoid loss yet; it is not convex"),
    ("3.1", "gradient descent tends in direction to the l2 maximum margin", "sec3.1, late"),
    ("3.1", "... from any start", "thm5-start"),
    ("3.1", "... with any bounded step", "tried with small steps only; the exponential loss may overflow"),
    ("3.2", "squared loss: the limit point of steepest descent depends strongly on the step", "ex4, fig1c"),
    ("3.2", "Theorem 5", "thm5, thm5-start, late-norms"),
    ("3.2", "Theorem 5's bound on the steps, by max as printed", "thm5-max"),
    ("3.2", "any summable steps are allowed, as printed", "no statement tries summable steps yet"),
    ("3.2", "where the maximum margin is unique, the direction tends to it", "sec3.1, rosset-same"),
    ("3.2", "coordinate descent on the exponential loss is AdaBoost", "adaboost"),
    ("3.2", "AdaBoost with small steps tends to the l1 maximum margin", "shrinkage"),
    ("3.2", "Telgarsky 2013: richer losses and step rules in l1", CITED),
    ("3.2", "exact line search can end in a direction without maximum margin", "rudin, rudin-cycle"),
    ("3.2", "|grad L|_* >= gamma L for every w", "thm5-lemma"),
    ("3.2", "the regularization path tends to the maximum margin, too", "rosset"),
    ("3.2", "the optimization path is not the regularization path, but ends where it does", "rosset-same"),
    ("3.3", "AdaGrad on squared loss has no limit that is independent of the steps", "not tried yet"),
    (
        "3.3",
        "if G(t) converges, the limit direction depends on the initial conditions",
        "thm6-eta, thm6-late",
    ),
    ("3.3", "Theorem 6: G(t) stays bounded", "thm6, thm6-late"),
    ("3.3", "the limit direction depends on the step size", "thm6-eta"),
    ("3.3", "... and on w(0) and G(0)", "no statement tries these two yet"),
]
