"""What is public: the names of the package, and of its public modules."""

import inspect

import implicitbias as ib


def public_names():
    """Return every public name, those of sub-modules with theirs before it, and what each stands for."""
    found = {}
    for name in ib.__all__:
        value = getattr(ib, name)
        found[name] = value
        if inspect.ismodule(value):
            found |= {f"{name}.{member}": getattr(value, member) for member in value.__all__}
    return found
