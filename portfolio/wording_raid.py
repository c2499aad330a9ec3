"""Numbers of the registers in words: what is open, new, closed, overdue; how a risk moved; what risks are worth."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import money
from portfolio.formulas.raid_counts import Exposure, Item, KindCount, Registers

NEW_OF = {
    "risk": lambda n: ngettext("%(n)s new risk", "%(n)s new risks", n),
    "issue": lambda n: ngettext("%(n)s new issue", "%(n)s new issues", n),
    "assumption": lambda n: ngettext("%(n)s new assumption", "%(n)s new assumptions", n),
    "decision": lambda n: ngettext("%(n)s new decision", "%(n)s new decisions", n),
    "action": lambda n: ngettext("%(n)s new action", "%(n)s new actions", n),
    "dependency": lambda n: ngettext("%(n)s new dependency", "%(n)s new dependencies", n),
    "change": lambda n: ngettext("%(n)s new change request", "%(n)s new change requests", n),
}
CLOSED_OF = {
    "risk": lambda n: ngettext("%(n)s risk closed", "%(n)s risks closed", n),
    "issue": lambda n: ngettext("%(n)s issue closed", "%(n)s issues closed", n),
    "assumption": lambda n: ngettext("%(n)s assumption settled", "%(n)s assumptions settled", n),
    "decision": lambda n: ngettext("%(n)s decision taken", "%(n)s decisions taken", n),
    "action": lambda n: ngettext("%(n)s action done", "%(n)s actions done", n),
    "dependency": lambda n: ngettext("%(n)s dependency ended", "%(n)s dependencies ended", n),
    "change": lambda n: ngettext("%(n)s change request ended", "%(n)s change requests ended", n),
}
OVERDUE_OF = {
    "risk": lambda n: ngettext("%(n)s response overdue", "%(n)s responses overdue", n),
    "issue": lambda n: ngettext("%(n)s issue overdue", "%(n)s issues overdue", n),
    "assumption": lambda n: ngettext("%(n)s assumption overdue for validation", "%(n)s assumptions overdue for validation", n),
    "decision": lambda n: ngettext("%(n)s decision overdue", "%(n)s decisions overdue", n),
    "action": lambda n: ngettext("%(n)s action overdue", "%(n)s actions overdue", n),
    "dependency": lambda n: ngettext("%(n)s dependency past its day", "%(n)s dependencies past their day", n),
    "change": lambda n: ngettext("%(n)s change request past its day", "%(n)s change requests past their day", n),
}


def count_words(count: KindCount) -> str:
    """The numbers of one register: "3 open, 1 new, 1 closed, 1 overdue"."""
    parts = [_("%(n)s open") % {"n": count.open}]
    for number, words in ((count.new, _("%(n)s new")), (count.closed, _("%(n)s closed")), (count.overdue, _("%(n)s overdue"))):
        if number:
            parts.append(words % {"n": number})
    return ", ".join(parts)


def movement_words(item: Item) -> str:
    """How a risk's score moved since the moment compared with; empty where it did not."""
    if item.movement == "new":
        return _("new")
    if item.movement == "up":
        return _("up from %(score)s") % {"score": item.score_before}
    return _("down from %(score)s") % {"score": item.score_before} if item.movement == "down" else ""


def exposure_words(lines: Iterable[Exposure]) -> str:
    """What open risks are worth, one amount a currency; empty where no amounts are stated."""
    return ", ".join(signed_money(line.net, line.currency) for line in lines)


def signed_money(amount: Decimal, currency: str) -> str:
    """A short amount with its sign."""
    return f"{'−' if amount < 0 else '+' if amount > 0 else ''}{money.short(abs(amount), currency)}"


def news_of(told: Registers) -> list[tuple[str, str, str]]:
    """What the registers have to tell since the moment, the most pressing first: (register, what, words). `what` is "overdue",
    "new", "closed", "raised", "red", "review", "waiting" or "decided"."""
    found: list[tuple[str, str, str]] = []

    def add(kind: str, what: str, number: int, words: Any) -> None:
        if number:
            found.append((kind, what, words(number) % {"n": number}))

    add("risk", "red", told.red_unanswered, lambda n: ngettext(
        "%(n)s red risk without a response", "%(n)s red risks without a response", n))  # fmt: skip
    for count in told.counts:
        add(count.kind, "overdue", count.overdue, OVERDUE_OF[count.kind])
    add("risk", "review", told.reviews_overdue, lambda n: ngettext(
        "%(n)s risk review overdue", "%(n)s risk reviews overdue", n))  # fmt: skip
    add("risk", "raised", told.raised, lambda n: ngettext("%(n)s risk rated higher", "%(n)s risks rated higher", n))
    add("change", "waiting", told.changes_waiting, lambda n: ngettext(
        "%(n)s change request waits for approval", "%(n)s change requests wait for approval", n))  # fmt: skip
    for state, words in (
        ("approved", lambda n: ngettext("%(n)s change request approved", "%(n)s change requests approved", n)),
        ("rejected", lambda n: ngettext("%(n)s change request rejected", "%(n)s change requests rejected", n)),
    ):
        done = ("approved", "implemented") if state == "approved" else ("rejected",)
        add("change", "decided", sum(item.status in done for item in told.changes_decided), words)
    for count in told.counts:
        add(count.kind, "new", count.new, NEW_OF[count.kind])
    for count in told.counts:
        if count.kind != "change":
            add(count.kind, "closed", count.closed, CLOSED_OF[count.kind])
    return found


def news_sentence(told: Registers, *, most: int = 5) -> str:
    """What the registers have to tell as one sentence; empty where that is nothing."""
    found = ", ".join(words for _kind, _what, words in news_of(told)[:most])
    return f"{found}." if found else ""


def risk_reason(reason: Mapping[str, Any], currency: str) -> str:
    """Why the dimension "risk" has its computed rating; values of `portfolio/formulas/health.py:compute_risk`."""
    parts = []
    if number := int(reason.get("unanswered", 0)):
        parts.append(ngettext("%(n)s red risk has no response.", "%(n)s red risks have no response.", number) % {"n": number})
    elif number := int(reason.get("red", 0)):
        parts.append(ngettext("%(n)s risk lies in a red band.", "%(n)s risks lie in a red band.", number) % {"n": number})
    if "percent" in reason:
        words = _("Exposure of %(amount)s is %(percent)s of the contingency.")
        parts.append(
            words
            % {
                "amount": money.short(Decimal(str(reason["exposure"])), currency),
                "percent": money.percent(Decimal(str(reason["percent"]))),
            }
        )
    if number := int(reason.get("overdue", 0)):
        parts.append(
            ngettext("%(n)s review or response is overdue.", "%(n)s reviews or responses are overdue.", number) % {"n": number}
        )
    if not parts:
        number = int(reason.get("rated", 0))
        parts.append(
            ngettext(
                "%(n)s risk is rated, and it is not red.", "%(n)s risks are rated, none of them red.", number
            ) % {"n": number}
        )  # fmt: skip
    return " ".join(parts)
