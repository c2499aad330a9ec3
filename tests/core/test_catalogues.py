"""Translations are compiled without the gettext programs, and American readers get their spelling."""

import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

from core.catalogues import compile_catalogues, messages_of, remember_words
from tests import factories

PO = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: somewhere.py
msgid "Programme"
msgstr "Program"

msgctxt "verb"
msgid "Open"
msgstr "Öffnen"

msgid "%(count)s day"
msgid_plural "%(count)s days"
msgstr[0] "%(count)s Tag"
msgstr[1] "%(count)s Tage"

#, fuzzy
msgid "Guessed"
msgstr "Geraten"

msgid "Not yet"
msgstr ""

msgid ""
"In two "
"lines"
msgstr "Zwei\nZeilen"
"""


def test_catalogue_reads_back(tmp_path: Path) -> None:
    source = tmp_path / "de/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO, "utf-8")
    (target,) = compile_catalogues(tmp_path)
    with target.open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Programme") == "Program"
    assert words.pgettext("verb", "Open") == "Öffnen"
    assert (words.ngettext("%(count)s day", "%(count)s days", 1), words.ngettext("%(count)s day", "%(count)s days", 3)) == (
        "%(count)s Tag",
        "%(count)s Tage",
    )
    assert words.gettext("Guessed") == "Guessed"
    assert words.gettext("Not yet") == "Not yet"
    assert words.gettext("In two lines") == "Zwei\nZeilen"
    assert compile_catalogues(tmp_path) == [], "nothing new, nothing written"


def test_american_catalogue_keeps_the_names_of_values() -> None:
    for source, words in messages_of((settings.BASE_DIR / "locale/en_US/LC_MESSAGES/django.po").read_text("utf-8")).items():
        if source:
            names = re.compile(r"%\([^)]*\)[sd]|{[^}]*}")
            assert sorted(names.findall(source)) == sorted(names.findall(words)), source


@pytest.mark.django_db
def test_american_reader_sees_programs_and_british_reader_programmes() -> None:
    def words(language: str) -> str:
        client = Client()
        client.force_login(factories.user("pmo_head", language=language), backend="django.contrib.auth.backends.ModelBackend")
        return client.get("/portfolio/programmes/").content.decode()

    assert ">Programs<" in words("en-us")
    assert ">Programmes<" in words("en-gb")


def test_words_that_are_looked_up_once_are_the_same_words():
    remember_words()
    remember_words()
    for code, words in (("en-gb", "Programme"), ("en-us", "Program")):
        catalogue = trans_real.translation(code)
        with translation.override(code):
            for asked in ("Programme", "Programme", "No such word \n at all", "", "1.2\r\n"):
                plain = type(catalogue).gettext(catalogue, asked.replace("\r\n", "\n")) if asked else ""
                assert translation.gettext(asked) == plain
            assert translation.gettext("Programme") == words
            assert translation.pgettext("verb", "No such word") == "No such word"
        assert catalogue.gettext.cache_info().hits
