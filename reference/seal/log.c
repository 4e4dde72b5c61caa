/* SPDX-License-Identifier: MIT */
/*
 * The log of seals and their use: one record a change, a use, or a refusal.
 * Chain and signature are those that were kept: a record that was changed
 * does not fit them.
 *
 *	{"number":7,"time":"2026-11-22T01:26:54.123456Z","who":"alice",
 *	 "what":"document.sign","about":"0f3c...","digest":"Zk...",
 *	 "result":"done","detail":""}
 */
#include <inttypes.h>
#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "lib/json.h"
#include "reference/ca/log.h"
#include "reference/seal/inner.h"

enum { RECORDS_MOST = 1000, RECORDS_FEW = 10, TEXT_MOST = 4096 };

/* ---- written ---- */

static void
text_of(
    int64_t number, struct wall now, const struct desk_entry *e, struct buf *to)
{
	char when[CLOCK_TEXT], *text;
	json_t *o;

	wall_text(now, when);
	o = json_pack("{s:I, s:s, s:s, s:s, s:s, s:o, s:s, s:o}", "number",
	    (json_int_t)number, "time", when, "who", e->who, "what", e->what,
	    "about", e->about, "digest", bound_base64(e->digest), "result",
	    e->done ? "done" : "refused", "detail", json_clean(e->detail, 512));
	text = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER);
	buf_add(to, text == NULL ? SPAN("{}") : span_of(text));
	free(text);
	json_decref(o);
}

void
desk_record(struct seal_service *s, struct wall now, const struct desk_entry *e)
{
	struct ca_log_record record;
	struct buf before, text;
	int64_t number;

	buf_init(&before, SEAL_DIGEST);
	buf_init(&text, TEXT_MOST);
	number = store_seal_last(s->store, &before) + 1;
	text_of(number, now, e, &text);
	ca_log_chain(
	    s->clerk.key, number, buf_span(&before), buf_span(&text), &record);
	store_seal_log(s->store, &record.record);
	ca_log_end(&record);
	buf_free(&before);
	buf_free(&text);
}

bool
seal_log_holds(struct seal_service *s, int64_t *bad, struct err *err)
{
	struct store_ca_record r;
	struct buf before, hold;
	int64_t last;
	bool ok = true;

	buf_init(&before, SEAL_DIGEST);
	buf_init(&hold, RA_DER_MOST);
	last = store_seal_last(s->store, &before);
	buf_clear(&before);
	for (*bad = 1; ok && *bad <= last; *bad += ok)
		ok = store_seal_record(s->store, *bad, &r, &hold) &&
		     ca_log_follows(s->clerk.key, &r, &before);
	if (!ok)
		err_set(err, ERR_FORGED,
		    "record %" PRId64 " of the log of seals does not follow",
		    *bad);
	buf_free(&before);
	buf_free(&hold);
	return ok;
}

/* ---- read by the auditor ---- */

static void
set_time(json_t *j, struct wall when)
{
	char text[CLOCK_TEXT];

	wall_text(when, text);
	json_object_set_new(j, "time", json_string(text));
}

static void
move_time(json_t *j, int seconds)
{
	struct wall when;

	if (!wall_parse(json_string_value(json_object_get(j, "time")), &when))
		return;
	when.us += INT64_C(1000000) * seconds;
	set_time(j, when);
}

/* What stands in the text, under the names of the binding. */
static json_t *
fields_of(struct span text)
{
	static const char *const fields[][2] = {
		{ "time", "time" },
		{ "who", "who" },
		{ "action", "what" },
		{ "object", "about" },
		{ "digest", "digest" },
		{ "result", "result" },
	};
	struct err err;
	json_t *from = json_parse("record", text, &err), *j = json_object();

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		json_t *value = json_object_get(from, fields[i][1]);

		if (value != NULL)
			json_object_set(j, fields[i][0], value);
	}
	json_decref(from);
	return j;
}

/* Faults that show something else than what was kept. */
static void
bend(const struct desk_call *c, int64_t number, json_t *j, struct buf *text,
    struct buf *signature)
{
	if (desk_faulty(c, FAULT_SEAL_LOG_TEXT_CHANGED))
		buf_add(text, SPAN(" "));
	if (desk_faulty(c, FAULT_SEAL_LOG_SIGNATURE))
		signature->data[signature->len - 1] ^= 1;
	if (desk_faulty(c, FAULT_SEAL_LOG_HOUR_AHEAD))
		move_time(j, 3600);
	if (desk_faulty(c, FAULT_SEAL_LOG_BACKWARDS) && number % 2 == 0)
		move_time(j, -30);
	if (desk_faulty(c, FAULT_SEAL_LOG_MADE_ANEW))
		set_time(j, c->http.now);
}

static json_t *
record_of(const struct desk_call *c, const struct store_ca_record *r)
{
	json_t *j = fields_of(r->text);
	struct buf text, signature;

	buf_init(&text, RA_DER_MOST);
	buf_init(&signature, RA_DER_MOST);
	buf_add(&text, r->text);
	buf_add(&signature, r->signature);
	bend(c, r->number, j, &text, &signature);
	json_object_set_new(j, "number", json_integer(r->number));
	json_object_set_new(j, "text", json_string(buf_text(&text)));
	json_object_set_new(j, "chain", bound_base64(r->chain));
	json_object_set_new(j, "signature", bound_base64(buf_span(&signature)));
	buf_free(&text);
	buf_free(&signature);
	return j;
}

static bool
is_left_out(const struct desk_call *c, const struct store_ca_record *r)
{
	return desk_faulty(c, FAULT_SEAL_LOG_GAP) &&
	       span_find(r->text, SPAN("\"what\":\"seal.make\"")) < r->text.len;
}

bool
desk_query(struct desk_call *c)
{
	const int64_t after = bound_number(&c->http, "after");
	const int64_t most =
	    desk_varies(c, VARIANT_SEAL_LOG_PAGES) ? RECORDS_FEW : RECORDS_MOST;
	json_t *list = json_array();
	struct store_ca_record r;
	struct buf hold;

	buf_init(&hold, RA_DER_MOST);
	for (int64_t n = after + 1;
	     n <= after + most && store_seal_record(c->store, n, &r, &hold);
	     n++)
		if (!is_left_out(c, &r))
			json_array_append_new(list, record_of(c, &r));
	buf_free(&hold);
	json_object_set_new(c->http.gives, "records", list);
	return true;
}

/* ---- who signs it ---- */

static int
sign_oneself(struct ca_signer *clerk, unsigned char **der)
{
	X509 *x = X509_dup(clerk->cert);
	EVP_MD_CTX *ctx = ca_signer_new(clerk->key);
	int n = -1;

	if (x != NULL && ctx != NULL &&
	    X509_set_issuer_name(x, X509_get_subject_name(x)) == 1 &&
	    X509_sign_ctx(x, ctx) > 0)
		n = i2d_X509(x, der);
	ca_signer_free(ctx);
	X509_free(x);
	return n;
}

bool
desk_signer(struct desk_call *c)
{
	unsigned char *der = NULL;
	const int n = desk_faulty(c, FAULT_SEAL_LOG_SIGNER)
			  ? sign_oneself(&c->desk->clerk, &der)
			  : i2d_X509(c->desk->clerk.cert, &der);

	if (n > 0)
		bound_give_octets(&c->http, "certificate",
		    (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	return n > 0 || bound_refuse(&c->http, 500, "nobody signs the log");
}
