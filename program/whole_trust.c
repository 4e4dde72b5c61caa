/* SPDX-License-Identifier: MIT */
/*
 * Who vouches for the certificate a run was sealed with, and when was that?
 * The judges of certificates and time stamps answer, by what is trusted.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "conformance/pki/bundle.h"
#include "conformance/pki/timestamp.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "program/whole_inner.h"

#define FILE_MOST (64u << 20)

static bool
add_file(
    struct bundle *b, enum bundle_role role, const char *path, struct err *err)
{
	struct buf bytes;
	bool ok;

	if (path == NULL)
		return true;
	buf_init(&bytes, FILE_MOST);
	ok = files_read(path, &bytes, err) &&
	     bundle_add(b, role, path, buf_span(&bytes), err);
	buf_free(&bytes);
	return ok;
}

/* Of a path, and of what lists and answers say of it; not of taste. */
static bool
is_of_trust(const struct pki_finding *f)
{
	static const char *const kinds[] = { "path.", "crl.", "ocsp." };
	const struct pki_check *c = pki_check_get(f->code);

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strncmp(c->code, kinds[i], strlen(kinds[i])) == 0)
			return c->level == PKI_SHALL;
	return false;
}

static bool
is_of_stamp(const struct pki_finding *f)
{
	const struct pki_check *c = pki_check_get(f->code);

	return c->level == PKI_SHALL &&
	       (is_of_trust(f) || strncmp(c->code, "stamp.", 6) == 0 ||
		   strncmp(c->code, "der.", 4) == 0);
}

/* clang-format off */
static const char *const not_so[PKI_NOT_JUDGED + 1][2] = {
	[PKI_FAILS]	  = { "not so", "不成立" },
	[PKI_NOT_JUDGED]  = { "cannot be judged", "无法判断" },
	[PKI_NOT_REACHED] = { "was not reached", "未到达" },
};
/* clang-format on */

static void
tell_one(struct looking *l, enum whole_code code, const char *about,
    const struct pki_finding *f)
{
	const struct pki_check *c = pki_check_get(f->code);
	const bool no_path = strcmp(c->code, "path.found") == 0;
	char *en = mem_textf("%s: %s: %s%s%s%s", c->code, not_so[f->result][0],
	    c->en, f->detail[0] == '\0' ? "" : ": ", f->detail,
	    no_path ? "; that CA's root, or one above it, has to be in --trust"
		    : "");
	char *zh = mem_textf("%s：%s：%s%s%s%s", c->code, not_so[f->result][1],
	    c->zh, f->detail[0] == '\0' ? "" : "：",
	    f->detail_zh == NULL ? f->detail : f->detail_zh,
	    no_path ? "；--trust 须包括该 CA 的根证书或其上级证书" : "");

	whole_say(l, code, WHOLE_FAILS, about, en, zh);
	free(en);
	free(zh);
}

/*
 * Says what does not hold, or without that what could not be asked; true when
 * there is neither.
 */
static bool
tell(struct looking *l, enum whole_code code, const char *about,
    const struct pki_findings *f, bool (*counts)(const struct pki_finding *))
{
	static const enum pki_result worst[] = { PKI_FAILS, PKI_NOT_JUDGED,
		PKI_NOT_REACHED };
	size_t n = 0;

	for (size_t k = 0; n == 0 && k < sizeof worst / sizeof worst[0]; k++)
		for (size_t i = 0; i < f->n; i++)
			if (f->at[i].result == worst[k] && counts(&f->at[i])) {
				tell_one(l, code, about, &f->at[i]);
				n++;
			}
	return n == 0;
}

/* ---- time stamps ---- */

static bool
read_stamp(struct span der, struct wall *at)
{
	struct pki_stamp s;
	const bool ok = stamp_read(&s, der, NULL) && s.time_is_sound;

	*at = s.at;
	return ok;
}

/* False when an anchor's file cannot be used. */
static bool
judge_stamp(struct looking *l, enum whole_code code, const char *name,
    struct span der, struct span of, struct wall *at)
{
	const struct bundle_ask ask = {
		.at = l->ask->at, .has_data = true, .data = of
	};
	struct bundle *b = bundle_new();
	char *about = mem_textf("seal/%s", name);
	char when[CLOCK_TEXT];
	struct pki_findings f;
	struct err ignored;
	bool ok;

	pki_findings_init(&f);
	ok = add_file(b, BUNDLE_ANCHOR, l->ask->trust, l->err) &&
	     add_file(b, BUNDLE_ISSUER, l->ask->issuer, l->err);
	if (ok && (!bundle_add(b, BUNDLE_JUDGED, about, der, &ignored) ||
		      bundle_count(b, OBJECT_STAMP) != 1)) {
		whole_say(l, code, WHOLE_FAILS, about, "is no time stamp",
		    "不是时间戳");
	} else if (ok) {
		bundle_judge(b, &ask, &f);
		if (tell(l, code, about, &f, is_of_stamp) &&
		    read_stamp(der, at)) {
			wall_text(*at, when);
			whole_find(l, code, WHOLE_HOLDS, "", "%s", "%s", when);
			if (l->ask->trust == NULL)
				whole_say(l, code, WHOLE_NOTE, "",
				    "no --trust: nobody vouches for who "
				    "stamped it",
				    "未给出 --trust：无人为时间戳机构担保");
		}
	}
	pki_findings_free(&f);
	bundle_free(b);
	free(about);
	return ok;
}

/* One that is there, of a signature that is there. */
static bool
look_at_stamp(struct looking *l, enum whole_code code, const char *name,
    const char *of, bool wanted, struct wall *at)
{
	struct buf stamp, signature;
	char *about = mem_textf("seal/%s", name);
	bool ok = true;

	whole_read(l, name, &stamp);
	whole_read(l, of, &signature);
	if (stamp.len != 0)
		ok = judge_stamp(
		    l, code, name, buf_span(&stamp), buf_span(&signature), at);
	else if (wanted)
		whole_say(l, code, WHOLE_FAILS, about,
		    "missing, and the list says that there is one",
		    "缺失，而清单称有时间戳");
	else
		whole_say(l, code, WHOLE_NOTE, "",
		    "no time stamp: the time is the signer's word",
		    "无时间戳：时间只是签名者自称");
	buf_free(&signature);
	buf_free(&stamp);
	free(about);
	return ok;
}

/* What is behind the manifest is signed once more. */
static void
check_stamp_bound(struct looking *l)
{
	char *path = mem_textf("%s/seal/manifest.tsr", l->dir);
	struct buf signature;
	enum lab_verdict v = LAB_FORMLESS;

	whole_read(l, "manifest.tsr.sig", &signature);
	if (l->has_certificate)
		v = lab_verify(&l->certificate, path, buf_span(&signature));
	if (v != LAB_GOOD)
		whole_say(l, WHOLE_STAMP, WHOLE_FAILS,
		    signature.len == 0 || v == LAB_FORMLESS
			? "seal/manifest.tsr.sig"
			: "seal/manifest.tsr, seal/manifest.tsr.sig",
		    "the time stamp is not the one that was signed",
		    "时间戳不是签名时的那一份");
	buf_free(&signature);
	free(path);
}

static bool
is_there(const struct looking *l, const char *name)
{
	struct buf bytes;
	bool there;

	whole_read(l, name, &bytes);
	there = bytes.len != 0;
	buf_free(&bytes);
	return there;
}

bool
whole_stamps(struct looking *l)
{
	const bool wanted =
	    l->has_manifest && strcmp(l->manifest.stamp, "none") != 0;

	if (!look_at_stamp(l, WHOLE_STAMP_PLAN, "plan.tsr", "plan.sig", false,
		&l->stamped_plan) ||
	    !look_at_stamp(l, WHOLE_STAMP, "manifest.tsr", "manifest.sig",
		wanted, &l->stamped))
		return false;
	if (wanted)
		check_stamp_bound(l);
	else if (is_there(l, "manifest.tsr") || is_there(l, "manifest.tsr.sig"))
		whole_say(l, WHOLE_STAMP, WHOLE_FAILS,
		    "seal/manifest.tsr, seal/manifest.tsr.sig",
		    "added: the list says that there is no time stamp",
		    "系后来添加：清单称无时间戳");
	return true;
}

/* ---- the certificate ---- */

static bool
add_certificates(struct looking *l, struct bundle *b)
{
	unsigned char *der = NULL;
	const int n = i2d_X509(l->certificate.x509, &der);
	const bool ok = n > 0 &&
			bundle_add(b, BUNDLE_JUDGED, "seal/certificate.pem",
			    (struct span){ (char *)der, (size_t)n }, l->err) &&
			bundle_add(b, BUNDLE_ISSUER, "seal/certificate.pem",
			    buf_span(&l->pem), l->err);

	OPENSSL_free(der);
	return ok;
}

/*
 * --trust has to hold the root of who stamps the time, too, which has issued to
 * others: any of these could sign for the lab.  So a certificate there that is
 * no CA's, and can vouch for nobody but itself, names the signer.
 */
enum naming { NAMES_NOBODY, NAMES_SIGNER, NAMES_OTHERS };

/* In PEM, or a single one in DER. */
static enum naming
who_is_named(struct span trust, const X509 *signer)
{
	const unsigned char *at = (const unsigned char *)trust.ptr;
	enum naming named = NAMES_NOBODY;
	char unasked[] = ""; /* nobody is, for a passphrase */
	BIO *in = BIO_new_mem_buf(trust.ptr, (int)trust.len);
	X509 *x = d2i_X509(NULL, &at, (long)trust.len);

	while (x != NULL ||
	       (x = PEM_read_bio_X509(in, NULL, NULL, unasked)) != NULL) {
		if (X509_cmp(x, signer) == 0)
			named = NAMES_SIGNER;
		else if (named == NAMES_NOBODY && X509_check_ca(x) == 0)
			named = NAMES_OTHERS;
		X509_free(x);
		x = NULL;
	}
	ERR_clear_error();
	BIO_free(in);
	return named;
}

/* False when the file cannot be read. */
static bool
ask_who_is_named(struct looking *l, enum naming *named)
{
	struct buf trust;
	bool ok;

	buf_init(&trust, FILE_MOST);
	ok = files_read(l->ask->trust, &trust, l->err);
	if (ok)
		*named = who_is_named(buf_span(&trust), l->certificate.x509);
	buf_free(&trust);
	return ok;
}

/* Who is named needs no path, and may be revoked all the same. */
static bool
is_of_named(const struct pki_finding *f)
{
	return is_of_trust(f) && f->result == PKI_FAILS &&
	       strcmp(pki_check_get(f->code)->code, "path.found") != 0;
}

static void
tell_trust(struct looking *l, const struct pki_findings *f, enum naming named)
{
	static const char about[] = "seal/certificate.pem";

	if (named == NAMES_OTHERS)
		whole_find(l, WHOLE_TRUST, WHOLE_FAILS, about,
		    "--trust names who may sign, and this is somebody else "
		    "(SM3 %.16s...); CAs beside that name are for time stamps",
		    "--trust 已指明签名者，此证书属于他人（SM3 %.16s…）；其中"
		    "的 CA 证书只用于时间戳",
		    l->certificate.sm3);
	else if (tell(l, WHOLE_TRUST, about, f,
		     named == NAMES_SIGNER ? is_of_named : is_of_trust))
		whole_say(l, WHOLE_TRUST, WHOLE_HOLDS, "", l->ask->trust,
		    l->ask->trust);
}

bool
whole_trust(struct looking *l)
{
	const struct bundle_ask ask = {
		.at = l->stamped.us != 0 ? l->stamped : l->ask->at,
	};
	enum naming named = NAMES_NOBODY;
	struct bundle *b;
	struct pki_findings f;
	bool ok;

	if (!l->has_certificate)
		return true;
	if (l->ask->trust == NULL) {
		whole_find(l, WHOLE_TRUST, WHOLE_NOTE, "",
		    "no --trust: nobody vouches for it; compare its SM3 with "
		    "the one that the laboratory has made known: %s",
		    "未给出 --trust：无人为其担保；请与检测机构公布的 SM3 核对"
		    "：%s",
		    l->certificate.sm3);
		return true;
	}
	b = bundle_new();
	pki_findings_init(&f);
	ok = ask_who_is_named(l, &named) && add_certificates(l, b) &&
	     add_file(b, BUNDLE_ANCHOR, l->ask->trust, l->err) &&
	     add_file(b, BUNDLE_ISSUER, l->ask->issuer, l->err) &&
	     add_file(b, BUNDLE_LIST, l->ask->crl, l->err);
	if (ok) {
		bundle_judge(b, &ask, &f);
		tell_trust(l, &f, named);
	}
	pki_findings_free(&f);
	bundle_free(b);
	return ok;
}
