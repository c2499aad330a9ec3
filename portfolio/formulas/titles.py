"""Titles that may be the same project under another spelling.

Likeness is difflib's ratio over the folded titles (0 to 1); titles whose numbers differ ("Tranche 1", "Tranche 2")
are never alike. Only titles that share a rare word are compared, so that thousands stay fast.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

ALIKE = 0.84
_COMMON = 200
_FILLERS = {"the", "of", "and", "for", "a", "an", "in", "to", "programme", "program", "project"}


def title_key(title: str) -> str:
    """A title for exact comparing: small letters, letters and digits only."""
    return " ".join(re.findall(r"[^\W_]+", title.casefold()))


class TitleIndex:
    """Finds titles like a given one."""

    def __init__(self, titles: Mapping[int, str]) -> None:
        self._titles = titles
        self._keys: dict[int, str] = {}
        self._by_word: dict[str, list[int]] = {}

    def _index(self) -> None:
        self._keys = {number: title_key(title) for number, title in self._titles.items()}
        for number, key in self._keys.items():
            for word in _words(key):
                self._by_word.setdefault(word, []).append(number)

    def like(self, title: str, most: int = 3) -> list[tuple[int, float]]:
        """Up to `most` (number, likeness) of at least ALIKE, likest first, exact ones left out."""
        if self._titles and not self._keys:
            self._index()  # only files with unknown titles need it
        key = title_key(title)
        digits = re.findall(r"\d+", key)
        candidates: set[int] = set()
        for word in _words(key):
            numbers = self._by_word.get(word, [])
            if len(numbers) <= _COMMON:
                candidates.update(numbers)
        found = []
        for number in candidates:
            other = self._keys[number]
            if other == key or re.findall(r"\d+", other) != digits:
                continue
            matcher = SequenceMatcher(None, key, other, autojunk=False)
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
                likeness = matcher.ratio()
                if likeness >= ALIKE:
                    found.append((number, round(likeness, 2)))
        return sorted(found, key=lambda pair: -pair[1])[:most]


def _words(key: str) -> Iterable[str]:
    return {word for word in key.split() if word not in _FILLERS and not word.isdigit()}
