# make run     everything a newcomer needs: installs, starts, seeds the demo
# make install only that
# make test    every test, on SQLite, PostgreSQL and a real Redis
# make check   format, lint, types, room walls
# make screenshots  every page of the console as Chromium draws it: var/screenshots/
# make chaos   2,000 SMS through everything that can go wrong, some five minutes
# make bench   dials a second beside other ways of doing the same: benchmarks/README.md
# make messages  brings the catalogues up to the texts;  make lock  pins the dependencies anew

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PYBABEL := PYTHONPATH=. $(BIN)/pybabel --quiet
LANGUAGES := en wo ff bm ha sw pt

.PHONY: run install test check screenshots chaos bench messages lock

run: .venv/.installed
	@exec $(BIN)/flask up

install: .venv/.installed

test: .venv/.installed-for-tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/.installed-for-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

screenshots: .venv/.installed-for-tests
	mkdir -p var/screenshots
	SCREENSHOTS=var/screenshots $(BIN)/python -m pytest tests/console/test_budgets.py -k browser

chaos: .venv/.installed-for-tests
	CHAOS=2000 $(BIN)/python -m pytest -s -q tests/test_chaos.py

bench: .venv/.installed-for-tests
	$(BIN)/python -m benchmarks.ussd $(BENCH)

# Debian's Python comes without ensurepip: its pip then fills an environment from outside.
.venv/bin/pip:
	$(PYTHON) -m venv .venv 2>/dev/null || { \
	  $(PYTHON) -m venv --clear --without-pip .venv && \
	  $(PYTHON) -m pip --python .venv/bin/python install --quiet pip; }

.venv/.installed: requirements.txt .venv/bin/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.installed-for-tests: requirements-dev.txt .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

CONSOLE := --no-wrap --no-location --project=Guichet

messages: .venv/.installed
	$(PYBABEL) extract -F console/babel.cfg -k N_ $(CONSOLE) -o locales/console.pot console
	$(PYBABEL) update -D console --no-wrap --no-fuzzy-matching --ignore-obsolete \
	  -i locales/console.pot -d locales -l en
	$(PYBABEL) extract -F babel.cfg --no-wrap --no-location --project=Guichet -o locales/citizen.pot .
	for language in $(LANGUAGES); do \
	  if [ -f locales/$$language/LC_MESSAGES/citizen.po ]; then do=update; else do=init; fi; \
	  $(PYBABEL) $$do -D citizen --no-wrap -i locales/citizen.pot -d locales -l $$language; \
	done

COMPILE := $(BIN)/pip-compile --quiet --strip-extras --no-header \
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

lock: .venv/.installed-for-tests
	$(COMPILE) -o requirements.txt pyproject.toml
	$(COMPILE) --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml
