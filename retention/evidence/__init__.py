"""Evidence: what was made and erased, in a chain; a signed digest of each day; certificates; and how to verify."""
