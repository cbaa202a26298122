"""Written by tools/write_stub.py."""
from __future__ import annotations
import inspect
import typing
class Recording:
    """
    A rule for the iterations that a run records: Every or LogSpaced.
    
    Examples
    --------
    >>> isinstance(ib.Every(10), ib.Recording)
    True
    """
    __signature__: typing.ClassVar[inspect.Signature]
    def __init__(self: object, *arguments: object, **named: object) -> None:
        ...
    def after(self, t: int) -> int:
        """
        The first recorded iteration after t.
        
        Parameters
        ----------
        t : int
        
        Returns
        -------
        int
        
        Examples
        --------
        >>> ib.Every(10).after(25)
        30
        """
class LogSpaced(Recording):
    """
    Record t = 0 and the integers nearest to 10^(k / per_decade).
    
    Parameters
    ----------
    per_decade : int, default 20
        Rows a decade of t, from 1 to 1000000.
    
    Examples
    --------
    >>> ib.LogSpaced(1).after(10)
    100
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'per_decade': 20}
    _fields: typing.ClassVar[list] = ['per_decade']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, per_decade: int = 20) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def per_decade(self) -> int:
        ...
class Every(Recording):
    """
    Record t = 0, steps, 2 steps, ...
    
    Parameters
    ----------
    steps : int, default 1
        At least 1.
    
    Examples
    --------
    >>> ib.Every(5).after(12)
    15
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'steps': 1}
    _fields: typing.ClassVar[list] = ['steps']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, steps: int = 1) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def steps(self) -> int:
        ...
