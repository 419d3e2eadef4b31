"""Steps of assemblies and resolutions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from commitments.actions import assemblies, documents
from commitments.forms import assemblies as forms
from commitments.forms.memoranda import DocumentForm
from district.access import Permission
from district.step_forms import ReasonForm
from district.step_pages import Step, steps_of

EDIT = Permission.ASSEMBLY_EDIT


def stands(record: Any) -> bool:
    """Whether a record has not been voided."""
    return record.voided_at is None


def add_document(*, assembly: Any, **values: Any) -> Any:
    """Keep a file with an assembly."""
    return documents.add_document(assembly=assembly, **values)


ASSEMBLY_STEPS = steps_of(
    Step(
        "add-resolution",
        "assembly",
        words=_("Add a resolution"),
        title=_("What did the assembly resolve?"),
        permission=EDIT,
        form_class=forms.ResolutionForm,
        verb=assemblies.add_resolution,
        done=_("The resolution is on record, and the day of the answer is set."),
        is_open=stands,
        is_main=True,
    ),
    Step(
        "change",
        "assembly",
        words=_("Change what is recorded"),
        title=_("What is to be recorded of it?"),
        permission=EDIT,
        form_class=forms.AssemblyForm,
        verb=assemblies.change_assembly,
        done=_("It is saved."),
        is_open=stands,
        is_partial=True,
    ),
    Step(
        "add-document",
        "assembly",
        words=_("Add a document"),
        title=_("Which document belongs to it?"),
        permission=EDIT,
        form_class=DocumentForm,
        verb=add_document,
        done=_("The document is kept."),
        is_open=stands,
    ),
    Step(
        "void",
        "assembly",
        words=_("Void it"),
        title=_("Why is it voided?"),
        permission=EDIT,
        form_class=ReasonForm,
        verb=assemblies.void_assembly,
        done=_("It is voided and stays on record."),
        is_open=lambda assembly: stands(assembly) and not assembly.resolutions.filter(voided_at=None).exists(),
    ),
)
RESOLUTION_STEPS = steps_of(
    Step(
        "answer",
        "resolution",
        words=_("Answer for the district"),
        title=_("What does the district answer?"),
        permission=Permission.ASSEMBLY_ANSWER,
        form_class=forms.AnswerResolutionForm,
        verb=assemblies.answer_resolution,
        done=_("The answer is on record."),
        is_open=stands,
    ),
    Step(
        "void",
        "resolution",
        words=_("Void it"),
        title=_("Why is it voided?"),
        permission=EDIT,
        form_class=ReasonForm,
        verb=assemblies.void_resolution,
        done=_("It is voided and stays on record."),
        is_open=lambda resolution: stands(resolution) and not resolution.answers.exists(),
    ),
)
