"""The doors of the product, as tests open them: clock, camera, disk, database, devices.

`clock` and `state` are fakes or temporary places. `rtsp`, `video`, `xvfb`, `cups` and `chromium` are the real
thing, started for one test and ended with it. Nothing here replaces code of our own.
"""
