"""Why nothing is claimed of runs on models other than the linear one."""

from .._core import Problem


def why_no_claim_on(problem: Problem) -> str:
    """Return why, for a problem whose parameters are not the predictor."""
    beginning = f"The paper's claims are about w that is moved itself. On {problem.model!r} the"
    if not problem.loss.monotone:
        return (
            f"{beginning} limit depends on theta(0), its scale included, and on the step sizes. As these "
            "tend to 0 it is known on Diagonal(2) from u = v = alpha, a later result (Woodworth et al. "
            "2020), as what MirrorDescent(HyperbolicEntropy(2 * alpha**2)) on Linear() has a claim about."
        )
    return (
        f"{beginning} direction of theta tends to a KKT point of min |theta| such that all margins are at "
        "least 1, a later result for flows and small steps (Lyu and Li 2020; Tsilivis et al. 2025), which "
        "need not be a maximum margin. run.kkt_residual says how far a run is from one, and run.bracket how "
        "far it may be from the maximum margin in run.induced_norm."
    )
