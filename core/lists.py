"""Registers: the one way in which this product shows a list of rows.

    PROJECTS = Register(
        name="portfolio:project-list", title=_("Projects"), rows=rows, filters=ProjectFilters, columns=[...], order="reference"
    )

    def project_list(request):
        return PROJECTS.answer(request)

One filter set serves the page, the API and the export; the columns serve the page and the export. Search, filters,
sort, page, page size and chosen columns live in the URL, so that the back button, a bookmark and a saved view hold
all of them. A request by htmx for `#register` gets the same partial that the full page includes.
`docs/adr/0008-registers.md` says which files a new register touches.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Model, Q, QuerySet, Sum, Window
from django.db.models.functions import Lower
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext
from django_filters import FilterSet

from core import exports
from core.columns import Column, Row, escape, money_look, quoted, yes_no
from core.models import SavedView
from core.templatetags import pmo
from core.templatetags.pmo import changed

PAGE_SIZES = (25, 50, 100)
NOT_FILTERS = {"page", "page_size", "sort", "columns", "export", "panel"}
# Menus that are fetched when they are opened.
PANELS = {name: f"core/register/_{name}.html" for name in ("filters", "columns", "views")}

Sums = tuple[int, list[dict[str, Any]]]  # how many rows, and a line of sums a currency
Listed = tuple[Sums, "array[int]"]  # the sums of a list, and the keys of its rows in the usual order
Keep = Callable[[Callable[[], Listed]], Listed]


@dataclass(frozen=True)
class Bulk:
    """Something to do with the chosen rows. `url`: URL name that gets the chosen keys as `pk`; a page there asks first
    and says how many."""

    value: str
    label: Any
    icon: str
    url: str
    method: str = "post"


@dataclass(frozen=True)
class Empty:
    """What a list without rows says: what belongs here. The next steps are the page's `primary` and `second`."""

    title: Any
    text: Any
    icon: str = "inbox"


@dataclass(frozen=True)
class Register:
    """A list page with everything that every list has. `rows(user)`: what this person may see, joined as the columns need.
    `read(user, columns, keys)`: the rows of these keys with what the columns show. For long lists: where it is given, a page is
    found by its keys, which an index may hold with all that is filtered by, and no wide row is read to be counted or sorted.
    `filed(rows)`: what a file of all columns holds besides, so that it can be loaded again."""

    name: str
    title: Any
    columns: Sequence[Column]
    filters: type[FilterSet]
    rows: Callable[[Any], "QuerySet[Any]"]
    order: str
    empty: Empty
    link: Callable[[Any], str]
    totals: Sequence[str] = ()
    bulk: Sequence[Bulk] = ()
    template: str = "core/register/register.html"
    file_name: str = "export"
    read: Callable[[Any, Sequence[Column], list[Any]], list[Row]] | None = None
    filed: Callable[["QuerySet[Any]"], Sequence[Column]] = lambda rows: ()
    by_name: dict[str, Column] = field(init=False)
    asked: type[FilterSet] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})
        object.__setattr__(self, "asked", only_asked(self.filters))

    @property
    def has_filters(self) -> bool:
        """Whether there is something to filter by besides the search."""
        return bool(self.filters.base_filters.keys() - {"q"})

    def answer(self, request: HttpRequest, *, keep: Keep | None = None, **context: Any) -> HttpResponseBase:
        """The page, its swapped part, one of its panels or its file. Costs one query for the rows, one for count and
        totals, and one per chosen filter that names an object. `keep` gives count, totals and the keys in the usual order
        where they are kept for this reader and these filters, else what its argument works out."""
        panel = request.GET.get("panel", "")
        filters = self.filters if panel == "filters" else self.asked
        found = filters(request.GET, queryset=self.rows(request.user), request=request)
        chosen = self.chosen(request)
        parts: dict[str, Any] = {"filter_form": found.form, "kept": self.kept(request)}
        if panel == "columns":
            parts["column_choices"] = [(column, column in chosen) for column in self.columns[1:]]
        elif panel == "views":
            parts |= saved_views(request, self.name)
        if panel in PANELS and getattr(request, "htmx", False):
            return render(request, PANELS[panel], parts)
        rows = self.sorted(found.qs, request.GET.get("sort", ""))
        if (form := request.GET.get("export")) and not unreadable(found.form, request.GET):
            columns = chosen if "columns" in request.GET else [*self.columns, *self.filed(rows)]
            return export_rows(columns, joined(rows, columns), name=self.file_name, form=exports.form_of(form))
        page, totals = self.paged(request, found.qs, rows, chosen, keep)
        context |= parts | {
            "register": self,
            "page_title": self.title,
            "columns": chosen,
            "heads": self.drawn_heads(request, chosen),
            "rows": list(self.drawn(page.object_list, chosen)),
            "page": page,
            "page_sizes": PAGE_SIZES,
            "page_size": page.paginator.per_page,
            "sort": self.order,
            "chips": chips(found, request.GET),
            "panel": panel,
            "totals": [self.drawn_total(line, chosen) for line in totals],
            "exports": [
                (kind, changed(request.GET, export=name, page=None)) for kind, name in exports.export_names(self.file_name)
            ],
            "is_filtered": any(value and key not in NOT_FILTERS for key, value in request.GET.items()),
        }
        partial = (
            getattr(request, "htmx", None) and request.htmx.target == "register" and not request.htmx.history_restore_request
        )
        return render(request, "core/register/_register.html" if partial else self.template, context)

    def paged(
        self, request: HttpRequest, found: "QuerySet[Any]", rows: "QuerySet[Any]", chosen: Sequence[Column], keep: Keep | None
    ) -> tuple["Page[Any]", list[dict[str, Any]]]:
        """The page asked for, with what its columns read, and the sums of all pages. `rows`: what was found, in order."""
        size = page_size(request)
        if self.read is not None:
            return self.keyed(request, rows, chosen, size), []
        (count, totals), keys = keep(lambda: self.listed(found)) if keep else (self.summed(found), None)
        page = KnownPaginator(rows, size, count).get_page(request.GET.get("page"))
        if keys is not None and not request.GET.get("sort"):
            page.object_list = rows.filter(pk__in=keys[max(page.start_index() - 1, 0) : page.end_index()])
        page.object_list = joined(page.object_list, chosen)
        return page, totals if count else []

    def keyed(self, request: HttpRequest, rows: "QuerySet[Any]", chosen: Sequence[Column], size: int) -> "Page[Any]":
        """The page asked for, the last one where there are fewer. One query for its keys and the count, one for its rows; two
        more for a page that there is not."""
        asked = request.GET.get("page", "1")
        number = min(int(asked), 1_000_000) if asked.removeprefix("-").isdecimal() else 1
        keys, count = counted_keys(rows, (number - 1) * size, size)
        if not keys and number != 1:
            count = rows.order_by().count()
            number = KnownPaginator(rows, size, count).num_pages
            keys, _count = counted_keys(rows, (number - 1) * size, size)
        known = {row.pk: row for row in self.read(request.user, chosen, keys)} if self.read and keys else {}
        return Page([known[key] for key in keys if key in known], number, KnownPaginator(rows, size, count))

    def chosen(self, request: HttpRequest) -> list[Column]:
        """The columns to show: the first always, the others as the URL says or as they come."""
        names = set(request.GET.getlist("columns"))
        return [
            column
            for index, column in enumerate(self.columns)
            if index == 0 or (column.name in names if names else column.shown)
        ]

    def sorted(self, rows: "QuerySet[Any]", sort: str) -> "QuerySet[Any]":
        """The rows by one column (`-name` downwards), empty values last, the key to settle ties."""
        column = self.by_name.get((sort or self.order).lstrip("-"))
        if column is None or not column.order:
            sort, column = self.order, self.by_name[self.order.lstrip("-")]
        path = column.order
        if isinstance(path, str):
            path = Lower(path) if column.kind == "text" else F(path)
        down = (sort or self.order).startswith("-")
        # Said only where there may be empty ones: an index in plain order could not serve it downwards.
        last = None if is_filled(rows.model, column.order) else True
        return rows.order_by(path.desc(nulls_last=last) if down else path.asc(nulls_last=last), "pk")

    def summed(self, rows: "QuerySet[Any]") -> Sums:
        """How many rows, and one line of sums per currency, the largest number of rows first. One query."""
        rows = rows.order_by()
        if not self.totals:
            return rows.count(), []
        sums = {f"sum_{name}": Sum(name) for name in self.totals}
        lines = list(rows.values("currency").annotate(count=Count("pk"), **sums).order_by("-count"))
        return sum(line["count"] for line in lines), lines

    def listed(self, rows: "QuerySet[Any]") -> Listed:
        """The same as `summed`, and the keys in the usual order, from one reading of all rows. One query."""
        keys, lines = array("q"), dict[str, dict[str, Any]]()
        for pk, currency, *amounts in self.sorted(rows, "").values_list("pk", "currency", *self.totals):
            keys.append(pk)
            line = lines.setdefault(
                currency, {"currency": currency, "count": 0} | {f"sum_{name}": None for name in self.totals}
            )
            line["count"] += 1
            for name, amount in zip(self.totals, amounts, strict=True):
                if amount is not None:
                    line[f"sum_{name}"] = amount + (line[f"sum_{name}"] or 0)
        return (len(keys), sorted(lines.values(), key=lambda line: -line["count"])), keys

    def drawn_total(self, line: dict[str, Any], chosen: Sequence[Column]) -> SafeString:
        """The sums of one currency as a row of the table's foot."""
        name = ngettext("%(count)s in %(currency)s", "%(count)s in %(currency)s", line["count"]) % line
        cells = [
            "<td%s>%s</td>"
            % (money_look(line[f"sum_{column.name}"], line["currency"]) if column.name in self.totals else ("", ""))
            for column in chosen[1:]
        ]
        return mark_safe(f'<tr>{"<td></td>" if self.bulk else ""}<th scope="row">{escape(name)}</th>{"".join(cells)}</tr>')

    def drawn_heads(self, request: HttpRequest, chosen: Sequence[Column]) -> SafeString:
        """The heads of the columns, links where a column can be sorted by."""
        place = {"request": request, "sort": self.order}
        return mark_safe(
            "".join(
                pmo.sort_head(place, column.name, column.label, column.align)
                if column.order
                else f"<th scope=col{' class=' + column.align if column.align else ''}>{escape(column.label)}"
                for column in chosen
            )
        )

    def drawn(self, rows: Iterable[Row], chosen: Sequence[Column]) -> Iterator[SafeString]:
        """The table's rows as HTML, built directly: a template would cost more than the database does."""
        head, *rest = [column.writer() for column in chosen]
        for row in rows:
            box = ""
            if self.bulk:
                name = escape(getattr(row, "reference", row))
                box = f"<td><input type=checkbox name=pk value={row.pk} aria-label={quoted(name)}>"
            cells = "".join([f"<td{attributes}>{content}" for attributes, content in [write(row) for write in rest]])
            yield mark_safe(f"<tr>{box}<th>{head(row)[1]}{cells}")  # writers escape

    def kept(self, request: HttpRequest) -> list[tuple[str, str]]:
        """What the search and filter forms carry on besides their own fields."""
        return [(key, value) for key in ("sort", "page_size", "columns") for value in request.GET.getlist(key)]


class KnownPaginator(Paginator):  # type: ignore[type-arg]
    """A paginator that was told the count."""

    def __init__(self, rows: "QuerySet[Any]", size: int, count: int) -> None:
        super().__init__(rows, size)
        self.__dict__["count"] = count


def counted_keys(rows: "QuerySet[Any]", start: int, size: int) -> tuple[list[Any], int]:
    """The keys of `size` rows from `start` on, and how many rows there are in all; nothing where there is none. One query."""
    if start < 0:
        return [], 0
    pairs = list(rows.annotate(of_all=Window(Count("*"))).values_list("pk", "of_all")[start : start + size])
    return [key for key, _count in pairs], pairs[0][1] if pairs else 0


def only_asked(filters: type[FilterSet]) -> type[FilterSet]:
    """The same filters, of which each request makes only those that its address names: the others would change nothing, and
    making the form of them all costs as much as the list's queries."""

    class Asked(filters):  # type: ignore[misc, valid-type]
        def __init__(self, data: QueryDict, **more: Any) -> None:
            self.base_filters: dict[str, Any] = {name: one for name, one in filters.base_filters.items() if name in data}
            super().__init__(data, **more)

    return Asked


def unreadable(form: Any, query: QueryDict) -> bool:
    """Whether a filter was given a value that it does not know. The page then says so; a file could not, and would hold everything."""
    return any(value.strip() for name in form.errors for value in query.getlist(name))


def joined(rows: "QuerySet[Any]", columns: Sequence[Column]) -> "QuerySet[Any]":
    """With the relations and fields that these columns read."""
    joins = {column.join for column in columns if column.join}
    fields = {name for column in columns for name in column.reads}
    rows = rows.only(*fields) if fields else rows
    return rows.select_related(*joins) if joins else rows


def is_filled(model: type[Model], order: Any) -> bool:
    """Whether `order` is a column of the model's own that is never empty."""
    own = isinstance(order, str) and "__" not in order and order in {field.name for field in model._meta.concrete_fields}
    return own and not model._meta.get_field(order).null


def page_size(request: HttpRequest) -> int:
    """The rows a page: one of PAGE_SIZES."""
    asked = request.GET.get("page_size", "")
    return int(asked) if asked in map(str, PAGE_SIZES) else 50


def chips(found: FilterSet, query: QueryDict) -> list[dict[str, str]]:
    """The filters in force: label, value in words, address without it. Only chosen objects are read."""
    shown = []
    for name, value in found.form.cleaned_data.items() if found.form.is_valid() or found.form.is_bound else ():
        if value in (None, "", []) or name not in query:
            continue
        control = found.form.fields[name]
        if isinstance(value, Model):
            words = str(value)
        elif isinstance(value, QuerySet):
            words = ", ".join(str(item) for item in value)
            if not words:
                continue
        elif choices := dict(getattr(control, "choices", ()) or ()):
            picked = value if isinstance(value, (list, tuple)) else [value]
            words = ", ".join(str(choices.get(item, item)) for item in picked)
        elif isinstance(value, date):
            words = date_format(value, "j M Y")
        elif isinstance(value, bool):
            words = yes_no(value)
        else:
            words = str(value)
        shown.append({"label": str(control.label), "value": words, "url": changed(query, **{name: None, "page": None})})
    return shown


def export_rows(columns: Sequence[Column], rows: "QuerySet[Any]", *, name: str, form: str) -> HttpResponseBase:
    """The rows as a file, in the kinds that `core.exports` knows."""
    kinds = {"rag": "choice"}
    return exports.export_response(
        [exports.Column(str(column.label), column.value, kinds.get(column.kind, column.kind)) for column in columns],
        rows.iterator(chunk_size=500),
        name=name,
        form=form,
    )


def saved_views(request: HttpRequest, page: str) -> dict[str, Any]:
    """The reader's own and the shared views of a page, and the query that would be saved as another. One query."""
    here = changed(request.GET, page=None, panel=None)[1:]
    views = SavedView.objects.filter(Q(user_id=request.user.pk) | Q(is_shared=True), page=page)
    return {
        "query": here,
        "save_under": page,
        "saved_views": [
            {
                "pk": view.pk,
                "label": view.name,
                "url": f"{reverse(page)}?{view.query}",
                "active": view.query == here,
                "shared": view.is_shared,
                "own": view.user_id == request.user.pk,
            }
            for view in views
        ],
    }


def response_url(request: HttpRequest, fallback: str) -> str:
    """Where to go back to: the address the page sent, if it is a path of ours; a bare word would be taken for a view's name."""
    back = request.POST.get("return_to", "")
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None) else fallback
