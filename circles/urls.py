"""Addresses of this floor."""

from django.urls import path

from circles import (
    views,
    views_agreements,
    views_cases,
    views_keepers,
    views_logging,
    views_notes,
    views_papers,
    views_practices,
)
from circles.voices import doors
from circles.voices import views as views_voices
from circles.welcome_back import views as views_plans

urlpatterns = [
    path("voices/<str:secret>/", doors.VoiceDoor.as_view(), name="voice_page"),
    path("circles/people/<uuid:uid>/link/", views_voices.MakeVoiceLink.as_view(), name="voice_link_new"),
    path("circles/links/<uuid:uid>/<slug:step>/", views_voices.VoiceLinkStepPage.as_view(), name="voice_link_step"),
    path("circles/plans/<uuid:uid>/<slug:step>/", views_plans.PlanStepPage.as_view(), name="welcome_plan_step"),
    path("circles/plan-items/<uuid:uid>/<slug:step>/", views_plans.PlanItemStepPage.as_view(), name="plan_item_step"),
    path("circles/check-ins/<uuid:uid>/<slug:step>/", views_plans.CheckInStepPage.as_view(), name="check_in_step"),
    path("circles/<uuid:uid>/worksheets/", views_voices.Worksheets.as_view(), name="circle_worksheets"),
    path("circles/", views_cases.CircleList.as_view(), name="circle_list"),
    path("circles/new/", views_cases.CircleAdd.as_view(), name="circle_new"),
    path("circles/people/<uuid:uid>/copy/", views_papers.AgreementCopy.as_view(), name="agreement_copy"),
    path(
        "circles/people/<uuid:uid>/copy.pdf",
        views_papers.AgreementCopy.as_view(is_file=True),
        name="agreement_copy_pdf",
    ),
    path("circles/people/<uuid:uid>/<slug:step>/", views_cases.ParticipantStepPage.as_view(), name="participant_step"),
    path("circles/keepers/<uuid:uid>/<slug:step>/", views_cases.KeeperStepPage.as_view(), name="keeper_step"),
    path("circles/terms/", views_agreements.TermList.as_view(), name="circle_term_list"),
    path("circles/terms/<uuid:uid>/<slug:step>/", views_agreements.TermStepPage.as_view(), name="term_step"),
    path("circles/follow-ups/", views_agreements.FollowUpList.as_view(), name="follow_up_list"),
    path("circles/follow-ups/days/", views_agreements.FollowUpRules.as_view(), name="follow_up_rules"),
    path(
        "circles/follow-ups/<uuid:uid>/<slug:step>/", views_agreements.FollowUpStepPage.as_view(), name="follow_up_step"
    ),
    path(
        "circles/agreements/<uuid:uid>/<slug:step>/",
        views_agreements.AgreementStepPage.as_view(),
        name="agreement_step",
    ),
    path("circles/class/", views.ClassCircleList.as_view(), name="class_circle_list"),
    path("circles/class/new/", views_logging.LogPage.as_view(), name="class_circle_new"),
    path("circles/class/<uuid:uid>/", views.ClassCircleRecord.as_view(), name="class_circle_detail"),
    path("circles/class/<uuid:uid>/<slug:step>/", views.ClassCircleStepPage.as_view(), name="class_circle_step"),
    path("circles/practices/", views_practices.PracticeTermsList.as_view(), name="practice_terms_list"),
    path(
        "circles/practices/<uuid:uid>/<slug:step>/",
        views_practices.PracticeStepPage.as_view(),
        name="practice_terms_step",
    ),
    path("circles/<uuid:uid>/", views_cases.CircleRecord.as_view(), name="circle_detail"),
    path("circles/<uuid:uid>/keepers/", views_keepers.KeeperMatches.as_view(), name="circle_keepers"),
    path("circles/<uuid:uid>/sheet/", views_papers.CircleSheet.as_view(), name="circle_sheet"),
    path("circles/<uuid:uid>/sheet.pdf", views_papers.CircleSheet.as_view(is_file=True), name="circle_sheet_pdf"),
    path("circles/<uuid:uid>/notes/", views_notes.CaseNotes.as_view(), name="circle_notes"),
    path("circles/<uuid:uid>/<slug:step>/", views_cases.CircleStepPage.as_view(), name="circle_step"),
]
