"""`recount_deadlines --district CODE`: due dates of open manifestation determinations by today's calendar."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from discipline.actions.due_process import recount_steps
from discipline.actions.idea import recount_due_dates
from district.models import District


class Command(BaseCommand):
    """Move what the calendar moved, and say what moved: 0 done, 1 no such district."""

    help = "Count open deadlines anew after a change of the calendar. Repeating changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--district", required=True, metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        district = District.objects.filter(code=options["district"]).first()
        if district is None:
            raise CommandError(f"There is no district {options['district']}. Make it with create_district.")
        moved = recount_due_dates(district=district, by=None)
        for one in moved:
            # The id leads to the record; a name does not belong in a log.
            self.stdout.write(
                f"determination {one.determination.uid}: due {one.before or 'unknown'} -> {one.after or 'unknown'}"
            )
        steps = recount_steps(district=district, by=None)
        for step in steps:
            self.stdout.write(f"step {step.uid}: {step.step} due {step.due_on or 'unknown'}")
        self.stdout.write(f"{len(moved) + len(steps)} moved.")
