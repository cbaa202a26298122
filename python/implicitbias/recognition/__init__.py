"""Which geometry a direction is best in: geometries, their limits, and what may still be the one."""
