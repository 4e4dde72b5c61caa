/* SPDX-License-Identifier: MIT */
#include "program/load_records.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/pki/name.h"
#include "lib/mem.h"
#include "lib/text.h"

enum {
	COLUMNS = 64,
	LINE_MOST = 65536,
	NAME_MOST = 128,
	SHOWN = 48, /* octets of a value, in an error */
};

struct reading {
	struct load_records *to;
	const struct load_pki *pki;
	const char *path;
	struct err *err;
	size_t line, room;
	size_t serial;        /* columns */
	size_t issuer;        /* COLUMNS: there is none */
	char said[NAME_MOST]; /* the issuer of the line before */
	uint8_t said_is;
	bool has_said;
};

/* What a file says may be anything; octets that a terminal obeys are not. */
static bool
bad(const struct reading *r, const char *wrong, struct span value,
    const char *right)
{
	char shown[SHOWN + 1];
	size_t n = 0;

	for (; n < SHOWN && n < value.len; n++) {
		const unsigned char c = (unsigned char)value.ptr[n];

		shown[n] = c < ' ' || c == 0x7f ? '?' : value.ptr[n];
	}
	shown[n] = '\0';
	if (!text_is_utf8(span_of(shown)))
		for (size_t i = 0; i < n; i++)
			if ((unsigned char)shown[i] >= 0x80)
				shown[i] = '?';
	return err_set(r->err, ERR_CONFIG, "%s:%zu: %s ('%s%s'); %s", r->path,
	    r->line, wrong, shown, value.len > SHOWN ? "..." : "", right);
}

/* ---- lines (RFC 4180; a value does not go on in the next line) ---- */

/* Takes one value, whose octets may be moved to where they begin. */
static bool
take_value(char **at, char *end, struct span *value)
{
	char *from = *at, *to = *at;
	bool quoted = from < end && *from == '"';

	*value = (struct span){ to, 0 };
	for (from += quoted; from < end; from++) {
		if (quoted && *from == '"') {
			if (from + 1 < end && from[1] == '"')
				from++;
			else {
				quoted = false;
				continue;
			}
		} else if (!quoted && *from == ',') {
			break;
		}
		*to++ = *from;
	}
	value->len = (size_t)(to - value->ptr);
	*at = from + 1;
	return !quoted;
}

/* 0: it is no line of CSV. */
static size_t
take_values(char *line, size_t len, struct span values[COLUMNS])
{
	char *at = line, *const end = line + len;
	size_t n = 0;

	do {
		if (n == COLUMNS || !take_value(&at, end, &values[n]))
			return 0;
		n++;
	} while (at <= end);
	return n;
}

static struct span
without_end(const char *line, ssize_t len)
{
	struct span s = { line, (size_t)len };

	if (s.len > 0 && s.ptr[s.len - 1] == '\n')
		s.len--;
	if (s.len > 0 && s.ptr[s.len - 1] == '\r')
		s.len--;
	return s;
}

static const char right_head[] = "the first line names the columns: serial, "
				 "and issuer where there are several";

static bool
read_head(struct reading *r, char *line, size_t len)
{
	struct span values[COLUMNS];
	const size_t bom =
	    len >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	const size_t n = take_values(line + bom, len - bom, values);

	r->serial = r->issuer = COLUMNS;
	for (size_t i = 0; i < n; i++) {
		if (span_eq(values[i], SPAN("serial")))
			r->serial = i;
		if (span_eq(values[i], SPAN("issuer")))
			r->issuer = i;
	}
	return r->serial < COLUMNS ||
	       bad(r, "no column serial", (struct span){ line, len },
		   right_head);
}

/* ---- issuers ---- */

struct common_name {
	struct span is;
};

static bool
take_common_name(const struct attribute *a, void *arg)
{
	struct common_name *name = arg;

	if (a->id == OID_COMMON_NAME)
		name->is = a->value.content;
	return true;
}

static bool
is_called(const struct load_certificate *ca, struct span said)
{
	struct common_name name = { SPAN("") };
	char hex[NAME_MOST];

	name_each(ca->read.subject, take_common_name, &name);
	if (span_eq(name.is, said))
		return true;
	der_hex(ca->read.ski, hex, sizeof hex);
	return ca->read.ski.len > 0 && strlen(hex) == said.len &&
	       strncasecmp(hex, said.ptr, said.len) == 0;
}

static bool
is_same_ca(const struct load_certificate *a, const struct load_certificate *b)
{
	return name_equal(a->read.subject, b->read.subject) &&
	       span_eq(a->read.key.bits, b->read.key.bits);
}

static bool
add_issuer(struct reading *r, const struct load_certificate *ca, uint8_t *is)
{
	struct load_records *to = r->to;

	for (size_t i = 0; i < to->n_issuers; i++)
		if (is_same_ca(to->issuers[i], ca)) {
			*is = (uint8_t)i;
			return true;
		}
	*is = (uint8_t)to->n_issuers;
	to->issuers[to->n_issuers++] = ca; /* there are no more CAs than that */
	return true;
}

/* Who is called so, or (said NULL) who issues: one, and no other. */
static bool
find_issuer(struct reading *r, const struct span *said, uint8_t *is)
{
	const struct load_pki *k = r->pki;
	const struct load_certificate *found = NULL;
	bool several = false;

	for (size_t i = k->n; i < k->n + k->n_cas; i++) {
		const struct load_certificate *ca = &k->at[i];

		if (said != NULL
			? !is_called(ca, *said)
			: k->n_cas > 1 && certificate_is_self_issued(&ca->read))
			continue;
		several = several || (found != NULL && !is_same_ca(found, ca));
		found = ca;
	}
	if (found != NULL && !several)
		return add_issuer(r, found, is);
	if (said == NULL) {
		r->line = 1;
		return bad(r, "no column issuer", SPAN("serial"),
		    "one is needed unless the profile has one issuing CA");
	}
	if (several)
		return bad(r, "more than one CA is called so", *said,
		    "its subject key identifier in hexadecimal");
	return bad(r, "none of the profile's CAs", *said,
	    "the common name of a CA below pki: issuers: or anchors:, or its "
	    "subject key identifier in hexadecimal");
}

/* Lists are by issuer as a rule: most lines say what the one before said. */
static bool
read_issuer(struct reading *r, const struct span *said, uint8_t *is)
{
	const struct span s = said == NULL ? SPAN("") : *said;

	if (r->has_said && span_eq(span_of(r->said), s)) {
		*is = r->said_is;
		return true;
	}
	if (!find_issuer(r, said, is))
		return false;
	r->has_said = s.len < NAME_MOST && memchr(s.ptr, '\0', s.len) == NULL;
	if (r->has_said) {
		memcpy(r->said, s.ptr, s.len);
		r->said[s.len] = '\0';
		r->said_is = *is;
	}
	return true;
}

/* ---- serial numbers ---- */

static int
digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

static bool
read_serial(const struct reading *r, struct span said, struct load_record *to)
{
	static const char right[] =
	    "hexadecimal digits alone, such as 4D3A5E60";
	struct span s = said;

	if (s.len == 0)
		return bad(r, "no serial number", said, right);
	for (size_t i = 0; i < s.len; i++)
		if (digit(s.ptr[i]) < 0)
			return bad(r, "not hexadecimal", said, right);
	while (s.len > 0 && s.ptr[0] == '0')
		s = span_skip(s, 1);
	if (s.len == 0)
		return bad(r, "not a serial number", said,
		    "they are positive (RFC 5280 4.1.2.2)");
	if (s.len > (size_t)2 * LOAD_RECORDS_SERIAL)
		return bad(r, "too long", said,
		    "20 octets at most (RFC 5280 4.1.2.2)");
	to->len = (uint8_t)((s.len + 1) / 2);
	memset(to->serial, 0, sizeof to->serial);
	for (size_t i = 0; i < s.len; i++) {
		const size_t nibble = i + s.len % 2;

		to->serial[nibble / 2] =
		    (unsigned char)(to->serial[nibble / 2] << 4 |
				    digit(s.ptr[i]));
	}
	return true;
}

struct span
load_records_serial(const struct load_record *r)
{
	return (struct span){ (const char *)r->serial, r->len };
}

static bool
read_record(struct reading *r, char *line, size_t len)
{
	struct load_records *to = r->to;
	struct span values[COLUMNS];
	const size_t n = take_values(line, len, values);
	struct load_record one;

	if (len == 0)
		return bad(r, "an empty line", SPAN(""),
		    "a serial number in every line");
	if (n == 0)
		return bad(r, "no line of CSV", SPAN(""),
		    "64 columns at most, and quotation marks in pairs "
		    "(RFC 4180)");
	if (n <= r->serial || (r->issuer < COLUMNS && n <= r->issuer))
		return bad(r, "not all of the columns", values[0],
		    "as many as the first line names");
	if (to->n == LOAD_RECORDS_MOST)
		return bad(
		    r, "too many lines", values[r->serial], "20000000 at most");
	if (!read_serial(r, values[r->serial], &one) ||
	    !read_issuer(r, r->issuer < COLUMNS ? &values[r->issuer] : NULL,
		&one.issuer))
		return false;
	if (to->n == r->room) {
		r->room = r->room == 0 ? 4096 : 2 * r->room;
		to->at = mem_grow(to->at, r->room * sizeof to->at[0]);
	}
	to->at[to->n++] = one;
	return true;
}

/* ---- none twice ---- */

static int
compare(const void *a, const void *b, void *arg)
{
	const struct load_record *at = arg;
	const uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	const struct load_record *x = &at[i], *y = &at[j];
	int d = x->issuer - y->issuer;

	d = d != 0 ? d : x->len - y->len;
	d = d != 0 ? d : memcmp(x->serial, y->serial, x->len);
	return d != 0 ? d : i < j ? -1 : i > j;
}

/* The line of a record is known by its number: no line is empty. */
static bool
are_distinct(struct reading *r)
{
	const struct load_records *to = r->to;
	uint32_t *order = mem_new(to->n + 1, sizeof order[0]);
	size_t twice = to->n;
	char hex[2 * LOAD_RECORDS_SERIAL + 4], right[80];

	for (size_t i = 0; i < to->n; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, to->n, sizeof order[0], compare, to->at);
	for (size_t i = 1; i < to->n; i++) {
		const struct load_record *x = &to->at[order[i - 1]];
		const struct load_record *y = &to->at[order[i]];

		if (x->issuer != y->issuer || x->len != y->len ||
		    memcmp(x->serial, y->serial, x->len) != 0 ||
		    order[i] >= twice)
			continue;
		twice = order[i];
		snprintf(right, sizeof right,
		    "each certificate once; it is in line %u, too",
		    (unsigned)order[i - 1] + 2);
	}
	free(order);
	if (twice == to->n)
		return true;
	r->line = twice + 2;
	der_hex(load_records_serial(&to->at[twice]), hex, sizeof hex);
	return bad(
	    r, "a serial number for the second time", span_of(hex), right);
}

/* ---- the file ---- */

static bool
read_lines(struct reading *r, FILE *file)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	bool ok = true;

	while (ok && (n = getline(&line, &size, file)) != -1) {
		const size_t len = without_end(line, n).len;

		r->line++;
		if (len > LINE_MOST)
			ok = bad(r, "too long a line",
			    (struct span){ line, len }, "65536 octets at most");
		else if (r->line == 1)
			ok = read_head(r, line, len);
		else
			ok = read_record(r, line, len);
	}
	if (ok && ferror(file))
		ok = err_set(r->err, ERR_IO, "read %s", r->path);
	free(line);
	return ok;
}

bool
load_records_read(struct load_records *to, const struct load_pki *pki,
    const char *path, struct err *err)
{
	struct reading r = { .to = to, .pki = pki, .path = path, .err = err };
	FILE *file = fopen(path, "re");
	bool ok;

	*to = (struct load_records){ 0 };
	if (file == NULL)
		return err_set(err, ERR_IO, "open %s", path);
	ok = read_lines(&r, file);
	fclose(file);
	if (ok && to->n == 0) {
		r.line += r.line == 0;
		ok = bad(&r, "no certificate in it", SPAN(""), right_head);
	}
	ok = ok && are_distinct(&r);
	if (!ok)
		load_records_free(to);
	return ok;
}

void
load_records_free(struct load_records *r)
{
	free(r->at);
	*r = (struct load_records){ 0 };
}
