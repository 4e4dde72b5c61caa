/* SPDX-License-Identifier: MIT */
#include "conformance/cases/cert/published.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/status.h"
#include "lib/clock.h"
#include "lib/framing_ldap.h"
#include "lib/mem.h"

enum {
	HEARD_MOST = 48 << 20, /* octets of one answer's lines */
	VALUES_MOST = 512,     /* of one answer */
};

/* ---- collect: lines ---- */

void
published_quote(struct buf *b, struct span octets)
{
	buf_addf(b, "\"");
	for (size_t i = 0; i < octets.len; i++) {
		const unsigned char c = (unsigned char)octets.ptr[i];

		if (c < ' ' || c >= 0x7f || strchr("\"\\()*", c) != NULL)
			buf_addf(b, "\\%02x", c);
		else
			buf_addf(b, "%c", c);
	}
	buf_addf(b, "\"");
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* What stands between quotes, and takes it off; false: no quotes. */
static bool
take_quoted(struct span *s, struct buf *out)
{
	if (!span_starts(*s, SPAN("\"")))
		return false;
	*s = span_skip(*s, 1);
	while (s->len > 0 && s->ptr[0] != '"') {
		const bool escaped = s->ptr[0] == '\\' && s->len > 2;
		const char c = escaped ? (char)(hex_digit(s->ptr[1]) * 16 +
						hex_digit(s->ptr[2]))
				       : s->ptr[0];

		buf_add(out, (struct span){ &c, 1 });
		*s = span_skip(*s, escaped ? 3 : 1);
	}
	*s = span_skip(*s, 1);
	return true;
}

/* ---- collect: values ---- */

struct answer {
	struct publisher *by;
	const char *name;
	struct buf list;
	size_t n, octets; /* values that were filed */
};

/* What a directory has besides is nobody's business here. */
static bool
is_ours(struct span attribute)
{
	static const char *const types[] = { "userCertificate", "cACertificate",
		"certificateRevocationList", "authorityRevocationList",
		"deltaRevocationList" };
	const struct span type = span_cut(&attribute, ';');

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (span_caseeq(type, span_of(types[i])))
			return true;
	return false;
}

/* A field of a line: what would end it is no part of a name. */
static void
put_field(struct buf *b, struct span s, char end)
{
	for (size_t i = 0; i < s.len; i++)
		buf_addf(
		    b, "%c", (unsigned char)s.ptr[i] < ' ' ? '?' : s.ptr[i]);
	buf_addf(b, "%c", end);
}

static void
file_value(
    struct answer *a, struct span dn, struct span attribute, struct span octets)
{
	char *file;

	if (!is_ours(attribute) || a->octets + octets.len > HEARD_MOST)
		return;
	a->octets += octets.len;
	file = mem_textf("%s-%zu.der", a->name, a->n++);
	trial_file(a->by->trial, file, octets);
	put_field(&a->list, dn, '\t');
	put_field(&a->list, attribute, '\t');
	put_field(&a->list, span_of(file), '\n');
	free(file);
}

/* Behind "N searchResEntry ": "DN" cn="a" cn="b" mail ... */
static void
file_entry(struct answer *a, struct span s)
{
	struct buf dn, octets;

	buf_init(&dn, 1 << 16);
	buf_init(&octets, HEARD_MOST);
	take_quoted(&s, &dn);
	while (s.len > 0 && a->n < VALUES_MOST) {
		const size_t end = span_find(s, SPAN("="));
		const size_t blank = span_find(s, SPAN(" "));
		const struct span attribute =
		    span_take(s, end < blank ? end : blank);

		s = span_skip(s, attribute.len + 1);
		buf_clear(&octets);
		if (end < blank && take_quoted(&s, &octets)) {
			file_value(
			    a, buf_span(&dn), attribute, buf_span(&octets));
			s = span_skip(s, 1);
		}
	}
	buf_free(&octets);
	buf_free(&dn);
}

/* Entries are filed; the line that ends the answer is left in *line. */
static bool
hear_answer(struct answer *a, struct buf *line)
{
	struct publisher *p = a->by;

	while (trial_left_ms(p->trial) > 0) {
		struct span rest;

		buf_clear(line);
		if (!wire_hear_ldap_line(&p->wire, line))
			return false;
		rest = buf_span(line);
		span_cut(&rest, ' ');
		if (span_starts(rest, SPAN("searchResEntry ")))
			file_entry(a, span_skip(rest, 15));
		else if (!span_starts(rest, SPAN("searchResRef ")) &&
			 !span_starts(rest, SPAN("intermediateResponse ")))
			return true;
	}
	return false;
}

void
published_ask(struct publisher *p, const char *name, const char *line)
{
	char *said = mem_textf("%d %s", ++p->id, line);
	char *list = mem_textf("%s.tsv", name), *ms = mem_textf("%s.ms", name);
	char *at = mem_textf("%s.at", name);
	struct answer a = { .by = p, .name = name };
	const struct mono began = clock_mono();
	struct buf end;
	bool ok;

	buf_init(&a.list, 1 << 20);
	buf_init(&end, HEARD_MOST);
	ok = wire_say_ldap(&p->wire, said) && hear_answer(&a, &end);
	trial_fact_int(p->trial, ms, mono_since_us(began, clock_mono()) / 1000);
	status_note_time(p->trial, at);
	if (ok)
		trial_fact(p->trial, name, "%.400s", buf_text(&end));
	else
		trial_fact(p->trial, name, "- %s",
		    p->wire.why[0] == '\0' ? "no end of it" : p->wire.why);
	trial_file(p->trial, list, buf_span(&a.list));
	buf_free(&end);
	buf_free(&a.list);
	free(at);
	free(ms);
	free(list);
	free(said);
}

bool
published_enter(struct publisher *p, struct trial *t, bool bind)
{
	static const char *const who =
	    "1 bind ${alice.dn|quoted} ${alice.password|quoted}";
	char *line;
	bool ok;

	*p = (struct publisher){ .trial = t, .id = 1 };
	ok = wire_open(&p->wire, t, "ldaps") &&
	     wire_shake(&p->wire, NULL, NULL, p->wire.endpoint->name);
	/* a list may be long, and a case is told to hear all of it */
	p->wire.in.cap = HEARD_MOST / 3;
	if (ok && bind) {
		line = trial_expand(t, who);
		ok = wire_say_ldap(&p->wire, line) &&
		     wire_hear_ldap(&p->wire, "1 bindResponse success ");
		free(line);
	}
	trial_fact(t, "entered", "%s", ok ? "yes" : p->wire.why);
	return ok;
}

void
published_leave(struct publisher *p)
{
	wire_close(&p->wire);
}

/* ---- judge ---- */

bool
published_entered(struct trial *t)
{
	const char *entered = trial_fact_text(t, "entered");

	return trial_sane(t, entered != NULL, "nobody has asked") &&
	       trial_need(t, strcmp(entered, "yes") == 0,
		   "the directory does not let us in: %s", entered);
}

static void
open_values(struct trial *t, struct published *p, struct span list)
{
	while (list.len > 0) {
		struct span line = span_cut(&list, '\n');
		struct published_value v;
		const struct buf *octets;
		char *file;

		v.dn = span_cut(&line, '\t');
		v.attribute = span_cut(&line, '\t');
		file = mem_text(line);
		octets = trial_content(t, file);
		free(file);
		if (!trial_sane(t, octets != NULL, "a value was not filed"))
			return;
		v.octets = buf_span(octets);
		p->at = mem_grow(p->at, (p->n + 1) * sizeof *p->at);
		p->at[p->n++] = v;
	}
}

bool
published_open(struct trial *t, const char *name, struct published *p)
{
	char *file = mem_textf("%s.tsv", name), *ms = mem_textf("%s.ms", name);
	char *at = mem_textf("%s.at", name);
	const struct buf *list = trial_content(t, file);
	bool ok;

	*p = (struct published){ .end = trial_fact_text(t, name) };
	ok = trial_sane(t,
		 list != NULL && p->end != NULL &&
		     trial_fact_get_int(t, ms, &p->ms) &&
		     status_time(t, at, &p->when),
		 "%s was not asked", name) &&
	     trial_need(t, p->end[0] != '-', "%s: %s", name, p->end + 1);
	if (ok)
		open_values(t, p, buf_span(list));
	free(at);
	free(ms);
	free(file);
	return ok;
}

void
published_close(struct published *p)
{
	free(p->at);
}

bool
published_ends(const struct published *p, const char *result)
{
	struct span rest = span_of(p->end);

	span_cut(&rest, ' ');
	span_cut(&rest, ' ');
	return span_eq(span_cut(&rest, ' '), span_of(result));
}

bool
published_is(const struct published_value *v, const char *type)
{
	struct span rest = v->attribute;

	return span_caseeq(span_cut(&rest, ';'), span_of(type));
}

bool
published_has_option(const struct published_value *v, const char *option)
{
	struct span rest = v->attribute;

	span_cut(&rest, ';');
	while (rest.len > 0)
		if (span_caseeq(span_cut(&rest, ';'), span_of(option)))
			return true;
	return false;
}

bool
published_of(const struct published_value *v, const char *dn)
{
	struct buf name;
	bool same;

	buf_init(&name, 1 << 16);
	ldap_name(span_of(dn), &name);
	same = span_eq(v->dn, buf_span(&name));
	buf_free(&name);
	return same;
}
