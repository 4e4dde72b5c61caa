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

CC	 = gcc
B	?= build
PKGS	 := openssl jansson sqlite3 libcyaml
PREFIX	?= /usr/local
PARTS_IN := lib reference conformance loadgen reports program
VERSION	 := 0.1.0

# Who may include whom; *_test.c and *_fuzz.c may include anything.
LAYERS	 := lib:catalogue reference:lib conformance:lib loadgen:lib reports:lib

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
MODE	 := --coverage -O0
else
O	 := $(B)/out
MODE	 := -D_FORTIFY_SOURCE=2 -fstack-protector-strong
endif
Q	 := $(if $(V),,@)
GEN_IN	 := $(B)/gen

SRC	 := $(sort $(shell find $(wildcard $(PARTS_IN)) -name '*.c')) yanshou.c
TESTSRC	 := $(filter %_test.c,$(SRC))
FUZZSRC	 := $(filter %_fuzz.c,$(SRC))
PARTS	 := $(filter-out %_test.c %_fuzz.c yanshou.c,$(SRC))
HEADERS	 := $(sort $(shell find $(wildcard $(PARTS_IN)) -name '*.h'))
TESTS	 := $(TESTSRC:%.c=$O/test/%)
GEN	 := $(patsubst fixtures/%.tsv,$(GEN_IN)/%.inc,\
	    $(wildcard fixtures/catalogue/*.tsv)) $(GEN_IN)/catalogue/digest.inc \
	    $(patsubst %,$(GEN_IN)/%.inc,$(wildcard reports/template/*))

## make            build the program, build/yanshou
all: $(B)/yanshou

$(B)/yanshou: $O/yanshou
	$Qmkdir -p $(@D) && cp -f $< $@

$O/yanshou: $O/obj/yanshou.o $O/libparts.a
	@echo "  LINK $@"
	$Q$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(CHECKLIB) $(LDLIBS)

## make parts      compile everything but the program
parts: $O/libparts.a $(TESTSRC:%.c=$O/obj/%.o)

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

## make help       this list
help:
	@sed -n 's/^## //p' Makefile

$O/libparts.a: $(PARTS:%.c=$O/obj/%.o)
	$Qrm -f $@ && ar rcsP $@ $^

$(GEN_IN)/%.inc: fixtures/%.tsv fixtures/catalogue/rows.awk
	$Qmkdir -p $(@D)
	$Qawk -f fixtures/catalogue/rows.awk $< > $@

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

OBJ	 := $(SRC:%.c=$O/obj/%.o)
$(OBJ): | $(GEN)
$O/obj/%.o: %.c Makefile
	@echo "  CC   $<"
	$Qmkdir -p $(@D)
	$Q$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

-include $(OBJ:.o=.d)
.PHONY: all parts test layers headers help check
.DELETE_ON_ERROR:
.SECONDARY:
