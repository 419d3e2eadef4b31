"""Where a certification stands, in words with a shape: never read off its status alone."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from district.page_parts import Status
from training.models import Certification
from training.validity import Standing

ENDS_SOON = timedelta(days=90)
"""A certificate that ends within this time is marked."""


def certification_status(certification: Certification, today: date) -> Status:
    """Where a certification stands on a day. Its version, terms and pauses should be fetched."""
    if certification.status in (Certification.Status.PROPOSED, Certification.Status.DECLINED):
        tone = "open" if certification.status == Certification.Status.PROPOSED else "waived"
        return Status(certification.get_status_display(), tone)
    standing = certification.history.standing_on(today)
    if standing is Standing.VALID:
        ends_soon = certification.expires_on is not None and certification.expires_on <= today + ENDS_SOON
        return Status(_("Valid, ends soon"), "due") if ends_soon else Status(_("Valid"), "done")
    return {
        Standing.NOT_YET: lambda: Status(_("Begins later"), "open"),
        Standing.SUSPENDED: lambda: Status(_("Suspended"), "late"),
        Standing.GRACE: lambda: Status(_("Ended, can still be renewed"), "late"),
        Standing.EXPIRED: lambda: Status(_("Ended"), "waived"),
        Standing.ENDED: lambda: Status(certification.get_status_display(), "waived"),
        Standing.NOT_AWARDED: lambda: Status(_("Not awarded"), "waived"),
    }[standing]()
