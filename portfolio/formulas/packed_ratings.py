"""Two ratings in one byte, so that a year of month ends of ten thousand projects is counted in a millisecond.

The declared and the computed overall rating (RAG values, "" where none was given) are packed into one number below 36;
a project's ratings at some moments are a `bytes` of such numbers.
"""

SCALE = ("", "red", "amber", "green", "blue", "grey")
PLACES = {rating: place for place, rating in enumerate(SCALE)}
UNKNOWN = 255  # nothing was published yet


def packed(declared: str | None, computed: str | None) -> int:
    """The number of a pair of ratings; words that are none count as no rating."""
    return PLACES.get(declared or "", 0) * len(SCALE) + PLACES.get(computed or "", 0)


PAIRS = tuple((declared, computed) for declared in SCALE for computed in SCALE)


def tallied(ratings: bytes) -> dict[tuple[str, str], int]:
    """How often each pair (declared, computed) is among the packed ones."""
    return {pair: number for place, pair in enumerate(PAIRS) if (number := ratings.count(place))}
