"""One file per page: parse, one unit of work, a page or a redirect."""
