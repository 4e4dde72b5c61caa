/* SPDX-License-Identifier: MIT */
#include "conformance/cases/eseal/vectors.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/cases/packed.h"
#include "lib/mem.h"
#include "lib/text.h"

#define FILED "sets.tsv"

enum { LIST_MOST = 1 << 16, OCTETS_MOST = 1 << 22 };

/* ---- which ---- */

const struct vectors_family *
vectors_family(struct trial *t, const struct vectors_family *f)
{
	for (; f->id != NULL; f++)
		if (strcmp(f->id, trial_case(t)->id) == 0)
			return f;
	(void)trial_sane(t, false, "no vectors are known that it asks about");
	return NULL;
}

/* Is it one of the words? */
static bool
among(struct span word, const char *words)
{
	struct span rest = span_of(words);

	while (rest.len > 0)
		if (span_eq(span_cut(&rest, ' '), word))
			return true;
	return false;
}

/* A seal that is broken as a file is never within what was sealed. */
bool
vectors_member(const struct vectors_family *f, const struct mint_seal_row *r)
{
	struct span codes = span_of(r->code);

	if (strcmp(r->where, "e") == 0)
		return false;
	return among(span_of(r->name), f->names) ||
	       (codes.len > 0 && among(span_cut(&codes, ' '), f->codes));
}

const struct mint_seal_row *
vectors_row(const char *name)
{
	for (size_t i = 0; i < mint_n_seal_rows; i++)
		if (strcmp(mint_seal_rows[i].name, name) == 0)
			return &mint_seal_rows[i];
	return NULL;
}

/* ---- asking ---- */

/* What is no certificate is not handed over as one: it is in the seal. */
void
vectors_trust(struct trust_words *v, const struct mint_seal_set *s)
{
	struct buf certs[MINT_CHAIN_MOST];
	struct pki_certificate c;
	size_t n = 0;

	for (size_t i = 0; i < s->pki.n_certs; i++)
		if (certificate_read(&c, buf_span(&s->pki.certs[i]), NULL))
			certs[n++] = s->pki.certs[i];
	v->anchors = packed("CERTIFICATE", &s->pki.root, 1);
	v->certificates = packed("CERTIFICATE", certs, n);
	v->lists = packed("X509 CRL", s->pki.crls, s->pki.n_crls);
}

bool
vectors_verify(struct desk *d, const char *name, const struct trust_words *v,
    struct span data, struct span signed_value)
{
	struct buf text[2];

	buf_init(&text[0], OCTETS_MOST);
	buf_init(&text[1], OCTETS_MOST);
	text_base64(data, &text[0]);
	text_base64(signed_value, &text[1]);
	operation_call(d, name, "document.verify",
	    (struct operation_value[]){ { "data", buf_text(&text[0]) },
		{ "signed", buf_text(&text[1]) }, { "anchors", v->anchors },
		{ "certificates", v->certificates }, { "lists", v->lists },
		{ NULL, NULL } });
	buf_free(&text[1]);
	buf_free(&text[0]);
	return desk_answer(d)->end != OPERATION_UNHEARD;
}

bool
vectors_check(struct desk *d, const char *name, const struct trust_words *v,
    struct span document)
{
	struct buf text;

	buf_init(&text, OCTETS_MOST);
	text_base64(document, &text);
	operation_call(d, name, "document.check",
	    (struct operation_value[]){ { "document", buf_text(&text) },
		{ "anchors", v->anchors }, { "certificates", v->certificates },
		{ "lists", v->lists }, { NULL, NULL } });
	buf_free(&text);
	return desk_answer(d)->end != OPERATION_UNHEARD;
}

/* False: nothing was heard, and nothing need be asked any more. */
static bool
ask(struct trial *t, struct desk *d, struct mint_ring *ring,
    const struct mint_seal_row *r, const char *name, struct buf *list)
{
	struct trust_words trust;
	struct mint_seal_set set;
	struct err err;
	bool heard;

	if (!trial_sane(t,
		mint_seal_set_make(&set, r, ring, clock_wall(), &err), "%s",
		err.what))
		return false;
	vectors_trust(&trust, &set);
	heard = strcmp(r->where, "o") == 0
		    ? vectors_check(d, name, &trust, buf_span(&set.ofd))
		    : vectors_verify(d, name, &trust, set.data,
			  buf_span(&set.signed_value));
	buf_addf(list, "%s\t%s\t%s\n", name,
	    r->code[0] == '\0' ? "true" : "false", r->what);
	trust_words_free(&trust);
	mint_seal_set_free(&set);
	return heard;
}

/* What is right needs nothing right beside it. */
static bool
is_of_wrong(const struct vectors_family *f)
{
	struct span names = span_of(f->names);
	char *first = mem_text(span_cut(&names, ' '));
	const struct mint_seal_row *r = vectors_row(first);

	free(first);
	return r == NULL || r->code[0] != '\0';
}

static bool
collect(struct trial *t, const struct vectors_family *f, const char *right,
    bool packages)
{
	struct desk *d = desk_open(t, "alice");
	struct mint_ring ring;
	struct buf list;
	bool heard;

	buf_init(&list, LIST_MOST);
	mint_ring_init(&ring, MINT_SM2);
	heard = f != NULL &&
		(!is_of_wrong(f) || ask(t, d, &ring, vectors_row(right),
					VECTORS_CONTROL, &list));
	for (size_t i = 0; heard && i < mint_n_seal_rows; i++) {
		const struct mint_seal_row *r = &mint_seal_rows[i];

		if ((strcmp(r->where, "o") == 0) == packages &&
		    vectors_member(f, r))
			heard = ask(t, d, &ring, r, r->name, &list);
	}
	if (heard && f != NULL && f->again != NULL)
		(void)ask(t, d, &ring, vectors_row(f->again), "again", &list);
	if (heard && is_of_wrong(f))
		(void)ask(t, d, &ring, vectors_row(right),
		    VECTORS_CONTROL "-after", &list);
	trial_file(t, FILED, buf_span(&list));
	mint_ring_free(&ring);
	buf_free(&list);
	desk_close(d);
	return true;
}

bool
vectors_collect(struct trial *t, const struct vectors_family *f)
{
	return collect(t, f, "valid", false);
}

bool
vectors_collect_ofd(struct trial *t, const struct vectors_family *f)
{
	return collect(t, f, "ofd", true);
}

/* ---- judge ---- */

void
vectors_hear(struct trial *t, const char *name, const char *operation,
    struct vectors_said *s)
{
	struct operation_answer a;
	char *valid = NULL;

	*s = (struct vectors_said){ .heard = false };
	if (operation_heard(t, name, operation, &a)) {
		valid = operation_text(&a, "valid");
		s->code = operation_text(&a, "code");
		s->note = operation_text(&a, "note");
	}
	s->refused = a.end == OPERATION_REFUSED;
	s->heard = s->refused || valid != NULL;
	s->valid = valid != NULL && strcmp(valid, "true") == 0;
	snprintf(s->why, sizeof s->why, "%s",
	    a.end == OPERATION_DONE ? "it does not say \"valid\"" : a.why);
	operation_free(&a);
	free(valid);
}

void
vectors_said_free(struct vectors_said *s)
{
	free(s->code);
	free(s->note);
}

bool
vectors_need(struct trial *t, const char *name, const char *operation,
    struct vectors_said *s)
{
	vectors_hear(t, name, operation, s);
	return trial_need(t, s->heard, "%s: %s", name, s->why);
}

/* A line of what was filed. */
struct line {
	char *name;
	bool right;
	struct span what;
};

typedef void claim_line(
    struct trial *, const struct line *, const struct vectors_said *);

static void
claim_valid(struct trial *t, const struct line *l, const struct vectors_said *s)
{
	trial_claim(t, trial_case(t)->clause, s->valid == l->right,
	    l->right ? "valid" : "not valid", "%s: %.*s: %s", l->name,
	    SPAN_FMT(l->what),
	    s->valid     ? "valid"
	    : s->refused ? s->why
			 : "not valid");
}

static bool
judge_one(
    struct trial *t, const char *operation, struct span line, claim_line *claim)
{
	struct line l = { .name = mem_text(span_cut(&line, '\t')) };
	const bool control =
	    span_starts(span_of(l.name), SPAN(VECTORS_CONTROL));
	struct vectors_said s;
	bool goes_on = vectors_need(t, l.name, operation, &s);

	l.right = span_eq(span_cut(&line, '\t'), SPAN("true"));
	l.what = line;
	if (goes_on && control)
		goes_on =
		    trial_need(t, s.valid, "what is right is refused, too: %s",
			s.refused        ? s.why
			: s.code == NULL ? ""
					 : s.code);
	else if (goes_on)
		claim(t, &l, &s);
	vectors_said_free(&s);
	free(l.name);
	return goes_on;
}

static void
judge_lines(struct trial *t, const char *operation, claim_line *claim)
{
	const struct buf *filed = trial_content(t, FILED);
	struct span rest = filed == NULL ? SPAN("") : buf_span(filed);
	size_t n = 0;
	bool goes_on = true;

	while (goes_on && rest.len > 0) {
		goes_on = judge_one(t, operation, span_cut(&rest, '\n'), claim);
		n++;
	}
	trial_sane(t, !goes_on || n > 0, "no vectors were filed");
}

void
vectors_judge(struct trial *t, const char *operation)
{
	judge_lines(t, operation, claim_valid);
}

/* ---- what is told of the document, or makes it invalid ---- */

/* The next octet that is no digit: numbers and times are never the same. */
static const char *
next_word(const char *text)
{
	return text + strspn(text, "0123456789");
}

static bool
says_the_same(const char *a, const char *b)
{
	a = next_word(a == NULL ? "" : a);
	b = next_word(b == NULL ? "" : b);
	while (*a != '\0' && *a == *b) {
		a = next_word(a + 1);
		b = next_word(b + 1);
	}
	return *a == *b;
}

/* A note that is another one each time tells nothing. */
static void
claim_told(struct trial *t, const struct line *l, const struct vectors_said *s)
{
	struct vectors_said control, after;
	bool note, code, told;

	vectors_hear(t, VECTORS_CONTROL, "document.check", &control);
	vectors_hear(t, VECTORS_CONTROL "-after", "document.check", &after);
	note = says_the_same(control.note, after.note);
	code = says_the_same(control.code, after.code);
	told = !s->valid || (note && !says_the_same(s->note, control.note)) ||
	       (code && !says_the_same(s->code, control.code));
	if (trial_need(t, told || (note && code),
		"%s: valid, and what is right has another note or code each "
		"time",
		l->name))
		trial_claim(t, trial_case(t)->clause, told,
		    "not valid, or said in a note",
		    "%s: %.*s: valid, as if nothing were there", l->name,
		    SPAN_FMT(l->what));
	vectors_said_free(&after);
	vectors_said_free(&control);
}

void
vectors_judge_told(struct trial *t)
{
	judge_lines(t, "document.check", claim_told);
}
