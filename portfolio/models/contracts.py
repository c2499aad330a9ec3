"""Dependencies as one reader sees them, read as plain rows: for the network, the matrix and the pages of both projects."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from portfolio.formulas.dependencies import Edge, Standing, buffer_of, standing_of
from portfolio.models.raid import Entry
from portfolio.models.structure import Project


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


def parties_seen(user: Any, pks: Iterable[int] | None = None) -> dict[int, Party]:
    """The projects that the person may see (of these), by their keys. One query."""
    rows = Project.objects.visible_to(user)
    if pks is not None:
        rows = rows.filter(pk__in=pks)
    found = rows.order_by().values_list("pk", "reference", "title", "portfolio_id", "programme__portfolio_id", "programme_id")
    return {
        pk: Party(pk, reference, title, portfolio or through, programme)
        for pk, reference, title, portfolio, through, programme in found
    }


def contracts_seen(user: Any, condition: Q | None = None, *, ended: bool = False) -> list[tuple[Any, ...]]:
    """The dependencies that the person may see, as rows of FIELDS; open ones only, unless `ended`. One query."""
    rows = Entry.objects.visible_to(user).filter(kind="dependency")
    if not ended:
        rows = rows.filter(is_open=True)
    if condition is not None:
        rows = rows.filter(condition)
    return list(rows.order_by("pk").values_list(*FIELDS))


def as_contracts(rows: Iterable[tuple[Any, ...]], parties: Mapping[int, Party]) -> list[Contract]:
    """Rows of FIELDS with the ends that are not among `parties` hidden."""
    return [
        Contract(pk, ref, title, state, giver if giver in parties else -pk, receiver if receiver in parties else -pk, *rest)
        for pk, ref, title, state, giver, receiver, *rest in rows
    ]
