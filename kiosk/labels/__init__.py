"""Stickers: what a visitor wears, and the tear-off with the code that signs them out."""
