# WGAN Lab. `make` alone lists what there is.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
ARGS   ?=
JOBS   ?= auto
TO     ?= handout
# CI asks for the exact versions of tests/constraints.txt with LOCK=1.
LOCK   ?=
PIP    := $(BIN)/python -m pip install -q --disable-pip-version-check
# JupyterLab refuses to run as root, which is what one is in a container.
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)

.PHONY: help lab check check-matrix test bench build execute figures pretrained scores handout clean

help:
	@echo "make lab            set up and open the course in JupyterLab (ARGS=--no-browser for a server)"
	@echo "make check          how far you are: every exercise done, not yet right, borrowed or blank"
	@echo "make test           set up and run everything that CI runs"
	@echo "make build          make blanks, sheets and lessons from their sources"
	@echo "make execute        run lessons and solved sheets and store their outputs (ONLY=05 for one)"
	@echo "make figures        compute again the long results that lessons draw (minutes each; ONLY=03 for one)"
	@echo "make pretrained     train the networks that come with the course again (ONLY=clip for one)"
	@echo "make scores         the scores of those networks, beside those of real images"
	@echo "make bench          measure the speed of training, half an hour (QUICK=1: two minutes)"
	@echo "make handout        export the course without answers (RELEASE=03: with those up to sheet 03)"
	@echo "make check-matrix   every wrong answer against the mistake that its check names"
	@echo "make clean          remove what can be made again; your answers stay"

lab: $(VENV)/.student
	$(BIN)/jupyter lab $(AS_ROOT) --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/00_start.ipynb $(ARGS)

check: $(VENV)/.student
	@$(BIN)/python -m starter.kit

scores: $(VENV)/.student
	@$(BIN)/python -m starter.kit.scores

clean:
	rm -rf $(VENV) runs handout handout.zip .ruff_cache .hypothesis
	find . -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "The course needs Python 3.11 or newer. Name one: make lab PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.student: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the course needs: some minutes, once."
	$(PIP) -r requirements.txt
	@$(BIN)/python -m starter.kit.machine
	@touch $@

ifneq ($(wildcard tests/requirements.txt),)

$(VENV)/.tests: requirements.txt tests/requirements.txt $(if $(LOCK),tests/constraints.txt) | $(VENV)/bin/python
	@echo "Installing what the tests need: some minutes, once."
	$(PIP) -r requirements.txt -r tests/requirements.txt $(if $(LOCK),-c tests/constraints.txt)
	@$(BIN)/python -m starter.kit.machine
	@touch $@ $(VENV)/.student

test: $(VENV)/.tests
	OMP_NUM_THREADS=1 WGAN_LABS=solutions WGAN_FAST=1 $(BIN)/python -m pytest \
	  -n $(JOBS) --dist loadfile --nbval-lax --nbval-current-env --nbval-cell-timeout=120 $(ARGS)

check-matrix: $(VENV)/.tests
	@$(BIN)/python -m tests.mistakes $(ARGS)

build: $(VENV)/.tests
	$(BIN)/python solutions/build.py build

execute: $(VENV)/.tests
	$(BIN)/python solutions/build.py execute $(ONLY)

figures: $(VENV)/.tests
	for script in solutions/experiments/$(ONLY)*.py; do \
	  echo "$$script"; PYTHONPATH=. WGAN_LABS=solutions $(BIN)/python $$script || exit 1; done

pretrained: $(VENV)/.tests
	for name in $(or $(ONLY),classifier penalty clip); do $(BIN)/python solutions/pretrain.py $$name || exit 1; done

bench: $(VENV)/.tests
	$(BIN)/python -m tests.bench $(if $(QUICK),--quick)

handout: $(VENV)/.tests
	$(BIN)/python solutions/build.py handout $(if $(RELEASE),--release $(RELEASE)) $(TO)

else

check-matrix test bench build execute figures pretrained handout:
	@echo "make $@ is for instructors: this copy of the course has no solutions and no tests. Try make lab or make check."
	@exit 1

endif
