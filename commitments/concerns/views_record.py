"""The page of one concern: to its recipient all of it, to the organization that filed it what it is owed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from commitments.actions.concerns.working import open_reporter
from commitments.concerns import sealed, tables
from commitments.concerns.statuses import concern_status
from commitments.concerns.steps import CONCERN_STEPS
from commitments.concerns.views import READERS, WORK
from commitments.models import Concern, ConcernEvidence
from district import audit
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, TimelineStep, day_words
from district.pages import PageMixin, SignedInRequest
from district.sealing import NoKey, Unreadable
from district.spoken import OWN_NAMES
from district.step_pages import StepPage, SteppedRecordPage, permissions_of

WAYS = {
    sealed.ANONYMOUS: gettext_lazy("Anonymously, by receipt"),
    sealed.CONFIDENTIAL: gettext_lazy("In confidence: only you may know who"),
    sealed.NAMED: gettext_lazy("By name, which you may use to get an answer"),
}
FROM = {sealed.FILER: gettext_lazy("Whoever filed it"), sealed.RECIPIENT: gettext_lazy("Ombuds")}


class ConcernRecord(SteppedRecordPage):
    """One concern: what was said, the conversation, the steps. To the organization that filed it, what it is owed."""

    needs = READERS
    table = tables.CONCERNS
    steps = CONCERN_STEPS
    step_url = "concern_step"
    template_name = "commitments/concerns/record.html"

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("school", "district", "organization", "commitment", "correction")

    def describe(self, record: Concern) -> dict[str, Any]:
        user, today = self.request.user, record.district.today()
        is_recipient = Concern.objects.received_by(user).filter(pk=record.pk).exists()
        if is_recipient:
            audit.record(
                audit.Action.VIEW, by=user, target=record, district=record.district_id, details={"what": "concern"}
            )
        words = self._words(record, is_recipient)
        after = [(reverse("concern_after", args=[record.uid]), _("What was done to them since"))]
        notice = _("Its time was over: what was written is gone, and only this stays.")
        return {
            "title": record.get_kind_display(),
            "list_url": reverse("concern_list"),
            "list_words": _("Concerns"),
            "notice": notice if record.purged_on else "",
            "facts": self._facts(record, today),
            "said": words,
            "talk": self._talk(record, is_recipient),
            "sections": [self._files(record)] if is_recipient and not record.purged_on else [],
            "actions": after if is_recipient and not record.purged_on else [],
            "who_url": reverse("concern_who", args=[record.uid]) if is_recipient and not record.purged_on else "",
            "steps": self._steps(record, today),
            **self.offered(record),
        }

    def _facts(self, record: Concern, today: Any) -> list[Fact]:
        may_read = self.request.user.holds(Permission.COMMITMENT_VIEW)
        facts = [
            Fact(_("State"), concern_status(record, today).word, record.get_outcome_display()),
            Fact(_("Filed on"), day_words(record.filed_on)),
            Fact(_("School"), record.school.name if record.school else _("the district")),
        ]
        if record.organization:
            facts.append(Fact(_("Filed by"), record.organization.name))
        for label, one in ((_("About"), record.commitment), (_("Corrected by"), record.correction)):
            if one:
                href = reverse("commitment_detail", args=[one.uid]) if may_read else ""
                facts.append(Fact(label, one.title, one.get_status_display(), href))
        return facts

    def _words(self, record: Concern, is_recipient: bool) -> list[tuple[Any, str]]:
        """What was said, label by label: to the recipient alone."""
        if not is_recipient or record.purged_on:
            return []
        said = sealed.said_of(record.sealed)
        if said is None:
            return [(_("What happened"), _("No key at hand opens this. Ask an administrator for the former keys."))]
        shown = [
            (_("What happened"), said.what),
            (_("Where"), said.where),
            (_("When"), said.when),
            (_("Which promise or rule"), said.promise),
            (_("Who it is about"), said.about),
            (_("Filed"), str(WAYS[said.way])),
            (_("Language of the page"), OWN_NAMES.get(said.language, said.language)),
        ]
        return [(label, text) for label, text in shown if text]

    def _talk(self, record: Concern, is_recipient: bool) -> list[dict[str, Any]]:
        """The conversation; to the organization that filed it, the words of the recipient."""
        talk = []
        for row in record.messages.all():
            word = sealed.word_of(row.sealed)
            if is_recipient or (word and word.side == sealed.RECIPIENT):
                text = word.text if word else _("No key at hand opens this. Ask an administrator for the former keys.")
                side = word.side if word else ""
                is_own = side == sealed.RECIPIENT
                talk.append({"from": FROM.get(side, ""), "is_own": is_own, "day": day_words(row.on), "text": text})
        return talk

    def _files(self, record: Concern) -> Section:
        rows = []
        for row in record.evidence.defer("content"):
            info = sealed.info_of(row.sealed)
            size = ngettext("%(count)d KB", "%(count)d KB", 1) % {"count": max(1, info.size // 1024)} if info else ""
            rows.append(
                [Cell(info.name if info else _("unreadable"), reverse("concern_evidence", args=[row.uid])), Cell(size)]
            )
        note = _("A file can hold more than it shows, such as who made it. Do not pass one on as it is.")
        headings = (Heading(_("File")), Heading(_("Size")))
        return Section(_("Files"), headings, rows, _("No file was added."), note=note if rows else "")

    def _steps(self, record: Concern, today: Any) -> list[TimelineStep]:
        steps = [
            TimelineStep(one.on, day_words(one.on), one.get_kind_display(), str(one.by) if one.by else "")
            for one in record.steps.select_related("by")
        ]
        if record.next_due_on:
            due = record.next_due_on
            steps.append(TimelineStep(due, day_words(due), _("Next step due"), is_done=False))
        return steps


class ConcernWho(PageMixin, View):
    """Who filed a concern: a page of its own, so that nobody sees it who does not ask. The trail says who asked."""

    needs = WORK
    page_kind = "record"

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponse:
        concern = get_object_or_404(Concern.objects.kept().received_by(request.user), uid=uid)
        reporter = open_reporter(concern=concern, by=request.user)
        facts = []
        if reporter is not None:
            shown = (
                (_("Name"), reporter.name),
                (_("How to reach them"), reporter.contact),
                (_("Account"), reporter.user),
                (_("Child"), reporter.child),
                (_("Sent home on"), reporter.child_day),
            )
            facts = [Fact(label, text) for label, text in shown if text]
        passing = _("The child’s name and day may be passed on to the school’s record.")
        context = {
            "title": _("Who filed it"),
            "list_url": reverse("concern_detail", args=[concern.uid]),
            "list_words": concern.get_kind_display(),
            "lead": _("Only you see this. Do not write it down anywhere, and tell nobody without their leave."),
            "facts": facts,
            "notice": passing if reporter and reporter.may_pass_on else "",
            "notice_url": reverse("concern_pass_on", args=[concern.uid]),
            "notice_words": _("Pass it on"),
            "sections": [] if facts else [Section(_("Nobody is named"), empty=_nobody(reporter))],
        }
        return render(request, "record.html", context)


def _nobody(reporter: sealed.Reporter | None) -> str:
    if reporter is None:
        return _("No key at hand opens this. Ask an administrator for the former keys.")
    return _("It was filed by receipt alone.")


class ConcernFile(PageMixin, View):
    """A file of a concern as a download, for its recipient: never shown in the browser."""

    needs = WORK

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponseBase:
        received = Concern.objects.kept().received_by(request.user).order_by().values("pk")
        row = get_object_or_404(ConcernEvidence.objects.select_related("concern").filter(concern__in=received), uid=uid)
        info = sealed.info_of(row.sealed)
        if info is None:
            raise Http404
        try:
            content = sealed.open_file(row.content, info)
        except (NoKey, Unreadable):
            raise Http404
        concern = row.concern
        details = {"what": "file of a concern"}
        audit.record(audit.Action.VIEW, by=request.user, target=concern, district=concern.district_id, details=details)
        response = HttpResponse(content, content_type=info.content_type)
        response["Content-Disposition"] = f'attachment; filename="evidence-{row.number}{info.extension}"'
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


class ConcernStepPage(StepPage):
    """Any step of the recipient."""

    needs = permissions_of(CONCERN_STEPS)
    model = Concern
    steps = CONCERN_STEPS

    def address_after(self, result: Any) -> str:
        if self.step.name == "step-aside":
            return reverse("concern_list")
        still = Concern.objects.received_by(self.request.user).filter(pk=self.record.pk).exists()
        return self.home_of(self.record) if still else reverse("concern_list")
