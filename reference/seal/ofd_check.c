/* SPDX-License-Identifier: MIT */
/* Sealed documents, checked. */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "lib/mem.h"
#include "lib/text.h"
#include "reference/seal/book.h"
#include "reference/seal/flaw.h"
#include "reference/seal/ofd.h"
#include "reference/seal/ses.h"

#define OID_SM3 "1.2.156.10197.1.401"

/* ---- one seal ---- */

static bool
refuse(struct seal_answer *a, enum seal_why why)
{
	a->why = why;
	snprintf(a->note, SEAL_NOTE, "%s", seal_reason_text(why));
	return false;
}

/* What its own file says, as far as it can be followed. */
static bool
check_form(
    const struct book *b, const struct book_sign *s, struct seal_answer *a)
{
	const bool by_seal = s->type == NULL || strcmp(s->type, "Seal") == 0;

	if (s->xml == NULL || pack_find(&b->pack, s->xml) == NULL)
		return refuse(a, WHY_DOCUMENT);
	if (s->doc == NULL)
		return refuse(a, WHY_XML);
	if (!by_seal || s->value == NULL ||
	    pack_find(&b->pack, s->value) == NULL)
		return refuse(a, WHY_DOCUMENT);
	return true;
}

static bool
is_sm3(const char *method)
{
	return method != NULL &&
	       (strcasecmp(method, "SM3") == 0 || strcmp(method, OID_SM3) == 0);
}

static bool
check_reference(
    const struct book *b, const struct book_sign *s, const xmlNode *r)
{
	char *name = book_reference(s, r);
	char *said = pack_text(pack_within(r, "CheckValue"));
	const struct pack_file *f =
	    name == NULL ? NULL : pack_find(&b->pack, name);
	unsigned char digest[SEAL_DIGEST];
	struct buf octets;
	bool same = false;

	buf_init(&octets, 256);
	if (f != NULL && said != NULL &&
	    text_unbase64(span_of(said), &octets)) {
		seal_digest(buf_span(&f->octets), digest);
		same = span_eq(buf_span(&octets),
		    (struct span){ (const char *)digest, sizeof digest });
	}
	buf_free(&octets);
	free(said);
	free(name);
	return same;
}

/* MD5 is what counts where nothing is said (GB/T 33190-2016 18). */
static bool
check_references(
    const struct book *b, const struct book_sign *s, struct seal_answer *a)
{
	const xmlNode *all = book_signed(s, "References");
	const xmlNode *r = pack_within(all, "Reference");
	char *method = pack_attribute(all, "CheckMethod");
	const bool known = is_sm3(method);
	size_t n = 0;

	free(method);
	if (all == NULL)
		return refuse(a, WHY_DOCUMENT);
	if (!known)
		return refuse(a, WHY_METHOD);
	for (; r != NULL; r = pack_beside(r, "Reference"))
		if (n++ > 2 * PACK_FILES || !check_reference(b, s, r))
			return refuse(a, WHY_REFERENCE);
	return true;
}

/* Both are read already; Seal.esl may be missing only when none is named. */
static bool
check_inside(const struct book *b, const struct book_sign *s,
    struct ses_signature *value, struct seal_answer *a)
{
	struct span property = ses_octets(value->tbs->property);
	const struct pack_file *beside =
	    s->seal == NULL ? NULL : pack_find(&b->pack, s->seal);
	struct buf within;
	bool same;

	if (span_starts(property, SPAN("/")))
		property = span_skip(property, 1);
	if (property.len > 0 && !span_eq(property, span_of(s->xml)))
		return refuse(a, WHY_PROPERTY);
	if (book_signed(s, "Seal") == NULL)
		return true;
	buf_init(&within, SES_MOST);
	same = beside != NULL && ses_seal_write(value->tbs->seal, &within) &&
	       span_eq(buf_span(&within), buf_span(&beside->octets));
	buf_free(&within);
	return same || refuse(a, WHY_SEAL_FILE);
}

/* ---- what is odd, though nothing was altered ---- */

/* Whether it makes the document invalid is a matter of policy. */
static bool
is_remarked(
    const struct seal_question *ask, struct seal_answer *a, enum seal_why why)
{
	if (ask->variant != VARIANT_OFD_REMARKS)
		return refuse(a, why);
	snprintf(a->note, SEAL_NOTE, "%s", seal_reason_text(why));
	return true;
}

/* It may be left out; what was signed with is SM2 with SM3 by now. */
static bool
check_algorithm(const struct book_sign *s, const struct seal_question *ask,
    struct seal_answer *a)
{
	char *method = pack_text(book_signed(s, "SignatureMethod"));
	const bool same =
	    method == NULL || strcmp(method, SES_SM2_WITH_SM3) == 0;

	free(method);
	return same || is_remarked(ask, a, WHY_SIGNATURE_METHOD);
}

static bool
has_size(const xmlNode *mark)
{
	char *text = pack_attribute(mark, "Boundary");
	double box[4];
	const bool ok =
	    text != NULL && book_box(text, box) && box[2] > 0 && box[3] > 0;

	free(text);
	return ok;
}

static bool
is_on(const xmlNode *mark, xmlHashTable *pages)
{
	char *id = pack_attribute(mark, "PageRef");
	const bool is =
	    id != NULL && xmlHashLookup(pages, (const xmlChar *)id) != NULL;

	free(id);
	return is;
}

/* A seal that nobody is to see has no mark. */
static bool
check_marks(const struct book *b, const struct book_sign *s,
    const struct seal_question *ask, struct seal_answer *a)
{
	const xmlNode *mark = book_signed(s, "StampAnnot");
	xmlHashTable *pages = mark == NULL ? NULL : book_pages(b, s);
	bool on = true, wide = true;

	if (mark != NULL && pages == NULL)
		return refuse(a, WHY_DOCUMENT);
	for (; mark != NULL; mark = pack_beside(mark, "StampAnnot")) {
		on = on && is_on(mark, pages);
		wide = wide && has_size(mark);
	}
	xmlHashFree(pages, NULL);
	return (on || is_remarked(ask, a, WHY_PAGE)) &&
	       (wide || is_remarked(ask, a, WHY_BOUNDARY));
}

/* ---- one seal, whole ---- */

static bool
check_sign(const struct book *b, const struct book_sign *s,
    const struct seal_question *ask, struct seal_answer *a)
{
	struct ses_signature *value;
	struct span octets;
	enum ses_bad bad;
	bool ok;

	if (!check_form(b, s, a))
		return false;
	octets = buf_span(&pack_find(&b->pack, s->value)->octets);
	seal_check_signed(
	    buf_span(&pack_find(&b->pack, s->xml)->octets), octets, ask, a);
	if (a->why != WHY_FINE)
		return false;
	value = ses_signature_read(octets, &bad);
	ok = check_references(b, s, a) &&
	     (value == NULL || check_inside(b, s, value, a)) &&
	     check_algorithm(s, ask, a) && check_marks(b, s, ask, a);
	ses_signature_free(value);
	return ok;
}

/* ---- all of them ---- */

static void
mark(const struct book *b, const char *name, bool *covered)
{
	const struct pack_file *f =
	    name == NULL ? NULL : pack_find(&b->pack, name);

	if (f != NULL)
		covered[f - b->pack.files] = true;
}

/* A signature's own files cannot be within what it signs. */
static void
mark_sign(const struct book *b, const struct book_sign *s, bool *covered)
{
	const xmlNode *r =
	    pack_within(book_signed(s, "References"), "Reference");
	char *name;

	mark(b, s->list, covered);
	mark(b, s->xml, covered);
	mark(b, s->value, covered);
	for (; r != NULL; r = pack_beside(r, "Reference")) {
		name = book_reference(s, r);
		mark(b, name, covered);
		free(name);
	}
}

static bool
check_covered(const struct book *b, const struct seal_question *ask,
    struct seal_answer *a)
{
	bool *covered = mem_new(b->pack.n + 1, sizeof covered[0]);
	size_t n = 0;

	for (size_t i = 0; i < b->n_signs; i++)
		mark_sign(b, &b->signs[i], covered);
	while (n < b->pack.n && covered[n])
		n++;
	free(covered);
	return n == b->pack.n || is_remarked(ask, a, WHY_UNCOVERED);
}

/* Which of several it is. */
static void
say_which(const struct book *b, size_t i, struct seal_answer *a)
{
	char note[SEAL_NOTE];

	if (b->n_signs < 2 || a->note[0] == '\0')
		return;
	snprintf(note, sizeof note, "seal %zu: %.*s", i + 1, SEAL_NOTE - 32,
	    a->note);
	memcpy(a->note, note, sizeof note);
}

static void
check_all(const struct book *b, const struct seal_question *ask,
    struct seal_answer *a)
{
	struct seal_answer one;

	for (size_t i = 0; i < b->n_signs; i++) {
		one = (struct seal_answer){ .why = WHY_FINE };
		check_sign(b, &b->signs[i], ask, &one);
		say_which(b, i, &one);
		if (one.why != WHY_FINE || a->note[0] == '\0')
			*a = one;
		if (one.why != WHY_FINE)
			return;
	}
	if (check_covered(b, ask, a) && b->pack.stray)
		(void)is_remarked(ask, a, WHY_OCTETS);
}

void
ofd_check(struct span document, const struct seal_question *ask,
    struct seal_answer *a, size_t *n)
{
	struct book b;
	struct err err;
	enum seal_why why = book_read(&b, document, &err);

	*a = (struct seal_answer){ .why = WHY_FINE };
	if (why != WHY_FINE) {
		a->why = why;
		snprintf(a->note, SEAL_NOTE, "%.180s: %.180s",
		    seal_reason_text(why), err.what);
	} else if (b.pack.stray && ask->variant != VARIANT_OFD_REMARKS) {
		/* another reader may see another document */
		refuse(a, WHY_OCTETS);
	} else if (b.n_signs == 0) {
		refuse(a, WHY_UNSEALED);
	} else {
		check_all(&b, ask, a);
	}
	flaw_ofd_found(ask->fault, ask->now, b.n_signs, a);
	if (n != NULL)
		*n = b.n_signs;
	book_free(&b);
}
