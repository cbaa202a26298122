"""``python -m implicitbias``."""

from .cli import main

main()
