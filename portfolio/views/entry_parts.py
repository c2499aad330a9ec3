"""What hangs on an entry, as its reader sees it: read once for an entry object, whoever of a page's parts asks for it."""

from typing import Any

from portfolio.models import Entry, EntryLink


def links_seen(user: Any, entry: Entry) -> list[tuple[EntryLink, Entry]]:
    """The links of an entry with their other ends, of what the reader may see. Three queries, once."""
    if not hasattr(entry, "_links_seen"):
        # The entry's links by their indexes first: asked for in one go, everything that the reader may see is gone through.
        links = [*EntryLink.objects.filter(source=entry), *EntryLink.objects.filter(target=entry)]
        ends = {link.pk: link.target_id if link.source_id == entry.pk else link.source_id for link in links}
        seen = Entry.objects.visible_to(user).in_bulk(set(ends.values())) if ends else {}
        entry._links_seen = [(link, seen[ends[link.pk]]) for link in links if ends[link.pk] in seen]  # type: ignore[attr-defined]
    return entry._links_seen  # type: ignore[attr-defined,no-any-return]


def actions_seen(user: Any, entry: Entry) -> list[Entry]:
    """The actions that are for an entry and that its reader sees; open ones first. One query, once."""
    if not hasattr(entry, "_actions_seen"):
        rows = Entry.objects.visible_to(user).filter(action__about=entry).select_related("owner", "action")
        entry._actions_seen = list(rows.order_by("-is_open", "due_on"))  # type: ignore[attr-defined]
    return entry._actions_seen  # type: ignore[attr-defined,no-any-return]
