/* SPDX-License-Identifier: MIT */
/*
 * Any octets at all as command lines, paths, parameters and content: nothing
 * is read beyond its end, and content cut in two is what it is in one piece.
 */
#include <stdint.h>
#include <stdlib.h>

#include "reference/smtp/body.h"
#include "reference/smtp/codec.h"
#include "reference/smtp/path.h"
#include "reference/smtp/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_arguments(struct span args)
{
	struct span in = span_skip(args, span_find(args, SPAN("<")));
	struct smtp_path path;
	struct smtp_param param;
	struct buf out;
	bool bad = false;
	int64_t n;

	buf_init(&out, 1024);
	if (in.len > 0 && smtp_take_path(&in, &path)) {
		smtp_plain_mailbox(&path, &out);
		while (smtp_take_param(&in, &param, &bad)) {
			(void)smtp_parse_number(param.value, &n);
			(void)smtp_decode_xtext(param.value, &out);
		}
	}
	buf_free(&out);
}

static bool
read_content(struct span in, size_t cut, struct smtp_body *body)
{
	struct span head = span_take(in, cut);
	struct span tail = span_skip(in, head.len);

	smtp_body_init(body, 4096);
	return smtp_body_data(body, &head) || smtp_body_data(body, &tail);
}

static void
compare_content(struct span in)
{
	struct smtp_body whole, cut;
	const bool ends = read_content(in, in.len, &whole);

	if (read_content(in, in.len / 2, &cut) != ends ||
	    !span_eq(buf_span(&whole.text), buf_span(&cut.text)) ||
	    whole.flaws != cut.flaws)
		abort();
	(void)smtp_count_hops(buf_span(&whole.text));
	(void)smtp_has_header(buf_span(&whole.text));
	smtp_body_free(&whole);
	smtp_body_free(&cut);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* An exact copy, so that the sanitizer sees its ends. */
	char *copy = malloc(size + !size);
	struct span in = { copy, size };
	struct smtp_command cmd;

	if (size > 0)
		memcpy(copy, data, size);
	compare_content(in);
	for (;;) {
		const enum smtp_parse got = smtp_parse_command(&in, &cmd);

		if (got == SMTP_NEED_MORE)
			break;
		if (got == SMTP_COMMAND)
			read_arguments(cmd.args);
	}
	free(copy);
	return 0;
}
