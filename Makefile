# packopt: build, install, test.
#
#   make, make install, make installcheck    as with every extension (PG_CONFIG=... chooses the server)
#   make check      set up, build, run every test on a throw-away server; installs nothing system-wide
#   make demo       set up, build, show what packopt does (KEEP=1 keeps the server)
#   make bench      set up, build, print the benchmark tables (BENCH="search profile" chooses some)
#   make kernel-check, make kernel-check-sanitized    the kernels alone, without any server
#   make format     lay the C sources out with clang-format
#   make clean

EXTENSION = packopt
MODULE_big = packopt
DATA = $(wildcard sql/$(EXTENSION)--*.sql)
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c)))

REGRESS = $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --load-extension=$(EXTENSION)

# Loops over arrays are what packopt spends its time in. Comes after the server's own -O2, and so wins;
# for debugging: make OPTFLAGS=-O0
OPTFLAGS = -O3
# No fused multiply-add: sums must come out the same bit for bit on every machine and code path. It
# stands among the preprocessor's flags because only those reach the bitcode for the server's JIT.
PG_CPPFLAGS = -std=gnu11 -ffp-contract=off
PG_CFLAGS = $(OPTFLAGS) $(WARNINGS)

EXTRA_CLEAN = build tmp_check

# ---------------------------------------------------------------------------------------------------
# Stand-alone programs: kernel tests, benches, fuzz targets. The first line of each,
# "// sources: src/a.c src/b.c", names the kernel sources that it links; SEARCH stands for the search's.

BUILD = build
KERNEL_TESTS = $(sort $(wildcard test/kernel/test_*.c))
KERNEL_BENCHES = $(sort $(wildcard test/bench/bench_*.c))
FUZZERS = $(sort $(wildcard test/fuzz/fuzz_*.c))
FUZZ_CC ?= clang

STANDALONE_CFLAGS = -std=gnu11 -ffp-contract=off -fno-strict-aliasing -fwrapv -g \
	-Wall -Wextra -Wmissing-prototypes -Wdeclaration-after-statement -Wvla $(WARNINGS) \
	-DPACKOPT_STANDALONE -Isrc -Itest/kernel
# Overflow of signed numbers, though the server's compiler flags define it, is never meant.
SANITIZE = -fno-wrapv -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAVOUR_plain = $(CC) $(STANDALONE_CFLAGS) -O2
# The sanitizers' own code makes gcc warn of what is not there; the other builds tell what is.
FLAVOUR_sanitized = $(CC) $(STANDALONE_CFLAGS) -w -O1 -fsanitize=address,undefined $(SANITIZE)
FLAVOUR_bench = $(CC) $(STANDALONE_CFLAGS) $(OPTFLAGS)
FLAVOUR_fuzz = $(FUZZ_CC) $(STANDALONE_CFLAGS) -Wno-missing-prototypes -O1 \
	-fsanitize=fuzzer,address,undefined $(SANITIZE)

SEARCH_SOURCES = $(patsubst %,src/%.c,bestswap bound candidate carry cases chain chainclose costlevels \
	cover dual grid griddemand pricing relaxed search searchbound share staircase stream swap tasks weightbound weightgroups)

sources_of = $(subst SEARCH,$(SEARCH_SOURCES),$(shell sed -n '1s,^// *sources:,,p' $(1)))
programs_of = $(patsubst %.c,$(BUILD)/$(1)/%,$(notdir $(2)))

# $(1) flavour, $(2) main source
define PROGRAM_RULE
$(BUILD)/$(1)/$(notdir $(2:.c=)): $(2) $(call sources_of,$(2)) $(wildcard src/*.h test/kernel/*.h)
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(FLAVOUR_$(1)) -o $$@ $$(filter %.c,$$^) -lm
endef

$(foreach f,plain sanitized,$(foreach s,$(KERNEL_TESTS),$(eval $(call PROGRAM_RULE,$(f),$(s)))))
$(foreach s,$(KERNEL_BENCHES),$(eval $(call PROGRAM_RULE,bench,$(s))))
$(foreach s,$(FUZZERS),$(eval $(call PROGRAM_RULE,fuzz,$(s))))

PROGRAM_GOALS = kernel-tests kernel-tests-sanitized kernel-benches fuzzers
PG_CONFIG ?= pg_config
export PG_CONFIG

OWN_GOALS = setup check demo bench format kernel-check kernel-check-sanitized $(PROGRAM_GOALS)
.PHONY: $(OWN_GOALS) prove_installcheck
.DEFAULT_GOAL = all

kernel-tests: $(call programs_of,plain,$(KERNEL_TESTS))
kernel-tests-sanitized: $(call programs_of,sanitized,$(KERNEL_TESTS))
kernel-benches: $(call programs_of,bench,$(KERNEL_BENCHES))
fuzzers: $(call programs_of,fuzz,$(FUZZERS))

# Whatever does not compile is told as a failed test; the others run.
kernel-check:
	-@$(MAKE) -s -k kernel-tests
	@tools/tap.sh kernel $(call programs_of,plain,$(KERNEL_TESTS))

kernel-check-sanitized:
	-@$(MAKE) -s -k kernel-tests-sanitized
	@tools/tap.sh sanitized $(call programs_of,sanitized,$(KERNEL_TESTS))

# ---------------------------------------------------------------------------------------------------
# All set-up included: these need nothing but make.

setup:
	@tools/setup.sh

demo:
	@tools/sandbox.sh tools/demo.sh

bench:
	@tools/sandbox.sh tools/bench.sh $(BENCH)

format:
	clang-format -i $(wildcard src/*.[ch] test/*/*.[ch])

# ---------------------------------------------------------------------------------------------------
# The extension, by PostgreSQL's own build system. It is left out where only goals of ours are asked
# for, since those must work before any PostgreSQL is there, and since it claims "check" for itself.

ifneq ($(filter-out $(OWN_GOALS),$(or $(MAKECMDGOALS),all)),)

PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
PG_HEADER := $(shell $(PG_CONFIG) --includedir-server 2>/dev/null)/postgres.h

ifneq ($(and $(wildcard $(PGXS)),$(wildcard $(PG_HEADER))),)

# Leave the JIT's bitcode out where the compiler that PostgreSQL was built with is missing.
PG_GLOBAL := $(dir $(PGXS))../Makefile.global
PG_CLANG := $(shell sed -n 's/^CLANG *= *//p' $(PG_GLOBAL))
PG_LLVM := $(shell sed -n 's/^LLVM_BINPATH *= *//p' $(PG_GLOBAL))
ifeq ($(and $(shell command -v $(PG_CLANG)),$(wildcard $(PG_LLVM)/llvm-lto)),)
override with_llvm = no
endif

include $(PGXS)

# Servers before 16 export every function of a library to all libraries loaded later or earlier: let ours
# at least find each other first.
ifeq ($(PORTNAME),linux)
SHLIB_LINK += -Wl,-Bsymbolic-functions
endif

$(OBJS) $(OBJS:.o=.bc): $(wildcard src/*.h)

# What a slow machine would say in addition is no part of the expected answers.
installcheck: export PGOPTIONS := $(PGOPTIONS) -c packopt.progress=off

# TAP tests against the installed extension; needs IPC::Run and a user other than root.
prove_installcheck:
	rm -rf tmp_check
	TESTDIR='$(CURDIR)' TESTDATADIR='$(CURDIR)/tmp_check' TESTLOGDIR='$(CURDIR)/tmp_check/log' \
	PATH="$(bindir):$$PATH" PGPORT='6$(DEF_PGPORT)' \
	PG_REGRESS='$(top_builddir)/src/test/regress/pg_regress' \
	prove -I '$(top_srcdir)/src/test/perl' -I test/perl $(or $(PROVE_TESTS),test/t/*.pl)

else

all install installcheck uninstall prove_installcheck:
	@echo 'packopt: no PostgreSQL server headers behind "$(PG_CONFIG)".' >&2
	@echo 'Run tools/setup.sh (on Debian and Ubuntu), or point PG_CONFIG at a server installation.' >&2
	@exit 1

.PHONY: all install installcheck uninstall clean
clean:
	rm -rf $(EXTRA_CLEAN) $(OBJS) $(OBJS:.o=.bc) $(MODULE_big).so

endif
endif

# PGXS has a rule of this name, which only says that there is none; it is left alone, and make does not
# complain about two of them, unless ours is asked for.
ifneq ($(filter check,$(MAKECMDGOALS)),)
check:
	@tools/sandbox.sh tools/check.sh
endif
