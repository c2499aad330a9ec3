"""Base classes of the API's viewsets."""

import re
from collections.abc import Callable
from datetime import tzinfo
from functools import cache
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.errors import Stale, VersionRequired
from core.lists import counted_keys, only_asked
from core.models import Versioned


class Page(LimitOffsetPagination):
    """`?limit=100&offset=200`, at most 500 rows a page."""

    default_limit = 100
    max_limit = 500

    def paginate_keys(self, rows: Any, request: Request) -> list[Any]:
        """The keys of the rows asked for, counted in the same query."""
        self.request = request
        self.limit, self.offset = self.get_limit(request) or self.default_limit, self.get_offset(request)
        keys, self.count = counted_keys(rows, min(self.offset, 10**9), self.limit)
        if not keys and self.offset:
            self.count = rows.order_by().count()
        return keys


def etag_of(row: Versioned) -> str:
    """The strong ETag of a row's version."""
    return f'"{row._meta.model_name}-{row.pk}-{row.version}"'


class AskedFilters(DjangoFilterBackend):
    """The filters of a viewset's `filterset_class`, of which only those are made that the address names."""

    def get_filterset_class(self, view: Any, queryset: Any = None) -> Any:
        """The same for all requests; the schema tells of all filters."""
        found = super().get_filterset_class(view, queryset)
        is_named = found and found is getattr(view, "filterset_class", None)
        return _asked(found) if is_named and not getattr(view, "swagger_fake_view", False) else found


_asked = cache(only_asked)


class RoomViewSet(viewsets.GenericViewSet):
    """Base of all viewsets. `get_queryset` narrows to what the person may see before anything is looked up."""

    filter_backends = (AskedFilters,)
    pagination_class = Page
    search_fields: tuple[str, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Numbers in the address that are none name nothing: 404 instead of a failure."""
        super().initial(request, *args, **kwargs)
        if not re.fullmatch("[0-9]{1,18}", str(kwargs.get("pk", 0))):
            raise NotFound

    def find(self, action: str) -> Any:
        """The object named in the address, through the room's access function. Each viewset says how."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it finds one object for {action}.")


class TaggedViewSet(RoomViewSet):
    """Rows that have a version: answers carry it as ETag, changes need it back in If-Match (428 without, 412 when stale)."""

    def expected_version(self, row: Versioned) -> int:
        """The version in If-Match. Raises 428 without the header, 412 when it names another row, 400 when unreadable."""
        header = self.request.headers.get("If-Match", "")
        if not header:
            raise VersionRequired
        found = re.fullmatch(r'\s*(?:W/)?"([a-z]+)-([0-9]{1,18})-([0-9]{1,18})"\s*', header)
        if not found:
            raise ValidationError({"If-Match": ["Send the ETag as you received it."]})
        name, pk, version = found.groups()
        if (name, int(pk)) != (row._meta.model_name, row.pk):
            raise Stale
        return int(version)

    def answer(self, row: Any, status: int = 200) -> Response:
        """The row as it is now, with its ETag."""
        return Response(self.get_serializer(row).data, status=status, headers={"ETag": etag_of(row)})


class VersionedViewSet(mixins.ListModelMixin, TaggedViewSet):
    """List, read, create and change rows that have a version.

    Reading answers with an ETag; changing needs it back in If-Match: 428 without, 412 when stale.
    A viewset sets `view_action` and `edit_action` and writes `find`, `create_row` and `change_row`, which
    call the same actions as the pages.
    """

    view_action = ""
    edit_action = ""

    def check_create(self) -> None:
        """Raise PermissionDenied (403) for those who may not create, before anything is looked at."""

    def create_row(self, data: dict[str, Any]) -> Model:
        """Call the action that creates. `data` is validated."""
        raise NotImplementedError

    def change_row(self, row: Any, data: dict[str, Any], version: int) -> Model:
        """Call the action that changes. `data` holds the validated fields that were sent."""
        raise NotImplementedError

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One row, with its ETag."""
        return self.answer(self.find(self.view_action))

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create a row."""
        self.check_create()
        serializer: serializers.BaseSerializer[Any] = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return self.answer(self.create_row(dict(serializer.validated_data)), status=201)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the fields that are sent."""
        row = self.find(self.edit_action)
        version = self.expected_version(row)
        serializer: serializers.BaseSerializer[Any] = self.get_serializer(row, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        return self.answer(self.change_row(row, dict(serializer.validated_data), version))


class ValuesViewSet(mixins.ListModelMixin, RoomViewSet):
    """Lists without an object a row: the columns that the serializer's fields name are read and written as they are.

    The answer is the serializer's own; a test holds both equal. For serializers whose fields are plain columns, slugs or
    keys of related rows, or columns behind a dotted source: behind a missing relation stands the field's default.
    """

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of rows."""
        fields = _fields_of(self.get_serializer_class())  # type: ignore[arg-type]  # classes can be hashed
        page = self.read_page(self.filter_queryset(self.get_queryset()), tuple(map(_path_of, fields.values())))
        names, zone = tuple(fields), timezone.get_current_timezone()
        columns = [
            values if write is None else map(write, values)
            for write, values in zip(
                (_writer_of(field, zone) for field in fields.values()), zip(*page, strict=True), strict=False
            )
        ]
        return self.get_paginated_response([dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)])

    def read_page(self, rows: Any, paths: tuple[str, ...]) -> Any:
        """These columns of the rows of a page. Two queries: one counts."""
        return self.paginate_queryset(rows.values_list(*paths))


@cache
def _fields_of(serializer: Any) -> dict[str, Any]:
    """The fields that are written, by name: put together once, not for every list."""
    return {name: field for name, field in serializer().fields.items() if not field.write_only}


def _path_of(field: Any) -> str:
    """The column behind a field, as the ORM spells it."""
    source: str = field.source.replace(".", "__")
    if isinstance(field, SeenRelatedField):
        return field.column
    if isinstance(field, serializers.SlugRelatedField):
        return f"{source}__{field.slug_field}"
    return f"{source}_id" if isinstance(field, serializers.PrimaryKeyRelatedField) else source


# These write what PostgreSQL gives as it is.
PLAIN = [field.to_representation for field in (serializers.CharField, serializers.IntegerField, serializers.BooleanField)]


def _writer_of(field: Any, zone: tzinfo) -> Callable[[Any], Any] | None:
    """What a field makes of a value of its column, None where it stays as it is; moments in the reader's time zone, which is
    asked for once."""
    missing = field.default if field.default is not serializers.empty else None
    if isinstance(field, serializers.RelatedField) or (missing is None and type(field).to_representation in PLAIN):
        return None
    if isinstance(field, serializers.DateTimeField):
        return lambda value: missing if value is None else value.astimezone(zone).isoformat().replace("+00:00", "Z")
    write = field.to_representation
    return lambda value: missing if value is None else write(value)


class VisibleRelatedField(serializers.SlugRelatedField):
    """A link to a row by a slug, among the rows the person may see: an unseen row is as unknown as an absent one."""

    def get_queryset(self) -> Any:
        """The rows this person may choose."""
        rows: Any = super().get_queryset()
        return rows.visible_to(self.context["request"].user)


class SeenRelatedField(VisibleRelatedField):
    """A link that the reader of a row need not see the other end of: null where they may not. Lists read it from `column`,
    which the view's rows are annotated with; one row costs a query."""

    is_hidden_from_some = True  # for the schema: what must be sent may still be null in an answer

    def __init__(self, *args: Any, column: str, **kwargs: Any) -> None:
        self.column = column
        super().__init__(*args, **kwargs)

    def to_representation(self, obj: Any) -> Any:
        """The slug, for those who see the row."""
        rows = type(obj)._default_manager.visible_to(self.context["request"].user)
        return super().to_representation(obj) if rows.filter(pk=obj.pk).exists() else None


class WholeRow(serializers.BaseSerializer[Any]):
    """For the rows of a list, beside a class of serializers: a row is given whole, also where a PATCH leaves other fields of the
    object out. What a row leaves out has its default."""

    fields: Any

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Every field that must be there is."""
        for name, field in self.fields.items():
            if name in attrs or field.read_only:
                continue
            if field.required:
                raise serializers.ValidationError({name: field.error_messages["required"]}, code="required")
            if field.default is not serializers.empty:
                attrs[name] = field.default
        return attrs
