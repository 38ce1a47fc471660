# Everything a person does with the project. `make` lists it.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
BIN := $(VENV)/bin
# Without bytecode every process of the tests would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE
EXAMPLES := ontology/examples/documents
QUESTIONS := tests/data/questions
# The official Swedish pipeline is not on PyPI; it is tried once, by its pinned address and hash, and done without when out of reach.
SV_CORE := sv_core_news_sm @ https://github.com/explosion/spacy-models/releases/download/sv_core_news_sm-3.8.0/sv_core_news_sm-3.8.0-py3-none-any.whl\#sha256=be4929fb30523dca0b6672f999cdbf4d64f165419f1eed0014ca3a36599b8b4d

.DEFAULT_GOAL := help
.PHONY: help demo knowledge-base test quick lint reference gold figures notebooks bench clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

demo: knowledge-base ## install, build the knowledge base from the shipped content, and serve it on 127.0.0.1:8000
	@$(BIN)/vipgraf serve --port $(PORT)

knowledge-base: $(VENV)/.installed ## install, take in the shipped content and publish it
	$(BIN)/vipgraf ingest $(EXAMPLES) --index $(EXAMPLES)/index.tsv
	$(BIN)/vipgraf publish

test: $(VENV)/.installed-dev lint ## install, and run the whole gate: lint, types, contracts, all tests but the benchmarks
	$(BIN)/python -m pytest -m "not bench"

quick: $(VENV)/.installed-dev ## the fast tests only (under a minute)
	$(BIN)/python -m pytest

lint: $(VENV)/.installed-dev ## style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

reference: $(VENV)/.installed-dev ## draw the pictures of the ontology anew (needs Graphviz: apt-get install graphviz)
	$(BIN)/python -m api.published

gold: $(VENV)/.installed-dev ## measure what is read from documents against what people annotated
	$(BIN)/python -m pytest -m "" -n 0 -s tests/ingest/test_gold.py tests/ingest/finding/test_sheets.py

notebooks: $(VENV)/.installed-dev ## run every cell of the notebooks
	$(BIN)/python -m pytest -m "" -n 0 tests/notebooks

figures: $(VENV)/.installed-dev ## measure the search of the shipped documents, and keep the figures that later ones may not fall below
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && export VIPGRAF_DATA="$$folder" VIPGRAF_MODEL=bundled && \
	$(BIN)/vipgraf ingest $(EXAMPLES) --index $(EXAMPLES)/index.tsv >/dev/null && $(BIN)/vipgraf publish && \
	$(BIN)/vipgraf evaluate $(QUESTIONS)/examples.jsonl $(QUESTIONS)/direct.jsonl --json >"$$folder/figures.json" && \
	$(BIN)/python -m json.tool --compact --no-ensure-ascii "$$folder/figures.json" $(QUESTIONS)/figures.json

bench: $(VENV)/.installed-dev ## print figures of speed
	$(BIN)/python -m pytest -m bench -n 0 -s

clean: ## remove the virtual environment, the data and all caches
	rm -rf $(VENV) data .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("vipgraf needs Python 3.11 or later; call make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@$(BIN)/python -m pip install --quiet --no-deps --retries 0 --timeout 5 "$(SV_CORE)" >/dev/null 2>&1 \
	  || echo "sv_core_news_sm is out of reach; the Swedish pipeline that ships with the product is used."
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	@touch $@
