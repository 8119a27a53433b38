"""The staff's console in the browser: who is inside, the alarm, the cameras. It listens on loopback only."""
