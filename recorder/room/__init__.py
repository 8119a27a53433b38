"""Room on the disk: what footage may take, what is held, what goes first, and what does not belong there."""
