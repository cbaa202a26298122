"""What is said of limits, by the paper and after it, and how runs are held against it."""
