"""Parts of pages that are drawn once and kept in the process: the tags `{% kept %}` and `{% section %}` of `{% load pmo %}`."""

from __future__ import annotations

import re
from collections import OrderedDict
from threading import Lock
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

KEPT: dict[tuple[Any, ...], str] = {}
KEPT_AT_MOST = 1000


class KeptNode(template.Node):
    """See `kept`."""

    def __init__(self, nodes: template.NodeList, keys: list[Any]) -> None:
        self.nodelist, self.keys = nodes, keys

    def render(self, context: template.Context) -> str:
        """What was drawn before for this language and these keys, or drawn now."""
        told = [key.resolve(context, ignore_failures=True) for key in self.keys]
        if None in told:
            return self.nodelist.render(context)
        place = (self, get_language(), *told)
        drawn = KEPT.get(place)
        if drawn is None:
            if len(KEPT) >= KEPT_AT_MOST:
                KEPT.clear()
            # What is indented for those who write templates need not be sent with every page.
            drawn = KEPT[place] = re.sub(r"\n\s+", "\n", self.nodelist.render(context))
        return drawn


def kept(parser: Any, token: Any) -> KeptNode:
    """`{% kept %}…{% endkept %}`: drawn once per process and language, for what is the same on every page.

    `{% kept key … %}`: once for each value of the keys too, which must tell apart all that the part shows; nothing is kept
    while one of them is missing. Never around anything of one reader: names, tokens, counts.
    """
    keys = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodes, keys)


# What sections looked like, by all that they show; the longest unused goes first.
_sections: OrderedDict[Any, SafeString] = OrderedDict()
_sections_lock = Lock()
SECTIONS_KEPT = 3000


def section(template_name: str, **given: Any) -> str:
    """A template that sees nothing but `given`, drawn once for equal values (and language, and time zone).

    `{% section "reporting/overview/_attention.html" lines=lines title=title %}`. Values are plain and frozen: texts,
    numbers, days, tuples and frozen dataclasses of them, lists of such, charts. What looks the same for everybody is the same for
    everybody: a section never sees the request.
    """
    where = (template_name, get_language(), timezone.get_current_timezone_name())
    key = (where, tuple((name, type(value), tuple(value) if type(value) is list else value) for name, value in given.items()))
    with _sections_lock:
        if key in _sections:
            _sections.move_to_end(key)
            return _sections[key]
    drawn = render_to_string(template_name, given)
    with _sections_lock:
        _sections[key] = drawn
        while len(_sections) > SECTIONS_KEPT:
            _sections.popitem(last=False)
    return drawn
