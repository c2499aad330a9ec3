"""Two people edited one thing: show the second one both versions, field by field, and take their choice.

A view uses it in two places: `with_choices(request.POST, Form, current)` before validating, and
`conflict_of(form, error)` for components/conflict.html when the action raises `EditConflict`.
"""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from core.errors import EditConflict


def _raw(field: forms.Field, value: Any) -> Any:
    """The value as the browser would post it."""
    value = field.prepare_value(value)
    if hasattr(value, "pk"):
        value = value.pk
    return "" if value is None else value


def _words(field: forms.Field, value: Any) -> str:
    choices = getattr(field, "choices", None)
    if choices is not None and not isinstance(value, list | tuple):
        return str({str(key): word for key, word in choices}.get(str(_raw(field, value)), value or ""))
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str("" if value is None else value)


def with_choices(data: QueryDict, form: forms.BaseForm, current: Any) -> QueryDict:
    """What was posted, with the fields for which the person chose the other version taken from `current`."""
    data = data.copy()
    for name, field in form.fields.items():
        if data.get(f"choice-{name}") == "theirs":
            raw = _raw(field, getattr(current, name))
            data.setlist(name, [str(item) for item in raw] if isinstance(raw, list | tuple) else [str(raw)])
    return data


def conflict_of(form: forms.BaseForm, error: EditConflict) -> dict[str, Any]:
    """The context of components/conflict.html: the fields in which the valid `form` differs from the current object.

    The form's own `version` moves on to the current one, so that saving again is about what was shown.
    """
    current = error.current
    rows = []
    for name, field in form.fields.items():
        if name == "version" or not hasattr(current, name):
            continue
        mine, theirs = form.cleaned_data.get(name), getattr(current, name)
        if mine != theirs and str(_raw(field, mine)) != str(_raw(field, theirs)):
            rows.append(
                {
                    "name": name,
                    "label": form[name].label,
                    "mine": _raw(field, mine),
                    "mine_words": _words(field, mine),
                    "theirs": _raw(field, theirs),
                    "theirs_words": _words(field, theirs),
                }
            )
    data = QueryDict(mutable=True)
    data.update(form.data)  # type: ignore[arg-type]
    data[form.add_prefix("version")] = str(current.version)
    form.data = data
    return {"by": _("Somebody else"), "at": current.updated_at, "version": current.version, "rows": rows}
