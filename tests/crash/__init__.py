"""Programs of ours killed in the middle of a turn, and what is true afterwards."""
