"""Addresses of this floor."""

from django.urls import path

from discipline import (
    views,
    views_clock,
    views_conduct,
    views_conduct_forms,
    views_conduct_mapping,
    views_logging,
    views_matrix,
    views_records,
    views_rule_forms,
    views_rules,
    views_students,
)

urlpatterns = [
    path("students/<uuid:uid>/", views_students.StudentRecord.as_view(), name="student_detail"),
    path("referrals/", views.ReferralList.as_view(), name="referral_list"),
    path("referrals/new/", views_logging.LogPage.as_view(), name="referral_new"),
    path("referrals/drafts/", views_logging.DraftList.as_view(), name="referral_draft_list"),
    path("referrals/drafts/<uuid:uid>/discard/", views_logging.DiscardDraft.as_view(), name="referral_draft_discard"),
    path("referrals/sent/<uuid:uid>/", views_logging.SentPage.as_view(), name="referral_sent"),
    path("referrals/<uuid:uid>/", views_records.ReferralRecord.as_view(), name="referral_detail"),
    path("incidents/", views.IncidentList.as_view(), name="incident_list"),
    path("incidents/<uuid:uid>/", views_records.IncidentRecord.as_view(), name="incident_detail"),
    path("removals/", views.RemovalList.as_view(), name="removal_list"),
    path("removals/<uuid:uid>/", views_records.RemovalRecord.as_view(), name="removal_detail"),
    path("suspensions/", views.SuspensionList.as_view(), name="suspension_list"),
    path("behaviors/", views_conduct.BehaviorList.as_view(), name="behavior_list"),
    path("behaviors/new/", views_conduct_forms.NewBehavior.as_view(), name="behavior_new"),
    path("behaviors/mapping/", views_conduct_mapping.Mapping.as_view(), name="behavior_mapping"),
    path("behaviors/<uuid:uid>/", views_conduct.BehaviorRecord.as_view(), name="behavior_detail"),
    path("behaviors/<uuid:uid>/change/", views_conduct_forms.ChangeBehavior.as_view(), name="behavior_change"),
    path("behaviors/<uuid:uid>/end/", views_conduct_forms.EndBehavior.as_view(), name="behavior_end"),
    path("behaviors/<uuid:uid>/copy/", views_conduct_forms.CopyBehavior.as_view(), name="behavior_copy"),
    path("rules/", views_rules.RuleList.as_view(), name="rule_list"),
    path("rules/new/", views_rule_forms.NewRulePage.as_view(), name="rule_new"),
    path("rules/clock/", views_clock.ClockSettingsPage.as_view(), name="clock_settings"),
    path("rules/responses/", views_matrix.ResponseList.as_view(), name="response_list"),
    path("rules/responses/change/", views_matrix.MatrixChangePage.as_view(), name="response_change"),
    path("rules/<uuid:uid>/", views_rules.RuleRecord.as_view(), name="rule_detail"),
    path("rules/<uuid:uid>/change/", views_rule_forms.ChangeRulePage.as_view(), name="rule_change"),
    path("rules/<uuid:uid>/sign-off/", views_rule_forms.SignOffPage.as_view(), name="rule_sign_off"),
]
