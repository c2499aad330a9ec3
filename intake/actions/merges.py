"""Two requests for the same become one, one request becomes several; nobody who asked is forgotten."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.locking import check, lock, save
from core.errors import ActionError
from core.history import recorded
from core.references import next_reference
from intake.actions.letters import addressees, write_letter
from intake.actions.moves import move_request
from intake.models import Request, RequestMove, RequestObjective, RequestParty
from intake.models.requests import OPEN, Part, State, request_reference

MERGEABLE = (*OPEN, State.DEFERRED)
"""The states in which a request can be merged or split."""
FEWEST_PARTS, MOST_PARTS = 2, 10


@transaction.atomic
def merge_requests(kept: Request, *, other: Request, reason: str, by: Any, at: datetime) -> Request:
    """Merge `other` into `kept`: it is withdrawn and points there, and everybody who asked for it is told of the kept one.

    Raises ActionError when one of them is decided, merged already, or both are the same.
    """
    with recorded("intake.request.merged"):
        rows = {row.pk: row for row in Request.objects.select_for_update().filter(pk__in=[kept.pk, other.pk]).order_by("pk")}
        kept, other = rows[kept.pk], rows[other.pk]
        refuse_settled(kept, other)
        # By its number only: not everybody who sees this one may read the other's title.
        words = _("Merged into %(kept)s.") % {"kept": kept.reference}
        other = move_request(other, verb="withdraw", by=by, at=at, reason=f"{words} {reason.strip()}".strip(), tell=False)
        other.merged_into = kept
        save(other)
        asked = list(addressees(other))
        for user, name, email in asked:
            _keep_informed(kept, user, name, email)
        kept = lock(Request.objects.all(), kept.pk)
        save(kept)
        for person in asked:
            write_letter(
                kept, person, key=f"request:{other.pk}:merged:{other.version}", words=_to_merged(kept, other, reason), at=at
            )
    return kept


def _to_merged(kept: Request, other: Request, reason: str) -> Any:
    def words() -> tuple[str, list[str]]:
        heading = _("“%(title)s” was merged with another request") % {"title": other.title}
        told = _("%(kept)s asks for the same. From now on you are told how that one goes on.") % {"kept": kept}
        return heading, [told, reason.strip()]

    return words


def refuse_settled(*rows: Request) -> None:
    """Raise ActionError when one of these is decided or merged already, or is there twice."""
    if len({row.pk for row in rows}) < len(rows):
        raise ActionError(_("A request cannot be merged into itself."))
    for row in rows:
        _refuse_settled(row)


def _refuse_settled(row: Request) -> None:
    if row.merged_into_id:
        raise ActionError(_("%(request)s was merged into another one already.") % {"request": row})
    if row.state not in MERGEABLE:
        raise ActionError(
            _("%(request)s is in the state “%(state)s”: only requests that wait for a decision are merged or split.")
            % {"request": row, "state": row.get_state_display()}
        )


def _keep_informed(kept: Request, user: Any, name: str, email: str) -> None:
    """Whoever asked for the other follows this one, once; its own requester does so anyway."""
    own = user is not None and user.pk == kept.requester_id
    if own or (user is None and email == kept.requester_email):
        return
    values = {"user": user} if user is not None else {"user": None, "email": email}
    RequestParty.objects.get_or_create(
        request=kept, part=Part.ALSO_ASKED, **values, defaults={"name": name if user is None else ""}
    )


@transaction.atomic
def unmerge_request(other: Request, *, reason: str, by: Any, at: datetime) -> Request:
    """Undo a merge: the request stands on its own again and goes back to screening. Who followed the other one only because
    of it does so no more. Raises ActionError when it is not merged, or no reason is given."""
    with recorded("intake.request.unmerged"):
        # Both in the order of their keys, as merging takes them: else two people would wait for each other.
        pair = [key for key in (other.pk, other.merged_into_id) if key is not None]
        rows = {row.pk: row for row in Request.objects.select_for_update().filter(pk__in=pair).order_by("pk")}
        row = rows[other.pk]
        kept = rows.get(row.merged_into_id or 0)
        if kept is None:
            raise ActionError(_("The request is not merged into another one."))
        row.merged_into = None
        save(row)
        row = move_request(row, verb="reopen", by=by, at=at, reason=reason)
        still = {_who(one) for sibling in kept.merged.all() for one in addressees(sibling)}
        mine = {_who(one) for one in addressees(row)} - still
        for party in kept.parties.filter(part=Part.ALSO_ASKED).select_related("user"):
            if _who((party.user, party.name, party.email)) in mine:
                party.delete()
    return row


def _who(person: tuple[Any, str, str]) -> Any:
    user, _name, email = person
    return user.pk if user is not None else email


@transaction.atomic
def split_request(
    request: Request, *, titles: Sequence[str], keep_open: bool, reason: str, by: Any, at: datetime
) -> list[Request]:
    """Make a request of each title, in the same state and with the same requester, answers, owner, objectives and followers.

    The amounts are left empty: nobody knows yet how they divide. The request itself is withdrawn unless `keep_open`.
    Raises ActionError for fewer than two titles (one, where it stays open), more than ten, or twice the same.
    """
    titles = [title.strip() for title in titles if title.strip()]
    fewest = 1 if keep_open else FEWEST_PARTS
    if not fewest <= len(titles) <= MOST_PARTS:
        raise ActionError(
            _("Give %(fewest)d to %(most)d titles, one a line.") % {"fewest": fewest, "most": MOST_PARTS}, field="titles"
        )
    if len({title.casefold() for title in titles}) < len(titles):
        raise ActionError(_("Two parts have the same title."), field="titles")
    with recorded("intake.request.split"):
        row = lock(Request.objects.all(), request.pk)
        _refuse_settled(row)
        parts = [_part_of(row, title, reason, by, at) for title in titles]
        names = ", ".join(part.reference for part in parts)
        if keep_open:
            save(row)
        else:
            words = _("Split into %(parts)s.") % {"parts": names}
            row = move_request(row, verb="withdraw", by=by, at=at, reason=f"{words} {reason.strip()}".strip(), tell=False)
        for part in parts:
            for person in addressees(part):
                write_letter(part, person, key=f"request:{part.pk}:split", words=_to_split(row, part, names, reason), at=at)
    return parts


def _to_split(row: Request, part: Request, names: str, reason: str) -> Any:
    def words() -> tuple[str, list[str]]:
        heading = _("Part of your request: “%(title)s”") % {"title": part.title}
        told = _("“%(title)s” was split into %(parts)s. Each goes its own way; this is about %(part)s.") % {
            "title": row.title,
            "parts": names,
            "part": part.reference,
        }
        return heading, [told, reason.strip()]

    return words


COPIED = [
    *("type", "form_version", "purpose", "need", "helps", "helps_how", "answers", "submitted_at", "resume_on"),
    *("requester", "requester_name", "requester_email", "unit", "sponsor", "owner", "needed_by_on", "currency"),
    *("is_confidential", "tags", "custom"),
]


def _part_of(row: Request, title: str, reason: str, by: Any, at: datetime) -> Request:
    part = Request(
        reference=request_reference(next_reference("PRJ")),
        title=title,
        state=row.state,
        moved_at=row.moved_at,
        split_from=row,
        **{name: getattr(row, name) for name in COPIED},
    )
    check(part)
    part.save()
    words = _("Part of %(request)s.") % {"request": row.reference}
    RequestMove.objects.create(request=part, to_state=part.state, reason=f"{words} {reason.strip()}".strip(), by=by, at=at)
    RequestObjective.objects.bulk_create(
        RequestObjective(request=part, objective_id=link.objective_id, weight=link.weight) for link in row.objective_links.all()
    )
    RequestParty.objects.bulk_create(
        RequestParty(request=part, part=party.part, user_id=party.user_id, name=party.name, email=party.email)
        for party in row.parties.exclude(part=Part.REVIEWER)
    )
    return part
