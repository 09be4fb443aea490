"""Signed HTTP from outside: verified, recorded once, answered fast, worked later."""
