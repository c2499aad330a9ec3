"""The words of templates: money, days, chips, Markdown; every icon named in a template exists."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from core import drawn_once, money
from core.templatetags import pmo


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1234567", "£1.2m"), ("950000", "£950k"), ("999950", "£1m"), ("-3000000", "−£3m"), ("12400000000", "£12.4bn"), ("0", "£0"),
        ("999999999999", "£1,000bn"), ("45.5", "£46"), ("-0.2", "£0"), ("1050", "£1.1k"),
    ],
)  # fmt: skip
def test_money_short(amount: str, words: str) -> None:
    assert money.short(Decimal(amount), "GBP") == words


def test_money_exact_keeps_every_penny_and_unknown_currencies() -> None:
    assert money.exact(Decimal("1234567.80"), "EUR") == "€1,234,567.80"
    assert money.exact(Decimal(-5), "CHF") == "−CHF\u00a05"
    assert money.exact(Decimal("131579.056"), "GBP") == "£131,579.06"
    assert money.short(None) == ""
    assert pmo.money(None, "GBP") == "–"
    assert 'title="£1,234,567"' in pmo.money(1234567, "GBP")


def test_numbers_are_rounded_not_cut_off() -> None:
    assert pmo.number("55.957833", 1) == "56.0"
    assert pmo.number(55.957833, 0) == "56"
    assert pmo.number(Decimal("-0.04"), 1) == "0.0"
    assert pmo.number(Decimal("1234.5")) == "1,234.5"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://host/x.png)", '<img src=x onerror="alert(1)">',
        "<p style='color:red' class='is-red'>x</p>", "[x](data:text/html,hi)", '<a href="#" onclick="x">y</a>',
    ],
)  # fmt: skip
def test_markdown_carries_nothing_active(text: str) -> None:
    html = pmo.markdown(text)
    assert not re.search(r"<(script|img|style|iframe)|<[^>]+\s(on\w+|style)=|href=\"(javascript|data):", html)
    assert re.findall(r'class="([^"]*)"', re.sub(r"&quot;", "", html)) == ["prose"]


def test_markdown_headings_leave_the_page_its_own() -> None:
    assert "<h3>Scope</h3>" in pmo.markdown("# Scope")


def test_day_and_moment_are_unambiguous_in_the_readers_zone() -> None:
    at = dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)
    assert ">2 Jul 2026</time>" in pmo.day(at)
    assert "2 Jul 2026, 00:30" in pmo.moment(at)
    assert pmo.day(None) == "–"
    today = dt.date(2026, 11, 22)
    assert [pmo.ago(today + dt.timedelta(days=days), today) for days in (0, -1, 1, -3, 5)] == [
        "today", "yesterday", "tomorrow", "3 days ago", "in 5 days",
    ]  # fmt: skip


def test_sort_head_turns_the_order_and_drops_the_page() -> None:
    request = RequestFactory().get("/", {"sort": "title", "page": "3", "q": "a&b"})
    html = Template('{% load pmo %}{% sort_head "title" "Project" %}{% sort_head "budget" "Budget" "num" "desc" %}').render(
        Context({"request": request})
    )
    assert "aria-sort=ascending" in html
    assert 'href="?sort=-title&amp;q=a%26b"' in html
    assert 'href="?sort=-budget&amp;q=a%26b"' in html
    assert "page=" not in html


class Filters(forms.Form):
    q = forms.CharField(required=False, label="Search")
    tier = forms.MultipleChoiceField(required=False, label="Tier", choices=[("1", "Tier 1"), ("2", "Tier 2")])


def test_filter_chips_say_the_value_and_lead_away_from_it() -> None:
    form = Filters(QueryDict("q=rail&tier=1&tier=2&page=4"))
    form.is_valid()
    chips = pmo.filter_chips(Context({"request": RequestFactory().get("/?q=rail&tier=1&tier=2&page=4")}), form)
    assert [(chip["label"], chip["value"], chip["url"]) for chip in chips] == [
        ("Search", "rail", "?tier=1&tier=2"),
        ("Tier", "Tier 1, Tier 2", "?q=rail"),
    ]


def test_fields_tie_help_and_errors_to_the_control() -> None:
    class Form(forms.Form):
        title = forms.CharField(help_text="As people say it.")

    html = Form({}).as_div()
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html
    assert "has-error" in html


def test_css_string_cannot_leave_its_quotes() -> None:
    words = pmo.css_string('a"; } </style><script>\\ \n é')
    assert re.fullmatch(r'"(?:[A-Za-z0-9 ]|\\[0-9a-f]+ )*"', words)


def test_every_template_compiles_and_names_real_icons() -> None:
    root = settings.BASE_DIR / "templates"
    for path in sorted(root.rglob("*.html")):
        get_template(str(path.relative_to(root)))
        for name in re.findall(r'{% icon "([^"]+)"', path.read_text()):
            assert pmo.icon(name)


@pytest.mark.parametrize("page", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html", "503.html"])
def test_error_pages_need_neither_request_nor_database(page: str) -> None:
    html = render_to_string(page)
    assert html.count("<h1>") == 1
    assert "style=" not in html


def test_no_template_holds_inline_style_or_behaviour() -> None:
    """Pages only: e-mails and documents for paper have their own rules."""
    root = settings.BASE_DIR / "templates"
    for path in root.rglob("*.html"):
        if path.name == "base_print.html" or {"emails", "reports"} & set(path.relative_to(root).parts):
            continue
        text = re.sub(r"(?s){% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text())
        assert not re.search(r"\sstyle=|\son[a-z]+=\"|hx-on|javascript:", text), path
        assert not re.search(r"<style|<script(?![^>]*\ssrc=)", text), path


def test_kept_words_are_drawn_once_for_each_language_and_key() -> None:
    drawing = Template("{% load pmo %}{% kept key %}{{ number }}{% endkept %}")
    drawn_once.KEPT.clear()

    def drawn(**context) -> str:
        return drawing.render(Context(context))

    assert [drawn(key="a", number=1), drawn(key="a", number=2), drawn(key="b", number=3)] == ["1", "1", "3"]
    with override("en-us"):
        assert drawn(key="a", number=4) == "4"
    assert [drawn(number=5), drawn(number=6)] == ["5", "6"], "nothing is kept while a key is missing"


def test_kept_words_never_fill_the_memory() -> None:
    drawing = Template("{% load pmo %}{% kept key %}.{% endkept %}")
    for number in range(drawn_once.KEPT_AT_MOST + 10):
        drawing.render(Context({"key": number}))
    assert len(drawn_once.KEPT) <= drawn_once.KEPT_AT_MOST
