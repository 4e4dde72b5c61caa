/* SPDX-License-Identifier: MIT */
/*
 * list, explain, doctor: what there is, and whether a site is ready.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/doctor.h"
#include "conformance/explain.h"
#include "lib/mem.h"
#include "program/doctor_lab.h"
#include "program/program.h"
#include "reference/fault.h"
#include "reference/hostile.h"
#include "reference/variant.h"

/* The book with the faults of the reference; free .faults. */
static struct explain_book
open_book(void)
{
	struct explain_fault *faults =
	    mem_new(FAULT_COUNT - 1, sizeof faults[0]);

	for (size_t i = 1; i < FAULT_COUNT; i++) {
		const struct fault_row *row = fault_get((enum fault)i);

		faults[i - 1] = (struct explain_fault){ row->name,
			row->caught_by, row->req, row->en, row->zh };
	}
	return (struct explain_book){ conf_groups, conf_groups_n, faults,
		FAULT_COUNT - 1 };
}

static int
print_and_free(struct buf *text, bool ok, const struct err *err)
{
	if (ok)
		fputs(buf_text(text), stdout);
	buf_free(text);
	return ok ? EXIT_CONFORMS : program_fail(err);
}

/* ---- list ---- */

static void
list_faults(struct buf *out)
{
	for (size_t i = 1; i < FAULT_COUNT; i++) {
		const struct fault_row *f = fault_get((enum fault)i);

		buf_addf(out, "%-36s %-32s %s\n", f->name, f->caught_by, f->en);
	}
}

static void
list_variants(struct buf *out)
{
	for (size_t i = 1; i < VARIANT_COUNT; i++) {
		const struct variant_row *v = variant_get((enum variant)i);

		buf_addf(out, "%-28s %-28s %s\n", v->name, v->clause, v->en);
	}
}

static void
list_hostile(struct buf *out)
{
	for (size_t i = 1; i < HOSTILE_COUNT; i++) {
		const struct hostile_row *h = hostile_get((enum hostile)i);

		buf_addf(out, "%-24s %s\n", h->name, h->en);
	}
}

int
program_list(const struct options *o)
{
	/* clang-format off */
	static const struct {
		const char *name;
		void (*list)(struct buf *);
	} plain[] = {
		{ "faults",	list_faults },
		{ "variants",	list_variants },
		{ "hostile",	list_hostile },
	};
	/* clang-format on */
	const struct explain_filter filter = { o->chapter, o->service,
		o->level };
	const char *what = o->subject == NULL ? "rows" : o->subject;
	struct explain_book book = open_book();
	struct buf text;
	struct err err;
	bool ok = false, known = false;

	buf_init(&text, EXPLAIN_MOST);
	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		if (strcmp(what, plain[i].name) == 0) {
			plain[i].list(&text);
			ok = known = true;
		}
	if (known)
		;
	else if (o->json)
		ok = explain_json(&text, &book, &filter, &err);
	else if (strcmp(what, "rows") == 0)
		ok = explain_rows(
		    &text, &book, &filter, program_width(), &err);
	else if (strcmp(what, "cases") == 0)
		ok = explain_cases(
		    &text, &book, &filter, program_width(), &err);
	else
		err_set(&err, ERR_CONFIG,
		    "\"%s\": list rows, cases, faults, variants or hostile",
		    what);
	free((void *)(uintptr_t)book.faults);
	return print_and_free(&text, ok, &err);
}

int
program_explain(const struct options *o)
{
	struct explain_book book = open_book();
	struct buf text;
	struct err err;
	bool ok;

	buf_init(&text, EXPLAIN_MOST);
	ok = explain(&text, &book, o->subject, program_width(), &err);
	free((void *)(uintptr_t)book.faults);
	return print_and_free(&text, ok, &err);
}

/* ---- doctor ---- */

int
program_examine(const struct options *o, const char *target, bool *blocks)
{
	struct doctor d;
	struct profile p;
	struct err err;
	int code;

	doctor_init(&d);
	if (profile_read(target, &p, &err)) {
		doctor_run(&(struct doctor_setup){ &p, o->reach, o->run }, &d);
		doctor_lab(&d, o, &p, blocks == NULL);
		profile_free(&p);
	} else {
		doctor_refuse(&d, &err);
	}
	if (o->json) {
		char *json = doctor_json(&d);

		puts(json);
		free(json);
	} else {
		struct buf text;

		buf_init(&text, EXPLAIN_MOST);
		doctor_text(&d, &text);
		fputs(buf_text(&text), stdout);
		buf_free(&text);
	}
	fflush(stdout);
	code = doctor_exit(&d);
	if (blocks != NULL)
		*blocks = doctor_blocks(&d);
	doctor_free(&d);
	return code;
}

int
program_doctor(const struct options *o)
{
	return program_examine(o, o->subject, NULL);
}
