# `make help` lists what there is. Everything runs from a clone and installs what it needs into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
DEMO_DIR ?= demo-out
# make demo ARGS=--serve · make test ARGS="-k exchange" · make bench ARGS="sign verify"
ARGS ?=

.PHONY: help demo test quick endure lint format bench pages lock clean distclean env-node env-dev

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12
	@echo 'PYTHON=python3.12 picks the interpreter; ARGS="…" is passed on to the command.'

demo: env-node ## the reference case from end to end, on this machine, into demo-out/
	@# Only our own default folder is cleared; a folder you name must be new.
	@$(if $(filter demo-out,$(DEMO_DIR)),rm -rf demo-out)
	@$(BIN)/paraph demo --dir "$(DEMO_DIR)" $(ARGS)

test: env-dev ## every test; installs other people's verifiers with apt-get where missing
	@scripts/system-packages --tests
	@PARAPH_TESTS_COMPLETE=1 $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

quick: env-dev ## the tests that take no long time
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" $(ARGS)

endure: env-dev ## kill nodes and commands at random moments, RUNS=20 times; ARGS=--help says more
	@$(BIN)/python -m tests.endurance.endure $(if $(RUNS),--runs $(RUNS)) $(if $(SEED),--seed $(SEED)) $(ARGS)

lint: env-dev ## style, format, types, layers
	@echo 'lint: ruff'; $(BIN)/ruff check --quiet --output-format concise && $(BIN)/ruff format --check --quiet --output-format concise
	@echo 'lint: mypy'; $(BIN)/mypy --no-error-summary
	@echo 'lint: layers'; out=$$($(BIN)/lint-imports 2>&1) || { echo "$$out"; exit 1; }

format: env-dev ## let ruff format the code and mend what it safely can
	@$(BIN)/ruff check --fix --quiet || true; $(BIN)/ruff format

bench: env-dev ## benchmarks, each beside its peer in the same run
	@scripts/system-packages --tests
	@$(BIN)/paraph bench $(ARGS)

pages: env-dev ## write the documents that are made from the source
	@$(BIN)/python scripts/error-codes
	@$(BIN)/python scripts/access-table
	@$(BIN)/python scripts/openapi

lock: env-dev ## write requirements/*.lock anew from pyproject.toml (UPGRADE=1: newest versions)
	@scripts/lock

clean: ## remove what the demonstration, tests and checks left
	@rm -rf demo-out build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## clean, and remove the virtual environment
	@rm -rf .venv

env-node:
	@scripts/environment node

env-dev:
	@scripts/environment dev
