# Every target is one script; docs/development.md explains them. What a machine needs is the table Scripts/packages.

SHELL := /bin/bash
PREFIX ?= /usr/local
DESTDIR ?=
ARGS ?=
# Of `make fuzz`, for each target.
SECONDS ?= 60

.DEFAULT_GOAL := build
.PHONY: help run build test bench soak fuzz sanitize lint format install package clean

help: ## print this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: build ## set up, build, and serve in the foreground; ARGS="--listen 127.0.0.1:8080" goes to `sidecar serve`
	@exec .build/release/sidecar serve $(ARGS)

build: ## set up and build .build/release/sidecar and the programs beside it
	@Scripts/setup build
	@Scripts/build

test: ## set up, build, and run every test; ends in one line: N passed, N failed, N skipped
	@Scripts/setup build test
	@Scripts/test

bench: ## measure beside nginx, jails beside bubblewrap, MCP servers; ARGS="--quick" goes to the benchmarks
	@Scripts/setup build bench
	@Scripts/build
	@Benchmarks/jail/run $(filter --quick --check,$(ARGS))
	@Benchmarks/mcp/run $(filter --quick --check,$(ARGS))
	@Benchmarks/tools.py $(filter --quick --check,$(ARGS))
	@Benchmarks/translation/run $(filter --check,$(ARGS))
	@Benchmarks/run $(ARGS)

soak: ## a million requests, half of the clients leaving: what stays behind? And 1,000 restarts, and 100,000 random conversations
	@Scripts/setup build bench
	@Scripts/build
	@Benchmarks/soak.py $(ARGS)
	@Benchmarks/mcp/run --only restarts --check
	@Scripts/properties

fuzz: ## fuzz each target of Fuzz/ for SECONDS=60
	@Scripts/setup build
	@Scripts/fuzz $(SECONDS)

sanitize: ## run the Swift tests of the lower layers and the gateway under the thread and the address sanitizer
	@Scripts/setup build
	@Scripts/sanitize $(ARGS)

lint: ## look for what the house does not allow; changes nothing
	@Scripts/setup lint
	@Scripts/lint

format: ## put the Swift sources into the form that lint asks for
	@Scripts/format

install: build ## copy to PREFIX=/usr/local (below DESTDIR, if given)
	@Scripts/install "$(DESTDIR)" "$(PREFIX)"

package: ## build a .deb in .build/package
	@Scripts/setup build package
	@Scripts/build
	@Scripts/package

clean: ## remove everything that was built
	@rm -rf .build
