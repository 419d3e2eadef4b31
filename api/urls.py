"""Addresses of this floor. The last one takes whatever else begins with /api/, so include this floor last."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from rest_framework.routers import SimpleRouter

from api import (
    certifications,
    circle_outcomes,
    circle_voices,
    circles,
    commitments,
    concern_patterns,
    concern_watch,
    concerns,
    conduct,
    dashboards,
    discipline,
    district,
    documentation,
    errors,
    health,
    lookup,
    passed_on,
    rollout,
    students,
    training,
    training_sessions,
)
from api.base import Collection

COLLECTIONS: dict[str, type[Collection]] = {
    "districts": district.DistrictCollection,
    "schools": district.SchoolCollection,
    "school-years": district.SchoolYearCollection,
    "students": district.StudentCollection,
    "enrollments": district.EnrollmentCollection,
    "guardians": students.GuardianCollection,
    "student-notes": students.StudentNoteCollection,
    "student-merges": students.StudentMergeCollection,
    "staff": district.StaffCollection,
    "incidents": discipline.IncidentCollection,
    "referrals": discipline.ReferralCollection,
    "removals": discipline.RemovalCollection,
    "suspensions": discipline.SuspensionCollection,
    "letters": discipline.LetterCollection,
    "letter-templates": discipline.LetterTemplateCollection,
    "family-links": discipline.FamilyLinkCollection,
    "family-requests": discipline.FamilyRequestCollection,
    "sent-home": discipline.SentHomeCollection,
    "due-steps": discipline.DueStepCollection,
    "appeals": discipline.AppealCollection,
    "hib-cases": discipline.HibCaseCollection,
    "pattern-reviews": discipline.PatternReviewCollection,
    "determinations": discipline.DeterminationCollection,
    "threshold-tasks": discipline.ThresholdTaskCollection,
    "behaviors": conduct.BehaviorCollection,
    "rules": discipline.RuleCollection,
    "thresholds": discipline.ThresholdCollection,
    "courses": training.CourseCollection,
    "training-sessions": training_sessions.TrainingSessionCollection,
    "people": training.PersonCollection,
    "registrations": training_sessions.RegistrationCollection,
    "attendance": training_sessions.AttendanceCollection,
    "credentials": certifications.CredentialCollection,
    "certifications": certifications.CertificationCollection,
    "organizations": district.OrganizationCollection,
    **commitments.COLLECTIONS,
    **concerns.COLLECTIONS,
    **circles.COLLECTIONS,
    "imports": district.ImportCollection,
    "audit-events": district.AuditEventCollection,
}
"""Name in the address → its view; a collection whose floor is not built yet is absent."""

router = SimpleRouter()
for name, collection in COLLECTIONS.items():
    router.register(name, collection, basename=f"api-{name}")

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/schema/", documentation.SchemaView.as_view(), name="api_schema"),
    path("api/docs/", documentation.DocumentationView.as_view(), name="api_docs"),
    path("api/v1/", include(router.urls)),
    path("api/v1/student-lookup/", lookup.StudentLookupView.as_view(), name="api_student_lookup"),
    path(
        "api/v1/dashboards/suspension-rates/",
        dashboards.SuspensionRatesView.as_view(),
        name="api_suspension_rates",
    ),
    path(
        "api/v1/dashboards/restorative-offers/",
        dashboards.RestorativeOffersView.as_view(),
        name="api_restorative_offers",
    ),
    path(
        "api/v1/dashboards/circle-outcomes/",
        circle_outcomes.CircleOutcomesView.as_view(),
        name="api_circle_outcomes",
    ),
    path("api/v1/dashboards/circle-voices/", circle_voices.CircleVoicesView.as_view(), name="api_circle_voices"),
    path("api/v1/dashboards/patterns/", dashboards.PatternsView.as_view(), name="api_patterns"),
    path("api/v1/dashboards/patterns/staff/", dashboards.StaffPatternsView.as_view(), name="api_patterns_staff"),
    path(
        "api/v1/dashboards/training-coverage/",
        dashboards.TrainingCoverageView.as_view(),
        name="api_training_coverage",
    ),
    path("api/v1/dashboards/commitments/", dashboards.CommitmentBoardView.as_view(), name="api_commitment_board"),
    path("api/v1/concern-totals/", concerns.ConcernTotalsView.as_view(), name="api_concern_totals"),
    path("api/v1/dashboards/concerns/", concern_patterns.ConcernPatternsView.as_view(), name="api_concern_patterns"),
    path("api/v1/dashboards/concerns/pass-on/", passed_on.PassOnView.as_view(), name="api_concern_pass_on"),
    path("api/v1/dashboards/passed-on/", passed_on.PassedOnView.as_view(), name="api_passed_on"),
    path("api/v1/dashboards/concerns/after/", concern_watch.AfterConcernsView.as_view(), name="api_concern_after"),
    path("api/v1/dashboards/rollout/", rollout.RolloutView.as_view(), name="api_rollout"),
    re_path(r"^api/", csrf_exempt(login_not_required(errors.unknown_address)), name="api_unknown"),
]
