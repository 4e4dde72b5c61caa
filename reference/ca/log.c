/* SPDX-License-Identifier: MIT */
#include "reference/ca/log.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include <jansson.h>
#include <openssl/evp.h>

enum { CHAIN_OCTETS = 32, TEXT_MOST = 4096 };

static void
chain_of(struct span before, struct span text, struct buf *to)
{
	static const char nothing[CHAIN_OCTETS];
	unsigned char digest[CHAIN_OCTETS];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (before.len == 0)
		before = (struct span){ nothing, sizeof nothing };
	EVP_DigestInit_ex(ctx, EVP_sm3(), NULL);
	EVP_DigestUpdate(ctx, before.ptr, before.len);
	EVP_DigestUpdate(ctx, text.ptr, text.len);
	EVP_DigestFinal_ex(ctx, digest, NULL);
	EVP_MD_CTX_free(ctx);
	buf_add(to, (struct span){ (const char *)digest, sizeof digest });
}

static void
text_of(int64_t number, struct wall now, const struct ca_log_entry *e,
    struct buf *to)
{
	char when[CLOCK_TEXT];
	json_t *o;
	char *text;

	wall_text(now, when);
	o = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s}", "number",
	    (json_int_t)number, "time", when, "who", e->who, "what", e->what,
	    "about", e->about, "detail", e->detail);
	text = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER);
	buf_add(to, text == NULL ? SPAN("{}") : span_of(text));
	free(text);
	json_decref(o);
}

void
ca_log_chain(EVP_PKEY *key, int64_t number, struct span before,
    struct span text, struct ca_log_record *r)
{
	buf_init(&r->text, TEXT_MOST);
	buf_init(&r->chain, CHAIN_OCTETS);
	buf_init(&r->signature, 256);
	buf_add(&r->text, text);
	chain_of(before, text, &r->chain);
	ca_sign(key, buf_span(&r->chain), &r->signature);
	r->record = (struct store_ca_record){ number, buf_span(&r->text),
		buf_span(&r->chain), buf_span(&r->signature) };
}

void
ca_log_begin(struct ca *ca, struct wall now, const struct ca_log_entry *e,
    struct ca_log_record *r)
{
	struct buf before, text;
	int64_t number;

	buf_init(&before, CHAIN_OCTETS);
	buf_init(&text, TEXT_MOST);
	number = store_ca_last(ca->store, &before) + 1;
	text_of(number, now, e, &text);
	ca_log_chain(
	    ca->log_key, number, buf_span(&before), buf_span(&text), r);
	buf_free(&before);
	buf_free(&text);
}

void
ca_log_end(struct ca_log_record *r)
{
	buf_free(&r->text);
	buf_free(&r->chain);
	buf_free(&r->signature);
}

bool
ca_log_follows(
    EVP_PKEY *key, const struct store_ca_record *r, struct buf *before)
{
	struct buf chain;
	bool ok;

	buf_init(&chain, CHAIN_OCTETS);
	chain_of(buf_span(before), r->text, &chain);
	ok = span_eq(buf_span(&chain), r->chain) &&
	     ca_verify(key, r->chain, r->signature);
	buf_clear(before);
	buf_add(before, r->chain);
	buf_free(&chain);
	return ok;
}

bool
ca_log_holds(struct ca *ca, int64_t *bad, struct err *err)
{
	struct store_ca_record r;
	struct buf before, hold;
	int64_t last;
	bool ok = true;

	buf_init(&before, CHAIN_OCTETS);
	buf_init(&hold, 1 << 16);
	last = store_ca_last(ca->store, &before);
	buf_clear(&before);
	for (*bad = 1; ok && *bad <= last; *bad += ok)
		ok = store_ca_record(ca->store, *bad, &r, &hold) &&
		     ca_log_follows(ca->log_key, &r, &before);
	if (!ok)
		err_set(err, ERR_FORGED,
		    "record %" PRId64 " of the log does not follow", *bad);
	buf_free(&before);
	buf_free(&hold);
	return ok;
}
