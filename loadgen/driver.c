/* SPDX-License-Identifier: MIT */
#include "loadgen/driver.h"

#include <stdio.h>

#include "loadgen/drivers/http.h"
#include "loadgen/drivers/http2.h"
#include "loadgen/drivers/line.h"

int
operations_find(const struct operations *ops, struct span name)
{
	for (size_t i = 0; i < ops->n; i++)
		if (span_eq(span_of(ops->name[i]), name))
			return (int)i;
	return -1;
}

static bool
add(struct operations *ops, const struct scenario *s, struct span name,
    struct err *err)
{
	if (operations_find(ops, name) != -1)
		return true;
	if (name.len == 0 || name.len >= DRIVER_NAME)
		return err_set(err, ERR_CONFIG,
		    "%s: an operation is called by 1 to %d octets, not "
		    "\"%.*s\"",
		    s->path, DRIVER_NAME - 1, SPAN_FMT(name));
	if (ops->n == SCENARIO_OPS)
		return err_set(err, ERR_CONFIG,
		    "%s: more than %d operations, the last \"%.*s\"", s->path,
		    SCENARIO_OPS, SPAN_FMT(name));
	snprintf(ops->name[ops->n++], DRIVER_NAME, "%.*s", SPAN_FMT(name));
	return true;
}

static bool
add_of_script(struct operations *ops, const struct scenario *s,
    const char *text, size_t *found, struct err *err)
{
	struct span rest = text == NULL ? SPAN("") : span_of(text);

	for (*found = 0; rest.len > 0;) {
		struct span line = span_cut(&rest, '\n');

		if (!span_starts(line, SPAN("@start ")))
			continue;
		line = span_skip(line, sizeof "@start " - 1);
		while (line.len > 0 && line.ptr[0] == ' ')
			line = span_skip(line, 1);
		while (line.len > 0 && (line.ptr[line.len - 1] == ' ' ||
					   line.ptr[line.len - 1] == '\r'))
			line.len--;
		if (!add(ops, s, line, err))
			return false;
		++*found;
	}
	return true;
}

struct span
operations_own(const struct scenario_flow *f)
{
	const bool other =
	    f->speaks == SPEAKS_HTTP && f->http.operation != NULL;

	return span_of(other ? f->http.operation : f->name);
}

bool
operations_of(const struct scenario *s, struct operations *ops, struct err *err)
{
	size_t found;

	*ops = (struct operations){ 0 };
	for (size_t i = 0; i < s->n_flows; i++) {
		const struct scenario_flow *f = &s->flows[i];

		if (!add_of_script(ops, s, f->begin, &found, err) ||
		    !add_of_script(ops, s, f->body, &found, err))
			return false;
		if (found == 0 && !add(ops, s, operations_own(f), err))
			return false;
		if (!add_of_script(ops, s, f->end, &found, err))
			return false;
	}
	return true;
}

int
driver_var_find(const struct driver_setting *d, struct span name)
{
	/* clang-format off */
	static const struct {
		struct span	name;
		int		var;
	} known[] = {
		{ SPAN_INIT("account.user"),	 VAR_ACCOUNT_USER },
		{ SPAN_INIT("account.password"), VAR_ACCOUNT_PASSWORD },
		{ SPAN_INIT("account.address"),	 VAR_ACCOUNT_ADDRESS },
		{ SPAN_INIT("account.plain"),	 VAR_ACCOUNT_PLAIN },
		{ SPAN_INIT("account.dn"),	 VAR_ACCOUNT_DN },
		{ SPAN_INIT("peer.address"),	 VAR_PEER_ADDRESS },
		{ SPAN_INIT("id"),		 VAR_ID },
		{ SPAN_INIT("seq"),		 VAR_SEQ },
		{ SPAN_INIT("message"),		 VAR_MESSAGE },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (span_eq(known[i].name, name))
			return known[i].var;
	for (size_t i = 0; i < d->n_bound; i++)
		if (span_eq(span_of(d->bound[i]), name))
			return VAR_BOUND + (int)i;
	if (!span_starts(name, SPAN("feed.")))
		return -1;
	name = span_skip(name, sizeof "feed." - 1);
	for (size_t i = 0; i < d->n_columns && i < DRIVER_COLUMNS; i++)
		if (span_eq(span_of(d->columns[i]), name))
			return VAR_FEED + (int)i;
	return -1;
}

const struct driver *
driver_of(const struct scenario_flow *f)
{
	static const struct driver *const spoken[] = {
		[SPEAKS_LINES] = &driver_line,
		[SPEAKS_HTTP] = &driver_http1,
	};

	if (f->speaks == SPEAKS_HTTP && f->http.version == 2)
		return &driver_http2;
	if ((size_t)f->speaks >= sizeof spoken / sizeof spoken[0])
		return NULL;
	return spoken[f->speaks];
}
