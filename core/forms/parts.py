"""The parts of a long form: what is asked first on top, the rest folded, open where there is something to read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms


@dataclass(frozen=True)
class Part:
    """Fields that belong together: a name, or several names that stand side by side where there is room.

    A folded one shows its title and what it asks for, until it is opened. A part without a title is the form's beginning.
    """

    title: Any
    names: tuple[str | tuple[str, ...], ...]
    is_folded: bool = False

    def flat(self) -> list[str]:
        """All names, in the order in which they are read."""
        return [name for row in self.names for name in ([row] if isinstance(row, str) else row)]


def laid_out(form: forms.BaseForm, parts: Iterable[Part], *, telling_nothing: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The parts as components/form.html draws them; fields that the form does not have are left out.

    A folded part is open when a field in it has an error or holds another value than it has at first. What is filled in for
    everybody (`telling_nothing`) opens none.
    """
    quiet, drawn = set(telling_nothing), []
    for part in parts:
        rows = [[name] if isinstance(name, str) else list(name) for name in part.names]
        bound = [[form[name] for name in row if name in form.fields] for row in rows]
        fields = [field for row in bound for field in row]
        if not fields:
            continue
        drawn.append({
            "title": part.title,
            "rows": [row for row in bound if row],
            "fields": fields,
            "is_folded": part.is_folded,
            "is_open": any(field.errors or (field.name not in quiet and holds_something(field)) for field in fields),
        })  # fmt: skip
    return drawn


def holds_something(field: forms.BoundField) -> bool:
    """Whether a field holds another value than an untouched form; what cannot be read counts."""
    first = field.field.initial() if callable(field.field.initial) else field.field.initial
    value = field.value()
    if isinstance(field.field, forms.BooleanField):
        return bool(value) != bool(first)
    try:
        return field.field.has_changed(first, field.field.prepare_value(value))
    except (forms.ValidationError, ValueError, TypeError):
        return True
