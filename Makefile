# make build | run | test | bench | pictures. Each sets up what it needs first (tools/setup) and says what it does.
#   SAN=address (ASan + UBSan) or SAN=thread (TSan): the same build and the same tests, instrumented.
SHELL := /bin/bash
.DEFAULT_GOAL := build

SAN ?=
VARIANT := $(if $(SAN),-$(SAN))
OUT ?= build$(VARIANT)
PORT ?= 8000

CC := gcc
WARN := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla
PACKAGES := libh2o-evloop sqlite3 libsodium libcjson icu-i18n icu-uc openssl
comma := ,
CFLAGS_SAN := $(if $(filter address,$(SAN)),-fsanitize=address$(comma)undefined -fno-sanitize-recover=undefined -DATOLL_SANITIZED -O1,\
	$(if $(filter thread,$(SAN)),-fsanitize=thread -DATOLL_SANITIZED -O1,-O2 -D_FORTIFY_SOURCE=2))
CFLAGS = -std=c17 -D_GNU_SOURCE -DH2O_USE_LIBUV=0 -g -fno-omit-frame-pointer -fstack-protector-strong -pthread \
	$(WARN) $(CFLAGS_SAN) -Isrc -I$(OUT)/gen $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
LDLIBS = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm
LDFLAGS = -pthread $(CFLAGS_SAN) -Wl,-z,relro,-z,now

ROOMS := core model http store query catalog auth base api cmd
SOURCES := $(foreach room,$(ROOMS),$(wildcard src/$(room)/*.c))
OBJECTS := $(SOURCES:src/%.c=$(OUT)/obj/%.o)
UNIT_SOURCES := $(wildcard tests/unit/*/*_test.c)
UNIT_TESTS := $(UNIT_SOURCES:tests/%.c=$(OUT)/tests/%)

JOBS ?= $(shell nproc)
# Without a jobserver of its own, each of the commands below uses all cores.
SUBMAKE = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS)) OUT=$(OUT) SAN=$(SAN)

# The web app, once there is one: everything in web/ that npm did not put there, and the API's schemas.
WEB_SOURCES := $(if $(wildcard web/package.json),$(shell find web \( -name node_modules -o -name dist \) -prune -o -type f -print) \
	src/defs/openapi_schemas.json src/defs/functions.def tools/functions-table.mjs)


.PHONY: build run test bench fuzz golden unit api browser pictures web lint clean
build:
	@tools/setup build
	@tools/check-includes
	+@$(SUBMAKE) web
	+@$(SUBMAKE) $(OUT)/atoll

run:
	@tools/setup run
	+@$(SUBMAKE) web
	+@$(SUBMAKE) $(OUT)/atoll
	@exec node tools/demo.mjs --binary $(OUT)/atoll --port $(PORT)

# Everything that a change must pass. The instrumented variants run the same tests; style is checked once, by the plain one.
test:
	@tools/setup test
	@tools/check-includes
	@node tools/functions-doc.mjs check
	+@$(SUBMAKE) web
	+@$(SUBMAKE) $(OUT)/atoll $(UNIT_TESTS)
	@$(if $(SAN),,tools/format check)
	+@$(if $(SAN),,$(SUBMAKE) lint)
	@ATOLL_FUZZ_SECONDS=60 tools/run-unit-tests $(OUT)
	@tools/run-tests $(OUT)

unit:
	+@$(SUBMAKE) $(UNIT_TESTS)
	@tools/run-unit-tests $(OUT)

# What the compiler gives now, into tests/golden/: look at the difference before it is committed.
golden: $(OUT)/tests/unit/query/golden_test
	@ATOLL_GOLDEN_WRITE=1 $<

# Random statements, formulas and filters under the sanitizers, for FUZZ_SECONDS, other ones each time.
FUZZ_SECONDS ?= 3600
fuzz:
	+@$(MAKE) --no-print-directory -j$(JOBS) SAN=address OUT=build-address build-address/tests/unit/base/language_fuzz_test
	@. tools/sanitizer-options && ATOLL_FUZZ_SECONDS=$(FUZZ_SECONDS) ATOLL_FUZZ_SEED=$$RANDOM$$RANDOM$$RANDOM \
		build-address/tests/unit/base/language_fuzz_test

api browser:
	+@$(SUBMAKE) web
	+@$(SUBMAKE) $(OUT)/atoll
	@tools/run-tests $(OUT) tests/$@

bench:
	@tools/setup test
	+@$(SUBMAKE) web
	+@$(SUBMAKE) $(OUT)/atoll $(OUT)/bench/floor $(OUT)/bench/compile
	@node bench/bench.mjs --binary $(OUT)/atoll --floor $(OUT)/bench/floor --compile $(OUT)/bench/compile

# docs/pictures/, as the web app looks now.
pictures:
	@tools/setup pictures
	+@$(SUBMAKE) web
	+@$(SUBMAKE) $(OUT)/atoll
	@ATOLL_BINARY=$(OUT)/atoll node tools/pictures.mjs

# clang-tidy, a stamp file a source, so that only what changed is looked at again.
lint: $(SOURCES:src/%.c=$(OUT)/lint/%.ok) $(OUT)/lint/main.ok

$(OUT)/lint/%.ok: src/%.c .clang-tidy
	@mkdir -p $(dir $@)
	@echo "  lint  $<"
	@clang-tidy --quiet $< -- $(filter-out $(WARN),$(CFLAGS)) 2>/dev/null
	@touch $@

clean:
	rm -rf build build-address build-thread

$(OUT)/atoll: $(OUT)/obj/main.o $(OBJECTS)
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(OUT)/obj/%.o: src/%.c
	@mkdir -p $(dir $@)
	@echo "  cc    $<"
	@$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# The floor of the benchmarks: the same work in a bare C loop on SQLite.
$(OUT)/bench/floor: bench/floor.c
	@mkdir -p $(dir $@)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS)

$(OUT)/bench/compile: bench/compile.c $(OUT)/rooms.a
	@mkdir -p $(dir $@)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(OUT)/rooms.a $(LDLIBS)

# A unit test links every room but main; tests/unit mirrors src.
$(OUT)/tests/unit/%: tests/unit/%.c $(OUT)/rooms.a
	@mkdir -p $(dir $@)
	@echo "  test  $<"
	@$(CC) $(CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(OUT)/rooms.a $(LDLIBS) -lcmocka

$(OUT)/rooms.a: $(OBJECTS)
	@rm -f $@ && ar rcs $@ $^

-include $(OBJECTS:.o=.d) $(OUT)/obj/main.d $(UNIT_TESTS:=.d)

# Objects that carry other files of the repository (core/embed.h).
$(OUT)/obj/catalog/catalog.o: $(wildcard src/catalog/schema/*.sql)
$(OUT)/obj/base/registry.o: $(wildcard src/base/schema/*.sql)
$(OUT)/obj/api/openapi.o: src/defs/openapi_schemas.json
$(OUT)/obj/api/web_app.o $(OUT)/lint/api/web_app.ok: $(OUT)/gen/defs/web_files.def

# The web app's files as rows of a table; an empty one where the app has not been built.
$(OUT)/gen/defs/web_files.def: $(wildcard web/dist/index.html) tools/embed-web.mjs
	@mkdir -p $(dir $@)
	@$(if $(wildcard web/dist/index.html),node tools/embed-web.mjs web/dist $(OUT)/gen,: >$@)

web: $(if $(WEB_SOURCES),web/dist/index.html)

web/dist/index.html: $(WEB_SOURCES)
	@echo "  npm   web"
	@cd web && { npm ls >/dev/null 2>&1 || npm ci --no-audit --no-fund --loglevel=error; }
	@cd web && npm run --silent build
