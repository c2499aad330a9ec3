"""Simulations of exposure over HTTP: asked for, made by a worker, read by who asked; nobody learns what they may not see."""

import csv
import io
import re
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from core.embedded.process import wait_until
from portfolio.actions import simulations
from portfolio.actions.simulations import ask_simulation, gather, perils_of, run_simulation
from portfolio.formulas.simulation import simulate_exposure
from portfolio.models import Entry, EntryWatcher, Membership, Project, SharedImpact, Simulation
from portfolio.tasks import simulate, sweep_simulations
from tests import factories

D = Decimal
ASK = {"scope": "", "currency": "GBP", "confidence": "80", "draws": "5000", "seed": "7"}


def risk(scope, title="", *, currency="GBP", **values):
    """A risk of 25 % and £100,000 unless told otherwise."""
    values = {"probability": D(25), "impact_likely": D(100_000)} | values
    made = factories.entry("risk", scope, title, **values)
    Entry.objects.filter(pk=made.pk).update(currency=currency)
    return made


def made(by, scope=None, **values):
    """A finished simulation."""
    values = {"currency": "GBP", "draws": 5000, "seed": 7} | values
    row = ask_simulation(scope=scope, by=by, at=timezone.now(), **values)
    assert run_simulation(simulation_id=row.pk, clock=timezone.now)
    row.refresh_from_db()
    assert row.state == "done", row.failure
    return row


def test_manager_asks_and_reads(cast, signed_in):
    """The whole way: form, waiting page, worker, result with drawn beside exact, both files."""
    risk(cast.own, "Ground is soft")
    risk(cast.own, "Cheaper steel", sign="opportunity", probability=D(50), impact_low=D(10_000), impact_likely=D(20_000))
    Project.objects.filter(pk=cast.own.pk).update(contingency=D(90_000))
    client = signed_in(cast.project_manager)
    page = client.get(reverse("portfolio:simulation-create"), {"scope": cast.own.reference})
    assert page.status_code == 200
    assert cast.own.reference in page.content.decode()
    answer = client.post(reverse("portfolio:simulation-create"), ASK | {"scope": cast.own.reference})
    row = Simulation.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("portfolio:simulation-detail", args=[row.pk])
    waiting = client.get(answer.url).content.decode()
    assert "data-progress-url" in waiting
    progress = client.get(reverse("portfolio:simulation-progress", args=[row.pk])).json()
    assert progress["state"] == "queued"
    simulate(row.pk)
    progress = client.get(reverse("portfolio:simulation-progress", args=[row.pk])).json()
    assert (progress["state"], progress["redirect"]) == ("finished", answer.url)
    page = client.get(answer.url).content.decode()
    # 0.25 × 100,000 - 0.5 × (10,000 + 20,000 + 20,000) / 3
    assert "£16,667" in page
    assert "Ground is soft" in page
    assert "Contingency in store" in page
    row.refresh_from_db()
    assert D(row.result["figures"]["exact_mean"]) == D("16666.67")
    assert row.result["contingency"] == {"amount": "90000.00", "stated": 1, "projects": 1}
    listed = client.get(reverse("portfolio:simulation-list")).content.decode()
    assert cast.own.title in listed
    assert cast.own.title in client.get(reverse("portfolio:simulation-list"), {"q": "own proj"}).content.decode()
    assert cast.own.title not in client.get(reverse("portfolio:simulation-list"), {"q": "nothing"}).content.decode()
    text = b"".join(client.get(answer.url, {"export": "risks.csv"}).streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert {line["Title"] for line in lines} == {"Ground is soft", "Cheaper steel"}
    assert abs(sum(D(line["Share of the variance, %"]) for line in lines) - 100) < D("0.001")
    curve = b"".join(client.get(answer.url, {"export": "curve.csv"}).streaming_content).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(curve)))) == 102
    assert client.get(answer.url, {"export": "risks.xlsx"}).status_code == 200


@pytest.mark.parametrize("role", ["pmo_head", "administrator", "sponsor", "stranger"])
def test_nobody_else_reads_it(cast, signed_in, role):
    """Whatever their roles: it names what its asker saw. As unknown as one that is not there."""
    risk(cast.own, "Ground is soft")
    row = made(cast.project_manager, cast.own)
    client = signed_in(cast.people[role])
    for name in ("portfolio:simulation-detail", "portfolio:simulation-progress", "api:simulation-detail"):
        assert client.get(reverse(name, args=[row.pk])).status_code == 404
    assert client.get(reverse("portfolio:simulation-create"), {"like": row.pk}).status_code == 404
    assert "Own project" not in client.get(reverse("portfolio:simulation-list")).content.decode()
    assert client.get(reverse("api:simulation-list")).json()["results"] == []


def test_simulation_needs_sign_in(client, db):
    assert client.get(reverse("portfolio:simulation-list")).status_code == 302
    assert client.post(reverse("portfolio:simulation-create"), ASK).status_code == 302
    assert client.get(reverse("api:simulation-list")).status_code in (401, 403)


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"confidence": "49"}, "confidence", "greater than or equal to 50"),
        ({"confidence": "99.5"}, "confidence", "less than or equal to 99"),
        ({"draws": "999"}, "draws", "greater than or equal to 1000"),
        ({"draws": "1000001"}, "draws", "less than or equal to 1000000"),
        ({"draws": "many"}, "draws", "whole number"),
        ({"seed": "-1"}, "seed", "greater than or equal to 0"),
        ({"seed": str(2**63)}, "seed", "less than or equal to"),
        ({"currency": "XXX"}, "currency", "valid choice"),
        ({"scope": "PRJ-9999"}, "scope", "There is no “PRJ-9999”"),
        ({"currency": "EUR"}, "currency", "has a probability and an amount in EUR"),
    ],
)
def test_bad_input_gets_a_sentence_at_the_field(cast, signed_in, wrong, field, sentence):
    """Nothing is asked for, and what was typed is kept."""
    risk(cast.own)
    # An amount without probability makes the currency known, and still nothing to draw.
    risk(cast.own, currency="EUR", probability=None)
    answer = signed_in(cast.project_manager).post(reverse("portfolio:simulation-create"), ASK | wrong)
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert answer.context["form"].data["draws"] == (ASK | wrong)["draws"]
    assert not Simulation.objects.exists()


def test_unseen_scope_is_as_unknown_as_an_absent_one(cast, signed_in):
    risk(cast.other)
    risk(cast.own)
    client = signed_in(cast.project_manager)
    said = [
        client.post(reverse("portfolio:simulation-create"), ASK | {"scope": reference}).context["form"].errors["scope"][0]
        for reference in (cast.other.reference, cast.confidential.reference, "PRJ-9999")
    ]
    assert len({re.sub("PRJ-[0-9]+", "", one) for one in said}) == 1
    api = client.post(
        reverse("api:simulation-list"), {"scope": cast.other.reference, "currency": "GBP"}, content_type="application/json"
    )
    assert api.status_code == 400
    assert api.json()["errors"][0]["attr"] == "scope"


def test_confidential_risks_are_in_nobody_elses_figures(cast):
    """Not drawn, not counted as left out, not hinted at; drawn for who is named on it."""
    risk(cast.own, "Open one")
    secret = risk(cast.own, "Secret canary", is_confidential=True, by=cast.director)
    risk(cast.own, "Secret other money", is_confidential=True, by=cast.director, currency="USD")
    risk(cast.own, "Secret bare", is_confidential=True, by=cast.director, impact_likely=None)
    row = made(cast.sponsor, cast.own)  # leads the project
    assert len(row.result["risks"]) == 2
    row = made(cast.pmo_head, cast.own)
    assert [one["title"] for one in row.result["risks"]] == ["Open one"]
    assert row.result["left_out"] == {"closed": 0, "currency": 0, "unquantified": 0}
    EntryWatcher.objects.create(entry=secret, user=cast.pmo_head)
    assert len(made(cast.pmo_head, cast.own).result["risks"]) == 2


def test_risk_that_may_not_be_seen_any_more_loses_its_name(cast, signed_in):
    risk(cast.own, "Open one")
    hidden = risk(cast.own, "Canary of a name", correlation_group="Canary group")
    row = made(cast.pmo_head)
    Entry.objects.filter(pk=hidden.pk).update(is_confidential=True)
    client = signed_in(cast.pmo_head)
    address = reverse("portfolio:simulation-detail", args=[row.pk])
    page = client.get(address).content.decode()
    api = client.get(reverse("api:simulation-detail", args=[row.pk])).content.decode()
    file = b"".join(client.get(address, {"export": "risks.csv"}).streaming_content).decode()
    for text in (page, api, file):
        assert "Canary" not in text
        assert hidden.reference not in text
        assert "A risk that you may not see any more" in text
        assert "Open one" in text


def test_scope_that_may_not_be_seen_any_more_loses_its_name(cast, signed_in):
    project = factories.project("Canary project", manager=cast.director, portfolio=factories.portfolio())
    factories.member(cast.stranger, "board_member", project=project)
    risk(project, "Canary risk")
    row = made(cast.stranger, project)
    Membership.objects.filter(user=cast.stranger).delete()
    client = signed_in(type(cast.stranger).objects.get(pk=cast.stranger.pk))
    for name, key in (
        ("portfolio:simulation-detail", [row.pk]),
        ("portfolio:simulation-list", []),
        ("api:simulation-detail", [row.pk]),
        ("api:simulation-list", []),
    ):
        body = client.get(reverse(name, args=key)).content.decode()
        assert "Canary" not in body, name
        assert project.reference not in body, name
    found = client.get(reverse("portfolio:simulation-list"), {"q": "canary"}).content.decode()
    assert f"simulations/{row.pk}/" not in found


def test_left_out_is_counted(cast, signed_in):
    """Other currencies, closed ones, those without amount or probability."""
    risk(cast.own, "Counts")
    risk(cast.own, currency="EUR")
    risk(cast.own, impact_likely=None)
    risk(cast.own, probability=None)
    Entry.objects.filter(pk=risk(cast.own).pk).update(is_open=False, status="closed", closed_on=timezone.localdate())
    row = made(cast.project_manager)
    assert row.result["left_out"] == {"closed": 1, "currency": 1, "unquantified": 2}
    page = signed_in(cast.project_manager).get(reverse("portfolio:simulation-detail", args=[row.pk])).content.decode()
    assert "2 open risks have no probability or no amount." in page
    assert "1 open risk is in another currency." in page
    assert "1 risk is closed or has happened." in page


def test_probability_falls_back_on_the_likelihood(cast):
    """The middle of the level's anchor, as the exposure on the risk's page: 30 to 50 % is 40 %."""
    risk(cast.own, probability=None, current_likelihood=3)
    found = gather(cast.own, user=cast.project_manager, currency="GBP")
    assert D(found.inputs[0]["probability"]) == 40


def test_scopes_hold_what_lies_in_them(cast):
    portfolio = factories.portfolio()
    inner = factories.portfolio(parent=portfolio)
    programme = factories.programme(portfolio=inner)
    project = factories.project(programme=programme)
    for scope in (portfolio, inner, programme, project, cast.own):
        risk(scope, f"Risk of {scope.pk}")
    counts = [
        len(gather(scope, user=cast.pmo_head, currency="GBP").inputs) for scope in (portfolio, inner, programme, project, None)
    ]
    assert counts == [4, 3, 2, 1, 5]


def test_shared_risk_costs_what_the_projects_state(cast):
    """Above the scope: the share of the scope's projects. In the scope without own amount: all shares, happening together."""
    programme = factories.programme()
    one, other = (factories.project(programme=programme) for _ in range(2))
    shared = risk(programme, "Flood", impact_likely=None)
    for project, amount in ((one, 1000), (other, 5000)):
        SharedImpact.objects.create(entry=shared, project=project, impact_likely=amount)
    at_project = gather(one, user=cast.pmo_head, currency="GBP").inputs
    assert [(line["title"], line["likely"], line["project"]) for line in at_project] == [("Flood", "1000.00", one.reference)]
    above = gather(programme, user=cast.pmo_head, currency="GBP").inputs
    assert [line["likely"] for line in above] == ["1000.00", "5000.00"]
    assert {line["group"] for line in above} == {shared.reference}
    own = risk(programme, "Own amount")
    SharedImpact.objects.create(entry=own, project=one, impact_likely=7)
    assert len(gather(programme, user=cast.pmo_head, currency="GBP").inputs) == 3
    assert [line["likely"] for line in gather(one, user=cast.pmo_head, currency="GBP").inputs] == ["1000.00", "7.00"]


def test_frozen_inputs_give_the_same_figures_again(cast):
    """From nothing but the stored result: every figure comes out again, whatever became of the register."""
    risk(cast.own, impact_low=D(10_000), impact_high=D(900_000), correlation_group="Steel")
    risk(cast.own, sign="opportunity", correlation_group="steel")
    row = made(cast.project_manager, cast.own, confidence=D("79.5"))
    Entry.objects.all().update(is_open=False, status="closed", closed_on=timezone.localdate())
    exposure = simulate_exposure(
        perils_of(row.result["risks"]), seed=row.seed, draws=row.draws, confidence=row.confidence, contingency=None
    )
    again = simulations.figures_of(exposure)
    unequal = {name for name, value in again.items() if value != row.result["figures"][name]}
    assert unequal <= {"covered", "covered_error"}
    assert "79.5" in {one["percent"] for one in again["percentiles"]}


def test_seed_is_kept_or_drawn(cast):
    risk(cast.own)
    one, other = (made(cast.project_manager, seed=None) for _ in range(2))
    assert one.seed != other.seed
    same = made(cast.project_manager, seed=one.seed)
    assert same.result["figures"] == one.result["figures"]


def test_run_twice_makes_it_once(cast):
    risk(cast.own)
    row = made(cast.project_manager)
    finished, result = row.finished_at, row.result
    assert not run_simulation(simulation_id=row.pk, clock=timezone.now)
    simulate(row.pk)
    sweep_simulations()
    row.refresh_from_db()
    assert (row.finished_at, row.result, row.tries) == (finished, result, 1)


def test_left_by_a_dead_worker_is_made_by_the_next(cast):
    """Claimed, without a holder of the lock: begun again under a new claim; the third time it is given up with a sentence."""
    risk(cast.own)
    row = ask_simulation(scope=None, currency="GBP", draws=5000, by=cast.project_manager, at=timezone.now())
    dead = uuid4()
    Simulation.objects.filter(pk=row.pk).update(state="running", claim=dead, progress=40, tries=1)
    simulate(row.pk)
    row.refresh_from_db()
    assert (row.state, row.tries) == ("done", 2)
    assert row.claim != dead
    row = ask_simulation(scope=None, currency="GBP", draws=5000, by=cast.project_manager, at=timezone.now())
    Simulation.objects.filter(pk=row.pk).update(state="running", claim=dead, tries=3)
    simulate(row.pk)
    row.refresh_from_db()
    assert (row.state, row.failure) == ("failed", "Its worker was stopped three times while making it.")


def test_rights_are_read_again_by_the_worker(cast):
    risk(cast.own)
    row = ask_simulation(scope=cast.own, currency="GBP", draws=5000, by=cast.project_manager, at=timezone.now())
    Project.objects.filter(pk=cast.own.pk).update(manager=cast.director)
    simulate(row.pk)
    row.refresh_from_db()
    assert (row.state, row.failure) == ("failed", "You may not see what it is about any more.")


def test_emptied_register_fails_with_a_sentence(cast, signed_in):
    it = risk(cast.own)
    row = ask_simulation(scope=cast.own, currency="GBP", draws=5000, by=cast.project_manager, at=timezone.now())
    Entry.objects.filter(pk=it.pk).update(is_open=False, status="closed", closed_on=timezone.localdate())
    simulate(row.pk)
    page = signed_in(cast.project_manager).get(reverse("portfolio:simulation-detail", args=[row.pk])).content.decode()
    assert "None of the open risks that you see here has a probability and an amount in GBP." in page


def test_unforeseen_failure_ends_it(cast, monkeypatch):
    risk(cast.own)
    row = ask_simulation(scope=cast.own, currency="GBP", draws=5000, by=cast.project_manager, at=timezone.now())

    def broken(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr(simulations, "simulate_exposure", broken)
    simulate(row.pk)
    row.refresh_from_db()
    assert row.state == "failed"
    assert "Something unforeseen went wrong" in row.failure


def test_three_at_once_are_enough(cast, signed_in):
    risk(cast.own)
    client = signed_in(cast.project_manager)
    answers = [client.post(reverse("portfolio:simulation-create"), ASK).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 422]
    assert Simulation.objects.count() == 3


def test_too_much_to_draw_is_refused(cast, signed_in, monkeypatch):
    monkeypatch.setattr(simulations, "MOST_WORK", 12_000)
    for _ in range(3):
        risk(cast.own)
    answer = signed_in(cast.project_manager).post(reverse("portfolio:simulation-create"), ASK)
    assert answer.status_code == 422
    assert answer.context["form"].errors["draws"] == ["With 3 risks, draw at most 4,000 times."]


def test_api_asks_and_reads(cast, signed_in):
    risk(cast.own, "Ground is soft")
    client = signed_in(cast.project_manager)
    answer = client.post(
        reverse("api:simulation-list"),
        {"scope": cast.own.reference, "currency": "gbp", "draws": 5000, "confidence": "90"},
        content_type="application/json",
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["scope"] == cast.own.reference
    pk = answer.json()["id"]
    found = client.get(reverse("api:simulation-detail", args=[pk])).json()
    assert (found["state"], found["result"]) == ("waiting", None)
    simulate(pk)
    found = client.get(reverse("api:simulation-detail", args=[pk])).json()
    assert (found["state"], found["progress"], found["confidence"]) == ("done", 100, "90.0")
    assert found["result"]["figures"]["exact_mean"] == "25000.00"
    assert found["result"]["risks"][0]["title"] == "Ground is soft"
    listed = client.get(reverse("api:simulation-list")).json()
    assert [one["id"] for one in listed["results"]] == [pk]
    assert "result" not in listed["results"][0]
    bad = client.post(reverse("api:simulation-list"), {"currency": "GBP", "draws": 10}, content_type="application/json")
    assert bad.status_code == 400
    assert bad.json()["errors"][0]["attr"] == "draws"


def test_queries_do_not_grow_with_risks(cast, django_assert_max_num_queries, signed_in):
    for _ in range(30):
        risk(cast.own)
    with django_assert_max_num_queries(12):
        gather(None, user=cast.pmo_head, currency="GBP")
    row = made(cast.pmo_head)
    for _ in range(3):
        made(cast.pmo_head, cast.own)
    client = signed_in(cast.pmo_head)
    with django_assert_max_num_queries(15):
        client.get(reverse("portfolio:simulation-detail", args=[row.pk]))
    with django_assert_max_num_queries(15):
        client.get(reverse("portfolio:simulation-list"))


@contextmanager
def stopped_halfway():
    """Who is about to tell that half of a simulation is drawn, waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION stop_halfway() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_advisory_xact_lock(50); RETURN NEW; END';"
            "CREATE TRIGGER stop_halfway BEFORE UPDATE ON portfolio_simulation FOR EACH ROW"
            " WHEN (NEW.state = 'running' AND NEW.progress >= 50) EXECUTE FUNCTION stop_halfway();"
            "SELECT pg_advisory_lock(50)"
        )
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(50)")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_worker_killed_while_drawing_is_made_up_for(worker_process):
    """A real worker, killed in the middle: nothing is half done, the next worker makes it, once."""
    head = factories.user("pmo_head")
    project = factories.project()
    for _ in range(30):
        risk(project)
    row = ask_simulation(scope=project, currency="GBP", draws=100_000, seed=1, by=head, at=timezone.now())

    def state():
        return Simulation.objects.values_list("state", "progress").get(pk=row.pk)

    def is_stopped():
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 50 AND NOT granted)")
            return cursor.fetchone()[0]

    try:
        with stopped_halfway():
            worker = worker_process(LOG_LEVEL="INFO")
            assert wait_until(is_stopped, seconds=240), worker.output
            worker.strike()
        worker.kill()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION stop_halfway CASCADE")
    assert state()[0] == "running"
    assert 5 <= state()[1] <= 50
    Simulation.objects.filter(pk=row.pk).update(asked_at=timezone.now() - timedelta(minutes=1))
    worker = worker_process(LOG_LEVEL="INFO")

    def is_done():
        sweep_simulations()
        return state()[0] == "done"

    assert wait_until(is_done, seconds=300, every=1), worker.output
    row.refresh_from_db()
    assert row.tries == 2
    assert row.progress == 100
    assert len(row.result["risks"]) == 30
