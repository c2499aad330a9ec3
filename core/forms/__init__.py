"""Forms of the plumbing, and what every edit form shares."""
