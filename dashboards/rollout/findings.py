"""The answer in a sentence or two, made from the figures: what is so, and never why."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.models import Stage
from dashboards.rollout.reports import RolloutReport, TargetLine
from dashboards.wording import count
from district.page_parts import day_words


def finding(report: RolloutReport) -> str:
    """How many schools practice, where the others are, and what was promised."""
    total = report.total
    words = {"number": count(total.in_practice), "all": count(total.schools)}
    sentence = (
        ngettext(
            "%(number)s of %(all)s school practices (initial or full implementation).",
            "%(number)s of %(all)s schools practice (initial or full implementation).",
            total.schools,
        )
        % words
    )
    others = [
        (Stage.INSTALLATION.value, _("%(number)s setting it up")),
        (Stage.EXPLORATION.value, _("%(number)s exploring")),
        ("none", _("%(number)s without a stage")),
    ]
    rest = [text % {"number": count(report.stages[key])} for key, text in others if report.stages[key]]
    parts = [sentence, _("The others: %(parts)s.") % {"parts": ", ".join(rest)} if rest else ""]
    if report.targets:
        waiting = [line for line in report.targets if line.state == "open"]
        parts.append(target_words(waiting[0] if waiting else report.targets[-1]))
    return " ".join(filter(None, parts))


def target_words(line: TargetLine) -> str:
    """One target in a sentence: what was promised, and how far it is."""
    words = {
        "wanted": count(line.wanted),
        "stage": line.target.get_stage_display().lower(),
        "day": day_words(line.target.due_on),
        "reached": count(line.reached),
        "by_due": count(line.reached_by_due or 0),
    }
    if line.state == "missed":
        return _("Promised were %(wanted)s schools at %(stage)s or beyond by %(day)s: %(by_due)s were there.") % words
    if line.state == "met":
        return _("Promised were %(wanted)s schools at %(stage)s or beyond by %(day)s, and they are there.") % words
    sentence = _("Promised are %(wanted)s schools at %(stage)s or beyond by %(day)s: %(reached)s are there.") % words
    return f"{sentence} {forecast_words(line)}".strip()


def forecast_words(line: TargetLine) -> str:
    """Where it leads at the pace since the first school; empty where that says nothing."""
    if line.forecast_on is None:
        return ""
    return _("At the pace so far that is reached on %(day)s.") % {"day": day_words(line.forecast_on)}
