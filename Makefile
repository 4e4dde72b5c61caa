# One Makefile, no recursion into folders: every path below is seen from the
# repository root, and so is every #include.  Nothing is written outside $(B).
#
# A source file is found by its name alone:
#	yanshou.c	the program
#	*_test.c	becomes a test program, run by "make check"
#	*_fuzz.c	becomes a fuzzer, run by "make fuzz"
#	any other *.c	goes into one archive that all of them link
#
# SAN=1 builds with the sanitizers, COV=1 for coverage, V=1 shows commands.

.DEFAULT_GOAL := all
CC	 = gcc
B	?= build
PKGS	 := openssl jansson sqlite3 libcyaml zlib libnghttp2 libutf8proc \
	    libcurl gnutls libzip libxml-2.0
PREFIX	?= /usr/local
PARTS_IN := lib reference conformance loadgen reports program fixtures/pki \
	    fixtures/seal
VERSION	 := 0.1.0

# What Debian 12 needs beside gcc and make: to build and run; for tools.
DEBS	 := pkg-config openssl check libssl-dev libjansson-dev libsqlite3-dev \
	    libcyaml-dev libyaml-dev libetpan-dev libsasl2-dev libsasl2-modules \
	    zlib1g-dev libnghttp2-dev libutf8proc-dev libcurl4-gnutls-dev \
	    libgnutls28-dev libzip-dev libxml2-dev
TOOLDEBS := gcovr clang libclang-rt-14-dev clang-format clang-tidy

# Who may include whom; *_test.c and *_fuzz.c may include anything.
LAYERS	 := lib:catalogue reference:lib 'conformance:lib|fixtures/pki|fixtures/seal' \
	    loadgen:lib reports:lib fixtures/pki:lib \
	    'fixtures/seal:lib|fixtures/pki'

# "make MPI=1": one load from many machines (libopenmpi-dev openmpi-bin).
ifdef MPI
PKGS	 += ompi-c
ALONE	 := program/ranks_one.c
else
ALONE	 := $(wildcard program/ranks_mpi*.[ch])
endif

WARN	 := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wundef \
	    -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Werror
CFLAGS	 ?= -O2 -g
CPPFLAGS += -I. -I$(GEN_IN) -D_GNU_SOURCE -DYANSHOU_VERSION='"$(VERSION)"' \
	    $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
ALL_CFLAGS = -std=gnu11 $(WARN) -MMD -MP $(CFLAGS) $(MODE)
# libetpan's .pc file drags in GnuTLS, Berkeley DB and specs: name it alone.
LDLIBS	 += -letpan $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm
CHECKLIB := $(shell pkg-config --libs check 2>/dev/null)

ifdef SAN
O	 := $(B)/san
MODE	 := -fsanitize=address,undefined -fno-sanitize-recover=all \
	    -fno-omit-frame-pointer
else ifdef COV
O	 := $(B)/cov
MODE	 := --coverage -fprofile-update=atomic -O0
else
O	 := $(B)/out
MODE	 := -D_FORTIFY_SOURCE=2 -fstack-protector-strong
endif
Q	 := $(if $(V),,@)
GEN_IN	 := $(B)/gen

# Tools of their own, beside what they are made of.
MINT	 := fixtures/pki/make.c fixtures/seal/make.c

SRC	 := $(filter-out $(ALONE) $(MINT), \
	    $(sort $(shell find $(wildcard $(PARTS_IN)) -name '*.c'))) yanshou.c
TESTSRC	 := $(filter %_test.c,$(SRC))
FUZZSRC	 := $(filter %_fuzz.c,$(SRC))
FUZZOBJ	 := $(FUZZSRC:%.c=$O/obj/%.o) # so that they go on compiling
PARTS	 := $(filter-out %_test.c %_fuzz.c yanshou.c,$(SRC))
HEADERS	 := $(filter-out $(ALONE), \
	    $(sort $(shell find $(wildcard $(PARTS_IN)) -name '*.h')))
DEFS	 := $(sort $(shell find $(wildcard $(PARTS_IN)) -name '*.def'))
TESTS	 := $(TESTSRC:%.c=$O/test/%)
GEN	 := $(patsubst fixtures/%.tsv,$(GEN_IN)/%.inc,\
	    $(wildcard fixtures/catalogue/*.tsv)) $(GEN_IN)/catalogue/digest.inc \
	    $(GEN_IN)/catalogue/kit.inc $(GEN_IN)/reference/rsa.inc \
	    $(patsubst %,$(GEN_IN)/%.inc,$(wildcard reports/template/*))

## make accept     judge our own services, and seal the run: build/accept/report/
accept: deps
	$Q$(MAKE) --no-print-directory accept-ourselves

accept-ourselves: $(B)/yanshou
	$Qrm -rf $(B)/accept $(B)/lab
	$Q$(B)/yanshou key new --name "Lab of make accept" $(B)/lab >/dev/null
	$Q$(B)/yanshou accept --run $(B)/accept --sign $(B)/lab --load "6 s" \
	    --expect fixtures/targets/reference/expected.tsv
	$Q$(B)/yanshou verify $(B)/accept --trust $(B)/lab/certificate.pem

## make check      every unit test, layers, headers, and the kit against itself
check: deps
	$Q$(MAKE) --no-print-directory check-all

check-all: $O/yanshou $(TESTS) $(FUZZOBJ) layers headers
	$Qsh fixtures/check-docs.sh $<; docs=$$?; \
	    sh fixtures/run-tests.sh $(TESTS) && exit $$docs

## make            build the program, build/yanshou
all: $(B)/yanshou

$(B)/yanshou: $O/yanshou
	$Qmkdir -p $(@D) && cp -f $< $@

$O/yanshou: $O/obj/yanshou.o $O/libparts.a
	@echo "  LINK $@"
	$Q$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(CHECKLIB) $(LDLIBS)

## make score      how far the kit can be trusted: all faults, all variants
score: $(B)/yanshou
	$Q$(B)/yanshou score --out $(B)/score.json

## make interop    judge real servers, and let real clients use ours
interop: $(B)/yanshou
	$Qbash fixtures/targets/interop.sh $(B)/yanshou

## make bench      our load generator and others in turn (BENCH=http,smtp)
bench: $(B)/bench/ours $(B)/bench/recorder $(B)/bench/floor
	$Qbash fixtures/bench/bench.sh $(B)/bench

## make ranks      one load from several ranks under mpirun, and what is lost
ranks:
	$Qif type mpirun >/dev/null 2>&1 && pkg-config --exists ompi-c; then \
	    $(MAKE) --no-print-directory MPI=1 B=$(B)/mpi ranks-built && \
	    bash fixtures/bench/ranks.sh $(B)/mpi; \
	    else echo "ranks: no Open MPI: skipped (apt-get install" \
	    "libopenmpi-dev openmpi-bin)"; fi

ranks-built: $(B)/yanshou $(filter %/ranks_mpi_test,$(TESTS))

$(B)/bench/ours: fixtures/bench/ours.c $O/libparts.a
	$Qmkdir -p $(@D)
	$Q$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(CHECKLIB) \
	    $(LDLIBS)

## make pki        certificates to judge, right and wrong: build/pki/
pki: $O/fixtures/pki/make
	$Q$< $(B)/pki

## make seal       electronic seals to judge, right and wrong: build/seal/
seal: $O/fixtures/seal/make
	$Q$< $(B)/seal

$(MINT:%.c=$O/%): $O/%: $O/obj/%.o $O/libparts.a
	@echo "  LINK $@"
	$Qmkdir -p $(@D)
	$Q$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(CHECKLIB) $(LDLIBS)

$(B)/bench/recorder $(B)/bench/floor: $(B)/bench/%: fixtures/bench/%.c
	$Qmkdir -p $(@D)
	$Q$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^

## make coverage   line and branch coverage of "make check", as HTML
coverage:
	$Q$(MAKE) --no-print-directory COV=1 check-all
	$Qmkdir -p $(B)/coverage
	$Qgcovr --config gcovr.cfg --object-directory $(B)/cov \
	    --gcov-ignore-parse-errors --html-details $(B)/coverage/index.html --print-summary $(B)/cov

## make san        "make check" under AddressSanitizer and UBSan
san:
	$Q$(MAKE) --no-print-directory SAN=1 check-all

FUZZ_S	?= 60
## make fuzz       every fuzzer for FUZZ_S seconds (60)
fuzz: $(FUZZSRC:%.c=$(B)/fuzz/%)
	$Qfor f in $^; do echo "fuzz $$f"; mkdir -p $$f.corpus; \
	    $$f -max_total_time=$(FUZZ_S) -print_final_stats=1 \
	    -artifact_prefix=$$f. $$f.corpus 2>$$f.log || \
	    { tail -40 $$f.log; exit 1; }; \
	    grep -E 'number_of_executed_units' $$f.log; done

## make parts      compile everything but the program
parts: $O/libparts.a $(TESTSRC:%.c=$O/obj/%.o) $(FUZZOBJ)

## make test T=x   build and run the tests whose path contains x
CHOSEN	 = $(foreach t,$(TESTS),$(if $(findstring $(T),$t),$t))
test: $(CHOSEN)
	$Qbad=0; for t in $(CHOSEN); do \
	    $$t || bad=1; done; exit $$bad

## make layers     no folder includes what it must not
layers:
	$Qfor l in $(LAYERS); do d=$${l%%:*} ok="$${l%%:*}|$${l#*:}"; \
	    [ -d $$d ] || continue; \
	    if find $$d -name '*.[ch]' ! -name '*_test.c' ! -name '*_fuzz.c' | \
	    xargs grep -nE '^#include "[^"]*/' /dev/null | \
	    grep -vE "#include \"($$ok)/"; then \
	    echo "$$d may include only $$ok" >&2; exit 1; fi; done

## make headers    every header compiles on its own
headers: $(GEN)
	$Qfor h in $(HEADERS); do echo "#include \"$$h\"" | \
	    $(CC) $(CPPFLAGS) -std=gnu11 $(WARN) -fsyntax-only -xc - || exit 1; \
	    done

## make docs       every document is in step with the tree
docs: $(B)/yanshou
	$Qsh fixtures/check-docs.sh $<

## make deps       install what Debian 12 does not have yet
deps:
	$Qmissing=; for d in $(DEBS); do \
	    dpkg-query -W -f='$${Status}' $$d 2>/dev/null | grep -q ' installed' || \
	    missing="$$missing $$d"; done; \
	    [ -z "$$missing" ] || { echo "installing:$$missing"; \
	    [ "$$(id -u)" = 0 ] || { echo "not root: run" \
	    "  sudo apt-get install$$missing" >&2; exit 1; }; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends$$missing; } >/dev/null; }

## make tools      install what coverage, fuzz, format and tidy need
tools: deps
	$QDEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	    --no-install-recommends $(TOOLDEBS) >/dev/null

## make format     lay the code out as .clang-format says
format:
	$Qclang-format -i $(filter-out %.inc,$(SRC) $(HEADERS))

## make tidy       clang-tidy over everything (.clang-tidy)
tidy: $(GEN)
	$Qclang-tidy --quiet $(SRC) -- $(CPPFLAGS) -std=gnu11

## make install    into PREFIX (/usr/local)
install: $(B)/yanshou
	$Qinstall -Dm755 $(B)/yanshou $(DESTDIR)$(PREFIX)/bin/yanshou
	$Qmkdir -p $(DESTDIR)$(PREFIX)/share/yanshou
	$Qcp -r fixtures $(DESTDIR)$(PREFIX)/share/yanshou/
	$Q[ ! -f $(B)/score.json ] || cp $(B)/score.json \
	    $(DESTDIR)$(PREFIX)/share/yanshou/

## make clean      remove build/
clean:
	$Qrm -rf $(B)

## make help       this list
help:
	@sed -n 's/^## //p' Makefile

$O/libparts.a: $(PARTS:%.c=$O/obj/%.o)
	$Qrm -f $@ && ar rcsP $@ $^

$(GEN_IN)/%.inc: fixtures/%.tsv fixtures/catalogue/rows.awk
	$Qmkdir -p $(@D)
	$Qawk -f fixtures/catalogue/rows.awk $< > $@

# Tests and fuzzers do not make the kit another one.
KITSRC	 := $(sort $(PARTS) $(HEADERS) $(DEFS) yanshou.c \
	    $(wildcard reports/template/* fixtures/catalogue/*.tsv))

# What a verdict on a case depends on, and so a score.
JUDGESRC := $(filter lib/% reference/% conformance/% fixtures/%,$(KITSRC))

# RSA keys of the reference authority: making them takes longer than starting.
$(GEN_IN)/reference/rsa.inc:
	$Qmkdir -p $(@D)
	$Qfor i in 1 2 3 4 5 6 7 8 9; do echo "KEY("; \
	    openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 \
	    -outform DER | od -An -v -tu1 | sed 's/\([0-9][0-9]*\)/\1,/g' | \
	    sed '$$ s/,$$//'; echo ")"; done > $@

$(GEN_IN)/catalogue/kit.inc: $(KITSRC)
	$Qmkdir -p $(@D)
	$Qprintf '#define KIT_DIGEST "%.12s"\n#define JUDGE_DIGEST "%.12s"\n' \
	    "$$(cat $(KITSRC) | openssl dgst -sm3 -r)" \
	    "$$(cat $(JUDGESRC) | openssl dgst -sm3 -r)" > $@

$(GEN_IN)/catalogue/digest.inc: $(wildcard fixtures/catalogue/*.tsv)
	$Qmkdir -p $(@D)
	$Qprintf '"%s"\n' "$$(cat fixtures/catalogue/requirements.tsv \
	    fixtures/catalogue/limits.tsv \
	    fixtures/catalogue/interpretations.tsv 2>/dev/null | \
	    openssl dgst -sm3 -r | cut -d' ' -f1)" > $@

$(GEN_IN)/reports/template/%.inc: reports/template/%
	$Qmkdir -p $(@D)
	$Qod -An -v -tu1 $< | sed 's/\([0-9][0-9]*\)/\1,/g' > $@

$(TESTS): $O/test/%: $O/obj/%.o $O/libparts.a
	@echo "  LINK $@"
	$Qmkdir -p $(@D)
	$Q$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(CHECKLIB) $(LDLIBS)

# Fuzzers are built apart, by clang, with everything instrumented.
F	 := $(B)/fuzz
FUZZFLAGS := -std=gnu11 -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all

$F/obj/%.o: %.c $(HEADERS) | $(GEN)
	@echo "  CLANG $<"
	$Qmkdir -p $(@D)
	$Qclang $(CPPFLAGS) $(FUZZFLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<

$F/libparts.a: $(PARTS:%.c=$F/obj/%.o)
	$Qrm -f $@ && ar rcsP $@ $^

$(FUZZSRC:%.c=$F/%): $F/%: $F/obj/%.o $F/libparts.a
	@echo "  FUZZ $@"
	$Qmkdir -p $(@D)
	$Qclang $(FUZZFLAGS) -fsanitize=fuzzer -o $@ $^ $(CHECKLIB) $(LDLIBS)

OBJ	 := $(SRC:%.c=$O/obj/%.o) $(MINT:%.c=$O/obj/%.o)
$(OBJ): | $(GEN)
$O/obj/%.o: %.c Makefile
	@echo "  CC   $<"
	$Qmkdir -p $(@D)
	$Q$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

-include $(OBJ:.o=.d)
.PHONY: all accept accept-ourselves bench ranks ranks-built pki seal check check-all score interop coverage san \
	fuzz parts test layers headers docs deps tools format tidy install clean help
.DELETE_ON_ERROR:
.SECONDARY:
