"""Routes of the site as a whole: health, the API's documentation, unknown addresses."""

from tests.doors.kinds import EVERYBODY, Door

DOORS: dict[str, Door] = {
    "healthz": Door(EVERYBODY, public=True),
    "readyz": Door(EVERYBODY, public=True),
    "api_schema": Door(EVERYBODY, public=True),
    "api_docs": Door(EVERYBODY, public=True),
    "api_unknown": Door(EVERYBODY, public=True, answer=404),
}
