"""Every form of a page, filled in: what the tests that walk through all pages share.

`forms_of(html, address)` reads the forms; `Form.filled(text)` gives data that fits the kinds of its fields, `text` in every one that
takes words. A person's own words go where the page lets them write, so that a test need not know the page.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access_matrix import World

WORDS = {"text", "search", "textarea", "url", "tel", ""}


@dataclass
class Field:
    """A control: its name, kind, value as it stands, choices of a select, and how long it may be."""

    name: str
    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)
    is_on: bool = False
    is_required: bool = False
    most: int = 0
    fixed: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class Form:
    """A form that is posted to `address`."""

    address: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, text: str, given: dict[str, Any] | None = None, *, file: Any = None) -> dict[str, Any]:
        """Data to post. `given`: what to put in fields of these names when they are empty, whatever their kind."""
        data: dict[str, Any] = {}
        for one in self.fields:
            last = one.name.rsplit("-", 1)[-1]
            if one.fixed or one.kind == "hidden":
                value: Any = one.value
                if not value and given and last in given and one.kind == "hidden":
                    value = given[last]
            elif given and one.name in given:
                value = given[one.name]
            elif given and last in given and not one.value:
                value = given[last]
            elif one.kind == "file":
                value = file or SimpleUploadedFile(f"{text[:60].replace('/', '-')}.txt", text.encode())
            elif one.kind in ("checkbox", "radio"):
                if one.name in data and one.kind == "radio" and not one.is_on:
                    continue
                if not one.is_on and one.kind == "checkbox" and not one.is_required:
                    continue
                value = one.value or "on"
            elif one.kind == "select":
                value = one.value or next((choice for choice in one.choices if choice), "")
            elif one.kind in ("date", "month"):
                value = one.value or (date(2026, 11, 22) + timedelta(days=30)).isoformat()[: 10 if one.kind == "date" else 7]
            elif one.kind == "number" or one.attributes.get("inputmode") in ("numeric", "decimal"):
                value = one.value or "1"
            elif one.kind == "email":
                value = one.value or "somebody@example.org"
            elif one.kind == "time":
                value = one.value or "08:00"
            elif one.kind in WORDS:
                value = text[: one.most] if one.most else text
            else:
                value = one.value
            if one.name in data and one.kind in ("checkbox", "select") and value:
                before = data[one.name]
                data[one.name] = [*(before if isinstance(before, list) else [before]), value]
            elif value != "" or one.kind != "hidden" or one.name not in data:
                data[one.name] = value
        for name, value in self.buttons[:1]:
            data.setdefault(name, value)
        return data


def usual_of(world: World) -> dict[str, Any]:
    """What fields want that no page offers as a choice."""
    own, sets = world.cast.own, world.sets[world.cast.own.pk]
    return {
        "scope": own.reference,
        "project": own.reference,
        "giver": world.cast.other.reference,
        "target": sets["entry_risk"].reference,
        "other": sets["entry_risk"].reference,
        "currency": "GBP",
        "severity": "2",
    }


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address, self.forms, self.form = address, [], None  # type: ignore[var-annotated]
        self.by_id: dict[str, Form] = {}
        self.select: Field | None = None
        self.area: Field | None = None
        self.in_template = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "template":
            self.in_template += 1
        if self.in_template:
            return
        if tag == "form":
            # htmx posts some forms elsewhere than their address
            target = about.get("hx-post") or about.get("action") or self.address
            self.form = Form(urljoin(self.address, target))
            self.by_id[about.get("id", "")] = self.form
            if about.get("method", "").lower() == "post" or "hx-post" in about:
                self.forms.append(self.form)
        form = self.by_id.get(about["form"]) if "form" in about else self.form
        if tag == "option" and self.select is not None:
            value = about.get("value", "")
            self.select.choices.append(value)
            if "selected" in about:
                self.select.value = value
        if form is None or not about.get("name") or "disabled" in about:
            return
        common = {
            "is_required": "required" in about or about.get("aria-required") == "true",
            "most": int(about.get("maxlength", 0) or 0),
            "fixed": "readonly" in about,
            "attributes": about,
        }
        if tag == "input" and about.get("type") in ("submit", "image"):
            form.buttons.append((about["name"], about.get("value", "")))
        elif tag == "input":
            kind = about.get("type", "text")
            is_on = "checked" in about
            form.fields.append(Field(about["name"], kind, about.get("value", ""), is_on=is_on, **common))
        elif tag == "select":
            self.select = Field(about["name"], "select", **common)
            form.fields.append(self.select)
        elif tag == "textarea":
            self.area = Field(about["name"], "textarea", **common)
            form.fields.append(self.area)
        elif tag == "button" and about.get("type", "submit") == "submit":
            form.buttons.append((about["name"], about.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "template" and self.in_template:
            self.in_template -= 1
        if tag == "form":
            self.form = None
        if tag == "select":
            self.select = None
        if tag == "textarea":
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.value += data


def forms_of(html: str, address: str) -> list[Form]:
    """The forms of a page that write."""
    reader = _Reader(address)
    reader.feed(html)
    return reader.forms
