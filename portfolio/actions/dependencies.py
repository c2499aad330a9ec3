"""Verbs of dependencies: the giver agrees and delivers, the receiver accepts or returns, either side offers another day, rates,
breaks.

`sides` are those for which the person may act (`portfolio.access_entries.sides_of`): nobody answers what their own side offered, unless
they act for both.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.actions.locking import check, save
from core.actions.mail import full_url
from core.actions.notifications import notify
from core.actions.preferences import mail_person
from core.errors import ActionError
from core.history import recorded
from portfolio.actions.dependency_terms import close_offer, commitment, drop_offers
from portfolio.actions.raid import entry_url, lock_entry, make_move, save_moved
from portfolio.models import DateOffer, Dependency, Entry, Project
from portfolio.models.ratings import Rag
from portfolio.registers import CONTRACTED

GIVER, RECEIVER = "giver", "receiver"
SIDES = frozenset({GIVER, RECEIVER})
OTHER = {GIVER: RECEIVER, RECEIVER: GIVER}

MAY_MOVE: dict[str, frozenset[str]] = {
    "agree": frozenset({GIVER}),
    "deliver": frozenset({GIVER}),
    "accept": frozenset({RECEIVER}),
    "return": frozenset({RECEIVER}),
    "withdraw": frozenset({RECEIVER}),
    "reopen": frozenset({RECEIVER}),
    "endanger": SIDES,
    "restore": SIDES,
    "break": SIDES,
}
"""Which side makes which move."""
Said = Callable[[Callable[[Project], str]], tuple[str, list[str]]]
"""Heading and paragraphs of a letter, given how its reader may know a project."""


@transaction.atomic
def move_dependency(
    entry: Entry,
    verb: str,
    *,
    sides: Collection[str],
    by: Any,
    at: datetime,
    day: date | None = None,
    reason: str = "",
    expected: str = "",
) -> Entry:
    """Make one of the moves of MAY_MOVE and tell the other side. `day`: to which day the giver commits ("agree"), or when it
    delivered. `expected`: the state that the person saw.

    Raises ActionError where it is the other side's to do, the state has moved on, a day or reason is missing or cannot be.
    """
    with recorded(f"portfolio.dependency.{verb}"):
        row = lock_entry(entry)
        if not MAY_MOVE[verb] & set(sides):
            only = _("the giver") if MAY_MOVE[verb] == {GIVER} else _("the receiver")
            raise ActionError(_("Only %(side)s does this.") % {"side": only})
        make_move(row, verb, reason=reason, at=at, expected=expected)
        BESIDES.get(verb, _nothing)(row.dependency, day, timezone.localdate(at))
        if row.status not in CONTRACTED:
            drop_offers(row.dependency, by=by, at=at)
        save_moved(row, by=by, at=at)
        _tell_others(row, sides=set(sides), by=by, at=at, key=f"moved:{row.version}", said=_moved_words(row, reason))
    return row


def _agree(row: Dependency, day: date | None, today: date) -> None:
    row.committed_on = commitment(row, day, today, field="day")
    row.delivered_on = row.accepted_on = None


def _deliver(row: Dependency, day: date | None, today: date) -> None:
    if day is None:
        raise ActionError(_("Say on which day it was delivered."), field="day")
    if day > today:
        raise ActionError(_("It cannot have been delivered on a day to come."), field="day")
    row.delivered_on = day


def _accept(row: Dependency, day: date | None, today: date) -> None:
    row.accepted_on = today


def _return(row: Dependency, day: date | None, today: date) -> None:
    row.delivered_on = None


def _reopen(row: Dependency, day: date | None, today: date) -> None:
    row.committed_on = row.delivered_on = row.accepted_on = None
    row.giver_rag = row.receiver_rag = ""


def _nothing(row: Dependency, day: date | None, today: date) -> None:
    return None


BESIDES: dict[str, Callable[[Dependency, date | None, date], None]] = {
    "agree": _agree,
    "deliver": _deliver,
    "accept": _accept,
    "return": _return,
    "reopen": _reopen,
}
"""What a move writes into the contract."""


@transaction.atomic
def rate_dependency(entry: Entry, *, side: str, rag: str, sides: Collection[str]) -> Entry:
    """One side's own rating of the contract; "" takes it away. Raises ActionError for the other side's, or when it has ended."""
    with recorded("portfolio.dependency.rated"):
        row = lock_entry(entry)
        if side not in sides:
            raise ActionError(_("Each side gives its own rating: this one is the other side's."))
        if not row.is_open:
            raise ActionError(_("%(entry)s has ended: there is nothing to rate any more.") % {"entry": row.reference})
        if rag and rag not in Rag.values:
            raise ActionError(_("Choose a rating."), field="rag")
        setattr(row.dependency, f"{side}_rag", rag)
        _save(row)
    return row


@transaction.atomic
def offer_date(
    entry: Entry, *, side: str, day: date | None, reason: str, sides: Collection[str], by: Any, at: datetime
) -> DateOffer:
    """Offer the other side another day: the giver another commitment, the receiver another need. The contract stands as it is
    until it is accepted. Raises ActionError when nothing is agreed, another offer waits, or the day is no new one."""
    with recorded("portfolio.dependency.offered"):
        row = lock_entry(entry)
        contract = row.dependency
        if side not in sides:
            raise ActionError(_("You can offer a day only for your own side."))
        if row.status not in CONTRACTED:
            raise ActionError(
                _("%(entry)s is in the state “%(state)s”: a new day is offered while it is agreed or at risk.")
                % {"entry": row.reference, "state": row.state.label}
            )
        if DateOffer.objects.filter(dependency=contract, answer=DateOffer.Answer.OFFERED).exists():
            raise ActionError(_("Another day is offered already; answer it first."))
        before = contract.committed_on if side == GIVER else row.due_on
        today = timezone.localdate(at)
        if side == GIVER:
            day = commitment(contract, day, today, field="offered_on")
        elif day is None:
            raise ActionError(_("Say by which day it is needed."), field="offered_on")
        if day == before:
            raise ActionError(_("This is the day that holds already."), field="offered_on")
        if not reason.strip():
            raise ActionError(_("Say why: the other side decides by it."), field="reason")
        offer = DateOffer(
            dependency=contract,
            side=side,
            before_on=before,
            offered_on=day,
            reason=reason.strip(),
            offered_by=by,
            offered_at=at,
        )
        check(offer)
        offer.save()
        _tell_others(row, sides={side}, by=by, at=at, key=f"offer:{offer.pk}", said=_offered_words(row, offer))
    return offer


@transaction.atomic
def answer_offer(
    offer: DateOffer, *, accept: bool, sides: Collection[str], by: Any, at: datetime, words: str = ""
) -> DateOffer:
    """The other side accepts the offered day, which then holds, or refuses it with its reason. Raises ActionError when it was
    answered already, or is the person's own side's."""
    with recorded("portfolio.dependency.answered"):
        row, found = _open_offer(offer)
        if OTHER[found.side] not in sides:
            raise ActionError(_("Your own side offered this day: the other side answers."))
        words = words.strip()
        if not accept and not words:
            raise ActionError(_("Say why not: the other side has to plan by it."), field="words")
        if accept:
            if found.side == GIVER:
                row.dependency.committed_on = commitment(
                    row.dependency, found.offered_on, timezone.localdate(at), field="words"
                )
            else:
                row.due_on = found.offered_on
        close_offer(found, DateOffer.Answer.ACCEPTED if accept else DateOffer.Answer.REFUSED, words, by, at)
        _save(row)
        _tell_others(
            row, sides={OTHER[found.side]}, by=by, at=at, key=f"offer:{found.pk}:answered", said=_answered_words(row, found)
        )
    return found


@transaction.atomic
def withdraw_offer(offer: DateOffer, *, sides: Collection[str], by: Any, at: datetime) -> DateOffer:
    """Take an own offer back before it is answered. Raises ActionError when it was answered, or is the other side's."""
    with recorded("portfolio.dependency.offer_withdrawn"):
        row, found = _open_offer(offer)
        if found.side not in sides:
            raise ActionError(_("The other side offered this day: accept or refuse it."))
        close_offer(found, DateOffer.Answer.WITHDRAWN, "", by, at)
        _tell_others(row, sides={found.side}, by=by, at=at, key=f"offer:{found.pk}:withdrawn", said=_answered_words(row, found))
    return found


def _open_offer(offer: DateOffer) -> tuple[Entry, DateOffer]:
    """The locked entry and its offer, which still waits for an answer: of two people who answer at once one finds it closed."""
    row = lock_entry(Entry(pk=offer.dependency_id, kind="dependency"))
    found = DateOffer.objects.select_for_update(of=("self",)).select_related("answered_by").get(pk=offer.pk)
    if found.answer != DateOffer.Answer.OFFERED:
        words = _("%(person)s has answered already: %(answer)s.")
        raise ActionError(words % {"person": found.answered_by or _("Somebody"), "answer": found.get_answer_display()})
    return row, found


def _save(row: Entry) -> None:
    check(row)
    save(row)
    check(row.dependency)
    row.dependency.save()


# --- Telling the other side -----------------------------------------------------------------------------------------


def _tell_others(row: Entry, *, sides: Collection[str], by: Any, at: datetime, key: str, said: Said) -> None:
    """Tell who leads the other side (both, where one person acts for both): under the bell, and by mail as they want it."""
    contract = row.dependency
    told = SIDES - set(sides) or SIDES
    people = {}
    for side in sorted(told):
        project = contract.giver if side == GIVER else contract.receiver
        person = project.manager or project.sponsor
        if person is not None and person.is_active and person != by:
            people[person.pk] = person
    for person in people.values():
        tell_about(row, person, key=f"dependency:{row.pk}:{key}", said=said, at=at)


def tell_about(row: Entry, person: Any, *, key: str, said: Said, at: datetime) -> None:
    """Tell one person about a dependency, in their language and with the names of those projects only that they may see.
    Nobody is told of an entry that they may not see. Two queries."""
    if not Entry.objects.visible_to(person).filter(pk=row.pk).exists():
        return
    both = [row.dependency.giver, row.dependency.receiver]
    seen = set(Project.objects.visible_to(person).filter(pk__in=[one.pk for one in both]).values_list("pk", flat=True))

    def name(project: Project) -> str:
        return project.title if project.pk in seen else _("a project that you may not see")

    with translation.override(person.language or settings.LANGUAGE_CODE):
        heading, paragraphs = said(name)
        context = {
            "heading": heading,
            "paragraphs": [line for line in paragraphs if line],
            "action": _("Open the dependency"),
            "action_url": full_url(entry_url(row)),
            "reason": _("You get this because you lead one of the two projects."),
        }
        text = heading
    shows = [row, *(one for one in both if one.pk in seen)]
    mail_person(topic="dependency", to=person, key=key, template="plain", context=context, at=at, shows=shows, about=row)
    notify(users=[person], key=key, text=text, url=entry_url(row), at=at, shows=shows)


def _day(day: date | None) -> str:
    return date_format(day, "j M Y") if day else "–"


def _between(row: Entry, name: Callable[[Project], str]) -> str:
    return _("%(giver)s gives to %(receiver)s.") % {
        "giver": _capital(name(row.dependency.giver)),
        "receiver": name(row.dependency.receiver),
    }


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _days_words(row: Entry) -> str:
    return _("Needed by %(needed)s, committed for %(committed)s.") % {
        "needed": _day(row.due_on),
        "committed": _day(row.dependency.committed_on),
    }


def _moved_words(row: Entry, reason: str) -> Said:
    def said(name: Callable[[Project], str]) -> tuple[str, list[str]]:
        heading = _("%(entry)s: %(state)s") % {"entry": row.title, "state": str(row.state.label).lower()}
        return heading, [_between(row, name), _days_words(row), reason]

    return said


def _offered_words(row: Entry, offer: DateOffer) -> Said:
    def said(name: Callable[[Project], str]) -> tuple[str, list[str]]:
        values = {"entry": row.title, "day": _day(offer.offered_on), "before": _day(offer.before_on)}
        if offer.side == GIVER:
            heading = _("%(entry)s: the giver offers %(day)s instead of %(before)s") % values
        else:
            heading = _("%(entry)s: it is needed by %(day)s instead of %(before)s") % values
        return heading, [_between(row, name), offer.reason, _("Until you accept it, the contract stands as it is.")]

    return said


def _answered_words(row: Entry, offer: DateOffer) -> Said:
    def said(name: Callable[[Project], str]) -> tuple[str, list[str]]:
        values = {"entry": row.title, "day": _day(offer.offered_on), "answer": str(offer.get_answer_display()).lower()}
        heading = _("%(entry)s: the offer of %(day)s was %(answer)s") % values
        return heading, [_between(row, name), offer.words, _days_words(row)]

    return said
