"""The scales of the organisation: changing them carries ratings over; categories and their appetite."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from core.errors import ActionError, EditConflict
from portfolio.actions.raid import edit_entry
from portfolio.actions.risks import current_scale
from portfolio.actions.scales import publish_scale
from portfolio.formulas.scales import DEFAULT, read_scale, resized
from portfolio.models import Category, Entry, RiskReading, RiskScale, SharedImpact
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/portfolio/risk-scales/"
CATEGORIES = "/portfolio/risk-categories/"


def shown(client: Client, query: str = "") -> dict[str, Any]:
    """What the page shows, as a browser would send it back."""
    form = client.get(URL + query).context["form"]
    return {name: "" if form[name].value() is None else str(form[name].value()) for name in form.fields}


def test_head_colours_a_cell_after_a_look_at_what_it_changes(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    risk = factories.entry("risk", cast.own, current_likelihood=1, current_impact=5)
    assert risk.risk.band == "medium"
    client = signed_in(cast.pmo_head)
    sent = shown(client) | {"cell_1_5": "2"}
    answer = client.post(URL, sent)
    assert answer.status_code == 200
    assert "1 comes into another band." in answer.content.decode()
    assert not RiskScale.objects.exists()
    assert client.post(URL, sent | {"confirmed": "1"}).status_code == 302
    risk = Entry.objects.get(pk=risk.pk)
    assert (risk.risk.band, current_scale().cells[0][4]) == ("high", "high")
    assert risk.rank == 74


def test_other_names_need_no_look(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.pmo_head)
    sent = shown(client) | {"impact_5": "Catastrophic", "dimension_5": "Public trust", "anchor_5_1": "None"}
    assert client.post(URL, sent).status_code == 302
    scale = current_scale()
    assert scale.impact[4] == "Catastrophic"
    assert scale.dimensions[5].key == "public_trust"


def test_another_size_carries_everything_over(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    programme = factories.programme()
    risk = factories.entry(
        "risk", programme, current_likelihood=5, impacts={"current": {"cost": 5, "time": 1}}, target_likelihood=1
    )
    SharedImpact.objects.create(entry=risk, project=cast.own, impact=5)
    client = signed_in(cast.pmo_head)
    sent = shown(client, "?size=3")
    assert sent["size"] == "3"
    answer = client.post(URL, sent)
    page = answer.content.decode()
    assert "1 gets other levels" in page
    assert "5 Very likely" in page
    assert client.post(URL, sent | {"confirmed": "1"}).status_code == 302
    risk = Entry.objects.get(pk=risk.pk)
    assert (risk.risk.current_likelihood, risk.risk.current_impact, risk.risk.target_likelihood) == (3, 3, 1)
    assert risk.risk.impacts == {"current": {"cost": 3, "time": 1}}
    assert SharedImpact.objects.get().impact == 3
    reading = RiskReading.objects.get(entry=risk)
    assert (reading.current_likelihood, reading.current_impact) == (3, 3)
    assert risk.risk.band == "high"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"high_2": "5"}, "must end higher than it begins"),
        ({"high_5": "90"}, "must end at 100"),
        ({"impact_2": "Very low"}, "same name"),
        ({"band_1": "", "band_2": ""}, "Select a valid choice"),
        ({"likelihood_1": ""}, "This field is required"),
    ],
)
def test_wrong_scales_are_refused_with_what_was_typed(changes: dict[str, str], words: str, cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.pmo_head)
    answer = client.post(URL, shown(client) | {"impact_5": "Kept as typed"} | changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Kept as typed" in page
    assert not RiskScale.objects.exists()


def test_two_heads_at_once_are_shown_both(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.pmo_head)
    first, second = shown(client), shown(client)
    assert client.post(URL, first | {"impact_5": "Catastrophic"}).status_code == 302
    client.post(URL, shown(client) | {"impact_5": "Disastrous"})
    answer = client.post(URL, second | {"impact_5": "Awful", "version": "1"})
    assert answer.status_code == 409
    assert "Disastrous" in answer.content.decode()
    with pytest.raises(EditConflict):
        publish_scale(DEFAULT, version=1)
    with pytest.raises(ActionError) as refused:
        publish_scale(DEFAULT | {"cells": []}, version=2)
    assert refused.value.field == "cells"


def test_every_size_can_be_published_in_turn(cast) -> None:  # type: ignore[no-untyped-def]
    risk = factories.entry("risk", cast.own, current_likelihood=4, current_impact=2)
    for version, size in enumerate((7, 3, 6, 4, 5)):
        publish_scale(resized(read_scale(DEFAULT), size).document(), version=version)
        row = Entry.objects.get(pk=risk.pk).risk
        assert 1 <= row.current_likelihood <= size
        assert row.band == current_scale().band_of(row.current_likelihood, row.current_impact).key  # type: ignore[union-attr]


@pytest.mark.parametrize("path", [URL, CATEGORIES, f"{CATEGORIES}new/"])
@pytest.mark.parametrize("who", ["project_manager", "sponsor", "pmo_analyst", "auditor", "stranger"])
def test_others_set_nothing_up(who: str, path: str, cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(getattr(cast, who))
    reads = who == "auditor" and path != f"{CATEGORIES}new/"  # how things are set up
    assert client.get(path).status_code == (200 if reads else 403)
    assert client.post(path, {}).status_code == 403


def test_categories_form_a_tree_with_an_appetite(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.pmo_head)
    assert client.post(f"{CATEGORIES}new/", {"name": "Commercial", "appetite": "9", "is_active": "on"}).status_code == 302
    above = Category.objects.get()
    assert client.post(f"{CATEGORIES}new/", {"name": "Suppliers", "parent": above.pk, "is_active": "on"}).status_code == 302
    below = Category.objects.get(name="Suppliers")
    assert "from above" in client.get(CATEGORIES).content.decode()
    path = f"{CATEGORIES}{above.pk}/"
    sent = {"name": "Commercial", "parent": below.pk, "version": above.version, "is_active": "on"}
    answer = client.post(path, sent)
    assert answer.status_code == 422
    assert "part of itself" in answer.content.decode()
    assert client.post(path, {"name": "Commerce", "version": above.version, "appetite": "99"}).status_code == 422
    assert client.post(path, {"name": "Commerce", "version": above.version}).status_code == 302
    assert client.post(path, {"name": "Trade", "version": above.version}).status_code == 409
    assert client.post(f"{CATEGORIES}new/", {"name": "SUPPLIERS", "parent": above.pk}).status_code == 422


def test_levels_chosen_on_the_old_scales_are_chosen_anew(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.project_manager)
    risk = factories.entry("risk", cast.own, "Flood", by=cast.project_manager, current_likelihood=2, current_impact=2)
    old = {
        "title": "Fire", "scope": cast.own.reference, "sign": "threat", "current_likelihood": "3", "current_impact": "3",
        "scale_size": "5",
    }  # fmt: skip
    edit = old | {"title": "Flood", "version": str(risk.version), "raised_on": risk.raised_on.isoformat()}
    publish_scale(resized(read_scale(DEFAULT), 3).document(), version=0)
    answer = client.post("/portfolio/risks/new/", old)
    assert answer.status_code == 422
    assert "choose the levels anew" in answer.content.decode()
    assert 'name="scale_size" value="3"' in answer.content.decode()
    assert client.post("/portfolio/risks/new/", old | {"scale_size": "3"}).status_code == 302
    # Who edits one is shown both versions.
    assert client.post(f"/portfolio/risks/{risk.reference}/edit/", edit).status_code == 409
    risk.risk.refresh_from_db()
    assert (risk.risk.current_likelihood, risk.risk.current_impact) != (3, 3)


def test_levels_sent_over_the_api_say_on_which_scales_they_were_chosen(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.pmo_head)
    above = factories.portfolio("Above")
    shared = factories.entry("risk", above, "Flood", by=cast.pmo_head)
    risks, impacts = "/api/v1/portfolio/risks/", f"/api/v1/portfolio/risks/{shared.reference}/shared/"
    fire = {"title": "Fire", "project": cast.own.reference, "current_likelihood": 3, "current_impact": 3, "scale_size": 5}
    hit = {"project": cast.own.reference, "impact": 3, "scale_size": 5}
    publish_scale(resized(read_scale(DEFAULT), 3).document(), version=0)
    for path, sent in ((risks, fire), (impacts, hit)):
        answer = client.post(path, sent, content_type="application/json")
        assert answer.status_code == 400
        assert "choose the levels anew" in answer.json()["errors"][0]["detail"]
        made = client.post(path, sent | {"scale_size": 3}, content_type="application/json")
        assert made.status_code == 201
        assert "scale_size" not in made.json()
    assert client.post(risks, fire | {"scale_size": None, "title": "Storm"}, content_type="application/json").status_code == 400
    del fire["scale_size"]
    assert client.post(risks, fire, content_type="application/json").status_code == 201
    assert "scale_size" not in client.get(risks).json()["results"][0]


@pytest.mark.django_db(transaction=True)
def test_no_level_of_the_old_scales_comes_after_the_new_ones(cast) -> None:  # type: ignore[no-untyped-def]
    risk = factories.entry("risk", cast.own, "Flood", by=cast.project_manager, current_likelihood=2, current_impact=2)
    small = resized(read_scale(DEFAULT), 3).document()
    begun, published = threading.Event(), threading.Event()

    def publish() -> None:
        try:
            begun.wait(60)
            publish_scale(small, version=0)
        finally:
            published.set()
            connection.close()

    thread = threading.Thread(target=publish)
    thread.start()
    with transaction.atomic():
        edit_entry(risk, changes={"current_likelihood": 5, "current_impact": 5}, version=1, by=cast.pmo_head, at=timezone.now())
        begun.set()
        # The publication waits for this transaction, and then carries over what it wrote.
        assert not published.wait(0.5)
    thread.join(120)
    risk.risk.refresh_from_db()
    assert (risk.risk.current_likelihood, risk.risk.current_impact) == (3, 3)
