/* SPDX-License-Identifier: MIT */
/*
 * desk_testing - what tests of the seal service share: one of its own, people
 * who log in, and a seal from its application on.
 */
#ifndef REFERENCE_SEAL_DESK_TESTING_H
#define REFERENCE_SEAL_DESK_TESTING_H

#include "reference/ra/testing.h"
#include "reference/seal/inner.h"
#include "reference/seal/sign.h"

#define PIN "Yan-Shou-2046"
#define PIXEL \
	"\x89PNG\r\n\x1a\n" \
	"\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0\x3a\x7e\x9b\x55" \
	"\0\0\0\x0aIDAT\x78\x9c\x63\x60\0\0\0\2\0\1\x48\xaf\xa4\x71" \
	"\0\0\0\0IEND\xae\x42\x60\x82"

static struct testing t;
static struct testing_who alice, bob, registrar, issuer, deputy, auditor;

static inline void
desk_enter_all(void)
{
	testing_enter(&t, &alice, "alice");
	testing_enter(&t, &bob, "bob");
	testing_enter(&t, &registrar, "registrar");
	testing_enter(&t, &issuer, "issuer");
	testing_enter(&t, &deputy, "deputy");
	testing_enter(&t, &auditor, "auditor");
}

static inline void
desk_leave_all(void)
{
	testing_leave(&alice);
	testing_leave(&bob);
	testing_leave(&registrar);
	testing_leave(&issuer);
	testing_leave(&deputy);
	testing_leave(&auditor);
}

static inline void
desk_up_at(const char *dir, enum fault fault)
{
	struct err err;

	testing_up_at(&t, dir, fault, VARIANT_NONE);
	t.site.seal = seal_open(t.site.ca, t.site.ra, t.now, &err);
	ck_assert_msg(t.site.seal != NULL, "%s", err.what);
	desk_enter_all();
}

static inline void
desk_up(void)
{
	desk_up_at(NULL, FAULT_NONE);
}

static inline void
desk_down(void)
{
	int64_t bad;
	struct err err;

	ck_assert_msg(seal_log_holds(t.site.seal, &bad, &err), "%s", err.what);
	desk_leave_all();
	seal_close(t.site.seal);
	testing_down(&t);
}

/* ---- applications ---- */

static inline json_t *
desk_time(int64_t seconds)
{
	char text[CLOCK_TEXT];

	wall_text((struct wall){ t.now.us + seconds * INT64_C(1000000) }, text);
	return json_string(text);
}

/* What is applied for; for a change without name and PIN. */
static inline json_t *
desk_wish(bool change)
{
	json_t *wish = json_pack("{s:s, s:o, s:i, s:i, s:o, s:o}", "format",
	    "png", "picture", testing_base64(SPAN(PIXEL)), "width", 42,
	    "height", 42, "start", desk_time(0), "end", desk_time(300 * 86400));

	if (!change) {
		json_object_set_new(wish, "name", json_string("测试专用章"));
		json_object_set_new(wish, "pin", json_string(PIN));
	}
	return wish;
}

/* Applies; id is filled in. */
static inline int
desk_applies(const struct testing_who *who, json_t *wish, char id[STORE_RA_ID])
{
	json_t *gives;
	const int status =
	    testing_call(&t, who->token, "seal.apply", wish, &gives);

	snprintf(id, STORE_RA_ID, "%s", testing_text(gives, "id"));
	json_decref(gives);
	return status;
}

static inline void
desk_must(
    const struct testing_who *who, const char *name, const char *id, int status)
{
	testing_must(&t, who, name, "id", id, status);
}

static inline void
desk_grant(const char *id)
{
	desk_must(&registrar, "seal.approve", id, 200);
	desk_must(&issuer, "seal.make", id, 200);
	desk_must(&issuer, "seal.issue", id, 200);
}

/* A seal that can be used. */
static inline void
desk_get(const struct testing_who *who, char id[STORE_RA_ID])
{
	ck_assert_int_eq(desk_applies(who, desk_wish(false), id), 200);
	desk_grant(id);
}

static inline json_t *
desk_shown(const struct testing_who *who, const char *id)
{
	json_t *gives;

	ck_assert_int_eq(
	    testing_do(&t, who, "seal.show", "id", id, &gives), 200);
	return gives;
}

static inline void
desk_is_now(const char *id, const char *state)
{
	json_t *gives = desk_shown(&registrar, id);

	ck_assert_str_eq(testing_text(gives, "state"), state);
	json_decref(gives);
}

static inline int
desk_noted(const struct testing_who *who, const char *name, const char *id,
    const char *note)
{
	return testing_call(&t, who->token, name,
	    json_pack("{s:s, s:s}", "id", id, "note", note), NULL);
}

/* ---- use ---- */

static inline int
desk_signs(const struct testing_who *who, const char *id, const char *pin,
    struct span data, json_t **gives)
{
	return testing_call(&t, who == NULL ? NULL : who->token,
	    "document.sign",
	    json_pack("{s:s, s:s, s:o}", "id", id, "pin", pin, "data",
		testing_base64(data)),
	    gives);
}

/* ---- the log ---- */

static inline json_t *
desk_records(int64_t after)
{
	json_t *gives, *list;

	ck_assert_int_eq(
	    testing_call(&t, auditor.token, "use.query",
		json_pack("{s:I}", "after", (json_int_t)after), &gives),
	    200);
	list = json_incref(json_object_get(gives, "records"));
	json_decref(gives);
	return list;
}

/* What the last record but n says. */
static inline const char *
desk_said(const json_t *records, size_t back, const char *field)
{
	return testing_text(
	    json_array_get(records, json_array_size(records) - 1 - back),
	    field);
}

#endif
