# Thin targets over the scripts in tools/. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup test lint format conformance demo bench fuzz proof clean

RUN := tools/python.sh

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: ## system packages, Python environments and the wheel, without running anything
	@$(RUN) tools/setup.py

test: ## everything; STAGE="rust servers" runs only those
	@$(RUN) tools/test.py $(STAGE)

lint: ## the stages of `make test` that only look
	@$(RUN) tools/lint.py

format: ## rewrite Rust and Python as the lints want them
	@$(RUN) tools/format.py

conformance: ## what each server does with a hand-off, measured and written to docs/servers.md
	@$(RUN) tools/conformance.py

demo: ## the demo site; BACKEND=nginx, mod_xsendfile, xsendfile, mod_wsgi, lighttpd, caddy, simple or development
	@$(RUN) tools/demo.py $(BACKEND)

bench: ## the benchmarks, beside django-sendfile2 and the Rust peers; ARGS for options
	@$(RUN) tools/bench.py $(ARGS)

fuzz: ## every fuzz target for a minute; TARGET=range SECONDS=600
	@$(RUN) tools/fuzz.py --seconds $(or $(SECONDS),60) $(TARGET)

proof: ## a million downloads, joined, cut and mixed on every transport, byte for byte; DOWNLOADS=1000000 SEED=1
	@$(RUN) tools/proof.py --downloads $(or $(DOWNLOADS),1000000) --seed $(or $(SEED),1)

clean: ## remove what was built
	rm -rf target
