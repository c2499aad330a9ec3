"""What the pages of status updates show: figures, reasons in words, timelines, both versions of a conflict. No writes.

`timeline_of` and `trend_of` feed the partials of templates/portfolio/status/ on any page.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.charts import Chart, rag_strip
from core.money import exact
from core.rag import rating_of
from portfolio.actions.health import FIRST_DAYS, MilestoneFact, Story
from portfolio.actions.status import RATINGS, DecisionRow, decision_rows
from portfolio.forms.status import LABELS, DecisionRows, StatusUpdateForm
from portfolio.formulas.divergence import divergence, held_until
from portfolio.formulas.health import disagreements
from portfolio.formulas.raid_counts import Registers, from_numbers
from portfolio.models import DIMENSIONS, AssuranceRating, Project, StatusUpdate, TrendPoint
from portfolio.wording import computed_sentence, label_of, reason_sentence
from portfolio.wording_raid import news_of

NEWS_SHOWN = 8
# Where the rows behind each piece of news are, besides the project.
NARROWED = {
    "overdue": "due=overdue",
    "review": "review=overdue",
    "new": "open=all&raised_after={day}",
    "closed": "open=no&closed_after={day}",
    "waiting": "status=submitted",
    "decided": "open=all&status=approved&status=implemented&status=rejected",
}


def register_news(project: Project, story: Story) -> list[dict[str, str]]:
    """What the registers have to tell since last time, each with the address of its rows."""
    since = story.last.effective_at if story.last and story.last.effective_at else None
    day = timezone.localtime(since).date() if since else story.facts.on - timedelta(days=FIRST_DAYS)
    return [
        {
            "words": words,
            "late": "1" if what in ("overdue", "review", "red") else "",
            "url": f"{reverse(f'portfolio:{kind}-list')}?project={project.reference}"
            + (f"&{NARROWED[what].format(day=day.isoformat())}" if what in NARROWED else ""),
        }
        for kind, what, words in news_of(story.registers)[:NEWS_SHOWN]
    ]


def timeline_of(updates: Iterable[StatusUpdate], project: Project) -> list[dict[str, Any]]:
    """The events of components/timeline.html, one an update (`StatusUpdate.objects.for_timeline(project)`)."""
    return [
        {
            "title": str(update.period),
            "url": reverse("portfolio:update-detail", args=[project.reference, update.pk]),
            "on": update.effective_at,
            "by": update.submitted_by or (_("imported from %(source)s") % {"source": update.source} if update.source else ""),
            "rating": update.overall or "grey",
            "text": update.summary,
            "tag": _("Corrected") if update.revision > 1 else "",
        }
        for update in updates
    ]


def trend_of(updates: Sequence[StatusUpdate | TrendPoint], assured: Sequence[str] = ()) -> Chart | None:
    """Every rating over the periods, oldest first, of updates that come newest first; None for fewer than two. The title says what changed last.
    `assured`: the assurance that stood in each of these periods, where it is to be shown."""
    if len(updates) < 2:
        return None
    ordered = list(reversed(updates))
    latest, before = ordered[-1], ordered[-2]
    changed = [str(LABELS[name]) for name in RATINGS if getattr(latest, name) != getattr(before, name)]
    title = (
        ngettext("%(names)s changed in the last period", "%(names)s changed in the last period", len(changed))
        % {"names": ", ".join(changed)}
        if changed
        else _("No rating changed in the last period")
    )
    rows = [(str(LABELS[name]), [getattr(update, name) or None for update in ordered]) for name in RATINGS]
    rows.append((_("Computed"), [update.computed_overall or None for update in ordered]))
    if any(assured):
        rows.append((_("Assured"), [rating or None for rating in reversed(assured)]))
    subtitle = _("Declared rating by dimension and period, up to %(period)s") % {"period": latest.period}
    return rag_strip(title=title, subtitle=subtitle, periods=[str(update.period) for update in ordered], rows=rows)


def assured_in(updates: Sequence[StatusUpdate], project: Project, at: datetime | None) -> list[str]:
    """The assurance that stood while each of these updates (the newest first) was the latest one, as of `at` (None: now). One query."""
    if not updates:
        return []
    known = project.assurance_ratings.filter(effective_at__lte=at) if at else project.assurance_ratings.all()
    rated = list(known.order_by("effective_at", "pk").values_list("effective_at", "rating"))
    moments = sorted(update.effective_at for update in updates if update.effective_at)
    ends = dict(zip(moments, held_until([*moments[1:], datetime.max.replace(tzinfo=UTC)], rated), strict=True))
    return [ends.get(update.effective_at, "") if update.effective_at else "" for update in updates]


def divergence_words(updates: Sequence[StatusUpdate], assured: Sequence[str]) -> list[str]:
    """How often the declared overall rating was better than the computed one, and than the assurance; only where both are known."""
    computed = divergence((update.overall, update.computed_overall) for update in updates)
    judged = divergence((update.overall, rating) for update, rating in zip(updates, assured, strict=True))
    words = []
    if computed.compared:
        said = (
            _("Declared against computed: better in %(better)d, worse in %(worse)d of %(compared)d periods.")
            if computed.better or computed.worse
            else _("Declared against computed: the same in each of %(compared)d periods.")
        )
        words.append(said % vars(computed))
    if judged.compared:
        said = (
            _("Declared against assured: better in %(better)d, worse in %(worse)d of %(compared)d periods.")
            if judged.better or judged.worse
            else _("Declared against assured: the same in each of %(compared)d periods.")
        )
        words.append(said % vars(judged))
    return words


def suggestions_of(project: Project, story: Story, form: StatusUpdateForm) -> list[dict[str, Any]]:
    """For each rating of the form: the computed suggestion with its reason, and what was declared last time."""
    computed = story.computed()
    found = []
    for row in form.rating_fields():
        name = row["name"]
        declared = row["choice"].value() or ""
        rag = computed[name].rag
        found.append(
            row
            | {
                "rag": rag,
                "sentence": computed_sentence(computed[name], project.currency),
                "differs": rag not in ("", "grey") and bool(declared) and declared != rag,
                "last": getattr(story.last, name) if story.last else "",
                "last_comment": story.last.comments.get(name, "") if story.last else "",
            }
        )
    return found


def reading_of(update: StatusUpdate, project: Project, story: Story | None) -> dict[str, Any]:
    """What a reader sees of an update (portfolio/status/_update.html): frozen facts where it has them, else the `story`."""
    computed = _computed_of(update, project, story)
    declared = {name: getattr(update, name) for name in RATINGS}
    differing = disagreements(declared, {name: found["rag"] for name, found in computed.items()})
    return {
        "update": update,
        "project": project,
        "period": update.period,
        "decisions": decision_rows(update),
        "dimensions": [
            {
                "label": label_of(name),
                "rag": declared[name],
                "computed": computed[name]["rag"],
                "sentence": computed[name]["sentence"],
                "comment": update.comments.get(name, ""),
                "reason": update.reasons.get(name, "") if name in differing else "",
            }
            for name in ("overall", *DIMENSIONS)
        ],
        "assurance": _assurance(update, project),
        "figures": _figures(update, project, story),
        "milestones": story.milestones if story else _milestones(update.facts),
        "registers": [words for _kind, _what, words in news_of(story.registers if story else _registers(update.facts))],
        "thresholds": update.thresholds or (story.thresholds.as_data() if story else {}),
        "facts_on": date.fromisoformat(update.facts["on"]) if "on" in update.facts else None,
    }


def _assurance(update: StatusUpdate, project: Project) -> AssuranceRating | None:
    """The PMO's rating as it stood when the update became known; as it stands, for one that is not published. One query."""
    known = project.assurance_ratings.all()
    if update.effective_at:
        known = known.filter(effective_at__lte=update.effective_at)
    found: AssuranceRating | None = known.order_by("-effective_at", "-pk").first()
    return found


def _computed_of(update: StatusUpdate, project: Project, story: Story | None) -> dict[str, dict[str, str]]:
    if story is not None:
        fresh = story.computed()
        return {
            name: {"rag": fresh[name].rag, "sentence": computed_sentence(fresh[name], project.currency)} for name in RATINGS
        }
    currency = update.facts.get("project", {}).get("currency", project.currency)
    stored: Mapping[str, Any] = update.computed
    return {
        name: {
            "rag": stored.get(name, {}).get("rag", ""),
            "sentence": reason_sentence(stored.get(name, {}).get("reason", {}), currency),
        }
        for name in RATINGS
    }


def _figures(update: StatusUpdate, project: Project, story: Story | None) -> dict[str, Any]:
    if story is not None:
        facts = story.facts
        planned, finish, budget, forecast, spend = (
            facts.planned_finish_on,
            facts.forecast_finish_on,
            facts.budget,
            facts.forecast,
            facts.spend,
        )
        currency = project.currency
    else:
        frozen = update.facts.get("project", {})
        planned, finish = _date(frozen.get("planned_finish_on")), _date(frozen.get("forecast_finish_on"))
        budget, forecast, spend = (_amount(frozen.get(name)) for name in ("budget", "forecast", "spend"))
        currency = frozen.get("currency", project.currency)
    finish, forecast = update.forecast_finish_on or finish, forecast if update.forecast_cost is None else update.forecast_cost
    return {
        "percent": update.percent_complete,
        "planned_finish_on": planned,
        "forecast_finish_on": finish,
        "slip_days": (finish - planned).days if finish and planned else None,
        "budget": budget,
        "forecast": forecast,
        "spend": spend,
        "over": forecast - budget if forecast is not None and budget is not None else None,
        "under": budget - forecast if forecast is not None and budget is not None else None,
        "currency": currency,
    }


def _milestones(facts: Mapping[str, Any]) -> tuple[MilestoneFact, ...]:
    return tuple(
        MilestoneFact(
            title=row["title"],
            planned_on=date.fromisoformat(row["planned_on"]),
            forecast_on=_date(row.get("forecast_on")),
            actual_on=_date(row.get("actual_on")),
            was_on=_date(row.get("was_on")),
            is_overdue=bool(row.get("is_overdue")),
        )
        for row in facts.get("milestones", [])
    )


def _registers(facts: Mapping[str, Any]) -> Registers:
    return from_numbers(facts.get("registers", {}))


def _date(text: Any) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def _amount(text: Any) -> Decimal | None:
    return Decimal(str(text)) if text not in (None, "") else None


def conflict_of(form: StatusUpdateForm, rows: DecisionRows, theirs: Any) -> dict[str, Any]:
    """Both versions for components/conflict.html; `theirs` is the draft as it is stored now."""
    update: StatusUpdate = theirs.update
    stored = StatusUpdateForm(initial=StatusUpdateForm.initial_of(update))
    differing = []
    for name, control in form.fields.items():
        mine, other = form.cleaned_data.get(name), stored[name].value()
        if control.widget.is_hidden or (mine in (None, "") and other in (None, "")) or mine == control.to_python(other):
            continue
        base, _sep, dimension = name.partition("_")
        label = f"{label_of(dimension)}: {control.label}" if base in ("comment", "reason") else str(control.label)
        differing.append({"name": name, "label": label, "mine_words": words(name, mine), "theirs_words": words(name, other)})
    if rows.rows() != theirs.decisions:
        mine_words, their_words = decisions_words(rows.rows()), decisions_words(theirs.decisions)
        differing.append(
            {"name": "decisions", "label": _("Decisions needed"), "mine_words": mine_words, "theirs_words": their_words}
        )
    return {
        "by": update.written_by or _("Somebody"),
        "at": update.updated_at,
        "version": update.version,
        "rows": differing,
    }


def words(name: str, value: Any) -> str:
    """A value of the form as a person reads it."""
    if value in (None, ""):
        return "–"
    if name in RATINGS:
        return str(rating_of(value).word)
    if isinstance(value, date):
        return date_format(value, "j M Y")
    return exact(value) if isinstance(value, Decimal) else str(value)


def decisions_words(rows: Sequence[DecisionRow]) -> str:
    """Decisions as lines of text."""
    return "\n".join(
        " · ".join(part for part in (text, decider, date_format(due_on, "j M Y") if due_on else "") if part)
        for text, decider, due_on in rows
    )
