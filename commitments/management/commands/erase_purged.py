"""`manage.py erase_purged`: remove the bytes of purged concerns from the database's own files, as the owner of them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commitments.actions.concerns.clock import erase_purged
from commitments.models import Concern
from district.models import District


class Command(BaseCommand):
    """Run it daily after `run_scheduled` where the application does not own its tables. Exit code 1: some are left."""

    help = "Writes the tables of concerns anew without what was purged. Runs as MIGRATION_DATABASE_URL."

    def handle(self, *args: Any, **options: Any) -> None:
        erased = sum(erase_purged(district, today=district.today()) for district in District.objects.order_by("code"))
        self.stdout.write(f"summary: erased={erased}")
        if Concern.objects.filter(erased_on=None).exclude(purged_on=None).exists():
            raise CommandError("Bytes of purged concerns are left. Is this the role that owns the tables?")
