# Everything a person or CI does with Pictalk. `make` alone lists it.
#
# PYTHON=python3.12     another Python (3.11 or newer)
# EXTRAS=gpu,words      FAISS for the GPU instead of the CPU; EXTRAS=cpu,words,multilingual adds other tokenizers
# TORCH_INDEX=ADDRESS   one more package index; PyTorch's index of CPU builds saves gigabytes on Linux without a GPU

VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8080
EXTRAS ?= cpu,words
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$name && break; done)

# A stamp is younger than what was installed from, or the packages are installed (again).
RUNTIME := $(VENV)/runtime-$(EXTRAS)
TOOLS := $(VENV)/tools-$(EXTRAS)

export IMAGES CATALOG PORT
SOURCE = $(if $(IMAGES),--images "$$IMAGES") $(if $(CATALOG),--catalog "$$CATALOG")

.DEFAULT_GOAL := help
.PHONY: help setup demo run reindex test lint format bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(TOOLS) ## virtual environment and every package; the other commands do it by themselves

demo: $(RUNTIME) ## a catalogue, the bot and a chat page; PORT=8080, IMAGES=folder or CATALOG=file for your own
	@exec $(PY) -m scripts.demo --port "$$PORT" $(SOURCE)

run: $(RUNTIME) ## the bot on Telegram, configured by .env
	@exec $(PY) -m bot

reindex: $(RUNTIME) ## index the pictures anew; IMAGES=folder or CATALOG=file
	@exec $(PY) -m scripts.reindex $(SOURCE)

bench: $(RUNTIME) ## measure speed, figures to var/bench.json; SUITE=search for one suite, JSON=FILE for another file
	@mkdir -p var && exec $(PY) -m scripts.benchmark $(or $(SUITE),all) --json "$(or $(JSON),var/bench.json)"

test: $(TOOLS) ## every test; PYTEST="-k word" for some
	@exec $(PY) -m pytest -q -n 2 --dist loadfile $(PYTEST)

lint: $(TOOLS) ## style, types, imports
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

format: $(TOOLS) ## put the code into its style
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

clean: ## remove the virtual environment and caches; var/, with the catalogue and the dialogs, stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info

$(RUNTIME): pyproject.toml constraints.txt | $(PY)
	@$(call install,$(EXTRAS))
	@touch $@

$(TOOLS): pyproject.toml constraints.txt | $(PY)
	@$(call install,$(EXTRAS)$(comma)dev)
	@touch $@ $(RUNTIME)

comma := ,
# The constraints pin every package; torch's own pin keeps torchvision from bringing another torch.
install = echo "Installing packages into $(VENV) …"; \
	$(PY) -m pip install --disable-pip-version-check --no-warn-script-location --constraint constraints.txt \
	$(if $(TORCH_INDEX),--extra-index-url "$(TORCH_INDEX)") --editable ".[$(1)]" || { \
	echo "The packages could not be installed; the reason is above. Run the same command again to go on." >&2; exit 1; }

$(PY):
	@test -n "$(PYTHON)" || { \
	echo "Pictalk needs Python 3.11 or newer: install it, or name it with make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "$(PYTHON) is no Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	echo "$(PYTHON) cannot make virtual environments: install python3-venv (apt-get install python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
