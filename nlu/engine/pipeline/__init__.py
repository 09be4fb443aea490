"""The parts of the language model that are ours."""
