"""What a row says about a risk: levels in words, numbers or percent by the organisation's scales, money, what is done about it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from core.formulas.readings import Note, note
from core.imports.records import ReadRow
from core.imports.registry import PlannedRow, Work
from portfolio.actions.raid_import.known import Known
from portfolio.actions.raid_import.rights import Refused
from portfolio.actions.raid_import.write import EntryWrite, ResponseWrite
from portfolio.actions.risks import probability_of
from portfolio.formulas.levels import PERCENT, Level, level_style, read_level
from portfolio.formulas.scales import Scale
from portfolio.formulas.titles import title_key
from portfolio.models import Entry
from portfolio.registers import OPPORTUNITY_STRATEGIES, THREAT_STRATEGIES

LIKELIHOODS = {"likelihood": "current", "inherent_likelihood": "inherent", "target_likelihood": "target"}
IMPACTS = {"impact": "current", "inherent_impact": "inherent", "target_impact": "target"}
POINTS = ("impact_low", "impact_likely", "impact_high")
CENT = Decimal("0.01")


class Levels:
    """Reads the cells of a file that hold levels, and remembers what was taken for granted, for the loss report."""

    def __init__(self, work: Work, scale: Scale) -> None:
        self.scale = scale
        self._assumed: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._styles: dict[str, str] = {}
        for key in (*LIKELIHOODS, *IMPACTS, "probability", "severity"):
            rows = [row for row in work.table.rows if row.value(key) is not None]
            if rows:
                header = rows[0].columns[key].name
                size = 4 if key == "severity" else scale.size
                self._styles[key] = level_style(header, [str(row.value(key)) for row in rows], size)
        self._most = Decimal(100)

    def style_of(self, key: str) -> str:
        """How the column of a field writes bare numbers."""
        return self._styles.get(key, PERCENT if key == "probability" else "levels")

    def is_unclear(self, row: ReadRow, key: str, text: str) -> bool:
        """Whether a bare number could count from either end: a priority of 1 is the highest one to most people."""
        return "priorit" in row.columns[key].name.casefold() and text.strip().isdigit()

    def assume(self, row: ReadRow, key: str, text: str, level: Level, label: Any) -> None:
        """Remember how a cell was understood, where that was not plain."""
        if level.how:
            code = "level_from_word" if level.how == "word" else "level_in_proportion"
            self.remark(row, key, note(code, text=text, level=level.level, label=label))

    def remark(self, row: ReadRow, key: str, remark: Note) -> None:
        """Remember something that was taken for granted about a column."""
        column = row.columns[key].name
        found = self._assumed.setdefault(
            (column, remark.code, str(remark.params)), {"column": column, "note": remark.as_json(), "count": 0}
        )
        found["count"] += 1

    def assumed(self) -> Iterable[dict[str, Any]]:
        """All of it, as the report keeps it."""
        return self._assumed.values()

    def likelihood(self, row: ReadRow, key: str) -> Level | None:
        """A likelihood: its level, and the probability where the cell says it. None where there is none, or no level."""
        text = row.value(key)
        if text is None:
            return None
        style = self.style_of(key) if key != "probability" or self.style_of(key) != "levels" else PERCENT
        level = read_level(str(text), [each.label for each in self.scale.likelihood], style)
        if level is None:
            row.refuse(key, "level_unknown", text=text)
            return None
        if level.percent is not None:
            if not 0 <= level.percent <= 100:
                return level
            number = self.scale.level_of(level.percent)
            if key != "probability":
                self.remark(row, key, note("level_from_percent", level=number, label=self.scale.likelihood[number - 1].label))
            return Level(number, level.percent)
        assert level.level is not None
        self.assume(row, key, str(text), level, self.scale.likelihood[level.level - 1].label)
        return level

    def impact(self, row: ReadRow, key: str) -> int | None:
        """An impact's level."""
        text = row.value(key)
        if text is None:
            return None
        level = read_level(str(text), self.scale.impact, self.style_of(key))
        if level is None or level.level is None:
            row.refuse(key, "level_unknown", text=text)
            return None
        self.assume(row, key, str(text), level, self.scale.impact[level.level - 1])
        return level.level


def risk_values(row: ReadRow, found: Entry | None, levels: Levels) -> dict[str, Any]:
    """Ratings and money of a risk, by the names of its own table. Raises Refused where they contradict themselves."""
    risk = found.risk if found is not None else None
    own: dict[str, Any] = {}
    for key, stage in LIKELIHOODS.items():
        level = levels.likelihood(row, key)
        if level is None:
            continue
        if level.level is None:
            raise Refused("probability_range", text=row.value(key))
        own[f"{stage}_likelihood"] = level.level
        if stage == "current" and level.percent is not None:
            own["probability"] = level.percent.quantize(CENT)
        elif stage == "current" and _other_level(risk, level.level, levels.scale):
            own["probability"] = None
    stated = levels.likelihood(row, "probability")
    if stated is not None:
        if stated.percent is None or stated.level is None:
            raise Refused("probability_range", text=row.value("probability"))
        own["probability"] = stated.percent.quantize(CENT)
        own.setdefault("current_likelihood", stated.level)
    for key, stage in IMPACTS.items():
        number = levels.impact(row, key)
        if number is None:
            continue
        if risk is not None and risk.impacts.get(stage) and getattr(risk, f"{stage}_impact") != number:
            row.refuse(key, "impact_by_dimension")
            continue
        own[f"{stage}_impact"] = number
    own |= _money(row, risk, own, levels)
    sign = row.value("sign") or (risk.sign if risk is not None else "threat")
    strategy = row.value("strategy")
    if strategy and strategy not in (THREAT_STRATEGIES if sign == "threat" else OPPORTUNITY_STRATEGIES):
        if strategy in ("share", "reduce", "enhance", "exploit"):
            row.refuse("strategy", "strategy_other_sign", text=row.values["strategy"].text or strategy)
            own["strategy"] = risk.strategy if risk is not None and risk.sign == sign else ""
    elif not strategy and risk is not None and risk.sign != sign:
        own["strategy"] = ""
    return own


def _other_level(risk: Any, level: int, scale: Scale) -> bool:
    """Whether the probability that is kept belongs to another level than the one that the row says."""
    return risk is not None and risk.probability is not None and scale.level_of(risk.probability) != level


def _money(row: ReadRow, risk: Any, own: dict[str, Any], levels: Levels) -> dict[str, Any]:
    """The three points. An exposure without a likely amount is divided by the probability."""
    amounts = {key: value for key in POINTS if (value := row.value(key)) is not None}
    for key, value in amounts.items():
        if value < 0:
            raise Refused("amount_negative", text=row.values[key].text or value)
        if "exposure" in row.columns[key].name.casefold():
            levels.remark(row, key, note("exposure_is_impact"))
    weighted = row.value("exposure")
    if weighted is not None and "impact_likely" not in amounts:
        probability = own.get("probability") or levels.scale.middle(own.get("current_likelihood"))
        probability = probability or (probability_of(risk, levels.scale) if risk is not None else None)
        if probability:
            amounts["impact_likely"] = (abs(weighted) * 100 / probability).quantize(CENT)
            levels.remark(row, "exposure", note("exposure_by_probability"))
        else:
            row.refuse("exposure", "exposure_without_probability")
    held = {key: amounts.get(key, getattr(risk, key, None)) for key in POINTS}
    if held["impact_likely"] is None:
        for key in amounts:
            row.refuse(key, "likely_missing")
        return {}
    low, likely, high = (held[key] for key in POINTS)
    if (low is not None and low > likely) or (high is not None and likely > high):
        shown = " / ".join("–" if each is None else f"{each:,.0f}" for each in (low, likely, high))
        raise Refused("impact_order", text=shown)
    return amounts


def response_of(row: ReadRow, found: Entry | None, known: Known, planned: PlannedRow, write: EntryWrite) -> None:
    """What is done about the risk, as an action about it. One of the same words is there already; else the one that a file
    brought is changed; else it is added."""
    text = row.value("mitigation")
    if not text:
        return
    first = text.split("\n", maxsplit=1)[0].strip()
    title = first if len(first) <= 300 else f"{first[:299]}…"
    description = text if title != text else ""
    present = known.responses.get(found.pk, []) if found is not None else []
    if any(title_key(one.title) == title_key(title) for one in present):
        return
    brought = next((one for one in present if one.source and one.is_open), None)
    if brought is not None and (brought.is_confidential or found is None or not known.may_change(brought)):
        return
    write.response = ResponseWrite(title, description, brought)
    planned.differences.append(("mitigation", brought.title if brought else "", title))
    planned.notes.append(note("response_made" if brought is None else "response_changed"))
