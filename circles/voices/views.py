"""Pages of the case team about voices: make a link for somebody, end one, read what was written before the circle."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from circles.actions.voices import ASKED, Paper, answers_of, make_voice_link, refusal_of
from circles.models import Circle, CircleParticipant, VoiceLink, Worksheet
from circles.voices.forms import VoiceLinkForm
from circles.voices.steps import VOICE_LINK_STEPS
from circles.voices.words import voice_words
from district import audit, reads
from district.access import Permission
from district.page_parts import moment_words
from district.pages import PageMixin, tell
from district.step_pages import StepFormPage, StepPage, permissions_of
from district.steps import StepNotAllowed


class MakeVoiceLink(StepFormPage):
    """Make a link for one person of a case. Its address is shown once. Outside the team there is no such page."""

    needs = Permission.CIRCLE_WORK
    form_class = VoiceLinkForm
    title = gettext_lazy("A link for this person")
    about = gettext_lazy("It opens one paper, without a sign-in, once. The address is shown once, now.")
    submit_words = gettext_lazy("Make the link")

    person: CircleParticipant

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        return super().post(request, *args, **kwargs)

    def load(self) -> None:
        """Find the person among those of cases of whose team the reader is."""
        team = Circle.objects.all().team_of(self.request.user).order_by()
        rows = CircleParticipant.objects.standing().filter(circle__in=team.values("pk"))
        rows = rows.select_related("circle__school__district", "student__person").prefetch_related("consents")
        self.person = get_object_or_404(rows, uid=self.kwargs["uid"])

    def get_initial(self) -> dict[str, Any]:
        return VoiceLinkForm.initial_of(self.person)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "record": self.person}

    def home(self) -> str:
        """Address of the page of the case."""
        return reverse("circle_detail", args=[self.person.circle.uid])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        found = super().get_context_data(crumb=(self.home(), str(self.person)), **context)
        refusals = [refusal_of(self.person, self.person.circle, paper) for paper in Paper.values]
        if found["form"].is_bound or not all(refusals):
            return found
        return found | {"about": " ".join(dict.fromkeys(refusals)), "is_closed": True}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            link, secret = make_voice_link(participant=self.person, by=self.request.user, **form.cleaned_data)
        except (ValidationError, StepNotAllowed) as refusal:
            tell(form, refusal)
            status = 409 if isinstance(refusal, StepNotAllowed) else 200
            return self.render_to_response(self.get_context_data(form=form), status=status)
        context = {
            "address": self.request.build_absolute_uri(reverse("voice_page", args=[secret])),
            "paper": link.get_paper_display(),
            "language": link.get_language_display(),
            "ends": moment_words(link.expires_at),
            "person": str(self.person),
            "back_url": self.home(),
        }
        return render(self.request, "circles/voices/link_made.html", context)


class VoiceLinkStepPage(StepPage):
    """Any step of a link."""

    needs = permissions_of(VOICE_LINK_STEPS)
    model = VoiceLink
    steps = VOICE_LINK_STEPS

    def home_of(self, record: VoiceLink) -> str:
        return reverse("circle_detail", args=[record.participant.circle.uid])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        crumb = (self.home_of(self.record), str(self.record.participant))
        return super().get_context_data(**context) | {"crumb": crumb}


class Worksheets(PageMixin, View):
    """What people wrote before a circle, for those who read the notes of the case. There is no other way to it."""

    needs = Permission.CIRCLE_WORK

    def get(self, request: Any, uid: Any) -> HttpResponse:
        rows = Circle.objects.all().team_of(request.user).select_related("school", "practice")
        circle = get_object_or_404(rows, uid=uid)
        reads.append(
            audit.Action.VIEW,
            by=request.user,
            target=circle,
            district=circle.school.district_id,
            school=circle.school_id,
            details={"collection": "worksheets"},
        )
        sheets = Worksheet.objects.visible_to(request.user).filter(participant__circle=circle)
        found = [self._shown(one) for one in sheets.select_related("participant__student__person")]
        context = {
            "circle": circle,
            "sheets": found,
            "title": _("Worksheets"),
            "about": _("What people wrote to get ready. Nobody outside the case team reads it."),
        }
        return render(request, "circles/voices/worksheets.html", context)

    def _shown(self, sheet: Worksheet) -> dict[str, Any]:
        answers = answers_of(sheet) if sheet.purged_at is None else {}
        words = voice_words()["en"]
        return {
            "who": str(sheet.participant),
            "role": sheet.participant.get_role_display(),
            "at": moment_words(sheet.at),
            "language": sheet.language,
            "is_purged": sheet.purged_at is not None,
            "is_locked": answers is None,
            "answers": [(words.say(name), answers[name]) for name in ASKED if answers and answers.get(name)],
        }
