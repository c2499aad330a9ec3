"""What a simulation shows to the person who asked for it: sentences, drawings, rows, each figure with where it comes from.

Everything is read from the frozen result. Only names are looked up: what the person may not see any more keeps its amounts
and loses its name.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import money
from core.charts import Chart, Swing, histogram_chart, s_curve, tornado_chart
from core.charts.drawing import head
from core.charts.histogram import Column, Mark
from core.exports import Column as ExportColumn
from portfolio.models import Entry, Portfolio, Programme, Project, Simulation
from portfolio.models.risks import Sign

MARKED = (Decimal(10), Decimal(50), Decimal(80), Decimal(90))
MOST_BARS = 12
EVERYTHING = gettext_lazy("Everything that you may see")
UNSEEN = gettext_lazy("Something that you may not see any more")
AMOUNTS = ("low", "likely", "high", "mean", "contribution", "without", "certain")


def scope_words(row: Simulation, user: Any) -> str:
    """What it is about; without its name where the person may not see it any more. One query for a named scope."""
    scope = row.scope
    if scope is None:
        return str(EVERYTHING)
    if not type(scope).objects.visible_to(user).filter(pk=scope.pk).exists():
        return str(UNSEEN)
    return str(scope)


def scope_url(scope: Portfolio | Programme | Project | None) -> str:
    """The page of the scope."""
    return reverse(f"portfolio:{scope._meta.model_name}-detail", args=[scope.reference]) if scope else ""


class Reading:
    """A finished simulation in words, drawings and rows. Costs one query for the names of risks, one for the scope."""

    def __init__(self, row: Simulation, user: Any) -> None:
        result = row.result or {}
        self.row = row
        self.figures: dict[str, Any] = result["figures"]
        self.left_out: dict[str, int] = result["left_out"]
        self.contingency: dict[str, Any] = result["contingency"]
        self.numpy: str = result["numpy"]
        self.as_at = localtime(datetime.fromisoformat(result["as_at"]))
        self.percentiles = {
            Decimal(one["percent"]): {name: Decimal(one[name]) for name in ("percent", "value", "low", "high")}
            for one in self.figures["percentiles"]
        }
        self.chosen = self.percentiles[row.confidence.normalize()]
        self.scope = scope_words(row, user)
        self.risks = _named(result["risks"], user)

    def short(self, amount: Any) -> str:
        """An amount in few letters."""
        return money.short(Decimal(amount), self.row.currency)

    def exact(self, amount: Any) -> str:
        """An amount in whole units: what is drawn is not known to the hundredth."""
        return money.exact(Decimal(amount).quantize(Decimal(1), rounding=ROUND_HALF_UP), self.row.currency)

    @property
    def confidence(self) -> str:
        """The confidence as a number: 80, 79.5."""
        return f"{self.row.confidence.normalize():f}"

    @property
    def in_store(self) -> Decimal | None:
        """The contingency in store."""
        amount = self.contingency["amount"]
        return None if amount is None else Decimal(amount)

    @property
    def missing(self) -> Decimal | None:
        """What the contingency in store is short of (negative: what it is above)."""
        return None if self.in_store is None else Decimal(self.figures["needed"]) - self.in_store

    @property
    def spreads(self) -> bool:
        """Whether outcomes differ at all."""
        return bool(Decimal(self.figures["exact_deviation"]))

    def finding(self) -> str:
        """The result as one sentence."""
        words = {"confidence": self.confidence, "needed": self.short(self.figures["needed"])}
        if not Decimal(self.figures["needed"]):
            return (
                _("In %(confidence)s of 100 outcomes the opportunities pay for the threats: no contingency is needed") % words
            )
        if self.missing is None:
            return _("%(needed)s is enough in %(confidence)s of 100 outcomes") % words
        words |= {"missing": self.short(abs(self.missing)), "store": self.short(self.in_store)}
        if self.missing > 0:
            return _("%(needed)s is enough in %(confidence)s of 100 outcomes: %(missing)s more than the contingency") % words
        return _("The contingency of %(store)s is enough in %(confidence)s of 100 outcomes, with %(missing)s to spare") % words

    def subtitle(self) -> str:
        """Measure, unit, scope and day of the drawings."""
        return _("Cost of %(risks)s in %(currency)s, %(scope)s, %(draws)s draws, as at %(day)s") % {
            "risks": ngettext("%(count)s risk", "%(count)s risks", len(self.risks)) % {"count": f"{len(self.risks):,}"},
            "currency": self.row.currency,
            "scope": self.scope,
            "draws": f"{self.row.draws:,}",
            "day": date_format(self.as_at, "j M Y"),
        }

    def tiles(self) -> list[dict[str, Any]]:
        """The key figures, each with what it is uncertain by or made of."""
        figures, chosen = self.figures, self.chosen
        found = [
            {
                "label": _("Contingency needed, P%(confidence)s") % {"confidence": self.confidence},
                "value": self.short(figures["needed"]),
                "exact": self.exact(figures["needed"]),
                "note": _("true value %(low)s to %(high)s (95%%)")
                % {"low": self.exact(chosen["low"]), "high": self.exact(chosen["high"])},
            },
            {
                "label": _("Expected cost, exact"),
                "value": self.short(figures["exact_mean"]),
                "exact": self.exact(figures["exact_mean"]),
                "note": _("drawn: %(mean)s ± %(error)s")
                % {"mean": self.exact(figures["mean"]), "error": self.exact(figures["standard_error"])},
            },
            {
                "label": _("P10 to P90"),
                "value": f"{self.short(self.percentiles[Decimal(10)]['value'])} – {self.short(self.percentiles[Decimal(90)]['value'])}",
                "exact": "",
                "note": _("eight of ten outcomes lie between"),
            },
        ]
        if self.in_store is not None:
            covered = Decimal(figures["covered"]) * 100
            found.append(
                {
                    "label": _("Contingency in store"),
                    "value": self.short(self.in_store),
                    "exact": self.exact(self.in_store),
                    "note": _("enough in %(covered)s of outcomes; %(stated)s of %(projects)s projects state one")
                    % {
                        "covered": money.percent(covered, 1),
                        "stated": self.contingency["stated"],
                        "projects": self.contingency["projects"],
                    },
                }
            )
        return found

    def checks(self) -> list[dict[str, str]]:
        """Drawn beside exact: mean and spread, and how far apart in standard errors."""
        figures = self.figures
        error = Decimal(figures["standard_error"])
        apart = abs(Decimal(figures["mean"]) - Decimal(figures["exact_mean"]))
        said = _("%(count)s standard errors") % {"count": money.percent(apart / error, 1).rstrip("%") if error else "0"}
        spread, exact_spread = Decimal(figures["deviation"]), Decimal(figures["exact_deviation"])
        off = money.percent(100 * abs(spread - exact_spread) / exact_spread, 2) if exact_spread else "0%"
        return [
            {
                "label": _("Mean"),
                "drawn": self.exact(figures["mean"]),
                "exact": self.exact(figures["exact_mean"]),
                "apart": said,
            },
            {
                "label": _("Standard deviation"),
                "drawn": self.exact(spread),
                "exact": self.exact(exact_spread),
                "apart": off,
            },
        ]

    def percentile_rows(self) -> list[dict[str, Any]]:
        """Every percentile with where its true value lies."""
        return [
            {
                "percent": f"{one['percent']:f}",
                "exact": self.exact(one["value"]),
                "range": f"{self.exact(one['low'])} – {self.exact(one['high'])}",
            }
            for one in self.percentiles.values()
        ]

    def curve(self) -> Chart:
        """The S-curve with the percentiles and the contingency."""
        title = _("Half of the outcomes cost at most %(median)s") % {
            "median": self.short(self.percentiles[Decimal(50)]["value"])
        }
        if self.in_store is not None:
            title = _("The contingency of %(store)s is enough in %(covered)s of outcomes") % {
                "store": self.short(self.in_store),
                "covered": money.percent(Decimal(self.figures["covered"]) * 100),
            }
        marks = [(step, self.percentiles[step]["value"]) for step in sorted({*MARKED, self.chosen["percent"]})]
        return s_curve(
            title=title,
            subtitle=self.subtitle(),
            points=[(step, Decimal(value)) for step, value in self.figures["curve"]],
            marks=marks,
            chosen=self.chosen["percent"],
            store=None if self.in_store is None else Mark(_("Contingency"), self.in_store),
            words=self.short,
            exact=self.exact,
            value_head=_("Cost at most"),
        )

    def histogram(self) -> Chart:
        """How the draws are spread."""
        nothing = Decimal(self.figures["chance_of_nothing"]) * 100
        low, high = (self.short(self.percentiles[Decimal(step)]["value"]) for step in (10, 90))
        title = _("Eight of ten outcomes cost %(low)s to %(high)s") % {"low": low, "high": high}
        if nothing >= 1:
            title += "; " + _("in %(nothing)s nothing happens") % {"nothing": money.percent(nothing)}
        return histogram_chart(
            title=title,
            subtitle=self.subtitle(),
            columns=[Column(Decimal(start), Decimal(end), count) for start, end, count in self.figures["bins"]],
            marks=[Mark(f"P{step}", self.percentiles[step]["value"]) for step in MARKED],
            words=self.short,
            exact=self.exact,
            height=320,
        )

    def tornado(self) -> Chart:
        """By how much the expected cost falls without each of the risks that drive the spread, and rises if it is certain."""
        first, base = self.risks[0], Decimal(self.figures["exact_mean"])
        title = _("“%(risk)s” makes %(share)s of the uncertainty") % {
            "risk": first["label"],
            "share": money.percent(100 * first["share"], 0 if first["share"] >= Decimal("0.1") else 1),
        }

        def apart(amount: Decimal) -> str:
            return f"+{self.short(amount)}" if amount > 0 else self.short(amount) if amount else self.short(base)

        risks = self.risks[:MOST_BARS]
        drawn = tornado_chart(
            title=title,
            subtitle=_(
                "Change of the expected cost in %(currency)s without the risk, and if it surely happens; widest spread first"
            )
            % {"currency": self.row.currency},
            base=Decimal(0),
            swings=[Swing(risk["label"], risk["without"] - base, risk["certain"] - base) for risk in risks],
            words=apart,
            base_label=_("Expected"),
            width=900,
        )
        heads = [head(_("Risk")), *(head(label, "num") for label in (_("Without it"), _("If it surely happens"), _("Swing")))]
        rows = [
            [risk["label"], *map(self.exact, (risk["without"], risk["certain"], abs(risk["certain"] - risk["without"])))]
            for risk in risks
        ]
        return replace(drawn, heads=heads, rows=rows)

    def left_out_words(self) -> list[str]:
        """What is not in the figures, and why."""
        unquantified, other, closed = (self.left_out[name] for name in ("unquantified", "currency", "closed"))
        said = []
        if unquantified:
            said.append(
                ngettext(
                    "%(count)s open risk has no probability or no amount.",
                    "%(count)s open risks have no probability or no amount.",
                    unquantified,
                )
                % {"count": f"{unquantified:,}"}
            )
        if other:
            said.append(
                ngettext("%(count)s open risk is in another currency.", "%(count)s open risks are in other currencies.", other)
                % {"count": f"{other:,}"}
            )
        if closed:
            said.append(
                ngettext("%(count)s risk is closed or has happened.", "%(count)s risks are closed or have happened.", closed)
                % {"count": f"{closed:,}"}
            )
        return said or [_("Nothing: every risk that you see here is in the figures.")]


def _named(risks: Iterable[dict[str, Any]], user: Any) -> list[dict[str, Any]]:
    """The frozen rows, those that drive the spread most first, with names only of what the person sees now. One query."""
    risks = list(risks)
    seen = set(Entry.objects.visible_to(user).filter(pk__in={risk["id"] for risk in risks}).values_list("pk", flat=True))
    signs = dict(Sign.choices)
    found = []
    for risk in risks:
        is_seen = risk["id"] in seen
        label = f"{risk['reference']} {risk['title']}" if is_seen else _("A risk that you may not see any more")
        found.append(
            risk
            | {name: Decimal(risk[name]) for name in (*AMOUNTS, "probability", "share")}
            | {
                "is_seen": is_seen,
                "reference": risk["reference"] if is_seen else "",
                "title": risk["title"] if is_seen else label,
                "project": risk["project"] if is_seen else "",
                "group": risk["group"] if is_seen else "",
                "label": f"{label} · {risk['project']}" if is_seen and risk["project"] else label,
                "sign_words": str(signs[risk["sign"]]),
                "percent": 100 * Decimal(risk["share"]),
            }
        )
    return sorted(found, key=lambda risk: (-abs(risk["share"]), -abs(risk["mean"]), risk["id"]))


def risk_columns(confidence: str) -> list[ExportColumn]:
    """The rows behind the figures as a file."""
    return [
        ExportColumn(_("Reference"), "reference", "id"),
        ExportColumn(_("Title"), "title"),
        ExportColumn(_("Share of the project"), "project"),
        ExportColumn(_("Threat or opportunity"), "sign_words", "choice"),
        ExportColumn(_("Probability, %"), "probability", "number"),
        ExportColumn(_("Impact in money, low"), "low", "money"),
        ExportColumn(_("Impact in money, likely"), "likely", "money"),
        ExportColumn(_("Impact in money, high"), "high", "money"),
        ExportColumn(_("Correlation group"), "group"),
        ExportColumn(_("Expected cost"), "mean", "money"),
        ExportColumn(_("Share of the variance, %"), "percent", "number"),
        ExportColumn(_("Contribution to P%(confidence)s") % {"confidence": confidence}, "contribution", "money"),
        ExportColumn(_("Expected cost of all without it"), "without", "money"),
        ExportColumn(_("Expected cost of all if it surely happens"), "certain", "money"),
    ]


def curve_columns() -> list[ExportColumn]:
    """The S-curve as a file."""
    return [
        ExportColumn(_("Outcomes at or below it, %"), "percent", "number"),
        ExportColumn(_("Cost at most"), "value", "money"),
        ExportColumn(_("Outcomes above it, %"), "above", "number"),
    ]


def curve_rows(reading: Reading) -> list[dict[str, Any]]:
    """The rows of `curve_columns`."""
    return [{"percent": step, "value": Decimal(value), "above": 100 - step} for step, value in reading.figures["curve"]]
