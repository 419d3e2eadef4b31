"""Links that are sent by mail: signed, for one purpose, for a time."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from training.models import HoldRequest, Practitioner

OWN_PAGE, ANSWER = "training.own_page", "training.answer"
OWN_PAGE_LASTS = timedelta(days=30)
ANSWER_LASTS = timedelta(days=8)
"""A little longer than a question stays open: its own time decides, and says so."""


def own_page_token(practitioner: Practitioner) -> str:
    """Return the token of a person's own page; it ends with the address it was sent to."""
    return signing.dumps([str(practitioner.uid), practitioner.person.email.lower()], salt=OWN_PAGE)


def own_page_owner(token: str) -> Practitioner | None:
    """Return whose page a token opens; None for one that is forged, too old, or sent to a former address."""
    try:
        uid, email = signing.loads(token, salt=OWN_PAGE, max_age=OWN_PAGE_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    people = Practitioner.objects.standing().filter(uid=uid, person__email__iexact=email)
    return people.exclude(person__email="").select_related("person", "district").first()


def answer_token(request: HoldRequest) -> str:
    """Return the token with which somebody answers a question."""
    return signing.dumps(str(request.uid), salt=ANSWER)


def asked_request(token: str) -> HoldRequest | None:
    """Return the question that a token answers; None for one that is forged or too old."""
    try:
        uid = signing.loads(token, salt=ANSWER, max_age=ANSWER_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    requests = HoldRequest.objects.filter(uid=uid)
    return requests.select_related("school__district", "practice", "practitioner__person").first()
