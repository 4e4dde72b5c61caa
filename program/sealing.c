/* SPDX-License-Identifier: MIT */
#include "program/sealing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/journal.h"
#include "lib/kit.h"
#include "lib/mem.h"
#include "lib/run.h"
#include "program/lab_fault.h"
#include "program/manifest.h"
#include "program/stamp.h"

static char *
at(const char *dir, const char *name)
{
	return mem_textf("%s/seal/%s", dir, name);
}

static bool
has(const char *dir, const char *name)
{
	char *path = at(dir, name);
	struct stat st;
	const bool there = lstat(path, &st) == 0;

	free(path);
	return there;
}

enum sealing_state
sealing_state(const char *dir)
{
	if (has(dir, "manifest.sig"))
		return SEALING_DONE;
	return has(dir, "plan.sig") ? SEALING_BEGUN : SEALING_NONE;
}

bool
sealing_signer(const char *dir, struct lab_certificate *c)
{
	char *path = at(dir, "certificate.pem");
	struct err ignored;
	struct buf pem;
	bool ok;

	buf_init(&pem, LAB_PEM_MOST);
	ok = sealing_state(dir) != SEALING_NONE &&
	     files_read(path, &pem, &ignored) &&
	     lab_certificate_read(c, path, buf_span(&pem), &ignored);
	buf_free(&pem);
	free(path);
	return ok;
}

bool
sealing_may_write(const char *dir, struct err *err)
{
	if (sealing_state(dir) != SEALING_DONE)
		return true;
	err_set(err, ERR_CONFIG,
	    "%s: is sealed, and what is written into it would break its seal; "
	    "see \"yanshou verify %s\"",
	    dir, dir);
	return err_hint(err,
	    "name another folder: --run for a new run, --out for documents "
	    "printed again",
	    "该运行已签名封存，不能写入：新的运行用 --run 另指目录，重新排版用 "
	    "--out 另指目录");
}

/* ---- who signs ---- */

bool
sealing_who(
    struct sealing_who *w, const struct options *o, const struct profile *p)
{
	const char *named = o->sign, *slash;
	struct stat st;

	*w = (struct sealing_who){ .how = o->passphrase };
	if (named == NULL) {
		if (p == NULL || p->lab.key == NULL)
			return false;
		w->key = mem_text(span_of(p->lab.key));
		w->certificate = mem_text(span_of(p->lab.certificate));
		w->secret = p->lab.passphrase;
		w->from = p->lab.passphrase_from;
		return true;
	}
	if (strcmp(named, "none") == 0)
		return false;
	slash = strrchr(named, '/');
	if (stat(named, &st) == 0 && S_ISREG(st.st_mode)) {
		w->key = mem_text(span_of(named));
		w->certificate = mem_textf("%.*scertificate.pem",
		    slash == NULL ? 0 : (int)(slash - named) + 1, named);
	} else {
		w->key = mem_textf("%s/key.pem", named);
		w->certificate = mem_textf("%s/certificate.pem", named);
	}
	return true;
}

void
sealing_who_free(struct sealing_who *w)
{
	free(w->key);
	free(w->certificate);
	*w = (struct sealing_who){ 0 };
}

bool
sealing_open(struct lab *l, bool *signs, const struct options *o,
    const struct profile *p, struct err *err)
{
	struct sealing_who w;
	char *said = NULL;
	bool ok = true;

	*l = (struct lab){ 0 };
	*signs = sealing_who(&w, o, p);
	if (!*signs && o->passphrase != NULL && o->sign == NULL)
		return lab_wrong(err, LAB_NOBODY, "--passphrase", "%s", "");
	if (*signs && w.how != NULL) {
		said = lab_secret(w.how, false, err);
		ok = said != NULL;
	}
	if (*signs && ok)
		ok = lab_open(l, w.key, w.certificate,
		    said == NULL ? w.secret : said, clock_wall(), err);
	if (*signs && ok && p != NULL)
		buf_add(&l->picture, buf_span(&p->lab.picture));
	lab_forget(said);
	sealing_who_free(&w);
	return ok || err_while(err, "who is to sign the run");
}

/* ---- signing ---- */

/* of: a file of the run; into: one below its seal/. */
static bool
sign_into(const char *dir, const char *of, const char *into,
    const struct lab *l, struct buf *signature, struct err *err)
{
	char *from = mem_textf("%s/%s", dir, of), *to = at(dir, into);
	const bool ok = lab_sign(l, from, signature, err) &&
			files_write(to, buf_span(signature), err);

	free(from);
	free(to);
	return ok;
}

static bool
write_into(const char *dir, const char *name, struct span s, struct err *err)
{
	char *path = at(dir, name);
	const bool ok = files_write(path, s, err);

	free(path);
	return ok;
}

static bool
stamp_plan(const char *dir, const char *run, const struct profile *p,
    struct span signature, struct err *err)
{
	struct wall stamped;
	struct buf answer;
	bool ok;

	if (p == NULL || p->lab.tsa == NULL)
		return true;
	buf_init(&answer, STAMP_ANSWER_MOST);
	ok = (stamp_ask(p, run, signature, &answer, &stamped, err) ||
		 err_while(err, "stamping the plan's time")) &&
	     stamp_clock(stamped, p->lab.tsa, err) &&
	     write_into(dir, "plan.tsr", buf_span(&answer), err);
	buf_free(&answer);
	return ok;
}

bool
sealing_begin(const char *dir, const char *run, const struct lab *l,
    const struct profile *p, struct err *err)
{
	char *folder = at(dir, "");
	struct buf signature;
	bool ok;

	buf_init(&signature, LAB_SIGNATURE_MOST);
	ok = files_make_dir(folder, err) &&
	     write_into(dir, "certificate.pem", buf_span(&l->chain), err) &&
	     sign_into(dir, "plan.json", "plan.sig", l, &signature, err) &&
	     stamp_plan(dir, run, p, buf_span(&signature), err);
	buf_free(&signature);
	free(folder);
	return ok;
}

char *
sealing_note(const struct lab *l)
{
	return mem_textf(SEALING_NOTE "%s, certificate SM3 %s",
	    l->certificate.subject, l->certificate.sm3);
}

bool
sealing_goes_on(const char *dir, const struct lab *l, struct err *err)
{
	struct lab_certificate c = { 0 };
	struct buf pem;
	char *path;
	bool ok;

	if (sealing_state(dir) == SEALING_NONE) {
		if (l == NULL)
			return true;
		err_set(err, ERR_CONFIG,
		    "%s: was begun unsigned, and cannot be signed in the "
		    "middle",
		    dir);
		return err_hint(err,
		    "--sign none goes on without; to have it signed, begin "
		    "anew",
		    "该运行开始时未签名，中途不能补签：加 --sign none 继续，或"
		    "重新开始并签名");
	}
	path = at(dir, "certificate.pem");
	buf_init(&pem, LAB_PEM_MOST);
	ok = files_read(path, &pem, err) &&
	     lab_certificate_read(&c, path, buf_span(&pem), err);
	if (ok && l == NULL)
		ok = err_set(err, ERR_CONFIG,
		    "%s: its plan is signed by %s; name that key with --sign",
		    dir, c.subject);
	else if (ok && strcmp(c.sm3, l->certificate.sm3) != 0)
		ok = err_set(err, ERR_CONFIG,
		    "%s: its plan is signed by %s (SM3 %.16s...), and not by "
		    "%s (SM3 %.16s...)",
		    dir, c.subject, c.sm3, l->certificate.subject,
		    l->certificate.sm3);
	if (!ok)
		err_hint(err,
		    "name the key that the plan is signed with: --sign DIR",
		    "请用 --sign 目录 指明为测试计划签名的那把密钥");
	lab_certificate_free(&c);
	buf_free(&pem);
	free(path);
	return ok;
}

/* ---- the end ---- */

/* What the manifest says beside the files. */
static bool
collect(struct manifest *m, const char *dir, const struct lab *l,
    const char *tsa, struct err *err)
{
	char *plan_path = mem_textf("%s/plan.json", dir);
	char *journal = mem_textf("%s/journal.jsonl", dir);
	struct plan plan = { 0 };
	struct ledger ledger = { 0 };
	bool ok = plan_read(plan_path, &plan, err) &&
		  ledger_read(journal, &ledger, err);

	if (ok && (!ledger.closed || ledger.flaw != NULL))
		ok = err_set(err, ERR_FORGED, "%s: %s", journal,
		    ledger.flaw == NULL ? "the run has not ended"
					: ledger.flaw);
	*m = (struct manifest){ 0 };
	if (ok) {
		m->run = mem_text(span_of(plan.run));
		m->kit = mem_text(span_of(kit_name()));
		m->judge = mem_text(span_of(kit_judge()));
		m->program = run_digest_file("/proc/self/exe", err);
		m->plan = run_digest_file(plan_path, err);
		m->planned = mem_text(span_of(plan.created));
		m->journal = mem_text(span_of(ledger.head));
		m->certificate = mem_text(span_of(l->certificate.sm3));
		m->stamp = mem_text(span_of(tsa == NULL ? "none" : tsa));
		ok = m->program != NULL && m->plan != NULL;
	}
	ledger_free(&ledger);
	plan_free(&plan);
	free(journal);
	free(plan_path);
	return ok;
}

/* manifest.txt, and its signature into memory alone. */
static bool
list(const char *dir, const struct lab *l, const char *tsa,
    struct buf *signature, char **run, struct err *err)
{
	char *path = at(dir, "manifest.txt");
	struct manifest m;
	bool ok = collect(&m, dir, l, tsa, err) &&
		  manifest_write(&m, dir, err) &&
		  lab_sign(l, path, signature, err);

	free(*run);
	*run = m.run == NULL ? NULL : mem_text(span_of(m.run));
	manifest_free(&m);
	free(path);
	return ok;
}

static bool
stamp_manifest(const char *dir, const char *run, const struct lab *l,
    const struct profile *p, struct span of, struct err *err)
{
	struct buf answer, signature;
	struct wall stamped;
	bool ok;

	buf_init(&answer, STAMP_ANSWER_MOST);
	buf_init(&signature, LAB_SIGNATURE_MOST);
	ok = stamp_ask(p, run, of, &answer, &stamped, err) &&
	     stamp_clock(stamped, p->lab.tsa, err) &&
	     write_into(dir, "manifest.tsr", buf_span(&answer), err) &&
	     sign_into(dir, "seal/manifest.tsr", "manifest.tsr.sig", l,
		 &signature, err);
	buf_free(&signature);
	buf_free(&answer);
	return ok;
}

/* What an attempt that was cut off, or a stamp that failed, has left. */
static void
forget_stamp(const char *dir)
{
	char *stamp = at(dir, "manifest.tsr");
	char *signature = at(dir, "manifest.tsr.sig");

	unlink(stamp);
	unlink(signature);
	free(stamp);
	free(signature);
}

bool
sealing_end(const char *dir, const struct lab *l, const struct profile *p,
    struct err *err)
{
	const char *tsa = p == NULL ? NULL : p->lab.tsa;
	struct buf signature;
	char *run = NULL;
	bool ok;

	buf_init(&signature, LAB_SIGNATURE_MOST);
	forget_stamp(dir);
	ok = sealing_may_write(dir, err) &&
	     list(dir, l, tsa, &signature, &run, err);
	if (ok && tsa != NULL &&
	    !stamp_manifest(dir, run, l, p, buf_span(&signature), err)) {
		fprintf(stderr,
		    "yanshou: %s\nyanshou: the run is sealed without a time "
		    "stamp\n",
		    err->what);
		forget_stamp(dir);
		buf_clear(&signature);
		ok = list(dir, l, NULL, &signature, &run, err);
	}
	ok = ok && write_into(dir, "manifest.sig", buf_span(&signature), err);
	buf_free(&signature);
	free(run);
	return ok;
}
