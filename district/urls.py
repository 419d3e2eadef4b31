"""Addresses of this floor."""

from django.urls import path

from district import (
    views,
    views_access,
    views_families,
    views_help,
    views_notes,
    views_partner_forms,
    views_partners,
    views_saved,
    views_seats,
    views_upkeep,
)

urlpatterns = [
    path("students/", views.StudentList.as_view(), name="student_list"),
    path("students/<uuid:uid>/guardians/new/", views_families.GuardianAdd.as_view(), name="guardian_add"),
    path("students/<uuid:uid>/languages/", views_families.HomeLanguages.as_view(), name="student_languages"),
    path("guardians/", views_families.GuardianList.as_view(), name="guardian_list"),
    path("guardians/<uuid:uid>/change/", views_families.GuardianChange.as_view(), name="guardian_change"),
    path("guardians/<uuid:uid>/void/", views_families.GuardianVoid.as_view(), name="guardian_void"),
    path("notes/", views_notes.NoteList.as_view(), name="note_list"),
    path("notes/new/", views_notes.NoteAdd.as_view(), name="note_add"),
    path("notes/<uuid:uid>/", views_notes.NoteRecord.as_view(), name="note_detail"),
    path("notes/<uuid:uid>/void/", views_notes.NoteVoid.as_view(), name="note_void"),
    path("staff/", views.StaffList.as_view(), name="staff_list"),
    path("schools/", views.SchoolList.as_view(), name="school_list"),
    path("schools/<uuid:uid>/", views.SchoolRecord.as_view(), name="school_detail"),
    path("organizations/", views_partners.OrganizationList.as_view(), name="organization_list"),
    path("organizations/new/", views_partner_forms.NewOrganization.as_view(), name="organization_new"),
    path("organizations/<uuid:uid>/", views_partners.OrganizationRecord.as_view(), name="organization_detail"),
    path(
        "organizations/<uuid:uid>/change/",
        views_partner_forms.ChangeOrganization.as_view(),
        name="organization_change",
    ),
    path("memoranda/", views_partners.MemorandumList.as_view(), name="memorandum_list"),
    path("memoranda/new/", views_partner_forms.NewMemorandum.as_view(), name="memorandum_new"),
    path("memoranda/<uuid:uid>/seats/", views_seats.MemorandumSeats.as_view(), name="memorandum_seats"),
    path("seats/<uuid:uid>/withdraw/", views_seats.SeatsWithdraw.as_view(), name="seats_withdraw"),
    path("imports/", views_upkeep.ImportList.as_view(), name="import_list"),
    path("imports/<uuid:uid>/", views_upkeep.ImportRecord.as_view(), name="import_detail"),
    path("audit/", views_upkeep.AuditList.as_view(), name="audit_event_list"),
    path("grants/", views_access.GrantList.as_view(), name="grant_list"),
    path("saved-views/", views_saved.SavedViewList.as_view(), name="saved_view_list"),
    path("saved-views/new/", views_saved.SaveView.as_view(), name="saved_view_new"),
    path("saved-views/<uuid:uid>/", views_saved.ChangeView.as_view(), name="saved_view_change"),
    path("help/lists/", views_help.lists, name="help_lists"),
    path("help/roles/", views_help.roles, name="help_roles"),
]
