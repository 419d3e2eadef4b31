"""The form of staff about a link: which paper, in which language, for how long."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from circles.actions.voices import LONGEST_LINK, OPEN_IN, USUAL_LINK, Paper, language_for
from circles.models import CircleParticipant, VoiceLink
from commitments.forms.fields import choice
from discipline.models import LetterLanguage
from district.access import Permission
from district.step_forms import RecordField, StepForm


class VoiceLinkForm(StepForm):
    """A link for one person of a case."""

    paper = choice(_("What does it open?"), VoiceLink.Paper.choices)
    language = choice(
        _("In which language?"),
        LetterLanguage.choices,
        required=False,
        help_text=_("Whoever opens it can choose another. Empty: the language of the student's home."),
    )
    days = forms.IntegerField(
        label=_("For how many days?"),
        min_value=1,
        max_value=LONGEST_LINK,
        initial=USUAL_LINK,
        help_text=_("It works once. Give it to this person only, or open it for them on a tablet of the school."),
    )

    @classmethod
    def initial_of(cls, record: CircleParticipant) -> dict[str, Any]:
        is_before = record.circle.status in OPEN_IN[Paper.WORKSHEET]
        paper = Paper.WORKSHEET if is_before else Paper.SURVEY
        return {"paper": paper, "language": language_for(record), "days": USUAL_LINK}


class NewVoiceLinkForm(VoiceLinkForm):
    """A link, and for whom."""

    field_order = ("participant", "paper", "language", "days")

    participant = RecordField(
        lambda user, record: (
            CircleParticipant.objects.standing()
            .allowed(user, Permission.CIRCLE_WORK)
            .select_related("circle", "student")
        ),
        label=_("For whom?"),
    )
