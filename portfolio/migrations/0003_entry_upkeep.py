"""Written by hand: register entries and projects are vacuumed after a fiftieth of them changed, not a fifth.

The lists count thousands of entries from an index alone. PostgreSQL may do that for pages of the table that it knows to be
visible to everybody, which a change undoes and a vacuum restores; the tables are small, so that takes a second.
"""

from django.db import migrations

OFTEN = "SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02)"
AS_USUAL = "RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor)"


class Migration(migrations.Migration):
    """Storage parameters of two tables."""

    dependencies = [("portfolio", "0001_initial"), ("portfolio", "0002_statistics")]
    operations = [
        migrations.RunSQL(f"ALTER TABLE {table} {OFTEN}", f"ALTER TABLE {table} {AS_USUAL}")
        for table in ("portfolio_entry", "portfolio_project")
    ]
