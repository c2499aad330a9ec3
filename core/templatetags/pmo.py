"""The words that templates speak: icons, ratings, money, days, sorting, filters, safe Markdown.

`{% load pmo %}`. Nothing here queries. Tags used hundreds of times on a page (rag, icon) build
their text directly rather than through a template.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import QueryDict
from django.template.base import render_value_in_context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape, format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import drawn_once
from core import money as money_words
from core.icons import SHEET, drawing_of
from core.markdown import render_markdown
from core.rag import rating_of

register = template.Library()
NOTHING = "–"


# What is drawn once

register.tag("kept", drawn_once.kept)
register.simple_tag(drawn_once.section)


# Icons


@register.simple_tag
def icon(name: str) -> str:
    """A lucide icon, hidden from screen readers. An unknown name raises, so that a test finds it."""
    return mark_safe(drawing_of(str(name)))


@register.simple_tag
def icon_ref(name: str) -> str:
    """The same icon from the sheet of the navigation's (pmo/icons.py): a quarter of the bytes."""
    return mark_safe(f'<svg class=icon aria-hidden=true><use href="{static(SHEET)}#{escape(name)}"/></svg>')


# Ratings


@register.simple_tag
def rag(value: str | None, form: str = "", word: str = "") -> str:
    """A rating: letter in a shape, colour, word. `form` "compact" keeps the word for screen readers only.

    `word` replaces the rating's own word ("Not started").
    """
    return _rag(get_language(), value, form, str(word))


@lru_cache(maxsize=512)
def _rag(_language: str | None, value: str | None, form: str, word: str) -> str:
    rating = rating_of(value)
    text = word or rating.word
    if form == "compact":
        return format_html('<span class="rag-mark is-{}" role="img" title="{}">{}</span>', rating.tone, text, rating.letter)
    return format_html(
        '<span class="rag is-{}"><span class="rag-mark" aria-hidden="true">{}</span>{}</span>', rating.tone, rating.letter, text
    )


@register.filter
def rag_word(value: str | None) -> str:
    return str(rating_of(value).word)


# Numbers and money


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


@register.filter
def money(value: Any, currency: str = "") -> str:
    """£1.2m with the exact amount in the title; a missing amount is a dash."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    return format_html(
        '<span class="money" title="{}">{}</span>', money_words.exact(amount, currency), money_words.short(amount, currency)
    )


@register.filter
def money_exact(value: Any, currency: str = "") -> str:
    amount = _decimal(value)
    return NOTHING if amount is None else money_words.exact(amount, currency)


@register.filter
def percent(value: Any, places: int = 0) -> str:
    """`12.5|percent:1` gives 12.5%. The value is already in per cent; a missing one is n/a."""
    return money_words.percent(_decimal(value), int(places))


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """12,345 in the reader's locale with a true minus; `places` fixes the decimals, half a unit goes away from zero."""
    return NOTHING if value is None else _number(get_language(), str(value), places)


# As text: 5 and 5.00 are equal, and shown otherwise.
@lru_cache(maxsize=8192)
def _number(_language: str | None, value: str, places: int | None) -> str:
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    if places is not None and amount.is_finite():  # number_format cuts off what is too long
        amount = amount.quantize(Decimal(1).scaleb(-int(places)), rounding=ROUND_HALF_UP)
    digits = number_format(abs(amount), decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"{money_words.MINUS if amount < 0 else ''}{digits}"


@register.filter
def signed(value: Any, places: int | None = None) -> str:
    """+3 or −2: a change."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    return ("+" if amount > 0 else "") + number(amount, places)


# Time


def _local_date(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, dt.date) else None


@register.filter
def day(value: Any) -> str:
    """22 Nov 2026, for dates and (in the reader's time zone) moments; a missing one is a dash."""
    date = _local_date(value)
    return NOTHING if date is None else _day(get_language(), date)


@lru_cache(maxsize=8192)
def _day(language: str | None, date: dt.date) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', date.isoformat(), date_format(date, "j M Y"))


@register.filter
def moment(value: Any) -> str:
    """22 Nov 2026, 14:05 in the reader's time zone."""
    if not isinstance(value, dt.datetime):
        return NOTHING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(timespec="seconds"),
        local.tzname() or "",
        date_format(local, "j M Y, H:i"),
    )


@register.filter
def ago(value: Any, today: dt.date | None = None) -> str:
    """ "3 days ago", "in 2 weeks": a hint beside a date, never instead of it. `today` for as-of pages."""
    date = _local_date(value)
    if date is None:
        return ""
    return _ago(get_language(), date, today if isinstance(today, dt.date) else timezone.localdate())


@lru_cache(maxsize=8192)
def _ago(language: str | None, date: dt.date, base: dt.date) -> str:
    days = (date - base).days
    if days == 0:
        return _("today")
    if days == -1:
        return _("yesterday")
    if days == 1:
        return _("tomorrow")
    if abs(days) < 14:
        if days > 0:
            return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
        return ngettext("%(days)s day ago", "%(days)s days ago", -days) % {"days": -days}
    span = timesince(min(date, base), max(date, base), depth=1)
    return (_("in %(span)s") if days > 0 else _("%(span)s ago")) % {"span": span}


# Addresses: sort, filter, page live in the URL


def changed(query: QueryDict, **changes: Any) -> str:
    """The query with some keys set; None removes one. Always starts with `?`."""
    values: dict[str, Any] = dict(query.lists()) | changes
    return f"?{urlencode({key: value for key, value in values.items() if value is not None}, doseq=True)}"


def _address(context: template.Context | dict[str, Any], **changes: Any) -> str:
    request = context.get("request")
    return "?" if request is None else changed(request.GET, **changes)


@register.simple_tag(takes_context=True)
def address_with(context: template.Context, **changes: Any) -> str:
    """`{% address_with sort="title" page=None %}`: this page's query with those keys changed."""
    return _address(context, **changes)


@register.simple_tag(takes_context=True)
def sort_head(context: template.Context | dict[str, Any], field: str, label: str, kind: str = "", first: str = "") -> str:
    """A sortable column head whose link holds the order in the URL (`sort=field` or `sort=-field`).

    `kind` "num" aligns right; `first` "desc" sorts downwards on the first click (money, counts).
    The page's own order, when the URL names none, is the context variable `sort`.
    """
    request = context.get("request")
    current = (request.GET.get("sort") if request is not None else "") or context.get("sort") or ""
    upwards, downwards = current == field, current == f"-{field}"
    if upwards:
        target, state = f"-{field}", "ascending"
    elif downwards:
        target, state = field, "descending"
    else:
        target, state = (f"-{field}" if first == "desc" else field), ""
    look = f" class={escape(kind)}" if kind else ""
    look += f" aria-sort={state}" if state else ""
    url = escape(_address(context, sort=target, page=None))
    return mark_safe(f'<th scope=col{look}><a class=sort href="{url}">{escape(label)}</a>')


def _choice_words(bound: Any, raw: list[str]) -> str:
    choices = getattr(bound.field, "choices", None)
    if choices is None:
        value = bound.form.cleaned_data.get(bound.name) if hasattr(bound.form, "cleaned_data") else None
        if isinstance(value, bool) or raw in (["true"], ["on"], ["True"]):
            return _("yes") if value is not False else _("no")
        if isinstance(value, dt.date):
            return date_format(value, "j M Y")
        return ", ".join(raw)
    flat: dict[str, str] = {}
    for key, word in choices:
        pairs = word if isinstance(word, (list, tuple)) else [(key, word)]
        flat.update({str(k): str(w) for k, w in pairs})
    return ", ".join(flat.get(item, item) for item in raw)


@register.simple_tag(takes_context=True)
def filter_chips(context: template.Context, form: Any) -> list[dict[str, str]]:
    """The filters in force as chips: label, value in words, and the address without it.

    `form` is the FilterSet's bound form. The register's search field (`q`) is a chip too.
    """
    chips: list[dict[str, str]] = []
    if form is None or not form.is_bound:
        return chips
    for bound in form:
        raw = [item for item in form.data.getlist(bound.html_name) if item not in ("", "unknown")]
        if not raw or bound.is_hidden:
            continue
        chips.append({
            "label": str(bound.label),
            "value": _choice_words(bound, raw),
            "url": _address(context, **{bound.html_name: None, "page": None}),
        })  # fmt: skip
    return chips


@register.simple_tag(takes_context=True)
def table_of(context: template.Context, heads: Any, rows: Any, totals: Any = ()) -> str:
    """Head, body and foot of components/table.html; end tags and quotes that HTML can do without are left out: most of a table."""
    kinds = [f" class={escape(head['kind'])}" if head.get("kind") else "" for head in heads]

    def line(row: Any) -> str:
        first, *rest = [render_value_in_context(cell, context) for cell in row]
        cells = [f"<td{kind}>{cell}" for kind, cell in zip(kinds[1:], rest, strict=False)]
        return f"<tr><th scope=row>{first}{''.join(cells)}"

    top = "".join([f"<th scope=col{kind}>{escape(head['label'])}" for kind, head in zip(kinds, heads, strict=True)])
    foot = f"<tfoot>{line(totals)}" if totals else ""
    return mark_safe(f"<thead><tr>{top}<tbody>{''.join([line(row) for row in rows])}{foot}")


@register.simple_tag(takes_context=True)
def page_numbers(context: template.Context, page: Any) -> list[dict[str, Any]]:
    """The page links of a Paginator page: number, label, url, current; None as number is a gap."""
    label = _("Page %(number)s")
    return [
        {
            "number": None if item == page.paginator.ELLIPSIS else item,
            "label": label % {"number": item},
            "url": _address(context, page=item),
            "current": item == page.number,
        }
        for item in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    ]


# People


def initials_of(name: str) -> str:
    """Ada Lovelace gives AL; an e-mail address gives its first letter."""
    words = [word for word in re.split(r"[\s.\-_]+", name.split("@", maxsplit=1)[0]) if word]
    letters = [word[0] for word in words if word[0].isalnum()]
    return (letters[0] + (letters[-1] if len(letters) > 1 else "")).upper() if letters else "?"


def _name_of(person: Any) -> str:
    full = getattr(person, "get_full_name", None)
    return (full() if callable(full) else "") or str(person)


@register.simple_tag
def avatar(person: Any, size: str = "") -> str:
    """Initials in a circle, hidden from screen readers: the name stands beside it."""
    return format_html(
        '<span class="avatar{}" aria-hidden="true" translate="no">{}</span>',
        " is-large" if size == "large" else "",
        initials_of(_name_of(person)),
    )


@register.simple_tag
def person(person: Any, nobody: str = "") -> str:
    """Initials and name; nobody gives `nobody` or a dash."""
    if not person:
        return format_html('<span class="muted">{}</span>', nobody or NOTHING)
    return format_html('<span class="person">{}<span>{}</span></span>', avatar(person), _name_of(person))


# Words for static/js


@register.simple_tag
def js_words() -> str:
    """The sentences that scripts show, as a JSON block (data, not a script: the CSP lets it be)."""
    return json_script(
        {
            "saving": _("Saving…"),
            "saved_at": _("Saved %s"),
            "draft_restored": _("What you typed earlier is back. It is being saved now."),
            "offline": _("No connection. Your words are kept on this device and will be saved when you are online."),
            "session_over": _(
                "You have been signed out. Your words are kept on this device: sign in again in another tab, then go on here."
            ),
            "somebody_else_saved": _("Somebody else saved this too. Save to see both versions; nothing of yours is lost."),
            "draft_has_errors": _("Not saved yet: a field needs another look. Your words are kept on this device."),
            "draft_not_saved": _("Not saved yet."),
            "words_kept": _("Your words are kept on this device."),
            "server_failed": _("The server could not do that. Nothing was changed; try again."),
            "unavailable": _("The service is busy or being restarted. Nothing was changed; try again in a minute."),
            "forbidden": _("You may not do that, or you have been signed out. Reload the page to see."),
            "no_connection": _("No connection. Nothing was changed; try again when you are online."),
            "count_of": _("%1 of %2"),
            "progress_waiting": _("Waiting for the server. The work goes on."),
        },
        "js-words",
    )


# Paper


@register.filter
def css_string(value: Any) -> str:
    """Words as a quoted CSS string (for `content:` in templates/base_print.html); nothing can leave the quotes."""
    text = "".join(
        char if (char.isalnum() and char.isascii()) or char == " " else f"\\{ord(char):x} "
        for char in str(value)
        if char >= " "
    )
    return mark_safe(f'"{text}"')


# Text typed by people


@register.filter
def markdown(text: Any) -> str:
    """Text typed by a person, as Markdown, inside `<div class="prose">`."""
    if not text:
        return ""
    return format_html('<div class="prose">{}</div>', render_markdown(str(text)))


@register.filter
def as_attributes(attributes: dict[str, Any]) -> str:
    """A widget's attributes as HTML: False and None leave one out, True writes its name alone."""
    return mark_safe(
        "".join(
            f" {name}" if value is True else f' {name}="{escape(value)}"'
            for name, value in attributes.items()
            if value is not False and value is not None
        )
    )


@register.filter
def or_dash(value: Any) -> str:
    """The value, or a dash that says that there is none."""
    if value is None or value == "" or (isinstance(value, Promise) and not str(value)):
        return NOTHING
    return conditional_escape(value)
