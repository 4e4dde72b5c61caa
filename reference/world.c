/* SPDX-License-Identifier: MIT */
#include "reference/world.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "lib/span.h"

#define FILE_MOST    ((size_t)1 << 20)
#define COLUMNS_MOST 9

/* One row being read, and where it stands, for complaints. */
struct row {
	const char *path;
	const char *const *names; /* of the columns */
	size_t n;
	int line;
	struct span field[COLUMNS_MOST];
	struct err *err;
};

enum { ROLE, USER, ADDRESS, ALIASES, NAME_ZH, UNIT, PASSWORD, QUOTA, FLAGS };
static const char *const people_names[] = { "role", "user", "address",
	"aliases", "name_zh", "unit", "password", "quota_bytes", "flags" };

enum { BOOK_USER, TITLE, TELEPHONE };
static const char *const directory_names[] = { "user", "title", "telephone" };

enum { O_ROLE, O_USER, O_ADDRESS, O_NAME, O_UNIT, O_PASSWORD, DUTIES };
static const char *const officers_names[] = { "role", "user", "address",
	"name_zh", "unit", "password", "duties" };

/* In the order of their bits. */
static const char *const duties[] = { "registrar", "issuer", "auditor",
	"custodian" };

enum { DOMAIN, KIND, DETAIL };
static const char *const domains_names[] = { "domain", "kind", "detail" };

static const char *const kinds[] = {
	[WORLD_LOCAL] = "local",
	[WORLD_ROUTE] = "route",
	[WORLD_DEAD] = "dead",
};

static bool
wrong(const struct row *r, size_t column, const char *right)
{
	return err_set(r->err, ERR_CONFIG, "%s:%d: %s: \"%.*s\" is wrong: %s",
	    r->path, r->line, r->names[column],
	    SPAN_FMT(span_take(r->field[column], 80)), right);
}

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	return true;
}

static bool
is_nothing(struct span s)
{
	return span_eq(s, SPAN("-"));
}

/* ---- the file, cut into rows ---- */

static bool
row_cut(struct row *r, struct span line)
{
	size_t n = 1;

	for (size_t i = 0; i < line.len; i++)
		n += line.ptr[i] == '\t';
	if (n != r->n)
		return err_set(r->err, ERR_CONFIG,
		    "%s:%d: %zu columns, should be %zu, split by one tab: "
		    "\"%.*s\"",
		    r->path, r->line, n, r->n, SPAN_FMT(span_take(line, 80)));
	for (size_t i = 0; i < r->n; i++)
		r->field[i] = span_cut(&line, '\t');
	return true;
}

static bool
row_heads(const struct row *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (!span_eq(r->field[i], span_of(r->names[i])))
			return wrong(r, i,
			    "the first line must head this column with its "
			    "name");
	return true;
}

static bool
row_filled(const struct row *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->field[i].len == 0)
			return wrong(r, i, "write - for nothing");
	return true;
}

typedef bool row_taker(struct world *, const struct row *);

static bool
rows_take(struct row *r, struct span text, row_taker *take, struct world *world)
{
	while (text.len > 0) {
		const struct span line = span_cut(&text, '\n');

		r->line++;
		if (!row_cut(r, line) || !row_filled(r))
			return false;
		if (r->line == 1 ? !row_heads(r) : !take(world, r))
			return false;
	}
	if (r->line < 2)
		return err_set(r->err, ERR_CONFIG,
		    "%s:1: no rows; needs a line of column names and one row "
		    "at least",
		    r->path);
	return true;
}

static bool
table_read(const char *path, const char *const *names, size_t n,
    row_taker *take, struct world *world, struct err *err)
{
	struct row r = { .path = path, .names = names, .n = n, .err = err };
	struct buf text;
	bool ok;

	buf_init(&text, FILE_MOST);
	ok = files_read(path, &text, err) &&
	     rows_take(&r, buf_span(&text), take, world);
	buf_free(&text);
	return ok;
}

/* ---- domains.tsv ---- */

static bool
is_domain(struct span s)
{
	if (s.len == 0 || s.len > 253 || s.ptr[0] == '.' ||
	    s.ptr[s.len - 1] == '.')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.ptr[i];

		if (c < 0x80 && !isalnum(c) && c != '-' && c != '.')
			return false;
		if (c == '.' && s.ptr[i - 1] == '.')
			return false;
	}
	return true;
}

static const struct world_domain *
domain_find(const struct world *world, struct span name)
{
	for (size_t i = 0; i < world->n_domains; i++)
		if (span_caseeq(span_of(world->domains[i].name), name) ||
		    span_caseeq(span_of(world->domains[i].ascii), name))
			return &world->domains[i];
	return NULL;
}

static bool
kind_parse(struct span s, enum world_kind *kind)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (span_eq(s, span_of(kinds[i]))) {
			*kind = (enum world_kind)i;
			return true;
		}
	return false;
}

/* An A-label form has at least one A-label: RFC 5890 2.3.2.1. */
static bool
local_detail(const struct row *r, struct world_domain *d)
{
	const struct span name = r->field[DOMAIN], detail = r->field[DETAIL];

	if (is_ascii(name) && !is_nothing(detail))
		return wrong(r, DETAIL, "- for a local domain in ASCII");
	if (!is_ascii(name) &&
	    (!is_domain(detail) || !is_ascii(detail) ||
		span_find(detail, SPAN("xn--")) == detail.len))
		return wrong(
		    r, DETAIL, "the domain with A-labels, as xn--fsqu00a.test");
	d->ascii = mem_text(is_ascii(name) ? name : detail);
	return true;
}

static bool
port_parse(struct span s, uint16_t *port)
{
	unsigned n = 0;

	if (s.len == 0 || s.len > 5)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		n = n * 10 + (unsigned)(s.ptr[i] - '0');
	}
	*port = (uint16_t)n;
	return n >= 1 && n <= UINT16_MAX;
}

static bool
route_detail(const struct row *r, struct world_domain *d)
{
	const struct span detail = r->field[DETAIL];
	const char *colon = memrchr(detail.ptr, ':', detail.len);
	struct span host = detail;

	if (colon == NULL && (d->kind == WORLD_DEAD || is_nothing(detail)))
		return wrong(r, DETAIL, "HOST:PORT, as 127.0.0.1:2525");
	if (colon != NULL) {
		host.len = (size_t)(colon - detail.ptr);
		if (host.len == 0 ||
		    !port_parse(span_skip(detail, host.len + 1), &d->port))
			return wrong(
			    r, DETAIL, "HOST:PORT with a port from 1 to 65535");
	}
	if (!is_ascii(r->field[DOMAIN]))
		return wrong(r, DOMAIN, "routed domains are in ASCII");
	d->host = mem_text(host);
	d->ascii = mem_text(r->field[DOMAIN]);
	return true;
}

static void
local_add(struct world *world, const char *name)
{
	const size_t n = world->n_local_domains++;

	world->local_domains =
	    mem_grow(world->local_domains, (n + 1) * sizeof(char *));
	world->local_domains[n] = mem_text(span_of(name));
}

static bool
domain_take(struct world *world, const struct row *r)
{
	struct world_domain *d;
	enum world_kind kind;

	if (!is_domain(r->field[DOMAIN]))
		return wrong(r, DOMAIN, "letters, digits, -, dots between");
	if (domain_find(world, r->field[DOMAIN]) != NULL)
		return wrong(r, DOMAIN, "listed before; once is right");
	if (!kind_parse(r->field[KIND], &kind))
		return wrong(r, KIND, "one of local, route, dead");

	world->domains = mem_grow(
	    world->domains, (world->n_domains + 1) * sizeof *world->domains);
	d = &world->domains[world->n_domains++];
	*d = (struct world_domain){ .kind = kind };
	d->name = mem_text(r->field[DOMAIN]);
	if (kind != WORLD_LOCAL)
		return route_detail(r, d);
	local_add(world, d->name);
	return local_detail(r, d);
}

/* ---- people.tsv ---- */

/* EMAIL-F-23: at least 8 characters, from 3 of 4 classes. */
static bool
is_good_password(struct span s)
{
	bool lower = false, upper = false, digit = false, other = false;

	for (size_t i = 0; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.ptr[i];

		if (c <= ' ' || c >= 0x7f)
			return false;
		lower |= islower(c) != 0;
		upper |= isupper(c) != 0;
		digit |= isdigit(c) != 0;
		other |= isalnum(c) == 0;
	}
	return s.len >= 8 && lower + upper + digit + other >= 3;
}

static bool
number_parse(struct span s, int64_t *n)
{
	*n = 0;
	if (s.len == 0 || s.len > 15)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		*n = *n * 10 + (s.ptr[i] - '0');
	}
	return true;
}

static bool
has_address(const struct world_person *p, struct span address)
{
	if (span_caseeq(span_of(p->address), address))
		return true;
	for (size_t i = 0; i < p->n_aliases; i++)
		if (span_caseeq(span_of(p->aliases[i]), address))
			return true;
	return false;
}

/* All of them, officers behind people; NULL at the end. */
static const struct world_person *
person_at(const struct world *world, size_t i)
{
	if (i < world->n_people)
		return &world->people[i];
	i -= world->n_people;
	return i < world->n_officers ? &world->officers[i] : NULL;
}

static bool
address_check(const struct world *world, const struct row *r, size_t column,
    struct span address)
{
	const size_t at = span_find(address, SPAN("@"));
	const struct world_domain *d;

	if (at == 0 || at + 1 >= address.len || address.len > 254)
		return wrong(r, column, "LOCAL@DOMAIN");
	d = domain_find(world, span_skip(address, at + 1));
	if (d == NULL || d->kind != WORLD_LOCAL)
		return wrong(r, column,
		    "the domain of an address must be a local one of "
		    "domains.tsv");
	for (size_t i = 0; person_at(world, i) != NULL; i++)
		if (has_address(person_at(world, i), address))
			return wrong(r, column, "the address is taken already");
	return true;
}

static bool
aliases_check(const struct world *world, const struct row *r)
{
	struct span rest = r->field[ALIASES];

	if (is_nothing(rest))
		return true;
	while (rest.len > 0)
		if (!address_check(world, r, ALIASES, span_cut(&rest, ',')))
			return false;
	return true;
}

static void
aliases_take(struct world_person *p, struct span rest)
{
	while (!is_nothing(rest) && rest.len > 0) {
		p->aliases = mem_grow(
		    p->aliases, (p->n_aliases + 1) * sizeof *p->aliases);
		p->aliases[p->n_aliases++] = mem_text(span_cut(&rest, ','));
	}
}

static bool
flags_take(const struct row *r, struct world_person *p)
{
	struct span rest = r->field[FLAGS];

	while (!is_nothing(rest) && rest.len > 0) {
		const struct span word = span_cut(&rest, ',');

		if (span_eq(word, SPAN("lockout")))
			p->lockout = true;
		else if (span_eq(word, SPAN("system")))
			p->system = true;
		else if (span_eq(word, SPAN("administrator")))
			p->administrator = true;
		else
			return wrong(r, FLAGS,
			    "words of lockout, system, administrator; - for "
			    "none");
	}
	return true;
}

/* Role, user and address come first in either table. */
static bool
person_check(const struct world *world, const struct row *r, size_t password)
{
	const struct world_person *p;

	for (size_t i = 0; (p = person_at(world, i)) != NULL; i++) {
		if (span_eq(span_of(p->role), r->field[ROLE]))
			return wrong(r, ROLE, "the role is taken already");
		if (span_caseeq(span_of(p->user), r->field[USER]))
			return wrong(r, USER, "the user is there already");
	}
	if (!is_ascii(r->field[USER]) || r->field[USER].len > 127)
		return wrong(r, USER, "at most 127 characters of ASCII");
	if (!is_good_password(r->field[password]))
		return wrong(r, password,
		    "8 characters or more of printable ASCII, of 3 of the 4 "
		    "classes: lower, upper, digits, others");
	return address_check(world, r, ADDRESS, r->field[ADDRESS]);
}

static bool
person_take(struct world *world, const struct row *r)
{
	struct world_person *p;

	if (!person_check(world, r, PASSWORD) || !aliases_check(world, r))
		return false;
	world->people = mem_grow(
	    world->people, (world->n_people + 1) * sizeof *world->people);
	p = &world->people[world->n_people++];
	*p = (struct world_person){ 0 };
	p->role = mem_text(r->field[ROLE]);
	p->user = mem_text(r->field[USER]);
	p->address = mem_text(r->field[ADDRESS]);
	p->name_zh = mem_text(r->field[NAME_ZH]);
	p->unit = mem_text(r->field[UNIT]);
	p->password = mem_text(r->field[PASSWORD]);
	aliases_take(p, r->field[ALIASES]);
	if (!number_parse(r->field[QUOTA], &p->quota_bytes))
		return wrong(r, QUOTA, "octets in digits; 0 for no quota");
	return flags_take(r, p);
}

/* ---- officers.tsv ---- */

static bool
duties_take(const struct row *r, unsigned *set)
{
	struct span rest = r->field[DUTIES];

	while (rest.len > 0) {
		const struct span word = span_cut(&rest, ',');
		unsigned duty = 0;

		for (size_t i = 0; i < sizeof duties / sizeof duties[0]; i++)
			if (span_eq(word, span_of(duties[i])))
				duty = 1u << i;
		if (duty == 0)
			return wrong(r, DUTIES,
			    "words of registrar, issuer, auditor, custodian");
		*set |= duty;
	}
	return true;
}

static bool
officer_take(struct world *world, const struct row *r)
{
	struct world_person *p;

	if (!person_check(world, r, O_PASSWORD))
		return false;
	world->officers = mem_grow(
	    world->officers, (world->n_officers + 1) * sizeof *world->officers);
	p = &world->officers[world->n_officers++];
	*p = (struct world_person){ .role = mem_text(r->field[O_ROLE]),
		.user = mem_text(r->field[O_USER]),
		.address = mem_text(r->field[O_ADDRESS]),
		.name_zh = mem_text(r->field[O_NAME]),
		.unit = mem_text(r->field[O_UNIT]),
		.password = mem_text(r->field[O_PASSWORD]) };
	return duties_take(r, &p->duties);
}

/* ---- directory.tsv ---- */

static char *
text_or_null(struct span s)
{
	return is_nothing(s) ? NULL : mem_text(s);
}

static bool
book_take(struct world *world, const struct row *r)
{
	for (size_t i = 0; i < world->n_people; i++) {
		struct world_person *p = &world->people[i];

		if (!span_caseeq(span_of(p->user), r->field[BOOK_USER]))
			continue;
		if (p->title != NULL || p->telephone != NULL)
			return wrong(r, BOOK_USER, "listed before");
		p->title = text_or_null(r->field[TITLE]);
		p->telephone = text_or_null(r->field[TELEPHONE]);
		return true;
	}
	return wrong(r, BOOK_USER, "a user of people.tsv");
}

/* ---- all of them ---- */

bool
world_read(const char *dir, struct world *world, struct err *err)
{
	char *domains = mem_textf("%s/domains.tsv", dir);
	char *people = mem_textf("%s/people.tsv", dir);
	char *book = mem_textf("%s/directory.tsv", dir);
	char *officers = mem_textf("%s/officers.tsv", dir);
	bool ok;

	*world = (struct world){ 0 };
	ok = table_read(domains, domains_names,
		 sizeof domains_names / sizeof domains_names[0], domain_take,
		 world, err) &&
	     table_read(people, people_names,
		 sizeof people_names / sizeof people_names[0], person_take,
		 world, err);
	if (ok && access(book, F_OK) == 0) /* a world needs none */
		ok = table_read(book, directory_names,
		    sizeof directory_names / sizeof directory_names[0],
		    book_take, world, err);
	if (ok && access(officers, F_OK) == 0)
		ok = table_read(officers, officers_names,
		    sizeof officers_names / sizeof officers_names[0],
		    officer_take, world, err);
	if (!ok)
		world_free(world);
	free(domains);
	free(people);
	free(book);
	free(officers);
	return ok;
}

const struct world_person *
world_person(const struct world *world, const char *role)
{
	const struct world_person *p;

	for (size_t i = 0; (p = person_at(world, i)) != NULL; i++)
		if (strcmp(p->role, role) == 0)
			return p;
	return NULL;
}

static void
person_free(struct world_person *p)
{
	for (size_t i = 0; i < p->n_aliases; i++)
		free(p->aliases[i]);
	free(p->aliases);
	free(p->role);
	free(p->user);
	free(p->address);
	free(p->name_zh);
	free(p->unit);
	free(p->password);
	free(p->title);
	free(p->telephone);
}

void
world_free(struct world *world)
{
	for (size_t i = 0; i < world->n_people; i++)
		person_free(&world->people[i]);
	for (size_t i = 0; i < world->n_officers; i++)
		person_free(&world->officers[i]);
	for (size_t i = 0; i < world->n_domains; i++) {
		free(world->domains[i].name);
		free(world->domains[i].ascii);
		free(world->domains[i].host);
	}
	for (size_t i = 0; i < world->n_local_domains; i++)
		free(world->local_domains[i]);
	free(world->people);
	free(world->officers);
	free(world->domains);
	free(world->local_domains);
	*world = (struct world){ 0 };
}
