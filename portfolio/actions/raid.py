"""Verbs of all registers: add, edit, move, link, follow, convert an entry. What a kind does besides stands in SETTLE."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import refuse_auditor
from core.actions.locking import check, lock, save
from core.actions.notifications import notify
from core.errors import ActionError
from core.history import recorded
from core.references import next_reference
from portfolio.actions.change_rules import settle_change
from portfolio.actions.dependency_terms import end_offers, settle_dependency
from portfolio.actions.raid_letters import mail_owner
from portfolio.actions.risks import hold_scale, read_risk, settle_risk
from portfolio.models import (
    Action,
    Assumption,
    ChangeRequest,
    Decision,
    Dependency,
    Entry,
    EntryLink,
    EntryWatcher,
    Issue,
    Project,
    Risk,
    SharedImpact,
)
from portfolio.models.structure import Phase
from portfolio.registers import KINDS, Move

EDITABLE = [
    "title", "description", "portfolio", "programme", "project", "owner", "raised_by", "raised_on", "due_on", "review_on",
    "category", "tags", "currency", "is_confidential", "custom", "source",
]  # fmt: skip
SCOPES = ("project", "programme", "portfolio")

DETAILS: dict[str, Any] = {
    "risk": Risk,
    "issue": Issue,
    "assumption": Assumption,
    "decision": Decision,
    "action": Action,
    "dependency": Dependency,
    "change": ChangeRequest,
}
"""The table beside the entry."""

OWN: dict[str, list[str]] = {
    "risk": [
        "sign", "cause", "effect", "impacts", "probability", "impact_low", "impact_likely", "impact_high", "proximity", "strategy",
        "correlation_group", *(f"{stage}_{scale}" for stage in ("inherent", "current", "target") for scale in ("likelihood", "impact")),
    ],
    "issue": ["severity", "impact"],
    "assumption": ["consequence"],
    "decision": ["options", "chosen", "rationale", "decided_by", "decided_on"],
    "action": ["about", "strategy", "cost", "probability_effect", "impact_effect"],
    "dependency": ["giver", "acceptance", "committed_on", "giver_rag", "receiver_rag"],
    "change": [
        "reason", "options", "cost_change", "finish_change", "benefits_change", "cost_in_forecast", "finish_in_forecast",
        "scope_impact", "quality_impact", "risk_impact",
    ],
}  # fmt: skip
"""The fields of a kind's own table that people write; the others belong to the kind's own verbs."""

AMOUNTS = {
    "risk": ("impact_low", "impact_likely", "impact_high"),
    "action": ("cost", "impact_effect"),
    "change": ("cost_change", "benefits_change", "cost_in_forecast"),
}
"""Fields of a kind's own table that are amounts in the entry's currency."""

ENDED = (Phase.CLOSED, Phase.CANCELLED)

Settle = Callable[[Entry, Any, datetime], Any]


def settle_issue(entry: Entry, issue: Issue, at: datetime) -> None:
    """The weight of an issue is its severity, in quarters of 100."""
    entry.rank = 25 * issue.severity


SETTLE: dict[str, Settle] = {
    "risk": lambda entry, risk, at: settle_risk(entry, risk, at=at),
    "issue": settle_issue,
    "dependency": settle_dependency,
    "change": settle_change,
}
"""What follows from the values of a kind, before both rows are checked and saved: `rank` and the like."""
AFTER: dict[str, Settle] = {"risk": read_risk, "dependency": end_offers}
"""What a kind writes down once both rows are saved."""


@transaction.atomic
def create_entry(kind: str, *, values: Mapping[str, Any], by: Any, at: datetime) -> Entry:
    """A new entry of a register with the next reference. `values` name fields of EDITABLE and of OWN[kind]; `scale_size` says on how
    many levels those of a risk were chosen.

    Raises ActionError with the field for a value that is wrong, a closed scope, an owner who cannot see it.
    """
    register = KINDS[kind]
    with recorded(f"portfolio.{kind}.added"):
        entry = Entry(kind=kind, status=register.first, raised_on=timezone.localdate(at), raised_by=by)
        detail = DETAILS[kind](entry=entry)
        if kind == "risk":
            hold_scale()
        entry.reference = next_reference(register.prefix)
        _write(entry, detail, values, at)
        refuse_ended(entry)
        _save(entry, detail, by=by, at=at)
        _check_owner(entry)
        _tell_owner(entry, by=by, at=at)
    return entry


@transaction.atomic
def edit_entry(entry: Entry, *, changes: Mapping[str, Any], version: int, by: Any, at: datetime) -> Entry:
    """Change fields of EDITABLE and of OWN[kind]. Raises EditConflict when somebody saved since `version`."""
    with recorded(f"portfolio.{entry.kind}.edited"):
        row = lock_entry(entry, version=version)
        owner, project = row.owner_id, row.project_id
        refuse_ended(row)
        _write(row, row.detail, changes, at)
        refuse_ended(row)
        if row.project_id not in (None, project):
            _refuse_shared(row)
        _save(row, row.detail, by=by, at=at)
        _check_owner(row)
        if row.owner_id != owner:
            _tell_owner(row, by=by, at=at)
    return row


def lock_entry(entry: Entry, *, version: int | None = None) -> Entry:
    """The entry, locked, with its kind's own row. Raises EditConflict when it is not at `version` any more."""
    if entry.kind == "risk":
        hold_scale()
    row = lock(Entry.objects.all(), entry.pk, version=version)
    setattr(row, row.kind, DETAILS[row.kind].objects.get(pk=row.pk))
    row.detail.entry = row
    return row


def _write(entry: Entry, detail: Any, values: Mapping[str, Any], at: datetime) -> None:
    own = {name: value for name, value in values.items() if name in OWN[entry.kind]}
    common = {name: value for name, value in values.items() if name not in own}
    if entry.kind == "risk":
        detail.scale_size = common.pop("scale_size", None)
    if unknown := set(common) - set(EDITABLE):
        raise TypeError(f"Not to be changed here: {', '.join(sorted(unknown))}")
    if "tags" in common:
        common["tags"] = sorted({tag.strip().lower() for tag in common["tags"] if tag.strip()})
    names, currency = AMOUNTS.get(entry.kind, ()), entry.currency
    stated = [getattr(detail, name) for name in names]
    for row, changes in ((entry, common), (detail, own)):
        for name, value in changes.items():
            setattr(row, name, value)
    if entry.project is not None:
        # Amounts that stand keep their currency when their project counts in another one by now: 1m yen are not 1m pounds.
        stands = not entry._state.adding and any(stated) and stated == [getattr(detail, name) for name in names]
        entry.currency = currency if stands else entry.project.currency
    SETTLE.get(entry.kind, _nothing)(entry, detail, at)


def _nothing(entry: Entry, detail: Any, at: datetime) -> None:
    return None


def _save(entry: Entry, detail: Any, *, by: Any, at: datetime) -> None:
    """Check both rows and save them as the entry's next version."""
    entry.further = "\n".join(filter(None, (str(getattr(detail, name) or "") for name in entry.register.further)))
    if sum(getattr(entry, f"{name}_id") is not None for name in SCOPES) != 1:
        raise ActionError(_("Choose exactly one portfolio, programme or project."), field="project")
    check(entry)
    if entry._state.adding:
        entry.save()
        detail.entry = entry
    else:
        save(entry)
    check(detail)
    detail.save()
    setattr(entry, entry.kind, detail)
    _keep_named(entry, by)
    AFTER.get(entry.kind, _nothing)(entry, detail, at)


def _keep_named(entry: Entry, by: Any) -> None:
    """Whoever makes an entry confidential goes on seeing it."""
    if entry.is_confidential and by is not None and not Entry.objects.visible_to(by).filter(pk=entry.pk).exists():
        EntryWatcher.objects.get_or_create(entry=entry, user=by)


def called(entry: Entry, scope: Any) -> Any:
    """What a sentence calls the scope of an entry: who gives a dependency need not see who gets it, nor who shares a risk what it
    belongs to."""
    if entry.kind == "dependency":
        return _("The receiving project")
    if entry.kind == "risk" and entry.pk and SharedImpact.objects.filter(entry=entry).exists():
        return _("What the risk belongs to")
    return scope


def refuse_ended(entry: Entry) -> None:
    """Raise ActionError when the scope takes no changes any more: archived, closed or cancelled."""
    for name in SCOPES:
        scope = getattr(entry, name)
        if scope is None:
            continue
        if scope.archived_at is not None:
            raise ActionError(_("%(scope)s is archived: bring it back first.") % {"scope": called(entry, scope)}, field=name)
        if isinstance(scope, Project) and scope.phase in ENDED:
            words = _("%(scope)s is %(phase)s: its registers take no changes any more.")
            values = {"scope": called(entry, scope), "phase": scope.get_phase_display().lower()}
            raise ActionError(words % values, field=name)


def _refuse_shared(entry: Entry) -> None:
    """Raise ActionError for a risk that projects share: in one project's register the others would read what belongs to it."""
    if SharedImpact.objects.filter(entry=entry).exists():
        raise ActionError(_("Projects share this risk: it stays with a programme or portfolio."), field="project")


def _check_owner(entry: Entry) -> None:
    """An owner must be able to see the entry, and to change something."""
    owner = entry.owner
    if owner is None:
        return
    if not owner.is_active or not Entry.objects.visible_to(owner).filter(pk=entry.pk).exists():
        words = _("%(person)s cannot see where it belongs (%(scope)s): name them there first, or choose somebody else.")
        if (scope := called(entry, entry.scope)) != entry.scope:
            words = _("%(person)s cannot see where it belongs: name them there first, or choose somebody else.")
        raise ActionError(words % {"person": owner, "scope": scope}, field="owner")
    refuse_auditor(owner, field="owner")


# --- Moving ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def move_entry(entry: Entry, verb: str, *, by: Any, at: datetime, reason: str = "", expected: str = "") -> Entry:
    """Make one of the register's moves that need no page of their own. `expected`: the state that the person saw.

    Raises ActionError when it does not lead out of the present state, or a reason is missing.
    """
    with recorded(f"portfolio.{entry.kind}.{verb}"):
        row = lock_entry(entry)
        make_move(row, verb, reason=reason, at=at, expected=expected)
        save_moved(row, by=by, at=at)
    return row


def make_move(row: Entry, verb: str, *, at: datetime, reason: str = "", expected: str = "") -> Move:
    """Set the new state on a locked row; the caller saves it. Raises ActionError as `move_entry`."""
    register = row.register
    move = register.move(verb)
    if move is None:
        raise KeyError(f"{row.kind} has no move {verb!r}")
    if row.status not in move.sources or (expected and row.status != expected):
        words = _("%(entry)s is in the state “%(state)s” now; this cannot be done there.")
        raise ActionError(words % {"entry": row.reference, "state": row.state.label})
    reason = reason.strip()
    if move.reason and not reason:
        raise ActionError(_("Give a reason: it goes into the record."), field="reason")
    state = register.state(move.target)
    if state.is_open and not row.is_open:
        refuse_ended(row)
    row.status, row.is_open = state.key, state.is_open
    row.closed_on = None if state.is_open else timezone.localdate(at)
    if reason:
        row.outcome = reason
    elif state.is_open:
        row.outcome = ""
    return move


def save_moved(row: Entry, *, by: Any, at: datetime) -> None:
    """Save a moved row with its kind's own, write down what follows, and tell its followers."""
    SETTLE.get(row.kind, _nothing)(row, row.detail, at)
    _save(row, row.detail, by=by, at=at)
    tell_followers(row, gettext_lazy("%(entry)s: %(state)s"), by=by, at=at, state=str(row.state.label))


@transaction.atomic
def decide_entry(
    entry: Entry,
    *,
    chosen: str,
    rationale: str,
    decided_by: Any,
    decided_on: date,
    by: Any,
    at: datetime,
    version: int | None = None,
) -> Entry:
    """Record what was decided, why, by whom and on which day. Raises ActionError for a day to come, EditConflict when somebody
    saved since `version`."""
    with recorded("portfolio.decision.decide"):
        row = lock_entry(entry, version=version)
        if decided_on > timezone.localdate(at):
            raise ActionError(_("A decision is recorded once it is taken: give today or an earlier day."), field="decided_on")
        make_move(row, "decide", at=at)
        detail = row.decision
        detail.chosen, detail.rationale, detail.decided_by, detail.decided_on = chosen, rationale, decided_by, decided_on
        save_moved(row, by=by, at=at)
    return row


# --- Links, conversion ----------------------------------------------------------------------------------------------

# Whether a later entry is reachable from an earlier one by "became".
REACHES = """
WITH RECURSIVE later AS (
    SELECT target_id FROM portfolio_entrylink WHERE meaning = 'became' AND source_id = %(start)s
    UNION SELECT link.target_id FROM portfolio_entrylink link JOIN later ON link.source_id = later.target_id
        WHERE link.meaning = 'became'
)
SELECT EXISTS (SELECT 1 FROM later WHERE target_id = %(end)s)
"""


@transaction.atomic
def link_entries(source: Entry, target: Entry, *, meaning: str, by: Any, at: datetime) -> EntryLink:
    """Say how two entries hang together. Raises ActionError for itself, twice the same, or a circle of "became"."""
    with recorded("portfolio.entry.linked"):
        # In one order, so that two people linking the same pair do not wait for each other for ever.
        list(Entry.objects.select_for_update().filter(pk__in=[source.pk, target.pk]).order_by("pk").values_list("pk"))
        link = EntryLink(source=source, target=target, meaning=meaning, made_by=by, made_at=at)
        if source.pk == target.pk:
            raise ActionError(_("An entry cannot be linked to itself."), field="target")
        if meaning == "became":
            with connection.cursor() as cursor:
                # One at a time: two links that each close half of a circle lock no entry in common.
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portfolio.entry_became'))")
                cursor.execute(REACHES, {"start": target.pk, "end": source.pk})
                if cursor.fetchone()[0]:
                    words = _("%(source)s came from %(target)s: the two cannot have become each other.")
                    raise ActionError(words % {"source": source.reference, "target": target.reference}, field="target")
        check(link)
        link.save()
    return link


@transaction.atomic
def unlink_entries(link: EntryLink) -> None:
    """Take a link away; history keeps it."""
    with recorded("portfolio.entry.unlinked"):
        link.delete()


# What closes the entry that another one came from: (from, to) -> verb. Where there is none it stays as it is.
CLOSES = {("assumption", "risk"): "refute", ("assumption", "issue"): "refute", ("risk", "issue"): "happen"}
# Text of the new entry's own table that the old one tells.
CARRIED: dict[tuple[str, str], dict[str, str]] = {
    ("risk", "issue"): {"impact": "effect"},
    ("issue", "risk"): {"effect": "impact"},
    ("assumption", "risk"): {"effect": "consequence"},
    ("assumption", "issue"): {"impact": "consequence"},
    ("risk", "assumption"): {"consequence": "effect"},
    ("issue", "change"): {"reason": "impact"},
    ("risk", "change"): {"reason": "effect"},
}


@transaction.atomic
def convert_entry(
    entry: Entry, kind: str, *, by: Any, at: datetime, values: Mapping[str, Any] | None = None, move: bool = True
) -> Entry:
    """Make an entry of another register out of this one, linked "became"; title, scope, owner and the like are carried over,
    `values` put in their place. With `move` the old one ends where that is what it means (CLOSES)."""
    if kind not in entry.register.becomes:
        raise ActionError(_("A %(from)s does not become a %(to)s.") % {"from": entry.register.noun, "to": KINDS[kind].noun})
    with recorded(f"portfolio.{entry.kind}.converted"):
        row = lock_entry(entry)
        if (made := _just_made(row, kind, by, at)) is not None:
            return made
        carried: dict[str, Any] = {name: getattr(row, name) for name in (*SCOPES, "title", "description", "owner")}
        carried |= {"category": row.category, "tags": list(row.tags), "is_confidential": row.is_confidential}
        carried |= {"currency": row.currency}
        carried |= {to: getattr(row.detail, name) for to, name in CARRIED.get((row.kind, kind), {}).items()}
        if kind == "action":
            carried["about"] = row
        if carried["owner"] is not None and not carried["owner"].is_active:
            carried["owner"] = None
        made = create_entry(kind, values={**carried, **(values or {})}, by=by, at=at)
        link_entries(row, made, meaning="became", by=by, at=at)
        for user in row.watchers.values_list("user", flat=True):
            EntryWatcher.objects.create(entry=made, user_id=user)
        verb = CLOSES.get((row.kind, kind), "")
        step = row.register.move(verb) if move and verb else None
        if step is not None and row.status in step.sources:
            make_move(row, verb, reason="-", at=at)
            # Who sees this one need not see that one, today or later: what became of it is said by the link alone.
            row.outcome = ""
            save_moved(row, by=by, at=at)
    return made


TWO_CLICKS = timedelta(minutes=1)


def _just_made(row: Entry, kind: str, by: Any, at: datetime) -> Entry | None:
    """What the same person has made of it this minute, where making it ends the old one: a click too many makes no second one."""
    if (row.kind, kind) not in CLOSES or row.is_open:
        return None
    links = EntryLink.objects.filter(source=row, meaning="became", target__kind=kind, made_by=by, made_at__gt=at - TWO_CLICKS)
    link = links.select_related("target").first()
    return link.target if link else None


# --- Following ------------------------------------------------------------------------------------------------------


@transaction.atomic
def follow_entry(entry: Entry, *, user: Any) -> None:
    """The person is told what happens to the entry; following twice changes nothing."""
    with recorded("portfolio.entry.followed"):
        EntryWatcher.objects.get_or_create(entry=entry, user=user)


@transaction.atomic
def unfollow_entry(entry: Entry, *, user: Any) -> None:
    """The person is not told any more. A confidential entry that they saw only as a follower is not theirs to see then."""
    with recorded("portfolio.entry.unfollowed"):
        for watcher in EntryWatcher.objects.filter(entry=entry, user=user):
            watcher.delete()


def entry_url(entry: Entry) -> str:
    """The page of an entry."""
    return reverse(f"portfolio:{entry.kind}-detail", args=[entry.reference])


def _tell_owner(entry: Entry, *, by: Any, at: datetime) -> None:
    if entry.owner is not None and entry.owner != by:
        text = gettext_lazy("%(entry)s is yours now") % {"entry": entry}
        notify(
            users=[entry.owner],
            key=f"entry:{entry.pk}:owner:{entry.version}",
            text=text,
            url=entry_url(entry),
            at=at,
            shows=[entry],
        )
        mail_owner(entry, by=by, at=at)


def tell_followers(entry: Entry, text: Any, *, by: Any, at: datetime, event: str = "", **words: Any) -> None:
    """Tell the owner and the followers of an entry, but for who did it: under the bell. Only who sees it is told. `event`
    names what made no new version of the entry. Two queries."""
    people = {watcher.user_id: watcher.user for watcher in entry.watchers.select_related("user")}
    if entry.owner is not None:
        people[entry.owner.pk] = entry.owner
    seen = [
        person for person in people.values() if person != by and Entry.objects.visible_to(person).filter(pk=entry.pk).exists()
    ]
    notify(
        users=seen,
        key=f"entry:{entry.pk}:{entry.version}{event}",
        text=text % ({"entry": entry} | words),
        url=entry_url(entry),
        at=at,
        shows=[entry],
    )
