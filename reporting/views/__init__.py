"""Pages of telling: dashboards, schedules, archive."""
