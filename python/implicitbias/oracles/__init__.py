"""Where runs must end, said without running: maximum margins, projections, separability, with proofs."""
