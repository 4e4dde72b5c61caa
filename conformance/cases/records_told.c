/* SPDX-License-Identifier: MIT */
/*
 * What a log says of itself: numbers, times, chain and signatures; the judging
 * half of records.h.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/issued.h"
#include "conformance/cases/records.h"
#include "conformance/cases/status.h"
#include "lib/mem.h"

enum { CLOCK_MOST_S = 60 };

static bool
noted(struct trial *t, const char *name, const char *what, struct wall *at)
{
	char *key = mem_textf("%s.%s", name, what);
	const char *text = trial_fact_text(t, key);
	const bool ok = trial_sane(
	    t, text != NULL && wall_parse(text, at), "%s was not noted", key);

	free(key);
	return ok;
}

/* Clocks differ; an hour is a wrong zone, and no clock's difference. */
void
records_claim_time(struct trial *t, const struct record *r, const char *name)
{
	struct wall asked, at, said = { 0 };
	const int64_t most = (int64_t)CLOCK_MOST_S * 1000000;

	if (noted(t, name, "asked", &asked) && noted(t, name, "at", &at))
		trial_claim(t, trial_case(t)->clause,
		    wall_parse(r->time, &said) && said.us >= asked.us - most &&
			said.us <= at.us + most,
		    "when it was done, to a minute", "%s: %s", r->action,
		    r->time);
}

/* ---- each record and the next one ---- */

void
records_claim_numbers(struct trial *t, const struct records *all)
{
	for (size_t i = 1; i < all->n; i++)
		trial_claim(t, trial_case(t)->clause,
		    all->at[i].number == all->at[i - 1].number + 1,
		    "the number that follows", "%" PRId64 " behind %" PRId64,
		    all->at[i].number, all->at[i - 1].number);
}

/* Of two that ran beside each other either may be first, but not by much. */
void
records_claim_order(struct trial *t, const struct records *all)
{
	struct wall before, now;

	for (size_t i = 1; i < all->n; i++)
		if (trial_need(t,
			wall_parse(all->at[i - 1].time, &before) &&
			    wall_parse(all->at[i].time, &now),
			"a record whose time cannot be read"))
			trial_claim(t, trial_case(t)->clause,
			    now.us >= before.us - 1000000,
			    "a time that is not before the one before",
			    "%s behind %s", all->at[i].time,
			    all->at[i - 1].time);
}

static bool
stands_in(const struct record *r, const char *what)
{
	return what[0] != '\0' &&
	       span_find(span_of(r->text), span_of(what)) < strlen(r->text);
}

static void
is_chained(struct trial *t, const struct record *before, const struct record *r)
{
	char digest[DIGEST_MOST];
	struct buf both;
	size_t n;

	if (r->number != before->number + 1)
		return; /* another case's */
	buf_init(&both, 1 << 20);
	buf_add(&both, buf_span(&before->chain));
	buf_add(&both, span_of(r->text));
	n = digest_of(OID_SM3, buf_span(&both), digest);
	trial_claim(t, trial_case(t)->clause,
	    n > 0 && span_eq(buf_span(&r->chain), (struct span){ digest, n }),
	    "SM3 of the chain before and the text",
	    "another value at record %" PRId64, r->number);
	trial_claim(t, trial_case(t)->clause,
	    stands_in(r, r->who) || stands_in(r, r->object),
	    "what is told stands in what is chained",
	    "something else at record %" PRId64, r->number);
	buf_free(&both);
}

void
records_claim_chain(struct trial *t, const struct records *all)
{
	for (size_t i = 1; i < all->n; i++)
		is_chained(t, &all->at[i - 1], &all->at[i]);
}

static bool
is_same(const struct record *a, const struct record *b)
{
	return a->number == b->number && strcmp(a->time, b->time) == 0 &&
	       strcmp(a->who, b->who) == 0 &&
	       strcmp(a->action, b->action) == 0 &&
	       strcmp(a->object, b->object) == 0 &&
	       strcmp(a->text, b->text) == 0 &&
	       strcmp(a->result, b->result) == 0 &&
	       span_eq(buf_span(&a->chain), buf_span(&b->chain)) &&
	       span_eq(buf_span(&a->signature), buf_span(&b->signature)) &&
	       span_eq(buf_span(&a->digest), buf_span(&b->digest));
}

void
records_claim_kept(
    struct trial *t, const struct records *all, const struct records *again)
{
	for (size_t i = 0; i < all->n; i++)
		trial_claim(t, trial_case(t)->clause,
		    i < again->n && is_same(&all->at[i], &again->at[i]),
		    "the same record when it is read again",
		    "another one, or none: %" PRId64, all->at[i].number);
}

/* ---- who signs ---- */

/* By the key's algorithm: SM2 with SM3, the others with SHA-256. */
static enum signature
verify(const struct pki_certificate *c, const struct record *r)
{
	const bool sm2 = key_kind(&c->key) == KEY_SM2;
	const struct pki_algorithm digest = { .id =
						  sm2 ? OID_SM3 : OID_SHA256 };
	const struct pki_algorithm key = { .id = sm2 ? OID_SM2
						 : key_kind(&c->key) == KEY_RSA
						     ? OID_RSA_KEY
						     : OID_EC_KEY };

	return signature_verify_cms(&digest, &key, &c->key, buf_span(&r->chain),
	    buf_span(&r->signature));
}

/* To be freed in any case: *c points into it. */
static bool
signer(const struct records_log *log, struct trial *t, struct buf *der,
    struct pki_certificate *c)
{
	struct operation_answer a;
	bool ok;

	buf_init(der, CERTIFICATE_MOST);
	ok = operation_heard(t, "signer", log->signer, &a) &&
	     operation_octets(&a, "certificate", der) &&
	     certificate_read(c, buf_span(der), NULL);
	trial_need(t, ok, "no certificate of who signs the log: %s", a.why);
	operation_free(&a);
	return ok;
}

void
records_claim_signatures(
    const struct records_log *log, struct trial *t, const struct records *all)
{
	struct pki_certificate c;
	struct buf der;

	if (signer(log, t, &der, &c) &&
	    trial_need(t, all->n > 0, "no records to be judged"))
		for (size_t i = 0; i < all->n; i++)
			trial_claim(t, trial_case(t)->clause,
			    verify(&c, &all->at[i]) == SIGNATURE_GOOD,
			    "a signature over the chain",
			    "none at record %" PRId64, all->at[i].number);
	buf_free(&der);
}

static void
claim_certified(struct trial *t, const struct issued_set *set,
    const struct pki_certificate *c, struct wall at)
{
	const struct issued *ca = status_ca(set, c->issuer, c->aki);

	trial_claim(t, trial_case(t)->clause,
	    ca != NULL && signature_verify(&c->outer, &ca->certificate.key,
			      c->tbs, c->signature) == SIGNATURE_GOOD,
	    "a certificate signed by a CA of the profile's", "%s",
	    ca == NULL ? "its issuer is none of them"
		       : "the signature is not its issuer's");
	trial_claim(t, trial_case(t)->clause, certificate_is_valid_at(c, at),
	    "that is valid", "it is not");
	trial_claim(t, "RFC 5280 4.2.1.3",
	    !c->has_usage || (c->usage & (USAGE_DIGITAL_SIGNATURE |
					     USAGE_NON_REPUDIATION)) != 0,
	    "of a key that signs", "of one that does not");
}

void
records_claim_signer(const struct records_log *log, struct trial *t)
{
	struct issued_set set;
	struct pki_certificate c;
	struct wall at;
	struct buf der;

	if (!issued_open_any(t, &set, NULL))
		return;
	if (signer(log, t, &der, &c) && noted(t, "signer", "at", &at))
		claim_certified(t, &set, &c, at);
	buf_free(&der);
	issued_close(&set);
}

/* ---- who reads ---- */

void
records_claim_hidden(
    const struct records_log *log, struct trial *t, const char *name)
{
	desks_claim_refused(t, name, log->query);
}
