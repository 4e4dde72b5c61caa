/* SPDX-License-Identifier: MIT */
#include "program/whole.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "lib/run.h"
#include "lib/text.h"
#include "program/manifest.h"
#include "program/sealing.h"
#include "program/tree.h"
#include "program/whole_inner.h"

#define TEXT_MOST (64u << 10)

/* clang-format off */
static const struct {
	const char *name, *en, *zh;
} codes[WHOLE_CODES] = {
	[WHOLE_SEAL] = { "seal", "the run is sealed", "运行已签名封存" },
	[WHOLE_MANIFEST] = { "manifest", "the list of its files is whole",
	    "文件清单完整" },
	[WHOLE_SIGNATURE] = { "manifest.signature",
	    "the list is signed with the certificate's key (SM2 with SM3)",
	    "文件清单由证书对应的私钥签名（SM2/SM3）" },
	[WHOLE_PLAN] = { "plan.signature",
	    "the plan is signed with the same key, and is the one of the list",
	    "测试计划由同一私钥签名，且与清单所列一致" },
	[WHOLE_FILE] = { "files",
	    "every file is as it was, none is missing, none was added",
	    "全部文件与签名时一致，无缺失，无添加" },
	[WHOLE_CERTIFICATE] = { "certificate",
	    "the certificate was valid, and may sign",
	    "签名证书在有效期内，且可用于签名" },
	[WHOLE_TRUST] = { "certificate.trust",
	    "somebody who is trusted vouches for the certificate",
	    "签名证书可追溯至受信任者" },
	[WHOLE_STAMP_PLAN] = { "stamp.plan",
	    "a time stamp says when the plan was signed",
	    "时间戳证明计划的签名时间" },
	[WHOLE_STAMP] = { "stamp.manifest",
	    "a time stamp says when the list was signed",
	    "时间戳证明清单的签名时间" },
	[WHOLE_TIME] = { "time",
	    "planned, carried out, sealed: in this order, and not in the "
	    "future",
	    "计划、执行、签名依次发生，且不在将来" },
	[WHOLE_JOURNAL] = { "journal",
	    "the journal is a whole chain and ends as the list says",
	    "运行记录链完整，末端与清单一致" },
	[WHOLE_REPLAY] = { "replay",
	    "every verdict follows from its evidence",
	    "全部结果可由证据复算得出" },
};
/* clang-format on */

static const char *const results[WHOLE_RESULTS] = { "holds", "fails", "note" };

const char *
whole_code_name(enum whole_code c)
{
	return codes[c].name;
}

const char *
whole_code_en(enum whole_code c)
{
	return codes[c].en;
}

const char *
whole_code_zh(enum whole_code c)
{
	return codes[c].zh;
}

const char *
whole_result_name(enum whole_result r)
{
	return results[r];
}

/*
 * Runs come from anywhere: what a terminal would obey is shown as it is
 * escaped, and all else stays as it is.
 */
static char *
clean(const char *text)
{
	struct buf shown;
	size_t backslashes = 0;
	char *copy;

	for (const char *c = text; *c != '\0'; c++)
		backslashes += *c == '\\';
	buf_init(&shown, TEXT_MOST);
	text_escape(span_of(text), &shown);
	copy = mem_text(shown.len == strlen(text) + backslashes
			    ? span_of(text)
			    : buf_span(&shown));
	buf_free(&shown);
	return copy;
}

static void
set(char **member, const char *text)
{
	free(*member);
	*member = clean(text);
}

void
whole_say(struct looking *l, enum whole_code code, enum whole_result result,
    const char *about, const char *en, const char *zh)
{
	struct whole *w = l->w;

	if ((w->n & (w->n - 1)) == 0)
		w->at = mem_grow(
		    w->at, (w->n == 0 ? 1 : 2 * w->n) * sizeof w->at[0]);
	w->at[w->n++] = (struct whole_finding){ code, result, clean(about),
		clean(en), clean(zh) };
}

void
whole_find(struct looking *l, enum whole_code code, enum whole_result result,
    const char *about, const char *en, const char *zh, ...)
{
	char text[2][800];
	va_list ap;

	va_start(ap, zh);
	vsnprintf(text[0], sizeof text[0], en, ap);
	va_end(ap);
	va_start(ap, zh);
	vsnprintf(text[1], sizeof text[1], zh, ap);
	va_end(ap);
	whole_say(l, code, result, about, text[0], text[1]);
}

void
whole_read(const struct looking *l, const char *name, struct buf *into)
{
	char *path = mem_textf("%s/seal/%s", l->dir, name);
	struct err ignored;

	buf_init(into, LAB_PEM_MOST);
	if (!files_read(path, into, &ignored))
		buf_clear(into);
	free(path);
}

/* ---- signatures ---- */

static const struct {
	const char *en, *zh;
} verdicts[] = {
	[LAB_GOOD] = { "", "" },
	[LAB_BAD] = { "is not the signature by this key of",
	    "不是该证书私钥的签名，对象：" },
	[LAB_FORMLESS] = { "has not the form of a signature, of",
	    "不具签名的形式，对象：" },
	[LAB_UNREADABLE] = { "cannot be checked, for nobody can read",
	    "无法核对，无法读取：" },
	[LAB_OTHER_KEY] = { "cannot be checked: the key is not of SM2; it is "
			    "said to be of",
	    "公钥不是 SM2，无法核对，对象：" },
};

/* Is RUN/seal/NAME the signature of the run's file "of"? */
static bool
check_signature(
    struct looking *l, enum whole_code code, const char *name, const char *of)
{
	char *about = mem_textf("seal/%s", name);
	char *path = mem_textf("%s/%s", l->dir, of);
	enum lab_verdict v = LAB_FORMLESS;
	struct buf signature;

	whole_read(l, name, &signature);
	if (signature.len == 0) {
		whole_find(l, code, WHOLE_FAILS, about,
		    "missing, empty or unreadable", "缺失、为空或无法读取");
	} else if (!l->has_certificate) {
		whole_find(l, code, WHOLE_FAILS, about,
		    "cannot be checked without a certificate",
		    "没有证书，无法核对");
	} else {
		v = lab_verify(&l->certificate, path, buf_span(&signature));
		if (v != LAB_GOOD) {
			char *en = mem_textf("%s %s", verdicts[v].en, of);
			char *zh = mem_textf("%s%s", verdicts[v].zh, of);

			whole_say(l, code, WHOLE_FAILS, about, en, zh);
			free(en);
			free(zh);
		}
	}
	buf_free(&signature);
	free(path);
	free(about);
	return v == LAB_GOOD;
}

static void
check_plan(struct looking *l)
{
	char *path = mem_textf("%s/plan.json", l->dir);
	struct err err;
	char *sm3 = run_digest_file(path, &err);

	if (!check_signature(l, WHOLE_PLAN, "plan.sig", "plan.json"))
		;
	else if (!l->has_manifest || sm3 == NULL ||
		 strcmp(sm3, l->manifest.plan) == 0)
		whole_find(l, WHOLE_PLAN, WHOLE_HOLDS, "", "%s", "%s",
		    l->has_manifest ? l->manifest.planned : "");
	else
		whole_find(l, WHOLE_PLAN, WHOLE_FAILS, "plan.json",
		    "signed, and not the plan of the list",
		    "已签名，但不是清单所列的计划");
	free(sm3);
	free(path);
}

/* ---- the certificate ---- */

static void
read_certificate(struct looking *l)
{
	struct err err;

	whole_read(l, "certificate.pem", &l->pem);
	l->has_certificate = lab_certificate_read(
	    &l->certificate, "seal/certificate.pem", buf_span(&l->pem), &err);
	if (!l->has_certificate) {
		whole_find(l, WHOLE_CERTIFICATE, WHOLE_FAILS,
		    "seal/certificate.pem", "no certificate can be read",
		    "无法读取证书");
		return;
	}
	set(&l->w->subject, l->certificate.subject);
	set(&l->w->sm3, l->certificate.sm3);
}

/* Nothing tells when it was signed but a stamp: without one, it is now. */
static void
check_validity(struct looking *l)
{
	const struct lab_certificate *c = &l->certificate;
	const struct wall at = l->stamped.us != 0 ? l->stamped : l->ask->at;
	struct wall sealed = at;
	char ends[CLOCK_TEXT], begins[CLOCK_TEXT], asked[CLOCK_TEXT];

	if (!l->has_certificate)
		return;
	wall_text(c->begins, begins);
	wall_text(c->ends, ends);
	wall_text(at, asked);
	if (l->has_manifest)
		wall_parse(l->manifest.sealed, &sealed);
	if (sealed.us < c->begins.us || sealed.us > c->ends.us)
		whole_find(l, WHOLE_CERTIFICATE, WHOLE_FAILS,
		    "seal/certificate.pem",
		    "valid from %.19sZ to %.19sZ, and the run was sealed at %s",
		    "有效期 %.19sZ 至 %.19sZ，而签名时间为 %s", begins, ends,
		    l->has_manifest ? l->manifest.sealed : asked);
	else if (at.us < c->begins.us || at.us > c->ends.us)
		whole_find(l, WHOLE_CERTIFICATE, WHOLE_FAILS,
		    "seal/certificate.pem",
		    "valid from %.19sZ to %.19sZ, which %.19sZ is not; with no "
		    "time stamp the time of checking counts (--at)",
		    "有效期 %.19sZ 至 %.19sZ，不含 %.19sZ；没有时间戳时以核对"
		    "时间为准（--at）",
		    begins, ends, asked);
	else if (!c->may_sign)
		whole_find(l, WHOLE_CERTIFICATE, WHOLE_FAILS,
		    "seal/certificate.pem",
		    "its key usage is not for signatures",
		    "其密钥用途不含签名");
	else if (l->has_manifest &&
		 strcmp(c->sm3, l->manifest.certificate) != 0)
		whole_find(l, WHOLE_CERTIFICATE, WHOLE_FAILS,
		    "seal/certificate.pem",
		    "is not the certificate that the list names (SM3 "
		    "%.16s...)",
		    "不是清单所列的证书（SM3 %.16s…）",
		    l->manifest.certificate);
	else
		whole_find(l, WHOLE_CERTIFICATE, WHOLE_HOLDS, "",
		    "from %.19sZ to %.19sZ, asked about %.19sZ",
		    "有效期 %.19sZ 至 %.19sZ，核对时间 %.19sZ", begins, ends,
		    asked);
}

/* ---- the manifest ---- */

/* One whose lines can be read is of use, even when it was changed. */
static void
read_manifest(struct looking *l)
{
	struct err err;
	const char *line;

	if (manifest_read(&l->manifest, l->dir, &err)) {
		whole_find(l, WHOLE_MANIFEST, WHOLE_HOLDS, "",
		    "%zu files, %llu octets", "%zu 个文件，%llu 字节",
		    l->manifest.n, (unsigned long long)l->manifest.octets);
	} else {
		line = strstr(err.what, "/seal/manifest.txt");
		whole_find(l, WHOLE_MANIFEST, WHOLE_FAILS, "seal/manifest.txt",
		    "%s", "清单不完整或已被改动（%s）",
		    line == NULL ? err.what : line + strlen("/seal/"));
	}
	l->has_manifest = l->manifest.sealed != NULL;
	if (!l->has_manifest)
		return;
	set(&l->w->run, l->manifest.run);
	set(&l->w->sealed, l->manifest.sealed);
	set(&l->w->kit, l->manifest.kit);
	l->w->files = l->manifest.n;
}

static void
on_difference(void *ctx, enum manifest_difference d, const char *name,
    const char *en, const char *zh)
{
	struct looking *l = ctx;

	(void)d;
	whole_say(l, WHOLE_FILE, WHOLE_FAILS, name, en, zh);
}

static void
check_files(struct looking *l)
{
	if (!l->has_manifest)
		whole_find(l, WHOLE_FILE, WHOLE_FAILS, "",
		    "there is no list to hold them against",
		    "没有可对照的清单");
	else if (manifest_compare(&l->manifest, l->dir, on_difference, l) == 0)
		whole_find(l, WHOLE_FILE, WHOLE_HOLDS, "", "%zu files",
		    "%zu 个文件", l->manifest.n);
}

/* ---- all of it ---- */

static bool
is_run(const char *dir, struct err *err)
{
	static const char *const any[] = { "plan.json", "journal.jsonl", "seal",
		"evidence" };

	for (size_t i = 0; i < sizeof any / sizeof any[0]; i++) {
		char *path = mem_textf("%s/%s", dir, any[i]);
		const bool there = access(path, F_OK) == 0;

		free(path);
		if (there)
			return true;
	}
	return err_set(
	    err, ERR_CONFIG, "%s: is a folder, and holds no run", dir);
}

static void
say_unsealed(struct looking *l, enum sealing_state s)
{
	if (s == SEALING_BEGUN)
		whole_find(l, WHOLE_SEAL, WHOLE_FAILS, "seal/manifest.sig",
		    "missing: the plan is signed, but the run is not; it was "
		    "cut off (\"yanshou resume\"), or the seal was taken away",
		    "缺失：计划已签名，而运行未签名：运行曾中断（可用“yanshou "
		    "resume”继续），或签名被去除");
	else
		whole_find(l, WHOLE_SEAL, WHOLE_FAILS, "",
		    "not so: nobody has signed it; a run is signed while it is "
		    "made (--sign DIR, or lab of the profile)",
		    "不成立：没有任何人签名；签名须在运行时进行（--sign 目录，"
		    "或配置文件的 lab）");
}

static bool
look_at_seal(struct looking *l)
{
	bool ok;

	whole_say(l, WHOLE_SEAL, WHOLE_HOLDS, "", "", "");
	read_certificate(l);
	read_manifest(l);
	if (check_signature(
		l, WHOLE_SIGNATURE, "manifest.sig", "seal/manifest.txt"))
		whole_find(l, WHOLE_SIGNATURE, WHOLE_HOLDS, "", "%s", "%s",
		    l->w->subject);
	check_plan(l);
	check_files(l);
	ok = whole_stamps(l);
	check_validity(l);
	return ok && whole_trust(l);
}

/*
 * A pipe would never end, and a link leads out of the run: nothing that is no
 * plain file is read, and nothing that is longer than any of a run.
 */
struct oddities {
	size_t n;
	bool in_seal; /* or the plan: of what is read to judge the seal */
};

static bool
is_of_seal(const char *name)
{
	return name[0] == '\0' || strcmp(name, "seal") == 0 ||
	       strncmp(name, "seal/", 5) == 0 || strcmp(name, "plan.json") == 0;
}

static bool
is_odd(const struct tree_entry *e)
{
	return !e->plain ||
	       e->size > (is_of_seal(e->name) ? MANIFEST_LIST_MOST
					      : MANIFEST_FILE_MOST);
}

static void
say_odd(struct looking *l, const struct tree_entry *e)
{
	if (e->plain)
		whole_say(l, WHOLE_FILE, WHOLE_FAILS, e->name,
		    "longer than any file of a run, and not read",
		    "长于任何运行的文件，未予读取");
	else
		whole_say(l, WHOLE_FILE, WHOLE_FAILS, e->name,
		    "no plain file, or a folder that cannot be read",
		    "不是普通文件，或为无法读取的目录");
}

/* With a list that can be read, comparing tells of them. */
static struct oddities
find_oddities(struct looking *l)
{
	struct oddities found = { 0 };
	uint64_t octets = 0;
	struct tree t;

	tree_read(&t, l->dir);
	for (size_t i = 0; i < t.n; i++) {
		octets += is_odd(&t.at[i]) ? 0 : t.at[i].size;
		if (!is_odd(&t.at[i]))
			continue;
		found.n++;
		found.in_seal = found.in_seal || is_of_seal(t.at[i].name);
	}
	for (size_t i = 0; i < t.n; i++)
		if ((found.in_seal || !l->w->is_sealed) && is_odd(&t.at[i]))
			say_odd(l, &t.at[i]);
	tree_free(&t);
	if (octets > MANIFEST_ALL_MOST) {
		whole_say(l, WHOLE_FILE, WHOLE_FAILS, "",
		    "more octets together than any run has",
		    "总字节数超过任何运行");
		found.n++;
		found.in_seal = true;
	}
	return found;
}

/* The certificate of a run that is not sealed (yet) is worth a look, too. */
static bool
look_at_files(struct looking *l, enum sealing_state s)
{
	if (l->w->is_sealed)
		return look_at_seal(l);
	say_unsealed(l, s);
	if (s == SEALING_BEGUN) {
		read_certificate(l);
		check_plan(l);
	}
	return true;
}

static bool
look(struct looking *l)
{
	const enum sealing_state s = sealing_state(l->dir);
	char *list = mem_textf("%s/seal/manifest.txt", l->dir);
	struct oddities odd;
	bool ok = true;

	l->w->is_sealed = s == SEALING_DONE || access(list, F_OK) == 0;
	free(list);
	odd = find_oddities(l);
	if (!odd.in_seal)
		ok = look_at_files(l, s);
	if (ok && odd.n == 0)
		whole_again(l);
	else if (ok)
		whole_say(l, WHOLE_JOURNAL, WHOLE_NOTE, "",
		    odd.in_seal
			? "because of that nothing else was looked at"
			: "not looked at, and no verdict judged again: not all "
			  "are plain files",
		    odd.in_seal ? "因此其余未予核对"
				: "未予核对，亦未复算结果：有非普通文件");
	return ok;
}

bool
whole_judge(struct whole *w, const char *dir, const struct whole_ask *ask,
    struct err *err)
{
	struct looking l = { .w = w, .dir = dir, .ask = ask, .err = err };
	bool ok;

	*w = (struct whole){
		.run = mem_text(SPAN("")),
		.sealed = mem_text(SPAN("")),
		.subject = mem_text(SPAN("")),
		.sm3 = mem_text(SPAN("")),
		.kit = mem_text(SPAN("")),
	};
	ok = is_run(dir, err) && look(&l);
	manifest_free(&l.manifest);
	lab_certificate_free(&l.certificate);
	buf_free(&l.pem);
	return ok;
}

void
whole_free(struct whole *w)
{
	for (size_t i = 0; i < w->n; i++) {
		free(w->at[i].about);
		free(w->at[i].en);
		free(w->at[i].zh);
	}
	free(w->at);
	free(w->run);
	free(w->sealed);
	free(w->subject);
	free(w->sm3);
	free(w->kit);
	*w = (struct whole){ 0 };
}

size_t
whole_count(const struct whole *w, enum whole_result r)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++)
		n += w->at[i].result == r;
	return n;
}

bool
whole_is_so(const struct whole *w)
{
	return w->is_sealed && whole_count(w, WHOLE_FAILS) == 0;
}
