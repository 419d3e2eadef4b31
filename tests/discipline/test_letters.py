"""Letters: what a template may say, one recipient and no other child, kept as they were written."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from discipline.actions import StepNotAllowed
from discipline.actions.letters import (
    LETTER_STEPS,
    REVIEW_STEPS,
    change_template,
    give_default_letters,
    record_letter,
    review_template,
    write_letters,
)
from discipline.letters import markup
from discipline.letters.composing import digest_of, example_of, pieces_of
from discipline.letters.paper import letter_pdf
from discipline.letters.placeholders import CONDITIONS, PLACEHOLDERS
from discipline.letters.shipped import language_packs
from discipline.models import (
    AppealStatus,
    DueProcessStep,
    Letter,
    LetterKind,
    LetterLanguage,
    LetterTemplate,
    LetterVersion,
    Removal,
    RemovalKind,
)
from district.models import AuditEvent
from tests import factories as make

TODAY = date(2020, 12, 15)
FACTS = "Your child and another student pushed each other."
TYPED = {"facts": FACTS, "writer": "The principal", "contact": "555-0100"}
MEETING = TYPED | {"meeting_on": "2020-12-17", "meeting_at": "3:30 PM", "meeting_place": "Room 12"}


@pytest.fixture
def officer(world, time_machine):
    time_machine.move_to(datetime(2020, 12, 15, 17))
    give_default_letters(district=world.district, by=None)
    return world.user("officer")


@pytest.fixture
def removal(world, officer):
    return Removal.objects.select_related("incident", "student__person").get(school=world.north)


def written():
    """The letters that the test wrote; the small world has some of another kind."""
    return Letter.objects.filter(kind="removal_notice")


def speaks(removal, *languages):
    guardian = removal.student.guardians.get()
    guardian.languages = list(languages)
    guardian.save()
    return guardian


def write(removal, officer, kind="removal_notice", typed=TYPED, **more):
    guardians = more.pop("guardians", None)
    if guardians is None:
        guardians = [removal.student.guardians.get()]
    return write_letters(removal=removal, kind=kind, guardians=guardians, typed=typed, by=officer, **more)


# --- The text of a template: no database -----------------------------------------------------------------------------
def read(text):
    return markup.read(text, {"student", "days"}, {"idea"})


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("Dear {nobody}", [(1, "unknown", "nobody")]),
        ("One\n\n{student.person}", [(3, "unknown", "student.person")]),
        ("{{ student }}", [(1, "unknown", " student "), (1, "brace", "")]),
        ("{% now %}", [(1, "unknown", "% now %")]),
        ("A } brace", [(1, "brace", "")]),
        ("{student", [(1, "brace", "")]),
        ("[rich]\nText\n[end]", [(1, "condition", "rich"), (3, "unopened", "")]),
        ("[idea]\n[idea]\nText\n[end]", [(2, "nested", "idea")]),
        ("Text\n[end]", [(2, "unopened", "")]),
        ("Text\n[idea]\nMore", [(2, "open", "idea")]),
        (" \n ", [(1, "empty", "")]),
    ],
)
def test_what_is_wrong_in_a_template_is_said_by_line(text, faults):
    with pytest.raises(markup.TextFaults) as caught:
        read(text)
    assert [(one.line, one.code, one.word) for one in caught.value.faults] == faults


def test_a_template_is_filled_in_once_and_nothing_in_a_value_is_read():
    pieces = read("## About {student}\n- {days} days\n- more\n[idea]\n## Only with an IEP\nText\n[end]\nA\nB")
    values = {"student": "{days} <b>[idea]", "days": "3"}
    blocks = [(one.kind, one.text) for one in markup.fill(pieces, values, frozenset())]
    assert blocks == [
        ("heading", "About {days} <b>[idea]"),
        ("item", "3 days"),
        ("item", "more"),
        ("paragraph", "A B"),
    ]
    assert len(markup.fill(pieces, values, {"idea"})) == 6
    isolated = markup.fill(read("{days}"), values, (), isolates=True)
    assert isolated[0].text == "\u20683\u2069"


def test_what_may_lack_is_left_out_with_its_heading_and_everything_else_is_asked_for():
    pieces = read("## Days\n- {days}\n## Who\n{student}")
    kept = markup.fill(pieces, {"student": "A"}, (), may_lack={"days"})
    assert [one.text for one in kept] == ["Who", "A"]
    with pytest.raises(markup.ValuesMissing) as caught:
        markup.fill(pieces, {}, (), may_lack={"days"})
    assert caught.value.names == ["student"]


@pytest.mark.parametrize("language", LetterLanguage.values)
def test_every_language_has_every_letter_with_the_same_facts_and_conditions(language):
    pack, english = language_packs()[language], language_packs()["en"]
    assert set(pack.letters) == set(LetterKind.values)
    assert pack.is_draft == (language in ("ar", "bn")) == bool(pack.words["not_reviewed"])
    assert set(pack.codes["kinds"]) == set(RemovalKind.values)
    for kind, text in pack.letters.items():
        subject, body = pieces_of(text.subject, text.body)
        same_subject, same_body = pieces_of(english.letters[kind].subject, english.letters[kind].body)
        assert subject.names == same_subject.names
        assert [(one.kind, one.condition) for one in body] == [(one.kind, one.condition) for one in same_body]
        assert [sorted(one.names) for one in body] == [sorted(one.names) for one in same_body]


# --- Templates -------------------------------------------------------------------------------------------------------
def test_default_letters_come_once_and_the_districts_own_stay(world, officer):
    rows = LetterVersion.objects.filter(template__district=world.district)
    assert rows.count() == len(LetterKind) * len(LetterLanguage)
    assert give_default_letters(district=world.district, by=None) == 0
    drafts = set(rows.filter(review="draft", is_shipped=True).values_list("template__language", flat=True))
    assert drafts == {"ar", "bn"}
    leader = world.user("leader")
    version = rows.get(template__kind="reentry_meeting", template__language="en")
    with pytest.raises(ValidationError) as caught:
        change_template(version=version, subject="Hi {nobody}", body="Ok\n{x}", reason="Shorter", by=leader)
    assert sorted(caught.value.message_dict) == ["body", "subject"]
    assert "Line 2" in caught.value.message_dict["body"][0]
    made = change_template(version=version, subject="Back", body="Come, {recipient}.", reason="Shorter", by=leader)
    assert (made.number, made.review, made.is_shipped) == (2, "ready", False)
    with pytest.raises(StepNotAllowed):
        change_template(version=version, subject="Back", body="Come.", reason="Shorter", by=leader)
    arabic = rows.get(template__kind="reentry_meeting", template__language="ar")
    again = change_template(version=arabic, subject="Back", body="{recipient}", reason="Ours", by=leader)
    assert again.review == "draft"
    rows.filter(template__kind="hearing_notice", template__language="en").update(body="An older edition.")
    assert give_default_letters(district=world.district, by=None) == 1
    assert LetterTemplate.objects.get(kind="hearing_notice", language="en").versions.count() == 2
    assert rows.get(pk=version.pk).body == version.body


@pytest.mark.parametrize("review", REVIEW_STEPS)
def test_a_sign_off_is_a_dated_row_and_follows_the_table(world, officer, review):
    version = LetterVersion.objects.filter(template__language="ar", template__kind="removal_notice").get()
    version.review = review
    version.save()
    leader = world.user("leader")
    for step in ("sign", "take_back"):
        if step in REVIEW_STEPS[review]:
            done = review_template(version=version, step=step, note="Read by two of us.", by=leader)
            assert done.review == done.reviews.get().review == REVIEW_STEPS[review][step]
            assert AuditEvent.objects.filter(object_uid=version.uid).latest("pk").details["note"]
            version.review = review
            version.save()
        else:
            with pytest.raises(StepNotAllowed):
                review_template(version=version, step=step, note="Why.", by=leader)


# --- Letters ---------------------------------------------------------------------------------------------------------
def test_a_letter_is_in_the_language_of_the_family_and_kept_as_it_was_written(world, officer, removal):
    removal.school.district.state = "PA"
    removal.school.district.save()
    guardian = speaks(removal, "es-MX", "en")
    letter = write(removal, officer)[0]
    text = letter.texts[0]
    assert (letter.language, letter.recipient, letter.dated, len(letter.texts)) == (
        "es",
        guardian.person.name,
        TODAY,
        1,
    )
    said = "\n".join(line for _kind, line in text["blocks"])
    assert "martes 10 de noviembre de 2020" in said
    assert "suspensión fuera de la escuela" in said
    assert FACTS in said
    assert "Fighting (04645)" in said
    assert "N.J.A.C." not in said  # Pennsylvania
    assert "IEP" not in said
    change_template(version=letter.version, subject="Otro", body="Otro texto.", reason="Otro", by=world.user("leader"))
    kept = Letter.objects.get(pk=letter.pk)
    assert kept.content == letter.content
    assert kept.digest == digest_of(kept.content)
    assert kept.statuses.get().state == "written"
    event = AuditEvent.objects.filter(object_uid=letter.uid).get()
    assert (event.student_id, event.details["version"]) == (removal.student_id, 1)
    assert FACTS not in str(event.details)


def test_a_draft_translation_carries_its_mark_and_the_english_text(world, officer, removal):
    make.make_program_status(removal.student, world.year, idea=True)
    speaks(removal, "bn")
    letter = write(removal, officer)[0]
    assert [(text["language"], bool(text["notices"])) for text in letter.texts] == [("bn", True), ("en", False)]
    english = "\n".join(line for _kind, line in letter.texts[1]["blocks"])
    assert "N.J.A.C. 6A:16-7" in english
    assert "Because your child has an IEP" in english
    assert "formal hearing" not in english  # one school day
    version = letter.version
    review_template(version=version, step="sign", by=world.user("leader"))
    assert len(write(removal, officer)[0].texts) == 1
    assert write(removal, officer, language="ar")[0].texts[0]["direction"] == "rtl"


def test_no_other_child_is_named(world, officer, removal):
    other = make.make_student(world.district, given_name="Zoë", family_name="Quill-May")
    make.involve(removal.incident, other, role="harmed")
    for facts in ("Zoe was hurt.", "He hit quill.", "It was May who fell.", "A fight with ZOË's friend."):
        with pytest.raises(ValidationError) as caught:
            write(removal, officer, typed=TYPED | {"facts": facts})
        assert list(caught.value.message_dict) == ["facts"]
    letter = write(removal, officer, typed=TYPED | {"facts": "Another student may be hurt."})[0]
    assert not {"Zoë", "Quill"} & set(str(letter.content).replace("'", " ").split())
    own = removal.student.person
    assert write(removal, officer, typed=TYPED | {"facts": f"{own.given_name} {own.family_name} fell."})


def test_who_may_not_be_told_gets_no_letter_and_each_other_one_their_own(world, officer, removal):
    first = removal.student.guardians.get()
    second = make.make_guardian(removal.student, languages=["ar"])
    barred = make.make_guardian(removal.student, may_be_told=False, restriction="A court order.")
    gone = make.make_guardian(removal.student, ends_on=date(2020, 1, 1))
    foreign = make.make_guardian(world.south_student)
    for guardian in (barred, gone, foreign):
        with pytest.raises(ValidationError):
            write(removal, officer, guardians=[first, guardian])
    assert not written().exists()
    letters = write(removal, officer, guardians=[first, second])
    assert [letter.recipient for letter in letters] == [first.person.name, second.person.name]
    assert first.person.name not in str(letters[1].content)
    nobody = write(removal, officer, guardians=[None])[0]
    assert nobody.recipient == f"the parent or guardian of {removal.student.person.name}"


def test_what_a_letter_needs_is_asked_for(world, officer, removal):
    appeal = removal.appeals.get()
    removal.determinations.update(voided_at=appeal.created_at)
    for kind, typed, more, fields in (
        ("removal_notice", {}, {}, ["contact", "facts", "writer"]),
        ("removal_notice", TYPED | {"secret": "x"}, {}, ["typed"]),
        ("removal_notice", TYPED | {"student": "x"}, {}, ["typed"]),
        ("removal_notice", TYPED, {"appeal": appeal}, ["appeal"]),
        ("removal_notice", TYPED, {"language": "fr"}, ["language"]),
        ("removal_notice", TYPED, {"guardians": []}, ["guardians"]),
        ("other", TYPED, {}, ["kind"]),
        ("determination_meeting", MEETING, {}, ["kind"]),
        ("appeal_decision", TYPED, {}, ["appeal"]),
        ("appeal_decision", TYPED | {"grounds": "So."}, {"appeal": appeal}, ["appeal"]),
    ):
        with pytest.raises(ValidationError) as caught:
            write(removal, officer, kind=kind, typed=typed, **more)
        assert sorted(caught.value.message_dict) == fields, kind
    appeal.state, appeal.outcome, appeal.decided_on = "decided", "reduced", date(2020, 12, 1)
    appeal.save()
    AppealStatus.objects.create(appeal=appeal, state="decided", at=appeal.created_at, day=appeal.decided_on)
    decided = {"grounds": "It was the first time.", "writer": "The board", "contact": "555-0100"}
    letter = write(removal, officer, kind="appeal_decision", typed=decided, appeal=appeal)[0]
    assert "The removal is shortened." in str(letter.content)
    Removal.objects.filter(pk=removal.pk).update(voided_at=appeal.created_at)
    with pytest.raises(StepNotAllowed):
        write(removal, officer)


@pytest.mark.parametrize("state", LETTER_STEPS)
def test_a_state_of_a_letter_allows_its_steps_and_refuses_the_others(world, officer, removal, state):
    letter = write(removal, officer)[0]
    given = {"on": TODAY, "way": "mail", "note": "Registered.", "by": officer}
    for step in ("send", "hand", "return", "withdraw"):
        Letter.objects.filter(pk=letter.pk).update(state=state)
        if step not in LETTER_STEPS[state]:
            with pytest.raises(StepNotAllowed) as caught:
                record_letter(letter=letter, step=step, **given)
            assert caught.value.allowed == list(LETTER_STEPS[state])
            continue
        done = record_letter(letter=letter, step=step, **given)
        assert done.state == done.statuses.latest("pk").state == LETTER_STEPS[state][step]
    for wrong in ({"on": date(2020, 12, 16)}, {"on": date(2020, 12, 14)}, {"way": ""}):
        Letter.objects.filter(pk=letter.pk).update(state="written")
        with pytest.raises(ValidationError):
            record_letter(letter=letter, step="send", **given | wrong)
    with pytest.raises(ValidationError):
        record_letter(letter=letter, step="withdraw", **given | {"note": " "})


def test_a_step_of_the_checklist_is_done_when_its_letter_goes_out(world, officer, removal):
    step = removal.due_steps.get()
    letter = write(removal, officer, due_step=step)[0]
    assert DueProcessStep.objects.get(pk=step.pk).state == "open"
    record_letter(letter=letter, step="hand", on=TODAY, way="in_person", by=officer)
    step.refresh_from_db()
    assert (step.state, step.done_on, step.way) == ("done", TODAY, "letter")
    assert str(letter.uid)[:8] in step.document
    with pytest.raises(ValidationError):
        write(removal, officer, due_step=step)


def test_a_letter_is_printed_as_a_file_in_every_language(world, officer):
    versions = list(LetterVersion.objects.standing().select_related("template"))
    assert len({(one.template.kind, one.template.language) for one in versions}) == len(LetterKind) * 4
    for version in versions:
        assert letter_pdf(example_of(version, CONDITIONS))[:5] == b"%PDF-"
    assert all(one.example for one in PLACEHOLDERS.values())


# --- Pages -----------------------------------------------------------------------------------------------------------
def test_a_letter_is_written_looked_at_and_sent_in_the_browser(world, client_for, officer, removal):
    client = client_for(officer)
    guardian = speaks(removal, "es")
    page = client.get(reverse("removal_detail", args=[removal.uid])).content.decode()
    address = reverse("letter_write", args=[removal.uid])
    assert address in page
    assert "?kind=hearing_notice" in client.get(address).content.decode()
    form = {"guardians": [str(guardian.uid)], "language": "", **TYPED}
    shown = client.post(f"{address}?kind=removal_notice", form | {"preview": "1"}).content.decode()
    assert "Aviso de retiro de clases" in shown
    assert not written().exists()
    faulty = client.post(f"{address}?kind=removal_notice", form | {"facts": ""})
    assert faulty.status_code == 200
    assert not written().exists()
    kept = client.post(f"{address}?kind=removal_notice", form)
    letter = written().get()
    assert kept.url == reverse("letter_detail", args=[letter.uid])
    assert 'lang="es"' in client.get(kept.url).content.decode()
    paper = client.get(reverse("letter_pdf", args=[letter.uid]))
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    became = reverse("letter_step", args=[letter.uid])
    sent = {"step": "send", "on": TODAY.isoformat(), "way": "certified", "note": "RR 12"}
    assert client.post(became, sent).status_code == 302
    assert client.post(became, sent).status_code == 409
    assert "RR 12" in client.get(kept.url).content.decode()
    assert letter.recipient in client.get(reverse("letter_list")).content.decode()


def test_only_letters_that_can_be_written_are_offered(world, client_for, officer, removal):
    """How an appeal ended is told once one is decided; a letter without a template in the district never."""
    client, address = client_for(officer), reverse("letter_write", args=[removal.uid])
    removal.appeals.update(state="filed", outcome="", decided_on=None)
    LetterVersion.objects.filter(template__kind="reentry_meeting").delete()

    def offered() -> set[str]:
        page = client.get(address).content.decode()
        return {kind for kind in LetterKind.values if f"?kind={kind}" in page}

    assert offered() == set(LetterKind.values) - {"appeal_decision", "reentry_meeting"}
    refused = client.get(f"{address}?kind=appeal_decision").content.decode()
    assert "No appeal of this removal is decided" in refused
    assert "has no template" in client.get(f"{address}?kind=reentry_meeting").content.decode()
    appeal = removal.appeals.first()
    appeal.state, appeal.outcome, appeal.decided_on = "decided", "reduced", date(2020, 12, 1)
    appeal.save()
    assert offered() == set(LetterKind.values) - {"reentry_meeting"}
    assert "No appeal of this removal" not in client.get(f"{address}?kind=appeal_decision").content.decode()


def test_a_template_is_changed_in_the_browser_with_a_look_at_it_first(world, client_for, officer):
    client = client_for(world.user("leader"))
    version = LetterVersion.objects.get(template__kind="reentry_meeting", template__language="es")
    address = reverse("letter_template_change", args=[version.uid])
    assert "{meeting_place}" in client.get(address).content.decode()
    form = {"subject": "Hola {student}", "body": "Venga, {recipient}.", "reason": "Más corto"}
    wrong = client.post(address, form | {"body": "{password}", "preview": "1"}).content.decode()
    assert "Line 1: “{password}” is not among the placeholders." in wrong
    shown = client.post(address, form | {"preview": "1"}).content.decode()
    assert "Hola Student Name" in shown
    made = client.post(address, form)
    assert LetterVersion.objects.filter(template=version.template).count() == 2
    assert "Hola Student Name" in client.get(made.url).content.decode()
    assert client.get(address).status_code == 302
    draft = LetterVersion.objects.get(template__kind="reentry_meeting", template__language="ar")
    review = reverse("letter_template_review", args=[draft.uid])
    assert client.post(review, {"step": "sign", "note": "Read."}).status_code == 302
    assert "Ready" in client.get(reverse("letter_template_list") + "?language=ar").content.decode()


def test_the_list_and_the_page_of_a_removal_ask_as_much_for_one_letter_as_for_many(world, client_for, officer, removal):
    client, counts = client_for(officer), []
    addresses = (reverse("letter_list") + "?page=1", reverse("removal_detail", args=[removal.uid]))
    for more in (1, 7):
        for _number in range(more):
            write(removal, officer)
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            counts.append(len(captured))
    assert counts[:2] == counts[2:]
    assert counts[0] <= 12


def test_the_endpoints_write_a_letter_and_keep_what_became_of_it(world, officer, removal, token_for):
    api = APIClient(headers={"Authorization": f"Token {token_for(officer)}"})
    guardian = speaks(removal, "es")
    body = {
        "removal": str(removal.uid),
        "kind": "removal_notice",
        "guardian": str(guardian.uid),
        "typed": TYPED | {"facts_es": "Empujó a otra persona."},
    }
    refused = api.post("/api/v1/letters/", body | {"typed": {"facts": "x"}}, format="json")
    assert (refused.status_code, sorted(refused.json())) == (400, ["contact", "writer"])
    assert api.post("/api/v1/letters/", body | {"typed": {"secret": "x"}}, format="json").status_code == 400
    made = api.post("/api/v1/letters/", body, format="json")
    assert made.status_code == 201
    assert "Empujó a otra persona." in made.json()["texts"][0]["text"]
    assert FACTS not in made.json()["texts"][0]["text"]
    address = made["Location"]
    sent = {"step": "send", "on": TODAY.isoformat(), "way": "mail"}
    assert api.post(f"{address}became/", sent, format="json").json()["state"] == "sent"
    again = api.post(f"{address}became/", sent, format="json")
    assert (again.status_code, "Sent" in again.json()["detail"]) == (409, True)
    found = api.get("/api/v1/letters/", {"state": "sent", "kind": "removal_notice"}).json()
    assert [row["digest"] for row in found["results"]] == [written().get().digest]
    leader = APIClient(headers={"Authorization": f"Token {token_for(world.user('leader'))}"})
    version = LetterVersion.objects.get(template__kind="removal_notice", template__language="ar")
    template = f"/api/v1/letter-templates/{version.uid}/"
    assert leader.post(f"{template}review/", {"step": "sign"}, format="json").json()["review"] == "ready"
    text = {"subject": "{student}", "body": "{recipient}", "reason": "Shorter"}
    assert leader.post(f"{template}change/", text | {"body": "{x}"}, format="json").status_code == 400
    assert leader.post(f"{template}change/", text, format="json").status_code == 201
    assert leader.post(f"{template}change/", text, format="json").status_code == 409
