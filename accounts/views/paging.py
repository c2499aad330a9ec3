"""Sorting and paging by the address."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZES = [25, 50, 100]


def page_of(request: HttpRequest, rows: "QuerySet[Any]", sorts: dict[str, tuple[str, ...]], default: str) -> dict[str, Any]:
    """The context of a list: `page`, `page_size`, `page_sizes`, `sort`. An unknown order or page falls back.

    `sorts` maps a word of the address to columns. Costs a count and the page's rows.
    """
    sort = request.GET.get("sort", default)
    if sort.removeprefix("-") not in sorts:
        sort = default
    columns = sorts[sort.removeprefix("-")]
    if sort.startswith("-"):
        columns = tuple(column.removeprefix("-") if column.startswith("-") else f"-{column}" for column in columns)
    wanted = request.GET.get("page_size", "")
    size = int(wanted) if wanted in map(str, PAGE_SIZES) else PAGE_SIZES[0]
    page = Paginator(rows.order_by(*columns), size).get_page(request.GET.get("page"))
    return {"page": page, "page_size": size, "page_sizes": PAGE_SIZES, "sort": sort}
