"""Addresses of this floor."""

from django.urls import path

from commitments import (
    views,
    views_assemblies,
    views_bodies,
    views_fidelity,
    views_meetings,
    views_memoranda,
    views_resolutions,
    views_rubrics,
)

urlpatterns = [
    path("memoranda/<uuid:uid>/<slug:step>/", views_memoranda.MemorandumStepPage.as_view(), name="memorandum_step"),
    path("activities/", views_memoranda.ActivityList.as_view(), name="activity_list"),
    path("activities/<uuid:uid>/<slug:step>/", views_memoranda.ActivityStepPage.as_view(), name="activity_step"),
    path("documents/<uuid:uid>/", views_memoranda.DocumentFile.as_view(), name="document_file"),
    path("documents/<uuid:uid>/<slug:step>/", views_memoranda.DocumentStepPage.as_view(), name="document_step"),
    path("commitments/", views.CommitmentList.as_view(), name="commitment_list"),
    path("commitments/new/", views.CommitmentAdd.as_view(), name="commitment_add"),
    path("commitments/rules/", views.EscalationRules.as_view(), name="escalation_rules"),
    path("commitments/<uuid:uid>/<slug:step>/", views.CommitmentStepPage.as_view(), name="commitment_step"),
    path("misses/<uuid:uid>/<slug:step>/", views.MissStepPage.as_view(), name="miss_step"),
    path("bodies/", views_bodies.BodyList.as_view(), name="body_list"),
    path("bodies/new/", views_bodies.BodyAdd.as_view(), name="body_add"),
    path("bodies/<uuid:uid>/", views_bodies.BodyRecord.as_view(), name="body_detail"),
    path("bodies/<uuid:uid>/<slug:step>/", views_bodies.BodyStepPage.as_view(), name="body_step"),
    path("bodies/seats/<uuid:uid>/<slug:step>/", views_bodies.SeatStepPage.as_view(), name="seat_step"),
    path("meetings/<uuid:uid>/", views_meetings.MeetingRecord.as_view(), name="meeting_detail"),
    path("meetings/<uuid:uid>/<slug:step>/", views_meetings.MeetingStepPage.as_view(), name="meeting_step"),
    path("assemblies/", views_assemblies.AssemblyList.as_view(), name="assembly_list"),
    path("assemblies/new/", views_assemblies.AssemblyAdd.as_view(), name="assembly_add"),
    path("assemblies/<uuid:uid>/", views_assemblies.AssemblyRecord.as_view(), name="assembly_detail"),
    path("assemblies/<uuid:uid>/<slug:step>/", views_assemblies.AssemblyStepPage.as_view(), name="assembly_step"),
    path("resolutions/", views_resolutions.ResolutionList.as_view(), name="resolution_list"),
    path("resolutions/<uuid:uid>/", views_resolutions.ResolutionRecord.as_view(), name="resolution_detail"),
    path("resolutions/<uuid:uid>/<slug:step>/", views_resolutions.ResolutionStepPage.as_view(), name="resolution_step"),
    path("ratings/", views_fidelity.RoundList.as_view(), name="round_list"),
    path("ratings/new/", views_fidelity.RoundAdd.as_view(), name="round_add"),
    path("ratings/<uuid:uid>/", views_fidelity.RoundRecord.as_view(), name="round_detail"),
    path("ratings/<uuid:uid>/<slug:step>/", views_fidelity.RoundStepPage.as_view(), name="round_step"),
    path("rubrics/", views_rubrics.RubricList.as_view(), name="rubric_list"),
    path("rubrics/new/", views_rubrics.RubricAdd.as_view(), name="rubric_add"),
    path("rubrics/<uuid:uid>/", views_rubrics.RubricRecord.as_view(), name="rubric_detail"),
    path("rubrics/<uuid:uid>/<slug:step>/", views_rubrics.RubricStepPage.as_view(), name="rubric_step"),
]
