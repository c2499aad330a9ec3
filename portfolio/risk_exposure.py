"""Exposure by category and by programme, against contingency: the same for the page and for the API."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import money
from portfolio.formulas.scales import Scale
from portfolio.models import Category, Programme, Project
from portfolio.models.risk_figures import contingency_by, exposure_by, projects_in
from portfolio.risk_map import Asked

NO_CATEGORY = gettext_lazy("No category")


def exposure_line(line: dict[str, Any], name: str, url: str = "", contingency: Decimal | None = None) -> dict[str, Any]:
    """A row of a table of exposure. What contingency covers is the net exposure after responses, where it is a loss."""
    after = line["after"]
    loss = max(-after, Decimal(0)) if after is not None else None
    return line | {
        "name": name,
        "url": url,
        "contingency": contingency,
        "loss": loss,
        "short": loss - contingency if loss is not None and contingency is not None and loss > contingency else None,
        "left_out": line["count"] - line["stated"],
    }


def nothing_in(currency: str) -> dict[str, Any]:
    """A line to which nothing was added yet."""
    return {"currency": currency, "count": 0, "stated": 0} | dict.fromkeys(("threats", "opportunities", "net", "after"))


def programme_lines(asked: Asked, scale: Scale, projects: "QuerySet[Project]") -> list[dict[str, Any]]:
    """Exposure and contingency by programme: a risk of a project counts for its programme. Three queries."""
    held: dict[tuple[Any, str], dict[str, Any]] = {}
    for line in exposure_by(asked.rows, scale, "programme", "project__programme"):
        key = (line["programme"] or line["project__programme"], line["currency"])
        kept = held.setdefault(key, nothing_in(line["currency"]))
        for name in ("count", "stated", "threats", "opportunities", "net", "after"):
            if line[name] is not None:
                kept[name] = (kept[name] or 0) + line[name]
    set_aside = {(line["programme"], line["currency"]): line["contingency"] for line in contingency_by(projects, "programme")}
    for key in set_aside.keys() - held.keys():
        held[key] = nothing_in(key[1])
    seen = Programme.objects.visible_to(asked.reader)
    names = dict(seen.filter(pk__in={key for key, _currency in held if key}).values_list("pk", "name"))
    lines = [
        exposure_line(
            line,
            names.get(key) or (_("A programme that you may not see") if key else _("No programme")),
            asked.rows_url(programme=key) if key in names else "",
            set_aside.get((key, currency)),
        )
        for (key, currency), line in held.items()
    ]
    return sorted(lines, key=lambda line: (line["net"] is None, line["net"] or 0, line["name"]))


def totals_of(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line a currency."""
    sums: dict[str, dict[str, Any]] = {}
    for line in lines:
        total = sums.setdefault(line["currency"], nothing_in(line["currency"]) | {"contingency": None})
        for name in ("count", "stated", "threats", "opportunities", "net", "after", "contingency"):
            if line[name] is not None:
                total[name] = (total[name] or 0) + line[name]
    return [exposure_line(total, total["currency"], contingency=total["contingency"]) for total in sums.values()]


def exposure_finding(totals: list[dict[str, Any]]) -> str:
    """The largest currency's exposure after responses beside its contingency."""
    main = max((line for line in totals if line["after"] is not None), key=lambda line: line["stated"], default=None)
    if main is None:
        return _("No open risk states a probability and an amount")
    words = {
        "loss": money.short(main["loss"], main["currency"]),
        "contingency": money.short(main["contingency"] or 0, main["currency"]),
    }
    if main["contingency"] is None:
        return _("After responses %(loss)s are expected to be lost; no contingency is stated") % words
    if main["short"] is not None:
        return _("After responses %(loss)s are expected to be lost: more than the contingency of %(contingency)s") % words
    return _("After responses %(loss)s are expected to be lost, within the contingency of %(contingency)s") % words


@dataclass(frozen=True)
class ExposureFound:
    """Exposure of a scope: lines by category and by programme, and one a currency."""

    by_category: list[dict[str, Any]]
    by_programme: list[dict[str, Any]]
    totals: list[dict[str, Any]]

    @property
    def finding(self) -> str:
        """What it shows, in a sentence."""
        return exposure_finding(self.totals)


def exposure_of(asked: Asked, scale: Scale) -> ExposureFound:
    """Exposure by category and by programme, against contingency. Six queries."""
    projects = Project.objects.visible_to(asked.reader).active()
    names = {category.pk: category.name for category in Category.objects.all()}
    by_category = [
        exposure_line(
            line,
            names.get(line["category"], str(NO_CATEGORY)),
            asked.rows_url(category=line["category"]) if line["category"] else "",
        )
        for line in exposure_by(asked.rows, scale, "category")
    ]
    by_programme = programme_lines(asked, scale, projects.filter(projects_in(asked.scope)))
    return ExposureFound(by_category, by_programme, totals_of(by_programme))
