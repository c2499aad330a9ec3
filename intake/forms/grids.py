"""Forms that are tables: rows with a key, a few words, and a cell a column; and what happens when two people wrote one.

Posted are `row` (the keys in order), and for each key its fields as `<field>-<key>`. `was` holds the texts that the page
began with, so that a second writer's page can be put together from both: what only one of them changed is taken over, what
both changed is asked (templates/components/conflict.html).
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from core.views.editing import Conflict, Difference

KEY = re.compile(r"^[a-z0-9]{1,24}$")
MOST_ROWS = 80
BLANK_ROWS = 2


class Grid(forms.Form):
    """`heads` are the fields before the columns; subclasses say which rows there are and what a row's fields look like."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    heads: Sequence[str] = ()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        columns: Sequence[tuple[str, str]],
        rows: Mapping[str, Mapping[str, Any]],
        version: int,
        **more: Any,
    ) -> None:
        """`columns` are (key, label); `rows` maps a row's key to the values it begins with."""
        super().__init__(data, **more)
        self.columns, self.begun = list(columns), rows
        self.fields["version"].initial = version
        if data is None:
            self.keys = [*rows, *(f"n{number}" for number in range(BLANK_ROWS if rows else BLANK_ROWS + 1))]
        else:
            self.keys = list(dict.fromkeys(key for key in data.getlist("row") if KEY.match(key)))[:MOST_ROWS]
        for key in self.keys:
            self._add_row(key, rows.get(key, {}))
        self.template_fields = self.row_fields("__key__")
        self.fields["was"].initial = json.dumps(self.texts_at_start())

    def row_fields(self, key: str) -> dict[str, forms.Field]:
        """The fields of a row by name ("name", "y2027"), without the key."""
        raise NotImplementedError

    def label_of(self, key: str, column: str) -> str:
        """What an error calls a cell."""
        raise NotImplementedError

    def _add_row(self, key: str, values: Mapping[str, Any]) -> None:
        for name, control in self.row_fields(key).items():
            control.initial = values.get(name, control.initial)
            _name_it(control, name, dict(self.columns))
            self.fields[f"{name}-{key}"] = control

    def texts_at_start(self) -> dict[str, str]:
        """The texts of the saved rows, as a browser would post them."""
        found = {}
        for key, values in self.begun.items():
            for name, control in self.row_fields(key).items():
                value = control.prepare_value(values.get(name))
                if isinstance(control, forms.BooleanField):
                    value = "on" if value else ""
                found[f"{name}-{key}"] = "" if value is None else str(value)
        return found

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as the template draws them."""
        return [self._row(key) for key in self.keys]

    def _row(self, key: str) -> dict[str, Any]:
        cells = [{"label": label, "field": self[f"{name}-{key}"]} for name, label in self.columns]
        heads = {name: self[f"{name}-{key}"] for name in self.heads}
        errors = [error for field in [*heads.values(), *(cell["field"] for cell in cells)] for error in field.errors]
        return {"key": key, "heads": heads, "cells": cells, "errors": errors}

    @property
    def empty_row(self) -> dict[str, Any]:
        """The row that the browser copies to add another."""
        blank = _Blank(self.template_fields, dict(self.columns))
        cells = [{"label": label, "field": blank[f"{name}-__key__"]} for name, label in self.columns]
        return {
            "key": "__key__",
            "heads": {name: blank[f"{name}-__key__"] for name in self.heads},
            "cells": cells,
            "errors": [],
        }

    def clean(self) -> dict[str, Any]:
        """Name the errors' places: a cell alone says nothing in a list of errors."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for name in list(self.errors):
            column, _dash, key = name.partition("-")
            if key:
                self[name].label = self.label_of(key, column)
        return found


def _name_it(control: forms.Field, name: str, columns: Mapping[str, str]) -> None:
    """A control of a table has no label beside it: it is named for those who do not see the head."""
    if not isinstance(control, forms.BooleanField):
        control.widget.attrs["aria-label"] = columns.get(name) or str(control.label)
        control.widget.attrs["autocomplete"] = "off"


class _Blank(forms.Form):
    """One row of fields under their final names."""

    def __init__(self, fields: Mapping[str, forms.Field], columns: Mapping[str, str]) -> None:
        super().__init__()
        for name, control in fields.items():
            _name_it(control, name, columns)
            self.fields[f"{name}-__key__"] = control


def put_together(mine: Grid, theirs: Grid, current: Versioned, *, by: str, at: Any) -> tuple[QueryDict, Conflict]:
    """Both writers' tables as one to be posted again, and what both changed. `theirs` is the unbound form of the row now."""
    data = mine.data.copy()
    try:
        was = json.loads(data.get("was") or "{}")
    except ValueError:
        was = {}
    now = theirs.texts_at_start()
    gone = {name.partition("-")[2] for name in was} - set(theirs.begun)
    rows, differences = [], []
    for key in [*mine.keys, *(key for key in theirs.begun if key not in mine.keys)]:
        names = [f"{name}-{key}" for name in theirs.row_fields(key)]
        removed_by_me = key not in mine.keys
        touched = [name for name in names if data.get(name, "") != was.get(name, "")]
        if key in gone and not touched:
            continue  # they removed it, I never looked at it
        if removed_by_me and key in {name.partition("-")[2] for name in was}:
            continue  # I removed it
        rows.append(key)
        if key not in theirs.begun:
            continue
        for name in names:
            typed, saved = data.get(name, ""), now.get(name, "")
            if typed == saved:
                continue
            if removed_by_me or typed == was.get(name, ""):
                data[name] = saved
                if not saved:
                    data.pop(name, None)
            elif saved != was.get(name, ""):
                label = mine.label_of(key, name.partition("-")[0])
                differences.append(Difference(name, label, typed or "–", saved or "–", "mine"))
    data.setlist("row", rows)
    data["was"], data["version"] = json.dumps(now), str(current.version)
    return data, Conflict(by, at, current.version, differences)


def chosen(data: QueryDict, theirs: Grid) -> QueryDict:
    """What was posted, with the other's text in the cells where the person chose it."""
    data, now = data.copy(), theirs.texts_at_start()
    for key in list(data):
        name = key.removeprefix("choice-")
        if name != key and data[key] == "theirs" and name in now:
            data[name] = now[name]
    return data


ROW_NEEDS_NAME = _("Give the line a name, or clear its figures.")
