"""``python -m implicitbias``."""

from .command_line.app import main

main()
