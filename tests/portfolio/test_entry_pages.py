"""The pages of every register over HTTP: list, entry, add, edit, move, several at once, many rows, history; and what they cost."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.history import action_words
from portfolio.actions.raid import link_entries
from portfolio.models import Entry, EntryLink, EntryWatcher
from portfolio.registers import KINDS
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
# What a form needs besides its title and where it belongs, and a text of the kind's own table to change.
NEEDED: dict[str, dict[str, Any]] = {"issue": {"severity": "3"}, "risk": {"sign": "threat"}, "change": {"reason": "They asked"}}
OWN_TEXT = {"risk": "cause", "issue": "impact", "assumption": "consequence", "dependency": "acceptance", "change": "reason"}
# A move that every writer may make, what it needs, and where it leads.
MOVES = {
    "risk": ("tolerate", "accepted"), "issue": ("resolve", "resolved"), "assumption": ("confirm", "confirmed"), "decision": ("drop", "dropped"),
    "action": ("cancel", "cancelled"), "change": ("withdraw", "withdrawn"),
}  # fmt: skip


def url(kind: str, what: str, *arguments: Any) -> str:
    return reverse(f"portfolio:{kind}-{what}", args=arguments)


def made(kind: str, cast: Cast, title: str = "", **values: Any) -> Entry:
    values |= {"giver": cast.other} if kind == "dependency" else {}
    return factories.entry(kind, cast.own, title, by=cast.project_manager, **values)


def values_of(kind: str, cast: Cast, **values: Any) -> dict[str, Any]:
    found = {"title": "Flood in the cellar", "scope": cast.own.reference, "currency": "GBP"} | NEEDED.get(kind, {})
    return found | ({"giver": cast.other.reference} if kind == "dependency" else {}) | values


@pytest.mark.parametrize("kind", list(KINDS))
def test_an_entry_is_added_read_changed_and_kept_in_history(kind: str, cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.pmo_head)
    assert client.get(url(kind, "create")).status_code == 200
    added = client.post(url(kind, "create"), values_of(kind, cast, due_on="2027-03-01", tags="wet, Cellar"))
    entry = Entry.objects.with_scope().get()
    assert added["Location"] == url(kind, "detail", entry.reference)
    assert (entry.kind, entry.raised_by, entry.due_on, entry.tags) == (kind, cast.pmo_head, date(2027, 3, 1), ["cellar", "wet"])
    page = client.get(added["Location"]).content.decode()
    assert "Flood in the cellar" in page
    assert cast.own.title in page
    assert client.get(url(kind, "edit", entry.reference)).status_code == 200
    changes = {
        "title": "Deeper flood",
        "version": entry.version,
        "raised_on": entry.raised_on.isoformat(),
        "due_on": "2027-03-01",
    }
    if kind in OWN_TEXT:
        changes[OWN_TEXT[kind]] = "A word of its own"
    saved = client.post(url(kind, "edit", entry.reference), values_of(kind, cast, **changes))
    assert saved.status_code == 302, saved.content.decode()[:3000]
    history = client.get(url(kind, "history", entry.reference)).content.decode()
    assert "Deeper flood" in history
    assert kind not in OWN_TEXT or "A word of its own" in history
    assert "portfolio." not in history.split("</nav>")[-1].replace("portfolio.js", ""), "an action without words"


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_is_missing_is_said_and_what_was_typed_kept(kind: str, cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.project_manager)
    answer = client.post(url(kind, "create"), values_of(kind, cast, title="", description="Kept as typed"))
    assert answer.status_code == 422
    assert "Kept as typed" in answer.content.decode()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("kind", list(MOVES))
def test_a_move_asks_for_its_reason(kind: str, cast: Cast, signed_in: Any) -> None:
    entry = made(kind, cast, "Flood")
    verb, state = MOVES[kind]
    client = signed_in(cast.project_manager)
    assert client.get(url(kind, "move", entry.reference, verb)).status_code == 200
    assert client.post(url(kind, "move", entry.reference, verb), {"reason": " "}).status_code == 422
    assert (
        client.post(url(kind, "move", entry.reference, verb), {"reason": "Enough.", "expected": entry.status}).status_code
        == 302
    )
    entry.refresh_from_db()
    assert (entry.status, entry.outcome) == (state, "Enough.")
    assert "Enough." in client.get(url(kind, "detail", entry.reference)).content.decode()
    again = client.post(url(kind, "move", entry.reference, verb), {"reason": "Again."}, follow=True)
    assert "It is in the state" in again.content.decode()
    assert client.get(url(kind, "move", entry.reference, "fly")).status_code == 404


@pytest.mark.parametrize("kind", list(KINDS))
def test_several_are_changed_at_once(kind: str, cast: Cast, signed_in: Any) -> None:
    entries = [made(kind, cast, f"Entry {number}") for number in range(3)]
    client = signed_in(cast.pmo_head)
    chosen = {"action": kind, "pk": [entry.pk for entry in entries]}
    asked = client.get(reverse("portfolio:entry-bulk"), chosen)
    assert asked.status_code == 200
    assert "Entry 2" in asked.content.decode()
    assert client.post(reverse("portfolio:entry-bulk"), chosen).status_code == 422
    done = client.post(reverse("portfolio:entry-bulk"), chosen | {"owner": cast.sponsor.pk, "tag": "Wet"})
    assert done["Location"] == url(kind, "list")
    assert {(row.owner, tuple(row.tags), row.version) for row in Entry.objects.filter(kind=kind)} == {
        (cast.sponsor, ("wet",), 2)
    }
    if kind in MOVES:
        verb, state = MOVES[kind]
        assert client.post(reverse("portfolio:entry-bulk"), chosen | {"move": verb}).status_code == 422
        assert client.post(reverse("portfolio:entry-bulk"), chosen | {"move": verb, "reason": "Enough."}).status_code == 302
        assert set(Entry.objects.values_list("status", flat=True)) == {state}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "dependency"])
def test_many_rows_are_typed_at_once(kind: str, cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.project_manager)
    assert client.get(url(kind, "rows")).status_code == 200
    rows: dict[str, Any] = {"rows-TOTAL_FORMS": "3", "rows-INITIAL_FORMS": "0", "scope": cast.own.reference}
    rows |= {"rows-0-title": "One", "rows-0-due_on": "2027-01-01", "rows-2-title": "Two", "rows-2-owner": cast.sponsor.pk}
    answer = client.post(url(kind, "rows"), rows)
    assert answer["Location"] == f"{url(kind, 'list')}?project={cast.own.reference}"
    assert set(Entry.objects.values_list("kind", "title", "owner")) == {(kind, "One", None), (kind, "Two", cast.sponsor.pk)}


@pytest.mark.parametrize("kind", list(KINDS))
def test_one_click_makes_another_of_it(kind: str, cast: Cast, signed_in: Any) -> None:
    entry = made(kind, cast, "Flood", owner=cast.sponsor, tags=["wet"])
    client = signed_in(cast.pmo_head)
    for to in KINDS[kind].becomes:
        answer = client.post(url(kind, "convert", entry.reference, to))
        new = Entry.objects.filter(kind=to).latest("pk")
        assert answer["Location"] == url(to, "edit", new.reference)
        assert (new.title, new.owner, new.tags, new.project) == ("Flood", cast.sponsor, ["wet"], cast.own)
        assert EntryLink.objects.filter(source=entry, target=new, meaning="became").exists()
    assert client.post(url(kind, "convert", entry.reference, "nonsense")).status_code == 404
    told = client.get(url(kind, "detail", entry.reference)).content.decode()
    assert "Became" in told


@pytest.mark.parametrize("kind", list(KINDS))
def test_links_and_following_from_the_page(kind: str, cast: Cast, signed_in: Any) -> None:
    entry, other = made(kind, cast, "Flood"), factories.entry("issue", cast.own, "Wet floor")
    client = signed_in(cast.project_manager)
    wrong = client.post(url(kind, "link", entry.reference), {"meaning": "causes", "target": "ISS-9999"})
    assert wrong.status_code == 422
    assert (
        client.post(url(kind, "link", entry.reference), {"meaning": "in-causes", "target": other.reference}).status_code == 302
    )
    link = EntryLink.objects.get()
    assert (link.source, link.target) == (other, entry)
    assert "Is caused by" in client.get(url(kind, "detail", entry.reference)).content.decode()
    assert client.post(url(kind, "unlink", entry.reference, link.pk)).status_code == 302
    assert not EntryLink.objects.exists()
    for count in (1, 0):
        client.post(url(kind, "follow", entry.reference))
        assert EntryWatcher.objects.filter(entry=entry, user=cast.project_manager).count() == count


# --- What they cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(KINDS))
def test_lists_cost_the_same_for_ten_rows(kind: str, cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.pmo_analyst)
    counts = []
    for rows in (1, 9):
        for _number in range(rows):
            made(kind, cast, owner=cast.sponsor, due_on=date(2026, 1, 1))
        client.get(url(kind, "list"))
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url(kind, "list"))
        assert answer.status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_page_of_an_entry_costs_the_same_for_ten_links(kind: str, cast: Cast, signed_in: Any) -> None:
    entry = made(kind, cast, "Flood")
    client = signed_in(cast.pmo_analyst)
    counts = []
    for rows in (1, 9):
        for _number in range(rows):
            other = factories.entry("issue", cast.own, owner=cast.sponsor)
            link_entries(entry, other, meaning="relates", by=cast.pmo_head, at=timezone.now())
            factories.entry("action", cast.own, owner=cast.sponsor, about=entry)
            factories.comment(entry, cast.sponsor)
        client.get(url(kind, "detail", entry.reference))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(kind, "detail", entry.reference)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_every_verb_of_the_registers_has_words() -> None:
    names = [f"portfolio.{kind.key}.{move.verb}" for kind in KINDS.values() for move in kind.moves]
    names += [f"portfolio.{kind}.{done}" for kind in KINDS for done in ("added", "edited", "converted")]
    assert not [name for name in names if action_words(name) == name]
