# Two commands matter: `make run` serves the demo, `make test` runs the whole suite. See README.md.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
SHELL := /bin/bash

SCALE ?= S

.PHONY: setup run test trust bench gate lint lock docs

# The stamp holds the lock file's content: a changed lock is installed anew, an unchanged one costs nothing.
.venv/app.stamp: requirements/app.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked dependencies ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/app.lock
	@touch $@

.venv/dev.stamp: requirements/dev.lock .venv/app.stamp
	@echo "Installing the locked test dependencies ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

.venv-bench/bench.stamp: requirements/bench.lock
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	@echo "Installing what the benchmarks compare with ..."
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.lock
	@touch $@

setup: .venv/app.stamp

run: setup
	@DEBUG=$${DEBUG:-1} $(BIN)/python manage.py migrate --verbosity 0
	@DEBUG=$${DEBUG:-1} $(BIN)/python manage.py seed_demo --if-empty
	@echo "Reweave is at http://127.0.0.1:$(PORT) (Ctrl-C stops it)"
	@DEBUG=$${DEBUG:-1} $(BIN)/python manage.py runserver --noreload 127.0.0.1:$(PORT)

test: .venv/dev.stamp
	@BIN=$(BIN) tests/run.sh

trust: .venv/dev.stamp
	@BIN=$(BIN) tests/run.sh -m trust

# Every goal as a ratio measured side by side: `make bench`, `make bench SCALE=S,M JSON=out.json`. See bench/README.md.
bench: .venv-bench/bench.stamp
	@.venv-bench/bin/python -m bench --scale $(SCALE) $(if $(JSON),--json $(JSON))

# A minute's worth of the same, which fails when a goal is missed by far.
gate: .venv/dev.stamp
	@$(BIN)/python -m bench --gate

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files --cached --others --exclude-standard 'templates/*.html')
	DEBUG=1 $(BIN)/mypy api circles commitments config dashboards discipline district training
	DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run
	DEBUG=1 $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null

# Writes the lock files anew from pyproject.toml: hashes, no addresses.
lock: .venv/dev.stamp
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --extra postgres --extra pdf pyproject.toml -o requirements/app.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --extra postgres --extra pdf --extra test --extra lint -c requirements/app.lock pyproject.toml -o requirements/dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --extra postgres --extra pdf --extra test --extra bench -c requirements/dev.lock pyproject.toml -o requirements/bench.lock

docs: setup
	DEBUG=1 $(BIN)/python manage.py render_permissions
