"""Outside events in, messages out, and who may still be written to."""
