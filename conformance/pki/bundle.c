/* SPDX-License-Identifier: MIT */
#include "conformance/pki/bundle.h"

#include <stdio.h>
#include <stdlib.h>

#include "conformance/pki/cmp.h"
#include "conformance/pki/message.h"
#include "conformance/pki/path.h"
#include "conformance/pki/timestamp.h"
#include "conformance/seal/ofd.h"
#include "conformance/seal/signed.h"
#include "lib/mem.h"

#define BUNDLE_MOST   4096 /* objects */
#define BUNDLE_LEAVES 256  /* are led back to an anchor */

/* One object of a file, read. */
struct part {
	enum bundle_role role;
	enum object_kind kind;
	char *name; /* "chain.pem#2" */
	struct buf der;
	bool readable;
	union {
		struct pki_certificate *certificate;
		struct pki_crl *crl;
		struct pki_ocsp *ocsp;
		struct pki_stamp *stamp;
		struct pki_cmp *message;
		struct pki_message *gm_message;
		struct seal *seal;
		struct ses_signed *sealed;
		struct ofd *ofd;
		void *any;
	};
};

struct bundle {
	struct part *at;
	size_t n;
	/* Of those that are readable. */
	const struct pki_certificate **pool, **anchors, **leaves;
	const struct pki_crl **crls;
	const struct pki_ocsp **answers;
	size_t n_pool, n_anchors, n_leaves, n_crls, n_answers;
	size_t n_left; /* certificates that are not led back: too many */
	bool *crl_used, *answer_used;
};

struct bundle *
bundle_new(void)
{
	return mem_new(1, sizeof(struct bundle));
}

void
bundle_free(struct bundle *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free(b->at[i].name);
		buf_free(&b->at[i].der);
		if (b->at[i].kind == OBJECT_OFD && b->at[i].ofd != NULL)
			ofd_free(b->at[i].ofd);
		free(b->at[i].any);
	}
	free(b->at);
	free(b->pool);
	free(b->anchors);
	free(b->leaves);
	free(b->crls);
	free(b->answers);
	free(b->crl_used);
	free(b->answer_used);
	free(b);
}

/* What a role may be played by. */
static bool
fits(enum bundle_role role, enum object_kind kind)
{
	switch (role) {
	case BUNDLE_ANCHOR:
	case BUNDLE_ISSUER:
		return kind == OBJECT_CERTIFICATE;
	case BUNDLE_LIST:
		return kind == OBJECT_CRL || kind == OBJECT_OCSP;
	default:
		return kind != OBJECT_UNKNOWN;
	}
}

bool
bundle_add(struct bundle *b, enum bundle_role role, const char *name,
    struct span bytes, struct err *err)
{
	struct pki_objects all;
	bool ok = objects_read(&all, name, bytes, err);
	size_t taken = 0;

	for (size_t i = 0; ok && i < all.n; i++) {
		struct part *p;

		if (!fits(role, all.at[i].kind))
			continue;
		if (b->n == BUNDLE_MOST) {
			ok = err_set(err, ERR_CONFIG,
			    "%s: more than %d objects", name, BUNDLE_MOST);
			break;
		}
		b->at = mem_grow(b->at, (b->n + 1) * sizeof b->at[0]);
		p = &b->at[b->n++];
		*p = (struct part){ .role = role,
			.kind = all.at[i].kind,
			.der = all.at[i].der };
		all.at[i].der = (struct buf){ .data = NULL };
		p->name = all.n == 1 ? mem_textf("%s", name)
				     : mem_textf("%s#%zu", name, i + 1);
		taken++;
	}
	if (ok && taken == 0)
		ok = err_set(err, ERR_CONFIG, "%s: there is no %s in it", name,
		    role == BUNDLE_LIST     ? "CRL or OCSP answer"
		    : role == BUNDLE_JUDGED ? "object that is known"
					    : "certificate");
	objects_free(&all);
	return ok;
}

size_t
bundle_count(const struct bundle *b, enum object_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->at[i].role == BUNDLE_JUDGED && b->at[i].kind == kind;
	return n;
}

size_t
bundle_anchors(const struct bundle *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->at[i].role == BUNDLE_ANCHOR;
	return n;
}

/* ---- each by itself ---- */

/* Who asks for an anchor or an issuer to be judged?  Nobody. */
static void
read_part(struct bundle *b, struct part *p, struct pki_findings *f)
{
	const struct span der = buf_span(&p->der);

	if (p->role == BUNDLE_ANCHOR || p->role == BUNDLE_ISSUER)
		f = NULL;
	pki_about(f, "%s", p->name);
	switch (p->kind) {
	case OBJECT_CERTIFICATE:
		p->certificate = mem_new(1, sizeof *p->certificate);
		p->readable = certificate_read(p->certificate, der, f);
		if (!p->readable)
			return;
		if (f != NULL)
			certificate_judge(p->certificate, f);
		if (p->role == BUNDLE_ANCHOR)
			b->anchors[b->n_anchors++] = p->certificate;
		b->pool[b->n_pool++] = p->certificate;
		return;
	case OBJECT_CRL:
		p->crl = mem_new(1, sizeof *p->crl);
		p->readable = crl_read(p->crl, der, f);
		if (!p->readable)
			return;
		crl_judge(p->crl, f);
		b->crls[b->n_crls++] = p->crl;
		return;
	case OBJECT_OCSP:
		p->ocsp = mem_new(1, sizeof *p->ocsp);
		p->readable = ocsp_read(p->ocsp, der, f);
		if (!p->readable)
			return;
		ocsp_judge(p->ocsp, f);
		b->answers[b->n_answers++] = p->ocsp;
		return;
	case OBJECT_STAMP:
		p->stamp = mem_new(1, sizeof *p->stamp);
		p->readable = stamp_read(p->stamp, der, f);
		return;
	case OBJECT_MESSAGE:
		p->message = mem_new(1, sizeof *p->message);
		p->readable = cmp_read_message(p->message, der, f);
		return;
	case OBJECT_GM_MESSAGE:
		p->gm_message = mem_new(1, sizeof *p->gm_message);
		p->readable = message_read(p->gm_message, der, f);
		return;
	case OBJECT_SEAL:
		p->seal = mem_new(1, sizeof *p->seal);
		p->readable = seal_read(p->seal, der, f);
		return;
	case OBJECT_SIGNED:
		p->sealed = mem_new(1, sizeof *p->sealed);
		p->readable = signed_read(p->sealed, der, f);
		return;
	case OBJECT_OFD:
		p->ofd = mem_new(1, sizeof *p->ofd);
		p->readable = ofd_read(p->ofd, der, f);
		return;
	default:
		return;
	}
}

static void
read_all(struct bundle *b, struct pki_findings *f)
{
	b->pool = mem_new(b->n + 1, sizeof b->pool[0]);
	b->anchors = mem_new(b->n + 1, sizeof b->anchors[0]);
	b->leaves = mem_new(b->n + 1, sizeof b->leaves[0]);
	b->crls = mem_new(b->n + 1, sizeof b->crls[0]);
	b->answers = mem_new(b->n + 1, sizeof b->answers[0]);
	b->crl_used = mem_new(b->n + 1, sizeof b->crl_used[0]);
	b->answer_used = mem_new(b->n + 1, sizeof b->answer_used[0]);
	for (size_t i = 0; i < b->n; i++)
		read_part(b, &b->at[i], f);
}

/* ---- paths ---- */

static bool
has_issued(const struct bundle *b, const struct pki_certificate *c)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct part *p = &b->at[i];

		if (p->role == BUNDLE_JUDGED && p->kind == OBJECT_CERTIFICATE &&
		    p->readable && p->certificate != c &&
		    !certificate_is_self_issued(p->certificate) &&
		    name_equal(p->certificate->issuer, c->subject))
			return true;
	}
	return false;
}

/* Certificates that are asked about and have issued none of the others. */
static void
find_leaves(struct bundle *b)
{
	for (int any = 0; any < 2 && b->n_leaves == 0; any++)
		for (size_t i = 0; i < b->n; i++) {
			const struct part *p = &b->at[i];

			if (p->role == BUNDLE_JUDGED && p->readable &&
			    p->kind == OBJECT_CERTIFICATE &&
			    (any || !has_issued(b, p->certificate))) {
				if (b->n_leaves == BUNDLE_LEAVES)
					b->n_left++;
				else
					b->leaves[b->n_leaves++] =
					    p->certificate;
			}
		}
}

static void
judge_leaf(struct bundle *b, const struct bundle_ask *ask, size_t leaf,
    const struct path *paths, struct pki_findings *f)
{
	const bool last =
	    leaf + 1 == b->n_leaves && bundle_count(b, OBJECT_SEAL) +
					       bundle_count(b, OBJECT_SIGNED) +
					       bundle_count(b, OBJECT_OFD) ==
					   0;
	const struct pki_crl **crls = mem_new(b->n_crls + 1, sizeof *crls);
	const struct pki_ocsp **answers =
	    mem_new(b->n_answers + 1, sizeof *answers);
	struct path_ask one = { .target = b->leaves[leaf],
		.pool = b->pool,
		.n_pool = b->n_pool,
		.anchors = b->anchors,
		.n_anchors = b->n_anchors,
		.at = ask->at,
		.crls = crls,
		.answers = answers,
		.status_wanted = ask->status_wanted };

	/* What nobody has a use for, seals included, is told to the last. */
	for (size_t i = 0; i < b->n_crls; i++)
		if (path_has_crl(&paths[leaf], b->crls[i]) ||
		    (last && !b->crl_used[i])) {
			crls[one.n_crls++] = b->crls[i];
			b->crl_used[i] = true;
		}
	for (size_t i = 0; i < b->n_answers; i++)
		if (path_has_answer(&paths[leaf], b->answers[i]) ||
		    (last && !b->answer_used[i])) {
			answers[one.n_answers++] = b->answers[i];
			b->answer_used[i] = true;
		}
	path_judge(&one, NULL, f);
	free(crls);
	free(answers);
}

static void
judge_paths(
    struct bundle *b, const struct bundle_ask *ask, struct pki_findings *f)
{
	struct path *paths = mem_new(b->n_leaves + 1, sizeof *paths);

	/* Only lists and answers have to be told which path is theirs. */
	for (size_t i = 0; b->n_crls + b->n_answers > 0 && i < b->n_leaves; i++)
		path_build(&(struct path_ask){ .target = b->leaves[i],
			       .pool = b->pool,
			       .n_pool = b->n_pool,
			       .anchors = b->anchors,
			       .n_anchors = b->n_anchors },
		    &paths[i], 1);
	for (size_t i = 0; i < b->n_leaves; i++)
		judge_leaf(b, ask, i, paths, f);
	free(paths);
}

/* What cannot be read has no path, and that is no pass. */
static void
tell_unreadable(const struct bundle *b, struct pki_findings *f)
{
	for (size_t i = 0; i < b->n; i++)
		if (!b->at[i].readable && b->at[i].role == BUNDLE_JUDGED &&
		    b->at[i].kind == OBJECT_CERTIFICATE) {
			pki_about(f, "%s", b->at[i].name);
			pki_find(f, PKI_PATH_FOUND, PKI_NOT_REACHED, "%s", "");
		}
}

/* ---- lists and answers without a path, stamps ---- */

static void
judge_list(const struct bundle *b, const struct bundle_ask *ask,
    const struct part *p, struct pki_findings *f)
{
	pki_about(f, "%s", p->name);
	for (size_t i = 0; i < b->n_pool; i++)
		if (name_equal(b->pool[i]->subject, p->crl->issuer)) {
			crl_judge_issued(p->crl, b->pool[i], ask->at, f);
			return;
		}
	pki_find(f, PKI_CRL_SIGNATURE, PKI_NOT_REACHED,
	    "no certificate of its issuer is at hand");
}

static void
judge_answer(const struct bundle *b, const struct bundle_ask *ask,
    const struct part *p, struct pki_findings *f)
{
	struct ocsp_single s;

	pki_about(f, "%s", p->name);
	if (p->ocsp->response != 0 || !p->ocsp->basic)
		return;
	for (size_t i = 0; i < b->n_pool; i++)
		for (size_t k = 0; k < b->n_pool; k++)
			if (name_equal(
				b->pool[k]->issuer, b->pool[i]->subject) &&
			    ocsp_is_about(
				p->ocsp, b->pool[k], b->pool[i], &s)) {
				ocsp_judge_issued(p->ocsp, b->pool[i], b->pool,
				    b->n_pool, ask->at, f);
				ocsp_judge_single(p->ocsp, b->pool[k],
				    b->pool[i], ask->at, &s, f);
				return;
			}
	pki_find(f, PKI_OCSP_SIGNATURE, PKI_NOT_REACHED,
	    "neither the certificate asked about nor its issuer is at hand");
}

/* The path of a certificate that an object brings along, with others. */
static void
judge_brought(const struct bundle *b, const struct pki_certificate *target,
    const struct span *brought, size_t n_brought, struct wall at,
    enum oid purpose, struct pki_findings *f)
{
	struct pki_certificate *extra = mem_new(n_brought + 1, sizeof *extra);
	const struct pki_certificate **pool =
	    mem_new(b->n_pool + n_brought + 1, sizeof *pool);
	size_t n = b->n_pool;

	if (n > 0)
		memcpy(pool, b->pool, n * sizeof *pool);
	for (size_t i = 0; i < n_brought; i++)
		if (certificate_read(&extra[i], brought[i], NULL))
			pool[n++] = &extra[i];
	path_judge(&(struct path_ask){ .target = target,
		       .pool = pool,
		       .n_pool = n,
		       .anchors = b->anchors,
		       .n_anchors = b->n_anchors,
		       .at = at,
		       .purpose = purpose },
	    NULL, f);
	free(pool);
	free(extra);
}

static void
judge_stamp(const struct bundle *b, const struct bundle_ask *ask,
    const struct part *p, struct pki_findings *f)
{
	const struct stamp_ask what = { .others = b->pool,
		.n_others = b->n_pool,
		.at = ask->at,
		.has_data = ask->has_data,
		.data = ask->data };
	struct pki_certificate found;
	const struct pki_certificate *tsa;

	pki_about(f, "%s", p->name);
	stamp_judge(p->stamp, &what, f);
	tsa = stamp_signer(p->stamp, &what, &found);
	if (b->n_anchors == 0 || tsa == NULL || !p->stamp->time_is_sound)
		return;
	judge_brought(b, tsa, p->stamp->certificates, p->stamp->n_certificates,
	    p->stamp->at, OID_TIME_STAMPING, f);
}

/* Signers are led back to an anchor, beside what the message says itself. */
static void
judge_gm_message(const struct bundle *b, const struct bundle_ask *ask,
    const struct part *p, struct pki_findings *f)
{
	const struct pki_message *m = p->gm_message;
	const struct message_ask what = { .others = b->pool,
		.n_others = b->n_pool,
		.has_data = ask->has_data,
		.data = ask->data };
	struct pki_certificate found;
	const struct pki_certificate *signer;

	pki_about(f, "%s", p->name);
	message_judge(m, &what, f);
	for (size_t i = 0; m->is_signed && i < m->n_parties; i++) {
		signer = message_signer(m, i, &what, &found);
		if (b->n_anchors > 0 && signer != NULL)
			judge_brought(b, signer, m->certificates,
			    m->n_certificates, ask->at, OID_UNKNOWN, f);
	}
}

/* What it was an answer to, and a secret, nobody here knows. */
static void
judge_message(
    const struct bundle *b, const struct part *p, struct pki_findings *f)
{
	const struct cmp_item *granted = cmp_granted(p->message);

	pki_about(f, "%s", p->name);
	cmp_judge(p->message,
	    &(struct cmp_ask){ .others = b->pool, .n_others = b->n_pool }, f);
	if (granted == NULL)
		return;
	pki_about(f, "%s, the certificate that is given", p->name);
	certificate_judge_octets(granted->certificate, NULL, f);
}

/* ---- seals ---- */

/* The seals that a part is or holds, one by one; NULL: no more of them. */
static const struct seal *
seal_of(const struct part *p, size_t i)
{
	if (!p->readable)
		return NULL;
	if (p->kind == OBJECT_OFD)
		return i < p->ofd->n_signatures
			   ? ofd_signature_seal(&p->ofd->signatures[i])
			   : NULL;
	return i > 0                      ? NULL
	       : p->kind == OBJECT_SEAL   ? p->seal
	       : p->kind == OBJECT_SIGNED ? &p->sealed->seal
					  : NULL;
}

/* How many there may be; in a package some may not be readable. */
static size_t
count_seals(const struct part *p)
{
	return p->kind == OBJECT_OFD && p->readable ? p->ofd->n_signatures : 1;
}

static bool
parts_clash(const struct part *a, const struct part *b)
{
	const struct seal *own, *other;

	for (size_t i = 0; i < count_seals(a); i++)
		for (size_t k = 0; k < count_seals(b); k++) {
			own = seal_of(a, i);
			other = seal_of(b, k);
			if (own != NULL && other != NULL &&
			    seal_clashes(own, other))
				return true;
		}
	return false;
}

static bool
has_seal(const struct part *p)
{
	bool has = false;

	for (size_t i = 0; i < count_seals(p); i++)
		has |= seal_of(p, i) != NULL;
	return has;
}

/*
 * Among all that are handed over together; alone it need not be asked, and
 * within one package it is asked of each of its signatures.
 */
static void
judge_unique(
    const struct bundle *b, const struct part *p, struct pki_findings *f)
{
	const char *twin = "";
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		n += has_seal(&b->at[i]);
		if (&b->at[i] != p && parts_clash(p, &b->at[i]))
			twin = b->at[i].name;
	}
	if (n > 1)
		pki_check(f, PKI_SEAL_ESID_UNIQUE, twin[0] == '\0', "%s", twin);
}

static void
judge_sealed(const struct bundle *b, const struct bundle_ask *ask,
    const struct part *p, struct pki_findings *f)
{
	const struct seal_ask what = { .at = ask->at,
		.pool = b->pool,
		.n_pool = b->n_pool,
		.anchors = b->anchors,
		.n_anchors = b->n_anchors,
		.crls = b->crls,
		.n_crls = b->n_crls,
		.answers = b->answers,
		.n_answers = b->n_answers,
		.has_data = ask->has_data,
		.data = ask->data };

	pki_about(f, "%s", p->name);
	if (has_seal(p))
		judge_unique(b, p, f);
	if (p->kind == OBJECT_OFD) {
		ofd_judge(p->ofd, &what, f);
		return;
	}
	if (p->kind == OBJECT_SEAL)
		seal_judge(p->seal, &what, ask->at, f);
	else
		signed_judge(p->sealed, &what, f);
}

void
bundle_judge(
    struct bundle *b, const struct bundle_ask *ask, struct pki_findings *f)
{
	bool paths;

	read_all(b, f);
	find_leaves(b);
	paths = b->n_anchors > 0 && b->n_leaves > 0;
	if (paths)
		judge_paths(b, ask, f);
	if (b->n_anchors > 0)
		tell_unreadable(b, f);
	for (size_t i = 0; i < b->n; i++) {
		const struct part *p = &b->at[i];

		if (!p->readable)
			continue;
		if (p->kind == OBJECT_CRL && !paths)
			judge_list(b, ask, p, f);
		else if (p->kind == OBJECT_OCSP && !paths)
			judge_answer(b, ask, p, f);
		else if (p->kind == OBJECT_STAMP)
			judge_stamp(b, ask, p, f);
		else if (p->kind == OBJECT_MESSAGE)
			judge_message(b, p, f);
		else if (p->kind == OBJECT_GM_MESSAGE)
			judge_gm_message(b, ask, p, f);
		else if (seal_of(p, 0) != NULL || p->kind == OBJECT_OFD)
			judge_sealed(b, ask, p, f);
	}
}
