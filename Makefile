# Two commands do everything on a Debian machine that has Swift: make run, make test.

.DEFAULT_GOAL := help
.PHONY: help run build test demo bench instructions load overload slow-readers large-channel scale search-scale \
    contacts-scale courses-scale large-file backups conformance testssl mutate abuse crash power-cut fuzz model \
    simulate check-abi tidy \
    test-thread test-address clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run:  ## installs what is missing, builds, and starts on http://127.0.0.1:8080 with its data in ./data
	@scripts/run

build:  ## builds the release binary, .build/release/confab
	@scripts/build

test:  ## installs what the tests need, and runs all of them
	@scripts/test

demo: build  ## curl and Python chat with one another through a crash of the server
	@scripts/demo

bench: build  ## measures speed and memory with the load generator
	@scripts/build loadtest
	@scripts/bench

instructions: build  ## counts the instructions that a message costs, and holds them to the baseline
	@scripts/instructions

load: build  ## runs a scenario of loadtest/scenarios, SCENARIO=mixed-day, and draws what came of it in ./results
	@scripts/build loadtest
	@scripts/load $(or $(SCENARIO),mixed-day) --out results

overload: build  ## offers more than the server can do, and holds it to its goodput
	@scripts/build loadtest
	@scripts/overload

slow-readers: build  ## has half a busy channel stop reading, and holds the server to what the others get
	@scripts/build loadtest
	@scripts/slow-readers

large-channel: build  ## has ten thousand members' channel talk, and holds the server to what that costs the others
	@scripts/build loadtest
	@scripts/large-channel

scale: build  ## starts on a million channels and ten million messages, and times pages, memory and a long sleep's resume
	@"$$(scripts/python-env)/bin/python" Tests/scale/measure.py

search-scale: build  ## indexes a million messages, and times searches, freshness and what indexing costs
	@scripts/build loadtest
	@"$$(scripts/python-env)/bin/python" Tests/scale/search.py

courses-scale: build  ## times courses with 10,000 of them, 100,000 students and 1,000,000 rows of progress, beside a chat
	@scripts/build loadtest
	@"$$(scripts/python-env)/bin/python" Tests/courses/scale.py

contacts-scale: build  ## brings 100,000 contacts along while others chat and the server is killed, and times both
	@"$$(scripts/python-env)/bin/python" Tests/contacts/scale.py

backups: build  ## backs a busy server up twenty times, restores every backup and reads all of it
	@"$$(scripts/python-env)/bin/python" Tests/backups/live.py

.PHONY: large-file
large-file: build  ## uploads and downloads 5 GB, or BYTES=..., and holds the server to flat memory
	@"$$(scripts/python-env)/bin/python" Tests/files/large.py $(if $(BYTES),--bytes $(BYTES))

conformance:  ## holds the WebSocket to its RFCs over ws and wss, by the Autobahn suite and our own cases; all with FULL=1
	@scripts/conformance

testssl: build  ## has testssl.sh scan the server's TLS, which takes minutes
	@scripts/testssl

mutate: build  ## sends a million frames, or COUNT=..., of sessions with small faults, and watches the server's sanity
	@"$$(scripts/python-env)/bin/python" Tests/hostile/mutate.py

abuse: build  ## slow, silent, flooding and storming peers at their full size; ROWS="pings storm" for some of them
	@scripts/abuse $(ROWS)

crash: build  ## kills, power cuts, failing and full disks, no memory, bad networks and clocks, an hour or more; ROWS="cycles power" for some of it
	@scripts/build loadtest
	@swift build --product confab
	@scripts/crash $(ROWS)

power-cut: build  ## cuts the power of a real kernel (User Mode Linux) under load, fifty times
	@scripts/build loadtest
	@swift build --product confab
	@scripts/crash kernel

fuzz:  ## fuzzes all parsers, SECONDS=60 each; one of them with TARGET=http-head
	@scripts/fuzz $(or $(SECONDS),60) $(TARGET)

model:  ## holds random histories against the reference model, SEEDS=2000 of them; beginning with FIRST=1
	@scripts/model $(or $(SEEDS),2000) $(or $(FIRST),1)

simulate:  ## runs whole worlds of server, disk, network and clients, SEEDS=20000 of them; beginning with FIRST=1
	@scripts/simulate $(or $(SEEDS),20000) $(or $(FIRST),1)

check-abi:  ## compares our prototypes of libcurl with its headers
	@scripts/check-abi

tidy:  ## checks the format of the code
	@scripts/tidy

test-thread:  ## the tests under the thread sanitizer
	@scripts/sanitize thread

test-address:  ## the tests under the address sanitizer
	@scripts/sanitize address

clean:  ## removes what was built, not the data
	rm -rf .build loadtest/.build
