"""Continuous time: the limit of small steps."""
