"""What iterates: runs, what they record, their checkpoints, and where they go."""
