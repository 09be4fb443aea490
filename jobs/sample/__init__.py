"""Sample houses for demos and tests: all of it invented."""
