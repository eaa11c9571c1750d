# Start with `make demo` and `make test`. Each installs its dependencies on the first run.

PYTHON ?= python3
VENV ?= .venv
OFFICIAL ?= .venv-official
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
# Commands in the recipe of a file in a virtual environment.
CREATE_VENV = test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
INSTALL = $(@D)/bin/python -m pip --disable-pip-version-check -qq install

# Example projects. Each has its own virtual environment below EXAMPLES_VENV.
EXAMPLES := fastapi_service worker
EXAMPLES_VENV := $(VENV)-examples
# Environment of `scale`, with Ray.
SCALE_VENV := $(VENV)-scale
# Tools of `docs`, `docs-browser`, `release-check`, `lint-workflows` and `audit`. Each name ends with its dependency group.
DOCS_VENV := $(VENV)-docs
BROWSER_VENV := $(VENV)-docs-browser
RELEASE_VENV := $(VENV)-release
WORKFLOWS_VENV := $(VENV)-workflows
AUDIT_VENV := $(VENV)-audit
# Environments of `test-lowest` and `test-latest`.
LOWEST_VENV := $(VENV)-lowest
LATEST_VENV := $(VENV)-latest
# Extras of the tests: `scale` tests the extra ray, which is large.
EXTRAS := cli,otel,parquet
comma := ,
# Environments and large files of the benchmarks.
BENCH_VENV := $(VENV)-bench
# Files and directories: the time of a directory changes when one of its files is deleted.
PACKAGE := $(shell find memsy -name __pycache__ -prune -o -print) pyproject.toml README.md LICENSE

# Versions of mypy for `mypy-versions`: the oldest, two between, and the newest without mypyc.
MYPY_VERSIONS := 1.8.0 1.8.0-interpreted 1.11.2 1.15.0 2.4.1-interpreted

# Modules with stubs in typings/: *.pyi files and packages. `scale` checks the stubs of ray.
STUBS := $(basename $(notdir $(wildcard typings/*.pyi))) \
	$(filter-out ray,$(notdir $(patsubst %/__init__.pyi,%,$(wildcard typings/*/__init__.pyi))))
RAY_STUBS := ray.data.block ray.data.dataset ray.data.datasource.datasink

# One worker more than there are cores, because tests also wait for sockets.
# One process on a shared service, where parallel tests would delete each other's data.
XDIST_OPTIONS = $(if $(MEMSY_BASE_URL),-n 0,--dist worksteal -n $$($(BIN)/python -c \
	'import os; print((os.cpu_count() or 1) + 1)'))

# Tests that `runtime-types` runs: all public calls, over local servers and fakes.
TYPED_TESTS := tests/testing/contract tests/testing/test_fakes.py tests/resources \
	tests/control_resources tests/models tests/test_clients.py

.DEFAULT_GOAL := help
.PHONY: help demo test format lint lint-workflows types type-checkers mypy-versions unit slow test-lowest test-latest audit no-extensions no-posix runtime-types \
	examples scale bench chaos fuzz official comparison docs docs-browser release-check clean $(EXAMPLES:%=example-%)

help: ## list all targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/installed ## ingest sample events into a local Memsy service, and search the memories
	@$(BIN)/memsy demo

# Types and examples use one core each; the tests use all cores.
test: lint ## run the main checks of CI: style, types, examples, tests
	@$(MAKE) --no-print-directory --jobs 2 types examples
	@$(MAKE) --no-print-directory unit

format: $(VENV)/developed ## sort imports and format the code (ruff)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# PLW1514: without an encoding, open() uses the code page of Windows.
lint: $(VENV)/developed ## check rules and format (ruff)
	@$(BIN)/ruff check .
	@$(BIN)/ruff check --preview --select PLW1514 .
	@$(BIN)/ruff format --check .

# `--offline`: the answer of zizmor depends on the files alone.
lint-workflows: $(WORKFLOWS_VENV)/installed ## check workflows, issue forms, Dependabot and pre-commit (check-jsonschema, zizmor)
	@check() { $(WORKFLOWS_VENV)/bin/check-jsonschema --quiet --builtin-schema "$$@"; } && \
	check vendor.github-workflows .github/workflows/*.yml && \
	check custom.github-workflows-require-timeout .github/workflows/*.yml && \
	check vendor.github-actions .github/actions/*/action.yml && \
	check vendor.dependabot .github/dependabot.yml && \
	check vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml && \
	check vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	@$(WORKFLOWS_VENV)/bin/zizmor --offline --quiet --persona pedantic .github
	@$(WORKFLOWS_VENV)/bin/pre-commit validate-config

types: $(VENV)/developed ## check types (mypy, basedpyright) and the stubs in typings/ (stubtest)
	@$(BIN)/mypy
	@$(BIN)/basedpyright
	@PYTHONPATH=.:typings:$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
		$(BIN)/basedpyright --verifytypes memsy --ignoreexternal >$(VENV)/verifytypes \
		|| { cat $(VENV)/verifytypes; exit 1; }
	@grep 'completeness' $(VENV)/verifytypes
	@stubs=$$($(BIN)/python -c 'import sys; from importlib.util import find_spec; \
		print(*filter(find_spec, sys.argv[1:]))' $(STUBS)); \
	if [ -n "$$stubs" ]; \
		then $(BIN)/stubtest --ignore-missing-stub --mypy-config-file mypy.ini $$stubs; \
		else echo "stubtest: none of the modules with stubs in typings/ is installed"; fi

type-checkers: $(VENV)/type-checked ## check types with ty and pyrefly, too, and for Windows and macOS
	@$(BIN)/ty check --python $(VENV)
	@$(BIN)/pyrefly check --python-interpreter-path $(BIN)/python
	@$(BIN)/mypy tests/typing
	@$(BIN)/basedpyright memsy tests/typing
	@for platform in win32 darwin; do $(BIN)/mypy --platform $$platform --no-warn-unreachable || exit; done
	@for platform in Windows Darwin; do $(BIN)/basedpyright --pythonplatform $$platform || exit; done

mypy-versions: $(MYPY_VERSIONS:%=$(VENV)-mypy/%/installed) $(VENV)/developed ## test the plugin on older versions of mypy; takes some minutes
	@MEMSY_MYPY_PYTHONS="$(MYPY_VERSIONS:%=$(VENV)-mypy/%/bin/python)" \
		$(BIN)/python -m pytest -q $(XDIST_OPTIONS) tests/_parity/test_mypy_versions.py

# Tests start hundreds of Python processes: they share compiled modules, outside the source tree.
unit slow test-lowest test-latest: export PYTHONDONTWRITEBYTECODE =
unit slow test-lowest test-latest: export PYTHONPYCACHEPREFIX = $(abspath $(VENV))/pycache

unit: $(VENV)/developed ## run the test suite on all cores, without the slow tests (pytest)
	@$(BIN)/python -m pytest -q $(XDIST_OPTIONS) -m 'not slow'

slow: $(VENV)/developed ## run the tests that take long (pytest)
	@$(BIN)/python -m pytest -q $(XDIST_OPTIONS) -m slow

# The pytest plugin of anyio 4.14 uses a renamed class. The next release needs typing-extensions 4.16.
test-lowest: export PYTEST_ADDOPTS = -W ignore:_pytest.python.CallSpec2:pytest.PytestRemovedIn10Warning
test-lowest: BIN = $(LOWEST_VENV)/bin
test-lowest: $(LOWEST_VENV)/developed ## run the test suite with the lowest dependencies that pyproject.toml accepts (uv, pytest)
	@$(BIN)/python --version
	@cat $(LOWEST_VENV)/lowest.txt
	@$(BIN)/python -m pytest -q $(XDIST_OPTIONS) -m 'not slow'

test-latest: BIN = $(LATEST_VENV)/bin
test-latest: $(LATEST_VENV)/developed ## run the test suite with the newest dependencies, pre-releases included (uv, pytest)
	@$(BIN)/python --version
	@$(BIN)/uv pip freeze --quiet --python $(BIN)/python --exclude-editable
	@$(BIN)/python -m pytest -q $(XDIST_OPTIONS) -m 'not slow'

# UNREACHABLE=skip: succeed, with a message, if the advisory database cannot be reached.
audit: $(AUDIT_VENV)/installed ## look for known vulnerabilities in the lowest and the newest dependencies (pip-audit)
	@$(AUDIT_VENV)/bin/python -m tests.audit $(if $(filter skip,$(UNREACHABLE)),--skip-if-unreachable)

no-extensions: $(VENV)/developed ## run the tests of transports, faults and HTTP with the Python parser of aiohttp
	@AIOHTTP_NO_EXTENSIONS=1 $(BIN)/python -m pytest -q $(XDIST_OPTIONS) -m 'not slow' \
		tests/_transports tests/faults tests/local/server/test_ambiguous_requests.py

# The branches of the package for Windows run on Linux. Tests that need what is missing are skipped.
NO_POSIX_TESTS := tests/_transports tests/outbox tests/bulk tests/local/storage tests/local/server \
	tests/local/test_clock.py tests/local/test_service.py tests/test_clients.py tests/test_hooks.py \
	tests/test_lazy.py tests/testing/contract tests/testing/test_fakes.py tests/support

no-posix: $(VENV)/developed ## run tests without fork, poll, epoll, timers, fcntl and further parts of POSIX
	@$(BIN)/python -m pytest -q $(XDIST_OPTIONS) -p tests.support.missing_posix -m 'not slow' $(NO_POSIX_TESTS)

# The tests marked `wrong_types` are deselected: they pass values that the annotations exclude.
# beartype works only on modules that pytest does not rewrite.
runtime-types: $(VENV)/developed ## check annotations at run time (typeguard, beartype); takes some minutes
	@$(BIN)/python -m pytest -q $(XDIST_OPTIONS) --typeguard-packages=memsy --memsy-forbid-network $(TYPED_TESTS)
	@$(BIN)/python -m pytest -q $(XDIST_OPTIONS) --assert=plain -p tests.support.beartype_plugin \
		-W ignore::beartype.roar.BeartypeDecorHintPep613DeprecationWarning \
		--memsy-forbid-network $(TYPED_TESTS)

examples: $(EXAMPLES:%=example-%) ## run mypy and pytest of each example project, with the built wheel

# The output of each project is printed at once, because projects may run in parallel.
$(EXAMPLES:%=example-%): example-%: $(EXAMPLES_VENV)/%/installed
	@cd examples/$* && python="$(abspath $(EXAMPLES_VENV)/$*/bin/python)" && { \
		output=$$({ "$$python" -m mypy && "$$python" -m pytest -q; } 2>&1); status=$$?; \
		printf 'examples/$*\n%s\n' "$$output"; exit $$status; }

# EVENTS=2000000 loads more events. Ray itself causes warnings, so they are no errors here.
scale: $(SCALE_VENV)/installed ## load 200,000 events with Ray, kill a worker, and count; takes some minutes
	@$(SCALE_VENV)/bin/stubtest --ignore-missing-stub --mypy-config-file mypy.ini $(RAY_STUBS)
	@$(SCALE_VENV)/bin/python -m pytest -q -p no:cacheprovider -W ignore tests/integrations/test_ray.py
	@cd examples/backfill && python="$(abspath $(SCALE_VENV))/bin/python" && \
		"$$python" -m mypy && "$$python" -m pytest -q -p no:asyncio && \
		"$$python" -m event_backfill $(if $(EVENTS),--events $(EVENTS))

# Options: ONLY=async,sync for some sections, SETS=3 for the number of process sets, QUICK=1, and
# PUBLISH=1 to replace the figures of docs/performance.md.
bench: $(VENV)/developed ## measure the speed beside plain libraries and the official SDK; takes a quarter of an hour
	@$(BIN)/python -m benchmarks --folder $(BENCH_VENV) \
		$(if $(ONLY),--only $(ONLY)) $(if $(SETS),--sets $(SETS)) $(if $(QUICK),--quick) $(if $(PUBLISH),--publish)

# Options of `chaos` and `fuzz`: PUBLISH=1 replaces the figures of docs/reliability.md, and ONLY=delivery
# runs one experiment of `chaos`.
chaos: $(VENV)/developed ## measure data loss under faults, crashes and load; takes some minutes
	@$(BIN)/python -m tests.chaos $(ONLY) $(if $(PUBLISH),--publish)

fuzz: $(VENV)/developed ## fuzz the clients and the local server; takes some minutes
	@$(BIN)/python -m tests.fuzz $(if $(PUBLISH),--publish)

official: $(VENV)/developed $(OFFICIAL)/installed ## compare with the official SDK on the same faults
	@$(BIN)/python -m tests.official $(OFFICIAL)/bin/python

# ONLY=errors,retries measures some sections, and PUBLISH=1 replaces the tables of docs/comparison.md.
comparison: $(VENV)/developed $(OFFICIAL)/installed ## measure the points of docs/comparison.md; takes some minutes
	@$(BIN)/python -m tests.official.comparison $(OFFICIAL)/bin/python \
		$(if $(ONLY),--only $(ONLY)) $(if $(PUBLISH),--publish)

# REQUIRE_ALL=1: fail if the machine lacks a supported version of Python.
release-check: $(RELEASE_VENV)/installed $(VENV)/developed ## build HEAD twice, compare, check, and install on each Python; takes some minutes
	@$(RELEASE_VENV)/bin/python -m tests.release --suite-python $(BIN)/python $(if $(REQUIRE_ALL),--require-all)

# Without the cache, a build depends on its input alone.
docs: $(DOCS_VENV)/installed ## build the documentation site into build/site (zensical)
	@$(DOCS_VENV)/bin/python -m docs_build.stage
	@$(DOCS_VENV)/bin/zensical build --strict --clean
	@$(DOCS_VENV)/bin/python -m docs_build.search
	@$(DOCS_VENV)/bin/python -m docs_build.llms
	@$(DOCS_VENV)/bin/python -m docs_build.check

docs-browser: docs $(BROWSER_VENV)/installed ## open each page of the site in Chromium, at the width of a phone
	@$(BROWSER_VENV)/bin/python -m docs_build.browser

clean: ## delete virtual environments, builds and caches
	rm -rf $(VENV) $(VENV)-* build dist .cache .nox .mypy_cache .pytest_cache .ruff_cache .hypothesis \
		examples/*/.mypy_cache examples/*/.pytest_cache

$(VENV)/installed: pyproject.toml
	@echo "Installing memsy into $(VENV) ..."
	@$(CREATE_VENV)
	@$(INSTALL) --upgrade 'pip>=25.1'
	@$(INSTALL) --editable '.[cli]'
	@touch $@

$(VENV)/developed: $(VENV)/installed
	@echo "Installing the development tools into $(VENV) ..."
	@$(INSTALL) --group dev
	@touch $@

$(VENV)/type-checked: $(VENV)/developed
	@echo "Installing further type checkers into $(VENV) ..."
	@$(INSTALL) --group type-checkers
	@touch $@

# Environments with the tools of one dependency group, without the package.
$(DOCS_VENV)/installed $(BROWSER_VENV)/installed $(RELEASE_VENV)/installed $(WORKFLOWS_VENV)/installed $(AUDIT_VENV)/installed: $(VENV)-%/installed: pyproject.toml
	@echo "Installing the tools of the group $* into $(@D) ..."
	@$(CREATE_VENV)
	@$(INSTALL) --upgrade 'pip>=25.1'
	@$(INSTALL) --group $*
	@touch $@

# Environments in which uv installs: pip cannot resolve to the lowest versions.
$(LOWEST_VENV)/uv $(LATEST_VENV)/uv:
	@$(CREATE_VENV)
	@$(INSTALL) uv
	@touch $@

# `--no-deps`: a bound that another dependency excludes is an error, and not silently raised.
# `--only-binary`: the lowest release with a wheel for this Python.
$(LOWEST_VENV)/developed: pyproject.toml $(LOWEST_VENV)/uv
	@echo "Installing the lowest dependencies into $(LOWEST_VENV) ..."
	@$(@D)/bin/uv pip compile --quiet --python $(@D)/bin/python --resolution lowest-direct --no-deps --only-binary :all: \
		--upgrade --no-header --no-annotate $(patsubst %,--extra %,$(subst $(comma), ,$(EXTRAS))) pyproject.toml --output-file $(@D)/lowest.txt
	@$(@D)/bin/uv pip install --quiet --python $(@D)/bin/python --constraint $(@D)/lowest.txt \
		--editable '.[$(EXTRAS)]' --group dev
	@touch $@

# Phony prerequisite: newer releases may exist.
$(LATEST_VENV)/developed: $(LATEST_VENV)/uv FORCE
	@echo "Installing the newest dependencies into $(LATEST_VENV) ..."
	@$(@D)/bin/uv pip install --quiet --python $(@D)/bin/python --upgrade --prerelease allow \
		--editable '.[$(EXTRAS)]' --group dev
	@touch $@

FORCE:

$(VENV)-mypy/%/installed: pyproject.toml
	@echo "Installing mypy $* ..."
	@$(CREATE_VENV)
	@$(INSTALL) --editable . \
		$(if $(findstring interpreted,$*),--no-binary mypy) 'mypy==$(*:-interpreted=)'
	@touch $@

$(EXAMPLES_VENV)/built: $(PACKAGE) | $(VENV)/installed
	@echo "Building the wheel ..."
	@rm -rf $(EXAMPLES_VENV)/dist
	@$(PIP) wheel --no-deps --wheel-dir $(EXAMPLES_VENV)/dist .
	@touch $@

# The wheel is installed by its path: the registry has another package of the same name.
$(EXAMPLES:%=$(EXAMPLES_VENV)/%/developed): $(EXAMPLES_VENV)/%/developed: examples/%/pyproject.toml pyproject.toml | $(EXAMPLES_VENV)/built
	@echo "Installing the dependencies of examples/$* ..."
	@test -x $(@D)/bin/python || $(BIN)/python -m venv --without-pip $(@D)
	@$(PIP) --python $(@D)/bin/python install $(EXAMPLES_VENV)/dist/memsy-*.whl \
		--editable examples/$* --group examples/$*/pyproject.toml:test
	@touch $@

$(EXAMPLES:%=$(EXAMPLES_VENV)/%/installed): $(EXAMPLES_VENV)/%/installed: $(EXAMPLES_VENV)/%/developed $(EXAMPLES_VENV)/built
	@$(PIP) --python $(@D)/bin/python install --force-reinstall --no-deps $(EXAMPLES_VENV)/dist/memsy-*.whl
	@touch $@

$(SCALE_VENV)/developed: examples/backfill/pyproject.toml pyproject.toml | $(EXAMPLES_VENV)/built
	@echo "Installing Ray into $(SCALE_VENV) ..."
	@test -x $(@D)/bin/python || $(BIN)/python -m venv --without-pip $(@D)
	@$(PIP) --python $(@D)/bin/python install "$$(echo $(EXAMPLES_VENV)/dist/memsy-*.whl)[ray]" \
		--editable examples/backfill --group examples/backfill/pyproject.toml:test --group scale
	@touch $@

$(SCALE_VENV)/installed: $(SCALE_VENV)/developed $(EXAMPLES_VENV)/built
	@$(PIP) --python $(@D)/bin/python install --force-reinstall --no-deps $(EXAMPLES_VENV)/dist/memsy-*.whl
	@touch $@

# trio is a loop that the official SDK supports.
$(OFFICIAL)/installed: pyproject.toml
	@echo "Installing the official SDK into $(OFFICIAL) ..."
	@$(CREATE_VENV)
	@$(INSTALL) 'memsy==0.3.5' trio
	@touch $@
