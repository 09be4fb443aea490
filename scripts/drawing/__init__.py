"""How the sample pictures are drawn."""
