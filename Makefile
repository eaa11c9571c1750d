# Two commands matter: `make demo` and `make test`. Each sets up what it needs, once.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

# The modules that typings/ has stubs for: *.pyi and packages.
STUBS := $(basename $(notdir $(wildcard typings/*.pyi))) \
	$(notdir $(patsubst %/__init__.pyi,%,$(wildcard typings/*/__init__.pyi)))

.DEFAULT_GOAL := help
.PHONY: help demo test lint types unit bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/installed ## ingest a sample into a local Memsy service, and search it
	@$(BIN)/memsy demo

test: lint types unit ## everything CI runs: style, types, tests

lint: $(VENV)/developed ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/developed ## mypy, pyright, and stubtest of typings/
	@$(BIN)/mypy
	@$(BIN)/basedpyright
	@PYTHONPATH=.:$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
		$(BIN)/basedpyright --verifytypes memsy --ignoreexternal >$(VENV)/verifytypes \
		|| { cat $(VENV)/verifytypes; exit 1; }
	@grep 'completeness' $(VENV)/verifytypes
	@$(if $(strip $(STUBS)), \
		$(BIN)/stubtest --ignore-missing-stub --mypy-config-file mypy.ini $(STUBS), \
		echo "stubtest: there are no stubs in typings/")

unit: $(VENV)/developed ## pytest, on all cores
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup

bench: $(VENV)/developed ## what a call costs, beside requests, aiohttp and httpx
	@$(BIN)/python -m benchmarks.clients

clean: ## remove what was installed and cached
	rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/installed: pyproject.toml
	@echo "Installing memsy into $(VENV) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install --editable '.[cli]'
	@touch $@

$(VENV)/developed: $(VENV)/installed
	@echo "Installing the development tools into $(VENV) ..."
	@$(PIP) install --group dev
	@touch $@
