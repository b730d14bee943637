# `make demo` and `make test` each work by themselves on a machine that has python3.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
PY := $(BIN)/python

.PHONY: help demo test test-unit test-integration test-integration-sqlite test-integration-postgres test-browser test-slow check format lint types imports migrations-check docs-check banner-check lock words system bench gallery

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/ready system-browser ## install and show everything with an example organisation
	$(BIN)/holdtrue demo

test: .venv/ready-dev system ## unit, integration (SQLite and PostgreSQL) and browser tests
	@$(MAKE) --no-print-directory test-unit test-integration test-browser

test-unit: .venv/ready-dev ## no database, seconds
	$(PY) -m pytest tests/unit -q

test-integration: .venv/ready-dev ## both databases, side by side
	@$(MAKE) --no-print-directory -j2 --output-sync=target test-integration-sqlite test-integration-postgres

test-integration-sqlite: .venv/ready-dev
	$(PY) -m pytest tests/integration -q -m "not slow"

test-integration-postgres: .venv/ready-dev
	HOLDTRUE_TEST_DATABASE=postgres $(PY) -m pytest tests/integration -q -m "not slow"

# A file at a time: what drives a browser owns its process.
test-browser: .venv/ready-dev banner/node_modules/.ready ## a real Chromium: scanner, banner, block, pages, the demo's road
	@status=0; for file in $$(find tests/browser -name 'test_*.py' | sort); do \
	  echo "== $$file"; $(PY) -m pytest $$file -q || { code=$$?; [ $$code = 5 ] || status=1; }; done; exit $$status

# Without npm the tests that need its packages skip, and say so.
banner/node_modules/.ready: banner/package-lock.json
	@if command -v npm >/dev/null 2>&1; then cd banner && npm ci --silent --no-audit --no-fund; else mkdir -p banner/node_modules; fi
	@touch $@

banner-check: banner/node_modules/.ready ## types, reproducible build and size of the banner
	@if command -v npm >/dev/null 2>&1; then cd banner && bash check.sh; else echo "npm is not installed: the banner was not checked."; fi

test-slow: .venv/ready-dev ## crashes and power cuts at full length, a million exemptions
	$(PY) -m pytest tests/integration -q -m slow
	EXEMPTION_CASES=1000000 $(PY) -m pytest tests/unit/policy/test_exemption_cases.py -q

check: .venv/ready-dev system format-check lint types imports migrations-check test-unit test-integration docs-check banner-check ## everything that must be green before a change lands

format: .venv/ready-dev ## write the code in its one format
	$(BIN)/ruff format src tests benchmarks tools/scan-gallery

format-check: .venv/ready-dev
	$(BIN)/ruff format --check src tests benchmarks tools/scan-gallery

lint: .venv/ready-dev
	$(BIN)/ruff check src tests benchmarks tools/scan-gallery

types: .venv/ready-dev
	HOLDTRUE_DATA=$$(mktemp -d) $(BIN)/mypy

imports: .venv/ready-dev
	$(BIN)/lint-imports

migrations-check: .venv/ready-dev
	HOLDTRUE_DATA=$$(mktemp -d) DJANGO_SETTINGS_MODULE=holdtrue.server.settings $(PY) -m django makemigrations --check --dry-run

docs-check: .venv/ready-dev
	$(PY) -m pytest tests/docs -q

lock: ## pin every dependency with its hashes
	uv pip compile -q --upgrade --generate-hashes --universal --python-version 3.11 --no-header requirements.in -o requirements.txt
	uv pip compile -q --upgrade --generate-hashes --universal --python-version 3.11 --no-header requirements-dev.in -o requirements-dev.txt

words: ## compile the interface's translations (Debian: gettext)
	@for folder in src/holdtrue/locale/*/LC_MESSAGES; do msgfmt --check-format -o $$folder/django.mo $$folder/django.po; done

bench: .venv/ready-dev ## measure, as ratios to a baseline in the same run
	@for script in benchmarks/*_*.py; do echo "== $$script"; $(PY) $$script; done

gallery: .venv/ready ## scan software that nobody here wrote, and write down what was found
	@tools/scan-gallery

system-browser:
	@tools/install-system browser pango

system:
	@tools/install-system browser postgres pango

.venv/ready: requirements.txt requirements.in pyproject.toml tools/install-python
	@tools/install-python requirements.txt
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	@tools/install-python requirements.txt requirements-dev.txt
	@touch $@
