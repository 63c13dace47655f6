# `make demo` and `make test` are the two commands a newcomer needs.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

CARGO_TARGET_DIR ?= $(CURDIR)/target
export CARGO_TARGET_DIR
CARGO_INSTALL_ROOT ?= $(or $(CARGO_HOME),$(HOME)/.cargo)
DEMO_DIR ?= $(CURDIR)/demo
NEXTEST_VERSION := 0.9.143
DENY_VERSION := 0.20.2
FUZZ_VERSION := 0.13.2
FUZZ_SECONDS ?= 600

.PHONY: help
help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install what a fresh machine lacks (git, an ssh server, nextest, cargo-deny)
	@scripts/setup $(NEXTEST_VERSION) $(DENY_VERSION)

.PHONY: inso
inso: ## Install Insomnia's own command line, which the tests ask (needs npm)
	@scripts/inso "$(CARGO_TARGET_DIR)/inso"

.PHONY: build
build: ## Build the release binary
	cargo rustc --locked --release --package syncline-cli --bin syncline -- $$(scripts/link-flags)

.PHONY: install
install: build ## Install the binary into cargo's bin folder
	mkdir -p "$(CARGO_INSTALL_ROOT)/bin"
	install "$(CARGO_TARGET_DIR)/release/syncline" "$(CARGO_INSTALL_ROOT)/bin/syncline"
	strip --strip-debug "$(CARGO_INSTALL_ROOT)/bin/syncline"  # the lines of code are most of it

.PHONY: demo
demo: ## Two installations keep a collection in step; leaves both folders in ./demo
	@scripts/require-git
	@echo "Building; the first time this takes a few minutes." >&2
	@cargo build --locked --quiet --package syncline-cli --package syncline-demo
	@"$(CARGO_TARGET_DIR)/debug/syncline-demo" "$(DEMO_DIR)"

.PHONY: test
test: setup inso lint unit doc demo-check ## Run every check: format, lints, licences, tests, examples, demo

.PHONY: lint
lint: ## Check format, lints and licences
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- --deny warnings
	cargo deny --offline --log-level error check bans licenses sources

.PHONY: unit
unit: ## Run the tests
	cargo nextest run --locked --workspace --no-fail-fast

.PHONY: stress
stress: ## Merge 100,000 generated histories with known answers (from SYNCLINE_SEED on), and thousands with two bases; simulate 10,000 histories of many installations; sixteen writers at once; kill the program 1,000 times, at any moment and at its writes; a million files in a folder, and one of 4 GB
	SYNCLINE_CASES=$${SYNCLINE_CASES:-100000} cargo test --locked --release --package syncline-merge --test typed_edits -- --nocapture
	SYNCLINE_CASES=300 cargo nextest run --locked --package syncline-sync criss_cross::
	SYNCLINE_CASES=$${SYNCLINE_HISTORIES:-5000} cargo nextest run --locked --package syncline-sync convergence:: --no-fail-fast --success-output final
	SYNCLINE_WRITERS=16 SYNCLINE_EDITS=200 cargo nextest run --locked --package syncline-cli concurrency:: --success-output final
	SYNCLINE_KILLS=$${SYNCLINE_KILLS:-1000} cargo nextest run --locked --package syncline-cli killed:: failing:: points:: --no-fail-fast --success-output final
	SYNCLINE_HOSTILE_ENTRIES=$${SYNCLINE_ENTRIES:-1000000} SYNCLINE_HOSTILE_MEGABYTES=4096 cargo nextest run --locked --package syncline-cli hostile::large:: --no-fail-fast

.PHONY: fuzz
fuzz: ## Look for bytes that break a law, FUZZ_SECONDS for each target (600 unless told)
	@scripts/fuzz $(FUZZ_VERSION) $(FUZZ_SECONDS)

.PHONY: doc
doc: ## Run the examples of the documentation
	cargo test --locked --workspace --doc --quiet

.PHONY: reference
reference: ## Write docs/reference.md anew, from what the program says
	SNAPSHOTS=overwrite cargo nextest run --locked --package syncline-cli reference::the_reference

.PHONY: demo-check
demo-check: ## Run the demo in a folder of its own, and see that it ends well
	@scripts/demo-check

.PHONY: bench
bench: build ## Compare with git in the same run; prints a table of ratios
	@scripts/require-git
	cargo build --locked --release --package syncline-benches
	"$(CARGO_TARGET_DIR)/release/syncline-benches"

.PHONY: score
score: build ## Score the merge on the corpus beside the project, where it is there
	scripts/score
