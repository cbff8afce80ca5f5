# The daily commands; `make` lists them. Every one sets up first what it needs, once.
# All that they write is under .veerkracht/, which git ignores and `make clean` removes.
# Works with GNU make 3.81, the one of macOS.

.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# --- What may be given: make TARGET NAME=value ------------------------------------------------------
PYTHON    ?= python3
BRONNEN   ?=
BRON      ?=
OPHALEN   ?=
EDITIE    ?=
VERDWENEN ?=
VERHUISD  ?=
PORT      ?= 3000
ECHT_DATA ?= ../shared/data
# Not the one in our own environment, which a set-up removes.
UV        ?= $(shell PATH="$$(printf %s "$$PATH" | tr : '\n' | grep -vxF "$(CURDIR)/.veerkracht/venv/bin" | paste -s -d : -)" command -v uv 2>/dev/null)
CHROMIUM  ?= $(shell command -v chromium 2>/dev/null || command -v chromium-browser 2>/dev/null || command -v google-chrome 2>/dev/null)
POSTGRES  ?= $(if $(wildcard /usr/share/postgresql/*/extension/postgis.control),$(lastword $(sort $(wildcard /usr/lib/postgresql/*/bin))))

# --- Where things are -------------------------------------------------------------------------------
OWN  := .veerkracht
VENV := $(OWN)/venv
BIN  := $(VENV)/bin
SAMPLE := $(OWN)/werk/voorbeeld/bronnen

# The sample, the sample over HTTP, and the publishers' own files each have their work folder, with its
# own Dagster instance.
ifneq ($(filter-out http,$(strip $(BRON))),)
$(error BRON=$(BRON) is not known. BRON=http fetches from the sample publisher; for a folder it is BRONNEN=folder)
endif
ifneq ($(strip $(BRON)),)
WERK ?= $(OWN)/werk/http
SOURCES :=
else ifneq ($(strip $(BRONNEN)),)
WERK ?= $(OWN)/werk/eigen
SOURCES := $(shell cd "$(BRONNEN)" 2>/dev/null && pwd)
ifeq ($(SOURCES),)
$(error BRONNEN=$(BRONNEN) is not a folder. Give the folder with the publishers' files, or leave BRONNEN out for the sample)
endif
else ifneq ($(strip $(OPHALEN)),)
WERK ?= $(OWN)/werk/eigen
SOURCES = $(WORK)/geleverd
else
WERK ?= $(OWN)/werk/voorbeeld
SOURCES :=
endif
WORK := $(if $(filter /%,$(WERK)),$(WERK),$(CURDIR)/$(WERK))

# What the tools read. For commands typed by hand: eval "$(make -s env)".
ENVIRONMENT = VEERKRACHT_WERK="$(WORK)" VEERKRACHT_BRONNEN="$(SOURCES)" DAGSTER_HOME="$(WORK)/dagster_home" \
    VEERKRACHT_OPHALEN="$(OPHALEN)"
# As they were given, so that a command can say how to come back: NAME=value.
GIVEN = $(strip $(foreach name,BRON BRONNEN OPHALEN WERK,$(if $(filter command environment,$(firstword \
    $(origin $(name)))),$(if $(strip $($(name))),$(name)=$($(name))))))
# With BRON=http, commands run while the sample publisher serves on a free port of 127.0.0.1.
SERVED = $(if $(strip $(BRON)),$(BIN)/veerkracht voorbeeld serve "$(WORK)/uitgever" --leveringen "$(WORK)/bronnen" --)

# Caches of tools, kept out of the home folder and out of the source tree. Bytecode of the libraries is
# compiled once, at set-up.
export MPLCONFIGDIR := $(CURDIR)/$(OWN)/cache/matplotlib
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/$(OWN)/cache/hypothesis
export PRE_COMMIT_HOME := $(CURDIR)/$(OWN)/cache/pre-commit
export PYTHONDONTWRITEBYTECODE := 1

# --- Set-up -----------------------------------------------------------------------------------------
# Two stamps, so that an edit of pyproject.toml does not install every library again. A stamp holds the
# place of this clone, because a virtual environment does not survive a move. The first thing a set-up
# does is remove them: one that is interrupted starts afresh.
LIBRARIES := $(VENV)/.libraries
LIBRARY_COUNT = $(shell grep -c '^[a-zA-Z].*==' requirements.lock)
READY     := $(VENV)/.ready

ifneq ($(shell test -x $(BIN)/python && cat $(LIBRARIES) 2>/dev/null),$(CURDIR))
$(LIBRARIES): FORCE
endif

# Compiling bytecode at set-up makes every later start two to three times as fast. uv trusts the
# certificates of the system, as pip and git do, so that it works behind an organisation's own proxy.
INSTALL := env -u PYTHONDONTWRITEBYTECODE -u VIRTUAL_ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=$${UV_SYSTEM_CERTS:-1} UV_CUSTOM_COMPILE_COMMAND="make lock"

# What cannot be read is somebody else's, and is never removed.
MINE = for way in $(OWN) $(VENV) $(LIBRARIES); do test ! -e $$way || { test -r $$way && test -w $$way; } || { \
    echo "Set-up is not done, or cannot be read: $(CURDIR)/$$way is not yours to read and write (you are $$(id -un))."; \
    echo "Nothing was removed. Ask its owner for rights, or work in a clone of your own."; exit 1; }; done

$(LIBRARIES): requirements.lock
	@{ $(MINE); } >&2
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Set-up needs Python 3.11 or newer; '$(PYTHON)' is: $$("$(PYTHON)" --version 2>&1)."; \
	    echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; } >&2
	@rm -rf $(VENV)
ifneq ($(strip $(UV)),)
	@echo "Set-up, once: $(LIBRARY_COUNT) libraries from requirements.lock with uv" >&2
	@$(INSTALL) "$(UV)" venv --quiet --python "$$("$(PYTHON)" -c 'import sys; print(sys.executable)')" $(VENV)
	@$(INSTALL) "$(UV)" pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
else
	@echo "Set-up, once: $(LIBRARY_COUNT) libraries from requirements.lock with pip; 2 to 6 minutes (uv on PATH does it in seconds)" >&2
	@$(INSTALL) "$(PYTHON)" -m venv $(VENV)
	@{ $(INSTALL) $(BIN)/python -m pip install --no-deps --require-hashes -r requirements.lock 2>&1; echo $$? > $(OWN)/setup.exit; } \
	    | tee $(OWN)/setup.log | awk '/^Collecting/ { if (++n % 25 == 0) { print "  " n " of $(LIBRARY_COUNT)"; fflush() } } \
	    /^Installing/ { print "  all are here: unpacking"; fflush() }' >&2
	@test "$$(cat $(OWN)/setup.exit)" = 0 || { tail -n 20 $(OWN)/setup.log; \
	    echo "pip did not finish; all that it said is in $(OWN)/setup.log"; exit 1; } >&2
endif
	@echo "$(CURDIR)" > $@

$(READY): $(LIBRARIES) pyproject.toml
	@rm -f $@
ifneq ($(strip $(UV)),)
	@$(INSTALL) "$(UV)" pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
else
	@$(INSTALL) $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
endif
	@rm -rf veerkracht_dagster.egg-info build
	@test -d $(SAMPLE) || { echo "Set-up, once: the publishers' files of the sample country" >&2; \
	    $(BIN)/veerkracht voorbeeld maak $(SAMPLE) > /dev/null; }
	@touch $@

# --- Targets ----------------------------------------------------------------------------------------
.PHONY: help setup rebuild test ui status env orakel lint types echt bench docs lock clean home FORCE

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "rebuild, ui, status and env work on the embedded sample, or with BRONNEN=folder on the publishers'"
	@echo "own files. BRON=http fetches the sample over HTTP, OPHALEN=ja fetches from the real publishers."
	@echo "VERDWENEN=\"reason\" and VERHUISD=ja (rebuild): what stood in a release may be gone, sources have moved."
	@echo "Also: EDITIE=2014-2020 (rebuild, status), PORT=3001 (ui), ECHT_DATA=folder (echt),"
	@echo "UPGRADE=1 (lock), WERK=folder (another work folder), PYTHON=python3.12 (set-up), UV= (set-up with pip)."

setup: $(READY) ## Virtual environment with exactly the versions of requirements.lock, and the sample's files
	@:

rebuild: $(READY) home ## From raw snapshots to published release; recomputes only what is stale
	@$(ENVIRONMENT) VEERKRACHT_MAKE="$(GIVEN)" $(SERVED) $(BIN)/veerkracht rebuild $(if $(strip $(EDITIE)),--editie "$(EDITIE)") \
	    $(if $(strip $(VERDWENEN)),--verdwenen "$(VERDWENEN)") $(if $(strip $(VERHUISD)),--verhuisd)

ui: $(READY) home ## The Dagster UI on what rebuild made
	@$(BIN)/veerkracht catalogus > /dev/null
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT))).close()' 2>/dev/null || { \
	    echo "Port $(PORT) is taken. Give another one: make ui PORT=$$(($(PORT) + 1))" >&2; exit 1; }
	@test -e "$(WORK)/dagster_home/history" || echo "Nothing is made yet in $(WERK): run make rebuild$(if $(GIVEN), $(GIVEN)) for something to see."
	@echo "Dagster UI: http://127.0.0.1:$(PORT)  (Ctrl-C stops it)"
	@exec env $(ENVIRONMENT) PYTHONWARNINGS='ignore:Function `dev_command` is superseded' $(SERVED) $(BIN)/dagster dev -w workspace.yaml -h 127.0.0.1 -p $(PORT)

status: $(READY) home ## What is there, from which release, how old, what is stale; EDITIE= also its classes
	@$(ENVIRONMENT) $(BIN)/veerkracht status $(if $(strip $(EDITIE)),--editie "$(EDITIE)")

SIDE_BY_SIDE = -n auto --maxprocesses 4 --dist loadfile

test: $(READY) ## All tests that need nothing but this clone
	@test -n "$(CHROMIUM)" || echo "NOT TESTED: the UI in a browser. No Chromium is on PATH; name one with CHROMIUM=path."
	@test -n "$(POSTGRES)" || echo "NOT TESTED: PostgreSQL with PostGIS as the warehouse. Name the folder of its programs with POSTGRES=folder."
	@VEERKRACHT_CHROMIUM="$(CHROMIUM)" VEERKRACHT_POSTGRES="$(POSTGRES)" $(BIN)/python -m pytest \
	    -m "not echt$(if $(CHROMIUM),, and not ui)$(if $(POSTGRES),, and not postgres)" \
	    $(if $(strip $(ARGS)),$(ARGS),$(SIDE_BY_SIDE))

echt: $(READY) ## Tests on the publishers' real files, in ECHT_DATA
	@test -d "$(ECHT_DATA)" || { echo "ECHT_DATA=$(ECHT_DATA) is not a folder. Give the one with the publishers' real files." >&2; exit 1; }
	@VEERKRACHT_ECHT="$$(cd "$(ECHT_DATA)" && pwd)" $(BIN)/python -m pytest -m echt \
	    $(if $(strip $(ARGS)),$(ARGS),$(SIDE_BY_SIDE))

orakel: $(READY) ## The layers of the rebuilt sample against a second, independent program
	@$(BIN)/python -m tests.orakel.vergelijken "$(WORK)" $(ARGS)

lint: $(READY) ## What is wrong or oddly laid out, without changing it
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

# Of benchmarks only that what they name exists: nothing else runs them often.
types: $(READY) ## Type check
	@$(BIN)/mypy
	@MYPYPATH=bench $(BIN)/mypy --follow-imports=silent --allow-untyped-defs --allow-incomplete-defs \
	    --disable-error-code=misc --disable-error-code=arg-type --disable-error-code=assignment \
	    --disable-error-code=call-arg bench

bench: $(READY) ## Benchmarks, each printing its figure
	@set -e; for script in bench/bench_*.py; do echo "== $$script"; $(BIN)/python "$$script" $(ARGS); done

docs: $(READY) ## The generated pages of docs/, from the catalogue
	@$(BIN)/veerkracht catalogus --docs docs/

lock: $(READY) ## requirements.lock again after a change in pyproject.toml (UPGRADE=1: newest versions)
	@cp requirements.lock $(OWN)/requirements.lock
	@$(INSTALL) $(BIN)/uv pip compile pyproject.toml --quiet --extra dev --universal \
	    --python-version 3.11 --generate-hashes --no-strip-extras \
	    --output-file $(OWN)/requirements.lock $(if $(strip $(UPGRADE)),--upgrade)
	@cmp -s $(OWN)/requirements.lock requirements.lock || cp $(OWN)/requirements.lock requirements.lock

env: $(READY) home ## Lines for your shell, to call dg, dagster and veerkracht yourself: eval "$(make -s env)"
	@printf 'export %s="%s"\n' VEERKRACHT_WERK "$(WORK)" VEERKRACHT_BRONNEN "$(SOURCES)" \
	    DAGSTER_HOME "$(WORK)/dagster_home" VEERKRACHT_OPHALEN "$(OPHALEN)" PATH "$(CURDIR)/$(BIN):$$PATH"

clean: ## Remove .veerkracht/: virtual environment, work folders, caches
	@rm -rf $(OWN)

# The Dagster instance of the work folder, with this clone's dagster.yaml where it has none yet.
home:
	@mkdir -p "$(WORK)/dagster_home" $(if $(SOURCES),"$(SOURCES)")
	@test -e "$(WORK)/dagster_home/dagster.yaml" || cp dagster.yaml "$(WORK)/dagster_home/dagster.yaml"

FORCE:
