# One word for each thing a developer or operator does with a checkout.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest

.PHONY: demo test test-full coverage check bench docs lock install install-for-dev install-deps install-flexmeasures upgrade-db update-docs show-data-model frontend clean

demo: install
	@$(BIN)/flexmeasures demo

test: install-for-dev
	$(PYTEST) -n 2 -m "not full" $(MEASURED)

test-full: install-for-dev coverage
	$(PYTEST) -n 2 -m "full"

coverage:
	$(MAKE) --no-print-directory test MEASURED="--cov --cov-report="
	NUMBA_DISABLE_JIT=1 $(PYTEST) -n 2 -q -m "not full" tests/unit/scheduling/test_alone.py tests/unit/scheduling/test_compiled.py tests/unit/scheduling/test_exact.py tests/unit/scheduling/test_nonconvex.py --cov --cov-append --cov-report=
	$(BIN)/python -m tests.coverage_floors

check: install-for-dev
	$(BIN)/ruff format --check src tests benchmarks docs
	$(BIN)/ruff check src tests benchmarks docs
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/interrogate -q src/flexmeasures
	$(BIN)/codespell src tests docs benchmarks README.md CONTRIBUTING.md THIRD_PARTY.md changelog.d
	$(BIN)/validate-pyproject pyproject.toml
	$(MAKE) --no-print-directory docs

bench: install-for-dev
	$(BIN)/python benchmarks/run.py

docs update-docs: install-for-dev
	$(BIN)/python -m sphinx -q -n -W --keep-going -b html docs docs/_build/html

install: $(VENV)/.run
install-for-dev: $(VENV)/.dev
install-deps: $(VENV)/.run
install-flexmeasures: $(VENV)/.run

$(VENV)/.run: requirements/run.txt pyproject.toml
	@$(PYTHON) requirements/check_python.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing FlexMeasures and what it needs into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

lock:
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -o requirements/run.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -c requirements/run.txt -o requirements/dev.txt

upgrade-db: install
	$(BIN)/flexmeasures db upgrade

show-data-model: install
	$(BIN)/flexmeasures db show-model

frontend:
	cd frontend && npm ci --ignore-scripts && npm run build

clean:
	rm -rf $(VENV) docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis
