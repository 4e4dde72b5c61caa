/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/files.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "loadgen/hist_log.h"
#include "loadgen/measure_file.h"

#define LOG_COMMENT "Latencies in microseconds, maxima in milliseconds"
#define HGRM_MOST   (1u << 20)
#define TEXT_MOST   1000

/* ---- JSON ---- */

static json_t *
value_json(const struct field *f, const void *base)
{
	const void *at = (const char *)base + f->at;

	switch (f->type) {
	case FIELD_COUNT:
		return json_integer((json_int_t) * (const uint64_t *)at);
	case FIELD_TIME:
		return json_integer(*(const int64_t *)at);
	case FIELD_REAL:
		/* What is no number is not known, as 0 is. */
		return json_real(
		    isfinite(*(const double *)at) ? *(const double *)at : 0);
	case FIELD_INT:
		return json_integer(*(const int *)at);
	case FIELD_FLAG:
		return json_boolean(*(const bool *)at);
	case FIELD_TEXT:
		return json_clean(*(char *const *)at, TEXT_MOST);
	}
	return NULL;
}

static void
put_members(json_t *into, const struct field *f, const void *base)
{
	for (; f->key != NULL; f++)
		json_object_set_new(into, f->key, value_json(f, base));
}

/*
 * One array for each field, of n values: base points at the first of n
 * structs that are "stride" bytes apart.
 */
static void
put_columns(json_t *into, const struct field *f, const void *base,
    size_t stride, size_t n)
{
	for (; f->key != NULL; f++) {
		json_t *column = json_array();
		size_t i;

		for (i = 0; i < n; i++)
			json_array_append_new(column,
			    value_json(f, (const char *)base + i * stride));
		json_object_set_new(into, f->key, column);
	}
}

static json_t *
op_json(const struct measure *m, size_t op)
{
	static const struct measure_second none;
	const struct measure_second *first =
	    m->n_seconds == 0 ? &none : m->seconds;
	json_t *o = json_object();
	int c;

	json_object_set_new(o, "name", json_string(m->ops[op]));
	put_columns(
	    o, measure_op_fields, &first->ops[op], sizeof *first, m->n_seconds);
	for (c = 0; c < LOAD_CLOCKS; c++) {
		json_t *h = json_object();

		put_columns(h, measure_hist_fields, &first->ops[op].hist[c],
		    sizeof *first, m->n_seconds);
		json_object_set_new(o, load_clock_names[c], h);
	}
	return o;
}

static json_t *
examples_json(char *const *examples, size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_clean(examples[i], TEXT_MOST));
	return list;
}

static json_t *
ledger_json(const struct measure_ledger *l, const struct hist_packed *delivery)
{
	json_t *o = json_object(), *h = json_object();

	put_members(o, measure_ledger_fields, l);
	put_members(h, measure_hist_fields, delivery);
	json_object_set_new(o, MEASURE_DELIVERY, h);
	json_object_set_new(
	    o, "examples", examples_json(l->examples, l->n_examples));
	return o;
}

static json_t *
answers_json(const struct measure_answers *a)
{
	json_t *o = json_object();

	put_members(o, measure_answers_fields, a);
	json_object_set_new(
	    o, "examples", examples_json(a->examples, a->n_examples));
	return o;
}

static json_t *
errors_json(const struct measure *m)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < m->n_errors; i++) {
		json_t *e = json_object();

		json_object_set_new(
		    e, "what", json_clean(m->errors[i].what, TEXT_MOST));
		json_object_set_new(
		    e, "n", json_integer((json_int_t)m->errors[i].n));
		json_array_append_new(list, e);
	}
	return list;
}

static char *
measure_text(const struct measure *m, const struct hist_packed *delivery)
{
	json_t *root = json_object(), *seconds = json_object();
	json_t *ops = json_array();
	char *text;
	size_t i;

	json_object_set_new(root, "schema", json_string(MEASURE_SCHEMA));
	put_members(root, measure_fields, m);
	json_object_set_new(
	    root, "n_seconds", json_integer((json_int_t)m->n_seconds));
	put_columns(seconds, measure_second_fields, m->seconds,
	    sizeof *m->seconds, m->n_seconds);
	json_object_set_new(root, "seconds", seconds);
	for (i = 0; i < m->n_ops; i++)
		json_array_append_new(ops, op_json(m, i));
	json_object_set_new(root, "ops", ops);
	json_object_set_new(root, "ledger", ledger_json(&m->ledger, delivery));
	if (m->answers.kept)
		json_object_set_new(root, "answers", answers_json(&m->answers));
	json_object_set_new(root, "errors", errors_json(m));
	text = json_canonical(root);
	json_decref(root);
	return text;
}

/* ---- files ---- */

/* Nothing is written that would be too much to read. */
static bool
write_file(const char *dir, const char *name, struct span content, size_t most,
    struct err *err)
{
	char *path = mem_textf("%s/%s", dir, name);
	const bool ok =
	    content.len <= most
		? files_write(path, content, err)
		: err_set(err, ERR_LIMIT,
		      "%s: %zu octets; %zu at most, so a shorter load or fewer "
		      "operations",
		      path, content.len, most);

	free(path);
	return ok;
}

static void
add_log(const struct measure *m, const struct hist_packed *delivery,
    struct buf *out)
{
	struct wall start = { 0 };
	size_t i, op;
	int c;

	if (m->started != NULL)
		wall_parse(m->started, &start);
	hist_log_head(out, LOG_COMMENT, start);
	for (i = 0; i < m->n_seconds; i++)
		for (op = 0; op < m->n_ops; op++)
			for (c = 0; c < LOAD_CLOCKS; c++) {
				char tag[MEASURE_NAME_MOST + 20];

				snprintf(tag, sizeof tag, "%s.%s", m->ops[op],
				    load_clock_names[c]);
				if (m->seconds[i].ops[op].hist[c].n != 0)
					hist_log_add(out, tag, (double)i, 1,
					    &m->seconds[i].ops[op].hist[c]);
			}
	if (delivery->n != 0)
		hist_log_add(
		    out, MEASURE_DELIVERY, 0, (double)m->n_seconds, delivery);
}

static bool
write_log(const struct measure *m, const struct hist_packed *delivery,
    const char *dir, struct err *err)
{
	struct buf out;
	bool ok;

	buf_init(&out, MEASURE_LOG_MOST);
	add_log(m, delivery, &out);
	ok = out.full ? err_set(err, ERR_LIMIT, "%s/%s: more than %u octets",
			    dir, MEASURE_LOG, MEASURE_LOG_MOST)
		      : write_file(dir, MEASURE_LOG, buf_span(&out),
			    MEASURE_LOG_MOST, err);
	buf_free(&out);
	return ok;
}

void
measure_texts(const struct measure *m, struct buf *json, struct buf *log)
{
	struct hist_packed delivery = { 0 };
	char *text;

	hist_pack(&delivery, &m->ledger.delivery);
	text = measure_text(m, &delivery);
	buf_add(json, span_of(text));
	add_log(m, &delivery, log);
	free(text);
	hist_packed_free(&delivery);
}

static bool
write_percentiles(
    const struct hist *h, const char *dir, const char *name, struct err *err)
{
	char *file = mem_textf("%s.hgrm", name);
	struct buf out;
	bool ok;

	buf_init(&out, HGRM_MOST);
	hist_percentiles_text(&out, h);
	ok = h->n == 0 || write_file(dir, file, buf_span(&out), HGRM_MOST, err);
	buf_free(&out);
	free(file);
	return ok;
}

/* Of the seconds that are judged. */
static bool
write_op_percentiles(
    const struct measure *m, size_t op, const char *dir, struct err *err)
{
	struct measure_op sum;
	bool ok = true;
	int c;

	measure_sum(m, op, m->judged_from, m->judged_to, &sum);
	for (c = 0; c < LOAD_CLOCKS && ok; c++) {
		char *name =
		    mem_textf("%s.%s", m->ops[op], load_clock_names[c]);

		ok = write_percentiles(&sum.hist[c], dir, name, err);
		free(name);
	}
	measure_op_free(&sum);
	return ok;
}

bool
measure_write(const struct measure *m, const char *dir, struct err *err)
{
	struct hist_packed delivery = { 0 };
	char *text;
	size_t i;
	bool ok;

	for (i = 0; i < m->n_ops; i++)
		if (!measure_is_name(m->ops[i]))
			return err_set(err, ERR_CONFIG,
			    "operation \"%s\": a name is at most %d letters, "
			    "digits, \"-\", \"_\" and \".\", the first no dot",
			    m->ops[i], MEASURE_NAME_MOST);
	if (!files_make_dir(dir, err))
		return false;
	hist_pack(&delivery, &m->ledger.delivery);
	text = measure_text(m, &delivery);
	ok = write_file(
		 dir, MEASURE_JSON, span_of(text), MEASURE_JSON_MOST, err) &&
	     write_log(m, &delivery, dir, err);
	for (i = 0; i < m->n_ops && ok; i++)
		ok = write_op_percentiles(m, i, dir, err);
	ok = ok &&
	     write_percentiles(&m->ledger.delivery, dir, MEASURE_DELIVERY, err);
	free(text);
	hist_packed_free(&delivery);
	return ok;
}
