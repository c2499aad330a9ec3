"""Programmes, portfolios and objectives come in from files: what was exported comes back without a change, rights as on the pages."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.actions.imports import confirm_import, run_import_now
from core.imports.registry import targets_for
from core.imports.words import say, say_all
from core.models import ImportJob, ImportState
from portfolio.models import Objective, Portfolio, Programme
from tests import factories
from tests.cast import Cast
from tests.loading import imported, previewed, told

pytestmark = pytest.mark.django_db
KINDS = {"programmes": Programme, "portfolios": Portfolio, "objectives": Objective}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any, db: None) -> None:
    settings.MEDIA_ROOT = tmp_path


def lost(job: ImportJob) -> list[tuple[str, str]]:
    """Each cell that could not be read, and why."""
    return [(loss["place"], say(loss["problem"])) for row in job.rows.all() for loss in row.losses]


def test_programmes_are_added_and_changed_and_again_nothing_changes(cast: Cast) -> None:
    north = factories.portfolio("North")
    old = factories.programme("Warm homes", manager=cast.director)
    text = (
        "Programme,Aim,Portfolio,Programme manager,SRO,Projects\n"
        f"warm HOMES,Heat,{north.reference} North,Director,{cast.sponsor.email},4\n"
        "Dry cellars,Dryness,north,Director,Nobody Known,\n"
    )
    job = imported("programmes", text, by=cast.pmo_head)
    assert job.report["verdicts"] == {"change": 1, "create": 1}
    assert lost(job) == [("E3", "nobody of this name or e-mail address is known here")]
    old.refresh_from_db()
    assert (old.name, old.description, old.portfolio, old.manager, old.sponsor, old.version) == (
        "warm HOMES", "Heat", north, cast.director, cast.sponsor, 2,
    )  # fmt: skip
    new = Programme.objects.get(name="Dry cellars")
    assert (new.portfolio, new.manager, new.sponsor, new.version) == (north, cast.director, None, 1)
    assert new.reference.startswith("PRG-")
    event = Programme.pgh_event_model.objects.filter(pgh_obj=old).latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["user"] == cast.pmo_head.pk
    assert previewed("programmes", text, by=cast.pmo_head).report["verdicts"] == {"leave": 2}
    renamed = f"Reference,Programme\n{old.reference},Warmer homes\n"
    assert imported("programmes", renamed, by=cast.pmo_head).report["verdicts"] == {"change": 1}
    old.refresh_from_db()
    assert old.name == "Warmer homes"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("target", list(KINDS))
def test_what_is_exported_comes_back_without_a_change(target: str, form: str, cast: Cast, signed_in: Any) -> None:
    model = KINDS[target]
    outer = factories.portfolio("Same name", owner=cast.director, description="Two\n\nparagraphs  here")
    inner = factories.portfolio("Same name", parent=outer)
    left = factories.portfolio("Left", archived_at=timezone.now())
    factories.portfolio("In what was left", parent=left, owner=factories.user(name="Gone", is_active=False))
    factories.programme("=1+1", portfolio=inner, manager=cast.director, sponsor=cast.sponsor)
    factories.programme("Other", portfolio=left)
    growth = Objective.objects.create(name="Growth", is_active=False)
    Objective.objects.create(name="growth", parent=growth, description="Small")
    factories.project("In it", portfolio=outer)
    before = list(model.objects.order_by("pk").values())
    client = signed_in(cast.pmo_head)
    page = f"/portfolio/{target}/"
    answer = client.get(f"{page}?export={target}.{form}")
    content = b"".join(answer.streaming_content)
    job = imported(target, content, by=cast.pmo_head, name=f"file.{form}")
    assert set(job.report["verdicts"]) == {"leave"}, [(row.differences, say_all(row.notes)) for row in job.rows.all()]
    assert (job.report["notes"], job.report["losses"]) == ([], {})
    assert list(model.objects.order_by("pk").values()) == before
    assert f"?target={target}" in client.get(page).content.decode()
    assert f"?target={target}" not in signed_in(cast.auditor).get(page).content.decode()


@pytest.mark.parametrize(("target", "head"), [("portfolios", "Portfolio"), ("objectives", "Objective")])
def test_what_lies_in_each_other_comes_in_any_order_and_never_in_a_circle(target: str, head: str, cast: Cast) -> None:
    model = KINDS[target]
    text = f"{head},Part of\nLeaf,Branch\nBranch,Trunk\nTrunk,\nRound,About\nAbout,Round\nSelf,Self\nLost,Nowhere\n"
    job = imported(target, text, by=cast.pmo_head)
    assert job.report["verdicts"] == {"create": 7}
    inside = "it would come to lie inside itself"
    assert lost(job) == [("B6", inside), ("B7", inside), ("B8", "there is none of this name or reference in use")]
    parents = {row.name: row.parent and row.parent.name for row in model.objects.all()}
    assert parents == {
        "Leaf": "Branch", "Branch": "Trunk", "Trunk": None, "Round": "About", "About": None, "Self": None, "Lost": None,
    }  # fmt: skip
    job = imported(target, f"{head},Part of\nTrunk,Leaf\nRoot,\nTrunk,\nBranch,Root\n", by=cast.pmo_head)
    assert lost(job) == [("B2", inside)]
    assert told(job) == {"4": "Line 2 is about the same one already."}
    assert model.objects.get(name="Branch").parent.name == "Root"
    assert model.objects.get(name="Trunk").version == 1


def test_objectives_are_put_out_of_use(cast: Cast) -> None:
    Objective.objects.create(name="Growth")
    text = "Objective,Description,In use\nGrowth,More,no\nCare,,maybe\n"
    job = imported("objectives", text, by=cast.pmo_analyst)
    assert lost(job) == [("C3", "neither yes nor no")]
    assert list(Objective.objects.order_by("name").values_list("name", "description", "is_active", "version")) == [
        ("Care", "", True, 1),
        ("Growth", "More", False, 2),
    ]


def test_rows_that_cannot_be_placed_are_refused(cast: Cast) -> None:
    factories.portfolio("Twin")
    factories.portfolio("Twin")
    old = factories.portfolio("Old")
    text = (
        "Reference,Portfolio,Owner,Part of\n"
        "PFO-9999,Other,,\n"  # 2
        ",,Director,\n"  # 3
        ",Twin,Director,\n"  # 4
        f"{old.reference},Old,Director,Twin\n"  # 5: the rest of it is taken
        f",{'x' * 201},Director,\n"  # 6
        "wrong,Wrong,,\n"  # 7
    )
    job = imported("portfolios", text, by=cast.pmo_head)
    assert told(job) == {
        "2": "There is no PFO-9999 that you may see. Where the references are another office’s, leave their column out.",
        "3": "There is neither a title nor an identifier.",
        "4": "Several are called “Twin”: give their references.",
        "6": "There is neither a title nor an identifier.",
        "7": "A cell cannot be used; see which, and why.",
    }
    assert lost(job) == [
        ("D5", "several are called so: give the reference"),
        ("B6", "longer than 200 characters"),
        ("A7", "does not look like it"),
    ]
    old.refresh_from_db()
    assert (old.owner, old.parent) == (cast.director, None)
    assert Portfolio.objects.count() == 3


def test_who_may_import_what(cast: Cast) -> None:
    def may(target: str) -> set[str]:
        return {role for role, person in cast.people.items() if target in {one.key for one in targets_for(person)}}

    assert may("programmes") == may("portfolios") == {"pmo_head", "administrator"}
    assert may("objectives") == {"pmo_analyst", "pmo_head", "administrator"}


def test_who_manages_one_portfolio_changes_it_and_what_lies_in_it_only(cast: Cast) -> None:
    mine, other = factories.portfolio("Mine"), factories.portfolio("Other")
    factories.programme("In mine", portfolio=mine)
    factories.programme("In other", portfolio=other)
    factories.member(cast.pmo_analyst, "pmo_head", portfolio=mine)
    person = type(cast.pmo_analyst).objects.get(pk=cast.pmo_analyst.pk)
    assert {"programmes", "portfolios"} <= {target.key for target in targets_for(person)}
    job = imported("portfolios", "Portfolio,Description,Part of\nMine,New,\nOther,New,Mine\nThird,New,\n", by=person)
    assert job.report["verdicts"] == {"change": 1, "refuse": 2}
    assert told(job) == {"3": "You may not change “Other”.", "4": "There is none of this name, and you may not add any."}
    job = imported(
        "programmes", "Programme,Description,Portfolio\nIn mine,New,\nIn other,New,Mine\nThird,New,Mine\n", by=person
    )
    assert told(job) == {"3": "You may not change “In other”.", "4": "There is none of this name, and you may not add any."}
    assert set(Portfolio.objects.exclude(description="").values_list("name", flat=True)) == {"Mine"}
    assert set(Programme.objects.exclude(description="").values_list("name", flat=True)) == {"In mine"}


def test_it_is_planned_again_where_something_changed_meanwhile(cast: Cast) -> None:
    job = previewed("portfolios", "Portfolio,Part of\nLeaf,Branch\n", by=cast.pmo_head)
    job = confirm_import(job=job, by=cast.pmo_head)
    factories.portfolio("Branch")
    job = run_import_now(job=job, at=timezone.now())
    assert job.state == ImportState.PREVIEWED, "The preview is made again: it would do something else now."
    assert not Portfolio.objects.filter(name="Leaf").exists()


@pytest.mark.parametrize(
    ("target", "head"), [("portfolios", "Portfolio"), ("programmes", "Programme"), ("objectives", "Objective")]
)
def test_the_plan_costs_the_same_for_any_length(target: str, head: str, cast: Cast) -> None:
    counts = []
    for rows in (2, 40):
        text = f"{head},Description\n" + "".join(f"Thing {n},Words\n" for n in range(rows))
        with CaptureQueriesContext(connection) as queries:
            previewed(target, text, by=cast.pmo_head)
        counts.append(len(queries))
    assert counts[0] == counts[1]
