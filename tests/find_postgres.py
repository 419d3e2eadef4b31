"""Say whether a PostgreSQL server answers at the address given, within two seconds."""

import sys

import psycopg


def answers(address: str) -> bool:
    """Connect to the maintenance database at `address`."""
    try:
        with psycopg.connect(address.rstrip("/") + "/postgres", connect_timeout=2) as connection:
            version = connection.execute("SHOW server_version").fetchone()
    except psycopg.Error as error:
        print(f"No PostgreSQL at {address}: {str(error).splitlines()[0]}", file=sys.stderr)
        return False
    print(f"PostgreSQL {version[0] if version else ''} answers")
    return True


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1]) else 1)
