"""Compile translations (.po, kept in git) to what gettext reads (.mo, made at set-up) without the gettext programs;
and look each word up once a process."""

import ast
import os
import struct
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import trans_real


def messages_of(text: str) -> dict[str, str]:
    """msgid → msgstr of a .po file, fuzzy and untranslated entries left out; context and plurals in gettext's own encoding."""
    found: dict[str, str] = {}
    for block in text.split("\n\n"):
        parts: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line.startswith("#"):
                if line.startswith("#,") and "fuzzy" in line:
                    parts = {}
                    break
                continue
            if not line.startswith('"'):
                key, _, line = line.partition(" ")
            parts[key] = parts.get(key, "") + ast.literal_eval(line)
        if "msgid" not in parts:
            continue
        msgid = parts["msgid"] + (f"\0{parts['msgid_plural']}" if "msgid_plural" in parts else "")
        if "msgctxt" in parts:
            msgid = f"{parts['msgctxt']}\4{msgid}"
        words = [parts[key] for key in sorted(parts) if key.startswith("msgstr")]
        if words and all(words):
            found[msgid] = "\0".join(words)
    return found


def compiled(messages: dict[str, str]) -> bytes:
    """The .mo file: header, two tables of (length, offset), then the texts, sorted by msgid."""
    pairs = sorted((msgid.encode(), words.encode()) for msgid, words in messages.items())
    head, count = 28, len(pairs)
    place = head + 16 * count
    tables, texts = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += struct.pack("<II", len(pair[side]), place + len(texts))
            texts += pair[side] + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, count, head, head + 8 * count, 0, 0) + tables[0] + tables[1] + texts


def compile_catalogues(folder: Path | None = None) -> list[Path]:
    """Compile every .po below the folder that is newer than its .mo. Returns the files written; a read-only place is left as it is."""
    written = []
    for source in sorted((folder or Path(settings.LOCALE_PATHS[0])).glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            whole = target.with_name(f"{target.name}.{os.getpid()}")  # nobody reads half a file
            whole.write_bytes(compiled(messages_of(source.read_text("utf-8"))))
            whole.replace(target)
        except OSError:
            continue
        written.append(target)
    return written


WORDS = 16_384  # a language; the product has some 6,000


def remember_words() -> None:
    """Have each language remember what it found: Django asks seven catalogues, one after the other, for an English word that none
    of them holds, 4 µs a word, 100 to 300 words a page. Whatever makes Django read its catalogues anew makes other objects."""
    for code, _name in settings.LANGUAGES:
        catalogue = trans_real.translation(code)
        if not hasattr(catalogue.gettext, "cache_info"):
            catalogue.gettext = lru_cache(maxsize=WORDS)(catalogue.gettext)  # type: ignore[method-assign]
