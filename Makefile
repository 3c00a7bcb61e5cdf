# Needs Python 3.11 or newer and make; everything else goes into .venv.
# The targets marked with two hashes are printed by `make help`.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PYTEST ?= --numprocesses=2 --dist=loadfile

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format train evaluate audit bench audit bench-large serve system-packages lock clean

help:  ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed  ## Make .venv with the locked dependencies and the `retsspor` command

demo: setup  ## Start the service with invented submissions; prints the address and sign-ins
	$(BIN)/retsspor serve --demo

test: $(VENV)/.installed-dev system-packages lint  ## Run every test (lint included)
	$(BIN)/python -m pytest $(PYTEST)

lint: $(VENV)/.installed-dev  ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev  ## Put the code into shape
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

train: $(VENV)/.installed-dev  ## Train the shipped models from the written examples
	$(BIN)/retsspor train

evaluate: $(VENV)/.installed-dev  ## Measure redaction and labels
	$(BIN)/retsspor evaluate

audit: $(VENV)/.installed-dev  ## Ask the advisory database for known flaws in the locked libraries
	$(BIN)/python scripts/audit.py

bench: $(VENV)/.installed-dev  ## Measure speed and size: a quarter of an hour on a quiet machine
	$(BIN)/retsspor bench $(BENCH)

bench-large: $(VENV)/.installed-dev  ## The same up to a million submissions: hours
	$(BIN)/retsspor bench --large $(BENCH)

serve: setup  ## Start the service
	$(BIN)/retsspor serve

system-packages:
	@sh scripts/system-packages.sh

lock:  ## Write the lock files anew (needs uv)
	sh scripts/lock.sh

clean:  ## Remove what can be made again
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@sh scripts/make-venv.sh $(PYTHON) $(VENV)

# The stamps make a second `make` quick: they are older than a lock file only when it has changed.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.installed
