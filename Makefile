# Every target is one sentence: `make help` prints them. What they do is in scripts/ and jobs/.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check train nlu-report bench chaos dashboard lock browser conformance

PYTHON := .venv/bin/python
UV := .uv/bin/uv
LOCK := $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	--python-version 3.12 --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

# `make test WORKERS=4 ARGS="-k webhooks"` runs some of the tests with four workers.
WORKERS ?= 2
ARGS ?=

help: ## Say what each target does.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

setup: ## Get everything ready: uv, Python 3.12 and every library, as pinned (fast when nothing changed).
	@sh scripts/setup.sh

demo: setup ## Start the whole product and the sandbox phones; Ctrl-C stops it all.
	@$(PYTHON) -m sandbox.demo

test: setup browser conformance train ## Set everything up and run every test.
	@$(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: setup ## Look for mistakes without running the product: lint, format, types, import rules, house rules.
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports --no-logo
	@$(PYTHON) -m pytest tests/house -q -m "not processes and not engine"

train: setup ## Train the language model (kept until something it reads changes).
	@.venv/bin/atithi train

nlu-report: setup train ## Write how well dialogue data is understood, DATA=folder, to var/nlu-report.
	@.venv/bin/atithi nlu report --data "$(DATA)"

bench: setup train ## Measure how long a message takes, stage by stage.
	@$(PYTHON) -m tests.bench $(ARGS)

chaos: setup train ## Kill processes at every step and check that nothing is lost or done twice.
	@$(PYTHON) -m pytest -q -n0 tests/crash/test_one_turn.py
	@$(PYTHON) -m tests.chaos $(ARGS)
	@$(PYTHON) -m tests.chaos --control --guests 12 --kills 15

dashboard: setup ## Build the owner's dashboard into dashboard/dist.
	@sh scripts/dashboard.sh

browser: ## Find Chromium for the browser tests, or install it (as root on Debian).
	@sh scripts/browser.sh

conformance: setup ## Install Twilio's own description of its API, against which the sandbox is held.
	@sh scripts/conformance.sh

lock: setup ## Pin what requirements*.in ask for, with hashes (UPGRADE=1 takes newer versions).
	@$(LOCK) requirements.in -o requirements.txt
	@$(LOCK) requirements-dev.in -o requirements-dev.txt
	@$(LOCK) requirements-uv.in -o requirements-uv.txt
	@$(LOCK) requirements-node.in -o requirements-node.txt
	@$(UV) pip compile --quiet --python-version 3.10 --generate-hashes --no-emit-index-url \
		--overrides nlu/overrides.txt nlu/requirements.in -o nlu/requirements.lock $(if $(UPGRADE),--upgrade)
	@sh scripts/setup.sh
