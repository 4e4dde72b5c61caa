/* SPDX-License-Identifier: MIT */
/*
 * The log, as the auditor reads it.  Chain and signature are those that were
 * kept: a record that was changed does not fit them.
 */
#include "lib/json.h"
#include "reference/ca/log.h"
#include "reference/ra/inner.h"

enum { RECORDS_MOST = 1000, RECORDS_FEW = 10 };

static void
copy(json_t *to, const char *name, const json_t *from, const char *member)
{
	json_t *value = json_object_get(from, member);

	if (value != NULL)
		json_object_set(to, name, value);
}

static void
set_time(json_t *j, struct wall when)
{
	char text[CLOCK_TEXT];

	wall_text(when, text);
	json_object_set_new(j, "time", json_string(text));
}

static void
move_time(json_t *j)
{
	struct wall when;

	if (!wall_parse(json_string_value(json_object_get(j, "time")), &when))
		return;
	when.us += INT64_C(3600) * 1000000;
	set_time(j, when);
}

static json_t *
record_of(const struct ra_call *c, const struct store_ca_record *r)
{
	struct err err;
	json_t *text = json_parse("record", r->text, &err);
	json_t *j = json_pack("{s:I}", "number", (json_int_t)r->number);
	struct buf shown;

	copy(j, "time", text, "time");
	copy(j, "who", text, "who");
	copy(j, "action", text, "what");
	copy(j, "object", text, "about");
	buf_init(&shown, RA_DER_MOST);
	buf_add(&shown, r->text);
	if (faulty(c, FAULT_RA_LOG_TEXT_CHANGED))
		buf_add(&shown, SPAN(" "));
	json_object_set_new(j, "text", json_string(buf_text(&shown)));
	json_object_set_new(j, "chain", bound_base64(r->chain));
	buf_clear(&shown);
	buf_add(&shown, r->signature);
	if (faulty(c, FAULT_RA_LOG_SIGNATURE))
		shown.data[shown.len - 1] ^= 1;
	json_object_set_new(j, "signature", bound_base64(buf_span(&shown)));
	if (faulty(c, FAULT_RA_LOG_HOUR_AHEAD))
		move_time(j);
	if (faulty(c, FAULT_RA_LOG_MADE_ANEW))
		set_time(j, c->http.now);
	buf_free(&shown);
	json_decref(text);
	return j;
}

/* What the CA itself records has no dot in its name: "issue". */
static bool
is_left_out(const struct ra_call *c, const struct store_ca_record *r)
{
	return faulty(c, FAULT_RA_LOG_GAP) &&
	       span_find(r->text, SPAN("\"what\":\"issue\"")) < r->text.len;
}

bool
ra_audit_query(struct ra_call *c)
{
	const int64_t after = bound_number(&c->http, "after");
	const int64_t most =
	    varies(c, VARIANT_RA_LOG_PAGES) ? RECORDS_FEW : RECORDS_MOST;
	json_t *list = json_array();
	struct store_ca_record r;
	struct buf hold;

	buf_init(&hold, RA_DER_MOST);
	for (int64_t n = after + 1;
	     n <= after + most && store_ca_record(c->store, n, &r, &hold); n++)
		if (!is_left_out(c, &r))
			json_array_append_new(list, record_of(c, &r));
	buf_free(&hold);
	json_object_set_new(c->http.gives, "records", list);
	return true;
}

static void
sign_oneself(const struct ra_call *c, struct buf *der)
{
	X509 *x = ra_read_certificate(buf_span(der));
	EVP_MD_CTX *ctx = ca_signer_new(c->ra->ca->log_key);
	unsigned char *octets = NULL;
	int n = -1;

	if (x != NULL && ctx != NULL &&
	    X509_set_issuer_name(x, X509_get_subject_name(x)) == 1 &&
	    X509_sign_ctx(x, ctx) > 0)
		n = i2d_X509(x, &octets);
	if (n > 0) {
		buf_clear(der);
		buf_add(der, (struct span){ (const char *)octets, (size_t)n });
	}
	OPENSSL_free(octets);
	ca_signer_free(ctx);
	X509_free(x);
}

bool
ra_audit_signer(struct ra_call *c)
{
	struct store_ca_certificate row;
	struct buf der;
	bool ok;

	buf_init(&der, RA_DER_MOST);
	ok = store_ca_named(c->store, "log", &row, &der);
	if (ok && faulty(c, FAULT_RA_LOG_SIGNER))
		sign_oneself(c, &der);
	if (ok)
		bound_give_octets(&c->http, "certificate", buf_span(&der));
	buf_free(&der);
	return ok || bound_refuse(&c->http, 500, "nobody signs the log");
}
