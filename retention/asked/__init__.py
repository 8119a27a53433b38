"""What people ask about their own data: access, correction, deletion, objection; answered within four weeks."""
