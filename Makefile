# `make help` lists what there is. Needed: Python 3.11 or later with venv, make, a C compiler.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv)
into = $(if $(UV),UV_PYTHON_DOWNLOADS=never $(UV) pip install --quiet --python $(1)/bin/python,\
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check)
PIP := $(call into,$(VENV))

# What a developer has set in the environment or in `.env` has no say in tests and checks.
PLAIN := env SITE_URL= PORT= DATABASE_URL= CACHE_URL= SECRET_KEY= ALLOWED_HOSTS= DEBUG= SITE_NAME= \
	CONTACT= MEDIA_ROOT= TIME_ZONE= FRAME_ANCESTORS= METRICS_TOKEN= LOG_FORMAT= STATEMENT_TIMEOUT= \
	DATABASE_REPLICA_URL= SECRET_KEY_FALLBACKS= TRUSTED_PROXIES= MEDIA_STORAGE_URL= \
	AWS_ACCESS_KEY_ID= AWS_SECRET_ACCESS_KEY= STATIC_ROOT=
AS_PRODUCTION := $(PLAIN) SITE_URL=https://pom.example.edu ALLOWED_HOSTS=pom.example.edu \
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')
PYTEST := $(BIN)/python -m pytest -q -n auto $(PYTEST_ARGS)

SPELLED := --ignore-words-list fulfilment,mape,ore concepts/content docs templates $(wildcard *.md)

.PHONY: help serve test test-postgres bench check format lock clean faults matrix audit
.DEFAULT_GOAL := help

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

serve: $(VENV)/.run-set ## start the site on http://127.0.0.1:8000 (PORT= for another)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py prepare
	@exec $(BIN)/python -m pomsite.serving --port $(PORT)

test: $(VENV)/.dev-set ## run all tests on SQLite (PYTEST_ARGS= for pytest)
	@$(PLAIN) $(PYTEST)

test-postgres: $(VENV)/.dev-set ## run all tests on the PostgreSQL that DATABASE_URL names
	@case "$$DATABASE_URL" in postgres*) ;; *) \
		echo 'Say which: DATABASE_URL=postgres://user@host:port/name make test-postgres' >&2; \
		exit 2;; esac
	@$(PLAIN) DATABASE_URL="$$DATABASE_URL" $(PYTEST)

bench: $(VENV)/.dev-set ## measure a request, the largest form, first paint, and sites of 100 to 100,000 pages
	@$(PLAIN) DATABASE_URL="$$DATABASE_URL" CACHE_URL="$$CACHE_URL" $(BIN)/python tests/bench/rate.py
	@$(PLAIN) $(BIN)/python tests/bench/desk.py
	@$(PLAIN) $(BIN)/python tests/bench/paint.py
	@$(PLAIN) DATABASE_URL="$$DATABASE_URL" $(BIN)/python tests/bench/scale.py $(if $(SIZES),--sizes $(SIZES))

faults: $(VENV)/.dev-set ## 28 kinds of trouble, in full figures (DATABASE_URL= for PostgreSQL)
	@$(PLAIN) DATABASE_URL="$$DATABASE_URL" FAULTS=full \
		$(BIN)/python -m pytest -q -n 0 -s tests/test_faults_*.py \
		tests/test_security_regexes.py $(PYTEST_ARGS)

check: $(VENV)/.dev-set ## lint, format, types, spelling, templates, migrations, production settings
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@$(PLAIN) $(BIN)/mypy
	$(BIN)/codespell $(SPELLED)
	find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	@$(PLAIN) $(BIN)/python manage.py makemigrations --check --dry-run
	@$(AS_PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

audit: ## ask OSV for known weaknesses of what the site runs on (needs uv and the network)
	uvx pip-audit --strict --vulnerability-service osv --disable-pip --require-hashes \
		--requirement requirements.lock

format: $(VENV)/.dev-set ## write code and templates as `make check` wants them
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

lock: ## resolve pyproject.toml anew into both lock files (needs uv; UPGRADE=--upgrade)
	uv pip compile $(LOCK) --output-file requirements.lock pyproject.toml
	uv pip compile $(LOCK) --output-file requirements-dev.lock --extra dev pyproject.toml
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--fork-strategy fewest --custom-compile-command 'make lock' $(UPGRADE)

matrix: ## run all tests on each Python at hand, with Django 5.2 and the newest 6
	@for pair in 3.11/5.2 3.12/5.2 3.12/6.0 3.13/5.2 3.13/6.0; do \
		python=python$${pair%/*} django=$${pair#*/} folder=.matrix/$$pair; \
		$$python -c '' 2>/dev/null || { echo "$$python is not at hand."; continue; }; \
		$$python -m venv $$folder && \
		$(call into,$$folder) --requirement requirements-dev.lock && \
		$(call into,$$folder) --upgrade "Django~=$$django" && \
		echo "Python $${pair%/*}, Django $$($$folder/bin/python -m django --version)" && \
		$(PLAIN) DATABASE_URL="$$DATABASE_URL" $$folder/bin/python -m pytest -q -n auto $(PYTEST_ARGS) || exit 1; \
	done

clean: ## remove the environment and what tools keep; data stays
	rm -rf $(VENV) .matrix .mypy_cache .pytest_cache .ruff_cache .hypothesis staticfiles

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or later is \
	needed, this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-set: requirements.lock | $(BIN)/python
	@echo 'Installing what the site runs on ...'
	@$(PIP) --require-hashes --requirement requirements.lock
	@touch $@

$(VENV)/.dev-set: requirements-dev.lock | $(BIN)/python
	@echo 'Installing what tests and checks need ...'
	@$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@
