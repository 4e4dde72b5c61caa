/* SPDX-License-Identifier: MIT */
#include "reference/mime.h"

#include "lib/mem.h"

/*
 * A multipart whose end has not come.  It stays here in its epilogue, so that
 * a boundary that begins like that of an outer one is not taken for it.
 */
struct level {
	struct mime_part *part;
	char boundary[MIME_BOUNDARY_MOST];
	size_t len;
	bool closed; /* its close delimiter was there */
};

struct parser {
	struct mime *mime;
	struct mime_part *latest; /* the last in the order of the message */
	struct mime_part *open;   /* innermost part whose end has not come */
	bool in_header;           /* of that part */
	size_t depth;             /* parts that are open */
	size_t at, lf;            /* this line, and LFs in front of it */
	struct level levels[MIME_DEPTH_MOST];
	size_t levels_used;
};

/* ---- what a header says about its part ---- */

static bool
is_digest(const struct mime_part *part)
{
	return part != NULL && mime_is(part, "multipart", "digest");
}

static struct mime_params
copy_params(const struct mime_param *at, size_t count)
{
	struct mime_params params = { mem_new(count, sizeof *at), count };

	if (count > 0)
		memcpy(params.at, at, count * sizeof *at);
	return params;
}

static void
set_type(struct mime_part *part, const char *type, const char *subtype)
{
	free(part->params.at);
	part->params = (struct mime_params){ NULL, 0 };
	part->type = span_of(type);
	part->subtype = span_of(subtype);
}

static void
set_plain(struct mime_part *part)
{
	static const struct mime_param ascii = { SPAN_INIT("charset"),
		SPAN_INIT("us-ascii") };

	set_type(part, "text", "plain");
	part->params = copy_params(&ascii, 1);
}

static void
read_type(struct mime_part *part, struct span in)
{
	struct mime_param room[MIME_PARAMS_MOST];

	if (in.ptr == NULL && is_digest(part->parent)) {
		set_type(part, "message", "rfc822");
		return;
	}
	if (mime_take_token(&in, &part->type) && span_cut(&in, '/').len == 0 &&
	    mime_take_token(&in, &part->subtype)) {
		part->params = copy_params(room, mime_take_params(&in, room));
		return;
	}
	part->flaws |= in.ptr == NULL ? 0 : MIME_BAD_TYPE;
	set_plain(part);
}

static void
read_disposition(struct mime_part *part, struct span in)
{
	struct mime_param room[MIME_PARAMS_MOST];

	if (mime_take_token(&in, &part->disposition))
		part->disposition_params =
		    copy_params(room, mime_take_params(&in, room));
	else
		part->disposition = (struct span){ NULL, 0 };
}

/* clang-format off */
enum { TYPE, DISPOSITION, ENCODING, ID, DESCRIPTION, MD5, LOCATION, LANGUAGE,
	NAMES };

static const struct span names[NAMES] = {
	[TYPE]		= SPAN_INIT("Content-Type"),
	[DISPOSITION]	= SPAN_INIT("Content-Disposition"),
	[ENCODING]	= SPAN_INIT("Content-Transfer-Encoding"),
	[ID]		= SPAN_INIT("Content-ID"),
	[DESCRIPTION]	= SPAN_INIT("Content-Description"),
	[MD5]		= SPAN_INIT("Content-MD5"),
	[LOCATION]	= SPAN_INIT("Content-Location"),
	[LANGUAGE]	= SPAN_INIT("Content-Language"),
};
/* clang-format on */

/* Of fields that are there twice, the first counts. */
static void
collect(struct span header, struct span *values)
{
	struct mime_field field;

	while (mime_take_field(&header, &field)) {
		if (!span_casestarts(field.name, SPAN("Content-")))
			continue;
		for (size_t i = 0; i < NAMES; i++)
			if (values[i].ptr == NULL &&
			    span_caseeq(field.name, names[i]))
				values[i] = field.value;
	}
}

static void
read_header(struct mime_part *part)
{
	struct span values[NAMES] = { { NULL, 0 } };

	collect(part->header, values);
	read_type(part, values[TYPE]);
	read_disposition(part, values[DISPOSITION]);
	if (!mime_take_token(&values[ENCODING], &part->encoding))
		part->encoding = SPAN("7bit");
	part->id = values[ID];
	part->description = values[DESCRIPTION];
	part->md5 = values[MD5];
	part->location = values[LOCATION];
	part->language = values[LANGUAGE];
}

/* ---- the tree ---- */

static struct span
range(const struct parser *p, const char *from, size_t end)
{
	const size_t start = (size_t)(from - p->mime->text.ptr);

	return (struct span){ from, end > start ? end - start : 0 };
}

static void
open_part(struct parser *p, const char *start)
{
	struct mime_part *part = mem_new(1, sizeof *part);
	struct mime_part *parent = p->open;

	part->parent = parent;
	part->whole.ptr = start;
	if (p->latest != NULL)
		p->latest->after = part;
	else
		p->mime->root = part;
	if (parent != NULL && parent->last != NULL)
		parent->last->next = part;
	else if (parent != NULL)
		parent->first = part;
	if (parent != NULL)
		parent->last = part;
	p->latest = p->open = part;
	p->in_header = true;
	p->depth++;
	p->mime->parts++;
}

static bool
open_level(struct parser *p, struct mime_part *part)
{
	const struct mime_param *param =
	    mime_find_param(part->params, SPAN("boundary"));
	struct level *level = &p->levels[p->levels_used];
	struct buf boundary;
	bool ok;

	buf_init(&boundary, MIME_BOUNDARY_MOST);
	if (param != NULL)
		mime_unquote(param->value, &boundary);
	ok = boundary.len > 0 && !boundary.full;
	if (ok) {
		*level = (struct level){ .part = part, .len = boundary.len };
		memcpy(level->boundary, boundary.data, boundary.len);
		p->levels_used++;
	}
	buf_free(&boundary);
	return ok;
}

static enum mime_kind
kind_of(const struct mime_part *part)
{
	if (mime_is(part, "multipart", NULL))
		return MIME_MULTIPART;
	if (mime_is(part, "message", "rfc822") ||
	    mime_is(part, "message", "global"))
		return MIME_MESSAGE;
	return MIME_LEAF;
}

static void
end_header(struct parser *p, size_t end, size_t lf)
{
	struct mime_part *part = p->open;

	p->in_header = false;
	part->header = range(p, part->whole.ptr, end);
	part->body.ptr = part->whole.ptr + part->header.len;
	part->lines = lf;
	read_header(part);
	part->kind = kind_of(part);
	if (part->kind != MIME_LEAF && (p->depth >= MIME_DEPTH_MOST ||
					   p->mime->parts >= MIME_PARTS_MOST)) {
		part->flaws |= MIME_TOO_MANY;
		part->kind = MIME_LEAF;
		set_type(part, "application", "octet-stream");
	} else if (part->kind == MIME_MESSAGE) {
		open_part(p, part->body.ptr);
	} else if (part->kind == MIME_MULTIPART && !open_level(p, part)) {
		part->flaws |= MIME_NO_BOUNDARY;
		part->kind = MIME_LEAF;
		set_plain(part);
	}
}

/* Of a line that does not end we say that it is one, too. */
static size_t
count_lines(const struct parser *p, const struct mime_part *part, size_t end)
{
	const struct span body = part->body;

	if (body.len == 0)
		return 0;
	return p->lf - part->lines - (end < p->at) +
	       (body.ptr[body.len - 1] != '\n');
}

static void
end_level(struct parser *p)
{
	const struct level *level = &p->levels[--p->levels_used];

	if (!level->closed)
		level->part->flaws |= MIME_UNCLOSED;
}

/*
 * Ends the innermost part, or gives a multipart without parts its one.
 * Returns where the part ends, which is behind the blank line of its header
 * even if that is in front of a boundary line.
 */
static size_t
end_part(struct parser *p, size_t end)
{
	struct mime_part *part = p->open;

	if (p->in_header) {
		part->flaws |= MIME_NO_BLANK;
		end_header(p, end, p->lf);
		return end;
	}
	part->body = range(p, part->body.ptr, end);
	if (part->kind == MIME_MULTIPART && part->first == NULL) {
		part->flaws |= MIME_NO_PARTS;
		open_part(p, part->body.ptr + part->body.len);
		return end;
	}
	part->lines = count_lines(p, part, end);
	part->whole.len = part->header.len + part->body.len;
	if (part->kind == MIME_MULTIPART)
		end_level(p);
	p->mime->flaws |= part->flaws;
	p->open = part->parent;
	p->depth--;
	return (size_t)(part->whole.ptr - p->mime->text.ptr) + part->whole.len;
}

/* ---- lines ---- */

/*
 * RFC 2046 5.1.1: "it is sufficient that the boundary appear in its entirety"
 * at the front of a line.  Of several that do, the longest is meant; of equal
 * ones the innermost that is still open.
 */
static struct level *
find_level(struct parser *p, struct span line)
{
	struct level *best = NULL;

	if (!span_starts(line, SPAN("--")))
		return NULL;
	line = span_skip(line, 2);
	for (size_t i = p->levels_used; i-- > 0;) {
		struct level *level = &p->levels[i];
		const struct span boundary = { level->boundary, level->len };

		if (span_starts(line, boundary) &&
		    (best == NULL || level->len > best->len ||
			(level->len == best->len && best->closed)))
			best = level;
	}
	return best == NULL || best->closed ? NULL : best;
}

/* The line end in front of a boundary line belongs to that: 5.1.1. */
static size_t
end_before(const struct parser *p)
{
	const char *text = p->mime->text.ptr;
	size_t end = p->at;

	end -= end > 0 && text[end - 1] == '\n';
	end -= end > 0 && end < p->at && text[end - 1] == '\r';
	return end;
}

static bool
take_boundary(struct parser *p, struct span line)
{
	struct level *level = find_level(p, line);
	bool closes;

	if (level == NULL)
		return false;
	closes = span_starts(span_skip(line, 2 + level->len), SPAN("--"));
	if (!closes && p->mime->parts >= MIME_PARTS_MOST) {
		p->open->flaws |= MIME_TOO_MANY;
		return false;
	}
	for (size_t end = end_before(p); p->open != level->part;)
		end = end_part(p, end);
	level->closed = closes;
	if (!closes)
		open_part(p, line.ptr + line.len);
	return true;
}

static void
take_line(struct parser *p)
{
	const struct span rest = span_skip(p->mime->text, p->at);
	const struct span line = span_take(rest, mime_line(rest));
	const size_t lf = line.ptr[line.len - 1] == '\n';

	if (!take_boundary(p, line) && p->in_header && mime_is_blank(line))
		end_header(p, p->at + line.len, p->lf + lf);
	p->at += line.len;
	p->lf += lf;
}

void
mime_parse(struct mime *mime, struct span message)
{
	struct parser p = { .mime = mime };

	/* A part may be empty, but it is somewhere. */
	*mime =
	    (struct mime){ .text = message.ptr == NULL ? SPAN("") : message };
	open_part(&p, mime->text.ptr);
	while (p.at < mime->text.len)
		take_line(&p);
	while (p.open != NULL)
		(void)end_part(&p, mime->text.len);
}

void
mime_free(struct mime *mime)
{
	struct mime_part *next;

	for (struct mime_part *part = mime->root; part != NULL; part = next) {
		next = part->after;
		free(part->params.at);
		free(part->disposition_params.at);
		free(part);
	}
	memset(mime, 0, sizeof *mime);
}

/* ---- questions ---- */

bool
mime_is(const struct mime_part *part, const char *type, const char *subtype)
{
	return span_caseeq(part->type, span_of(type)) &&
	       (subtype == NULL ||
		   span_caseeq(part->subtype, span_of(subtype)));
}

static const struct mime_part *
nth_child(const struct mime_part *part, uint32_t n)
{
	if (n == 0)
		return NULL;
	for (part = part->first; part != NULL && n > 1; n--)
		part = part->next;
	return part;
}

/* "Every message has at least one part number": RFC 3501 6.4.5. */
static const struct mime_part *
part_of_message(const struct mime_part *message, uint32_t n)
{
	if (message->kind == MIME_MULTIPART)
		return nth_child(message, n);
	return n == 1 ? message : NULL;
}

static const struct mime_part *
part_of_part(const struct mime_part *part, uint32_t n)
{
	if (part->kind == MIME_MESSAGE)
		return part_of_message(part->first, n);
	return part->kind == MIME_MULTIPART ? nth_child(part, n) : NULL;
}

const struct mime_part *
mime_find(const struct mime *mime, const uint32_t *path, size_t depth)
{
	const struct mime_part *part = mime->root;

	if (depth > 0)
		part = part_of_message(part, path[0]);
	for (size_t i = 1; i < depth && part != NULL; i++)
		part = part_of_part(part, path[i]);
	return part;
}

bool
mime_section(const struct mime *mime, const uint32_t *path, size_t depth,
    enum mime_section section, struct span *octets)
{
	const struct mime_part *part = mime_find(mime, path, depth);

	*octets = (struct span){ NULL, 0 };
	if (part == NULL)
		return false;
	if (section == MIME_SECTION_ALL) {
		*octets = depth == 0 ? part->whole : part->body;
	} else if (section == MIME_SECTION_MIME) {
		if (depth > 0)
			*octets = part->header;
	} else {
		if (depth > 0)
			part = part->kind == MIME_MESSAGE ? part->first : NULL;
		if (part != NULL)
			*octets = section == MIME_SECTION_TEXT ? part->body
							       : part->header;
	}
	return octets->ptr != NULL;
}

bool
mime_section_of(
    const struct mime *mime, const char *section, struct span *octets)
{
	/* clang-format off */
	static const struct {
		const char		*name;
		enum mime_section	 section;
	} kinds[] = {
		{ "",		MIME_SECTION_ALL },
		{ "HEADER",	MIME_SECTION_HEADER },
		{ "TEXT",	MIME_SECTION_TEXT },
		{ "MIME",	MIME_SECTION_MIME },
	};
	/* clang-format on */
	uint32_t path[MIME_DEPTH_MOST];
	size_t depth = 0;
	char *end;

	*octets = (struct span){ NULL, 0 };
	while (*section >= '0' && *section <= '9' && depth < MIME_DEPTH_MOST) {
		path[depth++] = (uint32_t)strtoul(section, &end, 10);
		section = *end == '.' ? end + 1 : end;
	}
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcasecmp(section, kinds[i].name) == 0)
			return mime_section(
			    mime, path, depth, kinds[i].section, octets);
	return false;
}

struct span
mime_top(struct span message, size_t lines)
{
	size_t at = 0;

	while (at < message.len && !mime_is_blank(span_skip(message, at)))
		at += mime_line(span_skip(message, at));
	/* The blank line, and as many more. */
	for (size_t i = 0; i <= lines && at < message.len; i++)
		at += mime_line(span_skip(message, at));
	return span_take(message, at);
}
