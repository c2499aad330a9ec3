# `make` alone lists the targets. Everything below runs from any folder: make -C /path/to/pmo run
.DEFAULT_GOAL := help
.PHONY: help run backup restore test check bench docs-shots lock system
override ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BOOTSTRAP := "$(or $(PYTHON),python3)" "$(ROOT)tools/bootstrap.py"
VENV := "$(ROOT).venv/bin/python"

help:  ## this list
	@grep -E '^[a-z-]+:.*## ' "$(ROOT)Makefile" | sed -E 's/^([a-z-]+):.*## /  make \1|/' | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'
	@echo "  Variables: PORT, DATA_DIR, DEMO=0, DATABASE_URL, REDIS_URL, EMAIL_URL, ... (.env.example lists them all)"

run:  ## install what is missing and start everything: http://127.0.0.1:8000
	@$(BOOTSTRAP) run

backup:  ## database and uploads in one new file: make backup FILE=/safe/place/pmo.tar
	@$(BOOTSTRAP) install
	@$(VENV) "$(ROOT)manage.py" backup "$(FILE)"

restore:  ## a backup into an empty installation: make restore FILE=/safe/place/pmo.tar DATA_DIR=/new/folder (CHECK=1 only reads it)
	@$(BOOTSTRAP) install
	@$(VENV) "$(ROOT)manage.py" restore "$(FILE)" $(if $(CHECK),--check)

# One more than the least machine has processors: a fifth of a test's time is waiting for servers, browsers and workers.
PROCESSES ?= 3

test:  ## every test, on real servers started for it (ARGS="tests/core -k ...")
	@$(BOOTSTRAP) install dev
	@cd "$(ROOT)" && $(VENV) -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(ARGS)

check:  ## style, types, layers, migrations, deployment settings
	@$(BOOTSTRAP) install dev
	@$(VENV) "$(ROOT)tools/check.py"

bench:  ## the figures of the pages, imports and reports, with their query counts
	@$(BOOTSTRAP) install dev
	@cd "$(ROOT)" && $(VENV) -m tests.bench $(ARGS)

docs-shots:  ## the pictures of the user guide, taken from a demonstration of its own
	@$(BOOTSTRAP) install dev
	@cd "$(ROOT)" && $(VENV) tools/shots.py $(ARGS)

lock:  ## resolve requirements*.in to requirements*.txt (pinned, hashed)
	@$(BOOTSTRAP) lock

system:  ## name the system packages that are missing and the command that installs them
	@$(BOOTSTRAP) system
