"""The schema's history; each step is final once it has been committed."""
