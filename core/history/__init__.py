"""What other systems knew before us."""
