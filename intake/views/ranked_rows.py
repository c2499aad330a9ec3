"""The rows of a ranked list as HTML, drawn in Python: a template of tags costs more than the database does."""

from collections.abc import Iterable, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.templatetags import pmo
from intake.models import SelectionRound
from intake.models.requests import State
from intake.ranking import Line

# Drawn once on the page (round_detail.html) and used by every row.
HANDLE = '<svg class="icon" aria-hidden="true"><use href="#grip"/></svg>'


def drawn(chosen: SelectionRound, lines: Iterable[Line], *, may_rank: bool, line_after: int | None) -> Iterator[SafeString]:
    """The rows, and the funding line behind the place `line_after` (0: before the first)."""
    states = {state.value: escape(state.label) for state in State}
    hint, must, hidden = escape(_("Give it another place")), escape(_("Must be done")), escape(_("A confidential request"))
    lock, across = pmo.icon("lock"), _line_row(chosen)
    estimate = escape(_("estimate"))
    amounts: dict[tuple[object, str], str] = {}
    tags: dict[tuple[str, bool], str] = {}

    def small(words: str) -> str:
        return f"<small>{words}</small>" if words else ""

    def amount(value: object, currency: str) -> str:
        key = (value, currency)
        if key not in amounts:
            amounts[key] = pmo.money(value, currency)
        return amounts[key]

    def place(line: Line) -> str:
        entry = line.entry
        if not (may_rank and line.request):
            return str(entry.position)
        return (
            f'<a class=rank-handle draggable=false href="entries/{entry.pk}/rank/" title="{hint}">{HANDLE}{entry.position}</a>'
        )

    def name(line: Line) -> str:
        if line.request is None:
            return f"<span class=muted>{lock}{hidden}</span>"
        reference = escape(line.request.reference)
        return (
            f'<a class=title href="../../requests/{reference}/">{escape(line.request.title)}</a>'
            f"<small>{reference} · {states.get(line.request.state, '')}</small>"
        )

    if line_after == 0:
        yield across
    for line in lines:
        said = f' title="{escape(line.sentence)}"' if line.sentence else ""
        score = "–" if line.score is None else pmo.number(line.score, 1)
        source = escape(line.cost_from) if line.case else estimate if line.cost is not None else ""
        tag = (line.funded.state, line.entry.must_do)
        if tag not in tags:
            forced = f' <span class="tag is-accent">{must}</span>' if line.entry.must_do else ""
            tags[tag] = f'<span class="tag {line.tone}">{escape(line.word)}</span>{forced}'
        moves = f" data-rank-place={line.entry.position}" if may_rank and line.request else ""
        yield mark_safe(
            f"<tr{moves}><td class='num position'>{place(line)}<th scope=row>{name(line)}<td class=num{said}>{score}"
            f"<td class=num>{amount(line.cost, line.currency)}{small(source)}<td class=num>{amount(line.funded.cumulative, line.currency)}"
            f"<td>{tags[tag]}"
            f"<td class=is-whole>{escape(line.entry.reason) if line.request else ''}\n"
        )
        if line.entry.position == line_after:
            yield across


def _line_row(chosen: SelectionRound) -> SafeString:
    words = escape(_("Funding line"))
    return mark_safe(f"<tr class=funding-line><td colspan=7>{words} · {pmo.money(chosen.funding, chosen.currency)}\n")
