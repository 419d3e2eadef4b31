"""Logging a referral between two bells: the form, its drafts, and the receipt."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from discipline import actions, tables
from discipline.forms_logging import LogForm, kept, restored
from discipline.logging_sheet import Sheet, sheet_of
from discipline.models import Incident, Involvement, ReferralDraft
from discipline.timelines import referral_steps
from district import picker, reads
from district.access import Permission
from district.models import School
from district.page_parts import Fact, day_words, moment_words, time_words
from district.pages import PageMixin, SignedInRequest
from district.steps import StepNotAllowed


class LogPage(PageMixin, View):
    """Log a referral: who, what, when and where, what was tried. One screen of a phone, a draft at any moment."""

    needs = Permission.REFERRAL_LOG
    page_kind = "form"

    def get(self, request: SignedInRequest) -> HttpResponse:
        schools = list(picker.schools_of(request.user, Permission.REFERRAL_LOG).select_related("district"))
        if not schools:
            return render(request, "discipline/referral_nowhere.html")
        draft, event, source = self._draft(request.GET), self._event(request.GET, schools), self._source(request.GET)
        data = restored(draft.content) if draft else QueryDict(mutable=True)
        told = draft or event or source
        school = next((one for one in schools if told and one.pk == told.school.pk), schools[0])
        return self._show(sheet_of(request.user, school, schools, data, draft=draft, event=event, source=source))

    def post(self, request: SignedInRequest) -> HttpResponse:
        schools = list(picker.schools_of(request.user, Permission.REFERRAL_LOG).select_related("district"))
        if not schools:
            return render(request, "discipline/referral_nowhere.html")
        data, act = request.POST.copy(), request.POST.get("act", "submit")
        draft, event = self._draft(data), self._event(data, schools)
        school = event.school if event else next((one for one in schools if str(one.uid) == data.get("school")), None)
        if school is None:
            school = schools[0]
        if act == "draft":
            return self._keep(school, data, draft)
        if act.startswith("add:"):
            data.appendlist("student", act[4:])
        elif act.startswith("drop:"):
            data.setlist("student", [uid for uid in data.getlist("student") if uid != act[5:]])
        sheet = sheet_of(request.user, school, schools, data, draft=draft, event=event, is_sent=True)
        if act == "find":
            sheet.look_up(data.get("find", ""))
        if act != "submit":
            return self._show(sheet)
        return self._send(sheet, data, draft, event)

    def _send(self, sheet: Sheet, data: QueryDict, draft: ReferralDraft | None, event: Incident | None) -> HttpResponse:
        """Log it, or show the form again with what is wrong. Sent twice, it leads to the same receipt."""
        form = LogForm(data, school=sheet.school, day=sheet.day, is_addition=event is not None)
        if sheet.day_fault:
            form.add_error(None, sheet.day_fault)
        if form.is_valid():
            try:
                incident = self._log(form, sheet, event)
            except ValidationError as error:
                form.add_error(None, [text for texts in error.message_dict.values() for text in texts])
            except StepNotAllowed as refused:
                form.add_error(None, refused.message)
            else:
                if draft:
                    actions.discard_draft(draft=draft, by=self.request.user)
                is_own = incident.logged_by_id == self.request.user.pk
                return redirect("referral_sent" if is_own else "incident_detail", uid=incident.uid)
        sheet.take_errors(form)
        return self._show(sheet, status=400)

    def _log(self, form: LogForm, sheet: Sheet, event: Incident | None) -> Incident:
        if event:
            known = set(event.involvements.standing().values_list("student", "role", "behavior"))
            for part in form.parts:
                keys = {behavior.pk for behavior in part.behaviors} if part.behaviors else {None}
                if not known.issuperset((part.student.pk, part.role, key) for key in keys):
                    actions.add_part(incident=event, part=part, by=self.request.user)
            return event
        values = form.cleaned_data
        logged = actions.log_referral(
            school=sheet.school,
            occurred_on=sheet.day,
            occurred_time=values["occurred_time"],
            is_time_exact=values["is_time_exact"],
            location=values["location"],
            parts=form.parts,
            others=form.others,
            description=values["description"],
            tried_first=values["tried_first"],
            family_contact=values["family_contact"],
            asks_restorative=values["asks_restorative"],
            submission_key=values["key"],
            by=self.request.user,
        )
        return logged.incident

    def _keep(self, school: School, data: QueryDict, draft: ReferralDraft | None) -> HttpResponse:
        try:
            actions.save_draft(author=self.request.user, school=school, content=kept(data), draft=draft)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
        else:
            messages.success(self.request, _("Draft kept for you alone. It goes after 30 days without a change."))
        return redirect("referral_draft_list")

    def _show(self, sheet: Sheet, status: int = 200) -> HttpResponse:
        return render(self.request, "discipline/referral_form.html", {"sheet": sheet}, status=status)

    def _draft(self, query: QueryDict) -> ReferralDraft | None:
        return _named(ReferralDraft.objects.visible_to(self.request.user).select_related("school"), query.get("draft"))

    def _event(self, query: QueryDict, schools: list[School]) -> Incident | None:
        """The incident to which another student is added: one's own, while it is still with its reporter, or one that
        one decides about.
        """
        user, text = self.request.user, query.get("incident")
        event = _named(written_by(user), text)
        if event is None or not actions.may_amend(event, user):
            decided = Incident.objects.all().allowed(user, Permission.REFERRAL_DECIDE).standing()
            event = _named(decided.select_related("school__district", "school_year"), text)
        return event if event and event.school in schools else None

    def _source(self, query: QueryDict) -> Incident | None:
        """The incident whose time, place and behaviours are copied to the next."""
        return _named(written_by(self.request.user), query.get("copy"))


class SentPage(PageMixin, View):
    """The receipt: what was sent, where it goes from here, and the next student of the same event."""

    needs = Permission.REFERRAL_LOG
    page_kind = "form"

    def get(self, request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
        incident = get_object_or_404(written_by(request.user), uid=uid)
        reads.record_view(tables.INCIDENTS, Incident.objects.filter(pk=incident.pk), by=request.user)
        parts = list(incident.involvements.standing().select_related("student__person", "behavior"))
        names = dict.fromkeys(part.student.person.name for part in parts if part.role == Involvement.Role.RESPONSIBLE)
        contacts = dict.fromkeys(str(row.get_way_display()) for row in incident.family_contacts.all())
        behaviors = dict.fromkeys(part.behavior.title for part in parts if part.behavior)
        at = time_words(incident.occurred_time) or _("time not known")
        context = {
            "incident": incident,
            "sent": moment_words(incident.created_at),
            "names": list(names),
            "facts": [
                Fact(_("What"), ", ".join(behaviors)),
                Fact(_("When"), _("%(day)s, %(time)s") % {"day": day_words(incident.occurred_on), "time": at}),
                Fact(_("Where"), incident.get_location_display() or _("place not known")),
                Fact(_("Tried first"), ", ".join(incident.tried_first_words) or _("nothing named")),
                Fact(_("Family"), ", ".join(contacts) or _("Not yet")),
            ],
            "steps": referral_steps(incident.referrals.all()),
            "may_add": actions.may_amend(incident, request.user),
        }
        return render(request, "discipline/referral_sent.html", context)


class DraftList(PageMixin, View):
    """One's own drafts; nobody else sees them."""

    needs = Permission.REFERRAL_LOG
    page_kind = "list"

    def get(self, request: SignedInRequest) -> HttpResponse:
        drafts = ReferralDraft.objects.visible_to(request.user).select_related("school")
        rows = [
            {
                "uid": draft.uid,
                "school": draft.school.name,
                "changed": moment_words(draft.updated_at),
                "url": f"{reverse('referral_new')}?draft={draft.uid}",
            }
            for draft in drafts
        ]
        return render(request, "discipline/referral_drafts.html", {"drafts": rows})


class DiscardDraft(PageMixin, View):
    """Throw a draft away."""

    needs = Permission.REFERRAL_LOG
    http_method_names = ("post", "options")

    def post(self, request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
        draft = get_object_or_404(ReferralDraft.objects.visible_to(request.user), uid=uid)
        actions.discard_draft(draft=draft, by=request.user)
        messages.success(request, _("The draft is gone."))
        return redirect("referral_draft_list")


def written_by(user: Any) -> Any:
    """Incidents that `user` logged, at schools where they may still refer, with what the pages need."""
    return Incident.objects.all().written_by(user).select_related("school__district", "school_year")


def _named(rows: Any, text: str | None) -> Any:
    try:
        return rows.filter(uid=uuid.UUID(text)).first() if text else None
    except ValueError:
        return None
