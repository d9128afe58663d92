# The same few commands everywhere; each does its work in .venv with what requirements*.txt pins.
.DEFAULT_GOAL := help
RUN := .venv/bin

help: ## what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

start: install ## install, migrate, train, fill the demo, run everything (Ctrl-C stops it)
	@$(RUN)/wengang start

chat: install ## a chat in the terminal with the running stack (or one that it starts)
	@$(RUN)/wengang chat

test: install-dev ## everything that CI checks
	@sh deploy/test.sh

check: install-dev ## format, lint, types, import rules, wording rules
	@sh deploy/check.sh

train: install ## train the dialogue model if it is older than its inputs
	@$(RUN)/wengang train

bench: install-dev ## run the benchmarks, write benchmarks/results
	@$(RUN)/python -m benchmarks

demo-reset: install ## empty and refill the demo
	@$(RUN)/wengang demo reset

lock: install-dev ## resolve requirements*.in again
	@sh deploy/lock.sh

install: .venv/installed
install-dev: .venv/installed-dev

.venv/installed: requirements.txt pyproject.toml deploy/install.sh
	@sh deploy/install.sh requirements.txt && touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@sh deploy/install.sh requirements-dev.txt && touch $@

.PHONY: help start chat test check train bench demo-reset lock install install-dev
