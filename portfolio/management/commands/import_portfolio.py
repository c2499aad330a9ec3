"""`manage.py import_portfolio FILE`: the same imports as in the browser, in this process."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from core.actions.imports import cancel_import, confirm_import, map_import, run_import_now, start_import
from core.errors import ActionError
from core.imports.words import STATES, say
from core.models import ImportJob, ImportMapping, ImportState
from portfolio.registers import PATHS

LISTS = ("projects", "status-updates", "milestones", "programmes", "portfolios", "objectives", "people")
"""What it loads besides registers."""


class Command(BaseCommand):
    """Load projects, or a register of risks, issues and the like, from a CSV, XLSX, XLS or ODS file."""

    help = "Load projects or a register from a CSV, XLSX, XLS or ODS file: reads it, shows what would happen, and writes all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--target",
            choices=[*LISTS, *PATHS.values()],
            default="projects",
            help="What the file holds (projects).",
        )
        parser.add_argument(
            "--scope",
            default="",
            help="For milestones and registers: what rows belong to that do not say it (a reference, PRJ-0042).",
        )
        parser.add_argument(
            "--mapping", default="", help="A remembered mapping; a new name remembers the proposed one under it."
        )
        parser.add_argument("--as-at", type=date.fromisoformat, help="The day the file tells about (2024-03-31).")
        parser.add_argument("--dry-run", action="store_true", help="Show what would happen and stop.")
        parser.add_argument("--sheet", default="", help="The sheet of a workbook; found where not given.")
        parser.add_argument("--header", type=int, help="The line of the header; found where not given.")
        parser.add_argument("--currency", default="", help="What amounts are in where the file does not say (GBP).")
        parser.add_argument("--system", default="", help="What to call the source of the identifiers (GMPP).")
        parser.add_argument("--date-order", choices=["day", "month"], default="", help="How 03/04/2024 is written.")
        parser.add_argument(
            "--similar", choices=["ask", "new", "same"], default="ask",
            help="Rows whose title is like an existing one: stop and ask, make new ones, or take them as the same.",
        )  # fmt: skip
        parser.add_argument("--user", default="", help="Do it as this person (e-mail address), with their rights.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import."""
        try:
            job = self._run(options)
        except ActionError as refused:
            raise CommandError(str(refused)) from refused
        if job.state == ImportState.FAILED:
            raise CommandError(say(job.error))

    def _run(self, options: dict[str, Any]) -> ImportJob:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        now = timezone.now()
        chosen = {key: options[key] for key in ("scope", "currency", "system", "date_order", "similar") if options[key]}
        if options["as_at"]:
            chosen["as_at"] = options["as_at"].isoformat()
        by = User.objects.filter(email=options["user"].lower()).first() if options["user"] else None
        if options["user"] and by is None:
            raise CommandError(f"There is nobody with the e-mail address {options['user']}.")
        with path.open("rb") as file:
            job = start_import(target=options["target"], file=File(file, path.name), name=path.name, by=by, options=chosen)
        mapping = options["mapping"]
        known = ImportMapping.objects.filter(target=job.target, name=mapping).exists()
        ImportJob.objects.filter(pk=job.pk).update(
            sheet=options["sheet"], header_line=options["header"], mapping_name=mapping if known else ""
        )
        job = run_import_now(job=job, at=now)
        if job.state != ImportState.READ:
            return job
        self._show_reading(job)
        job = map_import(job=job, mapping=job.mapping, options=job.options, name=mapping, by=by)
        job = run_import_now(job=job, at=now)
        if job.state != ImportState.PREVIEWED:
            return job
        self._show_plan(job)
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")
            return cancel_import(job=job, at=now)
        if job.report["verdicts"].get("ask"):
            self._show_questions(job)
            cancel_import(job=job, at=now)
            raise CommandError(
                "Rows are like what is there already. Decide with --similar=new or --similar=same, or in the browser."
            )
        job = run_import_now(job=confirm_import(job=job, by=by), at=now)
        if job.state == ImportState.APPLIED:
            made = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in job.report["made"].items() if count)
            self.stdout.write(self.style.SUCCESS(f"Imported: {made or 'nothing was new'}."))
        return job

    def _show_reading(self, job: ImportJob) -> None:
        reading = job.reading
        self.stdout.write(f"{job.name}: {reading['records']} rows, {len(reading['columns'])} columns ({reading['form']}).")
        for each in reading["notes"]:
            self.stdout.write(f"  {say(each)}")
        for column in reading["columns"]:
            field = job.mapping[column["name"]] or "left out"
            self.stdout.write(f"  {column['name'].splitlines()[0][:60]:60}  {field}")

    def _show_plan(self, job: ImportJob) -> None:
        report = job.report
        self.stdout.write("Rows: " + ", ".join(f"{count} to {verdict}" for verdict, count in report["verdicts"].items()))
        for state, count in report["losses"].items():
            self.stdout.write(f"  {STATES[state]}: {count} cells")
        for row in job.rows.filter(verdict="refuse")[:20]:
            self.stdout.write(f"  Line {row.place} not imported: {' '.join(say(each) for each in row.notes)}")
        for row in job.rows.filter(loss_count__gt=0).exclude(losses=[])[:400]:
            for loss in row.losses:
                if loss["state"] == "failed":
                    self.stdout.write(
                        f"  {loss['place']} ({loss['column'].splitlines()[0][:40]}): {loss['text'][:60]!r}: {say(loss['problem'])}"
                    )

    def _show_questions(self, job: ImportJob) -> None:
        for row in job.rows.filter(verdict="ask")[:50]:
            reference, title, likeness = row.question[0]
            self.stdout.write(f"  Line {row.place}: {row.title} - like {reference} {title} ({likeness})?")
