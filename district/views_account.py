"""The account pages that change a second factor: allauth's, with the audit event in the same transaction."""

from __future__ import annotations

from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse

from district import audit
from district.accounts import SECOND_FACTOR, end_other_sessions, person_of
from district.audit import Action


def _record(request: HttpRequest, event: str) -> None:
    user = person_of(request)
    audit.record(
        Action.ACCOUNT,
        by=user,
        target=user,
        district=audit.home_district(user),
        details={"event": event, "user": user.email},
    )


class ActivateSecondFactor(ActivateTOTPView):
    """Set up an authenticator app; other sessions of the account end."""

    def form_valid(self, form: Form) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            end_other_sessions(self.request)
            self.request.session[SECOND_FACTOR] = True
            _record(self.request, "second_factor_on")
        return response


class DeactivateSecondFactor(DeactivateTOTPView):
    """Give the authenticator app up, where no role demands it; other sessions of the account end."""

    def form_valid(self, form: Form) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            end_other_sessions(self.request)
            self.request.session[SECOND_FACTOR] = False
            _record(self.request, "second_factor_off")
        return response


class RenewRecoveryCodes(GenerateRecoveryCodesView):
    """Replace the recovery codes; the old ones end at once, and so do other sessions."""

    def form_valid(self, form: Form) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            end_other_sessions(self.request)
            _record(self.request, "recovery_codes")
        return response
