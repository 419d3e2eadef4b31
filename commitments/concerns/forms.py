"""Forms of those who sign in: the steps of the recipient, and filing for an organization."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from commitments.forms.fields import choice, day, districts, line, paragraph, whole_number
from commitments.models import Commitment, Concern, ConcernRule, Party
from district.access import Permission
from district.models import District, Organization, School, User
from district.step_forms import Groups, RecordField, StepForm

WORK, OWN = Permission.CONCERN_WORK, Permission.CONCERN_VIEW_OWN
FILING = (OWN, WORK)


def _grants(user: User) -> list[Any]:
    return [grant for permission in FILING for grant in user.grants_with(permission)]


def _own_districts(user: User, record: Any) -> QuerySet:
    return District.objects.filter(pk__in={grant.district_id for grant in _grants(user)}).order_by("name")


def _own_organizations(user: User, record: Any) -> QuerySet:
    own = {grant.organization_id for grant in user.grants_with(OWN) if grant.organization_id}
    return Organization.objects.filter(pk__in=own).order_by("name")


def _schools(user: User, record: Any) -> QuerySet:
    """Every open school of the district: one may say something of any."""
    rows = School.objects.filter(closed_on=None).order_by("name")
    if record is not None:
        return rows.filter(district=record.district_id)
    return rows.filter(district__in={grant.district_id for grant in _grants(user)})


def _commitments(user: User, record: Any) -> QuerySet:
    """Commitments that hold: of the concern's district, else those that the reader knows."""
    rows = Commitment.objects.active().order_by("title")
    return rows.filter(district=record.district_id) if record is not None else rows.visible_to(user)


class ConcernAcknowledgeForm(StepForm):
    """That it is being looked into."""

    text = paragraph(
        _("A word to whoever filed it"), required=False, help_text=_("They read it with their receipt. Not needed.")
    )


class ConcernAskForm(StepForm):
    """A question."""

    text = paragraph(_("What do you ask?"), help_text=_("Whoever filed it reads this with their receipt."))


class ConcernAnswerForm(StepForm):
    """What came of it."""

    outcome = choice(_("What came of it?"), Concern.Outcome.choices)
    text = paragraph(
        _("Your answer"), rows=7, help_text=_("Whoever filed it reads this with their receipt. Name no child.")
    )


class ConcernSettleForm(StepForm):
    """Why it is closed after the dispute."""

    text = paragraph(_("Why is it closed?"), help_text=_("Whoever filed it reads this with their receipt."))


class ConcernCorrectForm(StepForm):
    """What the district is to do."""

    groups: ClassVar[Groups] = (
        (_("What is to be done?"), ("title", "text")),
        (_("Who owes it, and by when?"), ("responsible", "responsible_name", "due_on")),
        (_("How will one know?"), ("evidence", "checker")),
    )

    title = line(_("Title"), help_text=_("Everybody who reads commitments reads it. Nothing here may tell who spoke."))
    text = paragraph(_("Text"))
    responsible = choice(
        _("Who owes it?"),
        [(Party.DISTRICT.value, Party.DISTRICT.label), (Party.SCHOOL.value, _("The school that the concern names"))],
        help_text=_("A school that is named is known to have been the cause."),
    )
    responsible_name = line(_("Which office answers for it?"), required=False)
    due_on = day(_("By"))
    evidence = line(_("What settles it?"), length=500)
    checker = line(_("Who looks at it?"))


class ConcernSortForm(StepForm):
    """Of which school and kind it is."""

    kind = choice(_("What is it about?"), Concern.Kind.choices)
    school = RecordField(
        _schools,
        key="code",
        label=_("School"),
        required=False,
        empty_label=_("none"),
        help_text=_("Nobody with a role at this school sees the concern from then on."),
    )
    commitment = RecordField(_commitments, label=_("Commitment"), required=False, empty_label=_("none"))

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        school, commitment = record.school, record.commitment
        return {
            "kind": record.kind,
            "school": school.uid if school else None,
            "commitment": commitment.uid if commitment else None,
        }


class ConcernFileForm(StepForm):
    """A concern that an organization files in its own name, or that the ombuds takes down for somebody."""

    groups: ClassVar[Groups] = (
        (_("Who files it?"), ("district", "organization")),
        (_("What is it about?"), ("kind", "school", "commitment", "promise")),
        (_("What happened?"), ("what", "where", "when", "about")),
    )

    district = RecordField(_own_districts, key="code", hides_only_one=True, label=_("District"), empty_label=None)
    organization = RecordField(
        _own_organizations,
        label=_("In whose name?"),
        required=False,
        empty_label=_("nobody’s: taken down for somebody"),
    )
    kind = choice(_("What is it about?"), Concern.Kind.choices)
    school = RecordField(
        _schools, key="code", label=_("School"), required=False, empty_label=_("the district as a whole")
    )
    commitment = RecordField(_commitments, label=_("Commitment"), required=False, empty_label=_("none"))
    promise = line(_("Which promise or rule?"), required=False, length=300)
    what = paragraph(_("What happened?"), rows=7)
    where = line(_("Where?"), required=False)
    when = line(_("When?"), required=False, help_text=_("Of a child that was sent home: the day."))
    about = paragraph(
        _("Who is it about?"),
        required=False,
        length=500,
        rows=2,
        help_text=_("One name a line. Whoever is named never receives it."),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, user=user, **options)
        if not user.holds(WORK) and isinstance(field := self.fields["organization"], RecordField):
            field.required, field.empty_label = True, None
            field.take_the_only_one()


class ConcernRuleForm(StepForm):
    """How many days a step leaves."""

    district = districts(WORK)
    step = choice(_("Step"), ConcernRule.Step.choices)
    days = whole_number(_("Days"), required=True, lowest=1, highest=1830)
    unit = choice(_("Unit"), ConcernRule.Unit.choices)
    valid_from = day(_("From"), help_text=_("What is due already keeps its day."))
