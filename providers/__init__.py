"""Tools: adapters to what is outside the house."""
