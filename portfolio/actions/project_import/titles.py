"""Which row of ours a row of a file means that has no reference of ours and no identifier known: by its title."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.formulas.readings import note
from core.imports.records import ImportOptions
from core.imports.registry import ASK, PlannedRow
from core.money import percent
from portfolio.formulas.titles import TitleIndex, title_key


def match_title(
    title: str,
    planned: PlannedRow,
    options: ImportOptions,
    *,
    rows: Mapping[int, Any],
    by_reference: Mapping[str, int],
    by_title: Mapping[str, Sequence[int]],
    titles: TitleIndex,
    may_be: Callable[[int], bool],
) -> int | None:
    """The key of the row (of `rows`, with title and reference) of the same or a similar title, among those that `may_be` it.

    What somebody answered for this row of the file goes first. One of the same title is it; several, or similar ones, are
    what the options say of such, else a question: the verdict ASK. None for a new one.
    """
    answer = options.answers.get(planned.place, "")
    if answer == "new":
        return None
    if answer in by_reference:
        return by_reference[answer]
    same = [pk for pk in by_title.get(title_key(title), []) if may_be(pk)]
    if len(same) == 1:
        planned.notes.append(note("matched_by_title"))
        return same[0]
    if options.similar == "new":
        return None
    alike = [(pk, 1.0) for pk in same] or [(pk, likeness) for pk, likeness in titles.like(title) if may_be(pk)]
    if not alike:
        return None
    if options.similar == "same":
        planned.notes.append(note("matched_by_likeness", title=rows[alike[0][0]].title))
        return alike[0][0]
    planned.verdict = ASK
    planned.question = [(rows[pk].reference, rows[pk].title, percent(likeness * 100)) for pk, likeness in alike]
    return None
