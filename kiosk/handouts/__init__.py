"""What reception gives away on paper: invitations, and the passes of a group."""
