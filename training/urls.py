"""Addresses of this floor."""

from django.urls import path

from training import (
    views,
    views_attendance,
    views_awarding,
    views_certifications,
    views_checks,
    views_courses,
    views_credentials,
    views_keepers,
    views_mine,
    views_peers,
    views_people,
    views_planning,
    views_practices,
    views_public,
    views_roster,
    views_sessions,
    views_steps,
    views_versions,
)

PEOPLE = [
    path("people/", views.PractitionerList.as_view(), name="practitioner_list"),
    path("people/new/", views_people.PersonCreate.as_view(), name="practitioner_create"),
    path("people/evaluate/", views_steps.BulkEvaluation.as_view(), name="practitioner_evaluate"),
    path("people/<uuid:uid>/", views_people.PractitionerRecord.as_view(), name="practitioner_detail"),
    path("people/<uuid:uid>/edit/", views_people.PersonEdit.as_view(), name="practitioner_edit"),
    path("people/<uuid:uid>/away/", views_steps.PersonAway.as_view(), name="practitioner_away"),
    path("people/<uuid:uid>/merge/", views_steps.PersonMergePage.as_view(), name="practitioner_merge"),
    path("people/<uuid:uid>/observe/", views_steps.PersonObserve.as_view(), name="practitioner_observe"),
    path("people/<uuid:uid>/circle/", views_steps.PersonCircle.as_view(), name="practitioner_circle"),
    path("people/<uuid:uid>/set-out/", views_steps.PersonPathway.as_view(), name="practitioner_pathway"),
    path("people/<uuid:uid>/propose/", views_awarding.CertificationPropose.as_view(), name="certification_propose"),
    path("pathways/<uuid:uid>/extend/", views_steps.PathwayExtend.as_view(), name="pathway_extend"),
    path("student-peers/", views_peers.PeerTrainingList.as_view(), name="peer_list"),
    path("student-peers/new/", views_peers.PeerCreate.as_view(), name="peer_create"),
    path("student-peers/<uuid:uid>/void/", views_peers.PeerVoid.as_view(), name="peer_void"),
]
SESSIONS = [
    path("sessions/", views_sessions.SessionList.as_view(), name="session_list"),
    path("sessions/new/", views_planning.SessionCreate.as_view(), name="session_create"),
    path("sessions/<uuid:uid>/", views_sessions.SessionRecord.as_view(), name="session_detail"),
    path("sessions/<uuid:uid>/edit/", views_planning.SessionEdit.as_view(), name="session_edit"),
    path("sessions/<uuid:uid>/cancel/", views_planning.SessionCancel.as_view(), name="session_cancel"),
    path("sessions/<uuid:uid>/seats/", views_planning.SessionSeatsPage.as_view(), name="session_seats"),
    path("sessions/<uuid:uid>/register/", views_roster.SessionRegister.as_view(), name="session_register"),
    path("sessions/<uuid:uid>/roster/", views_roster.SessionRoster.as_view(), name="session_roster"),
    path("sessions/<uuid:uid>/evaluate/", views_attendance.SessionEvaluate.as_view(), name="session_evaluate"),
    path("days/<uuid:uid>/attendance/", views_attendance.AttendancePage.as_view(), name="sessionday_attendance"),
    path("days/<uuid:uid>/code/", views_attendance.SignInCode.as_view(), name="sessionday_code"),
    path("registrations/", views.RegistrationList.as_view(), name="registration_list"),
    path("registrations/<uuid:uid>/cancel/", views_roster.RegistrationCancel.as_view(), name="registration_cancel"),
    path("registrations/<uuid:uid>/promote/", views_roster.RegistrationPromote.as_view(), name="registration_promote"),
]
LADDER = [
    path("courses/", views_courses.CourseList.as_view(), name="course_list"),
    path("courses/new/", views_courses.CourseCreate.as_view(), name="course_create"),
    path("courses/<uuid:uid>/", views_courses.CourseRecord.as_view(), name="course_detail"),
    path("courses/<uuid:uid>/edit/", views_courses.CourseEdit.as_view(), name="course_edit"),
    path("courses/<uuid:uid>/version/", views_courses.CourseVersionPage.as_view(), name="course_version"),
    path("practices/", views_practices.PracticeList.as_view(), name="practice_list"),
    path("practices/edit/", views_practices.PracticeEdit.as_view(), name="practice_edit"),
    path("credentials/", views_credentials.CredentialList.as_view(), name="credential_list"),
    path("credentials/new/", views_credentials.CredentialCreate.as_view(), name="credential_create"),
    path("credentials/defaults/", views_credentials.CredentialDefaults.as_view(), name="credential_defaults"),
    path("credentials/<uuid:uid>/", views_credentials.CredentialRecord.as_view(), name="credential_detail"),
    path("credentials/<uuid:uid>/edit/", views_credentials.CredentialEdit.as_view(), name="credential_edit"),
    path("credentials/<uuid:uid>/version/", views_versions.CredentialVersionPage.as_view(), name="credential_version"),
]
CERTIFICATION = "certifications/<uuid:uid>/"
CERTIFICATIONS = [
    path("certifications/", views_certifications.CertificationList.as_view(), name="certification_list"),
    path(CERTIFICATION, views_certifications.CertificationRecord.as_view(), name="certification_detail"),
    path(f"{CERTIFICATION}certificate/", views_mine.CertificatePaper.as_view(), name="certification_paper"),
    path(f"{CERTIFICATION}award/", views_awarding.CertificationAward.as_view(), name="certification_award"),
    path(f"{CERTIFICATION}decline/", views_awarding.CertificationDecline.as_view(), name="certification_decline"),
    path(f"{CERTIFICATION}suspend/", views_awarding.CertificationSuspend.as_view(), name="certification_suspend"),
    path(f"{CERTIFICATION}reinstate/", views_awarding.CertificationReinstate.as_view(), name="certification_reinstate"),
    path(f"{CERTIFICATION}revoke/", views_awarding.CertificationRevoke.as_view(), name="certification_revoke"),
    path(f"{CERTIFICATION}lapse/", views_awarding.CertificationLapse.as_view(), name="certification_lapse"),
    path(f"{CERTIFICATION}renew/", views_awarding.CertificationRenew.as_view(), name="certification_renew"),
    path("keepers/", views_keepers.KeeperFinder.as_view(), name="keeper_finder"),
    path("keepers/<uuid:uid>/ask/", views_keepers.KeeperAsk.as_view(), name="keeper_ask"),
    path("keepers/asked/", views_keepers.HoldRequestList.as_view(), name="hold_request_list"),
    path("keepers/asked/<uuid:uid>/back/", views_keepers.HoldRequestWithdraw.as_view(), name="hold_request_withdraw"),
]
OWN = [
    path("my-training/", views_mine.MyTraining.as_view(), name="my_training"),
    path("my-training/calendar/", views_mine.MyFeed.as_view(), name="my_feed"),
]
PUBLIC = [
    path("join/", views_public.Join.as_view(), name="training_join"),
    path("join/<str:code>/", views_public.JoinForSeat.as_view(), name="training_join_code"),
    path("here/", views_public.Here.as_view(), name="training_here"),
    path("here/<str:code>/", views_public.HereWithCode.as_view(), name="training_here_code"),
    path("public/sessions/", views_public.OpenSessions.as_view(), name="training_open"),
    path("public/sessions/register/", views_public.JoinOpenSession.as_view(), name="training_open_join"),
    path("verify/", views_checks.Verify.as_view(), name="verify"),
    path("verify/<str:number>/", views_checks.VerifyNumber.as_view(), name="verify_number"),
    path("answer/<str:token>/", views_checks.Answer.as_view(), name="training_answer"),
    path("mine/", views_checks.SendOwnLink.as_view(), name="training_own_link"),
    path("mine/<str:token>/", views_mine.MineByLink.as_view(), name="training_mine"),
    path("calendar/<str:secret>.ics", views_checks.Feed.as_view(), name="training_feed"),
]

urlpatterns = [
    path("training/", views.TrainingPage.as_view(), name="training"),
    *PEOPLE,
    *SESSIONS,
    *LADDER,
    *CERTIFICATIONS,
    *OWN,
    *PUBLIC,
]
