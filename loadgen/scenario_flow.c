/* SPDX-License-Identifier: MIT */
/*
 * Reading the flows of a scenario.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/digest.h"
#include "lib/mem.h"
#include "loadgen/drivers/http_answer.h"
#include "loadgen/scenario_inner.h"

#define COUNT(table)  (sizeof(table) / sizeof((table)[0]))
#define MESSAGE_LEAST 400
#define MESSAGE_MOST  (64 << 20)

/* One flow on its way from the file into the scenario. */
struct taking {
	struct scenario_reading *r;
	size_t i; /* in the file */
	struct raw_flow *raw;
	struct scenario_flow *to;
	const struct profile_endpoint *endpoint; /* NULL: there is none */
	const struct framing *framing;           /* NULL: HTTP */
	bool uses_account, uses_message;
};

static struct conf_key
key_of(const struct taking *t, const char *key)
{
	return conf_key("flows[%zu].%s", t->i, key);
}

static bool
bad(const struct taking *t, const char *key, const char *wrong,
    const char *right)
{
	return scenario_bad(t->r, key_of(t, key), wrong, right);
}

static bool
has(const struct taking *t, const char *key)
{
	return conf_find(t->r->conf, key_of(t, key).text) != NULL;
}

/* ---- who and where ---- */

static bool
check_name(const struct taking *t)
{
	const char *name = t->raw->name;

	if (!scenario_check_name(t->r, key_of(t, "name"), name))
		return false;
	for (size_t f = 0; f < t->i; f++)
		if (strcmp(t->r->raw->flows[f].name, name) == 0)
			return bad(t, "name", "a second flow of this name",
			    "another name");
	return true;
}

/* The first of the services that the profile has, else the first. */
static bool
take_service(struct taking *t)
{
	size_t n, chosen = t->raw->n_services;
	const char *const *known = profile_known_services(&n);
	const struct framing *framing = framing_of(t->raw->services[0]);

	for (size_t i = 0; i < t->raw->n_services; i++) {
		const struct conf_key key =
		    conf_key("flows[%zu].services[%zu]", t->i, i);
		const char *service = t->raw->services[i];

		if (scenario_one_of(t->r, key, service, known, n) == -1)
			return false;
		if (framing_of(service) != framing)
			return scenario_bad(t->r, key,
			    "it does not speak what the first one does",
			    "services of one protocol");
		if (chosen == t->raw->n_services &&
		    profile_endpoint(t->r->profile, service) != NULL)
			chosen = i;
	}
	if (chosen == t->raw->n_services)
		chosen = 0;
	t->framing = framing;
	t->endpoint = profile_endpoint(t->r->profile, t->raw->services[chosen]);
	t->to->speaks = framing == NULL ? SPEAKS_HTTP : SPEAKS_LINES;
	t->to->service = scenario_move(&t->raw->services[chosen]);
	return true;
}

static void
add_account(struct scenario_flow *to, size_t account)
{
	to->accounts = mem_grow(
	    to->accounts, (to->n_accounts + 1) * sizeof to->accounts[0]);
	to->accounts[to->n_accounts++] = (uint32_t)account;
}

/* Some of those at the top; "load*" again all that begin so. */
static bool
take_accounts(struct taking *t)
{
	const struct scenario *sc = t->r->sc;

	for (size_t i = 0; i < t->raw->n_accounts; i++) {
		const struct conf_key key =
		    conf_key("flows[%zu].accounts[%zu]", t->i, i);
		const char *role = t->raw->accounts[i];
		const size_t star = strcspn(role, "*");
		int at;

		for (size_t a = 0; role[star] == '*' && a < sc->n_accounts; a++)
			if (strncmp(sc->accounts[a], role, star) == 0)
				add_account(t->to, a);
		if (role[star] == '*')
			continue;
		at = scenario_one_of(t->r, key, role,
		    (const char *const *)sc->accounts, sc->n_accounts);
		if (at == -1)
			return false;
		add_account(t->to, (size_t)at);
	}
	return t->raw->n_accounts == 0 || t->to->n_accounts != 0 ||
	       bad(t, "accounts", "no account at the top begins so",
		   "a role that is there");
}

/* ---- what is said ---- */

static bool
take_part(struct taking *t, const char *key, char **raw, char **to)
{
	struct scenario_part part = {
		.text = *raw,
		.key = key_of(t, key),
		.flow = t->to->name,
		.framing = t->framing,
		.message = t->raw->message != NULL,
		.body = strcmp(key, "body") == 0,
	};

	if (*raw == NULL)
		return true;
	if (!scenario_check_part(t->r, &part))
		return false;
	t->uses_account |= part.uses_account;
	t->uses_message |= part.uses_message && part.body;
	if (strcmp(key, "begin") != 0 || t->endpoint == NULL ||
	    t->endpoint->tls != PROFILE_TLS_STARTTLS ||
	    t->raw->starttls == RAW_NO || part.uses_tls)
		*to = scenario_move(raw);
	else
		*to = scenario_with_starttls(*raw, t->framing);
	return true;
}

static bool
take_lines(struct taking *t)
{
	struct raw_flow *raw = t->raw;

	if (has(t, "http"))
		return bad(t, "http", "not what this service speaks",
		    "body: a script, or services: [https]");
	if (raw->body == NULL)
		return bad(t, "body", "missing", "a script: lib/dialogue.h");
	/* The greeting is heard in begin; TLS is taken up behind it. */
	if (raw->begin == NULL)
		return bad(
		    t, "begin", "missing", "a script that hears the greeting");
	if (t->framing != &framing_ldap &&
	    strncmp(raw->begin + strspn(raw->begin, " \n"), "S", 1) != 0)
		return bad(t, "begin", "it does not begin with the greeting",
		    "S: and what the target says first");
	return take_part(t, "begin", &raw->begin, &t->to->begin) &&
	       take_part(t, "body", &raw->body, &t->to->body) &&
	       take_part(t, "end", &raw->end, &t->to->end);
}

static bool
check_request(const struct taking *t)
{
	const struct raw_http *h = &t->raw->http;

	if (h->path[0] != '/' || strpbrk(h->path, " \t\r\n") != NULL)
		return bad(t, "http.path", "not a path",
		    "it begins with / and has no blanks");
	if (h->method != NULL &&
	    h->method[strspn(h->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] != '\0')
		return bad(t, "http.method", "not a method",
		    "capital letters, such as GET");
	if (has(t, "http.version") && h->version != 1 && h->version != 2)
		return bad(t, "http.version", "not a version", "1 or 2");
	if (h->version == 2 && t->r->sc->prepared != NULL &&
	    t->r->sc->prepared->answers)
		return bad(t, "http.version", "answers are kept of HTTP/1.1",
		    "1, or without prepare");
	if (h->headers != NULL && h->version == 2)
		return bad(t, "http.headers", "HTTP/2 has no lines",
		    "version: 1, or without headers");
	if (has(t, "http.streams") &&
	    (h->version != 2 || h->streams < 1 || h->streams > 64))
		return bad(t, "http.streams", "not a number of streams",
		    "1 to 64, with version: 2");
	if (has(t, "http.status") && (h->status < 100 || h->status > 599))
		return bad(t, "http.status", "not a status", "100 to 599");
	if (h->sm3 != NULL && !digest_is(h->sm3))
		return bad(t, "http.sm3", "not an SM3 digest",
		    "64 hexadecimal digits, small letters");
	if (h->type != NULL &&
	    (strlen(h->type) >= ANSWER_TYPE || strchr(h->type, '/') == NULL))
		return bad(t, "http.type", "not a media type",
		    "such as text/html, without parameters");
	if (h->content_type != NULL && h->body == NULL)
		return bad(t, "http.content_type", "there is no body",
		    "body: TEXT, or without content_type");
	return true;
}

/* Two flows may be one operation, asked for in two ways. */
static bool
take_operation(const struct taking *t)
{
	const char *name = t->raw->http.operation;

	if (name == NULL)
		return scenario_add_op(
		    t->r, key_of(t, "name"), span_of(t->to->name));
	return scenario_check_name(t->r, key_of(t, "http.operation"), name) &&
	       scenario_add_op(
		   t->r, key_of(t, "http.operation"), span_of(name));
}

static bool
take_http(struct taking *t)
{
	static const char *const scripts[] = { "begin", "body", "end",
		"message", "delivers", "starttls" };
	static const struct scenario_range length = { QUANTITY_SIZE, 0, 1e12,
		"0 B to 1 TB" };
	struct raw_http *h = &t->raw->http;
	double octets = 0;

	for (size_t i = 0; i < COUNT(scripts); i++)
		if (has(t, scripts[i]))
			return bad(t, scripts[i],
			    "not what this service speaks",
			    "http: with path, method, status, ...");
	if (!has(t, "http"))
		return bad(t, "http", "missing", "http: {path: /}");
	if (!check_request(t) ||
	    (h->length != NULL &&
		!scenario_quantity(t->r, key_of(t, "http.length"), h->length,
		    length, &octets)) ||
	    !take_operation(t))
		return false;
	t->to->http = (struct scenario_http){
		.method = h->method == NULL ? mem_text(SPAN("GET"))
					    : scenario_move(&h->method),
		.path = scenario_move(&h->path),
		.body = scenario_move(&h->body),
		.content_type = scenario_move(&h->content_type),
		.status = has(t, "http.status") ? (int)h->status : 200,
		.length = (int64_t)octets,
		.sm3 = scenario_move(&h->sm3),
		.contains = scenario_move(&h->contains),
		.type = scenario_move(&h->type),
		.headers = scenario_move(&h->headers),
		.operation = scenario_move(&h->operation),
		.version = (int)h->version,
		.streams = (int)h->streams,
		.keeps =
		    t->r->sc->prepared != NULL && t->r->sc->prepared->answers,
	};
	return true;
}

/* ---- how often ---- */

static bool
take_repeat(struct taking *t)
{
	static const struct scenario_range times = { QUANTITY_COUNT, 1, 1e9,
		"1 to 1000000000, or 'to the end'" };
	const char *repeat = t->raw->repeat;
	double n = 1;

	t->to->repeat = 1;
	if (repeat == NULL)
		return true;
	if (t->r->sc->arrive == ARRIVE_REQUESTS)
		return bad(t, "repeat", "each request that arrives is one body",
		    "arrive: sessions, or without repeat");
	t->to->stays = strcmp(repeat, "to the end") == 0;
	if (t->to->stays)
		n = 1e9;
	else if (!scenario_quantity(
		     t->r, key_of(t, "repeat"), repeat, times, &n))
		return false;
	t->to->repeat = (int)n;
	return true;
}

static bool
take_think(struct taking *t)
{
	static const struct scenario_range range = { QUANTITY_TIME, 0,
		SCENARIO_WEEK_US, "0 s to 7 days" };
	static const char *const ways[] = { "constant", "exponential" };
	const struct raw_flow *raw = t->raw;
	double us = 0;
	int way = 0;

	if (raw->think == NULL)
		return raw->thinking == NULL ||
		       bad(t, "thinking", "nobody thinks here", "think: 2 s");
	if (raw->repeat == NULL && t->r->sc->arrive != ARRIVE_CLOSED)
		return bad(t, "think", "nothing comes after it",
		    "repeat: 10, or without think");
	if (!scenario_quantity(
		t->r, key_of(t, "think"), raw->think, range, &us))
		return false;
	if (raw->thinking != NULL)
		way = scenario_one_of(t->r, key_of(t, "thinking"),
		    raw->thinking, ways, COUNT(ways));
	t->to->think_us = (int64_t)(us + 0.5);
	t->to->think_random = way == 1;
	return way != -1;
}

static bool
take_message(struct taking *t)
{
	static const struct scenario_range size = { QUANTITY_SIZE,
		MESSAGE_LEAST, MESSAGE_MOST, "400 B to 64 MiB" };
	const struct raw_flow *raw = t->raw;
	double octets = 0;

	if (raw->message != NULL &&
	    !scenario_quantity(
		t->r, key_of(t, "message"), raw->message, size, &octets))
		return false;
	t->to->size = (int64_t)(octets + 0.5);
	t->to->delivers = raw->delivers == RAW_YES;
	if (!t->to->delivers)
		return true;
	if (t->framing != &framing_smtp)
		return bad(t, "delivers",
		    "nothing is delivered by this service",
		    "smtp, submission or submissions");
	if (raw->message == NULL)
		return bad(t, "delivers", "how large is what it delivers?",
		    "message: 20 KiB");
	return true;
}

static bool
take_weight(struct taking *t)
{
	t->to->weight = has(t, "weight") ? t->raw->weight : 1;
	return (t->to->weight > 0 && t->to->weight <= 1e6) ||
	       bad(t, "weight", "out of range",
		   "more than 0 and at most 1000000");
}

static bool
check_use(const struct taking *t)
{
	if (t->uses_account && t->r->sc->n_accounts == 0 &&
	    t->r->raw->n_accounts == 0)
		return bad(t, "begin", "an account, and there are none",
		    "accounts: [alice, bob] at the top");
	t->r->sc->uses_accounts |= t->uses_account;
	return !t->to->delivers || t->uses_message ||
	       bad(t, "delivers", "its body does not send ${message}",
		   "C.: ${message}, or without delivers");
}

static bool
take_flow(struct taking *t)
{
	if (!check_name(t))
		return false;
	t->to->name = mem_text(span_of(t->raw->name));
	return take_weight(t) && take_service(t) && take_accounts(t) &&
	       take_repeat(t) && take_think(t) && take_message(t) &&
	       (t->framing == NULL ? take_http(t) : take_lines(t)) &&
	       check_use(t);
}

/* ---- which of them ---- */

static bool
has_all(const struct taking *t)
{
	const struct scenario *sc = t->r->sc;

	if (t->endpoint == NULL)
		return false;
	for (size_t i = 0; i < t->to->n_accounts; i++)
		if (profile_account(t->r->profile,
			sc->accounts[t->to->accounts[i]]) == NULL)
			return false;
	return true;
}

/* Accounts of flows that were left out are not asked for. */
static void
drop_accounts(struct scenario *sc)
{
	uint32_t *to = mem_new(sc->n_accounts, sizeof *to);
	bool *used = mem_new(sc->n_accounts, sizeof *used);
	uint32_t n = 0;

	for (size_t f = 0; f < sc->n_flows; f++) {
		const struct scenario_flow *flow = &sc->flows[f];

		for (size_t i = 0; i < sc->n_accounts; i++)
			used[i] |= flow->n_accounts == 0;
		for (size_t i = 0; i < flow->n_accounts; i++)
			used[flow->accounts[i]] = true;
	}
	for (size_t i = 0; i < sc->n_accounts; i++) {
		to[i] = n;
		if (used[i])
			sc->accounts[n++] = sc->accounts[i];
		else
			free(sc->accounts[i]);
	}
	sc->n_accounts = n;
	for (size_t f = 0; f < sc->n_flows; f++)
		for (size_t i = 0; i < sc->flows[f].n_accounts; i++)
			sc->flows[f].accounts[i] = to[sc->flows[f].accounts[i]];
	free(to);
	free(used);
}

/* Whatever nobody can do without stays: the scenario does not apply then. */
bool
scenario_take_flows(struct scenario_reading *r)
{
	struct scenario *sc = r->sc;
	bool optional;

	sc->flows = mem_new(r->raw->n_flows, sizeof sc->flows[0]);
	for (size_t i = 0; i < r->raw->n_flows; i++) {
		struct taking t = { .r = r,
			.i = i,
			.raw = &r->raw->flows[i],
			.to = &sc->flows[sc->n_flows] };

		r->flow_of[i] = (int)sc->n_flows++;
		if (!take_flow(&t))
			return false;
		optional = t.raw->optional == RAW_YES;
		if (optional && !has_all(&t)) {
			scenario_flow_free(t.to);
			*t.to = (struct scenario_flow){ 0 };
			sc->n_flows--;
			r->flow_of[i] = -1;
		}
	}
	if (sc->n_flows == 0)
		return scenario_bad(r, conf_key("flows"),
		    "all of them are optional, and the profile has none",
		    "a flow that is not optional");
	drop_accounts(sc);
	return true;
}
