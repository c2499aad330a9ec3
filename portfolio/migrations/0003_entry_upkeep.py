"""Written by hand: register entries are vacuumed after a fiftieth of them changed, not a fifth.

The lists count thousands of entries from an index alone. PostgreSQL may do that for pages of the table that it knows to be
visible to everybody, which a change undoes and a vacuum restores; the table is small, so that takes a second.
"""

from django.db import migrations

UPKEEP = "autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor"


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0001_initial"), ("portfolio", "0002_statistics")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE portfolio_entry SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02)",
            f"ALTER TABLE portfolio_entry RESET ({UPKEEP})",
        )
    ]
