"""`atithi export ...`: a business carries its own data away."""
