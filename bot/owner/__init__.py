"""Owners and staff run the place from their chat."""
