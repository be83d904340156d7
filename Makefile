# The commands of CONTRIBUTING.md. Everything lives in tools/; ARGS is handed on: make run ARGS="--port 9000"
PYTHON = python3
IN_VENV = .venv/bin/python -m

.PHONY: run setup test check soak bench wheel format lock clean

run: setup
	@exec .venv/bin/barev serve --demo $(ARGS)

setup:
	@$(PYTHON) tools/bootstrap.py

test:
	@$(PYTHON) tools/bootstrap.py --with-tests
	@$(IN_VENV) tools.check all $(ARGS)

check:
	@$(PYTHON) tools/bootstrap.py --with-tests
	@$(IN_VENV) tools.check fast $(ARGS)

soak:
	@$(PYTHON) tools/bootstrap.py --with-tests
	@$(IN_VENV) tools.check soak $(ARGS)

bench:
	@$(PYTHON) tools/bootstrap.py --with-tests
	@exec .venv/bin/barev bench $(ARGS)

wheel: setup
	@rm -rf build
	@$(IN_VENV) pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist

format:
	@$(PYTHON) tools/bootstrap.py --with-tests
	@$(IN_VENV) ruff check --fix-only --quiet .
	@$(IN_VENV) ruff format .
	@$(IN_VENV) tools.settings_page

lock:
	@$(PYTHON) tools/lock.py $(ARGS)

clean:
	rm -rf .venv node_modules chat_widget/static desk/static chat_widget/web/generated desk/web/generated
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist barev.egg-info .setup.lock
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
