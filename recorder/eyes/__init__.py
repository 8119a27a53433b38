"""What is seen in key frames: thumbnails, movement, blind cameras; a process of its own, and what it leaves to read."""
