"""What is missing before a circle may be held on a day, as the rules find it and as sentences that say what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from circles.consent_rule import Lack, lacks
from circles.keeper_rule import Keeping, Trouble, troubles
from circles.models import Circle, CircleKeeper, CircleParticipant, terms_of
from district.page_parts import day_words
from training.models import Certification, Practice, Practitioner


def participants_of(circle: Circle) -> list[CircleParticipant]:
    """The people of a case with their answers, in the order in which they were named; two queries."""
    rows = circle.participants.standing().select_related("student__person", "supporter_of__student__person")
    return list(rows.prefetch_related("consents").order_by("pk"))


def keepers_of(circle: Circle) -> list[CircleKeeper]:
    """Who keeps a circle now."""
    return list(circle.keepers.current().select_related("practitioner__person__organization").order_by("pk"))


def lacks_of(circle: Circle) -> list[str]:
    """What is missing of consent, preparation and permission, as sentences. Empty: they may meet."""
    people, terms = participants_of(circle), terms_of(circle.practice)
    names = {one.pk: str(one) for one in people}
    found = lacks(
        [one.party for one in people], is_face_to_face=terms.is_face_to_face, needs_guardian=terms.needs_guardian
    )
    return [_lack_words(lack, names.get(key, "") if key else "") for lack, key in found]


def _lack_words(lack: Lack, name: str) -> str:
    return {
        Lack.NOBODY: _("Nobody is named yet whom the circle is about."),
        Lack.NO_RESPONSIBLE: _("Nobody who caused harm takes part."),
        Lack.NO_HARMED: _("Nobody who was harmed takes part: choose a practice in which both sides do not meet."),
        Lack.NO_CONSENT: _("%(name)s has not consented.") % {"name": name},
        Lack.NOT_PREPARED: _("%(name)s has had no meeting to prepare.") % {"name": name},
        Lack.NO_PERMISSION: _("A guardian of %(name)s has not given permission.") % {"name": name},
    }[lack]


def certificates_on(people: Sequence[Practitioner], practice: Practice, day: date) -> dict[int, str]:
    """Return person → the number of a certificate for `practice` that is valid on `day`. The one predicate for it."""
    rows = Certification.objects.filter(practitioner__in=people, district=practice.district_id)
    found = rows.valid_on(day).qualifying_for(practice).order_by("-expires_on")
    return {key: number or "" for key, number in reversed(found.values_list("practitioner", "number"))}


def check_keepers(circle: Circle, day: date) -> dict[int, str]:
    """Check that those who keep it may do so on `day`; return keeper → certificate number.

    Raises ValidationError (field `keepers`) that names who may not, and how a certificate that lapsed is renewed.
    """
    keepers, terms = keepers_of(circle), terms_of(circle.practice)
    held = certificates_on([one.practitioner for one in keepers], circle.practice, day)
    by_key = {one.pk: one for one in keepers}
    found = troubles(
        [
            Keeping(
                key=one.pk,
                part=one.part,
                is_certified=one.practitioner_id in held,
                has_conflict=bool(one.conflict),
                is_overridden=bool(one.override_reason),
            )
            for one in keepers
        ],
        needs_credential=terms.needs_credential,
    )
    if found:
        sentences = [_trouble_words(trouble, by_key.get(key) if key else None, circle, day) for trouble, key in found]
        raise ValidationError({"keepers": sentences})
    return {one.pk: held.get(one.practitioner_id, "") for one in keepers}


def _trouble_words(trouble: Trouble, keeper: CircleKeeper | None, circle: Circle, day: date) -> str:
    if keeper is None:
        return _("Nobody leads it yet. Choose a keeper.")
    name = {"name": str(keeper.practitioner)}
    if trouble is Trouble.CONFLICT:
        return _("%(name)s has a stake in this case. Choose somebody else, or give a reason why not.") % name
    return uncertified_words(keeper.practitioner, circle.practice, day)


def uncertified_words(practitioner: Practitioner, practice: Practice, day: date) -> str:
    """Say that somebody is not certified for a practice on a day; if a certificate lapsed, since when and what next."""
    words = {"name": str(practitioner), "day": day_words(day), "practice": practice.name}
    rows = Certification.objects.filter(practitioner=practitioner, district=practice.district_id)
    last = (
        rows.qualifying_for(practice).exclude(number=None).select_related("credential").order_by("-expires_on").first()
    )
    if last is None or last.expires_on is None or last.expires_on >= day:
        return _("%(name)s holds no certificate for “%(practice)s” that is valid on %(day)s.") % words
    words |= {"number": last.number, "credential": str(last.credential), "end": day_words(last.expires_on)}
    text = _(
        "The certificate of %(name)s (%(credential)s, %(number)s) ended on %(end)s, before the circle on %(day)s. "
        "To renew it, meet what the credential asks for a renewal and ask the organization that awarded it; "
        "the page of the certificate says what is still missing."
    )
    return text % words
