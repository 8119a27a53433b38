"""The project itself: its layers, shape, words and documents."""
