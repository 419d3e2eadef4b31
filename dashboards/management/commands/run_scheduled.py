"""`manage.py run_scheduled`: everything that is done by the clock. Call it every quarter of an hour, or once a day."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboards.jobs import run_jobs
from dashboards.notices import MESSAGES
from district.actions_notices import send_notices, uncertain

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Run the jobs of all floors; repeating writes nothing twice. Exit code 1 when one of them failed."""

    help = "Writes down what falls due, what was missed and what follows, and sends the mail that is due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="the day to act for (default: today)")
        parser.add_argument("--no-mail", action="store_true", help="write everything, send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = False
        for outcome in run_jobs(today=options["today"]):
            if outcome.error is not None:
                failed = True
                logger.error("%s of %s failed", outcome.job, outcome.district, exc_info=outcome.error)
            elif outcome.written:
                self.stderr.write(f"{outcome.district}: {outcome.job}: {outcome.written}")
        sent = 0 if options["no_mail"] else send_notices(MESSAGES)
        for notice in uncertain():
            self.stderr.write(f"uncertain: {notice.get_kind_display()} to {notice.user.email} may not have arrived")
        self.stdout.write(f"summary: sent={sent}")
        if failed:
            raise CommandError("A job failed; the others ran. The log says why.")
