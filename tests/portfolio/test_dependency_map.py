"""The network and the matrix: findings in words, scopes, what is hidden, what is drawn, what it costs."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from portfolio.models import Dependency, Entry, Project
from portfolio.models.contracts import as_contracts, contracts_seen, parties_seen
from portfolio.views.dependency_map import MOST_DRAWN, MOST_LINES
from portfolio.views.dependency_picture import PAGE
from tests import factories
from tests.cast import Cast

SignIn = Callable[[User], Client]
MAP, MATRIX = reverse("portfolio:dependency-map"), reverse("portfolio:dependency-matrix")


def contract(giver: Project, receiver: Project, title: str, *, need: int = 30, commit: int | None = 20) -> Entry:
    """A contract that is agreed where a day is committed (both days counted from today)."""
    today = timezone.localdate()
    entry = factories.entry("dependency", receiver, title, giver=giver, due_on=today + timedelta(days=need))
    if commit is not None:
        Entry.objects.filter(pk=entry.pk).update(status="agreed")
        Dependency.objects.filter(pk=entry.pk).update(committed_on=today + timedelta(days=commit))
    return entry


@pytest.fixture
def five(cast: Cast) -> list[Project]:
    """Five projects: Alpha gives to three others, Bravo comes too late, Charlie and Delta wait for each other."""
    digital = factories.portfolio("Digital")
    programme = factories.programme("Renewal")
    names = ["Alpha", "Bravo", "Charlie", "Delta", "Echo"]
    made = [factories.project(name, portfolio=digital if name < "C" else None) for name in names]
    Project.objects.filter(pk=made[4].pk).update(programme=programme)
    alpha, bravo, charlie, delta, echo = made
    contract(alpha, bravo, "Interface")
    contract(alpha, charlie, "Records")
    contract(bravo, echo, "Licence", need=40, commit=52)
    contract(charlie, delta, "Keys")
    contract(delta, charlie, "Doors")
    return made


def page(client: Client, address: str, **query: Any) -> str:
    """The page's text."""
    response = client.get(address, query)
    assert response.status_code == 200
    return str(response.content.decode())


def plain(html: str) -> str:
    """Without tags, spaces made one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_map_says_what_is_late_circular_and_hangs_on_one(five: list[Project], cast: Cast, signed_in: SignIn) -> None:
    text = plain(page(signed_in(cast.pmo_head), MAP))
    assert "“Licence” comes 12 days too late for Echo" in text
    assert "Alpha → Bravo → Echo 12 days late at its end" in text.replace("the longest chain, ", "")
    assert "Charlie → Delta → Charlie nobody can begin" in text
    assert "4 projects wait for it, 2 of them directly; 4 get nothing that does not come through it" in text
    assert "5 open dependencies between 5 projects" in text


def test_map_is_drawn_with_links_and_read_as_a_table(five: list[Project], cast: Cast, signed_in: SignIn) -> None:
    html = page(signed_in(cast.pmo_head), MAP)
    drawing = html.split("is-true-size")[1].split("</svg>")[0]
    for project in five:
        assert f'href="?scope={project.reference}"' in drawing
    late = Entry.objects.get(title="Licence")
    assert f'href="../{late.reference}/"' in drawing
    assert "R −12 d" in drawing  # a letter beside the colour
    assert "style=" not in drawing
    rows = re.findall(r"<tr>.*?</tr>", html[html.index('id="contracts"') :])
    assert late.reference in rows[1]  # the worst first
    assert len(rows) == 6


def test_scope_narrows_the_map(five: list[Project], cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_head)
    bravo = five[1]
    near = page(client, MAP, scope=bravo.reference, depth=1)
    assert "2 open dependencies between 3 projects" in plain(near)
    assert "Charlie" not in near
    assert "Charlie" in page(client, MAP, scope=bravo.reference, depth=2)
    assert "Charlie" in page(client, MAP, scope="PFO-0001")  # Alpha of the portfolio gives to it
    renewal = page(client, MAP, scope="PRG-0001")
    assert "1 open dependency between 2 projects" in plain(renewal)
    # The chain is told whole, also where it began outside of the scope.
    assert "Alpha → Bravo → Echo" in plain(renewal)


@pytest.mark.parametrize("address", [MAP, MATRIX])
def test_scope_that_is_not_to_be_seen_is_not_there(address: str, five: list[Project], cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_head)
    for reference in (cast.confidential.reference, "PRJ-9999", "%"):
        assert client.get(address, {"scope": reference}).status_code == 404


@pytest.mark.parametrize("address", [MAP, MATRIX])
def test_strangers_see_an_empty_page(address: str, five: list[Project], cast: Cast, signed_in: SignIn) -> None:
    text = page(signed_in(cast.stranger), address)
    assert "No open dependencies here" in text
    assert not any(project.title in text for project in five)


def test_nothing_is_followed_through_a_hidden_project(cast: Cast, signed_in: SignIn) -> None:
    hidden = factories.project("Zanzibar canary", is_confidential=True)
    one, other = factories.project("One"), factories.project("Other")
    contract(one, hidden, "Into the dark", need=30, commit=40)
    contract(hidden, other, "Out of the dark")
    contract(other, one, "Back")
    rows, parties = contracts_seen(cast.pmo_head), parties_seen(cast.pmo_head)
    found = as_contracts(rows, parties)
    ends = {contract.receiver for contract in found} | {contract.giver for contract in found}
    assert hidden.pk not in ends
    assert len([end for end in ends if end < 0]) == 2  # one for each contract: nobody learns that it is the same
    text = page(signed_in(cast.pmo_head), MAP)
    assert "Zanzibar" not in text
    assert hidden.reference not in text
    assert "No projects wait for each other in a circle" in text
    assert "2 dependencies lead to projects that you may not see" in text


def test_confidential_contracts_are_counted_for_nobody_else(five: list[Project], cast: Cast, signed_in: SignIn) -> None:
    Entry.objects.filter(title="Licence").update(is_confidential=True)
    text = page(signed_in(cast.pmo_head), MAP)
    assert "4 open dependencies between 4 projects" in plain(text)
    assert "Licence" not in text


def test_matrix_counts_and_leads_to_rows(five: list[Project], cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_head)
    html = page(client, MATRIX)  # few projects: each is a row
    assert html.count('<th scope="row">') == 4 + 1 + 5  # givers, the foot, the rows of the twin
    bravo, echo = five[1], five[4]
    cell = f"giver={bravo.pk}&amp;receiver={echo.pk}"
    assert re.search(rf'<a class="r red" href="[^"]*{cell}[^"]*#contracts">1<span', html)
    narrowed = page(client, MATRIX, giver=bravo.pk, receiver=echo.pk, by="project")
    assert "Licence" in narrowed
    assert "Interface" not in narrowed
    grouped = page(client, MATRIX, by="portfolio")
    assert "Digital" in grouped
    assert "Without a portfolio" in grouped
    assert page(client, MATRIX, by="nonsense", giver="x", receiver="-") is not None


def test_a_page_of_the_table_at_a_time(cast: Cast, signed_in: SignIn) -> None:
    many(PAGE + 3, cast.own)
    client = signed_in(cast.pmo_head)
    assert page(client, MAP).count("/portfolio/dependencies/DEP-") == PAGE
    assert page(client, MAP, page=2).count("/portfolio/dependencies/DEP-") == 3


def many(number: int, hub: Project) -> None:
    """A hub that gives to many, which give to each other."""
    start = Project.objects.count()
    made = [hub] + [factories.project(f"Many {start + place}") for place in range(number)]
    for place in range(number):
        giver = made[place] if place % 3 else hub
        contract(giver, made[place + 1], f"Part {place}", need=20 + place % 50, commit=10 + place % 60)


@pytest.mark.parametrize("address", [MAP, MATRIX])
def test_as_many_queries_for_many_as_for_few(address: str, cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_head)
    counts = []
    for number in (6, 30):
        many(number, cast.own)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        counts.append(len(queries))
        assert len(response.content) < 60 * 1024
    assert counts[0] == counts[1] <= 12, counts


def test_of_many_only_what_matters_is_drawn(cast: Cast, signed_in: SignIn) -> None:
    many(60, cast.own)
    html = page(signed_in(cast.pmo_head), MAP)
    drawing = html.split("is-true-size")[1].split("</svg>")[0]
    assert 2 < drawing.count('href="?scope=') <= MOST_DRAWN + MOST_LINES
    assert re.search(r"Drawn are \d\d of 61 projects", html)
