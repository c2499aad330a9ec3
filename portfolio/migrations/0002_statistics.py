"""Written by hand: what PostgreSQL should know of entries. Which states there are depends on the register, so that of submitted
changes it expected a twentieth of those there are, and read all of them where the first sixty are asked for."""

from django.db import migrations


class Migration(migrations.Migration):
    """Statistics over columns that hang together."""

    dependencies = [("portfolio", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE STATISTICS entry_kind_and_state (mcv) ON kind, status, is_open FROM portfolio_entry",
            "DROP STATISTICS entry_kind_and_state",
        )
    ]
