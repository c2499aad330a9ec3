"""Who is told of a change request: those who decide it, and then those who asked for it. By mail, as they want it, and the bell."""

from collections.abc import Iterable
from datetime import datetime
from html import unescape
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions.mail import full_url
from core.actions.notifications import notify
from core.actions.preferences import mail_person
from core.markdown import render_markdown
from core.office import office_day
from portfolio.actions.raid import entry_url
from portfolio.models import Entry
from portfolio.models.approvals import Deciders, delegates_of
from portfolio.wording_changes import amount_words, days_words


def seeing(entry: Entry, people: Iterable[Any]) -> list[Any]:
    """Those of the people who see the entry, each once. A query each."""
    found = {person.pk: person for person in people if person is not None and person.is_active}
    return [person for person in found.values() if Entry.objects.visible_to(person).filter(pk=entry.pk).exists()]


def asked_people(entry: Entry, found: Deciders, *, at: datetime) -> list[Any]:
    """Who is asked to decide: the deciders and their delegates of that day, but for who submitted it, and of a board those who
    have not voted."""
    voted = set(entry.change.votes.values_list("user_id", flat=True))
    people = [person for person in found.people if person.pk not in voted]
    delegates = delegates_of(people, on=office_day(at))
    named = [*people, *(one for person in people for one in delegates.get(person.pk, []))]
    return [person for person in seeing(entry, named) if person.pk != entry.change.submitted_by_id]


def stamp(entry: Entry) -> str:
    """What makes one submission of an entry another event than the next."""
    return f"{entry.pk}:{int(entry.change.submitted_at.timestamp()) if entry.change.submitted_at else 0}"


def ask_deciders(entry: Entry, found: Deciders, *, at: datetime) -> None:
    """Tell those who decide that a change waits for them."""
    text = (
        gettext_lazy("%(entry)s waits for your vote") if found.is_board else gettext_lazy("%(entry)s waits for your decision")
    )
    people = asked_people(entry, found, at=at)
    notify(users=people, key=f"change-ask:{stamp(entry)}", text=Said(text, entry), url=entry_url(entry), at=at, shows=[entry])
    for person in people:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            heading = (
                _("Vote on a change by %(day)s: %(title)s") if found.is_board else _("Decide a change by %(day)s: %(title)s")
            ) % {"day": day(entry.due_on), "title": entry.title}
            context = facts_in_words(entry) | {
                "heading": heading,
                "reason": _("You get this because the approval route of this change names you, or somebody delegated to you."),
                "action": _("Read and vote") if found.is_board else _("Read and decide"),
            }
        mail_about("change_asked", person, f"change-ask:{stamp(entry)}:{person.pk}", entry, context, at)


def tell_of_decision(entry: Entry, *, by: Any, at: datetime) -> None:
    """Tell who submitted and raised it, and its owner, what was decided and why."""
    change = entry.change
    people = [person for person in seeing(entry, [change.submitted_by, entry.raised_by, entry.owner]) if person.pk != by.pk]
    approved = entry.status == "approved"
    text = gettext_lazy("%(entry)s was approved") if approved else gettext_lazy("%(entry)s was rejected")
    # The bell rang for the owner and the followers when the entry moved.
    told = {entry.owner_id, *entry.watchers.values_list("user_id", flat=True)}
    rest = [person for person in people if person.pk not in told]
    notify(users=rest, key=f"change-decided:{stamp(entry)}", text=Said(text, entry), url=entry_url(entry), at=at, shows=[entry])
    for person in people:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            heading = (_("Change approved: %(title)s") if approved else _("Change rejected: %(title)s")) % {
                "title": entry.title
            }
            context = facts_in_words(entry) | {
                "heading": heading,
                "reason": _("You get this because you asked for this change, or look after it."),
                "action": _("See the decision"),
            }
            context["paragraphs"] = [plain(change.decision_reason), *context["paragraphs"]]
        mail_about("change_decided", person, f"change-decided:{stamp(entry)}:{person.pk}", entry, context, at)


class Said:
    """A text for each reader's language, made when it is read."""

    def __init__(self, text: Any, entry: Entry) -> None:
        self.text, self.entry = text, entry

    def __str__(self) -> str:
        return str(self.text) % {"entry": self.entry}


def facts_in_words(entry: Entry) -> dict[str, Any]:
    """What a mail says of a change, in the language that is set, and where it leads."""
    change = entry.change
    lines = [
        f"{entry.reference}, {entry.scope}",
        _("Cost: %(cost)s. Finish: %(days)s. Benefits: %(benefits)s.")
        % {
            "cost": amount_words(change.cost_change, entry.currency),
            "days": days_words(change.finish_change),
            "benefits": amount_words(change.benefits_change, entry.currency),
        },
        plain(change.reason),
    ]
    url = full_url(reverse("portfolio:change-detail", args=[entry.reference]))
    return {"paragraphs": [line for line in lines if line], "action_url": url}


def plain(markdown: str) -> str:
    """The words of a text, without the marks that make them bold or a list."""
    return unescape(strip_tags(render_markdown(markdown))).strip()


def mail_about(topic: str, person: Any, key: str, entry: Entry, context: dict[str, Any], at: datetime) -> None:
    """Mail a person about a change, once for each `key`."""
    mail_person(topic=topic, to=person, key=key, template="plain", context=context, at=at, shows=[entry], about=entry)


def day(on: Any) -> str:
    """22 Nov 2026."""
    return date_format(on, "j M Y") if on else "–"
