/* SPDX-License-Identifier: MIT */
#include "program/doctor_lab.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "conformance/pki/bundle.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "program/lab.h"
#include "program/lab_fault.h"
#include "program/sealing.h"
#include "program/stamp.h"

#define FILE_MOST (64u << 20)
#define SOON_US   (INT64_C(30) * 86400 * 1000000)
#define OCTETS    32 /* that are stamped, to try */

/* clang-format off */
static const struct doctor_todo
	nothing = { NULL, NULL, false },
	have_signed = {
		"a run that is signed cannot be changed unnoticed: \"yanshou "
		"key new DIR\", then lab in the profile or --sign DIR",
		"签名后任何改动都会被发现：先执行“yanshou key new 目录”，再在配置"
		"文件中填写 lab 或加 --sign 目录", false },
	encrypt = {
		"whoever copies the file can sign: encrypt it (openssl pkcs8 "
		"-topk8), or \"yanshou key new\" with --passphrase",
		"复制该文件者即可签名：请加密（openssl pkcs8 -topk8），或用"
		"“yanshou key new”加 --passphrase 另行生成", false },
	hide_passphrase = {
		"chmod 600 the file of the passphrase",
		"对口令文件执行 chmod 600", false },
	drop_passphrase = {
		"nothing: a passphrase is not needed",
		"无需处理：不需要口令", false },
	renew = {
		"have the certificate renewed before long runs are signed",
		"宜先更新证书，再对历时较长的运行签名", false },
	add_above = {
		"put the certificates of the CAs behind it into the same file: "
		"who checks the run has its root alone",
		"请在同一文件中附上各级 CA 证书：复核者手中只有根证书", false },
	give_root = {
		"who checks the run gives this one, or one above it, to "
		"--trust",
		"复核者用 --trust 给出该证书，或其上级证书", false },
	make_known = {
		"make it known where everybody concerned can look it up",
		"请公布在各方能查到之处", false },
	stamp_time = {
		"without a time stamp (lab.tsa) the time is the signer's word, "
		"and the run holds only while the certificate is valid",
		"无时间戳（lab.tsa）时，时间只是签名者自称，且证书过期后不再能证"
		"明", false },
	give_stamp_root = {
		"who checks the run gives the root of the time stamps to "
		"--trust, too",
		"复核者的 --trust 还须包括时间戳机构的根证书", false };
/* clang-format on */

/* One look at who signs. */
struct look {
	struct doctor *d;
	const struct options *o;
	const struct profile *p;
	struct sealing_who who;
	bool may_ask;
	struct lab lab;
	bool has_key, has_certificate;
};

static void
find_wrong(struct look *l, const char *what, const struct err *err)
{
	doctor_find(l->d, DOCTOR_BAD,
	    (struct doctor_todo){ err->todo, err->todo_zh, false }, what, "%s",
	    err->what);
}

/* ---- the key ---- */

/* PKCS #8 says so in its first line, older forms in their head. */
static bool
is_encrypted(const char *path)
{
	struct err ignored;
	struct buf pem;
	bool is;

	buf_init(&pem, LAB_PEM_MOST);
	is = files_read(path, &pem, &ignored) &&
	     strstr(buf_text(&pem), "ENCRYPTED") != NULL;
	if (pem.data != NULL)
		OPENSSL_cleanse(pem.data, pem.room);
	buf_free(&pem);
	return is;
}

static void
see_passphrase(struct look *l)
{
	const char *from = l->who.how != NULL ? l->who.how : l->who.from;
	struct stat st;

	if (from == NULL || !l->lab.encrypted) {
		if (from != NULL)
			doctor_find(l->d, DOCTOR_NOTE, drop_passphrase,
			    "lab: passphrase",
			    "%s, and the key is not "
			    "encrypted",
			    from);
		return;
	}
	if (strncmp(from, "file:", 5) == 0 && stat(from + 5, &st) == 0 &&
	    S_ISREG(st.st_mode) && (st.st_mode & 077) != 0)
		doctor_find(l->d, DOCTOR_WARN, hide_passphrase,
		    "lab: passphrase", "%s: others can read it (mode %03o)",
		    from, (unsigned)(st.st_mode & 0777));
	else
		doctor_find(l->d, DOCTOR_OK, nothing, "lab: passphrase",
		    "%s, opens the key", from);
}

/* True: nobody is here to ask, and the run will ask. */
static bool
is_left_to_the_run(struct look *l)
{
	const bool asks = l->who.how == NULL
			      ? l->who.secret == NULL
			      : strcmp(l->who.how, "prompt") == 0;

	if (!asks || !is_encrypted(l->who.key) || isatty(STDIN_FILENO) == 0 ||
	    (l->may_ask && l->who.how != NULL))
		return false;
	doctor_find(l->d, DOCTOR_NOTE, nothing, "lab: key",
	    "%s: encrypted; its passphrase is asked for when the run begins",
	    l->who.key);
	return true;
}

static void
see_key(struct look *l)
{
	char *said = NULL;
	struct stat st = { 0 };
	struct err err;
	bool ok = true;

	if (is_left_to_the_run(l))
		return;
	if (l->who.how != NULL) {
		said = lab_secret(l->who.how, false, &err);
		ok = said != NULL;
	}
	if (!ok) {
		find_wrong(l, "lab: passphrase", &err);
		return;
	}
	l->has_key = lab_open_key(
	    &l->lab, l->who.key, said == NULL ? l->who.secret : said, &err);
	lab_forget(said);
	if (!l->has_key) {
		find_wrong(l, "lab: key", &err);
		return;
	}
	stat(l->who.key, &st);
	doctor_find(l->d, l->lab.encrypted ? DOCTOR_OK : DOCTOR_NOTE,
	    l->lab.encrypted ? nothing : encrypt, "lab: key",
	    "%s: SM2, %sencrypted, mode %03o", l->who.key,
	    l->lab.encrypted ? "" : "not ", (unsigned)(st.st_mode & 0777));
	see_passphrase(l);
}

/* ---- the certificate ---- */

static void
see_period(struct look *l)
{
	const struct lab_certificate *c = &l->lab.certificate;
	const struct wall now = clock_wall();
	const bool soon = c->ends.us - now.us < SOON_US;
	char begins[CLOCK_TEXT], ends[CLOCK_TEXT];
	struct err err;

	wall_text(c->begins, begins);
	wall_text(c->ends, ends);
	if (!lab_is_valid(&l->lab, l->who.certificate, now, &err))
		find_wrong(l, "lab: period", &err);
	else
		doctor_find(l->d, soon ? DOCTOR_WARN : DOCTOR_OK,
		    soon ? renew : nothing, "lab: period", "%.19sZ to %.19sZ",
		    begins, ends);
	if (!lab_may_sign(&l->lab, l->who.certificate, &err))
		find_wrong(l, "lab: key usage", &err);
}

/* The last of the file; the first when it stands alone. */
static struct span
last_of(struct span pem)
{
	static const char mark[] = "-----BEGIN CERTIFICATE-----";
	struct span last = pem;

	for (size_t i = 0; i + sizeof mark <= pem.len; i++)
		if (span_starts(span_skip(pem, i), span_of(mark)))
			last = span_skip(pem, i);
	return last;
}

static bool
is_of(const struct pki_finding *f, const char *kind)
{
	return f->result == PKI_FAILS &&
	       strncmp(pki_check_get(f->code)->code, kind, strlen(kind)) == 0 &&
	       pki_check_get(f->code)->level == PKI_SHALL;
}

/* Why no path leads from the anchors to what is judged; NULL: one does. */
static const char *
led_astray(struct bundle *b)
{
	const struct bundle_ask ask = { .at = clock_wall() };
	const char *why = NULL;
	struct pki_findings f;

	pki_findings_init(&f);
	bundle_judge(b, &ask, &f);
	for (size_t i = 0; why == NULL && i < f.n; i++)
		if (is_of(&f.at[i], "path."))
			why = pki_check_get(f.at[i].code)->code;
	pki_findings_free(&f);
	return why;
}

/* From the last certificate of its file to the first. */
static const char *
chain_astray(const struct look *l, struct span last)
{
	const struct span all = buf_span(&l->lab.chain);
	const struct span first = { all.ptr, all.len - last.len };
	struct bundle *b = bundle_new();
	const char *why = "path.found";
	struct err ignored;

	if (bundle_add(b, BUNDLE_ANCHOR, "above", last, &ignored) &&
	    bundle_add(b, BUNDLE_ISSUER, "chain", all, &ignored) &&
	    bundle_add(b, BUNDLE_JUDGED, "own", first, &ignored))
		why = led_astray(b);
	bundle_free(b);
	return why;
}

static void
see_above(struct look *l)
{
	const struct lab_certificate *c = &l->lab.certificate;
	const struct span last = last_of(buf_span(&l->lab.chain));
	struct lab_certificate above;
	const char *why;
	struct err err;

	if (lab_is_own(c)) {
		doctor_find(l->d, DOCTOR_NOTE, make_known, "lab: trust",
		    "signed by itself, SM3 %s", c->sm3);
		return;
	}
	if (last.ptr == l->lab.chain.data) {
		doctor_find(l->d, DOCTOR_NOTE, add_above, "lab: trust",
		    "issued by a CA, and no certificate stands behind it in %s",
		    l->who.certificate);
		return;
	}
	if (!lab_certificate_read(&above, l->who.certificate, last, &err)) {
		find_wrong(l, "lab: trust", &err);
		return;
	}
	why = chain_astray(l, last);
	doctor_find(l->d, why == NULL ? DOCTOR_NOTE : DOCTOR_WARN,
	    why == NULL ? give_root : add_above, "lab: trust",
	    "%s%s %s, the last certificate of the file", why == NULL ? "" : why,
	    why == NULL ? "vouched for by" : ": no path leads to it from",
	    above.subject);
	lab_certificate_free(&above);
}

static void
see_certificate(struct look *l)
{
	struct err err;

	if (!lab_open_certificate(&l->lab, l->who.certificate, &err)) {
		find_wrong(l, "lab: certificate", &err);
		return;
	}
	if (l->has_key &&
	    !lab_is_pair(&l->lab, l->who.key, l->who.certificate, &err))
		find_wrong(l, "lab: certificate", &err);
	else
		doctor_find(l->d, DOCTOR_OK, nothing, "lab: certificate",
		    "%s: %s%s", l->who.certificate, l->lab.certificate.subject,
		    l->has_key ? ", of this key" : "");
	see_period(l);
	see_above(l);
}

/* ---- time stamps ---- */

static void
add_anchor(struct bundle *b, const char *path)
{
	struct err ignored;
	struct buf bytes;

	if (path == NULL)
		return;
	buf_init(&bytes, FILE_MOST);
	if (files_read(path, &bytes, &ignored))
		bundle_add(b, BUNDLE_ANCHOR, path, buf_span(&bytes), &ignored);
	buf_free(&bytes);
}

/* By the roots that the profile knows; verify will ask for some. */
static void
see_stamp_trust(struct look *l, struct span answer)
{
	struct bundle *b = bundle_new();
	struct err ignored;
	const char *why;

	for (size_t i = 0; i < l->p->pki.n_anchors; i++)
		add_anchor(b, l->p->pki.anchors[i]);
	add_anchor(b, l->p->pki.issuers);
	add_anchor(b, l->p->trust);
	why = bundle_add(b, BUNDLE_JUDGED, "stamp", answer, &ignored)
		  ? led_astray(b)
		  : "stamp.form";
	doctor_find(l->d, why == NULL ? DOCTOR_OK : DOCTOR_NOTE,
	    why == NULL ? nothing : give_stamp_root, "lab: time stamp: trust",
	    "%s",
	    why == NULL ? "vouched for by roots of the profile (pki, trust)"
			: "none of the profile's roots (pki, trust) vouches "
			  "for who stamps");
	bundle_free(b);
}

static void
ask_stamp(struct look *l)
{
	unsigned char octets[OCTETS] = { 0 };
	struct buf answer;
	struct wall stamped;
	char when[CLOCK_TEXT];
	struct err err;

	RAND_bytes(octets, sizeof octets);
	buf_init(&answer, STAMP_ANSWER_MOST);
	if (!stamp_ask(l->p, "doctor",
		(struct span){ (char *)octets, sizeof octets }, &answer,
		&stamped, &err) ||
	    !stamp_clock(stamped, l->p->lab.tsa, &err)) {
		find_wrong(l, "lab: time stamp", &err);
	} else {
		wall_text(stamped, when);
		doctor_find(l->d, DOCTOR_OK, nothing, "lab: time stamp",
		    "%s: verifies, says %s, as our clock does", l->p->lab.tsa,
		    when);
		see_stamp_trust(l, buf_span(&answer));
	}
	buf_free(&answer);
}

static void
see_stamp(struct look *l)
{
	struct err err;

	if (l->p->lab.tsa == NULL)
		doctor_find(l->d, DOCTOR_NOTE, stamp_time, "lab: time stamp",
		    "none asked for");
	else if (!profile_reachable(l->p, l->o->reach, &err))
		doctor_find(l->d, DOCTOR_NOTE, nothing, "lab: time stamp",
		    "not asked: %s", err.what);
	else
		ask_stamp(l);
}

/* ---- all of it ---- */

void
doctor_lab(struct doctor *d, const struct options *o, const struct profile *p,
    bool may_ask)
{
	struct look l = { .d = d, .o = o, .p = p, .may_ask = may_ask };

	if (!sealing_who(&l.who, o, p)) {
		doctor_find(
		    d, DOCTOR_NOTE, have_signed, "lab", "nobody signs the run");
		return;
	}
	lab_init(&l.lab);
	see_key(&l);
	see_certificate(&l);
	see_stamp(&l);
	lab_free(&l.lab);
	sealing_who_free(&l.who);
}
