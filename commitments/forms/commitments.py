"""Forms of commitments: the draft with its coach, what either side says, what follows a miss, the rules."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from commitments.measure_kinds import GROUPS, MEASURE_KINDS
from commitments.models import (
    Body,
    Cadence,
    Completion,
    Decision,
    DueItem,
    EscalationRule,
    Meeting,
    Miss,
    Party,
    Period,
    RateOf,
    Resolution,
    Source,
    StatusReport,
    Tier,
)
from district.access import Permission
from district.models import Memorandum, User
from district.page_parts import day_words
from district.step_forms import Groups, RecordField, StepForm

from .fields import choice, day, decimal_number, districts, line, organizations, paragraph, schools, whole_number

EDIT = Permission.COMMITMENT_EDIT


def memoranda(user: User, record: Any) -> Any:
    """Memoranda under which the reader may draft commitments."""
    return Memorandum.objects.allowed(user, EDIT).order_by("title", "begins_on")


def resolutions(user: User, record: Any) -> Any:
    """Resolutions that the reader may read and the district has adopted, in full or in part."""
    rows = Resolution.objects.standing().visible_to(user)
    return rows.filter(answers__outcome__in=["adopted", "in_part"]).distinct()


def decisions(user: User, record: Any) -> Any:
    """Decisions of bodies that the reader may read."""
    return Decision.objects.standing().visible_to(user)


def bodies(user: User, record: Any) -> Any:
    """Bodies that the reader may read."""
    return Body.objects.visible_to(user).filter(ended_on=None)


def planned_meetings(user: User, record: Any) -> Any:
    """Meetings to come in the district of a miss, of bodies that the reader may read; the next one first."""
    rows = Meeting.objects.visible_to(user).filter(status=Meeting.Status.PLANNED)
    if record is not None:
        district = record.commitment.district
        rows = rows.filter(body__district=district, on__gte=district.today())
    return rows.select_related("body").order_by("on")


class DraftForm(StepForm):
    """What a commitment says. Most of it may wait; before it holds, somebody must be able to check it."""

    groups: ClassVar[Groups] = (
        (_("What was promised?"), ("title", "text", "adopted_on")),
        (_("Where does it stand?"), ("source", "memorandum", "resolution", "decision", "reference")),
        (_("Who owes it to whom?"), ("responsible", "responsible_name", "organization", "schools", "beneficiaries")),
        (_("By when?"), ("due_on", "cadence", "first_due_on", "last_due_on")),
        (
            _("Can a live measure tell?"),
            (
                "measure",
                "behavior_level",
                "rate_of",
                "group",
                "minimum",
                "tier",
                "within_days",
                "period",
                "baseline",
                "target",
                "unit",
            ),
        ),
        (_("Or which evidence settles it?"), ("evidence", "checker")),
        (_("What if it is missed?"), ("consequence", "body")),
    )

    title = line(_("In a few words"))
    text = paragraph(_("Text as adopted"), help_text=_("Word for word."))
    adopted_on = day(_("Adopted on"))
    source = choice(_("Source"), Source.choices)
    memorandum = RecordField(memoranda, label=_("Memorandum"), required=False, empty_label=_("none"))
    resolution = RecordField(resolutions, label=_("Resolution"), required=False, empty_label=_("none"))
    decision = RecordField(decisions, label=_("Decision"), required=False, empty_label=_("none"))
    reference = line(_("Clause or number"), required=False)
    responsible = choice(_("Who owes it?"), Party.choices)
    responsible_name = line(_("Who answers for it?"), required=False, help_text=_("An office, such as Superintendent."))
    organization = organizations(
        EDIT, label=_("Who speaks for the community?"), help_text=_("Empty: the organization of the memorandum.")
    )
    schools = schools(EDIT, label=_("Schools"), help_text=_("None: it binds every school of the district."))
    beneficiaries = line(_("For whom?"), required=False, length=300)
    due_on = day(_("Due on"), required=False, help_text=_("If it falls due once."))
    cadence = choice(_("Falls due again and again"), Cadence.choices, required=False)
    first_due_on = day(_("First due on"), required=False)
    last_due_on = day(_("Last due on"), required=False, help_text=_("Empty: as long as the memorandum holds."))
    measure = choice(
        _("Live measure"),
        [(key, kind.label) for key, kind in MEASURE_KINDS.items()],
        required=False,
        help_text=_("Counted from the district’s own records, by the same rules as the dashboards."),
    )
    behavior_level = line(_("Behavior level"), required=False, length=40, help_text=_("As the code of conduct has it."))
    rate_of = choice(_("Rate of"), RateOf.choices, required=False)
    group = choice(_("Group of students"), GROUPS.items(), required=False)
    minimum = whole_number(
        _("How many are enough at a school?"), lowest=1, highest=1000, help_text=_("Certified people, such as 3.")
    )
    tier = choice(_("Tier of the circles"), Tier.choices, required=False, help_text=_("Empty: all of them."))
    within_days = whole_number(_("Within how many days?"), lowest=1, highest=366, help_text=_("After the last day."))
    period = choice(_("Counted over"), Period.choices, required=False)
    baseline = decimal_number(_("Where it stood"), places=4, signed=True)
    target = decimal_number(
        _("Target"), places=4, signed=True, help_text=_("A number: 0, 5 for 5 percent, 52 for 52 schools.")
    )
    unit = line(_("Unit of the target"), required=False, length=40, help_text=_("Such as schools."))
    evidence = line(_("Evidence that settles it"), required=False, length=500)
    checker = line(_("Who checks it?"), required=False)
    consequence = line(_("What follows if it is missed?"), required=False, length=500)
    body = RecordField(bodies, label=_("Which body takes it up?"), required=False, empty_label=_("none"))

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        plain = {name: getattr(record, name) for name in cls.base_fields if name not in ("schools", "district")}
        related = ("memorandum", "resolution", "decision", "organization", "body")
        named = {name: getattr(record, name).uid for name in related if getattr(record, name) is not None}
        return plain | named | {"schools": [school.uid for school in record.schools.all()]}


class NewCommitmentForm(DraftForm):
    """A commitment to draft."""

    groups = ((_("In which district?"), ("district",)), *DraftForm.groups)

    district = districts(EDIT)


class NoteForm(StepForm):
    """A step with a note."""

    note = line(_("Note"), required=False, length=500)


class ReportForm(StepForm):
    """What one side says of a commitment."""

    completion = choice(_("How far is it carried out?"), Completion.choices)
    as_of = day(_("As of"))
    text = paragraph(_("What is so?"), help_text=_("Both sides read it. No names or numbers of students."))
    evidence = line(_("Evidence"), required=False, length=500, help_text=_("A document, a list, a page."))
    value = decimal_number(
        _("Figure reached"), places=4, signed=True, help_text=_("In the unit of the target; not for live measures.")
    )


class DeliverForm(StepForm):
    """Something that fell due and was delivered."""

    due_item = RecordField(
        lambda user, record: DueItem.objects.filter(commitment=record, fulfilled_on=None),
        words=lambda item: day_words(item.due_on),
        label=_("Which date?"),
    )
    fulfilled_on = day(_("Delivered on"))
    evidence = line(_("Evidence"), required=False, length=500)


class VoidReportForm(StepForm):
    """A word said by mistake."""

    report = RecordField(
        lambda user, record: StatusReport.objects.standing().filter(commitment=record),
        words=lambda one: f"{day_words(one.as_of)}: {one.get_side_display()}, {one.get_completion_display()}",
        label=_("Which one?"),
    )
    reason = line(_("Reason"), length=500)


class AnswerForm(StepForm):
    """What a side has to say."""

    text = paragraph(
        _("What do you have to say?"),
        help_text=_("Both sides read it. Leave out names, schools, days and numbers of students."),
    )


class AcceptForm(StepForm):
    """An answer to accept."""

    text = paragraph(_("Note"), required=False)


class PlanForm(StepForm):
    """How it will be put right."""

    text = paragraph(
        _("How will it be put right?"),
        help_text=_("Both sides read it. Leave out names, schools, days and numbers of students."),
    )
    due_on = day(_("By when?"))


class AgendaForm(StepForm):
    """The meeting that takes it up."""

    meeting = RecordField(
        planned_meetings,
        words=lambda meeting: f"{meeting.body.name}, {day_words(meeting.on)}",
        label=_("At which meeting?"),
    )
    text = paragraph(_("Note"), required=False)


class ConsequenceForm(StepForm):
    """Whether what was to follow did follow."""

    applied = choice(
        _("Was the consequence applied?"),
        [
            (Miss.Outcome.APPLIED, _("Yes, it was applied")),
            (Miss.Outcome.NOT_APPLIED, _("No, it was not applied")),
        ],
    )
    text = paragraph(_("How, or why not?"))


class RuleForm(StepForm):
    """How many days a step leaves."""

    district = districts(Permission.ESCALATION_EDIT)
    step = choice(_("Step"), EscalationRule.Step.choices)
    days = whole_number(_("Days"), required=True, highest=400)
    unit = choice(_("Unit"), EscalationRule.Unit.choices)
    valid_from = day(_("From"), help_text=_("What is due already keeps its day."))
