/* SPDX-License-Identifier: MIT */
/*
 * verify RUN: is a run as it was when it was sealed?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/columns.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "program/verify_run.h"
#include "program/whole.h"

#define MARK_WIDTH  8
#define CODE_WIDTH  20
#define FILES_SHOWN 200

/* clang-format off */
static const char *const marks[WHOLE_RESULTS][2] = {
	[WHOLE_HOLDS] = { "holds", "通过" },
	[WHOLE_FAILS] = { "FAILS", "不符" },
	[WHOLE_NOTE]  = { "note",  "注意" },
};
/* clang-format on */

static void
add_line(struct buf *out, const char *mark, const char *code, char *text,
    size_t width)
{
	const size_t at = 2 + MARK_WIDTH + CODE_WIDTH;

	buf_addf(out, "  ");
	columns_pad(out, span_of(mark), MARK_WIDTH);
	columns_pad(out, span_of(code), CODE_WIDTH);
	columns_wrap(out, at, at, width, span_of(text));
	free(text);
}

/* What ought to be so, and what was found; a note says the latter alone. */
static char *
told(const struct whole_finding *f, const char *ought, const char *found,
    const char *colon)
{
	if (f->about[0] != '\0')
		return mem_textf("%s%s%s", f->about, colon, found);
	if (f->result == WHOLE_NOTE)
		return mem_text(span_of(found));
	return mem_textf("%s%s%s", ought, found[0] == '\0' ? "" : colon, found);
}

static void
print_finding(const struct whole_finding *f, size_t width)
{
	struct buf out;

	buf_init(&out, 1 << 16);
	add_line(&out, marks[f->result][0], whole_code_name(f->code),
	    told(f, whole_code_en(f->code), f->en, ": "), width);
	add_line(&out, marks[f->result][1], "",
	    told(f, whole_code_zh(f->code), f->zh, "："), width);
	fputs(buf_text(&out), stdout);
	buf_free(&out);
}

/* All of them, but of files no more than anybody reads. */
static void
print_findings(const struct whole *w, size_t width)
{
	size_t files = 0;

	for (size_t i = 0; i < w->n; i++)
		if (w->at[i].code != WHOLE_FILE || files++ < FILES_SHOWN)
			print_finding(&w->at[i], width);
	if (files > FILES_SHOWN)
		printf("  ... and %zu more files (--json lists them all)\n"
		       "  ……另有 %zu 个文件（--json 列出全部）\n",
		    files - FILES_SHOWN, files - FILES_SHOWN);
}

/* Of its octets, not of who signed them and when. */
static bool
is_of_octets(enum whole_code c)
{
	static const bool of[WHOLE_CODES] = {
		[WHOLE_SEAL] = true,
		[WHOLE_MANIFEST] = true,
		[WHOLE_SIGNATURE] = true,
		[WHOLE_PLAN] = true,
		[WHOLE_FILE] = true,
		[WHOLE_JOURNAL] = true,
		[WHOLE_REPLAY] = true,
	};

	return of[c];
}

static bool
is_changed(const struct whole *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->at[i].result == WHOLE_FAILS &&
		    is_of_octets(w->at[i].code))
			return true;
	return false;
}

/* What it comes to. */
static void
print_end(const struct whole *w, const char *dir, bool trusts)
{
	const size_t fails = whole_count(w, WHOLE_FAILS);
	const char *s = fails == 1 ? "" : "s";

	if (!w->is_sealed)
		printf("%s: not sealed\n%s：未签名\n", dir, dir);
	else if (is_changed(w))
		printf("%s: NOT as it was sealed: %zu finding%s\n%s："
		       "与签名时不一致：%zu 处\n",
		    dir, fails, s, dir, fails);
	else if (fails != 0)
		printf("%s: as it was signed, but who signed it, or when, "
		       "does NOT hold: %zu "
		       "finding%s\n%s：内容与签名时一致，但签名者或"
		       "时间不成立：%zu 处\n",
		    dir, fails, s, dir, fails);
	else
		printf("%s: whole, as it was sealed; %zu files%s\n%s："
		       "完整，与签名时一致；%zu 个文件%s\n",
		    dir, w->files,
		    trusts ? "" : "; WHO sealed it is not proved (--trust)",
		    dir, w->files,
		    trusts ? "" : "；签名者身份未经证明（--trust）");
}

static void
print_people(const struct whole *w, const char *dir, bool trusts)
{
	const size_t width = program_width();

	if (w->subject[0] != '\0')
		printf("%s\nsigned by / 签名者  %s\nSM3                 %s\n"
		       "sealed / 签名时间   %s\n\n",
		    dir, w->subject, w->sm3, w->sealed);
	print_findings(w, width);
	puts("");
	print_end(w, dir, trusts);
}

static void
print_json(const struct whole *w, struct wall at)
{
	json_t *list = json_array(), *all;
	char time[CLOCK_TEXT], *text;

	wall_text(at, time);
	for (size_t i = 0; i < w->n; i++) {
		const struct whole_finding *f = &w->at[i];

		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "code",
			whole_code_name(f->code), "result",
			whole_result_name(f->result), "about", f->about, "en",
			whole_code_en(f->code), "zh", whole_code_zh(f->code),
			"detail", f->en, "detail_zh", f->zh));
	}
	all = json_pack("{s:s, s:s, s:b, s:b, s:s, s:s, s:s, s:s, s:s, s:I, "
			"s:o}",
	    "schema", "yanshou-verify-run/1", "at", time, "sealed",
	    w->is_sealed, "whole", whole_is_so(w), "run", w->run, "sealed_at",
	    w->sealed, "subject", w->subject, "certificate_sm3", w->sm3, "kit",
	    w->kit, "files", (json_int_t)w->files, "findings", list);
	text = json_canonical(all);
	puts(text);
	free(text);
	json_decref(all);
}

int
program_verify_run(const struct options *o, struct wall at)
{
	const struct whole_ask ask = {
		.trust = o->trust,
		.issuer = o->issuer,
		.crl = o->crl,
		.at = at,
		.fixtures = program_fixtures(),
	};
	struct whole w;
	struct err err;
	int code;

	if (o->n_files != 1 || o->stamped != NULL) {
		fputs("yanshou verify: a run is verified by itself, without "
		      "other files and without --data\ntry \"yanshou verify "
		      "--help\"\n",
		    stderr);
		return EXIT_USAGE;
	}
	if (!program_start(&err)) /* fixtures, which files can do without */
		return program_fail(&err);
	if (!whole_judge(&w, o->subject, &ask, &err)) {
		whole_free(&w);
		return program_fail(&err);
	}
	if (o->json)
		print_json(&w, at);
	else
		print_people(&w, o->subject, o->trust != NULL);
	code = whole_is_so(&w) ? EXIT_CONFORMS : EXIT_NONCONFORMS;
	whole_free(&w);
	return code;
}
