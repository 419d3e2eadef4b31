"""Django's SQLite backend without the JSON check constraint.

The connection sets `PRAGMA trusted_schema=OFF`, under which SQLite up to 3.40 refuses `JSON_VALID` in a CHECK. JSON is
written by the ORM only, which encodes it.
"""

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite with a schema that calls built-in, harmless functions only."""

    data_type_check_constraints = {
        name: check for name, check in base.DatabaseWrapper.data_type_check_constraints.items() if name != "JSONField"
    }
