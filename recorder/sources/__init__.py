"""Where packets come from: network cameras, devices on a wire, films, and the camera that is not there."""
