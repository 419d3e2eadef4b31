"""The way of one person to each credential: steps done, what is missing and why, and by when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from district.page_parts import Cell, Heading, Section, Status, day_words
from training.eligibility import Verdict
from training.evidence import standings
from training.models import Credential, Pathway, Practitioner
from training.wording import due_words, missing_words, requirement_words, why_words


def pathway_section(practitioner: Practitioner, today: date, may_edit: bool) -> Section:
    """The ways somebody is on, and the credentials they could be awarded. Fixed queries."""
    found = standings([practitioner.pk], practitioner.district_id, today)
    pathways = {
        one.credential_id: one
        for one in practitioner.pathways.underway().select_related("credential").prefetch_related("extensions")
    }
    could = {one.pk for one in found.eligible.get(practitioner.pk, ())}
    credentials = Credential.objects.filter(pk__in={*pathways, *could}).order_by("rank")
    rows = []
    for credential in credentials:
        verdict = found.verdicts[practitioner.pk, credential.pk]
        line = [
            Cell(credential.name, note=extension_words(pathways.get(credential.pk))),
            Cell(status=way_status(verdict)),
            Cell(missing_words(verdict) or _("nothing is missing")),
            due_cell(pathways.get(credential.pk), today),
        ]
        if may_edit:
            pathway = pathways.get(credential.pk)
            more = (_("Give more time"), reverse("pathway_extend", args=[pathway.uid])) if pathway else ("",)
            line.append(Cell(*more))
        rows.append(line)
    headings = [Heading(_("Credential")), Heading(_("Steps")), Heading(_("Still missing")), Heading(_("By"))]
    if may_edit:
        headings.append(Heading(_("Deadline")))
    return Section(_("On the way"), tuple(headings), rows, _("Not on the way to a credential."))


def former_ways(practitioner: Practitioner) -> list[Section]:
    """Ways that are closed, with the time that was given; nothing where there are none. Two queries."""
    closed = practitioner.pathways.exclude(closed_on=None).select_related("credential").prefetch_related("extensions")
    rows = [
        [
            Cell(one.credential.name, note=extension_words(one)),
            Cell(day_words(one.started_on)),
            Cell(day_words(one.due_on) or _("no deadline")),
            Cell(day_words(one.closed_on), note=_(one.close_reason) if one.close_reason else ""),
        ]
        for one in closed.order_by("-closed_on", "-pk")
    ]
    headings = (Heading(_("Credential")), Heading(_("Since")), Heading(_("By")), Heading(_("Closed")))
    return [Section(_("Former ways"), headings, rows)] if rows else []


def way_status(verdict: Verdict) -> Status:
    """How far somebody is: steps done of all, eligible or overdue."""
    done, total = verdict.steps
    if verdict.is_eligible:
        return Status(_("Eligible"), "done")
    words = _("%(done)d of %(total)d") % {"done": done, "total": total}
    return Status(words, "late" if verdict.is_overdue else "underway" if done else "open")


def due_cell(pathway: Pathway | None, today: date) -> Cell:
    """The last day of a way, and how long there still is."""
    if pathway is None or pathway.due_on is None:
        return Cell(_("no deadline"))
    return Cell(day_words(pathway.due_on), note=due_words(pathway.due_on, today))


def extension_words(pathway: Pathway | None) -> str:
    """How often more time was given, and how the deadline is counted."""
    if pathway is None:
        return ""
    parts: list[Any] = [pathway.get_basis_display()]
    for one in pathway.extensions.all():
        parts.append(_("more time on %(day)s: %(reason)s") % {"day": day_words(one.at.date()), "reason": one.reason})
    return "; ".join(map(str, parts))


def steps_of(verdict: Verdict) -> list[dict[str, Any]]:
    """Every requirement of a way with its answer, for a list of steps."""
    return [
        {
            "words": requirement_words(finding.requirement),
            "why": why_words(finding),
            "status": Status(_("Done"), "done") if finding.is_met else Status(_("To do"), "open"),
            "is_choice": group.group.mode.value == "any",
        }
        for group in verdict.groups
        for finding in group.findings
    ]
