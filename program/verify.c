/* SPDX-License-Identifier: MIT */
/*
 * verify: certificates, chains, CRLs, OCSP answers, time stamps, messages of
 * CMP and of GB/T 35275, seals, signatures by seal and sealed documents (OFD)
 * in files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conformance/pki/bundle.h"
#include "lib/columns.h"
#include "lib/files.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "program/program.h"
#include "program/verify_run.h"

#define FILE_MOST  (64 << 20) /* octets; a longer file is not read */
#define CODE_WIDTH 26
#define MARK_WIDTH 13

/* ---- reading ---- */

static bool
read_file(const char *path, struct buf *bytes, struct err *err)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return err_set(err, ERR_CONFIG, "%s: is a folder", path);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(err, ERR_CONFIG, "%s: is no plain file", path);
	buf_init(bytes, FILE_MOST);
	if (!files_read(path, bytes, err)) {
		if (err->kind == ERR_LIMIT)
			err_set(err, ERR_CONFIG,
			    "%s: more than %d MiB, which is not read", path,
			    FILE_MOST >> 20);
		buf_free(bytes);
		return false;
	}
	return true;
}

static bool
add_file(
    struct bundle *b, enum bundle_role role, const char *path, struct err *err)
{
	struct buf bytes;
	bool ok;

	if (!read_file(path, &bytes, err))
		return false;
	ok = bundle_add(b, role, path, buf_span(&bytes), err);
	buf_free(&bytes);
	return ok;
}

static bool
read_all(struct bundle *b, const struct options *o, struct err *err)
{
	for (size_t i = 0; i < o->n_files; i++)
		if (!add_file(b, BUNDLE_JUDGED, o->files[i], err))
			return false;
	return (o->trust == NULL ||
		   add_file(b, BUNDLE_ANCHOR, o->trust, err)) &&
	       (o->issuer == NULL ||
		   add_file(b, BUNDLE_ISSUER, o->issuer, err)) &&
	       (o->crl == NULL || add_file(b, BUNDLE_LIST, o->crl, err));
}

static bool
read_time(const char *text, struct wall *at, struct err *err)
{
	char *day;
	bool ok;

	if (text == NULL) {
		*at = clock_wall();
		return true;
	}
	day = mem_textf("%sT00:00:00Z", text);
	ok = wall_parse(text, at) ||
	     (strchr(text, 'T') == NULL && wall_parse(day, at));
	free(day);
	return ok || err_set(err, ERR_CONFIG,
			 "--at \"%s\": no time, as \"2026-11-22T08:00:00Z\" or "
			 "\"2026-11-22\"",
			 text);
}

/* ---- for people ---- */

enum { ENGLISH, CHINESE };

/* clang-format off */
static const char *const marks[][2] = {
	[PKI_HOLDS]	  = { "holds",	     "通过" },
	[PKI_FAILS]	  = { "FAILS",	     "不通过" },
	[PKI_NOT_REACHED] = { "not reached", "未到达" },
	[PKI_NOT_JUDGED]  = { "not judged",  "未判断" },
};
/* clang-format on */

static bool
is_remark(const struct pki_finding *f)
{
	return f->result == PKI_FAILS &&
	       pki_check_get(f->code)->level == PKI_SHOULD;
}

static void
add_line(
    struct buf *out, const struct pki_finding *f, int language, size_t width)
{
	const struct pki_check *c = pki_check_get(f->code);
	const char *mark = is_remark(f)
			       ? (language == ENGLISH ? "remark" : "提示")
			       : marks[f->result][language];
	const char *detail = language == CHINESE && f->detail_zh != NULL
				 ? f->detail_zh
				 : f->detail;
	const char *text = language == ENGLISH ? c->en : c->zh;
	const size_t at = 2 + MARK_WIDTH + CODE_WIDTH;
	char *line;

	buf_addf(out, "  ");
	columns_pad(out, span_of(mark), MARK_WIDTH);
	columns_pad(
	    out, span_of(language == ENGLISH ? c->code : ""), CODE_WIDTH);
	if (language == ENGLISH)
		line = mem_textf("%s [%s]%s%s", text, c->clause,
		    detail[0] == '\0' ? "" : ": ", detail);
	else
		line = mem_textf(
		    "%s%s%s", text, detail[0] == '\0' ? "" : "：", detail);
	columns_wrap(out, at, at, width, span_of(line));
	free(line);
}

struct sums {
	size_t holds, fails, remarks, not_reached, not_judged;
};

static struct sums
count(const struct pki_findings *f)
{
	struct sums s = { 0 };

	for (size_t i = 0; i < f->n; i++)
		s.remarks += is_remark(&f->at[i]);
	s.holds = pki_findings_count(f, PKI_HOLDS);
	s.fails = pki_findings_count(f, PKI_FAILS) - s.remarks;
	s.not_reached = pki_findings_count(f, PKI_NOT_REACHED);
	s.not_judged = pki_findings_count(f, PKI_NOT_JUDGED);
	return s;
}

static void
print_people(const struct bundle *b, const struct pki_findings *f)
{
	const size_t width = program_width();
	const struct sums s = count(f);
	const bool fine = pki_findings_conform(f);
	const char *about = "";

	for (size_t i = 0; i < f->n; i++) {
		struct buf line;

		buf_init(&line, 1 << 16);
		if (strcmp(about, f->at[i].about) != 0)
			buf_addf(&line, "%s%s\n", i == 0 ? "" : "\n",
			    f->at[i].about);
		about = f->at[i].about;
		add_line(&line, &f->at[i], ENGLISH, width);
		add_line(&line, &f->at[i], CHINESE, width);
		fputs(buf_text(&line), stdout);
		buf_free(&line);
	}
	printf("\n%s: %zu hold, %zu fail, %zu remarks, %zu not reached, %zu "
	       "not judged\n%s：通过 %zu，不通过 %zu，提示 %zu，未到达 "
	       "%zu，未判断 %zu\n",
	    fine ? "conforms" : "does not conform", s.holds, s.fails, s.remarks,
	    s.not_reached, s.not_judged, fine ? "符合" : "不符合", s.holds,
	    s.fails, s.remarks, s.not_reached, s.not_judged);
	if (bundle_anchors(b) == 0 && bundle_count(b, OBJECT_CERTIFICATE) > 0)
		puts("No --trust FILE: whether a path leads to a certificate "
		     "was not asked.\n未给出 --trust "
		     "FILE：未检查证书是否可追溯至信任锚。");
	if (f->full)
		puts("There were more findings than are kept.\n"
		     "结果过多，未全部保留。");
}

/* ---- for programs ---- */

static json_t *
finding_json(const struct pki_finding *f)
{
	const struct pki_check *c = pki_check_get(f->code);

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
	    "about", f->about, "code", c->code, "level",
	    pki_level_name(c->level), "result", pki_result_name(f->result),
	    "clause", c->clause, "en", c->en, "zh", c->zh, "detail", f->detail,
	    "detail_zh", f->detail_zh == NULL ? f->detail : f->detail_zh);
}

static void
print_json(const struct bundle *b, const struct pki_findings *f, struct wall at)
{
	const struct sums s = count(f);
	json_t *list = json_array(), *all;
	char time[CLOCK_TEXT];
	char *text;

	wall_text(at, time);
	for (size_t i = 0; i < f->n; i++)
		json_array_append_new(list, finding_json(&f->at[i]));
	all = json_pack("{s:s, s:s, s:b, s:b, s:b, "
			"s:{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}, "
			"s:{s:I, s:I, s:I, s:I, s:I}, s:o}",
	    "schema", "yanshou-verify/1", "at", time, "conforms",
	    pki_findings_conform(f), "paths_judged", bundle_anchors(b) > 0,
	    "complete", !f->full, "objects", "certificates",
	    (json_int_t)bundle_count(b, OBJECT_CERTIFICATE), "crls",
	    (json_int_t)bundle_count(b, OBJECT_CRL), "ocsp_answers",
	    (json_int_t)bundle_count(b, OBJECT_OCSP), "time_stamps",
	    (json_int_t)bundle_count(b, OBJECT_STAMP), "cmp_messages",
	    (json_int_t)bundle_count(b, OBJECT_MESSAGE), "messages",
	    (json_int_t)bundle_count(b, OBJECT_GM_MESSAGE), "seals",
	    (json_int_t)bundle_count(b, OBJECT_SEAL), "seal_signatures",
	    (json_int_t)bundle_count(b, OBJECT_SIGNED), "ofd_documents",
	    (json_int_t)bundle_count(b, OBJECT_OFD), "counts", "holds",
	    (json_int_t)s.holds, "fails", (json_int_t)s.fails, "remarks",
	    (json_int_t)s.remarks, "not_reached", (json_int_t)s.not_reached,
	    "not_judged", (json_int_t)s.not_judged, "findings", list);
	text = json_canonical(all);
	puts(text);
	free(text);
	json_decref(all);
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Any folder among what is given: a run, or a mistake. */
static bool
is_run(const struct options *o)
{
	for (size_t i = 0; i < o->n_files; i++)
		if (is_folder(o->files[i]))
			return true;
	return false;
}

int
program_verify(const struct options *o)
{
	struct bundle *b = bundle_new();
	struct bundle_ask ask = { .has_data = o->stamped != NULL };
	struct pki_findings f;
	struct buf data;
	struct err err;
	int code = EXIT_CONFORMS;

	pki_findings_init(&f);
	buf_init(&data, 0);
	if (!read_time(o->at, &ask.at, &err)) {
		code = program_fail(&err);
		goto out;
	}
	if (is_run(o)) {
		code = program_verify_run(o, ask.at);
		goto out;
	}
	if (!read_all(b, o, &err) ||
	    (ask.has_data && !read_file(o->stamped, &data, &err))) {
		code = program_fail(&err);
		goto out;
	}
	ask.data = buf_span(&data);
	bundle_judge(b, &ask, &f);
	if (o->json)
		print_json(b, &f, ask.at);
	else
		print_people(b, &f);
	code = pki_findings_conform(&f) ? EXIT_CONFORMS : EXIT_NONCONFORMS;
out:
	buf_free(&data);
	pki_findings_free(&f);
	bundle_free(b);
	return code;
}
