"""The product on real input: camera, window, printer and browser are real, and so is the power cut."""
