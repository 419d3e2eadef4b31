"""Logging a circle with a class or group in twenty seconds: the form, and last week's with one tap."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circles.actions.class_circles import log_class_circle, repeat_class_circle
from circles.forms.class_circles import ClassCircleForm, schools
from circles.logging_sheet import USUAL_MINUTES, recent_of, repeatables, start_of
from circles.models import ClassCircle
from district.access import Permission
from district.models import School
from district.step_pages import AddPage

REPEAT = "repeat:"


class LogPage(AddPage):
    """Log a circle: group, kind, minutes, headcount. Everything stands there from the last time."""

    needs = Permission.CLASS_CIRCLE_LOG
    template_name = "circles/class_circle_form.html"
    form_class = ClassCircleForm
    verb = staticmethod(log_class_circle)
    detail = "class_circle_detail"
    list_name = "class_circle_list"
    list_words = gettext_lazy("Class circles")
    title = gettext_lazy("Which circle was held?")
    submit_words = gettext_lazy("Log the circle")
    done = gettext_lazy("Logged.")

    @cached_property
    def recent(self) -> list[ClassCircle]:
        """What the reader logged lately."""
        return recent_of(self.request.user)

    @cached_property
    def school(self) -> School | None:
        """The first school where the reader may log one."""
        return schools(self.request.user, None).select_related("district").first()

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.school is None:
            return render(request, "circles/nowhere.html")
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.school is None:
            return render(request, "circles/nowhere.html")
        act = request.POST.get("act", "")
        return self.repeat(act[len(REPEAT) :]) if act.startswith(REPEAT) else super().post(request, *args, **kwargs)

    def repeat(self, text: str) -> HttpResponse:
        """Log the named circle again for today. One that is not the reader's own, or too old, is as absent as any."""
        source = next((one for one in self.recent if str(one.uid) == text), None)
        if source is None:
            raise Http404
        try:
            key = uuid.UUID(self.request.POST.get("submission_key", ""))
        except ValueError:
            key = uuid.uuid4()
        try:
            circle = repeat_class_circle(class_circle=source, submission_key=key, by=self.request.user)
        except ValidationError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
            return HttpResponseRedirect(reverse("class_circle_new"))
        messages.success(self.request, _("Logged for today."))
        return HttpResponseRedirect(self.address_after(circle))

    def get_initial(self) -> dict[str, Any]:
        today = self.school.district.today() if self.school else None
        latest = self.recent[0] if self.recent else None
        return {"held_on": today, "submission_key": uuid.uuid4(), **start_of(self.request.user, latest)}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context = super().get_context_data(**context)
        form = context["form"]
        faults = [text for name in ("group", "topic") for text in form.errors.get(name, [])] if form.is_bound else []
        return context | {
            "repeatables": repeatables(self.recent),
            "groups": list(dict.fromkeys(one.group for one in self.recent)),
            "usual_minutes": [str(minutes) for minutes in USUAL_MINUTES],
            "practices": form.fields["practice"].queryset,
            "practice_value": str(form["practice"].value() or ""),
            "minutes_value": str(form["minutes"].value() or ""),
            "asks_names_checked": bool(faults) or bool(form["names_checked"].value()),
        }
