"""One page of a round's ranked list. The database adds up all of the round; only the shown rows are read.

`fund` (intake/formulas/ranking.py) is the rule and says what the words mean; this is its twin in SQL, and a test holds both
equal over random rounds (tests/intake/test_ranked_page.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.db import connection

from core.lists import KnownPaginator
from core.plans import Statement
from core.prepared import PreparedObjects
from core.views.editing import whole_number
from intake.formulas.ranking import Funded, Item, LineUse, Ranked, fits
from intake.models import ApprovedCase, RankedEntry, Request, RequestScore, SelectionRound
from intake.models.selection import Cut
from intake.ranking import Line
from portfolio.models.visibility import scopes_of, somebody

ZERO = Decimal(0)
SHOWN = ("reference", "title", "state", "estimated_cost", "currency")

TYPES = {
    "round": "bigint", "model": "bigint", "currency": "text", "line": "numeric", "stops": "boolean", "taken": "bigint[]",
    "size": "bigint", "offset": "bigint",
}  # fmt: skip

# Each entry with its cost: that of the newest frozen case, else the estimate. `counts`: it is eligible and its cost is known.
# Found once and then read: what is summed over it must not ask the planner how many rows a round has.
COSTS = """
costs AS MATERIALIZED (
    SELECT *, is_eligible AND cost IS NOT NULL AS counts FROM (
        SELECT e.id, e.position, e.must_do, e.reason, e.request_id, c.id AS case_id, s.id AS score_id,
            CASE WHEN c.id IS NULL THEN r.estimated_cost ELSE c.cost END AS cost,
            CASE WHEN c.id IS NULL THEN r.currency ELSE c.currency END COLLATE "C" AS currency,
            s.eligibility IS DISTINCT FROM 'not_eligible' AS is_eligible
        FROM intake_rankedentry e
        JOIN intake_request r ON r.id = e.request_id
        LEFT JOIN (
            SELECT DISTINCT ON (request_id) id, request_id, cost, currency FROM intake_approvedcase ORDER BY request_id, number DESC
        ) c ON c.request_id = e.request_id
        LEFT JOIN intake_requestscore s ON s.request_id = e.request_id AND s.model_version_id = %(model)s
        WHERE e.round_id = %(round)s
    ) AS entries
), asking AS (SELECT * FROM costs WHERE counts AND currency = %(currency)s)
"""

# The line pays what must be done first, wherever that stands; the others wait in their order, and "stop" takes none from the first
# on that does not fit (`first_over`). What stands above a row, a currency by itself, is added up only as far down as it is read.
PAGE = Statement(
    f"SELECT * FROM (WITH {COSTS}"  # noqa: S608 - our own text; values are parameters
    """, line AS MATERIALIZED (
    SELECT coalesce(sum(cost) FILTER (WHERE must_do), 0) AS must, sum(cost) AS asked FROM asking
), beyond AS MATERIALIZED (
    SELECT min(position) AS first_over
    FROM (SELECT id, position, sum(cost) OVER (ORDER BY position) AS reached FROM asking WHERE NOT must_do) AS waiting
    WHERE CASE WHEN %(stops)s THEN reached > (SELECT greatest(%(line)s::numeric - must, 0) FROM line)
        ELSE id <> ALL(%(taken)s::bigint[]) END
), told AS (
    SELECT *, counts AND currency = %(currency)s AND %(line)s::numeric IS NOT NULL AND (must_do OR CASE WHEN %(stops)s
        THEN first_over IS NULL OR position < first_over ELSE id = ANY(%(taken)s::bigint[]) END) AS is_in
    FROM costs, beyond
), totals AS (
    SELECT count(*) AS count, count(*) FILTER (WHERE is_in) AS funded, sum(cost) FILTER (WHERE is_in) AS all_committed FROM told
), shown AS (
    SELECT id, position FROM intake_rankedentry WHERE round_id = %(round)s ORDER BY position LIMIT %(size)s OFFSET %(offset)s
), summed AS (
    SELECT *,
        coalesce(sum(cost) FILTER (WHERE counts) OVER down, 0) AS cumulative,
        coalesce(sum(cost) FILTER (WHERE is_in) OVER down, 0) AS committed,
        coalesce(sum(cost) FILTER (WHERE counts AND must_do) OVER down, 0) AS must_above
    FROM told WHERE position <= (SELECT greatest(max(shown.position), (SELECT first_over FROM beyond)) FROM shown)
    WINDOW down AS (PARTITION BY currency ORDER BY position)
)
SELECT id, position, must_do, reason, request_id, case_id, score_id, cost, currency, is_eligible, is_in, cumulative, committed,
    must - must_above AS must_left, id IN (SELECT id FROM shown) AS is_shown, count, funded, all_committed, asked, first_over
FROM summed, totals, line
WHERE id IN (SELECT id FROM shown) OR position = first_over
) AS page ORDER BY position
""",
    table="rankedentry",
    **TYPES,
)

# The costs that wait for the line, in order: what "skip" takes depends on each before it, which no running sum tells.
WAITING = Statement(
    f"SELECT * FROM (WITH {COSTS}"  # noqa: S608 - our own text; values are parameters
    """
SELECT array_agg(id ORDER BY position) FILTER (WHERE NOT must_do), array_agg(cost ORDER BY position) FILTER (WHERE NOT must_do),
    coalesce(sum(cost) FILTER (WHERE must_do), 0)
FROM asking
) AS waiting
""",
    table="rankedentry",
    **TYPES,
)

SEEN = PreparedObjects(
    lambda scopes, user, keys: (
        Request.objects.visible_to(somebody(user, scopes)).filter(pk__among=keys).only(*SHOWN).order_by()
    ),
    user=int,
    keys=list,
)
SCORES = PreparedObjects(lambda keys: RequestScore.objects.filter(pk__among=keys).order_by(), keys=list)


@dataclass(frozen=True)
class RankedPage:
    """The rows of one page, and what the whole round comes to. `use` is that of the round's own currency, None in an empty
    round; `first_over` is the first row that does not fit, on whatever page it stands."""

    lines: list[Line]
    page: Page[Any]
    use: LineUse | None
    first_over: Line | None


def page_of(chosen: SelectionRound, user: Any, number: Any, size: int) -> RankedPage:
    """The page of this number. Two queries; one more for scores, for frozen cases, to skip what does not fit, and for a page
    that does not exist."""
    asked = min(max(whole_number(number) or 1, 1), 10**9)
    found = _asked(chosen, size, (asked - 1) * size)
    if any(row["is_shown"] for row in found):
        count = found[0]["count"]
    elif count := chosen.entries.count():
        found = _asked(chosen, size, (count - 1) // size * size)
    page = KnownPaginator(chosen.entries.none(), size, count).get_page(asked)
    if not found:
        return RankedPage([], page, None, None)
    requests = [row["request_id"] for row in found]
    seen = {request.pk: request for request in SEEN(scopes_of(user), user=user.pk, keys=requests)}
    score_keys = [row["score_id"] for row in found if row["score_id"] and row["request_id"] in seen]
    scores = {score.pk: score for score in SCORES(keys=score_keys)} if score_keys else {}
    case_keys = [row["case_id"] for row in found if row["case_id"]]
    cases = ApprovedCase.objects.defer("document").in_bulk(case_keys) if case_keys else {}
    lines = [_line(row, chosen, seen.get(row["request_id"]), scores, cases) for row in found]
    over = next((place for place, line in enumerate(lines) if line.funded.state == "first_over"), None)
    shown = [line for line, row in zip(lines, found, strict=True) if row["is_shown"]]
    if over is None:
        return RankedPage(shown, page, _use(chosen, found[0], None), None)
    return RankedPage(shown, page, _use(chosen, found[0], found[over]), lines[over])


def _asked(chosen: SelectionRound, size: int, offset: int) -> list[dict[str, Any]]:
    values = {
        "round": chosen.pk,
        "model": chosen.model_version_id,
        "currency": chosen.currency,
        "line": chosen.funding,
        "stops": chosen.cut == Cut.STOP,
        "taken": [],
        "size": size,
        "offset": offset,
    }
    with connection.cursor() as cursor:
        if chosen.cut != Cut.STOP and chosen.funding is not None:
            WAITING.ask(cursor, **values)
            keys, costs, must = cursor.fetchone()
            left = max(ZERO, chosen.funding - must)
            values["taken"] = [key for key, is_in in zip(keys or (), fits(costs or (), left, "skip"), strict=True) if is_in]
        PAGE.ask(cursor, **values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _line(
    row: dict[str, Any],
    chosen: SelectionRound,
    request: Request | None,
    scores: dict[int, RequestScore],
    cases: dict[int, ApprovedCase],
) -> Line:
    entry = RankedEntry(
        row["id"], chosen.pk, row["request_id"], position=row["position"], must_do=row["must_do"], reason=row["reason"]
    )
    item = Item(row["id"], None, row["cost"], row["currency"], row["must_do"], row["is_eligible"])
    ranked = Ranked(item, row["position"], row["position"], False)
    funded = Funded(ranked, _state(row, chosen), row["cumulative"], row["committed"])
    return Line(
        entry,
        request,
        row["cost"],
        row["currency"],
        funded,
        held=scores.get(row["score_id"]) if request else None,
        case=cases.get(row["case_id"]),
    )


def _state(row: dict[str, Any], chosen: SelectionRound) -> str:
    if not row["is_eligible"]:
        return "not_eligible"
    if row["cost"] is None:
        return "no_cost"
    if chosen.funding is None or row["currency"] != chosen.currency:
        return "no_line"
    if row["is_in"]:
        return "must_do_over" if row["must_do"] and row["committed"] > chosen.funding else "funded"
    return "first_over" if row["position"] == row["first_over"] else "over"


def _use(chosen: SelectionRound, totals: dict[str, Any], first: dict[str, Any] | None) -> LineUse | None:
    if totals["asked"] is None:
        return None
    committed = totals["all_committed"] or ZERO
    return LineUse(
        currency=chosen.currency,
        line=chosen.funding,
        committed=committed,
        left=chosen.funding - committed if chosen.funding is not None else None,
        funded=totals["funded"],
        asked=totals["asked"],
        first_over=first["id"] if first else None,
        needs=first["committed"] + first["must_left"] + first["cost"] - chosen.funding if first else None,
    )


def has_scores(chosen: SelectionRound, user: Any, shown: Sequence[Line]) -> bool:
    """Whether a request of the round that the person may see has a score by its model. One query where none of the shown has."""
    if chosen.model_version_id is None or any(line.held for line in shown):
        return chosen.model_version_id is not None
    seen = Request.objects.visible_to(user).filter(entries__round=chosen)
    return bool(RequestScore.objects.filter(model_version=chosen.model_version_id, request__in=seen).exists())
