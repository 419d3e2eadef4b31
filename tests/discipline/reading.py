"""What tests of imports read back."""

from discipline.models import Incident, Involvement, Referral, ReferralStatus, Removal, RemovalChange
from district.models import AuditEvent

RECORDS = (Incident, Involvement, Referral, ReferralStatus, Removal, RemovalChange)


def counts(outcome) -> tuple[int, int, int, int, int]:
    """Return (read, created, updated, unchanged, refused)."""
    return outcome.read, outcome.created, outcome.updated, outcome.unchanged, outcome.refused


def contents() -> dict[str, list]:
    """Return every row of the discipline tables, without the time of the last write."""
    found = {}
    for model in RECORDS:
        names = [field.name for field in model._meta.fields if field.name not in ("updated_at", "created_at")]
        found[model.__name__] = list(model.objects.order_by("pk").values_list(*names))
    found["links"] = list(Removal.involvements.through.objects.order_by("pk").values_list())
    return found


def changes_of(kind: str) -> list[dict]:
    """Return what the audit events about records of a kind say, in order."""
    return [event.changes for event in AuditEvent.objects.filter(object_type=kind).order_by("pk")]
