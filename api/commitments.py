"""The collections of co-governance. Every step of a record is an action with the fields of its page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from api.base import Collection
from api.district import MemorandumCollection as PlainMemorandumCollection
from api.steps import SteppedCollection, body_of, with_steps
from commitments import filters, tables
from commitments import tables_of_bodies as more_tables
from commitments import tables_of_parts as part_tables
from commitments.actions import assemblies, bodies, commitments, fidelity, rollout, rules
from commitments.forms.assemblies import NewAssemblyForm
from commitments.forms.bodies import NewBodyForm
from commitments.forms.commitments import NewCommitmentForm, RuleForm
from commitments.forms.fidelity import RoundForm, RubricForm
from commitments.forms.rollout import StageForm, TargetForm
from commitments.steps.assemblies import ASSEMBLY_STEPS, RESOLUTION_STEPS
from commitments.steps.bodies import BODY_STEPS, MEETING_STEPS, SEAT_STEPS
from commitments.steps.commitments import COMMITMENT_STEPS, MISS_STEPS
from commitments.steps.fidelity import ROUND_STEPS, RUBRIC_STEPS
from commitments.steps.memoranda import ACTIVITY_STEPS, DOCUMENT_STEPS, MEMORANDUM_STEPS
from commitments.steps.rollout import STAGE_STEPS, TARGET_STEPS
from commitments.views_memoranda import READERS
from district.access import Permission


@with_steps(MEMORANDUM_STEPS)
class MemorandumCollection(PlainMemorandumCollection, SteppedCollection):
    """Memoranda of understanding (MOU). An end date is never changed: `extend` and `end-early` leave the former one."""

    table = part_tables.MEMORANDA


@with_steps(ACTIVITY_STEPS)
class ActivityCollection(SteppedCollection):
    """What partners did under their memoranda, in their own log. Logged by `memoranda/ID/log-activity/`."""

    table = tables.ACTIVITIES
    filterset_class = filters.ActivityFilterSet
    permissions = {"GET": Permission.MEMORANDUM_VIEW}


@with_steps(DOCUMENT_STEPS)
class DocumentCollection(SteppedCollection):
    """Files that belong to a memorandum, a commitment, a meeting or an assembly: what is known of them.

    The file itself is at `/documents/ID/`, as an attachment.
    """

    table = tables.DOCUMENTS
    filterset_class = filters.DocumentFilterSet
    permissions = {"GET": READERS}


@with_steps(COMMITMENT_STEPS)
class CommitmentCollection(SteppedCollection):
    """Commitments: what was promised, by whom, how it can be checked, and what both sides say."""

    table = tables.COMMITMENTS
    filterset_class = filters.CommitmentFilterSet
    permissions = {"GET": Permission.COMMITMENT_VIEW, "POST": Permission.COMMITMENT_EDIT}

    @extend_schema(request=body_of(NewCommitmentForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Draft a commitment."""
        return self.make(commitments.create_commitment, NewCommitmentForm)


class ReportCollection(Collection):
    """What either side said of commitments, dated, with evidence. Said by `commitments/ID/report/` and `…/assess/`."""

    table = part_tables.REPORTS
    filterset_class = filters.ReportFilterSet
    permissions = {"GET": Permission.COMMITMENT_VIEW}


class BreachCollection(Collection):
    """Records that broke commitments, of the schools whose exact figures the caller sees. `record` is a removal."""

    table = part_tables.BREACHES
    filterset_class = filters.BreachFilterSet
    permissions = {"GET": Permission.RATES_VIEW}


class DecisionCollection(Collection):
    """What bodies decided. Recorded by `meetings/ID/decide/`."""

    table = part_tables.DECISIONS
    filterset_class = filters.DecisionFilterSet
    permissions = {"GET": Permission.BODY_VIEW}


class DueItemCollection(Collection):
    """Dates on which something of a commitment falls due. Delivered by `commitments/ID/deliver/`."""

    table = tables.DUE_ITEMS
    filterset_class = filters.DueItemFilterSet
    permissions = {"GET": Permission.COMMITMENT_VIEW}


@with_steps(MISS_STEPS)
class MissCollection(SteppedCollection):
    """What followed when a commitment was not kept. A breach that the caller may know only as a word has no days."""

    table = tables.MISSES
    filterset_class = filters.MissFilterSet
    permissions = {"GET": Permission.COMMITMENT_VIEW}


class RuleCollection(SteppedCollection):
    """How many days each step after a due date or a miss leaves, and since when."""

    table = tables.RULES
    filterset_class = filters.RuleFilterSet
    permissions = {"GET": Permission.COMMITMENT_VIEW, "POST": Permission.ESCALATION_EDIT}

    @extend_schema(request=body_of(RuleForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Set the days of a step from a day on."""
        return self.make(rules.set_rule, RuleForm)


@with_steps(BODY_STEPS)
class BodyCollection(SteppedCollection):
    """Task forces and other bodies."""

    table = more_tables.BODIES
    filterset_class = filters.BodyFilterSet
    permissions = {"GET": Permission.BODY_VIEW, "POST": Permission.BODY_EDIT}

    @extend_schema(request=body_of(NewBodyForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Add a body."""
        return self.make(bodies.create_body, NewBodyForm)


@with_steps(SEAT_STEPS)
class SeatCollection(SteppedCollection):
    """Seats of bodies, each with who held it. Added by `bodies/ID/add-seat/`."""

    table = more_tables.SEATS
    filterset_class = filters.SeatFilterSet
    permissions = {"GET": Permission.BODY_VIEW}


@with_steps(MEETING_STEPS)
class MeetingCollection(SteppedCollection):
    """Meetings of bodies, with agenda, attendance, minutes and decisions. Planned by `bodies/ID/plan-meeting/`."""

    table = more_tables.MEETINGS
    filterset_class = filters.MeetingFilterSet
    permissions = {"GET": Permission.BODY_VIEW}


@with_steps(ASSEMBLY_STEPS)
class AssemblyCollection(SteppedCollection):
    """Assemblies of the community."""

    table = more_tables.ASSEMBLIES
    filterset_class = filters.AssemblyFilterSet
    permissions = {"GET": Permission.ASSEMBLY_VIEW, "POST": Permission.ASSEMBLY_EDIT}

    @extend_schema(request=body_of(NewAssemblyForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Record an assembly."""
        return self.make(assemblies.record_assembly, NewAssemblyForm)


@with_steps(RESOLUTION_STEPS)
class ResolutionCollection(SteppedCollection):
    """Resolutions of assemblies with the district's answers. Added by `assemblies/ID/add-resolution/`."""

    table = more_tables.RESOLUTIONS
    filterset_class = filters.ResolutionFilterSet
    permissions = {"GET": Permission.ASSEMBLY_VIEW}


@with_steps(RUBRIC_STEPS)
class RubricCollection(SteppedCollection):
    """Sets of indicators on which schools are rated."""

    table = more_tables.RUBRICS
    filterset_class = filters.RubricFilterSet
    permissions = {"GET": Permission.FIDELITY_VIEW, "POST": Permission.FIDELITY_EDIT}

    @extend_schema(request=body_of(RubricForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Add a rubric."""
        return self.make(fidelity.create_rubric, RubricForm)


@with_steps(ROUND_STEPS)
class RoundCollection(SteppedCollection):
    """Rounds in which several people rate a school."""

    table = more_tables.ROUNDS
    filterset_class = filters.RoundFilterSet
    permissions = {"GET": Permission.FIDELITY_VIEW, "POST": Permission.FIDELITY_EDIT}

    @extend_schema(request=body_of(RoundForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Open a round."""
        return self.make(fidelity.open_round, RoundForm)


@with_steps(STAGE_STEPS)
class StageCollection(SteppedCollection):
    """At which stage of the rollout schools are, each decision with its day and evidence. The latest one holds."""

    table = more_tables.STAGES
    filterset_class = filters.StageFilterSet
    permissions = {"GET": Permission.FIDELITY_VIEW, "POST": Permission.FIDELITY_EDIT}

    @extend_schema(request=body_of(StageForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Set the stage of a school from a day on."""
        return self.make(rollout.set_stage, StageForm)


@with_steps(TARGET_STEPS)
class TargetCollection(SteppedCollection):
    """What the district is to reach: so many schools at a stage by a day."""

    table = more_tables.TARGETS
    filterset_class = filters.TargetFilterSet
    permissions = {"GET": Permission.FIDELITY_VIEW, "POST": Permission.FIDELITY_EDIT}

    @extend_schema(request=body_of(TargetForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Set a target."""
        return self.make(rollout.set_target, TargetForm)


COLLECTIONS: dict[str, type[Collection]] = {
    "memoranda": MemorandumCollection,
    "activities": ActivityCollection,
    "documents": DocumentCollection,
    "commitments": CommitmentCollection,
    "status-reports": ReportCollection,
    "due-items": DueItemCollection,
    "misses": MissCollection,
    "breaches": BreachCollection,
    "escalation-rules": RuleCollection,
    "bodies": BodyCollection,
    "seats": SeatCollection,
    "meetings": MeetingCollection,
    "decisions": DecisionCollection,
    "assemblies": AssemblyCollection,
    "resolutions": ResolutionCollection,
    "rubrics": RubricCollection,
    "fidelity-rounds": RoundCollection,
    "rollout-stages": StageCollection,
    "rollout-targets": TargetCollection,
}
"""Name in the address → its view."""
