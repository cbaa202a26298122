"""Sweeps: the product of lists of arguments, run as one, here or on the workers of an executor."""
