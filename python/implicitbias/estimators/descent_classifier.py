"""The classifier that a method trains."""

from __future__ import annotations

import math
import warnings
from contextlib import suppress
from typing import Any, Self

from numpy.typing import ArrayLike
from sklearn.exceptions import ConvergenceWarning

from .. import _arguments
from .._arguments import flag
from .._core import FactorizedGradientDescent, Loss, Method, Schedule, StepSize
from ..errors import DomainError, ImplicitBiasError, InvalidValueError
from ..nouns.gradient_descent import GradientDescent
from ..runs.run import Run
from .given import given_noun, given_step
from .linear_classifier import LinearClassifier

_SETTLED = 1e-14  # change of log L from look to look
_FIRST_BLOCK, _GROWTH = 100, 1.25  # iterations before the first look at the certificate, and between looks


class DescentClassifier(LinearClassifier):
    """A linear classifier trained by one of the package's methods, until its margin is certified.

    `fit` is a `Run` that stops once its certified bracket of the maximum margin, in the geometry of its
    method, is as narrow as the tolerance: then the margin of what it returns is that near to the best. Where
    the data are not separable it goes on until the loss settles at its least, and where the method does not
    tend to that margin until its steps are taken; a `ConvergenceWarning` has the certified gap. There is no
    `sample_weight`: the direction in the limit depends on none.

    The intercept is the weight of a feature of ones, as the bias of a linear layer is: the method moves it as
    it moves the other weights, and it counts in the norm of the margin that the run certifies. That margin is
    smaller than the one of `MaxMarginClassifier`, whose norm does not count the intercept.

    Parameters
    ----------
    method : Method or str, optional
        By default ``GradientDescent()``; or as text, such as ``'SteepestDescent(Lp(1))'``.
    step_size : StepSize, float, array_like or str, optional
        By default as `Run` has it.
    loss : Loss or str, optional
        A monotone one, of scores of several classes where there are more than two: by default ``Logistic()``
        of two, ``CrossEntropy()`` of more.
    steps : int, default 100_000
        At most.
    tolerance : float, default 0.01
        Relative gap of the certificate, at which it stops.
    fit_intercept : bool, default True
        Whether there is an intercept, which counts in the norm.

    Attributes
    ----------
    run_ : Run
        Which can go on.
    coef_ : ndarray of shape (1, d) or (k, d)
        The weights of the last iterate, as large as they have become.
    intercept_ : ndarray of shape (1,) or (k,)
        Zeros without an intercept.
    bracket_ : Bracket
        What the run certifies of the maximum margin.
    n_iter_ : int
        Steps that were taken.
    classes_ : ndarray of shape (k,)
        The labels.
    n_features_in_ : int
        Of the samples, without the intercept.
    feature_names_in_ : ndarray of str
        Where the samples came with names.

    Examples
    --------
    >>> model = ib.estimators.DescentClassifier("SteepestDescent(Lp(1))", fit_intercept=False)
    >>> model = model.fit([[2.0, 1.0], [-2.0, 0.0]], ["yes", "no"])
    >>> print(model.predict([[-1.0, 1.0]]), model.bracket_.gap < 0.01, model.run_.t < 100_000)
    ['no'] True True
    """

    def __init__(
        self,
        method: Method | str | None = None,
        step_size: StepSize | ArrayLike | str | None = None,
        loss: Loss | str | None = None,
        steps: int = 100_000,
        tolerance: float = 0.01,
        fit_intercept: bool = True,
    ) -> None:
        self.method = method
        self.step_size = step_size
        self.loss = loss
        self.steps = steps
        self.tolerance = tolerance
        self.fit_intercept = fit_intercept

    def fit(self, X: Any, y: Any) -> Self:
        """Train it.

        Parameters
        ----------
        X : array_like or sparse array of shape (n, d)
            The samples.
        y : array_like of shape (n,)
            Their labels, of any kind.

        Returns
        -------
        DescentClassifier
            Itself. A `ConvergenceWarning` says where the tolerance was not met.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            If a parameter or the samples do not fit.

        Examples
        --------
        >>> ib.estimators.DescentClassifier(tolerance=0.1).fit([[1.0, 1], [-1, 0]], [1, 0]).run_
        Run(...)
        """
        method = GradientDescent() if self.method is None else given_noun(self.method, Method, "method")
        loss = None if self.loss is None else given_noun(self.loss, Loss, "loss")
        if loss is not None and not loss.monotone:
            raise InvalidValueError(f"loss: expected a monotone one, got {loss!r}; write Logistic()")
        steps = _arguments.whole_number(self.steps, "steps", least=1)
        tolerance = _arguments.tolerance(self.tolerance)
        if isinstance(method, FactorizedGradientDescent):
            raise InvalidValueError(
                f"method: expected one that moves weights themselves, got {method!r}; write GradientDescent()"
            )
        rule = given_step(self.step_size)
        if isinstance(rule, Schedule) and (length := len(rule.etas)) < steps:
            raise InvalidValueError(
                f"step_size: expected one for each of {steps} steps, got {length}; write steps={length}"
            )
        constant = flag(self.fit_intercept, "fit_intercept")
        problem = self._labeled_problem(X, y, loss, getattr(method, "norm", None), constant)
        run = Run(problem, method, rule)
        reason, before = "", math.inf
        try:
            while (
                run.t < steps and not run.bracket.gap <= tolerance and abs(run.log_loss - before) > _SETTLED
            ):
                before = run.log_loss
                run.advance(min(steps, max(_FIRST_BLOCK, int(run.t * _GROWTH))) - run.t)
        except DomainError as error:
            reason = f" ({error})"
        self.run_, self.bracket_, self.n_iter_ = run, run.bracket, run.t
        if not self.bracket_.gap <= tolerance:
            said = f"{_reached(run, tolerance)}, and log L is {run.log_loss:.6g}{reason}"
            warnings.warn(said, ConvergenceWarning, stacklevel=2)
        return self._take(run.w, None if constant else 0.0)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        with suppress(ImplicitBiasError):  # which `fit` raises
            tags.classifier_tags.multi_class = (
                self.loss is None or given_noun(self.loss, Loss, "loss").multiclass
            )
        return tags


def _reached(run: Run, tolerance: float) -> str:
    """Return what a run that ends before the tolerance has of margins."""
    lower, upper = run.bracket
    gap = f"steps: after {run.t} the certified gap is {run.bracket.gap:.2g}, not {tolerance:g}: "
    if not run.margin > 0:
        return f"{gap}w does not separate the data, where no margin is above {upper:.2g}"
    return f"{gap}the margin is {run.margin:.3g}, the maximum from {lower:.3g} to {upper:.3g}"
