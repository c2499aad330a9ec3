"""How the schema is made: columns that may be empty say so, also where they are only read."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignObjectRel
from drf_standardized_errors.openapi import AutoSchema
from rest_framework import serializers


class RoomSchema(AutoSchema):  # type: ignore[misc]
    """The schema of a viewset. DRF forgets of a field that is only read whether it may be null or an empty choice."""

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> dict[str, Any] | None:
        if getattr(field, "is_hidden_from_some", False) and direction == "response":
            return dict(super()._map_serializer_field(field, direction, bypass_extensions)) | {"nullable": True}
        column = column_of(field) if getattr(field, "read_only", False) else None
        before = getattr(field, "allow_null", None), getattr(field, "allow_blank", None)
        if column is not None:
            field.allow_null = field.allow_null or may_be_null(field)
            if isinstance(field, serializers.ChoiceField):
                field.allow_blank = column.blank and not column.null
        try:
            # None: a nested row that is only read has nothing that could be sent.
            found: dict[str, Any] | None = super()._map_serializer_field(field, direction, bypass_extensions)
            return found
        finally:
            if column is not None:
                field.allow_null, field.allow_blank = before


def _way(field: Any) -> list[Any]:
    """The columns on the way from a serializer's model to what the field reads; empty when it reads something else."""
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    found: list[Any] = []
    for name in str(field.source or field.field_name or "").split("."):
        if model is None:
            return []
        try:
            column = model._meta.get_field(name)
        except FieldDoesNotExist:
            return []
        model = column.related_model
        if not isinstance(column, ForeignObjectRel):
            found.append(column)
    return found


def column_of(field: Any) -> Any:
    """The column that a serializer's field reads, or None."""
    way = _way(field)
    return way[-1] if way else None


def may_be_null(field: Any) -> bool:
    """Whether a column on the way is nullable."""
    return any(column.null for column in _way(field))
