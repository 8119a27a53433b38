"""The ways of a visitor through the screens: coming, leaving, and what goes beside them."""
