"""Small worlds for tests, said in a line."""
