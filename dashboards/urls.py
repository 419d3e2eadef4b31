"""Addresses of this floor."""

from django.urls import path

from dashboards import (
    views_access,
    views_desk,
    views_duties,
    views_help,
    views_memoranda,
    views_merging,
    views_reporting,
    views_students,
)
from dashboards.circle_outcomes.views import CircleOutcomesPage
from dashboards.circle_voices.views import CircleVoicesPage
from dashboards.concern_patterns.views import ConcernPatternsPage
from dashboards.offers.views import OffersPage
from dashboards.passed_on.views import PassedOnList, PassedOnPage, PassOnPage
from dashboards.patterns.views import PatternsPage, StaffPatternsPage
from dashboards.progress import views as views_progress
from dashboards.retaliation.views import AfterConcern, AfterConcerns, LookInto
from dashboards.rollout.views import RolloutPage, StageAdd
from dashboards.suspension_rates.views import SuspensionRatesPage
from dashboards.training_coverage.views import TrainingCoveragePage

urlpatterns = [
    path("", views_desk.Desk.as_view(), name="desk"),
    path("dashboards/suspensions/", SuspensionRatesPage.as_view(), name="suspension_rates"),
    path("dashboards/offers/", OffersPage.as_view(), name="restorative_offers"),
    path("dashboards/circle-outcomes/", CircleOutcomesPage.as_view(), name="circle_outcomes"),
    path("dashboards/circle-voices/", CircleVoicesPage.as_view(), name="circle_voices"),
    path("dashboards/patterns/", PatternsPage.as_view(), name="patterns"),
    path("dashboards/patterns/staff/", StaffPatternsPage.as_view(), name="patterns_staff"),
    path("students/duplicates/", views_merging.Duplicates.as_view(), name="student_duplicates"),
    path("students/merges/", views_merging.MergeList.as_view(), name="student_merge_list"),
    path("students/<uuid:uid>/", views_students.StudentRecord.as_view(), name="student_detail"),
    path("students/<uuid:uid>/older/", views_students.OlderRecords.as_view(), name="student_older"),
    path("students/<uuid:uid>/access/", views_access.StudentAccess.as_view(), name="student_access"),
    path("students/<uuid:uid>/merge/", views_merging.MergePage.as_view(), name="student_merge"),
    path("dashboards/training-coverage/", TrainingCoveragePage.as_view(), name="training_coverage"),
    path("dashboards/not-reported/", views_reporting.ReportingPage.as_view(), name="not_reported"),
    path("dashboards/commitments/", views_progress.CommitmentBoard.as_view(), name="commitment_board"),
    path("dashboards/rollout/", RolloutPage.as_view(), name="rollout"),
    path("rollout/stages/new/", StageAdd.as_view(), name="stage_add"),
    path("commitments/<uuid:uid>/", views_progress.CommitmentRecord.as_view(), name="commitment_detail"),
    path("memoranda/<uuid:uid>/", views_memoranda.MemorandumPage.as_view(), name="memorandum_detail"),
    path("dashboards/concerns/", ConcernPatternsPage.as_view(), name="concern_patterns"),
    path("concerns/pass-on/<uuid:uid>/", PassOnPage.as_view(), name="concern_pass_on"),
    path("sent-home/passed-on/", PassedOnList.as_view(), name="passed_on_list"),
    path("sent-home/passed-on/<uuid:uid>/", PassedOnPage.as_view(), name="passed_on_step"),
    path("concerns/after/", AfterConcerns.as_view(), name="concern_after_list"),
    path("concerns/after/<uuid:uid>/", AfterConcern.as_view(), name="concern_after"),
    path("concerns/after/<uuid:uid>/<slug:mark>/", LookInto.as_view(), name="concern_look_into"),
    path("help/", views_help.HelpIndex.as_view(), name="help"),
    path("help/methods/", views_help.Methods.as_view(), name="help_methods"),
    path("help/style/", views_help.Style.as_view(), name="help_style"),
    path("duties/", views_duties.DutyList.as_view(), name="duty_list"),
    path("duties/mail/", views_duties.MailChoicePage.as_view(), name="mail_choice"),
    path("duties/calendar/", views_duties.CalendarLinkPage.as_view(), name="calendar_link"),
    path("calendars/<slug:key>.ics", views_duties.DutyCalendar.as_view(), name="duty_calendar"),
]
