"""The recorder under real faults: power cuts, kills, cameras and networks that fail, disks that refuse."""
