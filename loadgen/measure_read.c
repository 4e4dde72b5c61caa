/* SPDX-License-Identifier: MIT */
/*
 * Nothing is trusted: sizes are bounded, and what two files say must agree.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/files.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "loadgen/hist_log.h"
#include "loadgen/measure_file.h"

/* Above, not every reader of JSON tells one number from the next. */
#define NUMBER_MOST (INT64_C(1) << 53)

/* ---- JSON ---- */

/* A whole number of the range; where is said in a complaint. */
static int64_t
whole(struct json_in *in, const char *key, const char *where,
    const json_t *value, int64_t least, int64_t most)
{
	const int64_t n = json_integer_value(value);

	if (json_is_integer(value) && n >= least && n <= most)
		return n;
	json_in_bad(in, key,
	    "%smust be a whole number from %" PRId64 " to %" PRId64, where,
	    least, most);
	return 0;
}

static double
real(
    struct json_in *in, const char *key, const char *where, const json_t *value)
{
	const double x = json_number_value(value);

	if (json_is_number(value) && x >= 0 && x <= 1e18)
		return x;
	json_in_bad(in, key, "%smust be a number from 0 to 1e18", where);
	return 0;
}

static char *
text(struct json_in *in, const char *key, const json_t *value)
{
	if (json_is_string(value))
		return mem_text(span_of(json_string_value(value)));
	if (!json_is_null(value))
		json_in_bad(in, key, "must be a string or null");
	return NULL;
}

/* Into the struct at base; value may be NULL, for what is not there. */
static void
get_value(struct json_in *in, const struct field *f, const char *where,
    const json_t *value, void *base)
{
	void *at = (char *)base + f->at;

	if (in->bad)
		return;
	switch (f->type) {
	case FIELD_COUNT:
		*(uint64_t *)at =
		    (uint64_t)whole(in, f->key, where, value, 0, NUMBER_MOST);
		break;
	case FIELD_TIME:
		*(int64_t *)at =
		    whole(in, f->key, where, value, -NUMBER_MOST, NUMBER_MOST);
		break;
	case FIELD_REAL:
		*(double *)at = real(in, f->key, where, value);
		break;
	case FIELD_INT:
		*(int *)at = (int)whole(in, f->key, where, value, 0, 1000000);
		break;
	case FIELD_FLAG:
		if (!json_is_boolean(value))
			json_in_bad(in, f->key, "must be true or false");
		*(bool *)at = json_is_true(value);
		break;
	case FIELD_TEXT:
		*(char **)at = text(in, f->key, value);
		break;
	}
}

static void
get_members(
    struct json_in *in, const json_t *from, const struct field *f, void *base)
{
	for (; f->key != NULL; f++) {
		const json_t *value = json_object_get(from, f->key);

		if (value != NULL || !f->later)
			get_value(in, f, "", value, base);
	}
}

/* The reverse of put_columns(). */
static void
get_columns(struct json_in *in, const json_t *from, const struct field *f,
    void *base, size_t stride, size_t n)
{
	for (; f->key != NULL && !in->bad; f++) {
		const json_t *column = json_in_array(in, from, f->key);
		size_t i;

		if (column != NULL && json_array_size(column) != n)
			json_in_bad(in, f->key,
			    "has %zu values; n_seconds is %zu",
			    json_array_size(column), n);
		for (i = 0; i < n && !in->bad; i++) {
			char where[32];

			snprintf(where, sizeof where, "[%zu] ", i);
			get_value(in, f, where, json_array_get(column, i),
			    (char *)base + i * stride);
		}
	}
}

/* What the log will be held against; empty ones are all zero. */
static void
check_ends(struct json_in *in, struct hist_packed *h)
{
	const double n = (double)h->n;

	if (h->n == 0) {
		*h = (struct hist_packed){ 0 };
		return;
	}
	if (h->min < 0 || h->max < h->min || h->max > HIST_MOST)
		json_in_bad(in, "min_us, max_us",
		    "must be 0 <= min <= max <= %" PRId64, HIST_MOST);
	/* The sum may have been rounded, once a value at most. */
	if (h->sum < n * (double)h->min * (1 - 1e-9) ||
	    h->sum > n * (double)h->max * (1 + 1e-9))
		json_in_bad(in, "sum_us", "does not fit min and max");
}

static void
get_op(struct json_in *in, struct measure *m, size_t op, const json_t *from)
{
	char *name;
	size_t i;
	int c;

	json_in_at(in, "ops[%zu].", op);
	name = json_in_text(in, from, "name");
	if (name != NULL &&
	    (!measure_is_name(name) || measure_op_find(m, name) != -1))
		json_in_bad(in, "name",
		    "must be letters, digits, \"-\", \"_\" and \".\", "
		    "and no name of another");
	if (!in->bad)
		measure_op_add(m, name);
	free(name);
	if (in->bad || m->n_seconds == 0)
		return;
	get_columns(in, from, measure_op_fields, &m->seconds[0].ops[op],
	    sizeof *m->seconds, m->n_seconds);
	for (c = 0; c < LOAD_CLOCKS && !in->bad; c++) {
		const json_t *h = json_in_object(in, from, load_clock_names[c]);

		json_in_at(in, "ops[%zu].%s.", op, load_clock_names[c]);
		get_columns(in, h, measure_hist_fields,
		    &m->seconds[0].ops[op].hist[c], sizeof *m->seconds,
		    m->n_seconds);
		for (i = 0; i < m->n_seconds && !in->bad; i++)
			check_ends(in, &m->seconds[i].ops[op].hist[c]);
		json_in_at(in, "ops[%zu].", op);
	}
}

static void
get_examples(struct json_in *in, const json_t *from, char **to, size_t *n)
{
	const json_t *list = json_in_array(in, from, "examples");
	size_t i;

	if (json_array_size(list) > MEASURE_EXAMPLES)
		json_in_bad(in, "examples", "has %zu members; %d at most",
		    json_array_size(list), MEASURE_EXAMPLES);
	for (i = 0; i < json_array_size(list) && !in->bad; i++) {
		const json_t *one = json_array_get(list, i);

		if (!json_is_string(one))
			json_in_bad(in, "examples", "must be strings");
		else
			to[(*n)++] = mem_text(span_of(json_string_value(one)));
	}
}

/* Loads that keep no answers say nothing of them. */
static void
get_answers(struct json_in *in, struct measure_answers *a, const json_t *root)
{
	const json_t *from;

	if (in->bad || json_object_get(root, "answers") == NULL)
		return;
	from = json_in_object(in, root, "answers");
	json_in_at(in, "answers.");
	get_members(in, from, measure_answers_fields, a);
	get_examples(in, from, a->examples, &a->n_examples);
}

static void
get_ledger(struct json_in *in, struct measure_ledger *l,
    struct hist_packed *delivery, const json_t *from)
{
	const json_t *h;

	json_in_at(in, "ledger.");
	get_members(in, from, measure_ledger_fields, l);
	get_examples(in, from, l->examples, &l->n_examples);
	h = json_in_object(in, from, MEASURE_DELIVERY);
	json_in_at(in, "ledger." MEASURE_DELIVERY ".");
	get_members(in, h, measure_hist_fields, delivery);
	if (!in->bad)
		check_ends(in, delivery);
}

static void
get_errors(struct json_in *in, struct measure *m, const json_t *list)
{
	size_t i;

	json_in_at(in, "%s", "");
	if (json_array_size(list) > MEASURE_ERRORS)
		json_in_bad(in, "errors", "has %zu members; %d at most",
		    json_array_size(list), MEASURE_ERRORS);
	for (i = 0; i < json_array_size(list) && !in->bad; i++) {
		const json_t *from = json_array_get(list, i);
		struct measure_error one = { 0 };

		json_in_at(in, "errors[%zu].", i);
		one.what = json_in_text(in, from, "what");
		one.n = (uint64_t)json_in_int(in, from, "n", 0, NUMBER_MOST);
		m->errors[m->n_errors++] = one;
	}
}

/* Seconds are made when a column shows that there are so many. */
static void
get_seconds(struct json_in *in, struct measure *m, const json_t *root)
{
	const size_t n =
	    (size_t)json_in_int(in, root, "n_seconds", 0, MEASURE_SECONDS);
	const json_t *from = json_in_object(in, root, "seconds");
	const json_t *first;

	json_in_at(in, "seconds.");
	first = json_in_array(in, from, measure_second_fields[0].key);
	if (!in->bad && json_array_size(first) != n)
		json_in_bad(in, measure_second_fields[0].key,
		    "has %zu values; n_seconds is %zu", json_array_size(first),
		    n);
	if (in->bad)
		return;
	measure_grow(m, n);
	get_columns(
	    in, from, measure_second_fields, m->seconds, sizeof *m->seconds, n);
}

static void
get_all(struct json_in *in, struct measure *m, struct hist_packed *delivery,
    const json_t *root)
{
	char *schema = json_in_text(in, root, "schema");
	const json_t *ops;
	size_t i;

	if (schema != NULL && strcmp(schema, MEASURE_SCHEMA) != 0)
		json_in_bad(in, "schema", "must be " MEASURE_SCHEMA);
	free(schema);
	get_members(in, root, measure_fields, m);
	get_seconds(in, m, root);
	json_in_at(in, "%s", "");
	if (m->judged_from > m->judged_to || m->judged_to > m->n_seconds)
		json_in_bad(in, "judged_from, judged_to",
		    "must be 0 <= from <= to <= n_seconds");
	ops = json_in_array(in, root, "ops");
	if (json_array_size(ops) > SCENARIO_OPS)
		json_in_bad(in, "ops", "has %zu members; %d at most",
		    json_array_size(ops), SCENARIO_OPS);
	for (i = 0; i < json_array_size(ops) && !in->bad; i++)
		get_op(in, m, i, json_array_get(ops, i));
	json_in_at(in, "%s", "");
	get_ledger(
	    in, &m->ledger, delivery, json_in_object(in, root, "ledger"));
	json_in_at(in, "%s", "");
	get_answers(in, &m->answers, root);
	json_in_at(in, "%s", "");
	get_errors(in, m, json_in_array(in, root, "errors"));
}

/* ---- the log ---- */

/* Where an interval belongs, or NULL. */
static struct hist_packed *
slot_of(struct measure *m, struct hist_packed *delivery,
    const struct hist_log_interval *one)
{
	size_t op, second;
	int c;

	if (span_eq(one->tag, SPAN(MEASURE_DELIVERY)))
		return delivery;
	if (one->from_s >= (double)m->n_seconds || one->for_s != 1)
		return NULL;
	second = (size_t)one->from_s;
	if ((double)second != one->from_s)
		return NULL;
	for (op = 0; op < m->n_ops; op++) {
		struct span clock = one->tag;
		const struct span name = span_of(m->ops[op]);

		if (!span_starts(clock, name) || clock.len == name.len ||
		    clock.ptr[name.len] != '.')
			continue;
		clock = span_skip(clock, name.len + 1);
		for (c = 0; c < LOAD_CLOCKS; c++)
			if (span_eq(clock, span_of(load_clock_names[c])))
				return &m->seconds[second].ops[op].hist[c];
	}
	return NULL;
}

/* Can the buckets be those of which the other file knows ends and sum? */
static bool
agree(const struct hist_packed *known, const struct hist_packed *buckets)
{
	return known->n == buckets->n &&
	       hist_index(known->min) == hist_index(buckets->min) &&
	       hist_index(known->max) == hist_index(buckets->max) &&
	       fabs(known->sum - buckets->sum) <=
		   known->sum / HIST_HALF + (double)known->n;
}

/* Moves the octets of an interval to where it belongs. */
static const char *
place(struct hist_packed *slot, struct hist_packed *one)
{
	if (slot == NULL)
		return "is of no operation, clock and second of measure.json";
	if (slot->data != NULL)
		return "is there twice";
	if (!agree(slot, one))
		return "is not the one that measure.json counts";
	slot->data = one->data;
	slot->len = one->len;
	one->data = NULL;
	return NULL;
}

static bool
get_log(struct measure *m, struct hist_packed *delivery, const char *what,
    struct span log_text, struct err *err)
{
	struct hist_log log = hist_log_start(what, log_text, err);
	struct hist_log_interval one;
	const char *why = NULL;

	while (why == NULL && hist_log_next(&log, &one)) {
		why = place(slot_of(m, delivery, &one), &one.hist);
		hist_packed_free(&one.hist);
	}
	if (why != NULL)
		err_set(
		    err, ERR_CONFIG, "%s:%d: interval %s", what, log.line, why);
	return why == NULL && !log.bad;
}

static bool
is_whole(const struct measure *m, const struct hist_packed *delivery,
    const char *what, struct err *err)
{
	size_t i, op;
	int c;

	for (i = 0; i < m->n_seconds; i++)
		for (op = 0; op < m->n_ops; op++)
			for (c = 0; c < LOAD_CLOCKS; c++) {
				const struct hist_packed *h =
				    &m->seconds[i].ops[op].hist[c];

				if (h->n != 0 && h->data == NULL)
					return err_set(err, ERR_CONFIG,
					    "%s: no interval %s.%s of "
					    "second %zu",
					    what, m->ops[op],
					    load_clock_names[c], i);
			}
	if (delivery->n != 0 && delivery->data == NULL)
		return err_set(
		    err, ERR_CONFIG, "%s: no interval " MEASURE_DELIVERY, what);
	return true;
}

bool
measure_parse(struct measure *m, const char *what, struct span json,
    const char *log_what, struct span log, struct err *err)
{
	struct json_in in = json_in_start(what, err);
	struct hist_packed delivery = { 0 };
	json_t *root = json_parse(what, json, err);
	bool ok = root != NULL;

	measure_init(m, NULL, 0);
	if (ok) {
		get_all(&in, m, &delivery, root);
		ok = !in.bad;
	}
	ok = ok && get_log(m, &delivery, log_what, log, err) &&
	     is_whole(m, &delivery, log_what, err);
	if (ok)
		hist_unpack(&m->ledger.delivery, &delivery);
	else
		measure_free(m);
	hist_packed_free(&delivery);
	json_decref(root);
	return ok;
}

bool
measure_read(struct measure *m, const char *dir, struct err *err)
{
	char *path = mem_textf("%s/%s", dir, MEASURE_JSON);
	char *log_path = mem_textf("%s/%s", dir, MEASURE_LOG);
	size_t n = 0, log_n = 0;
	char *json = files_read_text(path, MEASURE_JSON_MOST, &n, err);
	char *log = json == NULL ? NULL
				 : files_read_text(
				       log_path, MEASURE_LOG_MOST, &log_n, err);
	bool ok = log != NULL;

	*m = (struct measure){ 0 };
	ok = ok && measure_parse(m, path, (struct span){ json, n }, log_path,
		       (struct span){ log, log_n }, err);
	free(log);
	free(json);
	free(log_path);
	free(path);
	return ok;
}
