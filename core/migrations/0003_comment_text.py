"""Written by hand: an index for search in the words of comments (core/search.py:COMMENT_TEXT)."""

from django.db import migrations


class Migration(migrations.Migration):
    """One index."""

    dependencies = [("core", "0001_extensions"), ("core", "0002_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS comment_text ON core_comment USING gin (to_tsvector('english'::regconfig, COALESCE(text, '')))",
            "DROP INDEX comment_text",
        )
    ]
