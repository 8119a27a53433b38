# Two commands do it all: `make run` and `make test`. Everything lands in .venv; a second run installs nothing.

SHELL := /bin/sh
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet

# Tests start hundreds of processes, each of which would compile Portier anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run install test test-slow check bench lock pictures clean run-packages test-packages bench-packages

help: ## These lines
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: run-packages .venv/installed-run ## Install what is missing and run Portier on this machine
	@exec $(BIN)/portier run

install: run-packages .venv/installed-run ## The same, without running it

test: test-packages .venv/installed-test ## Install what the tests need and run them (about 10 minutes on two cores)
	@room=$$(scripts/room-for-tests) && trap 'rm -rf "$$room"' EXIT INT TERM && \
	$(BIN)/python -m pytest -n $$(( 2 * $$(nproc) )) --dist loadfile --no-loadscope-reorder --durations 10 --basetemp="$$room/made"

test-slow: test-packages .venv/installed-test ## Run the long tier; goes on where it was stopped; ends with a table
	$(BIN)/python -m pytest -m slow || [ $$? -eq 5 ] # 5: everything in it had passed before

check: test-packages .venv/installed-test ## Lint, format, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/project

pictures: test-packages .venv/installed-test ## Take the pictures of README anew
	PORTIER_PICTURES=docs/pictures $(BIN)/python -m pytest -q tests/end_to_end
	PORTIER_PICTURES=docs/pictures $(BIN)/python -m pytest -q -m slow tests/kiosk_screens/test_pictures.py

bench: bench-packages .venv/installed-test ## Measure; capture is measured next to ffmpeg and motion
	$(BIN)/python -m bench

lock: .venv/installed-test ## Choose anew which version of everything is installed
	$(PIP) install uv
	$(LOCK) --upgrade --extra test pyproject.toml requirements/build.in --output-file requirements/test.txt
	$(LOCK) --constraint requirements/test.txt pyproject.toml requirements/build.in --output-file requirements/run.txt

clean: ## Take away what the other targets made
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis portier.egg-info

run-packages:
	@scripts/install-packages packages/run.txt

test-packages:
	@scripts/install-packages packages/run.txt packages/test.txt

bench-packages:
	@scripts/install-packages packages/run.txt packages/test.txt packages/bench.txt

.venv/made: | run-packages
	@python=$$(scripts/find-python) && echo "Making .venv with $$python" && "$$python" -m venv --clear .venv
	@touch $@

# The stamps hold what was installed: a changed lock or project installs again, an unchanged one does not.
.venv/installed-run: requirements/run.txt pyproject.toml .venv/made
	@test -e .venv/installed-test || echo "Installing Python packages"
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

.venv/installed-test: requirements/test.txt pyproject.toml .venv/made
	@echo "Installing Python packages"
	$(PIP) install --require-hashes -r requirements/test.txt
	$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@ .venv/installed-run
