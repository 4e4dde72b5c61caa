/* SPDX-License-Identifier: MIT */
#include "reference/smtp/mangle.h"

#include <ctype.h>

#define WRAP_AT 500

/* The text of one line, and its end as it came. */
static struct span
line_cut(struct span *rest, struct span *end)
{
	const char *at = memchr(rest->ptr, '\n', rest->len);
	const size_t lf = at == NULL ? rest->len : (size_t)(at - rest->ptr);
	struct span line = span_take(*rest, lf);

	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	*end = span_take(
	    span_skip(*rest, line.len), lf < rest->len ? lf + 1 - line.len : 0);
	*rest = span_skip(*rest, line.len + end->len);
	return line;
}

static bool
contains(struct span in, const char *what)
{
	for (; in.len > 0; in = span_skip(in, 1))
		if (span_casestarts(in, span_of(what)))
			return true;
	return false;
}

static void
change_high_octets(struct span in, bool to_question, struct buf *out)
{
	for (size_t i = 0; i < in.len; i++) {
		char c = in.ptr[i];

		if ((unsigned char)c >= 0x80)
			c = to_question ? '?' : (char)(c & 0x7f);
		buf_add(out, (struct span){ &c, 1 });
	}
}

static void
strip_8th_bit(struct span in, struct buf *out)
{
	if (contains(in, "charset=GB18030") ||
	    contains(in, "charset=\"GB18030\""))
		buf_add(out, in);
	else
		change_high_octets(in, false, out);
}

static void
transcode_gb18030(struct span in, struct buf *out)
{
	if (contains(in, "charset=GB18030") ||
	    contains(in, "charset=\"GB18030\""))
		change_high_octets(in, true, out);
	else
		buf_add(out, in);
}

static void
wrap_lines(struct span in, struct buf *out)
{
	while (in.len > 0) {
		struct span end, line = line_cut(&in, &end);

		for (; line.len > WRAP_AT; line = span_skip(line, WRAP_AT)) {
			buf_add(out, span_take(line, WRAP_AT));
			buf_add(out, SPAN("\r\n"));
		}
		buf_add(out, line);
		buf_add(out, end);
	}
}

static void
trim_lines(struct span in, struct buf *out)
{
	while (in.len > 0) {
		struct span end, line = line_cut(&in, &end);

		while (line.len > 0 && line.ptr[line.len - 1] == ' ')
			line.len--;
		buf_add(out, line);
		buf_add(out, end);
	}
}

/* A field is a line and those after it that begin with white space. */
static struct span
field_cut(struct span *rest)
{
	const char *start = rest->ptr;
	struct span end;

	do
		line_cut(rest, &end);
	while (rest->len > 0 && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t'));
	return (struct span){ start, (size_t)(rest->ptr - start) };
}

static void
drop_encoded_words(struct span in, struct buf *out)
{
	while (in.len > 0 && !span_starts(in, SPAN("\r\n"))) {
		const struct span field = field_cut(&in);

		if (!contains(field, "=?"))
			buf_add(out, field);
	}
	buf_add(out, in);
}

static void
drop_filenames(struct span in, struct buf *out)
{
	while (in.len > 0) {
		struct span end, line = line_cut(&in, &end);

		if (contains(line, "filename*0*="))
			continue;
		buf_add(out, line);
		buf_add(out, end);
	}
}

/* One character of the first line of base64 of the first such part. */
static void
break_attachment(struct span in, struct buf *out)
{
	size_t at = 0;
	char other;

	while (at < in.len && !span_casestarts(span_skip(in, at),
				  SPAN("Content-Type: application/pdf")))
		at++;
	at += span_find(span_skip(in, at), SPAN("\r\n\r\n"));
	if (at + 4 >= in.len || !isalnum((unsigned char)in.ptr[at + 4])) {
		buf_add(out, in);
		return;
	}
	other = in.ptr[at + 4] == 'A' ? 'B' : 'A';
	buf_add(out, span_take(in, at + 4));
	buf_add(out, (struct span){ &other, 1 });
	buf_add(out, span_skip(in, at + 5));
}

/* As if it had gone through a file of type mbox. */
static void
quote_from(struct span in, struct buf *out)
{
	bool body = false;

	while (in.len > 0) {
		struct span end, line = line_cut(&in, &end);

		body |= line.len == 0;
		if (body && span_starts(line, SPAN("From ")))
			buf_add(out, SPAN(">"));
		buf_add(out, line);
		buf_add(out, end);
	}
}

static void
trim_end(struct span in, struct buf *out)
{
	while (in.len >= 4 && memcmp(in.ptr + in.len - 4, "\r\n\r\n", 4) == 0)
		in.len -= 2;
	buf_add(out, in);
}

static void
expand_tabs(struct span in, struct buf *out)
{
	for (size_t i = 0; i < in.len; i++)
		buf_add(out, in.ptr[i] == '\t'
				 ? SPAN("        ")
				 : span_take(span_skip(in, i), 1));
}

static void
drop_x_fields(struct span in, struct buf *out)
{
	while (in.len > 0 && !span_starts(in, SPAN("\r\n"))) {
		const struct span field = field_cut(&in);

		if (!span_casestarts(field, SPAN("X-")))
			buf_add(out, field);
	}
	buf_add(out, in);
}

static void
change_message_id(struct span in, struct buf *out)
{
	while (in.len > 0 && !span_starts(in, SPAN("\r\n"))) {
		const struct span field = field_cut(&in);

		if (span_casestarts(field, SPAN("Message-ID:")))
			buf_add(out, SPAN("Message-ID: <1@relay.invalid>\r\n"));
		else
			buf_add(out, field);
	}
	buf_add(out, in);
}

static void
strip_header(struct span in, struct buf *out)
{
	const size_t end = span_find(in, SPAN("\r\n\r\n"));

	change_high_octets(span_take(in, end), true, out);
	buf_add(out, span_skip(in, end));
}

static void
add_footer(struct span in, struct buf *out)
{
	buf_add(out, in);
	buf_add(out, SPAN("-- \r\nThis message was checked.\r\n"));
}

/* The octet at 64 KiB is lost between two reads. */
static void
lose_octet(struct span in, struct buf *out)
{
	const size_t at = 65536;

	if (in.len <= at) {
		buf_add(out, in);
		return;
	}
	buf_add(out, span_take(in, at));
	buf_add(out, span_skip(in, at + 1));
}

/* A line that begins with a dot loses it once more. */
static void
unstuff_again(struct span in, struct buf *out)
{
	while (in.len > 0) {
		struct span end, line = line_cut(&in, &end);

		buf_add(out, span_skip(line, span_starts(line, SPAN("."))));
		buf_add(out, end);
	}
}

static const struct {
	enum fault fault;
	void (*spoil)(struct span in, struct buf *out);
} ways[] = {
	{ FAULT_RELAY_STRIPS_8TH_BIT, strip_8th_bit },
	{ FAULT_RELAY_TRANSCODES_GB18030, transcode_gb18030 },
	{ FAULT_RELAY_WRAPS_LINES, wrap_lines },
	{ FAULT_RELAY_TRIMS_LINES, trim_lines },
	{ FAULT_RELAY_DECODES_SUBJECT, drop_encoded_words },
	{ FAULT_RELAY_CUTS_FILENAME, drop_filenames },
	{ FAULT_RELAY_ATTACHMENT_BROKEN, break_attachment },
	{ FAULT_RELAY_QUOTES_FROM, quote_from },
	{ FAULT_RELAY_TRIMS_END, trim_end },
	{ FAULT_RELAY_EXPANDS_TABS, expand_tabs },
	{ FAULT_RELAY_DROPS_X_FIELDS, drop_x_fields },
	{ FAULT_RELAY_CHANGES_MESSAGE_ID, change_message_id },
	{ FAULT_RELAY_STRIPS_HEADER, strip_header },
	{ FAULT_RELAY_ADDS_FOOTER, add_footer },
	{ FAULT_RELAY_LOSES_OCTET, lose_octet },
};

/* What becomes of mail on its way into a mailbox of ours. */
static const struct {
	enum fault fault;
	void (*spoil)(struct span in, struct buf *out);
} deliveries[] = {
	{ FAULT_DELIVERY_ATTACHMENT_BROKEN, break_attachment },
	{ FAULT_DELIVERY_TRANSCODES_GB18030, transcode_gb18030 },
	{ FAULT_DELIVERY_STRIPS_8TH_BIT, strip_8th_bit },
	{ FAULT_DELIVERY_DROPS_ENCODED, drop_encoded_words },
	{ FAULT_DELIVERY_CUTS_FILENAME, drop_filenames },
	{ FAULT_DELIVERY_UNSTUFFS_AGAIN, unstuff_again },
	{ FAULT_DELIVERY_TRIMS_LINES, trim_lines },
	{ FAULT_DELIVERY_WRAPS_LINES, wrap_lines },
	{ FAULT_DELIVERY_LOSES_OCTET, lose_octet },
	{ FAULT_DELIVERY_STRIPS_HEADER, strip_header },
};

/* The first "right" becomes "wrong". */
static const struct {
	enum fault fault;
	const char *right, *wrong;
} slips[] = {
	{ FAULT_DELIVERY_HTML_IS_PLAIN, "text/html", "text/plain" },
	{ FAULT_DELIVERY_MESSAGE_IS_TEXT, "message/rfc822", "text/plain" },
	{ FAULT_DELIVERY_CHARSET_LOST, "charset=UTF-8", "charset=US-ASCII" },
	{ FAULT_DELIVERY_TYPE_LOST, "application/pdf",
	    "application/octet-stream" },
	{ FAULT_DELIVERY_GB18030_IS_GB2312, "charset=GB18030",
	    "charset=GB2312" },
	{ FAULT_DELIVERY_NAME_CHARSET, "=?GB18030?", "=?UTF-8?" },
	{ FAULT_DELIVERY_FILENAME_CHARSET, "*=UTF-8''", "*=GBK''" },
	{ FAULT_DELIVERY_RENAMES, "large.bin", "large.txt" },
	{ FAULT_DELIVERY_TAGS_SUBJECT, "Subject: ", "Subject: [x] " },
};

struct span
mangle(enum fault fault, struct span in, struct buf *work)
{
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
		if (ways[i].fault == fault) {
			ways[i].spoil(in, work);
			return buf_span(work);
		}
	return in;
}

struct span
mangle_delivered(enum fault fault, struct span in, struct buf *work)
{
	for (size_t i = 0; i < sizeof deliveries / sizeof deliveries[0]; i++)
		if (deliveries[i].fault == fault) {
			deliveries[i].spoil(in, work);
			return buf_span(work);
		}
	for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
		const size_t at = span_find(in, span_of(slips[i].right));

		if (slips[i].fault != fault || at == in.len)
			continue;
		buf_add(work, span_take(in, at));
		buf_add(work, span_of(slips[i].wrong));
		buf_add(work, span_skip(in, at + strlen(slips[i].right)));
		return buf_span(work);
	}
	return in;
}
