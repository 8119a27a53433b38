"""Portier's tests. Fakes and real servers at the doors stand in `tests.support`; everything else is the product."""
