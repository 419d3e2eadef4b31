"""Steps of circles with a class or group, and of practices."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from circles.actions import class_circles, practices
from circles.forms.class_circles import MendCircleForm, RepeatCircleForm
from circles.forms.practices import PracticeTermsForm
from district.access import Permission
from district.step_forms import ReasonForm
from district.step_pages import Step, steps_of

LOG = Permission.CLASS_CIRCLE_LOG


def stands(record: Any) -> bool:
    """Whether a circle was not voided."""
    return record.voided_at is None


CLASS_CIRCLE_STEPS = steps_of(
    Step(
        "repeat",
        "class_circle",
        words=_("Log the same for today"),
        title=_("Held again today?"),
        about=_("Same class, same kind, as many students and minutes. You can mend it afterwards."),
        permission=LOG,
        form_class=RepeatCircleForm,
        verb=class_circles.repeat_class_circle,
        done=_("Logged for today."),
        is_open=stands,
        is_main=True,
    ),
    Step(
        "change",
        "class_circle",
        words=_("Mend it"),
        title=_("What should it say?"),
        permission=LOG,
        form_class=MendCircleForm,
        verb=class_circles.change_class_circle,
        done=_("Saved."),
        is_open=stands,
        is_partial=True,
    ),
    Step(
        "void",
        "class_circle",
        words=_("Void it"),
        title=_("Was it logged by mistake?"),
        about=_("It stays on record with your reason and counts nowhere."),
        permission=LOG,
        form_class=ReasonForm,
        verb=class_circles.void_class_circle,
        done=_("The circle is voided."),
        is_open=stands,
    ),
)
PRACTICE_STEPS = steps_of(
    Step(
        "set-terms",
        "practice",
        words=_("Change what it asks for"),
        title=_("What does this practice ask for?"),
        about=_("It holds from now on. What is on record already stays as it is."),
        permission=Permission.CREDENTIAL_EDIT,
        form_class=PracticeTermsForm,
        verb=practices.set_terms,
        done=_("Saved."),
    ),
)
