/* SPDX-License-Identifier: MIT */
/*
 * pki/check - every check of a certificate, list, answer or stamp, by code,
 * and what came of it.
 *
 * The codes are rows of check.def.  Whoever judges an object adds a finding
 * for each check it makes, whether it holds or not, so that a reader sees all
 * that was looked at.  What could not be looked at because something before
 * it failed is "not reached", and what nobody here can judge is "not judged":
 * neither is ever a pass.
 *
 *	struct pki_findings f;
 *
 *	pki_findings_init(&f);
 *	pki_about(&f, "certificate 1");
 *	pki_check(&f, PKI_CERT_SERIAL_POSITIVE, positive, "serial %s", hex);
 *	if (!pki_findings_conform(&f)) ...
 *	pki_findings_free(&f);
 *
 * All functions take NULL for the findings and then add nothing.
 */
#ifndef CONFORMANCE_PKI_CHECK_H
#define CONFORMANCE_PKI_CHECK_H

#include <stdbool.h>
#include <stddef.h>

enum pki_code {
#define CHECK(id, ...) PKI_##id,
#include "conformance/pki/check.def"
#undef CHECK
	PKI_CODES
};

enum pki_level {
	PKI_SHALL,  /* or the object does not conform */
	PKI_SHOULD, /* or it is remarked */
};

enum pki_result {
	PKI_HOLDS,
	PKI_FAILS,
	PKI_NOT_REACHED, /* something that it rests on failed */
	PKI_NOT_JUDGED,  /* beyond what is known or supported here */
};

#define PKI_FINDINGS 8192 /* no more are kept */

struct pki_check {
	const char *code; /* "cert.serial.positive" */
	enum pki_level level;
	const char *clause;
	const char *en, *zh; /* what ought to be so */
};

struct pki_finding {
	enum pki_code code;
	enum pki_result result;
	char *about;     /* which object */
	char *detail;    /* values, or ""; UTF-8 that a terminal can show */
	char *detail_zh; /* the same in Chinese, or NULL: detail will do */
};

struct pki_findings {
	struct pki_finding *at;
	size_t n, room;
	bool full; /* there were more than are kept */
	char about[256];
};

const struct pki_check *pki_check_get(enum pki_code);
/* PKI_CODES when there is none. */
enum pki_code pki_check_find(const char *code);
const char *pki_result_name(enum pki_result); /* "holds", "not-reached" ... */
const char *pki_level_name(enum pki_level);   /* "shall", "should" */

void pki_findings_init(struct pki_findings *);
void pki_findings_free(struct pki_findings *);

/* What the findings that follow are about. */
void pki_about(struct pki_findings *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

void pki_find(struct pki_findings *, enum pki_code, enum pki_result,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* With a detail in both languages; zh may be NULL. */
void pki_find_both(struct pki_findings *, enum pki_code, enum pki_result,
    const char *detail, const char *zh);

/* PKI_HOLDS or PKI_FAILS; gives "holds" back. */
bool pki_check(struct pki_findings *, enum pki_code, bool holds,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* No SHALL fails, and nothing was left unreached or unjudged. */
bool pki_findings_conform(const struct pki_findings *);
size_t pki_findings_count(const struct pki_findings *, enum pki_result);

/* The first finding of this code with this result; NULL when there is none. */
const struct pki_finding *pki_findings_first(
    const struct pki_findings *, enum pki_code, enum pki_result);

/* Moves all that is in "from" to the end of "to"; from is empty then. */
void pki_findings_join(struct pki_findings *to, struct pki_findings *from);

#endif
