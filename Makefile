# The commands for people. `make` lists them; docs/running.md explains them.
# Needs only Python >= 3.11 with venv. Everything else is installed, locked, into .venv.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
SIZE := 10k
SECONDS := 90
EXAMPLES := 100
FOLDER := var/screenshots
PYTEST := -n auto --maxprocesses 8
# Many long tests wait for processes of their own: one more than the cores runs meanwhile.
PYTEST_LONG = -n $(shell $(PYTHON) -c 'import os; print(min(8, (os.cpu_count() or 1) + 1))')
TEMPLATES = $$(git ls-files -co --exclude-standard 'templates/*.html')
# The machine's certificates, as pip uses them: networks that inspect TLS add their own.
UV := $(VENV)/bin/uv pip --quiet \
	$(if $(wildcard /etc/ssl/certs/ca-certificates.crt),--system-certs)
COMPILE := $(UV) compile --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url

# Modules stay compiled, whatever the environment says: each process of the tests and of
# the trial would take three seconds to compile them again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-long api-fuzz coverage mutation bench bench-guard load lint format types schema messages screenshot lighthouse screenshots axe audit sbom vulnerabilities lock reset clean

help: ## List these tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s%s\n", $$1, $$2 }' Makefile

run: $(INSTALLED) ## Start a trial with demo data; PORT=8001 changes the port
	@$(RUN) -m g7plan.trial.supervisor --demo

test: $(INSTALLED) ## Run the tests; ARGS are passed to pytest
	@$(RUN) -m pytest $(PYTEST) -m "not long" $(ARGS)

test-long: $(INSTALLED) ## Run the tests that need a browser, LibreOffice, poppler or much time
	@$(RUN) -m pytest $(PYTEST_LONG) -m long $(ARGS)

api-fuzz: $(INSTALLED) ## Send generated requests to the API, other ones each time; EXAMPLES is 100
	@API_FUZZ_EXAMPLES=$(EXAMPLES) $(RUN) -m pytest $(PYTEST) -m long \
		tests/api/test_generated_requests.py $(ARGS)

coverage: $(INSTALLED) ## Run all tests, and check the minimum branch coverage
	@$(RUN) -m coverage erase
	@$(RUN) -m coverage run -m pytest $(PYTEST) $(ARGS)
	@$(RUN) -m coverage combine --quiet
	@$(RUN) -m coverage report

mutation: $(INSTALLED) ## Find faults that no test notices; MODULE names one module
	@$(RUN) -m tests.mutation $(MODULE)

bench: $(INSTALLED) ## Measure speed beside its limits; SIZE is 10k, 100k or 1m
	@$(RUN) -m benchmarks --size $(SIZE) $(ARGS)

bench-guard: $(INSTALLED) ## Measure a few ratios on a small set, and check them
	@$(RUN) -m benchmarks --guard

load: $(INSTALLED) ## Let 200 people and 20 partner tools come at once; SECONDS is 90
	@$(RUN) -m benchmarks --load --size $(SIZE) --seconds $(SECONDS) $(ARGS)

lint: $(INSTALLED) types ## Check style, types, templates and imports between apps
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djade --check --target-version 5.2 $(TEMPLATES)
	$(RUN) -m djhtml --check --tabwidth 2 $(TEMPLATES)
	$(RUN) -m djlint --lint --quiet $(TEMPLATES)

format: $(INSTALLED) ## Rewrite code and templates in the house style
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .
	-$(VENV)/bin/djade --target-version 5.2 $(TEMPLATES)
	-$(RUN) -m djhtml --tabwidth 2 $(TEMPLATES)

types: $(INSTALLED) ## Check types
	$(RUN) -m mypy .

schema: $(INSTALLED) ## Write the schemas of the API and of reports to docs/
	$(RUN) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml
	$(RUN) -c 'from reports.json_schema import report_schema; print(report_schema().decode(), end="")' \
	  > docs/report.schema.json

messages: $(INSTALLED) ## Write the messages of the sources into the catalogues in locale/
	$(RUN) manage.py makemessages
	$(RUN) manage.py compilemessages

screenshot: $(INSTALLED) ## Take the README's screenshot again (needs Chromium)
	$(RUN) -m tests.e2e.screenshot

lighthouse: $(INSTALLED) ## Measure ten pages on a phone (needs Chromium, npm, Node 18.16)
	$(RUN) -m tests.e2e.weight.lighthouse

screenshots: $(INSTALLED) ## Take pictures of every page; FOLDER is var/screenshots, IN is en-gb ja
	$(RUN) -m tests.e2e.every_page.screenshots $(FOLDER) $(IN)

axe: $(INSTALLED) ## Check every page with axe, as each role, in each theme and language
	$(RUN) -m tests.e2e.every_page.axe_everywhere

audit: $(INSTALLED) ## Look for unsafe code, secrets, and licences that are not known
	$(RUN) -W ignore -m tests.g7plan.supply_chain.audit

sbom: $(INSTALLED) ## Write var/sbom.cdx.json: what the image is made of, in CycloneDX
	@mkdir -p var
	$(RUN) -W ignore -m cyclonedx_py requirements requirements.txt --pyproject pyproject.toml \
		--output-reproducible --of JSON --output-file var/sbom.cdx.json

vulnerabilities: $(INSTALLED) ## Ask for known faults of the locked packages (needs a network)
	$(RUN) -m pip_audit --vulnerability-service osv --strict \
		--requirement requirements.txt --disable-pip --require-hashes

lock: $(INSTALLED) ## Lock the versions again; UPGRADE=--upgrade takes the newest
	$(COMPILE) $(UPGRADE) pyproject.toml --output-file requirements.txt
	$(COMPILE) $(UPGRADE) pyproject.toml --all-extras --constraint requirements.txt \
		--output-file requirements-dev.txt
	printf 'uv\n' | $(COMPILE) $(UPGRADE) - --no-annotate --output-file requirements-uv.txt

reset: $(INSTALLED) ## Delete the trial's data for ever
	@$(RUN) -m g7plan.trial.supervisor --forget

clean: ## Delete installed packages and caches; data in var/ stays
	rm -rf $(VENV) .coverage* .hypothesis .schemathesis .*_cache mutants
	find . -name __pycache__ -prune -exec rm -rf {} +

# ---- Install, only when a lock has changed ---------------------------------------------

define OLD_PYTHON
import sys
if sys.version_info < (3, 11):
    sys.exit("g7plan needs Python 3.11 or newer, and $(PYTHON) is %d.%d. Name another one:"
             " make PYTHON=python3.12 …" % sys.version_info[:2])
endef
export OLD_PYTHON

$(INSTALLED): requirements-dev.txt requirements-uv.txt
	@$(PYTHON) -c "$$OLD_PYTHON"
	@echo "Installing into $(VENV) …"
	@$(RUN) -c '' 2> /dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements-uv.txt
	@# An account without a home folder gets uv's cache in here.
	@test -w "$$HOME" || export UV_CACHE_DIR="$(CURDIR)/$(VENV)/cache"; \
		$(UV) install --python $(RUN) --require-hashes \
		--requirement requirements-dev.txt
	@# The checkout itself, so that pytest and celery find it from anywhere.
	@echo "$(CURDIR)" > "$$($(RUN) -c \
		'import sysconfig; print(sysconfig.get_path("purelib"))')/g7plan.pth"
	@touch $@
