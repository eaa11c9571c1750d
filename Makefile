# Two commands matter: `make demo` and `make test`. Each sets up what it needs, once.

PYTHON ?= python3
VENV ?= .venv
OFFICIAL ?= .venv-official
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

# Projects of their own, each with an environment of its own.
EXAMPLES := fastapi_service worker
THEIRS := $(VENV)-examples
# Directories, too: one changes when a file of it goes.
PACKAGE := $(shell find memsy -name __pycache__ -prune -o -print) pyproject.toml README.md LICENSE

# The modules that typings/ has stubs for: *.pyi and packages.
STUBS := $(basename $(notdir $(wildcard typings/*.pyi))) \
	$(notdir $(patsubst %/__init__.pyi,%,$(wildcard typings/*/__init__.pyi)))

# Tests wait for sockets as much as they compute, so there is one at work more than there are cores.
# On a service that is there for others too, what they make and delete must not meet.
SIDE_BY_SIDE = $(if $(MEMSY_BASE_URL),-n 0,--dist worksteal -n $$($(BIN)/python -c \
	'import os; print((os.cpu_count() or 1) + 1)'))

.DEFAULT_GOAL := help
.PHONY: help demo test format lint types unit examples bench chaos fuzz official clean $(EXAMPLES:%=example-%)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/installed ## ingest a sample into a local Memsy service, and search it
	@$(BIN)/memsy demo

# Types and examples leave a core idle for most of their time, and tests none.
test: lint ## everything CI runs: style, types, tests
	@$(MAKE) --no-print-directory --jobs 2 types examples
	@$(MAKE) --no-print-directory unit

format: $(VENV)/developed ## ruff: sort imports and names, and format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

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
	@stubs=$$($(BIN)/python -c 'import sys; from importlib.util import find_spec; \
		print(*filter(find_spec, sys.argv[1:]))' $(STUBS)); \
	if [ -n "$$stubs" ]; \
		then $(BIN)/stubtest --ignore-missing-stub --mypy-config-file mypy.ini $$stubs; \
		else echo "stubtest: no module that typings/ has a stub of is installed"; fi

unit: $(VENV)/developed ## pytest, on all cores
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE)

examples: $(EXAMPLES:%=example-%) ## the projects of examples/, each with the wheel: mypy, pytest

# What each has to say is kept together, as they may be tried side by side.
$(EXAMPLES:%=example-%): example-%: $(THEIRS)/%/installed
	@cd examples/$* && python=$(abspath $(THEIRS)/$*/bin/python) && { \
		said=$$({ $$python -m mypy && $$python -m pytest -q; } 2>&1); ended=$$?; \
		printf 'examples/$*\n%s\n' "$$said"; exit $$ended; }

bench: $(VENV)/developed ## what a call costs, beside requests, aiohttp and httpx; and what fakes cost
	@$(BIN)/python -m benchmarks.clients
	@$(BIN)/python -m benchmarks.fakes

chaos: $(VENV)/developed ## fault-injection experiments with limits; takes some minutes
	@$(BIN)/python -m tests.chaos

fuzz: $(VENV)/developed ## fuzz the clients and the local server; takes some minutes
	@$(BIN)/python -m tests.fuzz

official: $(VENV)/developed $(OFFICIAL)/installed ## compare with the official SDK on the same faults
	@$(BIN)/python -m tests.official $(OFFICIAL)/bin/python

clean: ## remove what was installed and cached
	rm -rf $(VENV) $(OFFICIAL) $(THEIRS) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis \
		examples/*/.mypy_cache examples/*/.pytest_cache

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

$(THEIRS)/built: $(PACKAGE) | $(VENV)/installed
	@echo "Building the wheel ..."
	@rm -rf $(THEIRS)/dist
	@$(PIP) wheel --no-deps --wheel-dir $(THEIRS)/dist .
	@touch $@

# The wheel is named, or the package of the same name would come from the registry.
$(EXAMPLES:%=$(THEIRS)/%/developed): $(THEIRS)/%/developed: examples/%/pyproject.toml pyproject.toml | $(THEIRS)/built
	@echo "Installing what examples/$* needs ..."
	@test -x $(@D)/bin/python || $(BIN)/python -m venv --without-pip $(@D)
	@$(PIP) --python $(@D)/bin/python install $(THEIRS)/dist/memsy-*.whl \
		--editable examples/$* --group examples/$*/pyproject.toml:test
	@touch $@

$(EXAMPLES:%=$(THEIRS)/%/installed): $(THEIRS)/%/installed: $(THEIRS)/%/developed $(THEIRS)/built
	@$(PIP) --python $(@D)/bin/python install --force-reinstall --no-deps $(THEIRS)/dist/memsy-*.whl
	@touch $@

$(OFFICIAL)/installed:
	@echo "Installing the official SDK into $(OFFICIAL) ..."
	@test -x $(OFFICIAL)/bin/python || $(PYTHON) -m venv $(OFFICIAL)
	@$(OFFICIAL)/bin/python -m pip --disable-pip-version-check -qq install 'memsy==0.3.5'
	@touch $@
