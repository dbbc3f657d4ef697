# Bare `make` lists what there is. `make run` and `make test` set up what is missing.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null \
	&& echo $$p && break; done)
PORT ?= 8000
OPEN ?= 1
STAGE ?= dev
BIN := .venv/bin

# Installs into the environment $(1) what is pinned in $(2), and says how far it is.
# One line of pip's is for each package: from an index, from a file, or not for this machine.
# pip warns of each index that the machine's own settings name and that is not there, many times.
install = { { $(1)/bin/python -m pip --disable-pip-version-check --no-input install --no-deps --require-hashes \
	-r $(2) 2>&1 >&3 || echo Failed >&3; } | grep -v '^WARNING: Location .* is ignored' >&2; } 3>&1 | { \
	count=0; all=$$(grep -c == $(2)); while read -r word rest; do case $$word in \
	Collecting|Processing|Ignoring) count=$$((count + 1)); [ $$((count % 25)) -ne 0 ] || \
		echo "  $(1): fetched $$count of $$all packages …" ;; \
	Installing) echo "  $(1): installing them …" ;; \
	Failed) exit 1 ;; esac; done; }

chromium = $(BIN)/python -m tests.browser.chromium

export SAM_CLI_TELEMETRY := 0
export DENO_NO_UPDATE_CHECK := 1
export DENO_DIR := $(CURDIR)/.local/deno

.PHONY: help
help: ## List what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: setup ## Run everything on this machine  [PORT=8000] [CATALOG=folder] [ORIGIN=https://…] [CONTACT=mail] [OPEN=0]
	@$(if $(CONTACT),LOOKALIKE_CONTACT="$(CONTACT)") exec $(BIN)/lookalike up --port $(PORT) $(if $(CATALOG),--catalog "$(CATALOG)") \
		$(if $(ORIGIN),--origin "$(ORIGIN)") \
		$(if $(filter 1,$(OPEN)),--open)

.PHONY: test
test: setup ## Check everything and run every test  [TESTS=tests/unit] [FACES=folder]
	@$(MAKE) --no-print-directory --jobs 3 only-browser check-python check-rest
	@exec $(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(TESTS)

.PHONY: soak
soak: setup ## Run the long tests, on an idle machine: hours of use in minutes
	@exec $(BIN)/pytest soak

.PHONY: fuzz
fuzz: setup ## Send the API thousands of right and wrong requests, by openapi.yaml
	@exec $(BIN)/pytest soak/test_fuzz_api.py

.PHONY: audit
audit: setup browser ## Audit the page: Lighthouse, how soon it reacts, every screen zoomed, Firefox
	@command -v npm >/dev/null || { echo "make: npm is needed, and is not on PATH: on Debian and Ubuntu, apt install npm" >&2; exit 1; }
	@cd audit && npm ci --ignore-scripts --no-audit --no-fund --silent
	@exec $(BIN)/pytest audit

.PHONY: check
check: setup ## Lint, format, types, templates and the workflow
	@$(MAKE) --no-print-directory --jobs 2 check-python check-rest

# The two halves of `check`, which take about as long.
.PHONY: check-python check-rest
check-python:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check-rest:
	$(BIN)/sam validate --lint
	@# sam and the emulator deploy a workflow whose Next names no state without a word.
	$(BIN)/pytest --quiet tests/contract/test_state_machine.py
	$(BIN)/deno lint
	$(BIN)/deno fmt --check
	@# One at a time: what pages, workers and tests find around them differs.
	for part in web/scripts web/service-worker.js local/console/page tests/scripts; do \
		$(BIN)/deno check --quiet --no-remote --no-npm $$part || exit 1; done

.PHONY: fix
fix: setup ## Mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/deno lint --fix
	$(BIN)/deno fmt

.PHONY: bench
bench: setup ## Measure how fast it all is, and compare with the last commit (Linux)  FACES=folder
	@test -n "$(FACES)" || { echo "make: FACES is missing, a folder of photographs of people: make bench FACES=folder" >&2; exit 1; }
	@exec $(BIN)/python -m benchmarks.bench "$(FACES)"

.PHONY: evaluate
evaluate: setup ## Measure how good the answers are  FACES=folder [QUICK=1] [DATA=file]
	@test -n "$(FACES)" || { echo "make: FACES is missing, a folder of photographs of known people: make evaluate FACES=folder" >&2; exit 1; }
	@exec $(BIN)/lookalike evaluate "$(FACES)" $(if $(filter 1,$(QUICK)),--quick) $(if $(DATA),--data "$(DATA)")

.PHONY: build
build: setup ## Build the functions for AWS (sam build)  [STAGE=dev|prod]
	@exec $(BIN)/lookalike deploy --build-only --stage $(STAGE)

.PHONY: deploy
deploy: setup ## Deploy to the AWS account at hand  [STAGE=dev|prod] [CATALOG=folder] [GUIDED=1]
	@exec $(BIN)/lookalike deploy --stage $(STAGE) $(if $(CATALOG),--catalog "$(CATALOG)") \
		$(if $(filter 1,$(GUIDED)),--guided)

.PHONY: destroy
destroy: setup ## Delete what was deployed  [STAGE=dev|prod] [CONFIRM=stack] [UNPROTECT=1]
	@exec $(BIN)/lookalike destroy --stage $(STAGE) $(if $(CONFIRM),--confirm "$(CONFIRM)") \
		$(if $(filter 1,$(UNPROTECT)),--unprotect)

.PHONY: lock
lock: ## Pin every dependency again, with hashes (needs uv)
	@command -v uv >/dev/null || { echo "make: uv is needed, and is not on PATH: https://docs.astral.sh/uv/" >&2; exit 1; }
	for folder in . layers/lookalike functions/index_portrait local/aws evaluation/dlib evaluation/plots benchmarks/faiss; do uv pip compile --quiet --universal \
		--python-version 3.11 --generate-hashes --no-header --upgrade \
		$$folder/requirements.in --output-file $$folder/requirements.txt || exit 1; done

.PHONY: screens
screens: setup browser ## Take the pictures in docs/screens again
	SCREENS=docs/screens $(BIN)/pytest tests/browser/test_screens.py tests/browser/test_console.py

.PHONY: clean
clean: ## Forget the local stack's state but for whom it must not bring back, and everything built
	@# The people who asked to be removed stay known, or the next import would bring them back.
	find .local -mindepth 1 -maxdepth 1 ! -name removed.csv -exec rm -rf {} + 2>/dev/null || true
	rmdir .local 2>/dev/null || true
	rm -rf .aws-sam .venv .venv-aws .venv-dlib .venv-faiss .venv-plots *.egg-info

# An environment that is not ready is made again from the start, by the Python that is named now.
.PHONY: setup
setup:
	@for venv in .venv .venv-aws; do [ -e $$venv/.ready ] || rm -rf $$venv; done
	@$(MAKE) --silent --jobs 2 .venv/.installed .venv-aws/.ready

.PHONY: browser
browser: setup
	@$(chromium)

# What `make test` does beside the checks, once everything is set up.
.PHONY: only-browser
only-browser:
	@$(chromium)

# Both environments are of one Python: the functions that ministack starts have the build's bytecode.
.venv/.made: requirements.txt
	@test -n "$(PYTHON)" || { echo "make: Python 3.11 to 3.14 is needed; none was found on PATH" >&2; exit 1; }
	@echo "Setting up .venv and .venv-aws (once; most of it is fetching packages) …"
	@rm -rf .venv
	@$(PYTHON) -m venv .venv || { echo "make: $(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@touch $@

.venv/.ready: .venv/.made
	@$(call install,.venv,requirements.txt)
	@touch $@

.venv/.installed: .venv/.ready pyproject.toml
	@$(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --quiet --no-deps \
		--no-build-isolation --editable .
	@touch $@

.venv-aws/.ready: local/aws/requirements.txt .venv/.made
	@rm -rf .venv-aws
	@.venv/bin/python -m venv .venv-aws
	@$(call install,.venv-aws,local/aws/requirements.txt)
	@touch $@
