# The commands of this project. `make` alone tells them.

SWIFT ?= swift
RELEASE_SCRATCH := .build-release

.PHONY: help deps test-deps build release test rig service interop lint format demo examples fuzz bench clean

help:
	@echo 'make demo      see it work: a simulated meter, a broker that fails, nothing lost (about 30 s)'
	@echo 'make test      all unit and integration tests'
	@echo 'make rig       the tests on the virtual Pi only: pins, buses, bad links, power cuts'
	@echo 'make service   the tests of the systemd service only, in a booted Debian'
	@echo 'make interop   bring docs/interop.md up to date with the brokers of this machine'
	@echo 'make release   the small release binary, build/godwit'
	@echo 'make build     the regular flavour, .build/debug'
	@echo 'make examples  the examples of the libraries, and the Swift on their pages, built and run'
	@echo 'make bench     figures beside those of others, in one run'
	@echo 'make fuzz      half a minute of hostile bytes for each parser that has a target'
	@echo 'make lint      the format rules'
	@echo 'make format    apply the format rules'
	@echo 'make clean     take away what the builds left'
	@echo 'make test and make demo install what is missing with apt and say so.'

deps:
	@scripts/require-swift
	@scripts/install-packages build

test-deps:
	@scripts/require-swift
	@scripts/install-packages build run test rig service
	@scripts/install-python-peers
	@scripts/build-rig-kernel >/dev/null
	@scripts/build-service-disk >/dev/null

build: deps
	$(SWIFT) build

release: deps
	@SWIFT='$(SWIFT)' scripts/build-release $(RELEASE_SCRATCH) build/godwit

# The virtual Pis come after the rest: each is a computer's work, and its tests have deadlines.
test: test-deps
	@$(MAKE) --no-print-directory release
	$(SWIFT) test --skip '^RigTests\.'
	$(SWIFT) test --skip-build --filter '^RigTests\.'

rig: test-deps
	@$(MAKE) --no-print-directory release
	$(SWIFT) test --filter '^RigTests\.'

service: test-deps
	@$(MAKE) --no-print-directory release
	$(SWIFT) test --filter '^RigTests\.ServiceTests'

interop: test-deps
	GODWIT_WRITE_INTEROP=1 $(SWIFT) test --filter '^InteropTests\.'

lint:
	@scripts/require-swift
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks Fuzz examples

format:
	@scripts/require-swift
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks Fuzz examples

demo:
	@scripts/require-swift
	@scripts/install-packages build run
	@$(MAKE) --no-print-directory release
	@scripts/demo build/godwit

examples:
	@scripts/require-swift
	@scripts/install-packages build run
	@SWIFT='$(SWIFT)' scripts/check-examples

fuzz:
	@scripts/require-swift
	@scripts/fuzz

bench:
	@scripts/require-swift
	@scripts/install-packages build run bench
	@Benchmarks/run-codec
	@Benchmarks/run-publish
	@Benchmarks/run-spool
	@SWIFT='$(SWIFT)' Benchmarks/run-polls
	@SWIFT='$(SWIFT)' Benchmarks/run-lateness
	@SWIFT='$(SWIFT)' Benchmarks/run-readings

clean:
	rm -rf .build .build-benchmarks .build-examples $(RELEASE_SCRATCH) build
