"""What can be done with a link: end it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from circles.actions.voices import revoke_voice_link
from district.access import Permission
from district.step_pages import Step, steps_of

VOICE_LINK_STEPS = steps_of(
    Step(
        "revoke",
        "link",
        words=_("Revoke"),
        title=_("Revoke this link?"),
        about=_("Whoever has it opens nothing with it from now on."),
        permission=Permission.CIRCLE_WORK,
        verb=revoke_voice_link,
        done=_("Revoked."),
        is_open=lambda link: link.is_open,
    ),
)
