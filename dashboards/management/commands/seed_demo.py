"""`manage.py seed_demo`: the demo district, whose dashboards show a real district's federal counts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from dashboards import demo_district
from district.models import District


class Command(BaseCommand):
    """Make the demo district; repeating completes or keeps it."""

    help = "Makes the demo district DEMO with one sign-in per role. Its students are synthetic."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="only when the database holds no district, or an unfinished demo"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        others = District.objects.exclude(code=demo_district.CODE).exists()
        if not demo_district.is_seeded() and not (options["if_empty"] and others):
            if not settings.DEBUG:
                self.stderr.write("The demo's sign-ins share a published password: not for a district's own database.")
            demo_district.seed(self.stderr.write)
        for sign_in in demo_district.sign_ins():
            self.stdout.write(f"{sign_in.role:12} {sign_in.email:26} {sign_in.password}  {sign_in.scope}")
