# `make` alone builds everything a reader needs; `make help` lists the rest.
PYTHON ?= python3
RAW ?= ../shared/corpora
BIN := .venv/bin
# a module's fixtures are made by one worker, and what takes longest begins
PYTEST := $(BIN)/pytest -n auto --dist loadscope --no-loadscope-reorder

.DEFAULT_GOAL := site
# else each of many processes compiles the suite anew
unexport PYTHONDONTWRITEBYTECODE
.PHONY: site notebooks test test-all static lab data tables instruments bench fuzz calibrate
.PHONY: wheel lock clean help spark demo quick quick-tests tests faults

site: .venv/run.stamp ## environment, notebooks into build/, site; prints where it lies
	@$(BIN)/python -m pipeline site

notebooks: .venv/run.stamp ## execute the chapters and rewrite their outputs
	@$(BIN)/shequn notebooks

lab: .venv/run.stamp ## JupyterLab on the notebooks
	@$(BIN)/shequn lab

data: .venv/run.stamp ## raw corpora in RAW=… into data/processed, byte for byte
	@$(BIN)/python -m pipeline data $(RAW)

tables: .venv/run.stamp ## docs/tables.md, datapackage.json, REUSE.toml from what is there
	@$(BIN)/python -m pipeline.publish.descriptor
	@$(BIN)/python -m pipeline.life_tables
	@$(BIN)/python tools/licences.py

instruments: .venv/run.stamp ## how good the text instruments are, on the labelled sets in RAW=…
	@SHEQUN_PEERS="$$($(BIN)/python tools/locked.py peers)" \
	  $(BIN)/python -m pipeline.validation.instruments $(RAW)

messages: .venv/run.stamp ## texts that readers see into the Chinese catalogue; lists what lacks Chinese
	@$(BIN)/python -m pipeline.catalogue

test: .venv/test.stamp ## what must pass before each commit, and in CI
	@$(MAKE) --no-print-directory -j 2 static tests

tests: .venv/test.stamp
	$(PYTEST) -m "not (long or kept)" --record src tests

quick: .venv/test.stamp ## what tells most in a minute and a half: no notebook, browser, raw data or faults
	@$(MAKE) --no-print-directory -j 2 static quick-tests

quick-tests: .venv/test.stamp
	$(PYTEST) -m "not (long or slow or notebook or browser or raw or fault or spark or equality)" tests

test-all: static spark ## also what is too long for every run (an hour or two)
	HYPOTHESIS_PROFILE=thorough $(PYTEST) --record src tests

static: .venv/test.stamp ## ruff, mypy and typos
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/typos

wheel: .venv/test.stamp ## the wheel with lowest and newest packages, oldest and newest Python
	$(BIN)/python tools/try_wheel.py

bench: .venv/test.stamp ## speeds side by side in one run
	$(BIN)/python tools/bench.py

spark: .venv/test.stamp ## where Java is: PySpark under build/, for its tests
	@$(BIN)/python tools/spark.py

fuzz: .venv/test.stamp ## 10,000 broken inputs a format and command, every failing call (for hours)
	SHEQUN_FUZZ=10000 $(PYTEST) -m long -k "fuzz or survive or mixed or fails" tests

calibrate: .venv/run.stamp ## how often answers cover the truth, on simulated sources
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pipeline.validation.calibration

faults: .venv/test.stamp ## at least 200 kills of an ingest, and every write failing
	$(BIN)/pytest -n0 tests/faults

demo: .venv/run.stamp ## the demo's exports in data/raw/demo, from its simulated groups
	@$(BIN)/python -m pipeline.validation.demo

lock: ## resolve the three groups again (needs uv)
	$(BIN)/python tools/lock.py

clean: ## remove what can be built again
	rm -rf build

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# without a recipe: where it is gone, or its link leads nowhere, it counts as new
$(BIN)/python:

.venv/%.stamp: requirements/%.txt pyproject.toml tools/bootstrap.py $(BIN)/python
	@command -v $(PYTHON) >/dev/null || { echo "shequn: no $(PYTHON) found: install Python 3.11 to 3.14, or name one with \`make PYTHON=…\`." >&2; exit 1; }
	@$(PYTHON) tools/bootstrap.py $*
