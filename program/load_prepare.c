/* SPDX-License-Identifier: MIT */
#include "program/load_prepare.h"

#include <stdlib.h>
#include <string.h>

#include "lib/framing_ldap.h"
#include "lib/mem.h"
#include "program/load_prepare_pki.h"

void
load_prepare_cell(struct buf *to, const char *text, char then)
{
	buf_addf(to, "\"");
	for (; *text != '\0'; text++)
		buf_addf(to, "%s%c", *text == '"' ? "\"" : "", *text);
	buf_addf(to, "\"%c", then);
}

/* ---- the directory ---- */

/* As entries are heard: lib/framing_ldap.h. */
static bool
make_directory(const struct load_pki *none, const struct profile *p,
    size_t rows, struct buf *to)
{
	struct buf dn;

	(void)none;
	(void)rows;
	buf_init(&dn, 4096);
	buf_addf(to, "base,dn,mail\n");
	for (size_t i = 0; i < p->n_accounts; i++) {
		const struct profile_account *a = &p->accounts[i];

		if (a->dn == NULL)
			continue;
		buf_clear(&dn);
		ldap_name(span_of(a->dn), &dn);
		load_prepare_cell(to,
		    p->directory.people != NULL ? p->directory.people
						: p->directory.base,
		    ',');
		load_prepare_cell(to, buf_text(&dn), ',');
		load_prepare_cell(to, a->address, '\n');
	}
	buf_free(&dn);
	return true;
}

/* ---- all of them ---- */

static const struct {
	bool (*make)(const struct load_pki *, const struct profile *,
	    size_t rows, struct buf *to);
	bool pki;
} makers[PREPARED_KINDS] = {
	[PREPARED_OCSP] = { load_prepare_ocsp, true },
	[PREPARED_CRL] = { load_prepare_crl, true },
	[PREPARED_DIRECTORY] = { make_directory, false },
};

static bool
make(const struct scenario *s, const struct profile *p, size_t rows,
    struct feeder **feeder, struct buf *made, struct err *err)
{
	const enum prepared_kind kind = s->prepared->kind;
	struct load_pki pki = { 0 };
	struct buf text;
	bool ok = !makers[kind].pki || load_pki_read(&pki, p, err);

	if (!ok)
		return false;
	buf_init(&text, LOAD_FEED_MOST);
	ok = (makers[kind].make(&pki, p, rows, &text) && !text.full) ||
	     err_set(err, ERR_CONFIG, "%s: prepare: no rows could be made",
		 s->path);
	if (ok)
		*feeder = feeder_parse("feed.csv", buf_span(&text), err);
	if (ok && made != NULL)
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
	if (s->prepared != NULL && !s->prepared->can(p))
		return arrival_plan(plan, s, 1, err); /* to be shown alone */
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
