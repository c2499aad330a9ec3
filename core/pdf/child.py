"""Lays parts out, as a process of its own: `python -m core.pdf.child`, with one job a line on standard input.

A job is JSON: {"name", "html": [path], "out": path, "css": path, "assets": {name: path}, "seconds"}; of several texts the
first that fits on one page is taken, else the last. After each part one line goes to standard output. No Django, no network: the only things WeasyPrint can fetch are the assets, by name. The
process ends by itself when a part takes more computing than it may, and when it wants more memory than it may. What counts is the time on
the processor: a machine that is busy with other things makes no report wrong.
"""

import gc
import json
import logging
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

import pikepdf

ASSET = "asset:"


def limit(memory: int) -> None:
    """An address space of `memory` bytes, and no core file.

    A dead parent ends us too: its end of our input closes, at the latest when the part in hand is done or its time is up.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def fetcher_of(assets: dict[str, str]) -> Any:
    """A fetcher that knows our own static assets by name and refuses every other address, of whatever scheme."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnAssets(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(ASSET)
            if not url.startswith(ASSET) or name not in assets:
                raise ValueError("Reports fetch nothing but their own fonts.")
            return URLFetcherResponse(url, Path(assets[name]).read_bytes(), {"Content-Type": "font/ttf"})

    return OwnAssets(allowed_protocols=["asset"], allow_redirects=False)


def finish_tags(pdf: Any, prefix: str) -> None:
    """What WeasyPrint leaves open: the scope of table heads, and ids that count from the same start in every part."""
    queue: list[tuple[Any, bool]] = [(pdf.Root.StructTreeRoot.K, False)]
    while queue:
        node, in_head = queue.pop()
        if isinstance(node, pikepdf.Array):
            queue.extend((child, in_head) for child in node if isinstance(child, (pikepdf.Array, pikepdf.Dictionary)))
        elif isinstance(node, pikepdf.Dictionary):
            kind = node.get("/S")
            in_head = in_head or kind == "/THead"
            attributes = node.get("/A")
            if "/ID" in node:
                node.ID = pikepdf.String(f"{prefix}-{node.ID}")
            if isinstance(attributes, pikepdf.Dictionary):
                if kind == "/TH":
                    attributes.Scope = pikepdf.Name.Column if in_head else pikepdf.Name.Row
                if "/Headers" in attributes:
                    attributes.Headers = pikepdf.Array([pikepdf.String(f"{prefix}-{name}") for name in attributes.Headers])
            kids = node.get("/K")
            if isinstance(kids, (pikepdf.Array, pikepdf.Dictionary)):
                queue.append((kids, in_head))


class Engine:
    """WeasyPrint with what parts share: one font configuration and one parsed sheet (each anew costs more than a part)."""

    def __init__(self) -> None:
        from weasyprint.text.fonts import FontConfiguration

        self.fonts = FontConfiguration()
        self.sheets: dict[str, Any] = {}
        # A part makes some 200,000 objects that live as long as it does: looking through them again and again takes a
        # tenth of the time, and looking through the engine's own is never worth it.
        gc.freeze()
        gc.set_threshold(200_000, 10, 10)

    def lay_out(self, job: dict[str, Any]) -> None:
        """Write the PDF of one part."""
        from weasyprint import CSS, HTML

        fetcher = fetcher_of(job["assets"])
        if job["css"] not in self.sheets:
            self.sheets[job["css"]] = CSS(
                string=Path(job["css"]).read_text(), url_fetcher=fetcher, font_config=self.fonts, base_url="asset:print.css"
            )
        options = {"pdf_variant": "pdf/ua-1", "pdf_identifier": job["name"].encode()}
        for path in job["html"]:
            document = HTML(string=Path(path).read_text(), url_fetcher=fetcher, base_url="asset:part.html").render(
                stylesheets=[self.sheets[job["css"]]], font_config=self.fonts, **options
            )
            if len(document.pages) == 1:
                break
        document.write_pdf(job["out"], **options)
        with pikepdf.open(job["out"], allow_overwriting_input=True) as pdf:
            finish_tags(pdf, job["name"][:12])
            pdf.save(job["out"], deterministic_id=True)


def main() -> None:
    """Do jobs until the end of the input."""
    limit(int(os.environ.get("PMO_PDF_MEMORY", str(2**31))))
    # What the engine grumbles about (an unknown property in somebody's text) is nobody's news.
    for name in ("weasyprint", "weasyprint.progress", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    engine = Engine()
    for line in sys.stdin:
        job = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, job["seconds"])  # not caught: the process ends, wherever it is
        try:
            engine.lay_out(job)
        except MemoryError:
            os._exit(9)
        except Exception as error:  # noqa: BLE001 - whatever one part does, the parent is told and the next one goes on
            answer = {"name": job["name"], "error": f"{type(error).__name__}: {error}"[:300]}
        else:
            answer = {"name": job["name"]}
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps(answer), flush=True)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    main()
