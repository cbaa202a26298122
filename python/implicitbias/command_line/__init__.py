"""``implicitbias`` in a terminal."""
