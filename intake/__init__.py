"""What we might do, and choosing: requests, scoring, selection. Nothing is built here yet."""
