"""Telling: dashboards, scheduled reports, their frozen snapshots and deliveries."""
