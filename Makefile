# demo    collect a made-up ministry portal and search it
# test    the tests
# check   ruff, mypy and the tests with the docs' examples
# schema  write docs/schema.md anew from the migrations
# lock    write requirements.lock anew (needs uv)

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check schema lock clean

demo: .venv/ready
	$(BIN)/scraper demo

# On all cores; the tests of one file run in one process, one after the other. The seed of hashes is
# fixed so that every process finds the same tests in the same order.
PYTEST := PYTHONHASHSEED=0 $(BIN)/python -m pytest --numprocesses auto --dist loadfile

test: .venv/ready
	$(PYTEST)

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST)

.venv/ready: requirements.lock setup.cfg pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

schema: .venv/ready
	$(BIN)/python -c 'from pathlib import Path; from scraper.archive.migrations import write_documentation; write_documentation(Path("docs/schema.md"))'

lock:
	uv pip compile setup.cfg --extra dev --universal --generate-hashes --python-version 3.11 --no-header --output-file requirements.lock

clean:
	rm -rf .venv build *.egg-info
