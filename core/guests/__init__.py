"""Who writes to us."""
