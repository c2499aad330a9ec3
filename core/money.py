"""Money as words: short for tables (£1.2m), exact for titles and exports. Rounding happens only here.

Amounts are Decimal in units of their currency (ISO 4217 code). Never add across currencies.
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

SYMBOLS = {
    "GBP": "£", "EUR": "€", "USD": "$", "CAD": "C$", "AUD": "A$", "NZD": "NZ$", "JPY": "¥", "INR": "₹", "CNY": "CN¥",
    "KRW": "₩", "ILS": "₪", "UAH": "₴", "BRL": "R$", "HKD": "HK$", "SGD": "S$",
}  # fmt: skip
MINUS = "−"
UNITS = (
    (Decimal(1), ""),
    (Decimal(10) ** 3, pgettext_lazy("thousands, as in £950k", "k")),
    (Decimal(10) ** 6, pgettext_lazy("millions, as in £1.2m", "m")),
    (Decimal(10) ** 9, pgettext_lazy("billions, as in £1.2bn", "bn")),
)


def symbol(currency: str) -> str:
    """`£` for GBP; a code that has no sign of its own is written out with a no-break space."""
    return SYMBOLS.get(currency, f"{currency}\u00a0" if currency else "")


def exact(amount: Decimal | int | None, currency: str = "") -> str:
    """£1,234,567.89 in the reader's locale; whole amounts lose the `.00`. None gives an empty text."""
    if amount is None:
        return ""
    return _exact(Decimal(amount), currency, get_language())


# A list says the same amounts again and again; the locale's rules cost more than the rest of its row.
@lru_cache(maxsize=8192)
def _exact(amount: Decimal, currency: str, language: str | None) -> str:
    places = 0 if amount == amount.to_integral_value() else 2
    amount = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)  # number_format cuts off
    digits = number_format(abs(amount), decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"{MINUS if amount < 0 else ''}{symbol(currency)}{digits}"


def short(amount: Decimal | int | None, currency: str = "") -> str:
    """£1.2m, €950k, £12.4bn, −£3m: at most one decimal, none from 100 on. None gives an empty text."""
    if amount is None:
        return ""
    return _short(Decimal(amount), currency, get_language())


@lru_cache(maxsize=8192)
def _short(amount: Decimal, currency: str, language: str | None) -> str:
    size = abs(amount)
    for unit, suffix in UNITS:  # noqa: B007 (used after the loop)
        rounded = _rounded(size / unit, 1 if unit > 1 else 0)
        if rounded < 1000:
            break
    places = 0 if rounded == rounded.to_integral_value() else 1
    digits = number_format(rounded, decimal_pos=places, use_l10n=True, force_grouping=True)
    sign = MINUS if amount < 0 and rounded else ""
    return f"{sign}{symbol(currency)}{digits}{suffix}"


def _rounded(number: Decimal, places: int) -> Decimal:
    """Half up; from 100 on without decimals."""
    kept = places if number < 100 else 0
    return number.quantize(Decimal(1).scaleb(-kept), rounding=ROUND_HALF_UP)


def percent(value: Decimal | float | None, places: int = 0) -> str:
    """12.5 with one place gives `12.5%`, 5.00 gives `5%`; None gives `n/a`. The value is already in per cent."""
    if value is None or value == "":
        return _("n/a")
    number = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    sign = MINUS if number < 0 else ""
    while places and number == number.quantize(Decimal(1).scaleb(1 - places)):
        places -= 1
    return f"{sign}{number_format(abs(number), decimal_pos=places, use_l10n=True)}%"
