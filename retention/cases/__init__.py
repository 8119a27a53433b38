"""Cases: footage of an incident, or that somebody asked for, kept longer under a key of its own.

The footage itself dies on its day; what was sealed anew under the case's key dies at the case's own end. Bytes in
docs/formats-cases.md.
"""
