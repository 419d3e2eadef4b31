#!/usr/bin/env bash
# Runs the suite on SQLite and, when a PostgreSQL server answers, on PostgreSQL too. Says which ran.
# Arguments are passed on to pytest on both databases.
set -uo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
export DJANGO_ALLOW_ASYNC_UNSAFE=true
unset DATABASE_URL DEBUG SECRET_KEY MIGRATION_DATABASE_URL DATABASE_REPLICA_URL
postgres=${TEST_DATABASE_URL:-postgresql://postgres@127.0.0.1:5432/}
selection=("$@")
if [ ${#selection[@]} -eq 0 ]; then selection=(-m "not trust"); fi
failed=0
ran=()

"$BIN/python" tests/find_browser.py || exit 1

echo "== SQLite =="
"$BIN/python" -m pytest -n 2 --dist loadgroup "${selection[@]}" && ran+=("SQLite: passed") || { failed=1; ran+=("SQLite: FAILED"); }

if "$BIN/python" tests/find_postgres.py "$postgres"; then
  echo "== PostgreSQL =="
  DATABASE_URL="${postgres%/}/reweave" "$BIN/python" -m pytest -n 2 --dist loadgroup "${selection[@]}" \
    && ran+=("PostgreSQL: passed") || { failed=1; ran+=("PostgreSQL: FAILED"); }
else
  ran+=("PostgreSQL: not run, no server answered at $postgres")
fi
printf '%s\n' "" "Which ran:" "${ran[@]}"
exit $failed
