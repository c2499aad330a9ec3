"""What the documents name exists: files, links, pictures, headings, commands."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ROOMS = ("accounts", "core", "portfolio", "intake", "reporting")
# Files of a room that the map need not name: wiring whose place follows from the layer.
PLAIN = {"__init__", "apps", "urls", "urls_home", "filters", "access", "forms"}


def targets() -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def anchor(heading: str) -> str:
    """The address of a heading, as repositories show it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_path_of_the_map_exists() -> None:
    paths = re.findall(r"`([\w./-]+/[\w./-]*|[\w-]+\.\w+)`", (ROOT / "docs/MAP.md").read_text())
    assert len(paths) > 100
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("layer", ["actions", "models", "formulas", "views"])
def test_every_topic_is_on_the_map(layer: str) -> None:
    text = (ROOT / "docs/MAP.md").read_text()
    topics = [path for room in ROOMS for path in sorted((ROOT / room / layer).glob("*.py")) if path.stem not in PLAIN]
    words = {word.rpartition("/")[2].partition(".")[0] for word in re.findall(r"`([\w./-]+)`", text)}
    unnamed = [str(path.relative_to(ROOT)) for path in topics if path.stem not in words]
    assert unnamed == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere(document: Path) -> None:
    text = document.read_text()
    headings = {anchor(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _hash, place = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        if (path and not (document.parent / path).exists()) or (not path and place not in headings):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_commands_are_targets(document: Path) -> None:
    named = re.findall(r"^(?:[A-Z_]+=\S+ )*make ([a-z-]+)|`(?:[A-Z_]+=\S+ )*make ([a-z-]+)", document.read_text(), re.MULTILINE)
    assert {first or second for first, second in named} - targets() == set()


def test_readme_opens_with_the_two_commands() -> None:
    first_screen = (ROOT / "README.md").read_text().splitlines()[:30]
    assert any(line.startswith("make run") for line in first_screen)
    assert any(line.startswith("make test") for line in first_screen)


def test_pictures_are_used_and_small() -> None:
    pictures = sorted((ROOT / "docs/img").glob("*.png"))
    text = "".join(document.read_text() for document in DOCUMENTS)
    assert pictures
    assert [picture.name for picture in pictures if f"img/{picture.name}" not in text] == []
    assert sum(picture.stat().st_size for picture in pictures) < 2_500_000
