"""The shell of every page: the words of the rail by role, the scope in the top bar, the bottom bar of the phone.

The ground floor names the pages of higher floors by the names of their addresses only; a floor that is not built yet
has no address, and its word is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.utils.translation import gettext_lazy as _

from district.access import ROLES, Permission, Role
from district.models import District, School, User


@dataclass(frozen=True)
class Word:
    """A word of the rail: the page it opens (`section` is the start of that page's address names) and who sees it.

    `needs`: any of these permissions; empty: everybody.
    """

    label: str | Promise
    section: str
    needs: tuple[Permission, ...] = ()

    @property
    def url_name(self) -> str:
        """Name of the address: `<section>_list`, or the section itself for a page that stands alone."""
        return self.section if self.section in STANDALONE else f"{self.section}_list"


@dataclass(frozen=True)
class Link:
    """A word as one reader sees it."""

    label: str | Promise
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class WordGroup:
    """Words under one small title; the first group has none."""

    title: str | Promise
    words: tuple[Link, ...]


STANDALONE = frozenset(
    {
        "desk",
        "suspension_rates",
        "patterns",
        "restorative_offers",
        "circle_outcomes",
        "circle_voices",
        "concern_patterns",
        "help",
        "referral_new",
        "class_circle_new",
        "training",
        "keeper_finder",
        "my_training",
        "training_coverage",
        "rollout",
        "concern_totals",
    }
)

REFERRALS = (Permission.REFERRAL_VIEW, Permission.REFERRAL_VIEW_OWN, Permission.REFERRAL_VIEW_RESTORATIVE)

CIRCLES = (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK)

CLASS_CIRCLES = (Permission.CLASS_CIRCLE_VIEW, Permission.CLASS_CIRCLE_VIEW_OWN)

TRAINING = (Permission.TRAINING_VIEW, Permission.TRAINING_VIEW_OWN)

RAIL: tuple[tuple[str | Promise, tuple[Word, ...]], ...] = (
    (
        "",
        (
            Word(_("My desk"), "desk"),
            Word(
                _("What falls due"),
                "duty",
                (
                    Permission.REMOVAL_RECORD,
                    Permission.CIRCLE_WORK,
                    Permission.MEMORANDUM_VIEW,
                    Permission.COMMITMENT_VIEW,
                    Permission.BODY_VIEW,
                    Permission.ASSEMBLY_VIEW,
                    Permission.FIDELITY_VIEW,
                    Permission.CONCERN_WORK,
                ),
            ),
            Word(_("Refer a student"), "referral_new", (Permission.REFERRAL_LOG,)),
            Word(_("Referrals"), "referral", REFERRALS),
            Word(_("Circles"), "circle", CIRCLES),
            Word(_("Log a circle"), "class_circle_new", (Permission.CLASS_CIRCLE_LOG,)),
            Word(_("Class circles"), "class_circle", CLASS_CIRCLES),
            Word(_("Suspensions"), "suspension", (Permission.REMOVAL_VIEW,)),
            Word(_("Commitments"), "commitment", (Permission.COMMITMENT_VIEW,)),
            Word(_("Concerns"), "concern", (Permission.CONCERN_WORK, Permission.CONCERN_VIEW_OWN)),
            Word(_("Students"), "student", (Permission.STUDENT_VIEW,)),
        ),
    ),
    (
        _("Dashboards"),
        (
            Word(_("Suspension rates"), "suspension_rates", (Permission.RATES_VIEW,)),
            Word(_("Patterns"), "patterns", (Permission.RATES_VIEW,)),
            Word(_("Restorative offers"), "restorative_offers", (Permission.RATES_VIEW,)),
            Word(_("Outcomes of circles"), "circle_outcomes", (Permission.RATES_VIEW,)),
            Word(_("After the circle"), "circle_voices", (Permission.RATES_VIEW,)),
            Word(
                _("Patterns of concerns"),
                "concern_patterns",
                (Permission.CONCERN_COUNT, Permission.CONCERN_VIEW_OWN, Permission.CONCERN_WORK),
            ),
            Word(_("Rollout"), "rollout", (Permission.FIDELITY_VIEW,)),
        ),
    ),
    (
        _("Records"),
        (
            Word(_("Incidents"), "incident", (Permission.REFERRAL_VIEW,)),
            Word(_("All removals"), "removal", (Permission.REMOVAL_VIEW,)),
            Word(_("Due by law"), "due_step", (Permission.REMOVAL_VIEW,)),
            Word(_("Letters"), "letter", (Permission.REMOVAL_VIEW,)),
            Word(_("Requests of families"), "family_request", (Permission.FAMILY_PAGE,)),
            Word(_("Sent home"), "sent_home", (Permission.REMOVAL_VIEW,)),
            Word(_("Notes"), "note", (Permission.NOTE_VIEW, Permission.NOTE_VIEW_OWN)),
            Word(_("Guardians"), "guardian", (Permission.GUARDIAN_VIEW,)),
            Word(_("Schools"), "school", (Permission.DISTRICT_VIEW,)),
            Word(_("Staff"), "staff", (Permission.STAFF_VIEW,)),
            Word(_("Code of conduct"), "behavior", (Permission.DISTRICT_VIEW,)),
            Word(_("Rules"), "rule", (Permission.RULES_VIEW,)),
            Word(_("Responses allowed"), "response", (Permission.RULES_VIEW,)),
        ),
    ),
    (
        _("Training"),
        (
            Word(_("What waits"), "training", (Permission.TRAINING_VIEW,)),
            Word(_("Sessions"), "session", TRAINING),
            Word(_("People in training"), "practitioner", (Permission.TRAINING_VIEW,)),
            Word(_("Who can hold it?"), "keeper_finder", (Permission.KEEPER_FIND,)),
            Word(_("Certifications"), "certification", (Permission.TRAINING_VIEW,)),
            Word(_("Courses"), "course", TRAINING),
            Word(_("Credentials"), "credential", TRAINING),
            Word(_("Student peers"), "peer", (Permission.PEER_KEEP,)),
            Word(_("Coverage"), "training_coverage", (Permission.TRAINING_COVERAGE,)),
            Word(_("My training"), "my_training", (Permission.TRAINING_VIEW_OWN, Permission.KEEPER_FIND)),
        ),
    ),
    (
        _("Partners"),
        (
            Word(_("Organizations"), "organization", (Permission.ORGANIZATION_VIEW,)),
            Word(_("Memoranda"), "memorandum", (Permission.MEMORANDUM_VIEW,)),
            Word(_("Partners’ log"), "activity", (Permission.MEMORANDUM_VIEW,)),
        ),
    ),
    (
        _("Deciding together"),
        (
            Word(_("Bodies and seats"), "body", (Permission.BODY_VIEW,)),
            Word(_("Assemblies"), "assembly", (Permission.ASSEMBLY_VIEW,)),
            Word(_("Ratings of practice"), "round", (Permission.FIDELITY_VIEW,)),
            Word(_("Concerns in numbers"), "concern_totals", (Permission.CONCERN_COUNT,)),
        ),
    ),
    (
        _("Upkeep"),
        (
            Word(_("Imports"), "import", (Permission.IMPORT_VIEW,)),
            Word(_("Who has access"), "grant", (Permission.GRANT_VIEW,)),
            Word(_("Audit trail"), "audit_event", (Permission.AUDIT_VIEW,)),
            Word(_("Help"), "help"),
        ),
    ),
)

MOST_USED: dict[Role, tuple[str, ...]] = {
    Role.STAFF: ("desk", "referral_new", "class_circle_new", "referral"),
    Role.OFFICER: ("desk", "referral_new", "referral", "student"),
    Role.PRINCIPAL: ("desk", "suspension", "suspension_rates", "student"),
    Role.COORDINATOR: ("desk", "circle", "referral", "class_circle_new"),
    Role.LEADER: ("desk", "commitment", "suspension_rates", "memorandum"),
    Role.RECORDS: ("desk", "student", "suspension_rates", "import"),
    Role.ADMIN: ("desk", "import", "staff", "school"),
    Role.AUDITOR: ("desk", "audit_event", "import", "memorandum"),
    Role.FACILITATOR: ("desk", "circle", "class_circle_new", "my_training"),
    Role.TRAINER: ("training", "session", "practitioner", "keeper_finder"),
    Role.PARTNER: ("training", "session", "commitment", "memorandum"),
    Role.OMBUDS: ("desk", "concern", "duty", "school"),
}
"""The four words of the phone's bottom bar, in order; a role not named here gets the first four of its rail."""

ACCOUNT: tuple[tuple[str | Promise, str], ...] = (
    (_("Saved views"), "saved_view_list"),
    (_("What each role opens"), "help_roles"),
    (_("Two-step sign-in"), "mfa_index"),
    (_("Change password"), "account_change_password"),
)


def shell(request: HttpRequest) -> dict:
    """Context of the shell: `{"shell": …}` for a signed-in reader, else empty. Four queries, whoever reads."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    groups = words_of(user, current_section(request))
    return {
        "shell": {
            "name": str(user),
            "role": role_title(user),
            "words": groups,
            "most_used": most_used(user, groups),
            "account": [link for label, name in ACCOUNT if (link := link_to(label, name))],
            **scope_of(user),
            **search_of(user),
        }
    }


def words_of(user: User, section: str) -> tuple[WordGroup, ...]:
    """The rail of `user`: only words whose page exists and that one of the user's grants opens."""
    groups = []
    for title, words in RAIL:
        links = tuple(link for word in words if (link := word_link(user, word, section)))
        if links:
            groups.append(WordGroup(title, links))
    return tuple(groups)


def word_link(user: User, word: Word, section: str) -> Link | None:
    """The word as a link, or None when `user` may not open its page."""
    if word.needs and not any(user.holds(permission) for permission in word.needs):
        return None
    return link_to(word.label, word.url_name, is_current=word.section == section)


def link_to(label: str | Promise, url_name: str, *, is_current: bool = False) -> Link | None:
    """A link to a named address, or None when no floor has it yet."""
    try:
        return Link(label, reverse(url_name), is_current)
    except NoReverseMatch:
        return None


def current_section(request: HttpRequest) -> str:
    """The section of the page shown: `student_detail` belongs to `student`."""
    name = request.resolver_match.url_name if request.resolver_match else None
    if not name:
        return ""
    return name if name in STANDALONE else name.rpartition("_")[0]


def most_used(user: User, groups: tuple[WordGroup, ...]) -> tuple[Link, ...]:
    """Four links for the phone, chosen by the first of the user's roles."""
    links = {link.url: link for group in groups for link in group.words}
    if user.active_grants and user.active_grants[0].role in MOST_USED:
        by_section = {word.section: word for _title, words in RAIL for word in words}
        wanted = [by_section[section] for section in MOST_USED[user.active_grants[0].role]]
        found = [link for word in wanted if (link := link_to(word.label, word.url_name))]
        chosen = [links[link.url] for link in found if link.url in links]
    else:
        chosen = list(links.values())
    return tuple(chosen[:4])


def role_title(user: User) -> str:
    """The titles of the user's roles today, each once."""
    titles = dict.fromkeys(gettext(ROLES[grant.role].title) for grant in user.active_grants)
    return ", ".join(titles) or gettext("No role yet")


def scope_of(user: User) -> dict:
    """Name of the district and how much of it the reader's grants reach. One query."""
    seen = Q(schools__in=School.objects.visible_to(user))
    rows = District.objects.visible_to(user).order_by("code")
    found = list(
        rows.annotate(many=Count("schools", filter=seen), school=Min("schools__name", filter=seen)).values_list(
            "name", "many", "school"
        )
    )
    district = gettext("Several districts") if len(found) > 1 else "".join(name for name, *_ in found)
    many = sum(number for _name, number, _school in found)
    words = ngettext("%(count)d school", "%(count)d schools", many) % {"count": many}
    if many == 1:
        words = next(school for _name, number, school in found if number)
    return {"district": district, "school_words": words if many else ""}


def search_of(user: User) -> dict:
    """Where the search box of the top bar leads: students for those who may see them, else schools."""
    if user.holds(Permission.STUDENT_VIEW):
        link = link_to(gettext_lazy("Find a student"), "student_list")
    else:
        link = link_to(gettext_lazy("Find a school"), "school_list")
    return {"search_url": link.url, "search_words": link.label} if link else {}
