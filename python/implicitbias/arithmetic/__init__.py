"""Arithmetic without rounding errors, or with all of them bounded."""
