"""Without a sign-in: the page on which anybody files a concern, and the one that a receipt opens.

They do not know who is signed in (see UNSEEN_PATHS), set no cookie, write no audit event and no line of the log, and
let nothing of a request outlive it but the concern itself.
"""

from __future__ import annotations

import logging
import time
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from commitments.actions.concerns.filing import MOST_FILES, concern_of, file_concern
from commitments.actions.concerns.replying import accept, dispute, reply
from commitments.concerns import receipts, telling
from commitments.concerns.sealed import WAYS, Reporter, Said
from commitments.concerns.words import ConcernWords, concern_words
from commitments.models import Concern
from commitments.uploads import MAX_BYTES
from district.limits import is_within_unseen
from district.models import District
from district.sealing import CONCERNS, NoKey, Unreadable
from district.spoken import OWN_NAMES
from district.steps import StepNotAllowed

logger = logging.getLogger(__name__)

FILED_AN_HOUR, RECEIPTS_AN_HOUR, WORDS_AN_HOUR = 10, 5, 20
"""What one address may do in an hour: file, try a receipt, write back."""
HOUR = 3600
PASS_SECONDS = 30 * 60
"""How long the page that a receipt opened takes what is written on it."""
MOST_BYTES = MOST_FILES * MAX_BYTES + 1024 * 1024
MOST_WORDS = 256 * 1024
"""Bytes of a form without files: everything that is sent here is read into memory."""
TEXTS = ("what", "where", "when", "about", "promise", "name", "contact", "child", "child_day")
LONG = frozenset({"where", "when", "about", "promise", "contact", "child"})
"""Fields of which nothing is wrong but their length."""


class InMemory(MemoryFileUploadHandler):
    """Keeps files that are sent in memory, whatever their size: none is ever written down unsealed."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True


@method_decorator(csrf_exempt, name="dispatch")
@method_decorator(sensitive_post_parameters(), name="dispatch")
class ConcernDoor(View):
    """What every answer here has.

    A form needs no token against forgery: no cookie lets anybody in, and a page that names no referrer could not send
    one back.
    """

    http_method_names = ("get", "head", "post", "options")

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [InMemory(request)]  # type: ignore[assignment]
        try:
            response = self.answered(request, *args, **kwargs)
        except SuspiciousOperation:
            response = self.failed(400)
        except Exception as error:  # what is wrong here is told by no report: it would hold what somebody wrote
            logger.error("A page without sign-in failed: %s", type(error).__name__)
            response = self.failed(500)
        patch_cache_control(response, no_store=True, private=True)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response._has_been_logged = True  # type: ignore[attr-defined]  # no line that tells when somebody was refused
        return response

    def answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer where all is well."""
        if not CONCERNS.may_seal():
            return self.written("off", status=503 if request.method == "POST" else 200)
        return super().dispatch(request, *args, **kwargs)

    @property
    def said(self) -> ConcernWords:
        """The words of the page: in the language that was chosen, else that of the browser, else English."""
        words = concern_words()
        chosen = self.request.GET.get("lang", "")
        asked = translation.get_language_from_request(self.request).partition("-")[0]
        preferred = self.request.headers.get("Accept-Language", "").partition(",")[0].partition("-")[0].strip().lower()
        return words.get(chosen) or words.get(preferred) or words.get(asked) or words["en"]

    def within(self, name: str, limit: int) -> bool:
        """Count one try from this address."""
        return is_within_unseen(self.request, f"concern {name}", limit, HOUR, sealer=CONCERNS)

    def too_many(self) -> HttpResponse:
        response = self.written("too_many", status=429)
        response["Retry-After"] = str(HOUR)
        return response

    def sent(self) -> int:
        """How many bytes the request says that it holds; nothing more than these is read."""
        return int(self.request.META.get("CONTENT_LENGTH") or 0)

    def failed(self, status: int) -> HttpResponse:
        return self.written("failed", status=status)

    def written(self, name: str, context: dict[str, Any] | None = None, **options: Any) -> HttpResponse:
        """A page in the language and direction of its words."""
        said = self.said
        shared = {"said": said, "languages": list(OWN_NAMES.items()), "kind": name}
        template = "message" if name in ("off", "too_many", "failed", "left") else name
        with translation.override(said.language):
            return render(self.request, f"commitments/concerns/{template}.html", shared | (context or {}), **options)


class FilePage(ConcernDoor):
    """File a concern, and see its receipt once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown()

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.within("file", FILED_AN_HOUR):
            return self.too_many()
        if self.sent() > MOST_BYTES:
            return self.shown(faults=["files"], status=413)
        district = self.district()
        if district is None:
            return self.shown()
        try:
            filed = self.file(district)
        except ValidationError as error:
            names = list(error.message_dict) if hasattr(error, "error_dict") else ["failed_text"]
            return self.shown(faults=names, status=400)
        after = self.said.say("receipt_next", day=self.said.day(filed.concern.next_due_on))
        return self.written("receipt", {"receipt": receipts.spaced(filed.receipt), "next": after})

    def file(self, district: District) -> Any:
        """Keep what was sent. Raises ValidationError by the fields of the form."""
        given, said = self.request.POST, self.said
        school = telling.school_of(district, given.get("school", ""))
        if given.get("school") and school is None:
            raise ValidationError({"school": "unknown"})
        texts = {name: given.get(name, "").replace("\r\n", "\n") for name in TEXTS}
        way, kind = given.get("way", ""), given.get("kind", "")
        words = {name: texts[name] for name in ("what", "where", "when", "about", "promise")}
        who = {name: texts[name] for name in ("name", "contact")}
        if kind == Concern.Kind.SENT_HOME:
            who |= {name: texts[name] for name in ("child", "child_day")}
        return file_concern(
            district=district,
            kind=kind,
            said=Said(**words, way=way, language=said.language),
            reporter=Reporter(**who, may_pass_on=kind == Concern.Kind.SENT_HOME and bool(given.get("may_pass_on"))),
            school=school,
            commitment=telling.commitment_of(district, given.get("commitment", "")),
            files=self.request.FILES.getlist("files"),
            once=given.get("once", ""),
        )

    def district(self) -> District | None:
        """The district that was chosen, or the only one there is."""
        found = list(District.objects.order_by("name"))
        code = self.request.GET.get("district", "")
        return found[0] if len(found) == 1 else next((one for one in found if one.code == code), None)

    def shown(self, *, faults: list[str] | None = None, status: int = 200) -> HttpResponse:
        """The form; what was typed stays where it was refused, files have to be chosen again."""
        said, district = self.said, self.district()
        if district is None:
            districts = [(one.code, one.name) for one in District.objects.order_by("name")]
            return self.written("districts", {"districts": districts})
        given = self.request.POST if faults and status != 413 else {}
        uid = given.get("commitment") or self.request.GET.get("commitment", "")
        commitment = telling.commitment_of(district, uid)
        context = {
            "district": district,
            "is_one_district": District.objects.count() == 1,
            "district_code": self.request.GET.get("district", ""),
            "faults": [_fault(said, name) for name in faults or []],
            "given": {name: given.get(name, "") for name in (*TEXTS, "kind", "way", "school", "may_pass_on")},
            "kinds": [(kind, said.say(f"kind_{kind}")) for kind in Concern.Kind.values],
            "ways": [(way, said.say(f"way_{way}")) for way in WAYS],
            "schools": telling.schools_of(district),
            "commitment": commitment,
            "about_commitment": said.say("commitment", title=commitment.title) if commitment else "",
            "once": receipts.new_once(),
            **telling.promises_of(said, district),
        }
        return self.written("file", context, status=status)


class ReceiptPage(ConcernDoor):
    """What became of a concern, by its receipt; and what whoever filed it answers."""

    STEPS = {"reply": reply, "dispute": dispute, "accept": accept}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.written("open")

    def post(self, request: HttpRequest) -> HttpResponse:
        if self.sent() > MOST_WORDS:
            return self.failed(413)
        if "pass" in request.POST:
            return self.taken()
        if not self.within("receipt", RECEIPTS_AN_HOUR):
            return self.too_many()
        concern = concern_of(request.POST.get("receipt", ""))
        if concern is None:
            return self.written("open", {"fault": self.said.words["error_receipt"]}, status=404)
        return self.shown(concern)

    def taken(self) -> HttpResponse:
        """Take what was written on the page that the receipt opened a while ago."""
        given = self.request.POST
        concern = _passed(given.get("pass", ""))
        if concern is None:
            return self.written("open", {"fault": self.said.words["error_expired"]}, status=403)
        if not self.within("words", WORDS_AN_HOUR):
            return self.too_many()
        verb = self.STEPS.get(given.get("step", ""))
        try:
            if verb is None:
                raise StepNotAllowed("", [])
            more = {} if verb is accept else {"text": given.get("text", "").replace("\r\n", "\n")}
            concern = verb(concern=concern, **more)  # type: ignore[operator]
        except ValidationError:
            return self.shown(concern, faults=[self.said.words["error_text"]], status=400)
        except StepNotAllowed:
            return self.shown(concern, faults=[self.said.words["error_step"]], status=409)
        return self.shown(concern, thanks=self.said.words["thanks"])

    def shown(self, concern: Concern, *, status: int = 200, **more: Any) -> HttpResponse:
        """The concern as whoever filed it sees it."""
        given = {"text": self.request.POST.get("text", "")} if more.get("faults") else {}
        context = telling.status_of(concern, self.said) | {"pass": _pass_of(concern), "given": given} | more
        return self.written("status", context, status=status)


class LeftPage(ConcernDoor):
    """The end: the browser is asked to forget."""

    def answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = self.written("left")
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _pass_of(concern: Concern) -> str:
    """What lets the page go on for a while without the receipt: sealed, so that nobody makes one."""
    return CONCERNS.seal_fields({"concern": str(concern.uid), "until": time.time() + PASS_SECONDS}, block=256)


def _passed(text: str) -> Concern | None:
    """The concern of a pass that has not run out."""
    try:
        fields = CONCERNS.unseal_fields(text)
        key, until = UUID(fields["concern"]), fields["until"]
    except (NoKey, Unreadable, KeyError, ValueError):
        return None
    if until < time.time():
        return None
    return Concern.objects.kept().select_related("district", "school", "correction").filter(pk=key).first()


def _fault(said: ConcernWords, name: str) -> str:
    if name in LONG:
        return said.words["error_long"]
    return said.words.get(f"error_{name}") or said.words["failed_text"]
