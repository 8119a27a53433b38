"""What footage is made of: codecs and their samples, MP4 boxes, parts; encoding, converting and masking of pictures."""
