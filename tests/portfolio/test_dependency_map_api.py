"""The network of dependencies through the API: the page's findings for the same reader, and nothing of hidden projects."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.models import Entry
from tests import factories
from tests.portfolio.test_dependency_map import MAP, MATRIX, contract, five, many, plain  # noqa: F401 - fixture

API = "/api/v1/portfolio/dependency-map/"
PARTS = ("", "contracts/", "matrix/")


def told(client, address=""):
    answer = client.get(f"{API}{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(path):
    return " → ".join(one["title"] or "?" for one in path)


@pytest.mark.parametrize("scope", ["", "?scope=PFO-0001", "?scope=PRG-0001", "?scope={bravo}&depth=1"])
def test_findings_are_those_of_the_page(five, cast, signed_in, scope):  # noqa: F811
    client = signed_in(cast.pmo_head)
    query = scope.format(bravo=five[1].reference)
    found, page = told(client, query), plain(client.get(f"{MAP}{query}").content.decode())
    assert found["finding"].replace("“", "").replace("”", "") in page.replace("“", "").replace("”", "")
    assert re.search(rf"{found['contracts']} open dependenc\w+ between {found['projects']} projects", page)
    for chain in found["chains"]:
        assert names(chain["path"]) in page
        if chain["late"]:
            assert f"{chain['late']} days late at its end" in page
    for circle in found["cycles"]:
        assert names(circle["path"]) in page
    for point in found["points"]:
        assert f"{point['waiting']} projects wait for it, {point['direct']} of them directly" in page
    listed = told(client, f"contracts/{query}")
    assert listed["count"] == found["contracts"]
    assert all(row["title"] in page and row["words"] in page for row in listed["results"])


def test_the_worst_stands_first(five, cast, signed_in):  # noqa: F811
    found = told(signed_in(cast.pmo_head))
    assert names(found["chains"][0]["path"]) == "Alpha → Bravo → Echo"
    assert (found["chains"][0]["late"], len(found["chains"][0]["contracts"])) == (12, 2)
    assert (found["cycle_count"], found["cycles"][0]["members"]) == (1, 2)
    assert found["points"][0]["project"] == {"reference": five[0].reference, "title": "Alpha"}
    [first, *_others] = told(signed_in(cast.pmo_head), "contracts/")["results"]
    assert (first["title"], first["buffer"], first["tone"]) == ("Licence", -12, "red")


def test_the_matrix_counts_as_on_the_page(five, cast, signed_in):  # noqa: F811
    client = signed_in(cast.pmo_head)
    found = told(client, "matrix/")
    assert (found["by"], len(found["givers"])) == ("project", 4)
    assert sum(cell["count"] for cell in found["cells"]) == 5
    bravo, echo = five[1], five[4]
    [cell] = [one for one in found["cells"] if (one["giver"], one["receiver"]) == (bravo.pk, echo.pk)]
    assert (cell["count"], cell["tone"]) == (1, "red")
    grouped = told(client, "matrix/?by=portfolio")
    page = client.get(f"{MATRIX}?by=portfolio").content.decode()
    assert {one["name"] for one in grouped["givers"]} == {"Digital", "Without a portfolio"}
    assert all(one["name"] in page for one in grouped["givers"])
    assert client.get(f"{API}matrix/?by=nonsense").status_code == 400


def test_nothing_is_told_of_hidden_projects(cast, signed_in):
    hidden = factories.project("Zanzibar canary", is_confidential=True)
    one, other = factories.project("One"), factories.project("Other")
    contract(one, hidden, "Into the dark", need=30, commit=40)
    contract(hidden, other, "Out of the dark")
    contract(other, one, "Back")
    client = signed_in(cast.pmo_head)
    for part in PARTS:
        text = client.get(f"{API}{part}").content.decode()
        assert "Zanzibar" not in text
        assert hidden.reference not in text
        assert client.get(f"{API}{part}?scope={hidden.reference}").status_code == 404
    found = told(client)
    assert (found["cycle_count"], found["unseen"]) == (0, 2)
    ends = [row[side]["reference"] for row in told(client, "contracts/")["results"] for side in ("giver", "receiver")]
    assert ends.count(None) == 2
    assert str(hidden.pk) not in {
        str(cell[side]) for cell in told(client, "matrix/")["cells"] for side in ("giver", "receiver")
    }


def test_confidential_contracts_are_counted_for_nobody_else(five, cast, signed_in):  # noqa: F811
    Entry.objects.filter(title="Licence").update(is_confidential=True)
    client = signed_in(cast.pmo_head)
    assert told(client)["contracts"] == told(client, "contracts/")["count"] == 4
    assert "Licence" not in client.get(API).content.decode() + client.get(f"{API}contracts/").content.decode()


@pytest.mark.parametrize("role", ["stranger", "project_manager"])
def test_who_sees_no_project_sees_no_network(five, cast, signed_in, role):  # noqa: F811
    client = signed_in(getattr(cast, role))
    assert (told(client)["contracts"], told(client, "contracts/")["count"], told(client, "matrix/")["cells"]) == (0, 0, [])
    assert client.get(f"{API}?scope={five[0].reference}").status_code == 404


def test_as_many_queries_for_many_as_for_few(cast, signed_in):
    client = signed_in(cast.pmo_head)

    def cost(part):
        client.get(f"{API}{part}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{API}{part}")
        return len(queries)

    many(2, cast.own)
    few = [cost(part) for part in PARTS]
    many(25, cast.own)
    assert [cost(part) for part in PARTS] == few
    assert max(few) <= 8
