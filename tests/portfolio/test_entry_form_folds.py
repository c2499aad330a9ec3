"""The forms of registers and projects: what is asked first on top, the rest folded, open where there is something to read."""

import re
from datetime import date
from typing import Any

import pytest

from portfolio.forms.registers import FORMS
from portfolio.registers import PATHS
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def folds(html: str) -> dict[str, bool]:
    """The folded parts of a page by their titles, and whether each is open."""
    found = re.findall(r'<details class="form-fold"( open)?><summary><span class="form-fold-title">(.*?)</span>', html)
    return {title: bool(is_open) for is_open, title in found}


@pytest.mark.parametrize("kind", list(FORMS))
def test_a_new_entry_asks_for_little_and_has_every_field(kind: str, cast: Cast, signed_in: Any) -> None:
    html = signed_in(cast.pmo_head).get(f"/portfolio/{PATHS[kind]}/new/?scope={cast.own.reference}").content.decode()
    assert folds(html)
    assert not any(folds(html).values())
    first = html.partition('<details class="form-fold"')[0]
    assert all(f'name="{name}"' in first for name in ("title", "scope", "owner"))
    names = [
        name
        for part in FORMS[kind].parts
        for name in part.flat()
        if name not in ("current", "inherent", "target", "route_hint")
    ]
    assert [name for name in names if f'id="id_{name}"' not in html and f'name="{name}' not in html] == []


def test_a_fold_with_an_error_is_open_and_keeps_what_was_typed(cast: Cast, signed_in: Any) -> None:
    typed = {"title": "Late", "scope": cast.own.reference, "sign": "threat", "impact_likely": "5k", "impact_low": "9k"}
    answer = signed_in(cast.project_manager).post("/portfolio/risks/new/", typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert [title for title, is_open in folds(html).items() if is_open] == ["Probability and money"]
    assert 'value="9k"' in html
    assert 'href="#id_impact_low"' in html


def test_a_fold_with_a_value_is_open(cast: Cast, signed_in: Any) -> None:
    risk = factories.entry("risk", cast.own, inherent_likelihood=4, inherent_impact=3, raised_on=date(2026, 11, 1))
    html = signed_in(cast.project_manager).get(f"/portfolio/risks/{risk.reference}/edit/").content.decode()
    assert folds(html) == {
        "Response": False, "Probability and money": False, "Before any response, and aimed at": True, "Further details": False
    }  # fmt: skip


def test_a_dimension_that_is_rated_is_seen(cast: Cast, signed_in: Any) -> None:
    typed = {"title": "", "scope": cast.own.reference, "current_likelihood": "2", "current_cost": "4"}
    html = signed_in(cast.project_manager).post("/portfolio/risks/new/", typed).content.decode()
    assert '<details class="disclosure" open><summary>Impact by dimension' in html
    assert html.count('<details class="disclosure"><summary>Impact by dimension') == 2


def test_the_form_of_a_project_is_folded_too(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.pmo_head)
    new = client.get("/portfolio/projects/new/").content.decode()
    assert len(folds(new)) == 4
    assert not any(folds(new).values())
    cast.own.spend = 5
    cast.own.save()
    html = client.get(f"/portfolio/projects/{cast.own.reference}/edit/").content.decode()
    assert folds(html)["Further money"]
    assert not folds(html)["Benefits"]


def nothing_of(html: str) -> set[str]:
    """What the selects of a page say for nothing."""
    return {words.strip() for words in re.findall(r'<option value=""[^>]*>([^<]*)</option>', html)}


def test_a_select_says_in_words_that_nothing_is_chosen(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.pmo_head)
    assert nothing_of(client.get("/portfolio/projects/new/").content.decode()) == {"Not set"}
    assert nothing_of(client.get(f"/portfolio/projects/{cast.own.reference}/team/new/").content.decode()) == {"Choose…"}
    assert nothing_of(client.get("/portfolio/projects/?panel=filters").content.decode()) == {"Any"}
