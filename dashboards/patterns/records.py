"""From a figure to the records behind it: the same filters, so that the list holds exactly what was counted."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from dashboards.dimensions import DIMENSIONS
from dashboards.parameters import covers, holds_whole_district
from dashboards.patterns.facets import STAFF
from dashboards.patterns.question import KINDS, PatternQuestion
from discipline.models import Referral, Removal
from district.access import Permission
from district.columns import is_open
from district.filtering import MAX_VALUES
from district.models import User
from district.navigation import link_to


def records_link(question: PatternQuestion, user: User) -> str:
    """Address of the list of exactly the events counted, for those who may see each of them; empty otherwise."""
    is_referral = question.measure.key == "referral"
    model: Any = Referral if is_referral else Removal
    permission = Permission.REFERRAL_VIEW if is_referral else Permission.REMOVAL_VIEW
    link = link_to("", "referral_list" if is_referral else "removal_list")
    places = _places(question, user, permission)
    if link is None or question.year is None or places is None:
        return ""
    if not all(is_open(model, needs, user) for needs in _needs(question)):
        return ""
    query = QueryDict(mutable=True)
    query.update({"district": question.district_code, "school_year": str(question.year.year), **places})
    for name, values in question.facets.items():
        query[name] = ",".join(values)
    for name in question.filters:
        query[DIMENSIONS[name].column] = question.asked[name]
    if is_referral:
        query["status"] = ",".join(status for status in Referral.Status.values if status != Referral.Status.VOIDED)
    else:
        query["voided"] = "false"
        if kinds := KINDS[question.measure.key]:
            query["kind"] = ",".join(kinds)
    return f"{link.url}?{query.urlencode(safe=',')}"


def _places(question: PatternQuestion, user: User, permission: Permission) -> dict[str, str] | None:
    """The filters of the list that leave the schools counted; None where the reader may not see all their records."""
    if not covers(user, permission, question):
        return None
    if question.is_whole_district and holds_whole_district(user, permission, question.district):
        return {name: question.asked[name] for name in ("school", "level") if name in question.asked}
    codes = [place.code for place in question.counted_schools]
    return {"school": ",".join(codes)} if 0 < len(codes) <= MAX_VALUES else None


def _needs(question: PatternQuestion) -> list[Permission]:
    """What the list's filters ask of the reader besides seeing its rows."""
    found = []
    if set(question.filters) - {"grade"}:
        found.append(Permission.DEMOGRAPHICS_VIEW)
    if STAFF in question.facets:
        found.append(Permission.REPORTERS_VIEW)
    return found
