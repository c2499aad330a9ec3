"""Pages of the risk scales, cell by cell, and of the registers' categories with their appetite."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import require, require_to_open
from core.views.editing import answer_form, typed, whole_number
from portfolio.actions.risks import current_scale
from portfolio.actions.scales import consequence_of, publish_scale, save_category
from portfolio.forms.scales import SIZES, CategoryForm, ScaleForm
from portfolio.formulas.scales import LARGEST, SMALLEST, Scale, read_scale, resized
from portfolio.models import Category, Entry, RiskScale

SCALES = "portfolio/risks/scale_form.html"


def scale_edit(request: HttpRequest) -> HttpResponse:
    """The scales in force; what is typed is put into force at once, or after a look at what it changes."""
    opened = require_to_open(request, read="setup.view", change="register.manage")
    row, scale = RiskScale.objects.order_by("pk").first(), current_scale()
    size = size_asked(request, scale.size)
    version = row.version if row else 0
    start = resized(scale, size)

    def remake(current: RiskScale) -> ScaleForm:
        return ScaleForm(start=resized(read_scale(current.document), size), version=current.version)

    form = ScaleForm(
        typed(request, lambda: remake(row) if row else ScaleForm(start=start, version=0)), start=start, version=version
    )
    context = {
        "page_title": _("Risk scales"),
        "sizes": [(number, words, number == size) for number, words in SIZES],
        "is_resized": size != scale.size,
        "read_only": not opened,
        "before": scale.size,
        "no_as_of": True,
        "cancel_url": reverse("portfolio:scale-edit"),
    }
    if request.method == "POST" and not request.POST.get("confirmed") and form.is_valid():
        consequence = consequence_of(form.scale)
        if consequence.mapped or consequence.recoloured:
            context |= {"consequence": consequence, "steps": steps_of(scale, form.scale, consequence), "conflict": None}
            return render(request, SCALES, context | {"form": form})
    return answer_form(
        request,
        form,
        lambda valid: publish_scale(valid.scale.document(), version=valid.cleaned_data["version"]),
        done=lambda saved: reverse("portfolio:scale-edit"),
        template=SCALES,
        context=context,
        said=_("The scales are in force."),
        remake=remake,
    )


def size_asked(request: HttpRequest, now: int) -> int:
    """How many levels the page shows: as sent, as chosen, or as there are."""
    sent = whole_number(request.POST.get("size") if request.method == "POST" else request.GET.get("size"))
    return sent if sent is not None and SMALLEST <= sent <= LARGEST else now


def steps_of(before: Scale, after: Scale, consequence: Any) -> list[dict[str, str]]:
    """Which level becomes which, in words."""
    found = []
    for noun, pairs, old, new in (
        (
            _("Likelihood"),
            consequence.likelihood,
            [level.label for level in before.likelihood],
            [level.label for level in after.likelihood],
        ),
        (_("Impact"), consequence.impact, before.impact, after.impact),
    ):
        found += [{"noun": noun, "before": f"{one} {old[one - 1]}", "after": f"{two} {new[two - 1]}"} for one, two in pairs]
    return found


def category_list(request: HttpRequest) -> HttpResponse:
    """All categories as a tree, with their appetite. Two queries."""
    may_manage = require_to_open(request, read="setup.view", change="register.manage")
    rows = list(Category.objects.all())
    seen = Entry.objects.visible_to(request.user).open().exclude(category=None).order_by()
    counts = dict(seen.values_list("category").annotate(count=Count("pk")))
    below: dict[int | None, list[Category]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    lines: list[dict[str, Any]] = []

    def walk(parent: int | None, depth: int, appetite: int | None) -> None:
        for row in below.get(parent, []):
            own = row.appetite if row.appetite is not None else appetite
            lines.append(
                {
                    "row": row,
                    "depth": depth,
                    "appetite": own,
                    "inherits": row.appetite is None and own is not None,
                    "count": counts.get(row.pk, 0),
                }
            )
            walk(row.pk, depth + 1, own)

    walk(None, 0, None)
    context = {
        "page_title": _("Risk categories"),
        "lines": lines,
        "may_manage": may_manage,
        "no_as_of": True,
    }
    return render(request, "portfolio/risks/category_list.html", context)


def category_create(request: HttpRequest) -> HttpResponse:
    """Add a category."""
    require(request.user, "register.manage")
    most = current_scale().size ** 2
    return answer_form(
        request,
        CategoryForm(request.POST or None, most=most, initial={"is_active": True}),
        lambda valid: save_category(Category(), values=valid.values(), version=None),
        done=lambda made: reverse("portfolio:category-list"),
        template="portfolio/risks/category_form.html",
        context={
            "page_title": _("Add category"),
            "submit": _("Add category"),
            "cancel_url": reverse("portfolio:category-list"),
            "no_as_of": True,
        },
        said=_("“%(it)s” was added."),
    )


def category_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a category."""
    opened = require_to_open(request, read="setup.view", change="register.manage")
    category, most = get_object_or_404(Category, pk=pk), current_scale().size ** 2

    def remake(current: Category) -> CategoryForm:
        return CategoryForm(instance=current, most=most)

    return answer_form(
        request,
        CategoryForm(typed(request, lambda: remake(get_object_or_404(Category, pk=pk))), instance=category, most=most),
        lambda valid: save_category(
            get_object_or_404(Category, pk=pk), values=valid.values(), version=valid.cleaned_data["version"] or 0
        ),
        done=lambda saved: reverse("portfolio:category-list"),
        template="portfolio/risks/category_form.html",
        context={
            "page_title": str(category),
            "category": category,
            "read_only": not opened,
            "submit": _("Save"),
            "cancel_url": reverse("portfolio:category-list"),
            "no_as_of": True,
        },
        said=_("“%(it)s” was saved."),
        remake=remake,
    )
