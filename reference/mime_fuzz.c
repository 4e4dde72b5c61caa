/* SPDX-License-Identifier: MIT */
/*
 * Any octets at all as a message: the tree has the shape that mime.h promises,
 * every range lies inside the message, and nothing that is decoded passes the
 * cap it was said to need.
 */
#include "reference/mime.h"

#include <stdint.h>
#include <stdlib.h>

#include "lib/text.h"
#include "reference/mime_address.h"
#include "reference/mime_date.h"
#include "reference/mime_decode.h"
#include "reference/mime_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static bool
is_inside(struct span inner, struct span outer)
{
	return inner.ptr >= outer.ptr &&
	       inner.ptr + inner.len <= outer.ptr + outer.len;
}

static void
read_addresses(struct span value)
{
	struct mime_addresses list;
	struct mime_address address;
	size_t count = 0;

	mime_addresses_open(&list, value);
	while (mime_addresses_next(&list, &address))
		must(++count <= 2 * value.len);
	must(!list.text.full);
	mime_addresses_close(&list);
}

static void
read_dates(struct span value)
{
	struct mime_date date, again;
	struct buf out;
	int64_t day;

	(void)mime_parse_day(value, &day);
	(void)mime_parse_internal(value, &date);
	if (!mime_parse_date(value, &date))
		return;
	buf_init(&out, 100);
	mime_write_internal(date, &out);
	must(mime_date_day(date) < -719162 || mime_date_day(date) > 2932896 ||
	     (mime_parse_internal(buf_span(&out), &again) &&
		 again.utc_s == date.utc_s));
	buf_free(&out);
}

static void
read_value(struct span value)
{
	struct buf out;

	buf_init(&out, 3 * value.len);
	if (mime_decode_words(value, &out))
		must(text_is_utf8(buf_span(&out)));
	buf_clear(&out);
	(void)mime_base_subject(value, &out);
	must(!out.full);
	buf_free(&out);
	read_addresses(value);
	read_dates(value);
}

static void
read_params(struct mime_params params)
{
	static const char *const names[] = { "charset", "name", "filename" };
	size_t most = 0;
	struct buf out;

	must(params.count <= MIME_PARAMS_MOST);
	for (size_t i = 0; i < params.count; i++)
		most += params.at[i].value.len;
	for (size_t i = 0; i < 3; i++) {
		buf_init(&out, 3 * most);
		(void)mime_decode_param(params, span_of(names[i]), &out);
		must(!out.full);
		buf_free(&out);
	}
}

static void
read_header(struct span header)
{
	struct span rest = header;
	struct mime_field field;
	struct buf none, all;
	size_t len = 0;

	while (mime_take_field(&rest, &field)) {
		len += field.whole.len;
		must(is_inside(field.value, field.whole));
		read_value(field.value);
	}
	must(len + rest.len == header.len);
	buf_init(&none, header.len);
	buf_init(&all, header.len);
	mime_select_fields(header, NULL, 0, false, &none);
	mime_select_fields(header, NULL, 0, true, &all);
	must(span_eq(buf_span(&none), rest));
	must(span_eq(buf_span(&all), header));
	buf_free(&none);
	buf_free(&all);
}

static void
read_part(const struct mime_part *part)
{
	struct buf out;

	must(part->header.ptr == part->whole.ptr);
	must(part->body.ptr == part->header.ptr + part->header.len);
	must(part->whole.len == part->header.len + part->body.len);
	must(part->type.len > 0 && part->subtype.len > 0);
	must((part->first == NULL) == (part->kind == MIME_LEAF));
	must(
	    part->parent == NULL || is_inside(part->whole, part->parent->body));
	must(part->lines <= part->body.len);
	read_header(part->header);
	read_params(part->params);
	read_params(part->disposition_params);
	buf_init(&out, 3 * part->body.len);
	if (mime_part_text(part, &out))
		must(text_is_utf8(buf_span(&out)));
	must(!out.full);
	buf_free(&out);
}

static void
read_sections(const struct mime *mime, struct span message)
{
	static const char *const sections[] = { "", "HEADER", "TEXT", "1",
		"1.MIME", "1.1", "1.HEADER", "2.TEXT", "1.2.3", "3.1" };
	struct span octets;

	for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
		if (mime_section_of(mime, sections[i], &octets))
			must(is_inside(octets, message));
	must(is_inside(mime_top(message, 3), message));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* An exact copy, so that the sanitizer sees its ends. */
	char *copy = malloc(size + !size);
	const struct span message = { copy, size };
	struct mime mime;
	size_t count = 0;

	if (size > 0)
		memcpy(copy, data, size);
	mime_parse(&mime, message);
	for (struct mime_part *part = mime.root; part; part = part->after) {
		read_part(part);
		count++;
	}
	must(count == mime.parts);
	must(count <= MIME_PARTS_MOST + MIME_DEPTH_MOST);
	(void)mime_search(&mime, SPAN("needle"), true);
	read_sections(&mime, message);
	mime_free(&mime);
	read_value(message);
	free(copy);
	return 0;
}
