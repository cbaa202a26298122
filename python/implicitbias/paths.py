"""Paths to compare optimisation paths with: the lasso path, and forward stagewise."""
