"""The monthly review of the trail: what stands out and why, on screen and paper, and the signature under it."""
