"""The pictures of the user guide: start the product on the demonstration, look at it as each role, write docs/img/.

    make docs-shots                                     everything, in a temporary folder on a free port
    python tools/shots.py --base http://127.0.0.1:8000  the pictures only, of a running demonstration
    python tools/shots.py --only overview why           some of them

Each picture is 1280 px wide, cut at a given height and reduced to a palette, so that all of them stay small.
"""

import argparse
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs/img"
PASSWORD = "portfolio-demo"  # noqa: S105 - printed by `make run`
COLOURS = 256
START_SECONDS = 600
REPORT_SECONDS = 300
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@dataclass(frozen=True)
class Shot:
    """One picture: `role` opens `path`, `act` does what is needed there, the top `height` pixels are kept."""

    name: str
    role: str
    path: str
    height: int = 760
    width: int = 1280
    act: Callable[[Any], None] | None = None


# ---- what is done on a page before its picture is taken -----------------------------------------------


def first_link(page: Any) -> None:
    """Follow the first row of a list."""
    page.locator("main table tbody a").first.click()
    page.wait_for_load_state("load")


def project_tab(tab: str) -> Callable[[Any], None]:
    """Open a tab of a project's page."""

    def act(page: Any) -> None:
        page.locator("nav.tabs a, .tabs a").filter(has_text=tab).first.click()
        page.wait_for_load_state("load")

    return act


def import_again(page: Any) -> None:
    """Upload the published file once more, with one figure changed: up to the columns."""
    text = (ROOT / "reporting/demo/gmpp_2023_24.csv").read_bytes()
    page.get_by_label("File").set_input_files({"name": "gmpp_2023_24.csv", "mimeType": "text/csv", "buffer": text})
    page.get_by_role("button", name="Upload and read").click()
    page.get_by_role("heading", name="Place the columns").wait_for()


def import_preview(page: Any) -> None:
    """As above, up to what would happen."""
    import_again(page)
    page.locator("input[name=as_at]").fill("2024-03-31")
    page.get_by_role("button", name="Show what would happen").click()
    page.get_by_role("heading", name="What would happen").wait_for()


def row_link(words: str) -> Callable[[Any], None]:
    """Follow a row of a list by its words."""

    def act(page: Any) -> None:
        page.locator("main table tbody a", has_text=words).first.click()
        page.wait_for_load_state("load")

    return act


def last_run(page: Any) -> None:
    """The first report that the demonstration's schedule made: it is due within two minutes of the start."""
    deadline = time.monotonic() + REPORT_SECONDS
    while not page.locator("main table tbody tr", has_text="Done").count():
        if time.monotonic() > deadline:
            raise LookupError("no report was made")
        page.wait_for_timeout(2000)
        page.reload()
    page.locator("main table tbody tr", has_text="Done").locator("a").first.click()
    page.get_by_role("link", name="Download PDF").wait_for()


def filled_schedule(page: Any) -> None:
    """The form of a schedule with its next dates."""
    page.get_by_label("Name").fill("Board portfolio report")
    page.get_by_label("Name").blur()
    page.locator("#dates li, #dates td").first.wait_for()


def begin_request(page: Any) -> None:
    """Begin a request and type its name: what is like it appears beside the form."""
    page.get_by_label("A short name for it").fill("Warm the records hall in winter")
    page.locator("input[name=type]").first.check()
    page.get_by_role("button", name="Begin").click()
    page.locator("#id_purpose").fill("A hall in which people can read and work all winter.")
    page.locator("#similar a").first.wait_for()


def ready_tab(tab: str) -> Callable[[Any], None]:
    """A tab of the first request that is ready for decision and has something on it."""

    def act(page: Any) -> None:
        first_link(page)
        page.locator("nav.tabs a, .tabs a").filter(has_text=tab).first.click()
        page.wait_for_load_state("load")

    return act


def first_item(page: Any) -> None:
    """The board's view of the first request on the agenda."""
    first_link(page)
    page.get_by_role("link", name="Start deciding").click()
    page.wait_for_load_state("load")


def promised(page: Any) -> None:
    """What was promised against what is expected now, of a project that came from a request."""
    first_link(page)
    page.locator("a[href^='/portfolio/projects/PRJ-']").first.click()
    page.locator("nav.tabs a, .tabs a").filter(has_text="Request").first.click()
    page.wait_for_load_state("load")


def bridge(page: Any) -> None:
    """The budget bridge of the project that an approved change moved."""
    first_link(page)
    page.locator("main a[href^='/portfolio/projects/PRJ-']").first.click()
    page.locator("#changes, .bridge").first.scroll_into_view_if_needed()


PROJECT = "/portfolio/projects/PRJ-0097/"
SHOTS = [
    Shot("my-work-manager", "pm", "/", 560),
    Shot("update-write", "pm", f"{PROJECT}updates/write/", 900),
    Shot("review-update", "analyst", "/portfolio/updates/", 760, act=first_link),
    Shot("import-columns", "analyst", "/imports/", 760, act=import_again),
    Shot("import-preview", "analyst", "/imports/", 700, act=import_preview),
    Shot("assurance", "analyst", f"{PROJECT}assurance/rate/", 480),
    Shot("projects", "analyst", "/portfolio/projects/", 560),
    Shot("overview", "board", "/reports/overview/", 980),
    Shot("project", "board", PROJECT, 760),
    Shot("calendar", "head", "/portfolio/calendars/", 680, act=row_link("Monthly status")),
    Shot("thresholds", "head", "/portfolio/thresholds/", 360),
    Shot("history", "auditor", PROJECT, 640, act=project_tab("History")),
    Shot("why", "pm", PROJECT, 620, act=project_tab("Why can I see this?")),
    Shot("people", "admin", "/accounts/people/", 520),
    Shot("request-ask", "requester", "/intake/requests/new/", 720, act=begin_request),
    Shot("triage", "analyst", "/intake/triage/", 700),
    Shot("pipeline", "head", "/intake/pipeline/", 700),
    Shot("case", "analyst", "/intake/requests/?q=Cardiff+records", 900, act=ready_tab("Business case")),
    Shot("scores", "analyst", "/intake/requests/?state=ready", 900, act=ready_tab("Scores")),
    Shot("round", "head", "/intake/rounds/", 820, act=row_link("Change fund")),
    Shot("meeting", "head", "/intake/meetings/", 820, act=first_item),
    Shot("promised", "head", "/intake/requests/?state=converted", 820, act=promised),
    Shot("risks", "head", "/portfolio/risks/", 620),
    Shot("risk", "head", "/portfolio/risks/?q=security+standard", 900, act=first_link),
    Shot("risk-matrix", "head", "/portfolio/risk-matrix/", 800),
    Shot("simulation", "head", "/portfolio/simulations/", 900, act=first_link),
    Shot("dependency", "head", "/portfolio/dependencies/?q=branch+offices", 760, act=first_link),
    Shot("network", "head", "/portfolio/dependencies/map/", 1000),
    Shot("change", "board", "/portfolio/changes/?q=accessible+forms", 900, act=first_link),
    Shot("bridge", "board", "/portfolio/changes/?q=interim+hosting", 900, act=bridge),
    Shot("schedule-new", "analyst", "/reports/schedules/new/", 700, act=filled_schedule),
    Shot("run", "head", "/reports/archive/", 860, act=last_run),
    Shot("mail", "analyst", "/mail/?q=executive", 760, act=first_link),
]


# ---- taking them ----------------------------------------------------------------------------------------


def sign_in(page: Any, role: str) -> None:
    """By the sign-in page; an empty role stays outside."""
    if not role:
        return
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(f"{role}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My work").wait_for()


def take(browser: Any, base: str, shot: Shot) -> bytes:
    """The picture as PNG."""
    context = browser.new_context(
        base_url=base, viewport={"width": shot.width, "height": shot.height}, locale="en-GB", timezone_id="Europe/London"
    )
    context.set_default_timeout(60_000)
    try:
        page = context.new_page()
        sign_in(page, shot.role)
        page.goto(shot.path)
        if shot.act:
            shot.act(page)
        page.wait_for_load_state("networkidle")
        return bytes(page.screenshot(animations="disabled", caret="hide"))
    finally:
        context.close()


def shrink(png: bytes) -> bytes:
    """The same picture with a palette: about a third of the bytes."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    small = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def take_all(base: str, shots: list[Shot]) -> int:
    """Write the pictures; return how many failed."""
    from playwright.sync_api import Error, sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        sys.exit("There is no Chromium; `make system` names the package.")
    TARGET.mkdir(parents=True, exist_ok=True)
    failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for shot in shots:
            try:
                png = shrink(take(browser, base, shot))
            except (Error, LookupError) as error:
                print(f"{shot.name}: {error}", file=sys.stderr)
                failed += 1
                continue
            (TARGET / f"{shot.name}.png").write_bytes(png)
            print(f"{shot.name}.png  {len(png) // 1024} KB", flush=True)
        if any(shot.name == "run" for shot in shots):
            report_page(browser, base)
        browser.close()
    total = sum(path.stat().st_size for path in TARGET.glob("*.png"))
    print(f"{len(list(TARGET.glob('*.png')))} pictures, {total / 1e6:.1f} MB in {TARGET.relative_to(ROOT)}")
    return failed


def report_page(browser: Any, base: str) -> None:
    """Page 1 of the report, as pdftoppm draws it."""
    context = browser.new_context(base_url=base, accept_downloads=True)
    page = context.new_page()
    sign_in(page, "head")
    page.goto("/reports/archive/")
    last_run(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download PDF").click()
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-png", "-r", "110", "-singlefile", "-l", "1", str(download.value.path()), f"{folder}/page"]
        subprocess.run(command, check=True)
        (TARGET / "report.png").write_bytes(shrink(Path(folder, "page.png").read_bytes()))
    context.close()
    print("report.png")


@contextmanager
def demonstration() -> Iterator[str]:
    """A demonstration of its own in a temporary folder; yields its address and ends it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="pmo-shots-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another account there
        log = Path(folder) / "up.log"
        environment = os.environ | {"PORT": str(port), "DATA_DIR": f"{folder}/data", "DEMO": "1"}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "up"], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            deadline = time.monotonic() + START_SECONDS
            while "Ready in" not in log.read_text(errors="replace"):
                if process.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"The product did not start:\n{log.read_text(errors='replace')[-2000:]}")
                time.sleep(0.5)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def main() -> int:
    """Exit status 1 when a picture could not be taken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--base", help="address of a running demonstration")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these pictures only")
    options = parser.parse_args()
    shots = [shot for shot in SHOTS if not options.only or shot.name in options.only]
    if options.base:
        return 1 if take_all(options.base, shots) else 0
    with demonstration() as base:
        return 1 if take_all(base, shots) else 0


if __name__ == "__main__":
    sys.exit(main())
