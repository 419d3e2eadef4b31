"""What the list of links shows, for those who work on a case. No column leads to what was written or answered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from circles.models import VoiceLink
from discipline.models import LetterLanguage
from district.columns import Column, Kind, RecordTable
from district.tables import ID

VOICE_LINKS = RecordTable(
    VoiceLink,
    "circle-voice-links",
    (
        ID,
        Column("circle", _("Case"), "participant__circle__uid", Kind.ID),
        Column("participant", _("Who"), "participant__uid", Kind.ID),
        Column("paper", _("What it opens"), "paper", choices=VoiceLink.Paper),
        Column("language", _("Language"), "language", choices=LetterLanguage),
        Column("expires_at", _("Ends"), "expires_at", Kind.MOMENT),
        Column("answered", _("Answered"), "is_answered", Kind.YES_NO),
        Column("revoked", _("Revoked"), "revoked_at", Kind.IS_SET),
    ),
    places={
        "district": "participant__circle__school__district_id",
        "school": "participant__circle__school_id",
        "student": "participant__student_id",
    },
    about_students=True,
)
