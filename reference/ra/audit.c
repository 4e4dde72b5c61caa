/* SPDX-License-Identifier: MIT */
/*
 * The log, as the auditor reads it.  Chain and signature are those that were
 * kept: a record that was changed does not fit them.
 */
#include "lib/json.h"
#include "lib/text.h"
#include "reference/ca/log.h"
#include "reference/ra/inner.h"

enum { RECORDS_MOST = 1000 };

static json_t *
base64_of(struct span octets)
{
	struct buf text;
	json_t *j;

	buf_init(&text, RA_DER_MOST);
	text_base64(octets, &text);
	j = json_string(buf_text(&text));
	buf_free(&text);
	return j;
}

static void
copy(json_t *to, const char *name, const json_t *from, const char *member)
{
	json_t *value = json_object_get(from, member);

	if (value != NULL)
		json_object_set(to, name, value);
}

static json_t *
record_of(const struct store_ca_record *r)
{
	struct err err;
	json_t *text = json_parse("record", r->text, &err);
	json_t *j = json_pack("{s:I}", "number", (json_int_t)r->number);

	copy(j, "time", text, "time");
	copy(j, "who", text, "who");
	copy(j, "action", text, "what");
	copy(j, "object", text, "about");
	json_object_set_new(j, "text", json_stringn(r->text.ptr, r->text.len));
	json_object_set_new(j, "chain", base64_of(r->chain));
	json_object_set_new(j, "signature", base64_of(r->signature));
	json_decref(text);
	return j;
}

bool
ra_audit_query(struct ra_call *c)
{
	const int64_t after = bound_number(&c->http, "after");
	json_t *list = json_array();
	struct store_ca_record r;
	struct buf hold;

	buf_init(&hold, RA_DER_MOST);
	for (int64_t n = after + 1; n <= after + RECORDS_MOST &&
				    store_ca_record(c->store, n, &r, &hold);
	     n++)
		json_array_append_new(list, record_of(&r));
	buf_free(&hold);
	json_object_set_new(c->http.gives, "records", list);
	return true;
}

bool
ra_audit_signer(struct ra_call *c)
{
	struct store_ca_certificate row;
	struct buf der;
	bool ok;

	buf_init(&der, RA_DER_MOST);
	ok = store_ca_named(c->store, "log", &row, &der);
	if (ok)
		bound_give_octets(&c->http, "certificate", buf_span(&der));
	buf_free(&der);
	return ok || bound_refuse(&c->http, 500, "nobody signs the log");
}
