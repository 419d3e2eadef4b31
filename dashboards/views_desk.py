"""My desk: what waits for one, what one's roles open, and how fresh the record is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from dashboards.desk.content import content_of
from discipline.views import ReferralList
from district.access import NEEDS_SECOND_FACTOR, ROLES, Permission
from district.models import District, ImportBatch, SchoolYear, User
from district.page_parts import Fact, day_words, moment_words, year_words
from district.pages import PageMixin, SignedInRequest

DOORS = (
    (
        "suspension_rates",
        (Permission.RATES_VIEW,),
        gettext_lazy("Suspension rates"),
        gettext_lazy("Who is suspended, and how much more often"),
    ),
    (
        "patterns",
        (Permission.RATES_VIEW,),
        gettext_lazy("Patterns"),
        gettext_lazy("When, where and over what students are referred"),
    ),
    (
        "patterns_staff",
        (Permission.REPORTERS_VIEW,),
        gettext_lazy("Patterns by who referred"),
        gettext_lazy("Where support for colleagues may help"),
    ),
    (
        "referral_list",
        ReferralList.needs,
        gettext_lazy("Referrals"),
        gettext_lazy("Who was referred, and where it stands"),
    ),
    (
        "suspension_list",
        (Permission.REMOVAL_VIEW,),
        gettext_lazy("Suspensions"),
        gettext_lazy("Who is out of class, how long, and how that changed"),
    ),
    (
        "circle_list",
        (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK),
        gettext_lazy("Circles"),
        gettext_lazy("What is done instead of exclusion, and where each case stands"),
    ),
    (
        "concern_list",
        (Permission.CONCERN_WORK, Permission.CONCERN_VIEW_OWN),
        gettext_lazy("Concerns"),
        gettext_lazy("What people say is broken, and what they were answered"),
    ),
    (
        "student_list",
        (Permission.STUDENT_VIEW,),
        gettext_lazy("Students"),
        gettext_lazy("Find a student; see referrals, removals and enrollments"),
    ),
    (
        "note_list",
        (Permission.NOTE_VIEW, Permission.NOTE_VIEW_OWN),
        gettext_lazy("Notes"),
        gettext_lazy("What goes well with a student, and what helps"),
    ),
    (
        "student_duplicates",
        (Permission.STUDENT_MERGE,),
        gettext_lazy("Records that look alike"),
        gettext_lazy("Which students may be on record twice, and how to merge them"),
    ),
    (
        "training",
        (Permission.TRAINING_VIEW,),
        gettext_lazy("Training"),
        gettext_lazy("Who could be certified, whose certificate ends, what comes next"),
    ),
    (
        "keeper_finder",
        (Permission.KEEPER_FIND,),
        gettext_lazy("Who can hold it?"),
        gettext_lazy("Certified for the practice, free that day, in the language"),
    ),
    (
        "my_training",
        (Permission.TRAINING_VIEW_OWN,),
        gettext_lazy("My training"),
        gettext_lazy("My steps, deadlines, sessions and certificates"),
    ),
    (
        "memorandum_list",
        (Permission.MEMORANDUM_VIEW,),
        gettext_lazy("Memoranda"),
        gettext_lazy("What was promised in writing, with whom, until when"),
    ),
    (
        "commitment_list",
        (Permission.COMMITMENT_VIEW,),
        gettext_lazy("Commitments"),
        gettext_lazy("What was promised, who owes it, and whether it is kept"),
    ),
    (
        "assembly_list",
        (Permission.ASSEMBLY_VIEW,),
        gettext_lazy("Assemblies"),
        gettext_lazy("What the community resolved, and what the district answered"),
    ),
    (
        "not_reported",
        (Permission.RATES_ANNOTATE,),
        gettext_lazy("Figures not reported"),
        gettext_lazy("Which school did not report a measure, so that nobody reads zero"),
    ),
    (
        "import_list",
        (Permission.IMPORT_VIEW,),
        gettext_lazy("Imports"),
        gettext_lazy("Which files were read, and what became of their rows"),
    ),
    (
        "audit_event_list",
        (Permission.AUDIT_VIEW,),
        gettext_lazy("Audit trail"),
        gettext_lazy("Who did and saw what"),
    ),
    (
        "behavior_list",
        (Permission.DISTRICT_VIEW,),
        gettext_lazy("Code of conduct"),
        gettext_lazy("What a student can be referred for, and the strongest response"),
    ),
    (
        "school_list",
        (Permission.DISTRICT_VIEW,),
        gettext_lazy("Schools"),
        gettext_lazy("The schools you work with, and the lists of each"),
    ),
)
"""Pages that the desk offers: address name, any of these permissions, word, what it answers."""


class Desk(PageMixin, View):
    """The first page after signing in."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        user = request.user
        context = {
            "today": day_words(timezone.localdate()),
            "roles": roles_of(user),
            "content": content_of(user),
            "may_refer": user.holds(Permission.REFERRAL_LOG),
            "doors": doors_of(user),
            "fresh": freshness_of(user),
        }
        return render(request, "dashboards/desk.html", context)


def roles_of(user: User) -> list[dict[str, Any]]:
    """Title and sentence of each role the user holds today, each once."""
    held = dict.fromkeys(grant.role for grant in user.active_grants)
    return [
        {
            "title": _(ROLES[role].title),
            "sentence": _(ROLES[role].sentence),
            "needs_second_factor": role in NEEDS_SECOND_FACTOR,
        }
        for role in held
    ]


def doors_of(user: User) -> list[dict[str, Any]]:
    """The pages that the user's grants open, with what each answers."""
    return [
        {"url": reverse(name), "word": word, "answer": answer}
        for name, needs, word, answer in DOORS
        if any(user.holds(permission) for permission in needs)
    ]


def freshness_of(user: User) -> list[Fact]:
    """How fresh the record is: the latest school year of one's district, and the latest import one may see."""
    facts = []
    district = District.objects.visible_to(user).first()
    year = SchoolYear.objects.visible_to(user).order_by("-year").first()
    if district:
        facts.append(Fact(_("District"), district.name))
    if year:
        facts.append(Fact(_("Latest school year"), year_words(year.year), year.label))
    batch = ImportBatch.objects.visible_to(user).first()
    if batch:
        link = reverse("import_detail", args=[batch.uid])
        facts.append(Fact(_("Latest import"), batch.get_kind_display(), moment_words(batch.created_at), link))
    return facts
