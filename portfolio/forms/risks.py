"""The form of a risk: a rating per stage with a level for each dimension, money in three points, a strategy that fits its sign."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms.parts import Part
from portfolio.access_entries import sees_scope
from portfolio.actions.risks import STAGES, current_scale
from portfolio.forms.raid import EntryForm, asked
from portfolio.forms.shared_impacts import size_field
from portfolio.forms.status import AmountField
from portfolio.formulas.scales import Scale, highest, score
from portfolio.registers import OPPORTUNITY_STRATEGIES, THREAT_STRATEGIES

AMOUNTS = ("impact_low", "impact_likely", "impact_high")


class Rating(dict[str, Any]):
    """What was chosen for one stage: levels by "likelihood", "impact" (overall) and dimension."""

    def overall(self) -> int | None:
        """The impact: the highest dimension, or the one that was chosen for all of them."""
        levels = {key: level for key, level in self.items() if isinstance(level, int)}
        return highest({key: level for key, level in levels.items() if key not in ("likelihood", "impact")}) or levels.get(
            "impact"
        )

    def __str__(self) -> str:
        likelihood = self.get("likelihood")
        value = score(likelihood if isinstance(likelihood, int) else None, self.overall())
        levels = f"{self.get('likelihood', '–')} × {self.overall() or '–'}"
        return levels if value is None else f"{levels} = {value}"


def rating_of(value: Any) -> Rating:
    """A rating from what a form, a row or JSON holds; what is no level is kept as text for the field to refuse."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip() else {}
        except ValueError:
            value = {}
    found = value if isinstance(value, dict) else {}
    return Rating({
        str(key): int(level) if str(level).isdecimal() and len(str(level)) < 4 else level
        for key, level in found.items()
        if level not in (None, "")
    })  # fmt: skip


class RatingWidget(forms.Widget):
    """Selects for likelihood and impact; folded, one for each dimension. What they come to is said below (static/js/rating.js)."""

    template_name = "portfolio/risks/_rating_widget.html"
    use_fieldset = True
    scale: Scale | None = None

    class Media:
        css = {"all": ["css/risks.css"]}
        js = [forms.Script("js/rating.js", defer=True)]

    def parts(self) -> list[str]:
        """The parts of a rating."""
        dimensions = self.scale.dimensions if self.scale else ()
        return ["likelihood", *[dimension.key for dimension in dimensions], "impact"]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        # One text is what the page of two versions puts in place of the selects.
        return data[name] if name in data else {key: data.get(f"{name}_{key}", "") for key in self.parts()}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and not any(f"{name}_{key}" in data for key in self.parts())

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        scale, rating = self.scale, rating_of(value)
        if scale is None:
            return context
        levels = [
            (number, f"{number} {level.label} ({level.low:g}–{level.high:g}%)")
            for number, level in enumerate(scale.likelihood, 1)
        ]
        dimensions = []
        for dimension in scale.dimensions:
            words = [
                (number, f"{number} {label}" + (f": {anchor}" if anchor else ""))
                for number, (label, anchor) in enumerate(zip(scale.impact, dimension.anchors, strict=True), 1)
            ]
            dimensions.append(
                self._part(name, dimension.key, _("Impact on %(what)s") % {"what": dimension.label.lower()}, words, rating)
            )
        plain = [(number, f"{number} {label}") for number, label in enumerate(scale.impact, 1)]
        parts = [
            self._part(name, "likelihood", _("Likelihood"), levels, rating),
            self._part(name, "impact", _("Impact overall"), plain, rating),
        ]
        likelihood = rating.get("likelihood")
        band = scale.band_of(likelihood if isinstance(likelihood, int) else None, rating.overall())
        context["widget"] |= {
            "parts": parts,
            "dimensions": dimensions,
            "dimensions_open": any(part["key"] in rating for part in dimensions),
            "cells": json.dumps([[scale.bands.index(scale.band(key)) for key in row] for row in scale.cells]),  # type: ignore[arg-type]
            "bands": json.dumps([{"label": each.label, "tone": each.tone} for each in scale.bands]),
            "says": str(rating) if rating else "",
            "band": band,
        }
        return context

    @staticmethod
    def _part(name: str, key: str, label: str, levels: list[tuple[int, str]], rating: Rating) -> dict[str, Any]:
        chosen = rating.get(key)
        options = [{"value": number, "label": words, "selected": number == chosen} for number, words in levels]
        return {"key": key, "name": f"{name}_{key}", "id": f"id_{name}_{key}", "label": label, "options": options}


class RatingField(forms.Field):
    """The rating of one stage; the value is a `Rating`."""

    widget: Any = RatingWidget

    def use(self, scale: Scale) -> None:
        """Offer the levels of these scales."""
        self.widget.scale = scale

    def prepare_value(self, value: Any) -> Any:
        return json.dumps(rating_of(value))

    def to_python(self, value: Any) -> Rating:
        rating = rating_of(value)
        size = self.widget.scale.size if self.widget.scale else 0
        for key, level in rating.items():
            if key not in self.widget.parts() or not isinstance(level, int) or not 1 <= level <= size:
                raise forms.ValidationError(_("Choose a level from 1 to %(size)d.") % {"size": size})
        return rating

    def has_changed(self, initial: Any, data: Any) -> bool:
        return rating_of(initial) != rating_of(data)


class RiskForm(EntryForm):
    """A risk: cause, event (the title), effect, rating, money, response."""

    kind = "risk"
    parts = asked(
        "title", ("scope", "sign"), "cause", "effect", "current", ("owner", "review_on"), further=("description",),
        more=(
            Part(gettext_lazy("Response"), (("strategy", "due_on"),), is_folded=True),
            Part(
                gettext_lazy("Probability and money"),
                (("probability", "currency"), AMOUNTS, ("proximity", "correlation_group")),
                is_folded=True,
            ),
            Part(gettext_lazy("Before any response, and aimed at"), ("inherent", "target"), is_folded=True),
        ),
    )  # fmt: skip
    current = RatingField(label=gettext_lazy("Rating now, with what has been done"), required=False)
    inherent = RatingField(label=gettext_lazy("Inherent: before any response"), required=False)
    target = RatingField(label=gettext_lazy("Target: after all responses"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scale = current_scale()
        self.fields["scale_size"] = size_field(scale)
        risk = self.instance.risk if self.instance.pk else None
        if risk is not None and self.instance.project_id is None and not sees_scope(self.user, self.instance):
            del self.fields["scope"]  # who owns a risk that their project shares need not see what it belongs to
            self.initial.pop("scope", None)
        for stage in STAGES:
            self.fields[stage].use(scale)  # type: ignore[attr-defined]
            if risk is not None:
                self.initial[stage] = stage_of(risk, stage)
        for name in AMOUNTS:
            before = self.fields[name]
            self.fields[name] = AmountField(label=before.label, required=False, max_digits=18, decimal_places=2, min_value=0)
        self.fields["impact_low"].help_text = _("At best, for example 50k.")
        self.fields["impact_likely"].help_text = _("Alone enough for an exposure.")
        self.fields["impact_high"].help_text = _("At worst.")
        self.fields["probability"].help_text = _("0 to 100. Empty: the middle of the likelihood’s range.")
        self.fields["probability"].widget.attrs |= {"min": 0, "max": 100, "step": "any"}
        self.fields["sign"].widget.attrs["data-risk-sign"] = ""
        self.fields["strategy"] = forms.ChoiceField(
            label=_("Response strategy"), required=False, choices=strategies(),
            widget=forms.Select(attrs={"data-risk-strategy": ""}),
            help_text=_("The responses themselves are actions: add them on the risk’s page."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        fitting = OPPORTUNITY_STRATEGIES if found.get("sign") == "opportunity" else THREAT_STRATEGIES
        if found.get("strategy") and found["strategy"] not in fitting:
            words = _("Choose one for an opportunity.") if found.get("sign") == "opportunity" else _("Choose one for a threat.")
            self.add_error("strategy", words)
        low, likely, high = (found.get(name) for name in AMOUNTS)
        if likely is None and (low is not None or high is not None) and "impact_likely" not in self.errors:
            self.add_error("impact_likely", _("Give the likely amount, too."))
        if low is not None and likely is not None and low > likely:
            self.add_error("impact_low", _("Low must not be above likely."))
        if high is not None and likely is not None and high < likely:
            self.add_error("impact_high", _("High must not be below likely."))
        return found

    def values(self) -> dict[str, Any]:
        values = super().values()
        impacts: dict[str, dict[str, int]] = {}
        for stage in STAGES:
            rating: Rating = values.pop(stage)
            if dimensions := {key: level for key, level in rating.items() if key not in ("likelihood", "impact")}:
                impacts[stage] = dimensions
            values[f"{stage}_likelihood"] = rating.get("likelihood")
            values[f"{stage}_impact"] = rating.overall()
        return values | {"impacts": impacts}

    def before(self, base: Any, name: str) -> Any:
        if name not in STAGES:
            return super().before(base, name)
        # The fields that make it up are the risk's own: the same event holds them all.
        parts = {part: super(RiskForm, self).before(base, f"{name}_{part}") for part in ("likelihood", "impact")}
        impacts = super().before(base, "impacts") or {}
        return rated(parts["likelihood"], parts["impact"], impacts.get(name))


def stage_of(risk: Any, stage: str) -> Rating:
    """What a risk holds for one stage."""
    return rated(getattr(risk, f"{stage}_likelihood"), getattr(risk, f"{stage}_impact"), (risk.impacts or {}).get(stage))


def rated(likelihood: int | None, impact: int | None, dimensions: dict[str, int] | None) -> Rating:
    """A rating of these levels; the overall impact only where no dimension is rated."""
    found: dict[str, int | None] = {"likelihood": likelihood, **(dimensions or {"impact": impact})}
    return Rating({key: level for key, level in found.items() if level})


def strategies() -> list[Any]:
    """No strategy, those of both signs, those of each."""
    both = THREAT_STRATEGIES.keys() & OPPORTUNITY_STRATEGIES.keys()
    only = [
        (label, [(key, words) for key, words in each.items() if key not in both])
        for label, each in ((_("For a threat"), THREAT_STRATEGIES), (_("For an opportunity"), OPPORTUNITY_STRATEGIES))
    ]
    return [("", _("None chosen yet")), *[(key, THREAT_STRATEGIES[key]) for key in sorted(both)], *only]
