"""The lists of all registers: shared columns, and each kind's own."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, When
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.columns import Cell, Column, day_look, plain, rag_look, severity, title_cell
from core.lists import Bulk, Empty, Register, joined
from core.prepared import PreparedCondition, PreparedObjects
from portfolio.actions.raid import entry_url
from portfolio.actions.risks import current_scale
from portfolio.filters.raid import FILTERS
from portfolio.models import Dependency, Entry, Portfolio, Programme, Project
from portfolio.models.changes import Approver
from portfolio.models.raid import Severity
from portfolio.models.risks import Proximity, Sign
from portfolio.models.visibility import Scopes, scopes_of, somebody
from portfolio.registers import KINDS, OPPORTUNITY_STRATEGIES, THREAT_STRATEGIES

SCOPE_READS = (
    "project__reference", "project__title", "programme__reference", "programme__name", "portfolio__reference", "portfolio__name",
)  # fmt: skip
PEOPLE = "owner__name", "owner__email"
# `rows_of` joins these and the kind's own table: whatever columns are chosen, something of each is read.
JOINED = ("project__reference", "programme__reference", "portfolio__reference")


def keys_seen(model: Any, scopes: Scopes, user: int) -> "QuerySet[Any]":
    """The keys of projects, programmes or portfolios that the person sees."""
    return model.objects.visible_to(somebody(user, scopes)).order_by().values("pk")  # type: ignore[no-any-return]


def among(model: Any, path: str) -> PreparedCondition:
    """Whether what an entry names is among what the person sees: for thousands of entries."""
    return PreparedCondition(lambda scopes, user: Entry.objects.filter(**{path: keys_seen(model, scopes, user)}), user=int)


def seen(model: Any, path: str) -> Callable[[Scopes, int], Exists]:
    """The same, looked up for each entry: for a page of them."""
    return lambda scopes, user: Exists(keys_seen(model, scopes, user).filter(pk=OuterRef(path)))


GIVER_SEEN = PreparedCondition(
    lambda scopes, user: Entry.objects.filter(
        pk__in=Dependency.objects.filter(giver__in=keys_seen(Project, scopes, user)).values("entry")
    ),
    user=int,
)
# Of what a row names besides itself: whether the reader may see it. A shared risk is seen from its projects, a dependency from
# either side; what it belongs to, or the other side, may not be the reader's to see.
MANY_SEEN = {
    "risk": {"programme_seen": among(Programme, "programme__in"), "portfolio_seen": among(Portfolio, "portfolio__in")},
    "dependency": {"giver_seen": GIVER_SEEN, "receiver_seen": among(Project, "project__in")},
}
FEW_SEEN = {
    "risk": {"programme_seen": seen(Programme, "programme"), "portfolio_seen": seen(Portfolio, "portfolio")},
    "dependency": {"giver_seen": seen(Project, "dependency__giver"), "receiver_seen": seen(Project, "project")},
}


def rows_of(kind: str) -> Callable[[Any], "QuerySet[Entry]"]:
    """The entries of a register that a person may see. Each column names what it reads."""

    def rows(user: Any) -> "QuerySet[Entry]":
        scopes = scopes_of(user)
        told = {name: condition(scopes, user=user.pk) for name, condition in MANY_SEEN.get(kind, {}).items()}
        found = Entry.objects.visible_to(user).filter(kind=kind).annotate(**told)
        return found.select_related("project", "programme", "portfolio", kind)

    return rows


def _shown(scopes: Scopes, kind: str, names: tuple[str, ...], *, user: int, keys: list[int]) -> "QuerySet[Entry]":
    told = {name: condition(scopes, user) for name, condition in FEW_SEEN.get(kind, {}).items()}
    rows = Entry.objects.filter(pk__among=keys).order_by().annotate(**told)
    columns = [REGISTERS[kind].by_name[name] for name in names]
    return joined(rows.select_related("project", "programme", "portfolio", kind), columns)


SHOWN = PreparedObjects(_shown, user=int, keys=list)


def reader_of(kind: str) -> Callable[[Any, Sequence[Column], list[int]], list[Entry]]:
    """Reads a page of a register: the entries of keys that the person was just found to see."""

    def read(user: Any, columns: Sequence[Column], keys: list[int]) -> list[Entry]:
        return SHOWN(scopes_of(user), kind, tuple(column.name for column in columns), user=user.pk, keys=keys)

    return read


def is_aside(entry: Entry) -> bool:
    """Whether the reader sees the entry without what it belongs to. Read with the rows of `rows_of`."""
    if entry.project_id:
        return not getattr(entry, "receiver_seen", True)
    return not getattr(entry, "programme_seen" if entry.programme_id else "portfolio_seen", True)


def scope_name(entry: Entry) -> str:
    """What an entry belongs to, as files hold it."""
    if is_aside(entry):
        return str(_("A project that you may not see"))
    return str(getattr(entry.scope, "title", None) or entry.scope.name)  # type: ignore[union-attr]


def scope_reference(entry: Entry) -> str:
    """The reference of what an entry belongs to."""
    return "" if is_aside(entry) else entry.scope.reference


def giver_name(entry: Entry) -> str:
    """The giving project, where the reader may see it."""
    if not getattr(entry, "giver_seen", True):
        return str(_("A project that you may not see"))
    return str(entry.dependency.giver.title)


def by_title(kind: str) -> Any:
    """What the column of scopes is sorted by; of a project that the reader may not see not even its place tells."""
    return Case(When(receiver_seen=True, then=F("project__title"))) if kind == "dependency" else "project__title"


def draw_title(entry: Entry) -> Cell:
    """Title with its page, reference below."""
    sub = entry.reference if not entry.is_confidential else f"{entry.reference} · {_('Confidential')}"
    return title_cell(f"{entry.reference}/", entry.title, sub)


def draw_state() -> Callable[[Entry], Cell]:
    """The state in words, coloured where it means something. Each is drawn once."""
    known: dict[tuple[str, str], Cell] = {}

    def draw(entry: Entry) -> Cell:
        key = entry.kind, entry.status
        if key not in known:
            state = entry.state
            known[key] = rag_look(state.tone, str(state.label)) if state.tone else plain(state.label)
        return known[key]

    return draw


def draw_due() -> Callable[[Entry], Cell]:
    """The day; overdue ones say so."""
    today, words = timezone.localdate(), _("overdue")

    def draw(entry: Entry) -> Cell:
        attributes, text = day_look(entry.due_on)
        late = entry.is_open and entry.due_on is not None and entry.due_on < today
        return attributes, f"{text}<small class=late>{words}</small>" if late else text

    return draw


def shared(kind: str) -> dict[str, Column]:
    """The columns that every register has."""
    register = KINDS[kind]
    return {
        column.name: column
        for column in (
            Column("title", gettext_lazy("Title"), "title", draw=draw_title, order="title", reads=("title", "reference", "is_confidential", "kind", *JOINED, f"{kind}__entry")),
            Column("reference", gettext_lazy("Reference"), "reference", "id", order="reference", shown=False, reads=("reference",)),
            Column("status", gettext_lazy("State"), lambda e: e.state.label, "choice", draws=draw_state, order="status", reads=("kind", "status")),
            Column("scope", gettext_lazy("Belongs to"), scope_name, order=by_title(kind), reads=("project_id", *SCOPE_READS)),
            Column("scope_reference", gettext_lazy("Belongs to, reference"), scope_reference, "id", shown=False, reads=("project_id", *SCOPE_READS)),
            Column("owner", gettext_lazy("Owner"), "owner", order="owner__name", join="owner", reads=PEOPLE),
            Column("due_on", register.due, "due_on", "date", draws=draw_due, order="due_on", reads=("due_on", "is_open")),
            Column("review_on", gettext_lazy("Next review"), "review_on", "date", order="review_on", shown=False, reads=("review_on",)),
            Column("category", gettext_lazy("Category"), "category", order="category__name", shown=False, join="category", reads=("category__name",)),
            Column("tags", gettext_lazy("Tags"), "tags", "list", shown=False, reads=("tags",)),
            Column("raised_on", gettext_lazy("Raised"), "raised_on", "date", order="raised_on", shown=False, reads=("raised_on",)),
            Column("raised_by", gettext_lazy("Raised by"), "raised_by", order="raised_by__name", shown=False, join="raised_by", reads=("raised_by__name", "raised_by__email")),
            Column("closed_on", gettext_lazy("Closed"), "closed_on", "date", order="closed_on", shown=False, reads=("closed_on",)),
            Column("outcome", gettext_lazy("Outcome"), "outcome", "long", shown=False, reads=("outcome",)),
            Column("description", gettext_lazy("Description"), "description", "long", shown=False, reads=("description",)),
            Column("changed", gettext_lazy("Changed"), "updated_at", "moment", order="updated_at", shown=False, reads=("updated_at",)),
        )
    }  # fmt: skip


def in_words(choices: Any) -> Callable[[Any], Any]:
    """A choice's label."""
    words = dict(choices)
    return lambda value: words.get(value, "")


SIGNS, PROXIMITIES, SEVERITIES, APPROVERS = map(in_words, (Sign.choices, Proximity.choices, Severity.choices, Approver.choices))
STRATEGIES = in_words(THREAT_STRATEGIES | OPPORTUNITY_STRATEGIES)


def score(stage: str) -> Callable[[Entry], int | None]:
    """Likelihood × impact of a stage; None where either is missing."""

    def read(entry: Entry) -> int | None:
        likelihood, impact = getattr(entry.risk, f"{stage}_likelihood"), getattr(entry.risk, f"{stage}_impact")
        return likelihood * impact if likelihood and impact else None

    return read


def draw_score() -> Callable[[Entry], Cell]:
    """The score with the band of its cell; a threat's in the band's colour. The scales are read when the first row is drawn."""
    read, known = score("current"), dict[tuple[str, str, int | None], Cell]()
    bands: dict[str, Any] = {}

    def draw(entry: Entry) -> Cell:
        key = entry.risk.sign, entry.risk.band, read(entry)
        if key not in known:
            if not bands:
                bands.update({band.key: band for band in current_scale().bands})
            band = bands.get(entry.risk.band)
            if band is None or key[2] is None:
                known[key] = " class=num", f"<small>{_('not rated')}</small>"
            elif key[0] == Sign.THREAT:
                attributes, words = rag_look(band.tone, f"{key[2]} {band.label}")
                known[key] = attributes.replace('"r ', '"num r '), words
            else:
                known[key] = " class=num", f"{key[2]} {escape(band.label)}"
        return known[key]

    return draw


def levels(stage: str) -> tuple[str, str]:
    """The two levels of a stage."""
    return f"risk__{stage}_likelihood", f"risk__{stage}_impact"


def buffer_days(entry: Entry) -> int | None:
    """Needed by - committed, in days; negative: the commitment comes too late."""
    if entry.due_on is None or entry.dependency.committed_on is None:
        return None
    return (entry.due_on - entry.dependency.committed_on).days


OWN_COLUMNS: dict[str, list[Column]] = {
    "risk": [
        Column("sign", gettext_lazy("Kind"), lambda e: SIGNS(e.risk.sign), "choice", order="risk__sign", reads=("risk__sign",)),
        Column("score", gettext_lazy("Score"), score("current"), "number", draws=draw_score, order="rank", reads=(*levels("current"), "rank", "risk__band", "risk__sign")),
        Column("likelihood", gettext_lazy("Likelihood"), "risk.current_likelihood", "number", order="risk__current_likelihood", shown=False, reads=levels("current")),
        Column("impact", gettext_lazy("Impact"), "risk.current_impact", "number", order="risk__current_impact", shown=False, reads=levels("current")),
        Column("inherent", gettext_lazy("Inherent score"), score("inherent"), "number", shown=False, reads=levels("inherent")),
        Column("target", gettext_lazy("Target score"), score("target"), "number", shown=False, reads=levels("target")),
        Column("probability", gettext_lazy("Probability, %"), "risk.probability", "number", order="risk__probability", shown=False, reads=("risk__probability",)),
        Column("impact_likely", gettext_lazy("Likely impact"), "risk.impact_likely", "money", order="risk__impact_likely", reads=("risk__impact_likely", "currency")),
        Column("impact_low", gettext_lazy("Low impact"), "risk.impact_low", "money", shown=False, reads=("risk__impact_low", "currency")),
        Column("impact_high", gettext_lazy("High impact"), "risk.impact_high", "money", shown=False, reads=("risk__impact_high", "currency")),
        Column("proximity", gettext_lazy("Proximity"), lambda e: PROXIMITIES(e.risk.proximity), "choice", order="risk__proximity", shown=False, reads=("risk__proximity",)),
        Column("strategy", gettext_lazy("Response"), lambda e: STRATEGIES(e.risk.strategy), "choice", order="risk__strategy", reads=("risk__strategy",)),
        Column("cause", gettext_lazy("Cause"), "risk.cause", "long", shown=False, reads=("risk__cause",)),
        Column("effect", gettext_lazy("Effect"), "risk.effect", "long", shown=False, reads=("risk__effect",)),
    ],
    "issue": [
        Column("severity", gettext_lazy("Severity"), lambda e: SEVERITIES(e.issue.severity), "choice", order="rank", reads=("issue__severity",)),
        Column("impact", gettext_lazy("Impact"), "issue.impact", "long", shown=False, reads=("issue__impact",)),
    ],
    "assumption": [Column("consequence", gettext_lazy("If it is false"), "assumption.consequence", "long", reads=("assumption__consequence",))],
    "decision": [
        Column("chosen", gettext_lazy("Decision"), "decision.chosen", "long", reads=("decision__chosen",)),
        Column("decided_on", gettext_lazy("Decided"), "decision.decided_on", "date", order="decision__decided_on", reads=("decision__decided_on",)),
        Column("decided_by", gettext_lazy("Decided by"), "decision.decided_by", order="decision__decided_by__name", join="decision__decided_by", reads=("decision__decided_by__name", "decision__decided_by__email")),
        Column("rationale", gettext_lazy("Rationale"), "decision.rationale", "long", shown=False, reads=("decision__rationale",)),
    ],
    "action": [
        Column("strategy", gettext_lazy("Response"), lambda e: STRATEGIES(e.action.strategy), "choice", shown=False, reads=("action__strategy",)),
        Column("cost", gettext_lazy("Cost"), "action.cost", "money", shown=False, reads=("action__cost", "currency")),
    ],
    "dependency": [
        Column("giver", gettext_lazy("Giver"), giver_name, order=Case(When(giver_seen=True, then=F("dependency__giver__title"))), join="dependency__giver", reads=("dependency__giver__title", "dependency__giver__reference")),
        Column("committed_on", gettext_lazy("Committed for"), "dependency.committed_on", "date", order="dependency__committed_on", reads=("dependency__committed_on",)),
        Column("buffer", gettext_lazy("Buffer, days"), buffer_days, "number", reads=("dependency__committed_on", "due_on")),
        Column("giver_rag", gettext_lazy("Giver's rating"), "dependency.giver_rag", "rag", order=severity("dependency__giver_rag"), reads=("dependency__giver_rag",)),
        Column("receiver_rag", gettext_lazy("Receiver's rating"), "dependency.receiver_rag", "rag", order=severity("dependency__receiver_rag"), reads=("dependency__receiver_rag",)),
    ],
    "change": [
        Column("cost_change", gettext_lazy("Change of cost"), "change.cost_change", "money", order="change__cost_change", reads=("change__cost_change", "currency")),
        Column("finish_change", gettext_lazy("Change of finish, days"), "change.finish_change", "number", order="change__finish_change", reads=("change__finish_change",)),
        Column("cost_in_forecast", gettext_lazy("Of the cost, in the forecast already"), "change.cost_in_forecast", "money", shown=False, order="change__cost_in_forecast", reads=("change__cost_in_forecast", "currency")),
        Column("finish_in_forecast", gettext_lazy("Of the days, in the forecast already"), "change.finish_in_forecast", "number", shown=False, order="change__finish_in_forecast", reads=("change__finish_in_forecast",)),
        Column("approver", gettext_lazy("Decided by"), lambda e: APPROVERS(e.change.approver), "choice", order="change__approver", reads=("change__approver",)),
    ],
}  # fmt: skip
ORDER = {
    "risk": "-score",
    "issue": "-severity",
    "decision": "-decided_on",
    "action": "due_on",
    "dependency": "due_on",
    "change": "-reference",
}


# Shared columns that a register shows only to those who ask for them: its own need the width.
LEFT_OUT = {"risk": ("due_on",), "dependency": ("owner",), "decision": ("owner", "due_on")}


def register_of(kind: str) -> Register:
    """The list of one register: title, state, the kind's own columns, then where it belongs, who and when."""
    register, common = KINDS[kind], shared(kind)
    common |= {name: replace(common[name], shown=False) for name in LEFT_OUT.get(kind, ())}
    first = [common.pop(name) for name in ("title", "reference", "status")]
    return Register(
        name=f"portfolio:{kind}-list",
        title=register.plural,
        file_name={"risk": "risks", "dependency": "dependencies", "change": "change-requests"}.get(kind, f"{kind}s"),
        rows=rows_of(kind),
        read=reader_of(kind),
        filters=FILTERS[kind],
        link=entry_url,
        order=ORDER.get(kind, "due_on"),
        empty=Empty(gettext_lazy("Nothing here yet"), register.empty, icon=register.icon),
        columns=[*first, *OWN_COLUMNS[kind], *common.values()],
        bulk=[Bulk(kind, gettext_lazy("Change"), "pencil", "portfolio:entry-bulk")],
    )


REGISTERS: dict[str, Register] = {kind: register_of(kind) for kind in KINDS}


def list_url(kind: str) -> str:
    """The list of a register."""
    return reverse(f"portfolio:{kind}-list")
