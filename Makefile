# From a fresh clone: python3 (3.11 or newer, with venv and pip) and make are all that is needed.
#   make demo    the screen against the built-in simulator       make demo ARGS="--rate 30"
#   make run     the screen, live
#   make test    all tests                                       make test ARGS="tests/unit -k board"
#   make check   format, lint, types, import contracts, sizes
PYTHON ?= python3
VENV ?= .venv
# Most tests wait for something most of the time, so there are more of them under way than there are cores.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')
ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt
RUN_READY := $(VENV)/run.stamp
DEV_READY := $(VENV)/dev.stamp

.DEFAULT_GOAL := help
.PHONY: help demo run test check format clean

help:
	@sed -n '2,5s/^# *//p' Makefile

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Call Console needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "$(PYTHON) cannot make a virtual environment; install its venv package and try again" >&2; \
	  rm -rf $(VENV); exit 1; }

$(RUN_READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing Call Console into $(VENV) (once)" >&2
	@$(PIP) -e .
	@touch $@

$(DEV_READY): $(RUN_READY)
	@echo "installing the test tools into $(VENV) (once)" >&2
	@$(PIP) -e '.[dev]'
	@touch $@

demo: $(RUN_READY)
	@$(BIN)/call-console demo $(ARGS)

run: $(RUN_READY)
	@$(BIN)/call-console run $(ARGS)

test: $(DEV_READY)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: $(DEV_READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy console tests
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/unit/test_sizes.py tests/unit/test_imports.py

format: $(DEV_READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
