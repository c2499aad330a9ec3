"""What a file can be loaded into. A room registers its targets in `apps.ready`; `core` never learns them otherwise."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from core.formulas.mapping import Field
from core.formulas.readings import Note, note
from core.imports.records import ImportOptions, ReadRow, ReadTable

CREATE, CHANGE, LEAVE, ASK, REFUSE = "create", "change", "leave", "ask", "refuse"


class Refused(Exception):
    """A row is not written. Carries the note that says why."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.note = note(code, **params)


@dataclass
class PlannedRow:
    """What will become of one row. `payload` is the target's own and lives only between plan and apply."""

    place: str
    verdict: str
    title: str = ""
    reference: str = ""
    differences: list[tuple[str, str, str]] = field(default_factory=list)
    """(field key, before, after) as plain text: dates ISO, amounts in full."""
    losses: list[dict[str, Any]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    question: list[tuple[str, str, str]] = field(default_factory=list)
    """(reference, title, why it is like this one)."""
    payload: Any = None

    def refuse(self, refused: Refused) -> None:
        """It is not written, for this reason."""
        self.verdict, self.differences, self.notes = REFUSE, [], [refused.note]


@dataclass
class Plan:
    """All rows, what will be made besides them (by kind: names), and remarks about the whole."""

    rows: list[PlannedRow]
    made: dict[str, list[str]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    payload: Any = None

    def digest(self) -> str:
        """The same for plans that do the same. New references are not part of it: they are given out on applying."""
        content = [
            [row.place, row.verdict, row.title, row.reference if row.verdict != CREATE else "", row.differences, row.question]
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps([content, self.made], sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class Work:
    """Everything a target needs to plan: the rows, the options, for whom, the file's name, and whether to lock."""

    table: ReadTable
    mapping: Mapping[str, str]
    options: ImportOptions
    user: Any
    """None for the command line: everything may be seen and changed."""
    source: str
    at: datetime
    lock: bool = False
    progress: Callable[[int, int], None] = lambda done, total: None

    def rows_into(self, plan: Plan) -> Iterator[tuple[ReadRow, PlannedRow]]:
        """Each row with its place in the plan, a creation until the target finds otherwise; tells how far it is, and keeps what was
        lost of the row once the target has looked at it."""
        total = len(self.table.rows)
        for number, row in enumerate(self.table.rows):
            if number % 250 == 0:
                self.progress(number, total)
            title = str(row.value("title") or row.value("external_id") or row.value("reference") or "")
            planned = PlannedRow(row.place, CREATE, title)
            plan.rows.append(planned)
            yield row, planned
            planned.losses = [loss.as_json() for loss in row.losses]
        self.progress(total, total)


def note_columns_left_out(plan: Plan, work: Work, read: Collection[str] = ()) -> None:
    """Say which columns hold what there is no field for; `read` were understood all the same."""
    filled = {name for row in work.table.rows for name, cell in row.custom.items() if cell.has_value}
    if names := sorted(filled - set(read)):
        plan.notes.append(note("columns_left_out", columns=", ".join(names)))


@dataclass(frozen=True)
class ScopeOption:
    """An option "what rows belong to" that a target asks for. `finder` gives the address that completes what is typed;
    `check(mapped, options, user)` raises ActionError (field "scope") for one that will not do."""

    label: Any
    help_text: Any
    finder: Callable[[], str]
    check: Callable[[set[str], Mapping[str, Any], Any], None]


@dataclass(frozen=True)
class Target:
    """One kind of record that files can be loaded into.

    `allowed(user)`: whether the person may run imports into it. `plan(work)` writes nothing. `apply(plan, work)` is
    called inside the transaction in which the plan was made with locks; it returns counts of what it made.
    `suggest(headers, name, titles)` proposes options such as the as-at day.
    """

    key: str
    label: Any
    fields: Sequence[Field]
    allowed: Callable[[Any], bool]
    plan: Callable[[Work], Plan]
    apply: Callable[[Plan, Work], dict[str, int]]
    derived: frozenset[str] = frozenset()
    """Header keys of columns in the product's own exports that are worked out or dated: a file that comes back with
    references in it leaves them out."""
    own: str = ""
    """The field that only the product's own exports hold: the reference."""
    list_url: str = ""
    """The URL name of the list that holds the imported records."""
    list_query: str = ""
    """What narrows that list to them: "?state=published"."""
    scope: ScopeOption | None = None
    """Asked for where rows belong to something that the file need not say."""
    further: Any = ""
    """What becomes of a column that no field fits, in words; "" where it is kept as a further field."""
    asks_currency: bool = True
    """Whether amounts that name no currency are in the file's; else they are in that of what they belong to."""
    is_dated: bool = True
    """Whether a file of it tells about a day: what stood on it is kept under that day."""
    is_private: bool = False
    """Only who started an import into it sees the import: its rows may be confidential."""
    hidden: Callable[[Any], Q] | None = None
    """The condition on kept rows that are about what the person may not see today, for those who only read imports."""
    by_token: bool = True
    """Whether an API token may load it, too; else whoever is signed in with a password."""

    def field(self, key: str) -> Field | None:
        """The field of this key."""
        return next((one for one in self.fields if one.key == key), None)


def rows_about_unseen(model: Any, user: Any) -> Q:
    """Kept rows about objects of the model that the person may not see today, by reference or by any title they ever had: the
    `hidden` of a target whose objects have both."""
    unseen = model.objects.exclude(pk__in=model.objects.visible_to(user).values("pk")).order_by()
    titles = model.pgh_event_model.objects.filter(pgh_obj__in=unseen.values("pk")).order_by()
    return Q(reference__in=unseen.values("reference")) | Q(title__in=titles.values("title"))


_targets: dict[str, Target] = {}


def register(target: Target) -> None:
    """Make a target known. Called once per target at start-up."""
    _targets[target.key] = target


def target_of(key: str) -> Target:
    """The registered target. Raises KeyError for an unknown key."""
    return _targets[key]


def private_targets() -> list[str]:
    """The keys of targets into which each sees only the imports that they started."""
    return [target.key for target in _targets.values() if target.is_private]


def shared_targets() -> list[str]:
    """The keys of the other targets."""
    return [target.key for target in _targets.values() if not target.is_private]


def targets_for(user: Any) -> list[Target]:
    """The targets that the person may load files into."""
    return [target for target in _targets.values() if target.allowed(user)]
