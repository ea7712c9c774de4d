# The two commands that matter: `make run` and `make test`. Both set up what they need.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip
ON_POSTGRESQL := $(patsubst %,tests/site/test_%.py,postgresql server_killed store derived doctor exchange editions accidents restores table)
APT := DEBIAN_FRONTEND=noninteractive apt-get
export PYTHONDONTWRITEBYTECODE = 1

MESSAGES := $(patsubst %.po,%.mo,$(wildcard src/kelisim_web/locale/*/LC_MESSAGES/*.po))
EVERY_LINE := src/kelisim/position.py,src/kelisim/edition.py,src/kelisim/bundle.py

.PHONY: run play test check fix bench docs soak lock assets messages
.DELETE_ON_ERROR:

run: .venv/run assets     ## Two desks of an example, with their sites; PORT=8000 and the next (AFRESH=1: once more from the start)
	@$(BIN)/python examples/desks.py $(if $(AFRESH),--afresh)

play: .venv/run           ## Two nodes agree and sign the plan 2013-2017 at a terminal (AFRESH=1: once more from the start)
	@$(BIN)/python examples/kaz-usa-2013-2017/play.py $(if $(AFRESH),--afresh)

test: .venv/test assets   ## All tests
	$(BIN)/pytest -n 2 --cov --cov-report= --cov-fail-under=0
	$(BIN)/pytest -n 2 --database=postgresql $(ON_POSTGRESQL) --cov --cov-append --cov-report=term --cov-report=xml:build/coverage.xml
	$(BIN)/coverage report --include='src/kelisim/ledger/*,$(EVERY_LINE)' --fail-under=100

check: .venv/test assets  ## Form, types, import contracts
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	cd frontend && npm run --silent check

fix: .venv/test assets
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	cd frontend && npm run --silent fix

messages: $(MESSAGES)     ## What Django and allauth say in Kazakh, compiled

assets: messages          ## The site's scripts, styles and fonts, if their sources are newer
	@$(PYTHON) frontend/build.py

bench: .venv/test         ## Every claim of speed, measured; results in bench/out/
	$(BIN)/python bench/run.py

docs: .venv/test assets   ## The documentation, with pictures of the main pages made now
	$(BIN)/python docs/pictures.py
	$(BIN)/sphinx-build -n -W -q docs docs/_build

soak: .venv/test assets   ## The long runs, and all tests of the node on PostgreSQL
	KELISIM_HYPOTHESIS=soak $(BIN)/pytest -n 2 -m soak
	$(BIN)/pytest -n 2 --database=postgresql tests/site
	$(BIN)/pytest -n 2 --database=postgresql tests/site/test_server_killed.py -m soak

lock: .venv/run           ## Pin newer versions
	$(UV) compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  requirements/bootstrap.in -o requirements/bootstrap.txt
	$(UV) compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 \
	  pyproject.toml --extra web requirements/build.in -o requirements/run.txt
	$(UV) compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 \
	  pyproject.toml --extra web --extra postgresql requirements/build.in --group test -c requirements/run.txt -o requirements/test.txt

%.mo: %.po | .venv/run
	$(BIN)/pybabel -q compile -i $< -o $@

.venv/run: requirements/bootstrap.txt requirements/run.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --require-hashes -r requirements/bootstrap.txt
	$(UV) install -q --python $(BIN)/python --require-hashes -r requirements/run.txt
	$(UV) install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@

.venv/test: .venv/run requirements/test.txt
	$(UV) install -q --python $(BIN)/python --require-hashes -r requirements/test.txt
	for program in softhsm2-util:softhsm2 chromium:chromium pg_ctlcluster:postgresql; do \
	  command -v $${program%:*} >/dev/null || $(APT) install -y -q $${program#*:} || \
	    (dpkg --configure -a && $(APT) update -q && $(APT) install -y -q $${program#*:}) || exit 1; \
	done
	touch $@
