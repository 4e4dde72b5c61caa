/* SPDX-License-Identifier: MIT */
#include "program/load_prepare.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/client/wording.h"
#include "lib/framing_ldap.h"
#include "lib/mem.h"
#include "program/load_prepare_crypto.h"
#include "program/load_prepare_issue.h"
#include "program/load_prepare_pki.h"
#include "program/load_prepare_records.h"
#include "program/load_prepare_seal.h"

#define REQUEST_MOST 65536 /* octets of a path, or of all headers */

void
load_prepare_cell(struct buf *to, const char *text, char then)
{
	buf_addf(to, "\"");
	for (; *text != '\0'; text++)
		buf_addf(to, "%s%c", *text == '"' ? "\"" : "", *text);
	buf_addf(to, "\"%c", then);
}

void
load_prepare_headers(const struct wording *words, struct buf *to)
{
	for (size_t i = 0; i < WORDING_HEADERS; i++)
		if (words->headers[i] != NULL)
			buf_addf(to, "%s\r\n", words->headers[i]);
}

const char *
load_prepare_path(const struct profile_endpoint *e)
{
	const char *path = e == NULL || e->path == NULL ? "/" : e->path;

	return path + (path[0] == '/');
}

static void
add_heading(const struct wording *words, struct buf *to)
{
	struct buf lines;

	buf_init(&lines, REQUEST_MOST);
	load_prepare_headers(words, &lines);
	load_prepare_cell(to, words->request.type, ',');
	load_prepare_cell(to, buf_text(&lines), ',');
	buf_free(&lines);
}

bool
load_prepare_operation(struct wording *words, const struct profile_endpoint *e,
    bool first, char then, struct buf *to, struct err *err)
{
	const bool ok = wording_make(words, err);
	struct buf whole;
	const char *path;

	buf_init(&whole, REQUEST_MOST);
	if (ok && first)
		add_heading(words, to);
	if (ok) {
		if (e->path != NULL && strcmp(e->path, "/") != 0)
			buf_addf(&whole, "%s", e->path);
		buf_addf(&whole, "%s", words->path);
		path = buf_text(&whole);
		load_prepare_cell(to, path + (path[0] == '/'), ',');
		load_prepare_cell(to, words->body, then);
	}
	buf_free(&whole);
	wording_free(words);
	return ok;
}

/* ---- the directory ---- */

/* As lines of lib/framing_ldap.h have it, without the quotation marks. */
static void
add_line_text(struct buf *to, struct span s)
{
	for (; s.len > 0; s = span_skip(s, 1)) {
		const unsigned char c = (unsigned char)s.ptr[0];

		if (c < ' ' || c == 0x7f || strchr("\"\\()*", c) != NULL)
			buf_addf(to, "\\%02x", c);
		else
			buf_add(to, span_take(s, 1));
	}
}

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* Who has an address in Chinese has another one in the directory. */
static bool
make_directory(const struct load_making *m, struct buf *to)
{
	const struct profile *p = m->profile;
	struct buf name, dn, mail;

	buf_init(&name, 4096);
	buf_init(&dn, 16384);
	buf_init(&mail, 4096);
	buf_addf(to, "base,dn,mail\n");
	for (size_t i = 0; i < p->n_accounts; i++) {
		const struct profile_account *a = &p->accounts[i];

		if (a->dn == NULL || !is_ascii(a->address))
			continue;
		buf_clear(&name);
		buf_clear(&dn);
		buf_clear(&mail);
		ldap_name(span_of(a->dn), &name);
		add_line_text(&dn, buf_span(&name));
		add_line_text(&mail, span_of(a->address));
		load_prepare_cell(to,
		    p->directory.people != NULL ? p->directory.people
						: p->directory.base,
		    ',');
		load_prepare_cell(to, buf_text(&dn), ',');
		load_prepare_cell(to, buf_text(&mail), '\n');
	}
	buf_free(&name);
	buf_free(&dn);
	buf_free(&mail);
	return true;
}

/* ---- all of them ---- */

static const struct {
	bool (*make)(const struct load_making *, struct buf *to);
	bool pki;
} makers[PREPARED_KINDS] = {
	[PREPARED_OCSP] = { load_prepare_ocsp, true },
	[PREPARED_CRL] = { load_prepare_crl, true },
	[PREPARED_DIRECTORY] = { make_directory, false },
	[PREPARED_CRYPTO] = { load_prepare_crypto, false },
	[PREPARED_ISSUE] = { load_prepare_issue, true },
	[PREPARED_RECORDS] = { load_prepare_records, true },
	[PREPARED_SEALING] = { load_prepare_sealing, false },
	[PREPARED_BATCH] = { load_prepare_batch, false },
	[PREPARED_CHECKING] = { load_prepare_checking, false },
	[PREPARED_SIGNING] = { load_prepare_signing, false },
};

static bool
make(const struct scenario *s, const struct profile *p, size_t rows,
    struct feeder **feeder, struct buf *made, struct err *err)
{
	const enum prepared_kind kind = s->prepared->kind;
	struct load_pki pki = { 0 };
	struct err why = { .kind = ERR_NONE };
	const struct load_making making = { &pki, p, rows, s->seed, &why };
	struct buf text;
	bool ok = !makers[kind].pki || load_pki_read(&pki, p, err);

	if (!ok)
		return false;
	buf_init(&text, LOAD_FEED_MOST);
	ok = (makers[kind].make(&making, &text) && !text.full) ||
	     err_set(err, ERR_CONFIG, "%s: prepare: no rows could be made",
		 s->path);
	if (why.kind != ERR_NONE)
		*err = why;
	if (ok)
		*feeder = feeder_parse("feed.csv", buf_span(&text), err);
	if (ok && made != NULL && !s->prepared->secret)
		buf_add(made, buf_span(&text));
	buf_free(&text);
	load_pki_free(&pki);
	return *feeder != NULL;
}

/* How many rows: as many as arrive, where each has one of its own. */
static bool
rows_of(const struct scenario *s, size_t *rows, struct err *err)
{
	struct load_plan plan;

	*rows = 1;
	if (!s->prepared->each)
		return true;
	if (!arrival_plan(&plan, s, 1, err))
		return false;
	*rows = plan.n < PREPARED_ROWS ? plan.n : PREPARED_ROWS;
	arrival_free(&plan);
	return true;
}

bool
load_prepare(const struct scenario *s, const struct profile *p,
    struct feeder **feeder, struct load_plan *plan, struct buf *made,
    struct err *err)
{
	size_t rows = 0;
	bool ok = true;

	*feeder = NULL;
	*plan = (struct load_plan){ 0 };
	/* to be shown alone; nobody is asked anything for that */
	if (s->prepared != NULL &&
	    (!s->prepared->can(p) || (s->prepared->asks && made == NULL)))
		return arrival_plan(plan, s, 1, err);
	if (s->prepared != NULL)
		ok = rows_of(s, &rows, err) &&
		     make(s, p, rows, feeder, made, err);
	else if (s->feed != NULL)
		ok = (*feeder = feeder_open(s->feed, err)) != NULL;
	ok = ok && arrival_plan(plan, s,
		       *feeder == NULL ? 0 : feeder_rows(*feeder), err);
	if (!ok) {
		feeder_close(*feeder);
		*feeder = NULL;
	}
	return ok;
}

bool
load_prepare_undo(const struct scenario *s, const struct profile *p,
    const struct feeder *f, struct err *err)
{
	return s->prepared == NULL || !s->prepared->asks ||
	       load_prepare_seal_undo(p, f, err);
}
