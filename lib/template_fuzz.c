/* SPDX-License-Identifier: MIT */
/*
 * Anything as a template and as a pattern, against anything as a line: never
 * a crash, and what is sent matches itself.
 *
 * The first line feed parts template and line.
 */
#include <stdint.h>
#include <stdlib.h>

#include "lib/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static bool
world(void *ctx, struct span name, struct buf *value)
{
	(void)ctx;
	if (name.len == 0 || name.ptr[0] == 'z')
		return false;
	buf_add(value, name);
	return true;
}

static void
forget(void *ctx, struct span name, struct span value)
{
	size_t *bound = ctx;

	*bound += name.len + value.len;
}

static void
send_and_match(struct span source)
{
	struct template t;
	struct buf out;
	struct err err;
	size_t bound = 0;

	if (!template_compile(&t, source, false, &err))
		return;
	buf_init(&out, 1u << 20);
	if (template_expand(&t, world, &bound, &out, &err) && t.n <= 64 &&
	    !template_match(&t, buf_span(&out), false, world, forget, &bound))
		abort();
	buf_free(&out);
	template_free(&t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span line = { (const char *)data, n };
	const struct span source = span_cut(&line, '\n');
	struct template t;
	struct buf out;
	struct err err;
	size_t bound = 0;

	send_and_match(source);
	if (template_compile(&t, source, true, &err)) {
		template_match(&t, line, false, world, forget, &bound);
		template_match(&t, line, true, world, forget, &bound);
		template_free(&t);
	}
	buf_init(&out, 1u << 20);
	template_fill(line, world, &bound, &out, &err);
	buf_free(&out);
	return 0;
}
