"""The screens show the flow's state and forward taps; places come from `kiosk.layout`, looks from `parts`."""
