"""The ladder: credentials, and what each asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, day_words, yes_no_words
from district.pages import ListPage, RecordPage
from district.verb_pages import RecordVerbPage
from training import tables
from training.actions import courses as verbs
from training.actions.defaults import give_default_training
from training.evidence import plain_requirement
from training.filters import CredentialFilterSet
from training.forms import ScopedForm
from training.forms_catalog import CredentialChangeForm, CredentialForm
from training.models import Credential, CredentialVersion, Requirement, RequirementGroup
from training.views import SEEN
from training.views_practices import LeadersPage
from training.wording import requirement_words


class CredentialList(ListPage):
    """The ladder of the district."""

    needs = SEEN
    table = tables.CREDENTIALS
    filterset_class = CredentialFilterSet
    title = gettext_lazy("Credentials")
    question = gettext_lazy("What does it take to hold which circle?")
    about = gettext_lazy("Local levels: no law or standard sets them. The district may change each of them.")
    empty_title = gettext_lazy("No credentials yet")
    empty_text = gettext_lazy("Begin with the default ladder and change it, or add steps one by one.")
    first_chips = ("practice", "is_license")
    headings = (
        Heading(gettext_lazy("Credential"), "rank"),
        Heading(gettext_lazy("Its holder may hold")),
        Heading(gettext_lazy("Valid for")),
        Heading(gettext_lazy("Trainer's license")),
        Heading(gettext_lazy("Code"), "code"),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        user = self.request.user
        if not user.holds(Permission.CREDENTIAL_EDIT):
            return ()
        links: tuple[tuple[str, Any], ...] = (
            (reverse("credential_create"), _("Add a credential")),
            (reverse("rubric_edit"), _("What an observer looks at")),
        )
        if not self.queryset().exists():
            links += ((reverse("credential_defaults"), _("Begin with the default ladder")),)
        return links

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("district").prefetch_related("practices", "versions")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            version = one.version_on(one.district.today())
            yield [
                Cell(one.name, reverse("credential_detail", args=[one.uid])),
                Cell(", ".join(str(practice) for practice in one.practices.all()) or _("nothing")),
                Cell(validity_words(version) if version else _("nothing is asked for yet")),
                Cell(yes_no_words(one.is_license)),
                Cell(one.code),
            ]


def validity_words(version: CredentialVersion) -> str:
    """How long a certificate is valid."""
    months = version.validity_months
    if months is None:
        return _("does not expire")
    return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}


def days_words(count: int) -> str:
    """Calendar days."""
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def practices_section(credential: Credential) -> Section:
    """What somebody who holds a credential may hold, by tier."""
    rows = [[Cell(one.name), Cell(one.get_tier_display())] for one in credential.practices.all()]
    headings = (Heading(_("Practice")), Heading(_("Tier")))
    return Section(_("What its holder may hold"), headings, rows, _("No circle yet."))


class CredentialRecord(RecordPage):
    """One credential: what it asks for today, how it is renewed, and its versions."""

    needs = SEEN
    table = tables.CREDENTIALS

    def queryset(self) -> models.QuerySet:
        requirements = Requirement.objects.select_related("course", "credential").prefetch_related("courses")
        groups = RequirementGroup.objects.prefetch_related(Prefetch("requirements", requirements))
        rows = super().queryset().select_related("district")
        return rows.prefetch_related("practices", Prefetch("versions__groups", groups))

    def describe(self, record: Credential) -> dict[str, Any]:
        version = record.version_on(record.district.today())
        allowed = Credential.objects.allowed(self.request.user, Permission.CREDENTIAL_EDIT)
        known = (
            ("credential_version", _("Change what it asks for")),
            ("credential_edit", _("Change name or practices")),
        )
        facts = [Fact(_("Trainer's license"), yes_no_words(record.is_license))]
        sections = [practices_section(record)]
        if version is not None:
            facts += [
                Fact(_("Valid for"), validity_words(version)),
                Fact(_("Renewal begins"), days_words(version.window_days), note=_("before the last valid day")),
                Fact(_("Grace"), days_words(version.grace_days), note=_("after it; not valid meanwhile")),
            ]
            sections = [*(self._asked(version, purpose) for purpose in RequirementGroup.Purpose), *sections]
        return {
            "title": record.name,
            "list_url": reverse("credential_list"),
            "list_words": _("Credentials"),
            "crumb": _("local level"),
            "lead": record.description,
            "actions": [(reverse(name, args=[record.uid]), words) for name, words in known]
            if allowed.filter(pk=record.pk).exists()
            else (),
            "facts": facts,
            "sections": [*sections, self._versions(record)],
        }

    def _asked(self, version: CredentialVersion, purpose: RequirementGroup.Purpose) -> Section:
        rows = [
            [Cell(requirement_words(plain_requirement(one))), Cell(group.get_mode_display(), note=group.label)]
            for group in version.groups.all()
            if group.purpose == purpose
            for one in group.requirements.all()
        ]
        headings = (Heading(_("Requirement")), Heading(_("In its group")))
        return Section(purpose.label, headings, rows, _("Nothing is asked for."))

    def _versions(self, record: Credential) -> Section:
        rows = [
            [Cell(day_words(one.valid_from)), Cell(validity_words(one)), Cell(one.note)]
            for one in reversed(record.versions.all())
        ]
        headings = (Heading(_("From"), is_day=True), Heading(_("Valid for")), Heading(_("What changed")))
        note = _(
            "A certificate keeps its validity when a new version comes; its renewal follows the version of that day."
        )
        return Section(_("Versions"), headings, rows, _("None yet."), note)


class CredentialDefaults(LeadersPage):
    """Give the district the default practices, courses and ladder."""

    form_class = ScopedForm
    title = gettext_lazy("Begin with the default ladder")
    about = gettext_lazy("Fifteen practices, six courses, five levels. All of them local, and yours to change.")
    submit_words = gettext_lazy("Begin with it")
    done_words = gettext_lazy("The ladder is there.")

    def act(self, values: dict[str, Any]) -> str:
        give_default_training(self.district(), by=self.request.user)
        return reverse("credential_list")


class CredentialCreate(LeadersPage):
    """Add a step to the ladder."""

    form_class = CredentialForm
    title = gettext_lazy("Add a credential")
    submit_words = gettext_lazy("Add")
    done_words = gettext_lazy("Added. Now say what it asks for.")

    def act(self, values: dict[str, Any]) -> str:
        credential = verbs.create_credential(district=self.district(), by=self.request.user, **values)
        return reverse("credential_detail", args=[credential.uid])


class CredentialPage(RecordVerbPage):
    """A verb about one credential."""

    needs = Permission.CREDENTIAL_EDIT
    model = Credential

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("district")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "district": self.record.district}

    def go_on(self) -> str:
        """The page of the credential."""
        return reverse("credential_detail", args=[self.record.uid])


class CredentialEdit(CredentialPage):
    """Change name, place, practices, or the last day."""

    form_class = CredentialChangeForm
    title = gettext_lazy("Change the credential")
    submit_words = gettext_lazy("Save")
    done_words = gettext_lazy("Saved.")

    def get_initial(self) -> dict[str, Any]:
        known = {name: getattr(self.record, name) for name in verbs.CREDENTIAL_FIELDS}
        return known | {"practices": [one.uid for one in self.record.practices.all()]}

    def act(self, values: dict[str, Any]) -> str:
        verbs.change_credential(credential=self.record, by=self.request.user, **values)
        return self.go_on()
