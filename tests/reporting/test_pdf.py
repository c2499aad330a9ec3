"""The PDF engine: tags survive joining, nothing is fetched, nothing hostile stops the next report."""

import http.server
import io
import os
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from core.pdf import layout
from core.pdf.check import check
from core.pdf.layout import LayoutError, Part, lay_out, stop_children
from portfolio.models import DIMENSIONS
from reporting.formulas.changes import Changes
from reporting.formulas.snapshot import Decision, Milestone, Sheet, Snapshot, as_data, from_data
from reporting.render import compose, render

PAGE = '<!doctype html><html lang="en"><head><title>Part</title></head><body><h1>Part</h1>{}</body></html>'


def sheet(number=1, **fields):
    fields = {
        "title": f"Project {number}",
        "ratings": {"overall": "amber", "schedule": "red", "cost": "green"},
        "summary": "All is **well**.",
        "reported_on": date(2026, 11, 1),
        "planned_finish_on": date(2027, 1, 1),
        "decisions": (Decision("Decide", "Board", date(2026, 12, 1)),),
        "milestones": (Milestone("Go-live", date(2026, 12, 1), date(2027, 1, 1)),),
        "trail": (("2026-09-30", {"overall": "green"}), ("2026-10-31", {"overall": "amber"})),
    } | fields
    return Sheet(pk=number, reference=f"PRJ-{number:04d}", **fields)


def snapshot(*sheets, **fields):
    fields = {"report": "pack", "title": "Board report", "organisation": "Office", "scope": "All"} | fields
    return Snapshot(as_at=date(2026, 11, 22), made_at=datetime(2026, 11, 22, 8, tzinfo=UTC), sheets=sheets, **fields)


def text_of(content: bytes) -> str:
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_pack_is_in_order_after_joining_and_stamping(paper):
    figures = snapshot(*(sheet(number) for number in range(1, 6)), paper=paper, classification="OFFICIAL")
    done = render(figures, Changes())
    found = check(io.BytesIO(done.content))
    assert found.problems == []
    assert found.pages == done.pages
    # Nothing is lost on the way: every element of the parts, and one document instead of many.
    sections = compose(figures, Changes())
    parts = [check(path).elements for path in lay_out([one.part for one in sections])]
    contents = found.elements["Document"]
    assert contents == 1
    lost = sum(sum(one.values()) for one in parts) - len(parts) + 1
    assert sum(found.elements.values()) > lost, "the contents page comes on top"
    text = text_of(done.content)
    assert f"Page {done.pages} of {done.pages}" in text
    assert text.count("OFFICIAL") >= done.pages
    assert subprocess.run(["pdfinfo", "-struct-text", "-"], input=done.content, capture_output=True, check=True).stderr == b""


def test_the_same_figures_make_the_same_bytes():
    figures = snapshot(sheet())
    assert render(figures, Changes()).content == render(from_data(as_data(figures)), Changes()).content


def test_a_report_without_projects_says_so():
    assert "There is no project in this report." in text_of(render(snapshot(), Changes()).content)


def test_the_table_of_the_portfolio_has_a_mark_a_dimension():
    table = compose(snapshot(sheet(1), sheet(2)), Changes())[1].html
    assert table.count('<td class="mark"><span class="rag-mark is-') == 2 * len(DIMENSIONS)


def test_a_normal_project_takes_one_page():
    words = "The supplier has confirmed that delivery of the second release will follow the revised plan and its cost. "
    full = sheet(
        summary=words * 4,
        achieved=f"- {words}\n- {words}",
        planned_next=f"- {words}\n- {words}",
        comments=dict.fromkeys(("schedule", "cost"), words),
        ratings=dict.fromkeys(("overall", *DIMENSIONS), "amber"),
        trail=tuple((f"2026-{month:02d}-28", dict.fromkeys(("overall", *DIMENSIONS), "red")) for month in range(1, 12)),
        milestones=tuple(Milestone(f"Stage {n}", date(2026, n, 1)) for n in range(1, 7)),
        sponsor="Ada Lovelace",
        manager="Grace Hopper",
        portfolio="Transformation",
        budget=Decimal(12_000_000),
        forecast=Decimal(14_000_000),
        spend=Decimal(1_000_000),
    )
    assert render(snapshot(full, report="one_pager"), Changes()).pages == 1


def test_the_first_page_stays_one_page_with_many_changes():
    reds = [
        sheet(number, title=f"Project {number} " + "with a long name " * 6, ratings={"overall": "red"})
        for number in range(1, 30)
    ]
    figures = snapshot(*reds)
    (path,) = lay_out([compose(figures, Changes())[0].part])
    assert check(path).pages == 1


def test_the_last_page_says_what_is_missing_and_what_the_words_mean():
    whole = {"budget": Decimal(1), "forecast": Decimal(1), "sponsor": "Ada Lovelace", "age_days": 3}
    good, old = sheet(1, **whole), sheet(2, **whole | {"is_stale": True, "age_days": 90})
    for sheets, title in (((good,), "About this report"), ((good, old), "What is missing or out of date")):
        last = compose(snapshot(*sheets), Changes())[-1]
        assert last.title == title
        text = text_of(lay_out([last.part])[0].read_bytes())
        assert title in text
        assert "How old the figures are" in text
        assert "Computed from facts" in text
    assert "last update is 90 days old" in text


def test_one_changed_project_lays_out_only_its_parts(monkeypatch):
    first = snapshot(*(sheet(number) for number in range(1, 9)))
    second = snapshot(sheet(1, summary="Something else."), *(sheet(number) for number in range(2, 9)))
    before = {one.html for one in compose(first, Changes())}
    assert len([one for one in compose(second, Changes()) if one.html not in before]) == 1


# --- nothing is fetched (CVE-2026-43979 and the like)


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server that remembers who called."""
    hits: list[str] = []

    class Listen(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listen)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    server.server_close()


def fetchers(url):
    return [
        f'<img src="{url}/img">', f"<img src={url}/bare>", f'<link rel="stylesheet" href="{url}/css">',
        f'<link rel="attachment" href="{url}/attach">', f'<style>@import url("{url}/import");</style>',
        f"<style>body{{background:url({url}/bg)}}</style>", f'<svg><image href="{url}/svg"/></svg>',
        f'<svg xmlns="http://www.w3.org/2000/svg"><use href="{url}/use#a"/></svg>', f'<object data="{url}/object"></object>',
        f'<embed src="{url}/embed">', f'<style>@font-face{{font-family:x;src:url({url}/font)}} p{{font-family:x}}</style><p>x</p>',
        f"![picture]({url}/markdown)", f'<a href="x" rel="attachment" style="-weasy-link:url({url}/a)">x</a>',
    ]  # fmt: skip


def test_no_field_makes_the_engine_call_anywhere(canary):
    url, hits = canary
    secret = Path("/etc/hostname").read_text().strip()
    hostile = "\n\n".join([*fetchers(url), *fetchers("file:///etc/hostname?"), *fetchers("data:text/plain,hello")])
    # As long as the columns are that hold them.
    fields = dict.fromkeys(("summary", "achieved", "planned_next"), hostile)
    fields |= {
        name: fetchers(url)[index][:150] for index, name in enumerate(("title", "manager", "sponsor", "unit", "portfolio"))
    }
    decision = Decision(fetchers(url)[5], fetchers(url)[6][:150])
    figures = snapshot(sheet(comments={"cost": hostile[:600]}, decisions=(decision,), **fields), title=fetchers(url)[0])
    done = render(figures, Changes())
    # And as if our own templates had forgotten to escape:
    (raw,) = lay_out([Part("raw", PAGE.format(hostile))])
    assert hits == []
    for content in (done.content, raw.read_bytes()):
        assert b"/EmbeddedFile" not in content
        assert secret not in text_of(content).replace("file:///etc/hostname", "")
    assert check(io.BytesIO(done.content)).problems == []


# --- hostile narratives


def nested_flex(depth):
    return '<div style="display:flex">' * depth + "<p>words</p>" * 3 + "</div>" * depth


@pytest.mark.slow
def test_a_part_that_never_ends_is_stopped_and_the_next_one_is_made():
    with pytest.raises(LayoutError) as caught:
        lay_out([Part("Hostile project", PAGE.format(nested_flex(40)))], seconds=3)
    assert caught.value.reason == "slow"
    assert caught.value.label == "Hostile project"
    assert lay_out([Part("Good", PAGE.format("<p>fine</p>"))])[0].exists()


def test_a_busy_machine_makes_no_part_slow(tmp_path):
    """What a part may take is computing, not time: this one waits longer than its limit for its text."""
    lay_out([Part("First", PAGE.format("<p>starts the engine</p>"))])
    css, assets, _digest = layout._style()
    text, out = tmp_path / "text.html", tmp_path / "part.pdf"
    os.mkfifo(text)
    writer = threading.Timer(1.3, lambda: text.write_text(PAGE.format("<p>late</p>")))
    writer.start()
    child = layout._take(layout.MEMORY)
    job = {"name": "late", "html": [str(text)], "out": str(out), "css": str(css), "assets": assets, "seconds": 1}
    assert child.lay_out(job, 1) == ""
    writer.join()
    layout._give_back(child)
    assert out.exists()


@pytest.mark.slow
def test_a_part_that_wants_all_memory_is_stopped():
    stop_children()  # one that waits has the usual limit
    with pytest.raises(LayoutError) as caught:
        lay_out([Part("Big", PAGE.format("<p>words words</p>" * 60_000))], seconds=600, memory=400 * 2**20)
    assert caught.value.reason == "memory"


@pytest.mark.parametrize(
    "text",
    [
        "> " * 3000 + "deep", "- " * 2000 + "x", "*" * 3000, "[" * 3000, "|a" * 1400 + "|\n" + "|-" * 1400 + "|\n",
        "<div style='display:flex'>" * 100, "\u202e" * 500 + "abc", "x" * 3000, "\x00\x01\x02", "𝕏" * 1000, "a\u0300" * 1500,
    ],
    ids=["quotes", "lists", "stars", "brackets", "table", "flex", "rtl", "long", "controls", "astral", "marks"],
)  # fmt: skip
def test_hostile_markdown_is_only_text(text):
    done = render(snapshot(sheet(summary=text, achieved=text), report="one_pager"), Changes(), seconds=50)
    assert done.pages >= 1


def test_a_page_of_a_project_that_runs_over_by_a_few_lines_is_set_closer():
    decisions = tuple(
        Decision(f"Choose site {n} of the new data centre", "Ada Lovelace", date(2026, 12, n)) for n in range(1, 30)
    )
    long = snapshot(sheet(decisions=decisions, achieved="Tender let.", planned_next="Move in."), report="one_pager")
    (section,) = compose(long, Changes())
    assert section.html.count('<div class="sheet">') == 1
    (closer,) = section.shorter
    assert closer == section.html.replace('<div class="sheet">', '<div class="sheet is-tight">')
