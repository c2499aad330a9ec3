"""Charts: what the drawing says is what the table says; hostile words stay words; paper shows every colour."""

import datetime as dt
import math
import re
from collections import Counter
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest

from core import charts, money
from core.charts.drawing import PAPER, nice_steps, shorten, width_of

HOSTILE = "</title></svg><script>alert(1)</script>\" onload='x' \x00\x1b&amp; ]]>"
PERIODS = ["Aug 2026", "Sep 2026", "Oct 2026"]
SVG = "{http://www.w3.org/2000/svg}"


def pounds(amount: Decimal) -> str:
    return money.short(amount, "GBP")


def make_all(words: str = "Cost") -> dict[str, charts.Chart]:
    """One chart of each kind, with `words` wherever a person's words go."""
    return {
        "bars": charts.health_bars(
            title=words, subtitle=words, rows=[(words, {"red": 3, "amber": 2, "green": 7, "blue": 1, "grey": 4}), ("Empty", {})]
        ),
        "bridge": charts.budget_bridge(
            title=words,
            subtitle=words,
            approved=Decimal(1000),
            changes=[(words, Decimal(250)), ("Saving", Decimal(-50))],
            words=pounds,
        ),
        "lines": charts.count_lines(
            title=words,
            subtitle=words,
            periods=PERIODS,
            lines=[charts.Line(words, "red", [1, None, 3]), charts.Line("Green", "green", [9, 8, 8])],
        ),
        "strip": charts.rag_strip(
            title=words,
            subtitle=words,
            periods=PERIODS,
            rows=[(words, ["red", "amber", None]), ("Scope", ["green", "blue", "grey"])],
        ),
        "milestones": charts.milestone_timeline(
            title=words,
            subtitle=words,
            today=dt.date(2026, 11, 22),
            milestones=[
                charts.Milestone(words, words, dt.date(2027, 1, 10), dt.date(2026, 12, 1)),
                charts.Milestone("Done", "P", dt.date(2026, 12, 24), dt.date(2026, 12, 31), done=True),
                charts.Milestone("No baseline", "P", dt.date(2028, 1, 1)),
            ],
        ),
        "bubbles": charts.value_risk_bubbles(
            title=words,
            subtitle=words,
            bubbles=[charts.Bubble(words, 80, 30, Decimal(5000), "red"), charts.Bubble("None", 10, 200, Decimal(0))],
            words=pounds,
        ),
    }


def texts(chart: charts.Chart) -> list[str]:
    root = ET.fromstring(chart.svg)  # noqa: S314 - our own text
    return [element.text or "" for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("kind", list(make_all()))
def test_chart_is_well_formed_named_and_without_inline_style(kind: str) -> None:
    chart = make_all("Cost is rising")[kind]
    root = ET.fromstring(chart.svg)  # noqa: S314
    assert root.find(f"{SVG}title").text == "Cost is rising"
    assert root.find(f"{SVG}desc").text == "Cost is rising"
    assert root.get("role") == "img"
    assert "style=" not in chart.svg
    assert "Gradient" not in chart.svg
    assert all(len(row) == len(chart.heads) for row in chart.rows)


@pytest.mark.parametrize("kind", list(make_all()))
def test_chart_escapes_hostile_words(kind: str) -> None:
    chart = make_all(HOSTILE)[kind]
    root = ET.fromstring(chart.svg)  # noqa: S314 - would raise on broken XML
    allowed = {f"{SVG}{tag}" for tag in ("svg", "title", "desc", "rect", "circle", "line", "path", "text")}
    assert {element.tag for element in root.iter()} <= allowed
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]


@pytest.mark.parametrize("kind", list(make_all()))
def test_chart_uses_only_colours_with_a_paper_fallback(kind: str) -> None:
    chart = make_all()[kind]
    for element in ET.fromstring(chart.svg).iter():  # noqa: S314
        for name in (element.get("class") or "").split():
            if name in ("c", "is-own-size"):
                continue
            attribute, colour = PAPER[name]
            assert element.get(attribute) == colour


def test_health_bars_draw_the_counts_of_the_table_in_proportion() -> None:
    chart = make_all()["bars"]
    assert chart.rows[0] == ["Cost", "3", "2", "7", "1", "4"]
    hints = [title.text for title in ET.fromstring(chart.svg).iter(f"{SVG}title")]  # noqa: S314
    assert {"Cost, Red: 3", "Cost, Amber: 2", "Cost, Green: 7", "Cost, Complete: 1", "Cost, No data: 4"} <= set(hints)
    widths = {
        rect.get("class"): float(rect.get("width")) + 1
        for rect in ET.fromstring(chart.svg).iter(f"{SVG}rect")  # noqa: S314
        if rect.find(f"{SVG}title") is not None
    }
    assert widths["c-green"] / widths["c-blue"] == pytest.approx(7, rel=0.02)


def test_budget_bridge_ends_where_the_steps_lead() -> None:
    chart = make_all()["bridge"]
    assert [row[1] for row in chart.rows] == ["£1k", "+£250", "−£50", "£1.2k"]
    assert [row[2] for row in chart.rows] == ["£1k", "£1.3k", "£1.2k", "£1.2k"]
    assert [words for words in texts(chart) if "£" in words] == [row[1] for row in chart.rows]


def test_budget_bridge_stops_at_a_total_on_the_way() -> None:
    changes = [("First", Decimal(200)), ("Second", Decimal(-50)), ("Forecast over budget", Decimal(30))]
    chart = charts.budget_bridge(
        title="t", subtitle="s", approved=Decimal(1000), changes=changes, words=pounds, stop=(2, "Budget now")
    )
    assert [row[0] for row in chart.rows] == ["Approved", "First", "Second", "Budget now", "Forecast over budget", "Forecast"]
    assert [row[2] for row in chart.rows][3] == pounds(Decimal(1150))


def test_budget_bridge_survives_nothing_and_negative_amounts() -> None:
    for approved in (Decimal(0), Decimal(-500)):
        chart = charts.budget_bridge(title="t", subtitle="s", approved=approved, changes=[], words=pounds)
        assert "NaN" not in chart.svg
        assert len(chart.rows) == 2


def test_count_lines_name_their_last_value_and_leave_gaps() -> None:
    chart = make_all()["lines"]
    assert chart.rows == [["Aug 2026", "1", "9"], ["Sep 2026", "–", "8"], ["Oct 2026", "3", "8"]]
    assert "3 Cost" in texts(chart)
    assert "8 Green" in texts(chart)


def test_rag_strip_writes_the_letter_in_each_cell() -> None:
    chart = make_all()["strip"]
    assert chart.rows == [["Cost", "Red", "Amber", "No data"], ["Scope", "Green", "Complete", "No data"]]
    assert [words for words in texts(chart) if len(words) == 1] == ["R", "A", "–", "G", "✓", "–"]


def test_rag_strip_on_paper_says_the_same_with_few_shapes() -> None:
    rows = [("Cost", ["red", "amber", None] * 4), ("Scope", ["green", "blue", "red"] * 4)]
    chart = charts.rag_strip(title="t", subtitle="s", periods=[f"P{n}" for n in range(12)], rows=rows, paper=True)
    screen = charts.rag_strip(title="t", subtitle="s", periods=[f"P{n}" for n in range(12)], rows=rows)
    assert (chart.rows, chart.heads) == (screen.rows, screen.heads)
    letters = Counter("".join(words for words in texts(chart) if words in {"R" * 8, "A" * 4, "–" * 4, "G" * 4, "✓" * 4}))
    assert letters == {"R": 8, "A": 4, "–": 4, "G": 4, "✓": 4}
    assert chart.svg.count("<path") == 5
    assert "<rect" not in chart.svg


def test_rag_strip_keeps_the_newest_periods() -> None:
    periods = [f"P{number}" for number in range(40)]
    chart = charts.rag_strip(title="t", subtitle="s", periods=periods, rows=[("Cost", ["green"] * 39 + ["red"])])
    assert len(chart.heads) == 25
    assert chart.rows[0][-1] == "Red"


def test_milestone_timeline_states_each_slip() -> None:
    chart = make_all()["milestones"]
    assert [row[4] for row in chart.rows] == ["40 days late", "7 days early", "–"]
    assert [row[3] for row in chart.rows] == ["10 Jan 2027", "24 Dec 2026", "1 Jan 2028"]
    assert {"40 days late", "7 days early"} <= set(texts(chart))


def test_empty_charts_draw_without_error() -> None:
    charts.health_bars(title="t", subtitle="s", rows=[])
    charts.count_lines(title="t", subtitle="s", periods=[], lines=[])
    charts.rag_strip(title="t", subtitle="s", periods=[], rows=[])
    charts.milestone_timeline(title="t", subtitle="s", milestones=[], today=dt.date(2026, 11, 22))
    charts.value_risk_bubbles(title="t", subtitle="s", bubbles=[], words=pounds)
    assert "<svg" in charts.sparkline([], label="x")
    assert "<svg" in charts.sparkline([None, 3.0, None], label="x")


@pytest.mark.parametrize(("top", "steps"), [(0, [0, 1]), (3, [0, 1, 2, 3]), (24, [0, 10, 20, 30]), (227, [0, 100, 200, 300])])
def test_axis_starts_at_zero_with_round_steps(top: int, steps: list[float]) -> None:
    assert nice_steps(top) == steps


def test_shorten_keeps_words_inside_their_room() -> None:
    assert shorten("Cost", 12, 200) == "Cost"
    short = shorten("A very long name of a programme", 12, 80)
    assert short.endswith("…")
    assert width_of(short, 12) <= 80


def test_charts_show_every_colour_on_paper() -> None:
    import pikepdf
    import weasyprint

    drawn = make_all()
    html = "".join(f"<figure>{chart.svg}</figure>" for chart in drawn.values())
    pdf = weasyprint.HTML(string=f"<!doctype html><title>t</title>{html}").write_pdf()
    painted: set[tuple[float, ...]] = set()
    shown = 0
    with pikepdf.open(BytesIO(pdf)) as document:
        streams: list[object] = [*document.pages]
        streams += [item for item in document.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"]
        for stream in streams:
            for operands, operator in pikepdf.parse_content_stream(stream):
                if str(operator) in ("rg", "RG", "scn", "SCN"):
                    painted.add(tuple(round(float(value), 2) for value in operands if isinstance(value, (int, float, Decimal))))
                shown += str(operator) in ("Tj", "TJ")
    for tone in ("red", "amber", "green", "blue", "grey", "accent"):
        colour = PAPER[f"c-{tone}"][1]
        wanted = tuple(round(int(colour[at : at + 2], 16) / 255, 2) for at in (1, 3, 5))
        assert wanted in painted, tone
    assert shown >= sum(len(texts(chart)) for chart in drawn.values()) - 2


def test_paper_colours_are_the_light_theme(settings) -> None:
    """The drawing's fallbacks and tokens.css say the same."""
    sheet = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    light = dict(re.findall(r"--([\w-]+): light-dark\((#\w+),", sheet))
    for tone in ("red", "amber", "green", "blue", "grey"):
        assert PAPER[f"c-{tone}"][1] == light[f"{tone}-solid"]
        assert PAPER[f"c-{tone}-text"][1] == light[f"{tone}-fg"]
    assert PAPER["c-text"][1] == light["text"]


def test_bubbles_of_one_place_show_all_their_marks() -> None:
    def drawn() -> list[tuple[float, float]]:
        same = [charts.Bubble(f"Same {n}", 50, 50, Decimal(100 + n), mark=f"m{n}") for n in range(12)]
        edge = [charts.Bubble(f"Edge {n}", 100, 0, Decimal(50), mark=f"e{n}") for n in range(6)]
        made = charts.value_risk_bubbles(title="t", subtitle="s", bubbles=same + edge, words=pounds, width=860, height=460)
        root = ET.fromstring(made.svg)  # noqa: S314 - our own text
        marks = [one for one in root.iter(f"{SVG}text") if (one.text or "")[:1] in "me" and (one.text or "")[1:].isdigit()]
        assert len(marks) == 18
        return [(float(one.attrib["x"]), float(one.attrib["y"])) for one in marks]

    places = drawn()
    for number, (x, y) in enumerate(places):
        assert 34 <= x <= 844
        assert all(math.hypot(x - a, y - b) >= 17.5 for a, b in places[:number])
    assert places == drawn()
