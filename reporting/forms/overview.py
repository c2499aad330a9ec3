"""The overview's filters: everything lives in the URL, choices are what the reader sees."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import DayInput
from portfolio.models.asof import FIRST_YEAR
from portfolio.models.structure import Phase, Tier
from reporting.collect.overview_picture import NOT_THERE, Picture, Selection


class OverviewForm(forms.Form):
    """Narrows the overview. A value that nothing there has (a unit without a project on that day, an address typed wrongly) fits no
    project: a page that stood under its name and showed everything would lie."""

    portfolio = forms.TypedChoiceField(label=_("Portfolio"), coerce=int, empty_value=None, required=False)
    programme = forms.TypedChoiceField(label=_("Programme"), coerce=int, empty_value=None, required=False)
    unit = forms.TypedChoiceField(
        label=_("Organisation unit"), coerce=int, empty_value=None, required=False, help_text=_("With all units below it.")
    )
    objective = forms.TypedChoiceField(label=_("Objective"), coerce=int, empty_value=None, required=False)
    sponsor = forms.TypedChoiceField(label=_("Sponsor"), coerce=int, empty_value=None, required=False)
    manager = forms.TypedChoiceField(label=_("Project manager"), coerce=int, empty_value=None, required=False)
    tier = forms.TypedChoiceField(
        label=_("Tier"), coerce=int, empty_value=None, required=False, choices=[("", _("All tiers")), *Tier.choices]
    )
    phase = forms.ChoiceField(label=_("Phase"), required=False, choices=[("", _("All phases")), *Phase.choices])
    category = forms.ChoiceField(label=_("Category"), required=False)
    since = forms.DateField(
        label=_("Changes since"), required=False, widget=DayInput, help_text=_("Compares with the end of that day.")
    )

    def __init__(self, data: Any, *, picture: Picture, every: bool = False) -> None:
        """`every`: with the choices of all fields. Without, only fields that are set get theirs: hundreds of names."""
        super().__init__(data)
        everything = ("", _("All"))
        asked = set(self.fields) if every else {name for name in self.fields if data.get(name)}
        if not asked:
            return
        seen, names = picture.seen, picture.names

        def choose(field: str, ids: set[Any], labels: dict[int, str], parents: dict[int, int | None] | None = None) -> None:
            if field not in asked:
                return
            ids.discard(None)
            if parents is not None:
                ids = _with_parents(ids, parents)
            pairs = sorted(((pk, labels[pk]) for pk in ids if pk in labels), key=lambda pair: pair[1].casefold())
            self.fields[field].choices = [everything, *pairs]  # type: ignore[attr-defined]

        programmes = {row.programme_id for row in seen}
        portfolios = {row.portfolio_id for row in seen} | {names.programme_portfolios.get(pk) for pk in programmes if pk}
        choose("portfolio", portfolios, names.portfolios, names.portfolio_parents)
        choose("programme", programmes, names.programmes)
        choose("unit", {row.unit_id for row in seen}, names.units, names.unit_parents)
        choose("objective", set(names.objectives), names.objectives)
        choose("sponsor", {row.sponsor_id for row in seen}, names.people)
        choose("manager", {row.manager_id for row in seen}, names.people)
        categories = sorted({row.category for row in seen} - {""}, key=str.casefold)
        self.fields["category"].choices = [everything, *((name, name) for name in categories)]  # type: ignore[attr-defined]

    def selection(self) -> Selection:
        """What is chosen; a value that is no choice is one that no project has."""
        self.is_valid()
        chosen: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name != "since" and value}
        nobodys = {name: NOT_THERE if hasattr(self.fields[name], "coerce") else str(NOT_THERE) for name in self.errors}
        nobodys.pop("since", None)
        return Selection(**chosen | nobodys)

    def since_on(self, today: date) -> date | None:
        """The chosen day to compare with, if it lies before `today`."""
        self.is_valid()
        chosen: date | None = self.cleaned_data.get("since")
        return chosen if chosen and chosen < today and chosen.year >= FIRST_YEAR else None


def _with_parents(ids: set[int], parents: dict[int, int | None]) -> set[int]:
    found = set(ids)
    for pk in ids:
        parent = parents.get(pk)
        while parent is not None and parent not in found:
            found.add(parent)
            parent = parents.get(parent)
    return found
