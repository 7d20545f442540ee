# WGAN Lab. `make` alone lists what there is.

PYTHON  ?= python3
VENV    ?= .venv
ARGS    ?=
JOBS    ?= auto
ifeq ($(origin TO),undefined)
TO      := $(or $(filter nbgrader otter,$(firstword $(MAKECMDGOALS))),handout)
endif
RELEASE ?=
PLAN    ?=
DAY     ?=
NAME    ?=
SHEET   ?=
FOLDER  ?=
OUT     ?=
DUE     ?=
SEED    ?=
UNSAFE  ?=
# Where torch comes from, if not from the usual place: the address that pytorch.org names for CPU, say.
INDEX   ?=
# CI asks for the exact versions of tests/constraints.txt with LOCK=1.
LOCK    ?=

# Names reach the recipes through the shell's environment, as they were typed: there spaces, quotes and
# dollars do no harm. Only VENV is the name of a target, and these make splits at spaces.
override TO := $(value TO)
override RELEASE := $(value RELEASE)
override PLAN := $(value PLAN)
override DAY := $(value DAY)
override NAME := $(value NAME)
override SHEET := $(value SHEET)
override FOLDER := $(value FOLDER)
override OUT := $(value OUT)
override INDEX := $(value INDEX)
override VENV := $(value VENV)
export PYTHON VENV INDEX LOCK JOBS TO RELEASE PLAN DAY NAME SHEET FOLDER OUT DUE SEED UNSAFE
# Threads that wait soon let others work (starter/__init__.py); scripts that load torch first get it from here.
ifndef OMP_WAIT_POLICY
export OMP_WAIT_POLICY := passive
export GOMP_SPINCOUNT ?= 2000
endif
SIGNS   := ' " ` ; & | < > * ? ! % : \ ( ) [ ] { } $$ \# //
UNFIT   := $(foreach sign,$(SIGNS),$(findstring $(sign),$(VENV))) $(filter /,$(abspath $(VENV)))
HERE    := $(if $(subst $(CURDIR)/,,$(abspath $(VENV))/),,the course)
ifneq ($(strip $(words $(VENV)) $(UNFIT) $(HERE)),1)
$(error VENV="$(VENV)" cannot be the environment: name a folder of its own, without spaces and special signs)
endif
override VENV := $(patsubst %/,%,$(VENV))

BIN     := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
MADE    := $(VENV)/.made-by-make
PIP     := $(BIN)/python -m pip install -q --disable-pip-version-check
# The environment is made by starter/kit/environment.py, for make as for those who have no make.
INSTALL  = "$$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
  { echo "The course needs Python 3.11 or newer. Name one: make lab PYTHON=python3.12" >&2; exit 1; }; \
  "$$PYTHON" -m starter.kit install

.PHONY: help lab check board check-matrix mutants grade nbgrader otter test test-graders lock bench build exercise execute figures pretrained scores handout slides quiz site pdf test-site test-browser clean

help:
	@echo "make lab            set up and open the course in JupyterLab (ARGS=--no-browser for a server)"
	@echo "                    (INDEX=address of a smaller torch, without graphics cards; see README.md)"
	@echo "make check          how far you are: every exercise done, not yet right, borrowed or blank"
	@echo "make board          all experiments that lie in a folder in one table (FOLDER=returned)"
	@echo "make test           set up and run everything that CI runs"
	@echo "make build          make blanks, sheets and lessons from their sources"
	@echo "make exercise       write the skeletons of a new exercise (NAME=penalty.r2_penalty SHEET=05)"
	@echo "make execute        run lessons and solved sheets and store their outputs (ONLY=05 for one; KEEP=1: new cells)"
	@echo "make figures        compute again the long results that lessons draw (minutes each; ONLY=03 for one)"
	@echo "make pretrained     train the networks that come with the course again (ONLY=clip for one)"
	@echo "make scores         the scores of those networks, beside those of real images"
	@echo "make bench          measure the speed of training, half an hour (QUICK=1: two minutes; CARD=1: a CUDA card, three)"
	@echo "make handout        export the course without answers (RELEASE=03: with those up to sheet 03; TO=folder)"
	@echo "                    (PLAN=groups.csv TO=folder: one for each group, with the answers that it may have today)"
	@echo "make nbgrader       write sheets as assignments of nbgrader (TO=folder; SHEET=05 for one)"
	@echo "make otter          write sheets as assignments of Otter (TO=folder; SHEET=05 for one)"
	@echo "make grade          marks for what students returned (FOLDER=returned OUT=marks.csv DUE=2026-12-01T18:00 SEED=7)"
	@echo "make test-graders   the whole way of an assignment through nbgrader and Otter, some minutes"
	@echo "make lock           newest versions into tests/constraints.txt, one list for Python 3.11 to 3.14"
	@echo "make check-matrix   every wrong answer against the mistake that its check names"
	@echo "make mutants        solutions with one small fault each, made by machine, against the checks"
	@echo "make slides         lessons for a projector, into the folder slides (ONLY=05 for one)"
	@echo "make site           the course as a site to read, into the folder site (LINKS=1: asks all addresses)"
	@echo "                    (INSTRUCTOR=1: with solved sheets, reference and guide, into site-instructor)"
	@echo "make pdf            the lessons as a booklet to print, booklet.pdf (needs Chromium or Chrome)"
	@echo "make test-browser   a lesson and a sheet in JupyterLab in a browser; two minutes (needs Chromium or Chrome)"
	@echo "make test-site      the site in a browser: links, pictures, axe; some minutes (needs Chromium or Chrome)"
	@echo "make quiz           the quiz for Moodle, into solutions/guide/quiz.gift"
	@echo "make clean          remove the environment and the caches that make made; all else stays"

lab: $(VENV)/.student
	@$(BIN)/python -m starter.kit lab $(ARGS)

check: $(VENV)/.student
	@$(BIN)/python -m starter.kit check

board: $(VENV)/.student
	@$(BIN)/python -m starter.kit board "$$FOLDER"

scores: $(VENV)/.student
	@$(BIN)/python -m starter.kit scores

clean:
	find starter $(wildcard solutions tests) -path 'starter/mine*' -prune -o \
	  -type d -name __pycache__ -prune -exec rm -rf {} +
	@for cache in .ruff_cache .mypy_cache .hypothesis; do [ -L $$cache ] || rm -rf $$cache; done
	@if [ -f $(MADE) ] && [ ! -L $(VENV) ]; then echo "rm -rf $(VENV)"; rm -rf $(VENV); \
	elif [ -e $(VENV) ]; then echo "$(VENV) stays: it bears no mark that make made it."; fi

$(VENV)/.student: requirements.txt
	@$(INSTALL)

ifneq ($(wildcard tests/requirements.txt),)

$(VENV)/.tests: requirements.txt tests/requirements.txt $(if $(LOCK),tests/constraints.txt)
	@$(INSTALL) tests

test: $(VENV)/.tests
	@$(BIN)/python -m starter.kit test $(ARGS)

check-matrix: $(VENV)/.tests
	@$(BIN)/python -m tests.mistakes $(ARGS)

mutants: $(VENV)/.tests
	@$(BIN)/python -m tests.mutants $(ARGS)

build: $(VENV)/.tests
	$(BIN)/python solutions/build.py build

exercise: $(VENV)/.tests
	@$(BIN)/python solutions/making/new_exercise.py --sheet="$$SHEET" -- "$$NAME"

execute: $(VENV)/.tests
	$(BIN)/python solutions/build.py execute $(if $(KEEP),--keep) $(ONLY)

figures: $(VENV)/.tests
	for script in solutions/experiments/$(ONLY)*.py; do \
	  echo "$$script"; PYTHONPATH=. WGAN_LABS=solutions $(BIN)/python "$$script" || exit 1; done

pretrained: $(VENV)/.tests
	for name in $(or $(ONLY),classifier penalty clip); do $(BIN)/python solutions/making/pretrain.py $$name || exit 1; done

bench: $(VENV)/.tests
	$(BIN)/python -m tests.bench $(if $(QUICK),--quick) $(if $(CARD),--card)

handout: $(VENV)/.tests
	@$(BIN)/python solutions/build.py handout --release="$$RELEASE" \
	  $(if $(PLAN),--plan="$$PLAN") $(if $(DAY),--day="$$DAY") -- "$$TO"

slides: $(VENV)/.tests
	$(BIN)/python -m nbconvert --to slides --no-prompt --SlidesExporter.reveal_width=1200 \
	  --SlidesExporter.reveal_height=800 --output-dir slides notebooks/$(ONLY)*.ipynb

$(VENV)/.site: notebooks/site/requirements.txt $(VENV)/.student
	@echo "Installing what the site needs: a minute, once."
	$(PIP) -r requirements.txt -r notebooks/site/requirements.txt
	@touch $@

site: $(VENV)/.site
	@$(BIN)/python notebooks/site/build.py $(if $(INSTRUCTOR),--instructor) $(if $(LINKS),--links)

pdf: $(VENV)/.site
	@$(BIN)/python notebooks/site/build.py --pdf

$(VENV)/.browser: tests/requirements-browser.txt $(VENV)/.tests $(VENV)/.site
	@echo "Installing what the tests in a browser need: a minute, once."
	$(PIP) -r requirements.txt -r tests/requirements.txt -r tests/requirements-browser.txt
	@touch $@

test-site: $(VENV)/.browser
	OMP_NUM_THREADS=1 WGAN_SITE=1 $(BIN)/python -m pytest tests/test_site.py tests/test_accessibility.py $(ARGS)

test-browser: $(VENV)/.browser
	OMP_NUM_THREADS=1 WGAN_BROWSER=1 $(BIN)/python -m pytest tests/browser $(ARGS)

quiz: $(VENV)/.tests
	@$(BIN)/python solutions/making/quiz.py

grade: $(VENV)/.tests
	@$(BIN)/python -m solutions.grade --out="$$OUT" --due="$$DUE" --seed="$$SEED" --unsafe="$$UNSAFE" -- "$$FOLDER"

nbgrader otter: $(VENV)/.tests
	@$(BIN)/python -m solutions.assignments $@ --sheet="$$SHEET" -- "$$TO"

$(VENV)/.graders: tests/requirements-graders.txt $(VENV)/.tests
	@echo "Installing nbgrader and Otter: a minute, once."
	$(PIP) -r requirements.txt -r tests/requirements.txt -r tests/requirements-graders.txt
	@touch $@

lock: $(VENV)/.tests
	$(PIP) "uv>=0.8"
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile -q --universal --python-version 3.11 --no-annotate \
	  --upgrade requirements.txt tests/requirements.txt -o tests/constraints.txt

test-graders: $(VENV)/.graders
	OMP_NUM_THREADS=1 WGAN_GRADERS=1 $(BIN)/python -m pytest tests/test_graders.py tests/test_installed.py $(ARGS)

else

check-matrix mutants grade nbgrader otter test test-graders lock bench build exercise execute figures pretrained handout slides quiz site pdf test-site test-browser:
	@echo "make $@ is for instructors: this copy of the course has no solutions and no tests. Try make lab or make check."
	@exit 1

endif
