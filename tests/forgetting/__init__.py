"""What must be gone is gone: from the raw disk, from back-ups of any age, from whatever else may have held it."""
