"""The pages without sign-in: filing, the receipt, the conversation, limits, languages, and that they note nobody."""

from __future__ import annotations

import io
import logging
import re
from datetime import UTC, datetime

import pytest
from django.core.cache import cache, caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commitments.actions.concerns import working
from commitments.actions.concerns.filing import concern_of
from commitments.concerns import sealed
from commitments.concerns.doors import FILED_AN_HOUR, MOST_WORDS, RECEIPTS_AN_HOUR
from commitments.concerns.words import concern_words
from commitments.models import Concern, ConcernEvidence, ConcernReporter
from district.models import AuditEvent
from district.spoken import OWN_NAMES
from tests.commitments import factories as promise
from tests.commitments.concerns.conftest import WORDS

FILE, RECEIPT, LEFT = "/concerns/", "/concerns/receipt/", "/concerns/left/"
FORM = {"kind": "policy", "what": WORDS, "way": "anonymous"}
PDF = b"%PDF-1.4 a canary on paper"


def digits_in(response) -> str:
    return re.search(r"\d{4} \d{4} \d{4} \d{4}", response.content.decode()).group()


def hidden(response, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', response.content.decode()).group(1)


# --- Words -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", OWN_NAMES)
def test_every_language_says_everything_and_drafts_say_so(language):
    said, english = concern_words()[language], concern_words()["en"]
    assert set(said.words) == set(english.words)
    for key, words in english.words.items():
        assert sorted(re.findall(r"\{\w+\}", said.words[key])) == sorted(re.findall(r"\{\w+\}", words)), key
    assert {name: len(lines) for name, lines in said.lines.items()} == {
        name: len(lines) for name, lines in english.lines.items()
    }
    assert said.is_draft == (language in ("ar", "bn")) == bool(said.words["draft"])


@pytest.mark.parametrize("language", OWN_NAMES)
def test_the_page_speaks_the_language_of_the_link_or_of_the_browser(scene, language):
    said = concern_words()[language]
    for response in (Client().get(FILE, {"lang": language}), Client().get(FILE, headers={"Accept-Language": language})):
        page = response.content.decode()
        assert said.words["title"] in page
        assert f'<html lang="{language}" dir="{said.direction}"' in page
    filed = Client().post(f"{FILE}?lang={language}", FORM)
    assert said.words["receipt"] in filed.content.decode()
    assert sealed.said_of(Concern.objects.get().sealed).language == language


# --- Filing ----------------------------------------------------------------------------------------------------------
def test_somebody_files_and_comes_back_with_the_receipt(scene):
    commitment = promise.make_commitment(scene.district, title="No suspension for level 1")
    page = Client().get(FILE, {"commitment": str(commitment.uid)})
    assert "No suspension for level 1" in page.content.decode()
    given = FORM | {
        "school": scene.north.code,
        "commitment": hidden(page, "commitment"),
        "once": hidden(page, "once"),
        "where": "The office",
        "way": "confidential",
        "name": "Ana Example",
        "contact": "ana@example.net",
        "files": SimpleUploadedFile("from ana's phone.pdf", PDF),
    }
    receipt = digits_in(Client().post(FILE, given))
    concern = Concern.objects.get()
    assert (concern.school, concern.commitment, concern.state) == (scene.north, commitment, "received")
    said = sealed.said_of(concern.sealed)
    assert (said.what, said.where, said.way) == (WORDS, "The office", "confidential")
    assert working.open_reporter(concern=concern, by=scene.ombuds).contact == "ana@example.net"
    row = ConcernEvidence.objects.get()
    info = sealed.info_of(row.sealed)
    assert (info.name, sealed.open_file(row.content, info)) == ("from ana's phone.pdf", PDF)
    shown = Client().post(RECEIPT, {"receipt": receipt.replace(" ", "")})
    assert "It has arrived." in shown.content.decode()
    assert "Ana Example" not in shown.content.decode()
    assert concern_of(receipt) == concern


def test_a_form_sent_twice_files_once_and_with_other_words_twice(scene):
    once = hidden(Client().get(FILE), "once")
    receipts = [digits_in(Client().post(FILE, FORM | {"once": once})) for _press in range(2)]
    assert (len(set(receipts)), Concern.objects.count()) == (1, 1)
    other = digits_in(Client().post(FILE, FORM | {"once": once, "what": "Something else."}))
    assert (other in receipts, Concern.objects.count()) == (False, 2)
    assert [concern_of(one).uid for one in (receipts[0], other)] == [
        one.uid for one in sorted(Concern.objects.all(), key=lambda one: sealed.said_of(one.sealed).what != WORDS)
    ]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"what": " \0"}, "error_what"),
        ({"what": "x" * 4001}, "error_what"),
        ({"kind": "nosuch"}, "error_kind"),
        ({"school": "9999"}, "error_school"),
        ({"way": "by owl"}, "error_way"),
        ({"name": "Ana"}, "error_name"),
        ({"way": "named"}, "error_name"),
        ({"kind": "sent_home"}, "error_child_day"),
        ({"where": "x" * 201}, "error_long"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(scene, change, fault):
    response = Client().post(FILE, FORM | {"promise": "Typed already."} | change)
    page = response.content.decode()
    assert response.status_code == 400
    assert concern_words()["en"].words[fault] in page
    assert 'value="Typed already."' in page
    assert not Concern.objects.exists()
    assert not ConcernReporter.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", PDF, 200),
        ("a.png", b"\x89PNG\r\n\x1a\n", 200),
        ("a.svg", b"<svg/>", 400),
        ("a.pdf", b"", 400),
        ("a.exe", b"MZ", 400),
        ("../../etc/passwd\r\n.pdf", PDF, 200),
    ],
)
def test_files_are_taken_by_their_content(scene, name, content, expected):
    file = io.BytesIO(content)
    file.name = name
    assert Client().post(FILE, FORM | {"files": file}).status_code == expected
    assert ConcernEvidence.objects.count() == (expected == 200)


def test_at_most_three_files_and_no_more_bytes_than_they_may_have(scene, monkeypatch):
    def files(count):
        return [SimpleUploadedFile(f"{number}.pdf", PDF) for number in range(count)]

    assert Client().post(FILE, FORM | {"files": files(4)}).status_code == 400
    assert Client().post(FILE, FORM | {"files": files(3)}).status_code == 200
    monkeypatch.setattr("commitments.concerns.doors.MOST_BYTES", 100)
    assert Client().post(FILE, FORM | {"files": files(1)}).status_code == 413
    assert Concern.objects.count() == 1


def test_the_page_of_a_receipt_reads_no_more_than_a_few_words(scene):
    """Whatever is sent to it would be read into memory, a file too."""
    for fields in ({"receipt": "0" * 16}, {"pass": "x"}):
        large = SimpleUploadedFile("a.pdf", b"x" * (MOST_WORDS + 1))
        assert Client().post(RECEIPT, fields | {"files": large}).status_code == 413
    assert Client().post(RECEIPT, {"receipt": "0" * 16}).status_code == 404


def test_without_a_key_nothing_is_taken_and_the_page_says_what_to_do(scene, settings):
    settings.CONCERN_KEYS = []
    answers = [Client().get(FILE), Client().post(FILE, FORM), Client().get(RECEIPT), Client().post(RECEIPT, {})]
    assert [one.status_code for one in answers] == [200, 503, 200, 503]
    assert all("Nothing can be filed here now" in one.content.decode() for one in answers)
    assert not Concern.objects.exists()


def test_where_there_are_several_districts_one_is_chosen(scene):
    other = type(scene.district).objects.create(code="TWO", name="Far District")
    page = Client().get(FILE).content.decode()
    assert "Far District" in page
    assert "<textarea" not in page
    assert "<textarea" in Client().get(FILE, {"district": "TWO"}).content.decode()
    assert Client().post(f"{FILE}?district=TWO", FORM | {"school": scene.north.code}).status_code == 400
    assert Client().post(f"{FILE}?district=TWO", FORM).status_code == 200
    assert Concern.objects.get().district == other


# --- The receipt -----------------------------------------------------------------------------------------------------
def test_the_conversation_by_the_receipt(scene):
    filed = scene.filed()
    working.acknowledge(concern=filed.concern, by=scene.ombuds)
    working.ask(concern=filed.concern, text="On which day?", by=scene.ombuds)
    page = Client().post(RECEIPT, {"receipt": filed.receipt})
    assert "On which day?" in page.content.decode()
    token = hidden(page, "pass")

    def sends(step, **more):
        return Client().post(RECEIPT, {"pass": token, "step": step, **more})

    assert "It is kept." in sends("reply", text="On Monday.").content.decode()
    assert sends("reply", text=" ").status_code == 400
    assert sends("dispute", text="No.").status_code == 409
    assert sends("nosuch").status_code == 409
    working.answer(concern=filed.concern, outcome="not_upheld", text="Nothing was found.", by=scene.ombuds)
    assert "You said that the answer is not right" in sends("dispute", text="Look again.").content.decode()
    working.answer(concern=filed.concern, outcome="upheld", text="You were right.", by=scene.ombuds)
    assert "It is closed." in sends("accept").content.decode()
    filed.concern.refresh_from_db()
    assert [step.kind for step in filed.concern.steps.all()] == [
        *("received", "acknowledged", "answered", "disputed", "answered", "accepted"),
    ]
    assert sends("reply", text="More.").status_code == 409


def test_a_pass_runs_out_and_cannot_be_made(scene, time_machine):
    time_machine.move_to(datetime(2021, 3, 1, 12, tzinfo=UTC))
    filed = scene.filed()
    page = Client().post(RECEIPT, {"receipt": filed.receipt})
    token = hidden(page, "pass")
    for forged in ("", "x", token[:-4] + "AAA=", filed.concern.sealed):
        assert Client().post(RECEIPT, {"pass": forged, "step": "accept"}).status_code == 403
    time_machine.shift(31 * 60)
    assert Client().post(RECEIPT, {"pass": token, "step": "reply", "text": "Late."}).status_code == 403
    assert not filed.concern.messages.exists()


def test_receipts_are_tried_five_times_an_hour_whatever_the_caller_says_of_its_address(scene):
    filed = scene.filed()
    answers = [
        Client().post(RECEIPT, {"receipt": f"{number:016d}"}, headers={"X-Forwarded-For": f"10.0.0.{number}"})
        for number in range(RECEIPTS_AN_HOUR + 3)
    ]
    assert [one.status_code for one in answers] == [404] * RECEIPTS_AN_HOUR + [429] * 3
    true = Client().post(RECEIPT, {"receipt": filed.receipt})
    assert (true.status_code, true["Retry-After"]) == (429, "3600")
    assert true.content == answers[-1].content, "a true receipt does not reveal itself"
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").post(RECEIPT, {"receipt": filed.receipt})
    assert elsewhere.status_code == 200


def test_wrong_and_right_digits_take_the_same_queries(scene, django_assert_num_queries):
    filed = scene.filed()
    for receipt, more in ((filed.receipt, 1), ("0" * 16, 0), ("no digits", 0)):
        with django_assert_num_queries(1 + more):
            concern_of(receipt)


def test_filing_is_bounded_too(scene):
    answers = [Client().post(FILE, FORM).status_code for _number in range(FILED_AN_HOUR + 2)]
    assert answers == [200] * FILED_AN_HOUR + [429] * 2


# --- That nobody is noted --------------------------------------------------------------------------------------------
def test_headers_of_every_answer(scene):
    filed = scene.filed()
    answers = [
        Client().get(FILE),
        Client().post(FILE, FORM),
        Client().post(FILE, {}),
        Client().get(RECEIPT),
        Client().post(RECEIPT, {"receipt": filed.receipt}),
        Client().post(RECEIPT, {"receipt": "1"}),
        Client().get(LEFT),
    ]
    for one in answers:
        assert "no-store" in one["Cache-Control"]
        assert (one["Referrer-Policy"], one["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
        assert not one.cookies
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', one.content.decode())
    assert answers[-1]["Clear-Site-Data"] == '"cache", "storage"'
    assert all("Clear-Site-Data" not in one for one in answers[:-1])


def test_whoever_is_signed_in_is_nobody_here(scene, client_for, django_assert_num_queries):
    client = client_for(scene.leader)
    client.get(reverse("concern_totals"))  # so that the session has been used
    before = dict(client.session.items())
    page = client.get(FILE)
    assert page.wsgi_request.user.is_anonymous
    assert str(scene.leader) not in page.content.decode()
    response = client.post(FILE, FORM, headers={"Authorization": "Token x", "Referer": "https://example.org/desk/"})
    assert response.wsgi_request.META.keys().isdisjoint({"HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_REFERER"})
    assert dict(client.session.items()) == before
    assert working.open_reporter(concern=Concern.objects.get(), by=scene.ombuds) == sealed.Reporter()


def test_no_event_no_line_and_no_address(scene, caplog, capfd):
    count = AuditEvent.objects.count()
    caplog.set_level(logging.DEBUG)
    filed = digits_in(Client().post(FILE, FORM))
    page = Client().post(RECEIPT, {"receipt": filed})
    Client().post(RECEIPT, {"pass": hidden(page, "pass"), "step": "reply", "text": "A second canary."})
    Client().post(RECEIPT, {"receipt": "1"})
    Client().post(FILE, {})
    assert AuditEvent.objects.count() == count
    said = caplog.text + "".join(capfd.readouterr())
    for word in ("concerns", "canary", filed, "127.0.0.1"):
        assert word not in said, word


def test_an_error_is_reported_without_a_word_of_it(scene, caplog, monkeypatch):
    def broken(**given):
        raise RuntimeError(f"canary {given['said'].what}")

    monkeypatch.setattr("commitments.concerns.doors.file_concern", broken)
    response = Client(raise_request_exception=True).post(FILE, FORM)
    assert response.status_code == 500
    assert "It is not certain that your words arrived" in response.content.decode()
    assert "canary" not in response.content.decode() + caplog.text
    assert "RuntimeError" in caplog.text


def test_the_count_of_tries_holds_neither_address_nor_hour(scene, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "tries"}}
    caches["default"].clear()
    Client(REMOTE_ADDR="198.51.100.4").post(RECEIPT, {"receipt": "1"})
    Client(REMOTE_ADDR="198.51.100.4").post(FILE, FORM)
    inside = caches["default"]
    keys = [key.rpartition(":")[2] for key in inside._cache]
    assert len(keys) == 2
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in keys)
    ends = {round(moment) for moment in inside._expire_info.values()}
    assert len(ends) == 1, "all run out together"
    assert ends.pop() % 86_400 <= 1, "at the end of a day"
    cache.clear()
