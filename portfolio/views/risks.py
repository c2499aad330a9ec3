"""What a risk adds to the page of its entry: ratings, exposure, responses, shared impacts, trend, causes and effects."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import money
from core.charts import Chart, Knot, Line, MatrixCell, RatingMark, bow_tie, count_lines, rating_way
from core.prepared import PreparedObjects
from portfolio.actions.raid import entry_url
from portfolio.actions.risks import appetites, current_scale, probability_of
from portfolio.entry_parts import actions_seen, links_seen
from portfolio.formulas.exposure import Effect, Exposure, appetite_of, breaches, expected_impact, exposure_of
from portfolio.formulas.scales import Scale, score
from portfolio.models import Entry, Project, Risk, RiskReading, SharedImpact
from portfolio.models.visibility import scopes_of, somebody

LETTERS = {"inherent": "I", "current": "C", "target": "T"}
MOST_READINGS = 24


def stage_words(stage: str) -> str:
    """What a stage is called."""
    return {"inherent": _("Inherent"), "current": _("Current"), "target": _("Target")}[stage]


def panel_of(request: HttpRequest, entry: Entry, actions: frozenset[str]) -> dict[str, Any]:
    """The context of templates/portfolio/risks/_risk_panel.html. Four queries, and what the page reads anyway."""
    scale, risk = current_scale(), entry.risk
    about = actions_seen(request.user, entry)
    responses = [one for one in about if one.action.strategy]
    exposure = exposure_with(risk, scale, [one for one in responses if one.is_open])
    limit = appetite_of(entry.category_id, appetites()) if entry.category_id else None
    shared = shared_of(request.user, entry, scale)
    may_edit = "register.edit" in actions and entry.is_open
    return {
        "risk": risk,
        "ratings": ratings_of(risk, scale),
        "way": way_chart(risk, scale),
        "exposure": exposure,
        "formula": formula_of(entry, risk, exposure),
        "responses": [
            {"entry": one, "url": entry_url(one), "edit_url": response_url(one), "points": points_of(one)} for one in responses
        ],
        "related_actions": [{"entry": one, "url": entry_url(one)} for one in about if not one.action.strategy],
        "add_response_url": reverse("portfolio:response-create", args=[entry.reference]) if may_edit else "",
        "shared": shared,
        "share_url": reverse("portfolio:risk-share", args=[entry.reference]) if may_edit and entry.project_id is None else "",
        "share_note": share_note(entry, risk, shared),
        "trend": trend_chart(entry),
        "tie": tie_chart(request.user, entry, responses),
        "appetite": limit,
        "breach": breaches(risk.sign, risk.current_likelihood, risk.current_impact, limit) and entry.is_open,
        "score": score(risk.current_likelihood, risk.current_impact),
        "may_edit_risk": may_edit,
    }


def points_of(response: Entry) -> str:
    """What a response does to the probability, without empty decimals."""
    points = response.action.probability_effect
    return f"{points.normalize():f}" if points else ""


def response_url(response: Entry) -> str:
    """Where a response is changed."""
    return reverse("portfolio:response-edit", args=[response.reference])


def ratings_of(risk: Risk, scale: Scale) -> list[dict[str, Any]]:
    """The three ratings in words, with the dimensions that were rated."""
    names = {dimension.key: dimension.label for dimension in scale.dimensions}
    found = []
    for stage in LETTERS:
        likelihood, impact = getattr(risk, f"{stage}_likelihood"), getattr(risk, f"{stage}_impact")
        if not likelihood and not impact:
            continue
        levels = (risk.impacts or {}).get(stage) or {}
        found.append({
            "word": stage_words(stage),
            "likelihood": level_words([each.label for each in scale.likelihood], likelihood),
            "impact": level_words(scale.impact, impact),
            "score": score(likelihood, impact),
            "band": scale.band_of(likelihood, impact),
            "is_threat": risk.sign == "threat",
            "dimensions": ", ".join(f"{names.get(key, key)} {level}" for key, level in levels.items()),
        })  # fmt: skip
    return found


def level_words(labels: Any, level: int | None) -> str:
    """A level as people call it."""
    return f"{level} {labels[level - 1]}" if level and level <= len(labels) else "–"


def way_chart(risk: Risk, scale: Scale) -> Chart | None:
    """The ratings on a small matrix; None without one."""
    marks = []
    for stage, letter in LETTERS.items():
        likelihood, impact = getattr(risk, f"{stage}_likelihood"), getattr(risk, f"{stage}_impact")
        if scale.band_of(likelihood, impact):
            marks.append(RatingMark(letter, stage_words(stage), (likelihood, impact)))
    return drawn_way(get_language(), tuple(marks), risk.sign, scale) if marks else None


@lru_cache(maxsize=400)
def drawn_way(_language: str | None, marks: tuple[RatingMark, ...], sign: str, scale: Scale) -> Chart:
    """The small matrix with these ratings: many risks are rated alike."""
    levels = range(1, scale.size + 1)
    opportunity = sign == "opportunity"
    return rating_way(
        title=way_words(marks, scale),
        subtitle=_("I inherent, C current, T target; likelihood upwards, impact of an opportunity to the left.")
        if opportunity
        else _("I inherent, C current, T target; likelihood upwards, impact to the right."),
        likelihood=[level.label for level in scale.likelihood],
        impact=list(scale.impact),
        fields=[[look_of(scale, row, column, sign) for column in levels] for row in levels],
        marks=marks,
        mirrored=opportunity,
    )


def look_of(scale: Scale, likelihood: int, impact: int, sign: str) -> MatrixCell:
    """The look of a cell. Red and green say how bad a threat is; how good an opportunity is says the depth of the accent."""
    band = scale.band_of(likelihood, impact)
    if band is None:
        return MatrixCell("–", depth=0)
    if sign == "threat":
        return MatrixCell(band.label, band.tone)
    return MatrixCell(band.label, depth=0.06 + 0.34 * scale.bands.index(band) / (len(scale.bands) - 1))


def way_words(marks: Sequence[RatingMark], scale: Scale) -> str:
    """The finding of the small matrix."""
    by_letter = {mark.letter: mark for mark in marks}
    here = by_letter.get("C")
    if here is None:
        return _("Not rated as it stands now")
    band = scale.band_of(*here.place)
    words = {"band": band.label if band else "–", "score": here.place[0] * here.place[1]}
    aim = by_letter.get("T")
    if aim is not None and aim.place != here.place:
        target = scale.band_of(*aim.place)
        words |= {"aim": target.label if target else "–", "aim_score": aim.place[0] * aim.place[1]}
        return _("%(band)s now (%(score)d), aimed at %(aim)s (%(aim_score)d)") % words
    return _("%(band)s now (%(score)d)") % words


def exposure_with(risk: Risk, scale: Scale, open_responses: list[Entry]) -> Exposure | None:
    """The exposure now and after the open responses."""
    effects = [
        Effect(one.action.probability_effect or 0, one.action.impact_effect or 0, one.action.cost or 0)  # type: ignore[arg-type]
        for one in open_responses
    ]
    return exposure_of(
        risk.sign, probability_of(risk, scale), expected_impact(risk.impact_low, risk.impact_likely, risk.impact_high), effects
    )


def formula_of(entry: Entry, risk: Risk, exposure: Exposure | None) -> dict[str, str]:
    """How the exposure was worked out, in words; what is missing for one."""
    if exposure is None:
        missing = _("a likely amount") if risk.impact_likely is None else _("a probability or a likelihood")
        return {"missing": _("No exposure yet: it needs %(what)s.") % {"what": missing}}

    def amount(value: Any) -> str:
        return money.short(value, entry.currency)

    words = {
        "probability": f"{exposure.probability.normalize():f}%",
        "impact": amount(exposure.impact),
        "now": amount(exposure.now),
        "probability_after": f"{exposure.probability_after.normalize():f}%",
        "impact_after": amount(exposure.impact_after),
        "after": amount(exposure.after),
        "low": amount(risk.impact_low if risk.impact_low is not None else risk.impact_likely),
        "likely": amount(risk.impact_likely),
        "high": amount(risk.impact_high if risk.impact_high is not None else risk.impact_likely),
        "gain": amount(exposure.gain),
        "cost": amount(exposure.cost),
        "worth": amount(exposure.worth),
    }
    where = _("as given") if risk.probability is not None else _("the middle of the likelihood’s range")
    found = {
        "now": _("%(probability)s × %(impact)s = %(now)s") % words,
        "probability": where,
        "impact": (
            _("(%(low)s + %(likely)s + %(high)s) / 3") % words
            if risk.impact_low is not None or risk.impact_high is not None
            else _("%(likely)s, the likely amount") % words
        ),
    }
    if exposure.gain or exposure.cost:
        found["after"] = _("%(probability_after)s × %(impact_after)s = %(after)s") % words
        found["worth"] = _("%(gain)s better for %(cost)s: worth %(worth)s") % words
    return found


SHARES = PreparedObjects(
    lambda scopes, user, entry: (
        SharedImpact.objects.filter(entry=entry, project__in=Project.objects.visible_to(somebody(user, scopes)))
        .select_related("project")
        .only(*(field.name for field in SharedImpact._meta.fields), "project__reference", "project__title")
    ),
    user=int,
    entry=int,
)


def shared_of(user: Any, entry: Entry, scale: Scale) -> list[dict[str, Any]]:
    """What it would mean for each project that the reader sees. One query where there are any."""
    impacts = SHARES(scopes_of(user), user=user.pk, entry=entry.pk) if entry.is_shared else []  # type: ignore[attr-defined]
    return [
        {
            "impact": one,
            "level": level_words(scale.impact, one.impact),
            "band": scale.band_of(entry.risk.current_likelihood, one.impact),
            "expected": expected_impact(one.impact_low, one.impact_likely, one.impact_high),
            "url": reverse("portfolio:shared-impact-edit", args=[entry.reference, one.pk]),
        }
        for one in impacts
    ]


def share_note(entry: Entry, risk: Risk, shared: list[dict[str, Any]]) -> str:
    """Whether the shares that the reader sees come to what the risk itself says."""
    known = [line["expected"] for line in shared if line["expected"] is not None]
    whole = expected_impact(risk.impact_low, risk.impact_likely, risk.impact_high)
    if not known or whole is None or sum(known) == whole:
        return ""
    words = {"shares": money.short(sum(known), entry.currency), "whole": money.short(whole, entry.currency)}
    return _("The projects’ shares come to %(shares)s, the risk itself says %(whole)s.") % words


READINGS = PreparedObjects(
    lambda entry: RiskReading.objects.filter(entry=entry).order_by("-at", "-pk")[:MOST_READINGS], entry=int
)


def trend_chart(entry: Entry) -> Chart | None:
    """The score over the readings, the newest at the right; None with fewer than two. One query."""
    readings = READINGS(entry=entry.pk)[::-1]
    values = [score(one.current_likelihood, one.current_impact) for one in readings]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    first, last = known[0], known[-1]
    words = {"first": first, "last": last, "day": date_format(localtime(readings[0].at), "j M Y")}
    if first == last:
        title = _("The score is %(last)d, as on %(day)s") % words
    else:
        title = _("The score went from %(first)d to %(last)d since %(day)s") % words
    targets = [score(one.target_likelihood, one.target_impact) for one in readings]
    lines = [Line(_("current"), "accent", values)]
    if any(target is not None for target in targets):
        lines.append(Line(_("target"), "grey", targets))
    drawn = count_lines(
        title=title,
        subtitle=_("Likelihood × impact at each reading, from 1."),
        periods=[date_format(localtime(one.at), "j M Y") for one in readings],
        lines=lines,
        height=200,
    )
    rows = [
        [*row, "–" if reading.exposure is None else money.short(reading.exposure, entry.currency)]
        for row, reading in zip(drawn.rows, readings, strict=True)
    ]
    heads = [*drawn.heads, {"label": _("Exposure"), "kind": "num"}]
    return Chart(drawn.title, drawn.subtitle, drawn.svg, heads, rows, newest_right=True)


def tie_chart(user: Any, entry: Entry, responses: list[Entry]) -> Chart | None:
    """Causes, barriers and effects from the risk's words, links and responses that the reader sees; None with fewer than two.
    Reads nothing that the page has not read."""
    risk = entry.risk
    causes = [Knot(_("Cause"), risk.cause)] if risk.cause else []
    effects = [Knot(_("Effect"), risk.effect)] if risk.effect else []
    for link in sorted(links_seen(user, entry), key=lambda one: (one.meaning, one.pk)):
        other = link.other
        noun, label, url = str(other.register.noun).capitalize(), f"{other.reference} {other.title}", entry_url(other)
        if link.meaning == "causes" and not link.is_out:
            causes.append(Knot(noun, label, url))
        elif link.meaning in ("causes", "became") and link.is_out:
            effects.append(Knot(noun, label, url))
        elif link.meaning == "mitigates" and not link.is_out:
            causes.append(Knot(_("Barrier: %(noun)s") % {"noun": noun.lower()}, label, url, barrier=True))
    for response in responses:
        lowers_impact = bool(response.action.impact_effect) and not response.action.probability_effect
        knot = Knot(
            _("Response: %(strategy)s") % {"strategy": response.action.get_strategy_display().lower()},
            response.title,
            entry_url(response),
            barrier=True,
        )
        (effects if lowers_impact else causes).append(knot)
    if len(causes) + len(effects) < 2:
        return None
    barriers = sum(knot.barrier for knot in [*causes, *effects])
    before, after = (sum(not knot.barrier for knot in knots) for knots in (causes, effects))
    parts = [
        ngettext("%(count)d cause", "%(count)d causes", before) % {"count": before},
        ngettext("%(count)d effect", "%(count)d effects", after) % {"count": after},
        ngettext("%(count)d barrier", "%(count)d barriers", barriers) % {"count": barriers},
    ]
    return bow_tie(
        title=", ".join(parts),
        subtitle=_("What leads to it on the left, what follows on the right; barriers and responses with a dashed line."),
        event=entry.title,
        causes=causes,
        effects=effects,
    )
