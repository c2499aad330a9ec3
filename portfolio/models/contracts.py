"""Dependencies as one reader sees them, read as plain rows: for the network, the matrix and the pages of both projects."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet

from core.prepared import Prepared
from portfolio.formulas.dependencies import Edge, Standing, buffer_of, standing_of
from portfolio.models.dependencies import Dependency
from portfolio.models.raid import Entry
from portfolio.models.raid_visibility import OneOf
from portfolio.models.structure import Project
from portfolio.models.visibility import Scopes, scopes_of, somebody


class Contract(NamedTuple):
    """One dependency. An end that the reader may not see has the number -pk: each such end stands for itself, so that nobody
    learns which contracts lead to the same hidden project."""

    pk: int
    reference: str
    title: str
    status: str
    giver: int
    receiver: int
    needed_on: date | None
    committed_on: date | None
    delivered_on: date | None
    giver_rag: str
    receiver_rag: str

    @property
    def buffer(self) -> int | None:
        """Needed by - committed, or - delivered once it is; days."""
        return buffer_of(self.needed_on, self.delivered_on or self.committed_on)

    @property
    def edge(self) -> Edge:
        """As the network reads it."""
        return Edge(self.pk, self.giver, self.receiver, self.buffer)

    def standing(self, on: date) -> Standing:
        """How it stands on a day."""
        return standing_of(
            self.status,
            needed_on=self.needed_on,
            committed_on=self.committed_on,
            delivered_on=self.delivered_on,
            ratings=(self.giver_rag, self.receiver_rag),
            on=on,
        )


class Party(NamedTuple):
    """A project as the network names it."""

    pk: int
    reference: str
    title: str
    portfolio: int | None
    programme: int | None


FIELDS = (
    "pk", "reference", "title", "status", "dependency__giver_id", "dependency__receiver_id", "due_on",
    "dependency__committed_on", "dependency__delivered_on", "dependency__giver_rag", "dependency__receiver_rag",
)  # fmt: skip


def parties_seen(user: Any) -> dict[int, Party]:
    """The projects that the person may see, by their keys. One query."""
    found = (
        Project.objects.visible_to(user)
        .order_by()
        .values_list("pk", "reference", "title", "portfolio_id", "programme__portfolio_id", "programme_id")
    )
    return {
        pk: Party(pk, reference, title, portfolio or through, programme)
        for pk, reference, title, portfolio, through, programme in found
    }


def contracts_seen(user: Any) -> list[tuple[Any, ...]]:
    """The open dependencies that the person may see, as rows of FIELDS. One query."""
    rows = Entry.objects.visible_to(user).filter(kind="dependency", is_open=True)
    return list(rows.order_by("pk").values_list(*FIELDS))


ENDS = tuple(f"{end}__{name}" for end in ("dependency__giver", "dependency__receiver") for name in ("pk", "reference", "title"))


def contracts_of_project(user: Any, project: int, *, ended: bool = False) -> tuple[list[Contract], dict[int, Party]]:
    """The dependencies that a project gives or gets, with those of their projects that the person may see; the person is known to
    see this one. One query, put together once for readers of equal rights."""
    found, parties = [], {}
    for row in OF_PROJECT(scopes_of(user), ended, user=user.pk, project=project):
        fields, further = row[: len(FIELDS)], row[len(FIELDS) :]
        for end, is_seen in ((further[:3], further[6]), (further[3:6], further[7])):
            if is_seen:
                parties[end[0]] = Party(end[0], end[1], end[2], None, None)
        found.append(fields)
    return as_contracts(found, parties), parties


def _of_project(scopes: Scopes, ended: bool, *, user: int, project: int) -> "QuerySet[Any, Any]":
    reader = somebody(user, scopes)
    gets = Entry.objects.filter(project=project, kind="dependency").order_by().values("pk")
    gives = Dependency.objects.filter(giver=project).order_by().values("entry")
    rows = Entry.objects.filter(OneOf(F("pk"), ArraySubquery(gets.union(gives))), kind="dependency").told_to(reader)
    if not ended:
        rows = rows.filter(is_open=True)
    seen = Project.objects.visible_to(reader)
    rows = rows.annotate(
        giver_seen=Exists(seen.filter(pk=OuterRef("dependency__giver"))),
        receiver_seen=Exists(seen.filter(pk=OuterRef("dependency__receiver"))),
    ).order_by("pk")
    return rows.values_list(*FIELDS, *ENDS, "giver_seen", "receiver_seen")  # type: ignore[no-any-return]


OF_PROJECT = Prepared(_of_project, user=int, project=int)


def as_contracts(rows: Iterable[tuple[Any, ...]], parties: Mapping[int, Party]) -> list[Contract]:
    """Rows of FIELDS with the ends that are not among `parties` hidden."""
    return [
        Contract(pk, ref, title, state, giver if giver in parties else -pk, receiver if receiver in parties else -pk, *rest)
        for pk, ref, title, state, giver, receiver, *rest in rows
    ]
