"""The papers, a module each with a ``PAPER`` and its statements; its docstring introduces them."""

# In the order of the list and of the report; a new one is a file here and its name below.
MODULES = ("gunasekar2018",)
