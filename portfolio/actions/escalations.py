"""Escalation is a hand-shake: offered to a programme or portfolio above, accepted there or returned with a reason."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import RoleGrant, User
from accounts.roles import roles_with
from core.actions.locking import check
from core.actions.mail import full_url
from core.actions.notifications import notify
from core.actions.preferences import mail_person
from core.errors import ActionError
from core.history import recorded
from core.office import office_day
from portfolio.actions.raid import edit_entry, entry_url, lock_entry, tell_followers
from portfolio.models import Entry, Escalation, Membership, Portfolio, Programme, Project, SharedImpact
from portfolio.registers import ESCALATES

Above = Programme | Portfolio


def targets_of(entry: Entry) -> list[Above]:
    """The programme and the portfolios above an entry, the nearest first; none above one that is not escalated. A query a level."""
    scope, found = entry.scope, list[Above]()
    if entry.kind not in ESCALATES:
        return []
    if isinstance(scope, Project):
        if scope.programme is not None:
            found.append(scope.programme)
        up = [scope.portfolio, scope.programme.portfolio if scope.programme else None]
    else:
        up = [scope.portfolio if isinstance(scope, Programme) else scope.parent]
    for portfolio in up:
        while portfolio is not None and portfolio not in found:
            found.append(portfolio)
            portfolio = portfolio.parent
    return [each for each in found if each.archived_at is None]


def may_answer(target: Above, entry: Entry) -> tuple[list[User], bool]:
    """Who may accept an entry for a programme or portfolio and sees it: who leads it or holds a role on it; the office where
    there is nobody. And whether it is the office."""
    today, roles = office_day(), roles_with("register.accept")
    leads = {getattr(target, f"{name}_id", None) for name in ("owner", "manager", "sponsor")} - {None}
    here = Q(portfolio=target) if isinstance(target, Portfolio) else Q(programme=target) | Q(
        portfolio__isnull=False, portfolio=target.portfolio_id
    )  # fmt: skip
    members = Membership.objects.active(today).filter(here, role__in=roles).values("user")
    near = _who_see(User.objects.filter(Q(pk__in=leads) | Q(pk__in=members), is_active=True), entry)
    if near:
        return near, False
    office = RoleGrant.objects.active(today).filter(role__in=roles, unit=None).values("user")
    return _who_see(User.objects.filter(pk__in=office, is_active=True), entry), True


def _who_see(people: Iterable[User], entry: Entry) -> list[User]:
    return [person for person in people if Entry.objects.visible_to(person).filter(pk=entry.pk).exists()]


@transaction.atomic
def offer_escalation(entry: Entry, *, to: Above, reason: str, by: User, at: datetime) -> Escalation:
    """Offer an entry to a programme or portfolio above it. Raises ActionError for one that has ended, is offered already, does
    not lie below `to`, or that nobody there may see."""
    with recorded("portfolio.entry.escalated"):
        row = lock_entry(entry)
        if not row.is_open:
            raise ActionError(_("It has ended: open it again first."))
        if not reason.strip():
            raise ActionError(_("Say why it cannot be dealt with here."), field="reason")
        if to not in targets_of(row):
            raise ActionError(_("Choose a programme or portfolio above it."), field="to")
        asked, is_office = may_answer(to, row)
        if not asked:
            words = _("Nobody who answers for %(place)s can see it: let them follow it, or name them on its project first.")
            raise ActionError(words % {"place": to}, field="to")
        offer = Escalation(
            entry=row,
            project=row.project,
            from_programme=row.programme,
            programme=to if isinstance(to, Programme) else None,
            portfolio=to if isinstance(to, Portfolio) else None,
            is_for_office=is_office,
            reason=reason.strip(),
            offered_by=by,
            offered_at=at,
        )
        check(offer)
        offer.save()
        told = [person for person in asked if person != by]
        _tell(offer, told, gettext_lazy("%(entry)s is offered to %(place)s"), by=by, at=at, step="offered")
    return offer


@transaction.atomic
def accept_escalation(offer: Escalation, *, by: User, at: datetime, words: str = "", owner: User | None = None) -> Entry:
    """Take the entry over: it moves to the programme or portfolio with its history; a risk's project goes on sharing it with
    the impact that it had. `owner` looks after it from now on; else who does so already, if they still see it, else `by`."""
    with recorded("portfolio.entry.escalation_accepted"):
        row = lock_entry(offer.entry)
        offer = _open(offer)
        if not row.is_open:
            raise ActionError(_("It has ended since it was offered: return it."))
        if row.kind == "risk" and offer.project is not None:
            risk = row.risk
            SharedImpact.objects.get_or_create(
                entry=row,
                project=offer.project,
                defaults={
                    "impact": risk.current_impact,
                    "impact_low": risk.impact_low,
                    "impact_likely": risk.impact_likely,
                    "impact_high": risk.impact_high,
                },
            )
        _answer(offer, Escalation.Answer.ACCEPTED, words, by, at)
        changes: dict[str, Any] = {"project": None, "programme": offer.programme, "portfolio": offer.portfolio}
        if owner is not None:
            changes["owner"] = owner
        elif row.owner is None or not _would_see(row.owner, row, offer):
            changes["owner"] = by
        moved = edit_entry(row, changes=changes, version=row.version, by=by, at=at)
        _tell(offer, [offer.offered_by], gettext_lazy("%(place)s accepted %(entry)s"), by=by, at=at, step="accepted")
        tell_followers(moved, gettext_lazy("%(entry)s was taken over by %(place)s"), by=by, at=at, place=str(_place(offer)))
    return moved


def _would_see(person: User, row: Entry, offer: Escalation) -> bool:
    """Whether somebody sees what lies in the place, or a project that shares it."""
    place = _place(offer)
    if type(place).objects.visible_to(person).filter(pk=place.pk).exists():  # type: ignore[attr-defined]
        return True
    shared = SharedImpact.objects.filter(entry=row).values("project")
    return row.kind == "risk" and Project.objects.visible_to(person).filter(pk__in=shared).exists()


@transaction.atomic
def return_escalation(offer: Escalation, *, words: str, by: User, at: datetime) -> Escalation:
    """Give it back with a reason; it stays where it is."""
    with recorded("portfolio.entry.escalation_returned"):
        if not words.strip():
            raise ActionError(_("Say why, so that they know what to do next."), field="words")
        lock_entry(offer.entry)
        offer = _open(offer)
        _answer(offer, Escalation.Answer.RETURNED, words, by, at)
        _tell(offer, [offer.offered_by], gettext_lazy("%(place)s returned %(entry)s"), by=by, at=at, step="returned")
    return offer


@transaction.atomic
def withdraw_escalation(offer: Escalation, *, by: User, at: datetime) -> Escalation:
    """Take the offer back."""
    with recorded("portfolio.entry.escalation_withdrawn"):
        lock_entry(offer.entry)
        offer = _open(offer)
        _answer(offer, Escalation.Answer.WITHDRAWN, "", by, at)
    return offer


def _open(offer: Escalation) -> Escalation:
    """The offer as it is now. Raises ActionError when it was answered meanwhile."""
    row = Escalation.objects.select_related("entry", "project", "programme", "portfolio", "offered_by").get(pk=offer.pk)
    if row.answer != Escalation.Answer.OFFERED:
        raise ActionError(_("This offer was answered already: %(answer)s.") % {"answer": row.get_answer_display().lower()})
    return row


def _answer(offer: Escalation, answer: str, words: str, by: User, at: datetime) -> None:
    offer.answer, offer.words, offer.answered_by, offer.answered_at = answer, words.strip(), by, at
    offer.save()


def _place(offer: Escalation) -> Above:
    place = offer.programme or offer.portfolio
    assert place is not None
    return place


def _tell(offer: Escalation, people: Iterable[User], text: Any, *, by: User, at: datetime, step: str) -> None:
    """Under the bell and by mail, to those who see the entry and did not do it themselves."""
    entry = offer.entry
    people = _who_see([person for person in people if person != by and person.is_active], entry)
    names = {"entry": entry, "place": _place(offer), "person": by}
    key = f"escalation:{offer.pk}:{step}"
    notify(users=people, key=key, text=text % names, url=entry_url(entry), at=at, shows=[entry])
    for person in people:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            said = offer.reason if step == "offered" else offer.words
            opening = _("%(person)s writes:") if said else _("Done by %(person)s.")
            context = {
                "heading": str(text % names),
                "paragraphs": [opening % names, said],
                "reason": _("You get this because you answer for %(place)s.") % names
                if step == "offered"
                else _("You get this because you offered it."),
                "action": _("Accept or return it") if step == "offered" else _("Look at it"),
                "action_url": full_url(entry_url(entry)),
            }
        mail_person(
            topic="escalation", key=f"{key}:{person.pk}", template="plain", context=context, at=at, to=person, about=offer,
            shows=[entry],
        )  # fmt: skip
