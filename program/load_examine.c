/* SPDX-License-Identifier: MIT */
#include "program/load_examine.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/client/operation.h"
#include "conformance/client/web.h"
#include "conformance/pki/crl.h"
#include "conformance/pki/ocsp.h"
#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/text.h"
#include "program/load_examine_issue.h"
#include "program/load_examine_seal.h"
#include "program/load_pki.h"

enum {
	SKEW_US = 1000000, /* clocks differ by a moment */
	GOOD_SHOWN = 64,   /* examples that are not wrong */
	WRONG_SHOWN = 200,
	SHOWN_OCTETS = 65536,  /* of an answer, in an example */
	ANSWER_OCTETS = 65536, /* of a signature or a certificate in one */
};

struct examining {
	const struct load_examine *asked;
	struct load_pki pki;
	struct load_issued issued;
	int64_t wall_us; /* of the monotonic clock's zero */
	struct measure *m;
	struct buf *heard;
	size_t n_good, n_wrong;
	bool open; /* the last one was not right, and not known to be wrong */
};

static struct span
cell(const struct examining *x, const struct answer *a, const char *column)
{
	const struct feeder *f = x->asked->feeder;
	const int at = feeder_column(f, span_of(column));

	return at < 0 ? SPAN("") : feeder_value(f, a->row, (size_t)at);
}

/* The first thing that is not as it shall be; false: there is none. */
static bool
tell_fault(const struct pki_findings *f, char why[200])
{
	for (size_t i = 0; i < f->n; i++) {
		const struct pki_finding *at = &f->at[i];
		const struct pki_check *c = pki_check_get(at->code);

		if (c->level != PKI_SHALL || at->result == PKI_HOLDS)
			continue;
		snprintf(why, 200, "%s%s%s%.120s", c->code,
		    at->result == PKI_FAILS ? "" : " could not be looked at",
		    at->detail[0] == '\0' ? "" : ": ", at->detail);
		return true;
	}
	return false;
}

/* ---- OCSP ---- */

static bool
says_what_is(const struct load_certificate *c, const struct ocsp_single *s,
    char why[200])
{
	static const char *const names[] = { "good", "revoked", "unknown",
		"nothing" };
	const enum ocsp_status is =
	    c->status == PROFILE_STATUS_GOOD ? OCSP_GOOD : OCSP_REVOKED;

	snprintf(why, 200, "not what is so: %s is %s, and it says %s", c->name,
	    names[is], names[s->status]);
	return s->status == is;
}

static struct span
octets_of(struct span hex, char to[64])
{
	size_t n = 0;

	for (; n < 64 && 2 * n + 1 < hex.len; n++) {
		const char two[] = { hex.ptr[2 * n], hex.ptr[2 * n + 1], 0 };

		to[n] = (char)strtoul(two, NULL, 16);
	}
	return (struct span){ to, n };
}

/* Who answers from what was made before has no nonce (RFC 6960 2.5). */
static void
judge_nonce(const struct examining *x, const struct answer *a,
    const struct pki_ocsp *o, struct pki_findings *f)
{
	const struct scenario_flow *flow = &x->asked->scenario->flows[a->flow];
	char nonce[64];

	if (strcmp(flow->http.method, "POST") == 0 && o->has_nonce)
		ocsp_judge_nonce(o, octets_of(cell(x, a, "nonce"), nonce), f);
}

/* All of it, but for what it says of the certificate. */
static bool
examine_status(struct examining *x, const struct answer *a, struct wall at,
    const struct pki_certificate *c, const struct pki_certificate *issuer,
    struct ocsp_single *single, struct pki_findings *f, char why[200])
{
	struct pki_ocsp o;

	if (!ocsp_read(&o, a->octets, f))
		return tell_fault(f, why), false;
	ocsp_judge(&o, f);
	(void)ocsp_judge_issued(
	    &o, issuer, x->pki.all, x->pki.n + x->pki.n_cas, at, f);
	judge_nonce(x, a, &o, f);
	(void)ocsp_judge_single(&o, c, issuer, at, single, f);
	return !tell_fault(f, why);
}

static bool
examine_ocsp(struct examining *x, const struct answer *a, struct wall at,
    struct pki_findings *f, char why[200])
{
	const struct load_certificate *c =
	    load_pki_find(&x->pki, cell(x, a, "certificate"));
	struct ocsp_single single = { .status = OCSP_SILENT };

	return c != NULL && c->issuer != NULL &&
	       examine_status(
		   x, a, at, &c->read, &c->issuer->read, &single, f, why) &&
	       says_what_is(c, &single, why);
}

/* ---- certificates of a list: of each its number is known, and who issued */

static size_t
number(struct span digits)
{
	size_t n = 0;

	for (size_t i = 0; i < digits.len && i < 15; i++)
		n = 10 * n + (size_t)(digits.ptr[i] - '0');
	return n;
}

static bool
examine_record(struct examining *x, const struct answer *a, struct wall at,
    struct pki_findings *f, char why[200])
{
	const size_t ca = number(cell(x, a, "ca"));
	const struct span serial = cell(x, a, "serial");
	const size_t listed = number(cell(x, a, "listed"));
	struct ocsp_single single = { .status = OCSP_SILENT };
	const struct pki_certificate *issuer;
	struct pki_certificate c = { 0 };
	char octets[64];

	if (ca >= x->pki.n_cas)
		return false;
	if (listed > x->m->answers.entries)
		x->m->answers.entries = listed;
	issuer = &x->pki.at[x->pki.n + ca].read;
	c.serial = octets_of(serial, octets);
	c.issuer = issuer->subject;
	if (!examine_status(x, a, at, &c, issuer, &single, f, why))
		return false;
	snprintf(why, 200, "not known: serial number %.*s",
	    SPAN_FMT(span_take(serial, 48)));
	return single.status == OCSP_GOOD || single.status == OCSP_REVOKED;
}

/* ---- lists ---- */

/* Of those that were handed over, the list has who is bad and no other. */
static bool
lists_who_is_bad(const struct examining *x, const struct pki_crl *crl,
    const struct load_certificate *issuer, char why[200])
{
	for (size_t i = 0; i < x->pki.n; i++) {
		const struct load_certificate *c = &x->pki.at[i];
		struct crl_entry e;

		if (c->issuer != issuer)
			continue;
		e = crl_find(crl, c->read.issuer, c->read.serial);
		snprintf(why, 200, "not what is so: %s is %s", c->name,
		    e.status == CRL_REVOKED ? "on the list"
					    : "not on the list");
		if ((c->status == PROFILE_STATUS_GOOD) !=
		    (e.status == CRL_GOOD))
			return false;
	}
	return true;
}

static bool
examine_crl(struct examining *x, const struct answer *a, struct wall at,
    struct pki_findings *f, char why[200])
{
	struct measure_answers *to = &x->m->answers;
	const struct load_certificate *issuer;
	const int64_t asked = a->asked_us + x->wall_us;
	struct pki_crl crl;

	if (!crl_read(&crl, a->octets, f))
		return tell_fault(f, why), false;
	crl_judge(&crl, f);
	issuer = load_pki_ca(&x->pki, crl.issuer, crl.aki);
	snprintf(why, 200, "its issuer is none of the profile's CAs");
	if (issuer == NULL)
		return false;
	crl_judge_issued(&crl, &issuer->read, at, f);
	if (tell_fault(f, why) || !lists_who_is_bad(x, &crl, issuer, why))
		return false;
	if (crl.n_entries > to->entries || to->octets == 0) {
		to->entries = crl.n_entries;
		to->octets = a->octets.len;
	}
	/* times of lists are in whole seconds; and it is looked at twice */
	to->fresh += at.us == a->first_us + x->wall_us + SKEW_US &&
		     crl.this_update.at.us >= asked - asked % 1000000;
	return true;
}

/* ---- signatures ---- */

static bool
signature_is_good(const struct operation_answer *a, struct span data)
{
	static const struct pki_algorithm sm2 = { .id = OID_SM2_SM3 };
	struct buf signature, der;
	struct pki_certificate c;
	bool good;

	buf_init(&signature, ANSWER_OCTETS);
	buf_init(&der, ANSWER_OCTETS);
	good = operation_octets(a, "signature", &signature) &&
	       operation_octets(a, "certificate", &der) &&
	       certificate_read(&c, buf_span(&der), NULL) &&
	       signature_verify(&sm2, &c.key, data, buf_span(&signature)) ==
		   SIGNATURE_GOOD;
	buf_free(&signature);
	buf_free(&der);
	return good;
}

/* What an answer says in the words of an operation; free it in any case. */
static bool
read_told(const struct examining *x, const struct answer *a,
    const char *operation, struct operation_answer *told, char why[200])
{
	const struct web_answer heard = { .end = WEB_ANSWERED,
		.status = 200,
		.body = a->octets,
		.content = { .data = (char *)(uintptr_t)a->octets.ptr,
		    .len = a->octets.len } };
	const bool ok = operation_read(
	    profile_operation(x->asked->profile, operation), &heard, told);

	snprintf(why, 200, "%.150s", told->why);
	return ok;
}

/* Half of those to be verified are not right, and it has to say so. */
static bool
says_what_is_so(const struct examining *x, const struct answer *a,
    const struct operation_answer *told, char why[200])
{
	const struct span is = cell(x, a, "valid");
	char *says = operation_text(told, "valid");
	const bool ok = says != NULL && span_eq(span_of(says), is);

	snprintf(why, 200, "not what is so: it says %.20s, and it is %.*s",
	    says == NULL ? "nothing" : says, SPAN_FMT(is));
	free(says);
	return ok;
}

static bool
is_flow(const struct examining *x, const struct answer *a, const char *name)
{
	return strcmp(x->asked->scenario->flows[a->flow].name, name) == 0;
}

static bool
examine_crypto(struct examining *x, const struct answer *a, struct wall at,
    struct pki_findings *f, char why[200])
{
	const bool signs = is_flow(x, a, "sign");
	struct operation_answer told;
	bool ok = read_told(
	    x, a, signs ? "signature.make" : "signature.verify", &told, why);

	(void)at;
	(void)f;
	if (ok && signs) {
		ok = signature_is_good(&told, cell(x, a, "data"));
		snprintf(why, 200, "a signature that does not verify");
	} else if (ok) {
		ok = says_what_is_so(x, a, &told, why);
	}
	operation_free(&told);
	return ok;
}

/* ---- seals ---- */

static const struct pki_finding *
failure(const struct pki_findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].result == PKI_FAILS &&
		    pki_check_get(f->at[i].code)->level == PKI_SHALL)
			return &f->at[i];
	return NULL;
}

/* What is not reached, without lists, is no fault here. */
static bool
found_good(const struct pki_findings *f, char why[200])
{
	const struct pki_finding *at = failure(f);

	if (at != NULL)
		snprintf(why, 200, "%s%s%.120s", pki_check_get(at->code)->code,
		    at->detail[0] == '\0' ? "" : ": ", at->detail);
	return at == NULL;
}

/*
 * Two seals of one document are two signatures: an answer that came again, to
 * the octet, was kept somewhere, and who kept it has not sealed any more.
 */
static bool
is_anew(struct examining *x, const struct answer *a, char why[200])
{
	x->open = a->times > 1;
	if (x->open)
		snprintf(why, 200, "the same signature again: %llu times",
		    (unsigned long long)a->times);
	return !x->open;
}

static bool
examine_sealing(struct examining *x, const struct answer *a, struct wall at,
    struct pki_findings *f, char why[200])
{
	struct measure_answers *to = &x->m->answers;
	struct operation_answer told;
	size_t octets = 0;
	bool ok = read_told(x, a, "document.seal", &told, why) &&
		  load_examine_sealed(&x->pki, at, &told, cell(x, a, "digest"),
		      &octets, f, why);

	if (octets > 0 && (to->octets == 0 || octets < to->octets))
		to->octets = octets;
	ok = found_good(f, why) && ok && is_anew(x, a, why);
	operation_free(&told);
	return ok;
}

static bool
examine_checking(struct examining *x, const struct answer *a, struct wall at,
    struct pki_findings *f, char why[200])
{
	struct operation_answer told;
	const bool ok = read_told(x, a, "document.check", &told, why) &&
			says_what_is_so(x, a, &told, why);

	(void)at;
	(void)f;
	operation_free(&told);
	return ok;
}

static bool
examine_signing(struct examining *x, const struct answer *a, struct wall at,
    struct pki_findings *f, char why[200])
{
	const bool signs = is_flow(x, a, "sign");
	struct operation_answer told;
	bool ok = read_told(
	    x, a, signs ? "document.sign" : "document.verify", &told, why);

	if (ok && signs) {
		ok = load_examine_signed(
		    &x->pki, at, &told, cell(x, a, "data"), f, why);
		ok = found_good(f, why) && ok && is_anew(x, a, why);
	} else if (ok) {
		ok = says_what_is_so(x, a, &told, why);
	}
	operation_free(&told);
	return ok;
}

/* ---- certificates ---- */

/* Who lets us wait, or uses a MAC that nobody here knows, is not wrong. */
static bool
examine_issue(struct examining *x, const struct answer *a, struct wall at,
    struct pki_findings *f, char why[200])
{
	bool waits = false;
	const bool ok = load_examine_issued(
	    &x->issued, cell(x, a, "request"), a->octets, f, &waits, why);
	const bool fault = tell_fault(f, why);

	(void)at;
	x->open = (ok || waits) && failure(f) == NULL;
	return ok && !fault;
}

/* ---- what is told ---- */

static void
add_octets(json_t *o, struct span octets)
{
	struct buf text;

	buf_init(&text, 2 * SHOWN_OCTETS);
	text_base64(span_take(octets, SHOWN_OCTETS), &text);
	json_object_set_new(o, "length", json_integer((json_int_t)octets.len));
	json_object_set_new(o, "octets", json_string(buf_text(&text)));
	buf_free(&text);
}

static void
show(struct examining *x, const struct answer *a, const char *why)
{
	const char *flow = x->asked->scenario->flows[a->flow].name;
	char first[CLOCK_TEXT], last[CLOCK_TEXT];
	json_t *o;
	char *text;

	if (why == NULL ? x->n_good++ >= GOOD_SHOWN
			: x->n_wrong++ >= WRONG_SHOWN)
		return;
	wall_text((struct wall){ a->first_us + x->wall_us }, first);
	wall_text((struct wall){ a->last_us + x->wall_us }, last);
	o = json_pack("{s:s, s:I, s:s, s:s, s:I, s:s}", "flow", flow, "row",
	    (json_int_t)a->row, "first", first, "last", last, "times",
	    (json_int_t)a->times, "wrong", why == NULL ? "" : why);
	add_octets(o, a->octets);
	text = json_dumps(o, JSON_COMPACT);
	if (text != NULL)
		buf_addf(x->heard, "%s\n", text);
	free(text);
	json_decref(o);
}

/* Fresh when it came for the first time, and for the last. */
static bool
examine_one(struct examining *x, const struct answer *a, char why[200])
{
	static bool (*const how[PREPARED_KINDS])(struct examining *,
	    const struct answer *, struct wall, struct pki_findings *,
	    char why[200]) = {
		[PREPARED_OCSP] = examine_ocsp,
		[PREPARED_CRL] = examine_crl,
		[PREPARED_CRYPTO] = examine_crypto,
		[PREPARED_ISSUE] = examine_issue,
		[PREPARED_RECORDS] = examine_record,
		[PREPARED_SEALING] = examine_sealing,
		[PREPARED_BATCH] = examine_sealing,
		[PREPARED_CHECKING] = examine_checking,
		[PREPARED_SIGNING] = examine_signing,
	};
	const int64_t times[] = { a->first_us, a->last_us };
	const size_t n = a->last_us / 1000000 == a->first_us / 1000000 ? 1 : 2;
	bool ok = true;

	snprintf(why, 200, "nobody knows what it is"); /* yet */
	for (size_t i = 0; ok && i < n; i++) {
		const struct wall at = { times[i] + x->wall_us + SKEW_US };
		struct pki_findings f;

		pki_findings_init(&f);
		ok = how[x->asked->scenario->prepared->kind](x, a, at, &f, why);
		pki_findings_free(&f);
	}
	return ok;
}

static void
count(struct examining *x, const struct answer *a)
{
	struct measure_answers *to = &x->m->answers;
	char why[200], *what;

	to->examined += a->times;
	x->open = false;
	if (examine_one(x, a, why)) {
		show(x, a, NULL);
		return;
	}
	show(x, a, why);
	if (x->open) {
		to->unread += a->times;
	} else {
		to->wrong += a->times;
		measure_example_add(to->examples, &to->n_examples, why);
	}
	/* those that differ in particulars alone are one kind */
	what = mem_textf("answer: %.*s", (int)strcspn(why, ":"), why);
	measure_error_add(x->m, what, a->times);
	free(what);
}

void
load_examine(
    const struct load_examine *asked, struct measure *m, struct buf *heard)
{
	struct examining x = { .asked = asked,
		.wall_us = clock_wall().us - clock_mono().us,
		.m = m,
		.heard = heard };
	const size_t n = answers_count(asked->answers);
	struct err err;

	m->answers.kept = true;
	m->answers.heard = answers_heard(asked->answers);
	m->answers.unread = answers_refused(asked->answers);
	if (!load_pki_read(&x.pki, asked->profile, &err)) {
		measure_error_add(m, err.what, 1);
		m->answers.unread = m->answers.heard;
		return;
	}
	load_issued_open(&x.issued, &x.pki, asked->profile);
	for (size_t i = 0; i < n; i++)
		count(&x, answers_at(asked->answers, i));
	load_issued_close(&x.issued);
	load_pki_free(&x.pki);
}
