# Panah. `make help` lists what there is; `make run` and `make test` need git, make, python3 and python3-venv only.

PORT ?= 8000
DATA ?= ./data

# The newest Python that is there; 3.11 is the oldest that works.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)

VENV := .venv
PY := $(VENV)/bin/python
# Wheels only: no compiler is needed, and no package's build script runs. pysqlite3 has none but for x86_64; elsewhere
# it is compiled against the system's SQLite, which the service refuses when it is older than 3.51.3.
WHEELS := --only-binary :all: $(if $(filter x86_64,$(shell uname -m)),,--no-binary pysqlite3)
# Python compiles what is used when it is first used: less than all, and it keeps it.
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --no-compile --require-hashes $(WHEELS)
unexport PYTHONDONTWRITEBYTECODE
# What one of these is given is made side by side.
SUBMAKE := $(MAKE) --no-print-directory --silent

# An environment knows its own path: one that was moved with its folder is made anew.
ifneq ($(shell cat $(VENV)/made-for 2>/dev/null || echo "$(CURDIR)"),$(CURDIR))
$(shell rm -rf $(VENV))
endif

.DEFAULT_GOAL := help
.PHONY: help run test bundles needs lint format bench locks vectors pages words clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "  make %-8s %s\n", $$1, $$2 }'

run:  ## a demo instance on this machine: PORT=8000 DATA=./data
	@$(SUBMAKE) -j2 pages $(VENV)/runtime.stamp
	@$(SUBMAKE) $(VENV)/run.stamp
	@exec $(VENV)/bin/panah demo --port "$(PORT)" --data "$(DATA)"

test:  ## everything: what tests need, lint, unit, vectors, API, crash, browser
	@$(SUBMAKE) -j3 needs bundles $(VENV)/runtime.stamp
	@$(SUBMAKE) $(VENV)/test.stamp
	@$(PY) -m tests.run $(ARGS)

bundles: $(VENV)/build.stamp  # the browser side, and what of it tests run
	@$(PY) hatch_build.py pages tests

needs:  # browsers, by apt; meanwhile the locks
	@tests/needs.sh

lint: $(VENV)/test.stamp  ## ruff, mypy, import-linter, tsc, eslint
	@$(PY) -m tests.run --lint

format: $(VENV)/test.stamp  ## let ruff lay out the Python
	@$(PY) -m ruff format crypto intake_forms service tests alembic hatch_build.py
	@$(PY) -m ruff check --fix --select I crypto intake_forms service tests alembic hatch_build.py

bench: $(VENV)/test.stamp  ## measurements, each beside its raw probe
	@$(PY) hatch_build.py pages
	@$(PY) -m tests.bench $(ARGS)

vectors: $(VENV)/test.stamp  ## write tests/vectors and the tables in SPEC and workflow anew, and fail where that changed them
	@$(PY) hatch_build.py tests
	@$(PY) -m tests.vectors.generate
	@git diff --exit-code --stat -- tests/vectors crypto/SPEC.md docs/workflow.md

pages: $(VENV)/build.stamp  ## the browser side, into service/web/dist
	@$(PY) hatch_build.py pages

words: $(VENV)/run.stamp  ## bring intake_forms/locales in line with the forms; translations stay
	@$(PY) -m intake_forms.words update
	@$(PY) -m intake_forms.words missing | grep missing,

locks:  ## resolve locks/*.lock and package-lock.json anew (asks the registries)
	@sh locks/resolve.sh "$(PYTHON)"

clean:  ## remove what was built and installed, never the data
	rm -rf $(VENV) node_modules build dist service/web/dist service/web/dist.new
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find crypto intake_forms service tests alembic -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@echo "$(CURDIR)" > $(VENV)/made-for

$(VENV)/build.stamp: $(PY) locks/build.lock
	@echo "installing what builds the pages"
	@$(PIP) -r locks/build.lock
	@touch $@

$(VENV)/runtime.stamp: $(VENV)/build.stamp locks/runtime.lock
	@echo "installing what the service runs on"
	@$(PIP) -r locks/runtime.lock
	@touch $@

$(VENV)/run.stamp: $(VENV)/runtime.stamp pyproject.toml
	@echo "building Panah"
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-input --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp locks/test.lock
	@echo "installing what the tests use"
	@$(PIP) -r locks/test.lock
	@touch $@
