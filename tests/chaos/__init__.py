"""Everything running, many guests talking, and programs killed at random; what must still be true afterwards."""
