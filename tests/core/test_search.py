"""Search: words first, typing mistakes where nothing matches, all from indexes and under the reader's rights."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from core.actions.conversation import remove_comment, write_comment
from core.models import Comment
from core.search import COMMENT_TEXT, LIKE_ENOUGH, matching, mistyped, words_query
from intake.models import Request
from portfolio.models import Entry, Project
from tests import factories

pytestmark = pytest.mark.django_db


def found(client, text: str) -> str:
    page = client.get(reverse("core:search"), {"q": text}).content.decode()
    instant = client.get(reverse("core:search-instant"), {"q": text}).content.decode()
    return page + instant


def test_a_typing_mistake_finds_names_of_all_kinds_where_nothing_matches(cast, signed_in):
    factories.entry("risk", cast.own, "Supplier goes bankrupt")
    factories.project("Suppliers of steel")
    factories.programme("Supplier care")
    factories.request("Supplier portal", by=cast.pmo_head, state="submitted")
    head = signed_in(cast.pmo_head)
    wanted = ("Supplier goes bankrupt", "Suppliers of steel", "Supplier care", "Supplier portal")
    for text in ("suplier", "supllier"):
        told = found(head, text)
        assert all(name in told for name in wanted), text
    assert "Supplier goes bankrupt" in found(signed_in(cast.project_manager), "suplier")
    assert "Supplier goes bankrupt" not in found(signed_in(cast.stranger), "suplier")


def test_what_only_resembles_stays_out_where_something_matches(cast, signed_in):
    factories.entry("risk", cast.own, "Suplier, as somebody wrote it")
    factories.entry("issue", cast.own, "Supplier goes bankrupt")
    told = found(signed_in(cast.pmo_head), "suplier")
    assert "as somebody wrote it" in told
    assert "goes bankrupt" not in told


def test_a_hidden_entry_does_not_keep_mistakes_from_being_understood(cast, signed_in):
    factories.entry("risk", cast.confidential, "Suplier secret")
    factories.entry("issue", cast.own, "Supplier goes bankrupt")
    told = found(signed_in(cast.pmo_head), "suplier")
    assert "goes bankrupt" in told
    assert "secret" not in told


def test_the_registers_own_search_forgives_mistakes_too(cast, signed_in):
    factories.entry("risk", cast.own, "Supplier goes bankrupt")
    client = signed_in(cast.pmo_head)
    address = reverse("portfolio:risk-list")
    for text in ("bankrupt", "bankrput", "suplier", "RSK-"):
        assert "goes bankrupt" in client.get(address, {"q": text}).content.decode(), text
    assert "goes bankrupt" not in client.get(address, {"q": "harbour"}).content.decode()


def test_what_is_asked_for_by_its_reference_comes_first(cast, signed_in):
    entries = [factories.entry("risk", cast.own, f"Flood {number}") for number in range(12)]
    client = signed_in(cast.pmo_head)
    answer = client.get(reverse("core:search"), {"q": entries[0].reference})
    assert answer.context["groups"][0]["hits"][0].title == "Flood 0"
    answer = client.get(reverse("core:search"), {"q": "flood", "kind": "entries"})
    assert len(answer.context["groups"][0]["hits"]) == 12


def test_each_connection_knows_how_like_a_name_must_be(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_limit(0.3), current_setting('pg_trgm.word_similarity_threshold')")
        assert float(cursor.fetchone()[1]) == LIKE_ENOUGH


@pytest.mark.parametrize("model", [Project, Entry, Request])
def test_titles_are_found_by_indexes(model, db):
    """An `or` is answered from indexes only when there is one for each of its parts."""
    name = model._meta.model_name
    rows = model.objects.order_by().filter(mistyped("suplier", title="title"))
    assert f"{name}_title_trigram" in plan_of(rows)
    plan = plan_of(model.objects.order_by().filter(matching("supplier", vector="search", title="title", exact="reference")))
    assert f"{name}_search" in plan
    assert f"{name}_title_trigram" in plan
    assert "Seq Scan" not in plan


def plan_of(rows) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return rows.values("pk").explain()


@pytest.mark.parametrize(("text", "most"), [("flood", 15), ("flodo", 18)])
def test_a_search_costs_as_many_statements_for_many_hits_as_for_one(cast, signed_in, text, most):
    client = signed_in(cast.pmo_head)
    counts = []
    for rows in (1, 9):
        for number in range(rows):
            factories.entry("issue", cast.own, f"Flood {rows} {number}")
            factories.project(f"Flood {rows} {number}")
        client.get(reverse("core:search"), {"q": text})
        with CaptureQueriesContext(connection) as queries:
            assert "Flood" in client.get(reverse("core:search"), {"q": text}).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1] <= most


def test_comments_are_found_by_who_sees_what_they_are_about(cast, signed_in) -> None:
    long = f"{'The crane was inspected again. ' * 20}A zebrafish blocks the turbine, says Jo."
    for project, words in ((cast.own, long), (cast.confidential, "Zebrafish again"), (cast.own, "Zebrafish, taken back")):
        comment, _unheard = write_comment(project, text=words, by=cast.project_manager, at=now())
    remove_comment(comment, by=cast.project_manager, at=now())

    def page(person) -> str:
        return signed_in(person).get(reverse("core:search"), {"q": "zebrafish turb"}).content.decode()

    seen = page(cast.project_manager)
    assert "A zebrafish blocks the turbine" in seen
    assert "taken back" not in seen
    assert f"/portfolio/projects/{cast.own.reference}/talk/#comment-" in seen
    assert "zebrafish" not in page(cast.stranger).replace("zebrafish turb", "")
    everything = signed_in(cast.pmo_head).get(reverse("core:search"), {"q": "zebrafish"}).content.decode()
    assert ("blocks the turbine" in everything, "Zebrafish again" in everything) == (True, False)


def test_words_of_comments_come_from_their_index(db) -> None:
    rows = Comment.objects.alias(words=COMMENT_TEXT).filter(words=words_query("zebrafish"))
    assert "comment_text" in plan_of(rows)
