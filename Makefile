# Two commands on a fresh machine with Python 3.11 or newer, git and make: `make demo` and `make test`.

.DEFAULT_GOAL := help
.PHONY: help demo test soak soak-service bench check static coverage-report clean

# The newest Python that is new enough and can make a virtual environment.
PYTHON := $(shell for python in python3.13 python3.12 python3.11 python3; do \
	command -v $$python >/dev/null 2>&1 \
	&& $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed$(EXTRAS:%=-%)
comma := ,

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Else each of the tests' workers compiles all tests, and each process that a test starts all of the program.
unexport PYTHONDONTWRITEBYTECODE

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 24

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { \
		echo "pagemirror needs Python 3.11 or newer with its venv module; none of python3.13, python3.12, python3.11," >&2; \
		echo "python3 is that. On Debian or Ubuntu: apt install python3 python3-venv" >&2; exit 1; }
	@echo "Installing into $(VENV) with $(PYTHON) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev$(EXTRAS:%=$(comma)%)]'
	@touch $@

demo: $(STAMP) ## A guided run against the sandbox; KEEP=1 leaves it running to look at
	@$(BIN)/pagemirror demo $(if $(KEEP),--keep)

# Four workers on two cores, as many tests wait; who has no work left takes some from the others.
test: $(STAMP) ## All tests but the long ones; COVERAGE=1 measures them
	@$(BIN)/$(if $(COVERAGE),coverage run -m,python -m) pytest -q -n 4 --dist worksteal -m "not slow"

# RULES=1 takes out each rule of the engine in turn and tells how many seeds fail then. TESTS=1 runs all tests too, the long
# ones among them, with new random examples.
soak: $(STAMP) ## Thousands of simulated histories: SEEDS=20000 of each target, from FROM=0 on; MINUTES=, RULES=1, TESTS=1
	@PYTHONPATH=tests $(BIN)/python tests/simulation/soak.py --seeds $(or $(SEEDS),1000) --first $(or $(FROM),0) --minutes $(or $(MINUTES),0) $(if $(RULES),--rules)
	@$(if $(TESTS),$(BIN)/python -m pytest -q -n 3 --dist worksteal --hypothesis-profile searching)

soak-service: $(STAMP) ## The service for MINUTES=30 of real time, or DAYS=30 of fake time, with all that may go wrong
	@PYTHONPATH=tests $(BIN)/python $(if $(DAYS),tests/daemon/longlife.py $$(mktemp -d) --days $(DAYS),tests/daemon/soak.py --minutes $(or $(MINUTES),30))

bench: $(STAMP) ## Measure speed and size; ROWS="requests memory" takes these alone, QUICK=1 small folders
	@$(BIN)/python -m benchmarks $(if $(QUICK),--quick) $(ROWS)

check: static ## Format, lint, types, import contracts, then the tests with their coverage
	@$(BIN)/coverage erase
	@$(MAKE) --no-print-directory test COVERAGE=1
	@$(MAKE) --no-print-directory coverage-report

static: $(STAMP) ## The checks that run nothing
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# Says nothing where the coverage is high enough, so that the tests' own last line stays the last one.
coverage-report: $(STAMP)
	@$(BIN)/coverage combine --quiet
	@report=$$($(BIN)/coverage report 2>&1) || { echo "$$report"; exit 1; }

clean: ## Remove the virtual environment and all caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov
