/* SPDX-License-Identifier: MIT */
#include "program/load_prepare_seal.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/client/wording.h"
#include "conformance/seal/ofd.h"
#include "fixtures/seal/blank.h"
#include "fixtures/seal/zip.h"
#include "lib/clock.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "lib/text.h"
#include "program/load_desk.h"

#define PIN "Fu-Zai-5518" /* of a seal that lasts as long as its load */

enum {
	/* so many pages with so long a line on each are 1 MiB */
	PAGES = 64,
	LINE = 15800,
	DOCUMENTS = 8,   /* of 1 MiB: in turn */
	SIGNATURES = 64, /* to be verified: in turn */
	DATA = 256,
	DAY_S = 86400,
	MOST = 8 << 20, /* octets of a document, in base64 too */
};

struct sealing {
	const struct profile *profile;
	struct load_desk holder;
	char *id;
	struct buf anchors,
	    issuers; /* the profile's, as the binding has them */
	struct buf *to;
	struct err *err;
};

/* ---- a seal ---- */

static bool
settle(struct sealing *s, const char *role, const char *operation)
{
	struct load_desk d;
	const bool ok =
	    load_desk_open(&d, s->profile, role, s->err) &&
	    load_desk_ask(&d, operation,
		(struct operation_value[]){ { "id", s->id }, { NULL, NULL } },
		s->err);

	load_desk_close(&d);
	return ok;
}

static bool
apply(struct sealing *s)
{
	struct wall from = clock_wall(), to = from;
	char start[CLOCK_TEXT], end[CLOCK_TEXT];
	struct buf image, text;
	bool ok;

	from.us -= from.us % 1000000;
	to.us = from.us + INT64_C(1000000) * DAY_S;
	wall_text(from, start);
	wall_text(to, end);
	buf_init(&image, MOST);
	buf_init(&text, MOST);
	mint_picture("load", &image);
	text_base64(buf_span(&image), &text);
	ok = load_desk_ask(&s->holder, "seal.apply",
	    (struct operation_value[]){ { "name", "验收负载测试专用章" },
		{ "format", "png" }, { "picture", buf_text(&text) },
		{ "width", "42" }, { "height", "42" }, { "start", start },
		{ "end", end }, { "pin", PIN }, { NULL, NULL } },
	    s->err);
	s->id = ok ? operation_text(&s->holder.answer, "id") : NULL;
	buf_free(&text);
	buf_free(&image);
	return s->id != NULL ||
	       (ok && err_set(s->err, ERR_PROTOCOL, "seal.apply: no id"));
}

/* Whom to trust is said with each question. */
static bool
read_trusted(struct sealing *s)
{
	const struct profile *p = s->profile;
	struct buf pem;
	bool ok = true;

	buf_init(&s->anchors, MOST);
	buf_init(&s->issuers, MOST);
	buf_init(&pem, MOST);
	for (size_t i = 0; ok && i < p->pki.n_anchors; i++)
		ok = files_read(p->pki.anchors[i], &pem, s->err);
	text_base64(buf_span(&pem), &s->anchors);
	buf_clear(&pem);
	if (ok && p->pki.issuers != NULL)
		ok = files_read(p->pki.issuers, &pem, s->err);
	text_base64(buf_span(&pem), &s->issuers);
	buf_free(&pem);
	return ok;
}

static bool
sealing_open(struct sealing *s, const struct load_making *m, struct buf *to)
{
	*s = (struct sealing){ .profile = m->profile, .to = to, .err = m->err };
	return read_trusted(s) &&
	       load_desk_open(&s->holder, m->profile, "alice", m->err) &&
	       apply(s) && settle(s, "registrar", "seal.approve") &&
	       settle(s, "issuer", "seal.make") &&
	       settle(s, "issuer", "seal.issue");
}

static bool
revoke(const struct profile *p, const char *id, struct err *err)
{
	struct load_desk d;
	const bool ok =
	    load_desk_open(&d, p, "alice", err) &&
	    load_desk_ask(&d, "seal.revoke",
		(struct operation_value[]){ { "id", id },
		    { "note", "the load is over" }, { NULL, NULL } },
		err);

	load_desk_close(&d);
	return ok;
}

/* Without rows there is nobody who would revoke it later. */
static bool
sealing_close(struct sealing *s, bool ok)
{
	struct err ignored;

	if (!ok && s->id != NULL)
		(void)revoke(s->profile, s->id, &ignored);
	load_desk_leave(&s->holder);
	buf_free(&s->anchors);
	buf_free(&s->issuers);
	free(s->id);
	return ok;
}

bool
load_prepare_seal_undo(
    const struct profile *p, const struct feeder *f, struct err *err)
{
	const int at = f == NULL ? -1 : feeder_column(f, SPAN("id"));
	char *id;
	bool ok;

	if (at < 0 || feeder_rows(f) == 0)
		return true;
	id = mem_text(feeder_value(f, 0, (size_t)at));
	ok = revoke(p, id, err);
	free(id);
	return ok;
}

/* ---- requests ---- */

static bool
add_request(struct sealing *s, const char *operation,
    const struct operation_value *values, bool first, char then)
{
	struct wording words = { .account = s->holder.account,
		.token = s->holder.token,
		.as = profile_operation(s->profile, operation),
		.values = values };

	return load_prepare_operation(&words,
	    profile_endpoint(s->profile, "seal"), first, then, s->to, s->err);
}

/* ---- documents ---- */

/* Letters by lot, of which packing leaves three quarters. */
static bool
add_line(struct buf *to, size_t n)
{
	unsigned char lots[48];
	struct buf text;
	bool ok = true;

	buf_init(&text, 2 * sizeof lots);
	for (size_t at = 0; ok && at < n; at += text.len) {
		buf_clear(&text);
		ok = RAND_bytes(lots, sizeof lots) == 1;
		text_base64(
		    (struct span){ (const char *)lots, sizeof lots }, &text);
		buf_add(to, span_take(buf_span(&text), n - at));
	}
	return ok;
}

static const struct operation_value *
place(struct operation_value to[8], const char *id, const char *document)
{
	memcpy(to,
	    ((struct operation_value[]){ { "id", id }, { "pin", PIN },
		{ "document", document }, { "page", "1" }, { "x", "120" },
		{ "y", "200" }, { "whole", "false" }, { NULL, NULL } }),
	    8 * sizeof to[0]);
	return to;
}

/* The line that is on each page goes to *line, the document to *text. */
static bool
make_document(size_t pages, size_t length, struct buf *line, struct buf *text)
{
	struct buf document;
	bool ok;

	buf_init(&document, MOST);
	ok = add_line(line, length);
	mint_document(buf_text(line), pages, &document);
	text_base64(buf_span(&document), text);
	ok = ok && !document.full && !text->full;
	buf_free(&document);
	return ok;
}

static bool
add_document(struct sealing *s, size_t pages, size_t length)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	struct operation_value values[8];
	struct buf line, text;
	unsigned n;
	bool ok;

	buf_init(&line, length + 1);
	buf_init(&text, MOST);
	ok = make_document(pages, length, &line, &text) &&
	     EVP_Digest(line.data, line.len, digest, &n, EVP_sm3(), NULL) == 1;
	if (ok) {
		load_prepare_cell(s->to, s->id, ',');
		text_base64((struct span){ (const char *)digest, n }, s->to);
		buf_addf(s->to, ",");
		ok = add_request(s, "document.seal",
		    place(values, s->id, buf_text(&text)), true, '\n');
	}
	buf_free(&text);
	buf_free(&line);
	return ok;
}

static bool
add_documents(const struct load_making *m, struct buf *to, size_t n,
    size_t pages, size_t length)
{
	struct sealing s;
	bool ok = sealing_open(&s, m, to);

	buf_addf(to, "id,digest:base64,type,headers,path,body\n");
	for (size_t i = 0; ok && i < n; i++)
		ok = add_document(&s, pages, length);
	return sealing_close(&s, ok);
}

bool
load_prepare_sealing(const struct load_making *m, struct buf *to)
{
	return add_documents(m, to, DOCUMENTS, PAGES, LINE);
}

bool
load_prepare_batch(const struct load_making *m, struct buf *to)
{
	return add_documents(m, to, m->rows, 2, DATA);
}

/* ---- documents to be checked ---- */

/* Its files in a package of ours, one letter of its first page another one. */
static bool
alter(struct span sealed, struct span line, struct buf *to)
{
	struct pki_findings ignored;
	struct mint_zip z;
	struct ofd o;
	bool altered = false;

	pki_findings_init(&ignored);
	mint_zip_init(&z);
	if (ofd_read(&o, sealed, &ignored))
		for (size_t i = 0; i < o.n_files; i++) {
			struct buf *file = &o.files[i].octets;
			char *at = altered ? NULL
					   : memmem(file->data, file->len,
						 line.ptr, line.len);

			if (at != NULL)
				at[0] = at[0] == 'A' ? 'B' : 'A';
			altered = altered || at != NULL;
			mint_zip_add(&z, o.files[i].name, buf_span(file));
		}
	ofd_free(&o);
	mint_zip_end(&z, to);
	pki_findings_free(&ignored);
	return altered;
}

static bool
add_check(struct sealing *s, struct span sealed, bool valid)
{
	struct buf text;
	bool ok;

	buf_init(&text, MOST);
	text_base64(sealed, &text);
	load_prepare_cell(s->to, s->id, ',');
	buf_addf(s->to, "%s,", valid ? "true" : "false");
	ok = add_request(s, "document.check",
	    (struct operation_value[]){ { "document", buf_text(&text) },
		{ "anchors", buf_text(&s->anchors) },
		{ "certificates", buf_text(&s->issuers) }, { "lists", "" },
		{ NULL, NULL } },
	    true, '\n');
	buf_free(&text);
	return ok;
}

/* One as the target has sealed it, and one that was altered since. */
static bool
add_checks(struct sealing *s)
{
	struct operation_value values[8];
	struct buf line, text, sealed, altered;
	bool ok;

	buf_init(&line, LINE + 1);
	buf_init(&text, MOST);
	buf_init(&sealed, MOST);
	buf_init(&altered, MOST);
	ok = make_document(PAGES, LINE, &line, &text) &&
	     load_desk_ask(&s->holder, "document.seal",
		 place(values, s->id, buf_text(&text)), s->err) &&
	     operation_octets(&s->holder.answer, "document", &sealed);
	if (ok)
		ok = alter(buf_span(&sealed), buf_span(&line), &altered) ||
		     err_set(s->err, ERR_PROTOCOL,
			 "document.seal gave no document that has our text");
	ok = ok && add_check(s, buf_span(&sealed), true) &&
	     add_check(s, buf_span(&altered), false);
	buf_free(&altered);
	buf_free(&sealed);
	buf_free(&text);
	buf_free(&line);
	return ok;
}

bool
load_prepare_checking(const struct load_making *m, struct buf *to)
{
	struct sealing s;
	bool ok = sealing_open(&s, m, to);

	buf_addf(to, "id,valid,type,headers,path,body\n");
	for (size_t i = 0; ok && i < DOCUMENTS / 2; i++)
		ok = add_checks(&s);
	return sealing_close(&s, ok);
}

/* ---- octets ---- */

struct signed_text {
	struct buf data, other, value; /* in base64; other: one bit differs */
};

static bool
sign_one(struct sealing *s, struct signed_text *t)
{
	unsigned char data[DATA];
	const struct span octets = { (const char *)data, sizeof data };
	struct buf value;
	bool ok = RAND_bytes(data, sizeof data) == 1;

	buf_init(&t->data, 2 * DATA);
	buf_init(&t->other, 2 * DATA);
	buf_init(&t->value, MOST);
	buf_init(&value, MOST);
	text_base64(octets, &t->data);
	data[0] ^= 1;
	text_base64(octets, &t->other);
	ok = ok &&
	     load_desk_ask(&s->holder, "document.sign",
		 (struct operation_value[]){ { "id", s->id }, { "pin", PIN },
		     { "data", buf_text(&t->data) }, { NULL, NULL } },
		 s->err) &&
	     operation_octets(&s->holder.answer, "signed", &value);
	text_base64(buf_span(&value), &t->value);
	buf_free(&value);
	return ok;
}

static bool
add_signature(struct sealing *s, const struct signed_text *t, bool valid)
{
	unsigned char data[DATA];
	struct buf text;
	bool ok = RAND_bytes(data, sizeof data) == 1;

	buf_init(&text, 2 * DATA);
	text_base64((struct span){ (const char *)data, sizeof data }, &text);
	load_prepare_cell(s->to, s->id, ',');
	buf_addf(s->to, "%s,%s,", buf_text(&text), valid ? "true" : "false");
	ok = ok &&
	     add_request(s, "document.sign",
		 (struct operation_value[]){ { "id", s->id }, { "pin", PIN },
		     { "data", buf_text(&text) }, { NULL, NULL } },
		 true, ',') &&
	     add_request(s, "document.verify",
		 (struct operation_value[]){
		     { "data", buf_text(valid ? &t->data : &t->other) },
		     { "signed", buf_text(&t->value) },
		     { "anchors", buf_text(&s->anchors) },
		     { "certificates", buf_text(&s->issuers) }, { "lists", "" },
		     { NULL, NULL } },
		 false, '\n');
	buf_free(&text);
	return ok;
}

bool
load_prepare_signing(const struct load_making *m, struct buf *to)
{
	struct signed_text *texts = mem_new(SIGNATURES, sizeof texts[0]);
	struct sealing s;
	bool ok = sealing_open(&s, m, to);

	buf_addf(to, "id,data:base64,valid,type,headers,sign-path,sign,"
		     "verify-path,verify\n");
	for (size_t i = 0; ok && i < SIGNATURES; i++)
		ok = sign_one(&s, &texts[i]);
	for (size_t i = 0; ok && i < m->rows; i++)
		ok = add_signature(&s, &texts[i / 2 % SIGNATURES], i % 2 == 0);
	for (size_t i = 0; i < SIGNATURES; i++) {
		buf_free(&texts[i].data);
		buf_free(&texts[i].other);
		buf_free(&texts[i].value);
	}
	free(texts);
	return sealing_close(&s, ok);
}
