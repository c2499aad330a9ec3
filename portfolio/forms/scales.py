"""Forms of the risk scales and of categories."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.actions.scales import CATEGORY
from portfolio.formulas.scales import KEY, LARGEST, LONGEST, SMALLEST, TONES, Scale, ScaleError, read_scale
from portfolio.models import Category
from portfolio.wording_risks import scale_error

MOST_BANDS = 5
TONE_WORDS = {"green": gettext_lazy("Green"), "amber": gettext_lazy("Amber"), "red": gettext_lazy("Red")}
SIZES = [(size, f"{size} × {size}") for size in range(SMALLEST, LARGEST + 1)]


class BandSelect(forms.Select):
    """The band of a cell; each option knows its tone, so that the style sheet can colour what is chosen."""

    tones: dict[str, str] = {}

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["attrs"]["data-tone"] = self.tones.get(str(option["value"]), "")
        return option


def key_of(label: str, taken: set[str]) -> str:
    """A key for something new, made of its name: "Public trust" is public_trust."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:16]
    key = key if KEY.fullmatch(key) else f"x_{key}".rstrip("_")
    number, found = 1, key
    while found in taken:
        number += 1
        found = f"{key}_{number}"
    return found


class ScaleForm(forms.Form):
    """The scales cell by cell. Levels of likelihood begin where the one below ends, so that only their ends are typed. Of the
    document that they make, `scale` is what was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    size = forms.IntegerField(widget=forms.HiddenInput, min_value=SMALLEST, max_value=LARGEST)

    def __init__(self, *args: Any, start: Scale, version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start, self.scale = start, start
        self.levels = range(1, start.size + 1)
        self.initial.update({"version": version, "size": start.size})
        for number, level in enumerate(start.likelihood, 1):
            self._text(f"likelihood_{number}", _("Likelihood %(number)d") % {"number": number}, level.label)
            ends = _("Likelihood %(number)d, up to %%") % {"number": number}
            self.fields[f"high_{number}"] = forms.DecimalField(
                label=ends, min_value=0, max_value=100, max_digits=5, decimal_places=2,
                initial=plain(level.high), widget=forms.NumberInput(attrs={"step": "any", "aria-label": ends}),
            )  # fmt: skip
            self._text(f"impact_{number}", _("Impact %(number)d") % {"number": number}, start.impact[number - 1])
        self.dimensions = [*start.dimensions, None]
        for place, dimension in enumerate(self.dimensions):
            name = dimension.label if dimension else _("A further dimension")
            self._text(f"dimension_{place}", name, dimension.label if dimension else "", required=False)
            for number in self.levels:
                anchor = dimension.anchors[number - 1] if dimension else ""
                self._text(f"anchor_{place}_{number}", f"{name} {number}", anchor, required=False)
        for place in range(MOST_BANDS):
            band = start.bands[place] if place < len(start.bands) else None
            self._text(
                f"band_{place}", _("Band %(number)d") % {"number": place + 1}, band.label if band else "", required=False
            )
            colour = _("Colour of band %(number)d") % {"number": place + 1}
            self.fields[f"tone_{place}"] = forms.ChoiceField(
                label=colour,
                choices=list(TONE_WORDS.items()),
                initial=band.tone if band else TONES[0],
                widget=forms.Select(attrs={"aria-label": colour}),
            )
        self._cells(start)

    def _text(self, name: str, label: str, initial: str, *, required: bool = True) -> None:
        widget = forms.TextInput(attrs={"aria-label": label})
        self.fields[name] = forms.CharField(label=label, max_length=LONGEST, required=required, initial=initial, widget=widget)

    def _cells(self, start: Scale) -> None:
        """A choice a cell, of the bands as they are typed."""
        names, tones = {}, {}
        for place in range(MOST_BANDS):
            label = self[f"band_{place}"].value()
            if label:
                names[str(place)], tones[str(place)] = label, str(self[f"tone_{place}"].value())
        order = [band.key for band in start.bands]
        for row in self.levels:
            for column in self.levels:
                label = _("Likelihood %(row)d, impact %(column)d") % {"row": row, "column": column}
                widget = BandSelect(attrs={"aria-label": label})
                widget.tones = tones
                self.fields[f"cell_{row}_{column}"] = forms.ChoiceField(
                    label=label,
                    choices=list(names.items()),
                    initial=str(order.index(start.cells[row - 1][column - 1])),
                    widget=widget,
                )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if self.errors:
            return found
        try:
            self.scale = read_scale(self.document(found))
        except ScaleError as error:
            place = {"likelihood": f"high_{error.number}", "impact": f"impact_{error.number}"}.get(error.place)
            self.add_error(place if place in self.fields else None, scale_error(error))
        return found

    def document(self, found: dict[str, Any]) -> dict[str, Any]:
        """The document that was typed."""
        ends = [found[f"high_{number}"] for number in self.levels]
        likelihood = [
            {"label": found[f"likelihood_{number}"], "low": plain(low), "high": plain(high)}
            for number, low, high in zip(self.levels, [0, *ends[:-1]], ends, strict=True)
        ]
        taken: set[str] = {dimension.key for dimension in self.start.dimensions}
        dimensions = []
        for place, dimension in enumerate(self.dimensions):
            label = found[f"dimension_{place}"]
            if label:
                key = dimension.key if dimension else key_of(label, taken)
                anchors = [found[f"anchor_{place}_{number}"] for number in self.levels]
                dimensions.append({"key": key, "label": label, "anchors": anchors})
        bands, keys, used = [], {}, {band.key for band in self.start.bands}
        for place in range(MOST_BANDS):
            if label := found[f"band_{place}"]:
                key = self.start.bands[place].key if place < len(self.start.bands) else key_of(label, used)
                keys[str(place)] = key
                used.add(key)
                bands.append({"key": key, "label": label, "tone": found[f"tone_{place}"]})
        cells = [[keys.get(found[f"cell_{row}_{column}"], "") for column in self.levels] for row in self.levels]
        impact = [found[f"impact_{number}"] for number in self.levels]
        return {"likelihood": likelihood, "impact": impact, "dimensions": dimensions, "bands": bands, "cells": cells}

    def level_rows(self) -> list[dict[str, Any]]:
        """The levels, the highest first, as the page draws them."""
        return [
            {
                "number": number,
                "likelihood": self[f"likelihood_{number}"],
                "high": self[f"high_{number}"],
                "impact": self[f"impact_{number}"],
            }
            for number in reversed(self.levels)
        ]

    def dimension_rows(self) -> list[dict[str, Any]]:
        """The dimensions with an anchor a level, each with the level's name."""
        labels = self.impact_labels()
        return [
            {
                "name": self[f"dimension_{place}"],
                "anchors": [(labels[number - 1], self[f"anchor_{place}_{number}"]) for number in self.levels],
            }
            for place in range(len(self.dimensions))
        ]

    def band_rows(self) -> list[dict[str, Any]]:
        """The bands, the lowest first."""
        return [
            {"number": place + 1, "name": self[f"band_{place}"], "tone": self[f"tone_{place}"]} for place in range(MOST_BANDS)
        ]

    def cell_rows(self) -> list[dict[str, Any]]:
        """The map, the highest likelihood first."""
        return [
            {
                "label": self[f"likelihood_{row}"].value(),
                "number": row,
                "cells": [self[f"cell_{row}_{column}"] for column in self.levels],
            }
            for row in reversed(self.levels)
        ]

    def impact_labels(self) -> list[Any]:
        """What the columns of the map are called."""
        return [self[f"impact_{number}"].value() for number in self.levels]


def plain(value: Any) -> Any:
    """A percentage as JSON keeps it."""
    return int(value) if value == int(value) else float(value)


class CategoryForm(forms.ModelForm):
    """A category of the registers and its appetite."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Category
        fields = list(CATEGORY)
        help_texts = {
            "appetite": gettext_lazy(
                "The highest score (likelihood × impact) of a threat that the organisation bears without acting. "
                "Empty: that of the category above, or none."
            ),
            "parent": gettext_lazy("Empty: it stands on its own."),
            "is_active": gettext_lazy("New entries can be put into it."),
        }

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        self.fields["appetite"] = forms.IntegerField(
            label=self.fields["appetite"].label,
            help_text=self.fields["appetite"].help_text,
            required=False,
            min_value=0,
            max_value=most,
        )
        self.fields["parent"].queryset = Category.objects.exclude(pk=self.instance.pk)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        return {name: self.cleaned_data[name] for name in CATEGORY}

    def _post_clean(self) -> None:
        """The action checks the row."""
