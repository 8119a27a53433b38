"""Keeping trusted time: what retention does about it, and what people are told and may confirm."""
