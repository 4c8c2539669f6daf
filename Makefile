# Everything a newcomer needs: `make run`, `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
EDITION ?= morning
SIZES ?= 100000 300000 1000000
QUERY_SIZES ?= 100000 1000000
PAGES ?=
QUERY_LAKE ?=
PYTEST_PROCESSES ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run test check lint types serve docs lock clean test-kills test-crashes test-served-kills test-many-machines test-damage bench-real bench-annotate bench-extract floors bench-fetch bench-accounting bench-connect bench-registry bench-query bench-explore bench-pipeline soak test-browser

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: $(STAMP) ## make the environment in .venv (nothing outside this folder is touched)

# uv is bootstrapped into the environment: the pip of older Pythons cannot read a hashed set for every platform.
# Everything is compiled here once: where Python may not write bytecode (many containers), each command and each worker
# process would else compile a thousand files anew, 1.4 s of its start.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' \
	  || { echo "sillok needs Python 3.11 to 3.14; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make setup PYTHON=python3.12"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q -j 0 flows
	@touch $@

run: setup ## run the whole pipeline on the sample press and answer three questions
	@$(BIN)/sillok run --sample --edition $(EDITION)

test: setup ## the whole test suite, two processes; one process: make test PYTEST_PROCESSES=0
	@$(BIN)/python -m pytest -q --ignore tests/browser -n $(PYTEST_PROCESSES) --dist loadfile --no-loadscope-reorder

check: lint types ## ruff and the strict type checker

lint: setup
	@$(BIN)/ruff check flows tests
	@$(BIN)/ruff format --check flows tests

types: setup
	@$(BIN)/mypy

serve: setup ## Prefect server, one worker and the deployments, on this machine
	@$(BIN)/sillok serve

docs: setup ## write docs/tables.md from the declared tables and the view headers
	@$(BIN)/sillok tables --write docs/tables.md

test-browser: setup ## reports in Debian's chromium: nothing loaded, nothing said, no violation found by axe; pictures kept
	@$(BIN)/python -m pytest -q tests/browser

test-kills: setup ## gather under fifty random kills (three minutes); `make test` does five
	@KILLS=50 $(BIN)/python -m pytest -q tests/faults

test-crashes: setup ## 200 kills of import, extract, enrich, link, index, publish, maintain, also at the k-th write, fsync, rename (a C compiler; 20 to 60 minutes; KILLS=20 is quick); figures as JSON
	@$(BIN)/python -m tests.faults.crashes

test-served-kills: setup ## runs under a real server cancelled, killed, frozen, and left alone by their server (fifteen minutes)
	@SERVED_KILLS=1 $(BIN)/python -m pytest -q -s tests/faults/test_served_kills.py tests/faults/test_server_away.py

test-many-machines: setup ## the sample press with PostgreSQL, an S3 server and a Dask cluster; failures in mid-run (minutes)
	@MANY_MACHINES=1 $(BIN)/python -m pytest -q -s tests/faults/test_places.py tests/faults/test_many_machines.py

test-damage: setup ## 1,000 bit flips and 200 cuts over a small lake: what verify finds, what repair restores; figures as JSON
	@$(BIN)/python -m tests.faults.damage

bench-extract: setup ## figures of reading on the measuring set, beside stock trafilatura's; figures as JSON
	@$(BIN)/python -m tests.bench.extract

floors: setup ## raise the floors of reading to the figures reached (LOWER=--lower to lower them too)
	@$(BIN)/python -m tests.extraction.set_floors $(LOWER)

bench-annotate: setup ## figures of annotating on the measuring set, and its speed beside Kiwi alone; figures as JSON
	@$(BIN)/python -m tests.bench.annotate

bench-fetch: setup ## pages per second against a local server, beside Scrapy's (installed apart); figures as JSON
	@$(BIN)/python -m tests.bench.fetch

bench-connect: setup ## copies and stories on made-up corpora: precision, recall, time and memory by size (SIZES="20000" is quick); figures as JSON
	@$(BIN)/python -m tests.bench.connect $(SIZES)

bench-registry: setup ## people and organisations of a made-up corpus: precision, recall, time by size (SIZES="100000"); figures as JSON
	@$(BIN)/python -m tests.bench.registry $(SIZES)

bench-query: setup ## searches, analyses and every question on made-up corpora beside SQLite FTS5, tantivy and plain Parquet (QUERY_SIZES="100000" is quick; QUERY_LAKE=FOLDER keeps the made lakes there; QUERY_ENGINES=sillok leaves the others out); figures as JSON
	@$(BIN)/python -m tests.bench.query $(QUERY_SIZES) $(if $(QUERY_LAKE),--lakes $(QUERY_LAKE)) $(if $(QUERY_ENGINES),--engines $(QUERY_ENGINES))

bench-explore: setup ## Explore in Chromium over the made-up corpus of bench-query: seconds a step, memory (QUERY_SIZES, QUERY_LAKE as there; ROUNDS=8); figures as JSON
	@$(BIN)/python -m tests.bench.explore $(QUERY_SIZES) $(if $(QUERY_LAKE),--lakes $(QUERY_LAKE)) $(if $(ROUNDS),--rounds $(ROUNDS))

bench-accounting: setup ## 10,000 URLs with 20 % faults: each with one row and its planned reason; figures as JSON
	@$(BIN)/python -m tests.bench.accounting

bench-real: setup ## import, read, annotate and publish the real pages beside the checkout; figures as JSON
	@$(BIN)/python -m tests.bench.real

bench-pipeline: setup ## WARC files into a lake, beside trafilatura, Fundus and news-please (installed apart; PAGES=300 is quick); figures as JSON
	@$(BIN)/python -m tests.bench.pipeline $(PAGES)

soak: setup ## 100,000 made-up pages in one run: memory, open files and speed, early and late (an hour; PAGES=5000, CHARS=500 or UNTIL=store is quicker); figures as JSON
	@$(BIN)/python -m tests.bench.soak $(or $(PAGES),100000) $(or $(CHARS),1500) $(UNTIL)

lock: setup ## resolve requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --group dev --group build --extra models --extra dask --extra postgres --extra s3 --no-emit-index-url pyproject.toml --output-file requirements.lock

clean: ## remove the environment and the caches (the lake stays)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
