# Two commands matter: `make reproduce` and `make test` (`make test-all` adds what is slow). Each sets up its own environment on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= report

# Workers take the tests of a file one after another, which share what is calculated once, and those of others in the
# end; they fill the cores, of which each takes one.
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal
test tests-all validation mutations: export OPENBLAS_NUM_THREADS = 1

# Hundreds of processes are started by tests: each would compile the package's text again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: reproduce style test test-all tests-all validation mutations benchmark docs clean

reproduce: $(VENV)/.runtime
	$(BIN)/attractron reproduce --out $(OUT)

style: $(VENV)/.dev
	$(BIN)/ruff check src tests benchmarks docs
	$(BIN)/ruff format --check --quiet src tests benchmarks docs
	$(BIN)/mypy

test: style
	$(PYTEST)

# The quick suite and the statistical and slow forms that it leaves out; mypy has one core only, so that tests run beside.
test-all: $(VENV)/.dev
	$(MAKE) --jobs=2 style tests-all

tests-all: $(VENV)/.dev
	$(PYTEST) -m "(thorough or not mutations) and not validation"

# Seeded sets and samplers that take long; `make benchmark` has the large ones.
validation: $(VENV)/.validation
	$(PYTEST) -m validation

# Every formula that is broken on purpose, and the claim that must notice; `test-all` takes a row of every third equation.
mutations: $(VENV)/.dev
	$(PYTEST) tests/test_claims_notice.py -m "thorough or mutations"

benchmark: $(VENV)/.runtime
	$(BIN)/python -m benchmarks

# The site, into docs/_build/site: all pages and notebooks are run, warnings are errors, nothing is downloaded.
docs: $(VENV)/.docs
	$(BIN)/python -m sphinx --builder html --jobs 2 --fail-on-warning --keep-going --quiet docs docs/_build/site
	@echo "open docs/_build/site/index.html"

# The stamps make a second call skip the set-up; a changed pin or version sets up again.
$(VENV)/.runtime: requirements/runtime.txt requirements/compiled.txt requirements/build.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "attractron needs Python >= 3.11, this is " + sys.version.split()[0] + ": make PYTHON=/path/to/python3.11 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/runtime.txt -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: -r requirements/compiled.txt || \
		echo "Numba does not install here: everything works, large calculations take longer"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	touch $@

$(VENV)/.validation: $(VENV)/.dev requirements/validation.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/validation.txt
	touch $@

$(VENV)/.docs: $(VENV)/.runtime requirements/docs.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/docs.txt
	touch $@

clean:
	rm -rf $(VENV) $(OUT) docs/_build docs/api docs/gallery
