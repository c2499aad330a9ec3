"""From a snapshot to a PDF: parts as HTML, laid out where they changed, joined with their tags, numbered.

Everything on the paper comes from the snapshot and the one it is compared with, so that a stored run can be made again.
"""

import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pikepdf import ObjectStreamMode

from core import money
from core.charts import Chart, health_bars, rag_strip
from core.charts.milestones import slip_words
from core.fonts import PRINT_FACES, font_folder
from core.pdf.join import Bookmark, join, page_count
from core.pdf.layout import Part, lay_out
from core.pdf.stamp import Marks, stamp
from portfolio.formulas.discretion import FEWEST
from portfolio.formulas.raid_counts import Item, Registers
from portfolio.models import DIMENSIONS
from portfolio.registers import KINDS
from portfolio.wording_raid import exposure_words, movement_words, signed_money
from reporting import charts, wording
from reporting.formulas.changes import Changes
from reporting.formulas.snapshot import Sheet, Snapshot, totals

# How many changes, decisions and red projects page 1 shows: the first three with which it is one page.
SUMMARY_FITS = ((9, 8, 8), (6, 6, 5), (4, 4, 3), (3, 2, 0))
ENTRIES_A_PAGE = 54
ORDER = ("red", "amber", "green", "blue", "grey")


@dataclass(frozen=True)
class Rendered:
    """A finished report."""

    content: bytes
    pages: int
    sha256: str


@dataclass(frozen=True)
class Section:
    """A part, what the contents call it, and the name that links lead to."""

    name: str
    title: str
    html: str
    level: int = 1
    listed: bool = True
    shorter: tuple[str, ...] = ()

    @property
    def part(self) -> Part:
        """As the engine takes it."""
        return Part(self.title, self.html, self.shorter)


def render(snapshot: Snapshot, changed: Changes, *, seconds: int = 60, memory: int = 2**31) -> Rendered:
    """Make the PDF. Raises `core.pdf.layout.LayoutError` when a part cannot be laid out."""
    with translation.override(snapshot.language):
        sections: list[Section] = []

        def made() -> Iterator[Part]:
            for section in _sections(snapshot, changed):
                sections.append(section)
                yield section.part

        paths = lay_out(made(), seconds=seconds, memory=memory)
        counts = [page_count(path) for path in paths]
        if len(sections) > 4:
            at = 1 if sections[0].name == "summary" else 0
            contents, path, pages = _contents(snapshot, sections, counts, at)
            sections.insert(at, contents)
            paths.insert(at, path)
            counts.insert(at, pages)
        starts = [sum(counts[:index]) for index in range(len(counts))]
        total = sum(counts)
        pdf = join(
            paths,
            title=f"{snapshot.title}, {snapshot.period}",
            author=snapshot.organisation,
            language=snapshot.language,
            made_at=snapshot.made_at.astimezone(UTC),
            links={section.name: (start, section.title) for section, start in zip(sections, starts, strict=True)},
            bookmarks=_bookmarks(sections, starts),
        )
        marks = [_marks(snapshot, number, total, first=number == 1) for number in range(1, total + 1)]
        stamp(pdf, marks, font=font_folder() / PRINT_FACES[400, "normal"])
        buffer = io.BytesIO()
        pdf.save(buffer, deterministic_id=True, min_version="1.7", object_stream_mode=ObjectStreamMode.generate)
        pdf.close()
    content = buffer.getvalue()
    return Rendered(content, total, hashlib.sha256(content).hexdigest())


def file_name(snapshot: Snapshot) -> str:
    """What the reader's system calls the file."""
    return f"{snapshot.title} {snapshot.as_at.isoformat()}.pdf"


def compose(snapshot: Snapshot, changed: Changes) -> list[Section]:
    """The parts in order, but for the contents, which need the page numbers of the others."""
    with translation.override(snapshot.language):
        return list(_sections(snapshot, changed))


def _sections(snapshot: Snapshot, changed: Changes) -> Iterator[Section]:
    is_pack = snapshot.report == "pack"
    common = {"document_title": snapshot.title, "paper": snapshot.paper}
    if is_pack or not snapshot.sheets:
        first, *shorter = (_summary(snapshot, changed, *fit) for fit in SUMMARY_FITS)
        yield Section("summary", _("Summary"), first, listed=False, shorter=tuple(shorter))
    if is_pack and snapshot.sheets:
        yield Section("portfolio", _("The portfolio"), _table(snapshot, common))
    for sheet in snapshot.sheets:
        yield Section(sheet.reference, sheet.title, _sheet(sheet, snapshot, common), level=2 if is_pack else 1)
    if is_pack and snapshot.registers:
        yield Section("risks", _("Risks and changes"), _risks(snapshot, common))
    if is_pack and snapshot.sheets:
        yield Section("gaps", _last_title(snapshot), _gaps(snapshot, common))


def _html(template: str, context: Mapping[str, Any]) -> str:
    return render_to_string(f"reports/{template}.html", dict(context))


def _contents(snapshot: Snapshot, sections: Sequence[Section], counts: Sequence[int], at: int) -> tuple[Section, Any, int]:
    """The contents, whose own length moves the numbers in it: guessed, and laid out again where the guess was wrong."""
    listed = [index for index, section in enumerate(sections) if section.listed]
    pages = -(-len(listed) // ENTRIES_A_PAGE)
    for _attempt in range(3):
        entries = [
            {
                "name": sections[index].name,
                "title": sections[index].title,
                "level": sections[index].level,
                "page": sum(counts[:index]) + pages + 1,
            }
            for index in listed
        ]
        html = _html("contents", {"entries": entries, "document_title": snapshot.title, "paper": snapshot.paper})
        (path,) = lay_out([Part(_("Contents"), html)])
        found = page_count(path)
        if found == pages:
            break
        pages = found
    return Section("contents", _("Contents"), html, listed=False), path, pages


def _bookmarks(sections: Sequence[Section], starts: Sequence[int]) -> list[Bookmark]:
    """The outline: parts, with the projects below one line."""
    found: list[Bookmark] = []
    for section, start in zip(sections, starts, strict=True):
        if section.level == 1:
            found.append(Bookmark(section.title, start))
        else:
            if not found or found[-1].title != _("Projects"):
                found.append(Bookmark(_("Projects"), start))
            found[-1].children.append(Bookmark(section.title, start))
    return found


def _marks(snapshot: Snapshot, number: int, total: int, *, first: bool) -> Marks:
    footer = _("%(organisation)s · as at %(day)s") % {
        "organisation": snapshot.organisation,
        "day": wording.day(snapshot.as_at),
    }
    page = _("Page %(number)s of %(total)s") % {"number": number, "total": total}
    if first:
        return Marks(bottom_left=footer, bottom_right=page)
    return Marks(f"{snapshot.title} · {snapshot.period}", snapshot.classification, footer, page)


def _summary(snapshot: Snapshot, changed: Changes, changes_shown: int, decisions_shown: int, reds_shown: int) -> str:
    count = Counter(row.overall for row in snapshot.rated)
    turned = Counter(turn.now for turn in changed.turned)
    gone = Counter(turn.before for turn in changed.turned)
    lines = change_lines(changed)
    decisions = wording.decisions_due(snapshot)
    more = len(decisions) - decisions_shown
    context = {
        "document_title": snapshot.title,
        "paper": snapshot.paper,
        "snapshot": snapshot,
        "changed": changed,
        "period": snapshot.period[:1].upper() + snapshot.period[1:],
        "headline": wording.headline(snapshot, changed),
        "counts": [
            {
                "rating": rating,
                "number": count[rating],
                "note": _move_words(turned[rating] - gone[rating]) if changed.since else "",
            }
            for rating in ORDER
        ],
        "totals": [_total(total) for total in totals(snapshot.priced)[:4]],
        "lines": lines[:changes_shown],
        "more_lines": ngettext("%(n)s more change is on the project pages.", "%(n)s more changes are on the project pages.", n)
        % {"n": n}
        if (n := len(lines) - changes_shown) > 0
        else "",
        "decisions": [
            {
                "decision": one.decision,
                "sheet": one.sheet,
                "late": one.decision.due_on is not None and one.decision.due_on < snapshot.as_at,
            }
            for one in decisions[:decisions_shown]
        ],
        "more_decisions": ngettext(
            "%(n)s more decision is on the project pages.", "%(n)s more decisions are on the project pages.", more
        )
        % {"n": more}
        if more > 0
        else "",
        "reds": _reds(snapshot)[:reds_shown],
        "registers": _registers_words(snapshot),
        "notes": _notes(snapshot),
    }
    return _html("summary", context)


def _registers_words(snapshot: Snapshot) -> str:
    """One sentence on the registers, for page 1."""
    told = snapshot.registers
    if told is None:
        return ""
    found = wording.registers_line(told)
    worth = exposure_words(told.exposure)
    if worth:
        return (_("%(news)s. Exposure %(amount)s.") if found else _("%(news)sExposure %(amount)s.")) % {
            "news": found,
            "amount": worth,
        }
    return f"{found}." if found else ""


def _top(items: Sequence[Item], snapshot: Snapshot) -> list[dict[str, Any]]:
    """Risks as rows: score and movement, what, where, who, by when, worth."""
    places = {sheet.reference: sheet.title for sheet in snapshot.sheets}
    return [
        {
            "item": item,
            "moved": movement_words(item),
            "arrow": {"up": "↑", "down": "↓", "new": "•"}.get(item.movement, "→"),
            "place": places.get(item.place, item.above or item.place),
            "link": item.place if item.place in places else "",
            "late": item.is_overdue(snapshot.as_at),
            "worth": signed_money(item.exposure, item.currency) if item.exposure is not None else "–",
            "state": KINDS["risk"].state(item.status).label,
        }
        for item in items
    ]


def _risks(snapshot: Snapshot, common: Mapping[str, Any]) -> str:
    """The page of risks and changes: what they are worth, the weightiest, what ended, what was decided."""
    told = snapshot.registers or Registers()
    contingency: dict[str, Decimal] = {}
    places = {sheet.pk: sheet.title for sheet in snapshot.sheets}
    for sheet in snapshot.sheets:
        if sheet.contingency is not None:
            contingency[sheet.currency] = contingency.get(sheet.currency, Decimal(0)) + sheet.contingency
    kinds = {count.kind: count for count in told.counts}
    context = {
        "told": told,
        "since": snapshot.since,
        "lead": _registers_words(snapshot),
        "counts": [{"label": kind.plural, "count": kinds[key]} for key, kind in KINDS.items() if key in kinds],
        "exposure": [
            {
                "currency": line.currency,
                "threats": signed_money(line.threats, line.currency),
                "opportunities": signed_money(line.opportunities, line.currency),
                "net": signed_money(line.net, line.currency),
                "contingency": money.short(contingency[line.currency], line.currency) if line.currency in contingency else "–",
                "short": line.currency in contingency and -line.net > contingency[line.currency],
            }
            for line in told.exposure
        ],
        "matrix": charts.matrix_of(snapshot),
        "top": _top(told.top, snapshot),
        "ended": [
            {
                "item": item,
                "noun": KINDS[item.kind].noun,
                "state": KINDS[item.kind].state(item.status).label,
                "place": places.get(item.project or 0, item.above or item.place),
                "became": _("Became %(entries)s") % {"entries": ", ".join(item.became)} if item.became else "",
            }
            for item in snapshot.ended
        ],
        "changes": [
            {
                "item": item,
                "state": KINDS["change"].state(item.status),
                "size": wording.change_size(item) or "–",
                "place": places.get(item.project or 0, item.above or item.place),
            }
            for item in told.changes_decided[:12]
        ],
        "waiting": [wording.asked_by(item) for item in snapshot.waiting[:10]],
    }
    return _html("risks", {**common, **context})


def _reds(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The red projects with what the figures say, the longest slip first."""
    reds = [sheet for sheet in snapshot.sheets if sheet.overall == "red"]
    reds.sort(key=lambda sheet: (-max(sheet.slip_days or 0, 0), sheet.title))
    return [
        {
            "sheet": sheet,
            "finish": slip_words(sheet.slip_days) if sheet.slip_days else "",
            "cost": _variance(sheet) if sheet.variance else "",
        }
        for sheet in reds
    ]


def _move_words(by: int) -> str:
    if not by:
        return _("unchanged")
    return _("%(n)s more") % {"n": by} if by > 0 else _("%(n)s fewer") % {"n": -by}


def _total(total: Any) -> dict[str, Any]:
    left_out = []
    if total.without_budget:
        left_out.append(_("%(n)s without budget") % {"n": total.without_budget})
    if total.without_forecast:
        left_out.append(_("%(n)s without forecast") % {"n": total.without_forecast})
    return {
        "total": total,
        "budget": money.short(total.budget, total.currency),
        "forecast": money.short(total.forecast, total.currency),
        "spend": money.short(total.spend, total.currency),
        "words": wording.variance_words(total),
        "left_out": ", ".join(left_out),
    }


def change_lines(changed: Changes) -> list[dict[str, Any]]:
    """What changed, one line a project, the weightiest first: ratings, then finish and cost, then who came and went."""
    lines: dict[str, dict[str, Any]] = {}

    def add(sheet: Sheet, words: str, rating: str = "", *, linked: bool = True) -> None:
        line = lines.setdefault(
            sheet.reference,
            {"reference": sheet.reference if linked else "", "title": sheet.title, "rating": "", "said": []},
        )
        line["rating"] = line["rating"] or rating
        line["said"].append(words)

    for turn in changed.turned:
        add(turn.sheet, wording.turn_words(turn), turn.now)
    for asked in changed.asked:
        add(asked.sheet, _("asks for a decision"))
    for move in changed.finishes:
        add(move.sheet, wording.finish_words(move))
    for shift in changed.money:
        add(shift.sheet, wording.money_words(shift))
    for sheet in changed.stirred:
        add(sheet, wording.stirred_words(sheet))
    for sheet in changed.entered:
        add(sheet, _("new in this report"))
    for sheet in changed.left:
        add(sheet, _("no longer in this report"), linked=False)
    return [line | {"words": "; ".join(dict.fromkeys(line["said"]))} for line in lines.values()]


def _notes(snapshot: Snapshot) -> list[str]:
    notes = []
    gaps = sum(bool(wording.gaps(sheet, snapshot.stale_after_days)) for sheet in snapshot.sheets)
    if gaps:
        notes.append(
            ngettext(
                "The figures of %(n)s project are incomplete or out of date: see the last page.",
                "The figures of %(n)s projects are incomplete or out of date: see the last page.",
                gaps,
            )
            % {"n": gaps}
        )
    if 0 < len(snapshot.hidden) < FEWEST:
        n = len(snapshot.hidden)
        notes.append(
            ngettext(
                "%(n)s confidential project is not named here; its rating and amounts are left out of all figures.",
                "%(n)s confidential projects are not named here; their ratings and amounts are left out of all figures.",
                n,
            )
            % {"n": n}
        )
    elif snapshot.hidden:
        n = len(snapshot.hidden)
        notes.append(
            ngettext(
                "The totals count %(n)s confidential project that is not named here.",
                "The totals count %(n)s confidential projects that are not named here.",
                n,
            )
            % {"n": n}
        )
    return notes


def _table(snapshot: Snapshot, common: Mapping[str, Any]) -> str:
    worst_first = sorted(snapshot.sheets, key=lambda sheet: (ORDER.index(sheet.overall), sheet.title))
    rows = [
        {
            "sheet": sheet,
            "marks": [sheet.ratings.get(name) or "grey" for name in DIMENSIONS],
            "budget": money.short(sheet.budget, sheet.currency) or "–",
            "forecast": money.short(sheet.forecast, sheet.currency) or "–",
            "slip": wording.slip_of(sheet),
        }
        for sheet in worst_first
    ]
    return _html(
        "portfolio_table", {**common, "rows": rows, "dimensions": list(DIMENSIONS.values()), "chart": _health(snapshot)}
    )


def _health(snapshot: Snapshot) -> Chart | None:
    """Counts by dimension, where anybody rates dimensions at all."""
    rows = [
        (str(name), Counter(sheet.ratings.get(key) or "grey" for sheet in snapshot.sheets))
        for key, name in {"overall": _("Overall"), **DIMENSIONS}.items()
    ]
    rated = [(name, count) for name, count in rows if count["grey"] < len(snapshot.sheets)]
    if len(rated) < 2:
        return None
    worst, count = max(rated, key=lambda row: (row[1]["red"], row[1]["amber"]))
    title = _("%(dimension)s has the most red: %(n)s of %(total)s") if count["red"] else _("No dimension is red")
    return health_bars(
        title=title % {"dimension": worst, "n": count["red"], "total": len(snapshot.sheets)},
        subtitle=_("Number of projects by declared rating · %(scope)s · as at %(day)s")
        % {"scope": snapshot.scope, "day": wording.day(snapshot.as_at)},
        rows=rated,
    )


def _sheet(sheet: Sheet, snapshot: Snapshot, common: Mapping[str, Any]) -> str:
    facts = [
        (_("Sponsor"), sheet.sponsor),
        (_("Project manager"), sheet.manager),
        (_("Organisation unit"), sheet.unit),
        (_("Portfolio"), sheet.portfolio),
        (_("Planned start"), wording.day(sheet.planned_start_on)),
        (_("Planned finish"), wording.day(sheet.planned_finish_on)),
        (_("Budget, whole life"), money.exact(sheet.budget, sheet.currency)),
        (_("Forecast, whole life"), money.exact(sheet.forecast, sheet.currency)),
        (_("Spent to date"), money.exact(sheet.spend, sheet.currency)),
        (_("Contingency"), money.exact(sheet.contingency, sheet.currency)),
        (_("Planned benefits"), money.exact(sheet.benefits, sheet.currency)),
        (_("Percent complete"), "" if sheet.percent_complete is None else f"{sheet.percent_complete}%"),
        (_("Tier"), str(sheet.tier)),
    ]
    context = {
        **common,
        "sheet": sheet,
        "slip": wording.slip_of(sheet),
        "decisions": wording.asked_of(sheet),
        "registers": wording.registers_line(sheet.registers),
        "worth": exposure_words(sheet.registers.exposure) if sheet.registers else "",
        "top": _top(sheet.registers.top, snapshot) if sheet.registers else [],
        "forecast": money.short(sheet.forecast, sheet.currency),
        "variance": _variance(sheet),
        "dimensions": [
            {"name": name, "rating": sheet.ratings.get(key) or "grey", "comment": sheet.comments.get(key, "")}
            for key, name in DIMENSIONS.items()
        ]
        if any(sheet.ratings.get(key) for key in DIMENSIONS) or sheet.comments
        else [],
        "strip": _strip(sheet),
        "milestones": [
            {"milestone": one, "slip": slip_words((one.expected_on - one.planned_on).days)} for one in sheet.milestones
        ],
        "facts": [{"label": label, "value": value} for label, value in facts if value],
    }
    return _html("sheet", context)


def _variance(sheet: Sheet) -> str:
    if sheet.variance is None:
        return _("no budget to compare with") if sheet.budget is None else ""
    if not sheet.variance:
        return _("on budget")
    amount = money.short(abs(sheet.variance), sheet.currency)
    return (_("%(amount)s over budget") if sheet.variance > 0 else _("%(amount)s under budget")) % {"amount": amount}


def _strip(sheet: Sheet) -> Chart | None:
    """The trend of every rating, from the second update on."""
    if len(sheet.trail) < 2:
        return None
    names = {"overall": _("Overall"), **DIMENSIONS}
    used = {key: name for key, name in names.items() if any(ratings.get(key) for _label, ratings in sheet.trail)}
    first, last = sheet.trail[0][1].get("overall", ""), sheet.trail[-1][1].get("overall", "")
    if first == last:
        title = _("The overall rating is what it was %(n)s updates ago") % {"n": len(sheet.trail) - 1}
    else:
        words = {"red": _("Red"), "amber": _("Amber"), "green": _("Green"), "blue": _("Complete")}
        title = _("From %(before)s to %(now)s in %(n)s updates") % {
            "before": words.get(first, _("No data")).lower(),
            "now": words.get(last, _("No data")).lower(),
            "n": len(sheet.trail),
        }
    return rag_strip(
        title=title,
        subtitle=_("Declared ratings by reporting period, newest right"),
        periods=[_short_day(date.fromisoformat(label)) for label, _ratings in sheet.trail],
        rows=[(str(name), [ratings.get(key) or None for _label, ratings in sheet.trail]) for key, name in used.items()],
        width=410,
        paper=True,
    )


def _short_day(on: date) -> str:
    from django.utils.formats import date_format

    return date_format(on, "M y")


def _gaps(snapshot: Snapshot, common: Mapping[str, Any]) -> str:
    found = [(sheet, wording.gaps(sheet, snapshot.stale_after_days)) for sheet in snapshot.sheets]
    rows = [{"sheet": sheet, "words": ", ".join(words)} for sheet, words in found if words]
    complete = len(snapshot.sheets) - len(rows)
    lead = (
        _("Nothing is missing: every project has reported in time and states its budget, forecast, finish and sponsor.")
        if not rows
        else _("%(complete)s of %(total)s projects are complete and up to date.")
        % {"complete": complete, "total": len(snapshot.sheets)}
    )
    context = {
        "title": _last_title(snapshot),
        "gaps": rows,
        "lead": lead,
        "ages": _ages(snapshot),
        "words": [{"term": term, "meaning": meaning} for term, meaning in wording.terms(snapshot)],
    }
    return _html("gaps", {**common, **context})


def _last_title(snapshot: Snapshot) -> str:
    """What the last page is about."""
    missing = any(wording.gaps(sheet, snapshot.stale_after_days) for sheet in snapshot.sheets)
    return _("What is missing or out of date") if missing else _("About this report")


def _ages(snapshot: Snapshot) -> list[dict[str, Any]]:
    """How many projects reported how long ago."""
    ages = [(snapshot.as_at - sheet.reported_on).days for sheet in snapshot.sheets if sheet.reported_on]
    bounds = sorted({7, 30, snapshot.stale_after_days})
    rows = [
        (_("%(first)s to %(last)s days before") % {"first": first, "last": last}, sum(first <= age <= last for age in ages))
        for first, last in zip([0, *(bound + 1 for bound in bounds)], bounds, strict=False)
    ]
    rows.append((_("More than %(n)s days before") % {"n": bounds[-1]}, sum(age > bounds[-1] for age in ages)))
    rows.append((_("Never"), sum(sheet.reported_on is None for sheet in snapshot.sheets)))
    return [{"label": label, "number": number} for label, number in rows]
