"""The list that outlives the building: the roll, the paper, and the service that prints them.

It needs the roll, the reader key and a printer; no database, desk, kiosk or network.
"""
