"""The floor: clock, configuration, errors, database, vault, sealed files, audit, service loop, translations."""
