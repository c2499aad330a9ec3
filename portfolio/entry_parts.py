"""What hangs on an entry, as its reader sees it: read once for an entry object, whoever of a page's parts asks for it."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from accounts.models import User
from core.prepared import PreparedObjects
from portfolio.models import Action, Entry, EntryLink
from portfolio.models.visibility import scopes_of, somebody


@dataclass(frozen=True)
class Link:
    """How an entry hangs together with another one. `is_out`: the entry is its source."""

    pk: int
    meaning: str
    is_out: bool
    other: Entry


OWNERS_UNREAD = [f"owner__{field.name}" for field in User._meta.concrete_fields if field.name not in ("id", "name", "email")]


def _around(scopes: Any, user: int, entry: int) -> Any:
    # An array of the neighbours, then whether they may be seen: joined, the planner may go through all that the reader sees.
    out, back = EntryLink.objects.filter(source=entry).values("target"), EntryLink.objects.filter(target=entry).values("source")
    done, answered = Action.objects.filter(about=entry).values("entry"), Action.objects.filter(entry=entry).values("about")
    near = out.order_by().union(back.order_by(), done, answered, all=True)
    between = EntryLink.objects.filter(
        Q(source=entry, target=OuterRef("pk")) | Q(source=OuterRef("pk"), target=entry)
    ).order_by("pk")
    told = JSONObject(pk="pk", meaning="meaning", source="source_id")
    return (
        Entry.objects.visible_to(somebody(user, scopes))
        .filter(pk__among=ArraySubquery(near))
        .select_related("owner", "action")
        .defer("search", "further", "description", "outcome", "custom", *OWNERS_UNREAD)
        .annotate(link_rows=ArraySubquery(between.values(row=told)))
        .order_by("-is_open", "due_on", "pk")
    )


AROUND = PreparedObjects(_around, user=int, entry=int)


def around(user: Any, entry: Entry) -> list[Entry]:
    """The entries that an entry is linked with, the actions that are for it and what it is for itself as an action, of what the
    reader may see. One query, once."""
    if not hasattr(entry, "_around"):
        entry._around = AROUND(scopes_of(user), user=user.pk, entry=entry.pk)  # type: ignore[attr-defined]
    return entry._around  # type: ignore[attr-defined,no-any-return]


def links_seen(user: Any, entry: Entry) -> list[Link]:
    """The links of an entry with their other ends, of what the reader may see: those from it first. One query, once."""
    found = [
        Link(row["pk"], row["meaning"], row["source"] == entry.pk, other)
        for other in around(user, entry)
        for row in other.link_rows  # type: ignore[attr-defined]
    ]
    return sorted(found, key=lambda link: (not link.is_out, link.meaning, link.pk))


def actions_seen(user: Any, entry: Entry) -> list[Entry]:
    """The actions that are for an entry and that its reader sees; open ones first. One query, once."""
    return [other for other in around(user, entry) if other.kind == "action" and other.action.about_id == entry.pk]


def answered_by(user: Any, entry: Entry) -> Entry | None:
    """What an action is for, if its reader sees it. One query, once."""
    about = entry.action.about_id if entry.kind == "action" else None
    return next((other for other in around(user, entry) if other.pk == about), None) if about else None
