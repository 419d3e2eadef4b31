"""The filters of links."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from circles.models import VoiceLink
from district.filtering import CodesFilter, DistrictFilter, IdFilter, SchoolFilter, StrictFilterSet, YesNoFilter


class VoiceLinkFilterSet(StrictFilterSet):
    """Links to worksheets and surveys, of the cases that one works on."""

    orders = {"number": "pk", "expires_at": "expires_at"}
    default_order = ("number",)

    district = DistrictFilter("participant__circle__school__district")
    school = SchoolFilter("participant__circle__school")
    circle = IdFilter("participant__circle__uid", label=_("Case"))
    participant = IdFilter("participant__uid", label=_("Who"))
    paper = CodesFilter("paper", choices=VoiceLink.Paper.choices)
    answered = YesNoFilter("is_answered", label=_("Answered"))
    revoked = YesNoFilter("revoked_at", is_set=True, label=_("Revoked"))
