"""What is said about losses, norms, potentials, methods and steps, and in which languages: text, JSON."""
