"""What only time tells: memory, handles and threads of a recorder that runs for hours."""
