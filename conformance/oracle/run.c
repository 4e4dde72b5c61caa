/* SPDX-License-Identifier: MIT */
#include "conformance/oracle/run.h"

#include <stdarg.h>
#include <stdio.h>

#include "conformance/client/wire.h"
#include "lib/dialogue.h"
#include "lib/mem.h"

#define ENDPOINT "imaps"

struct client {
	struct wire wire;
	struct buf literal; /* of the command in progress */
};

struct run {
	const struct oracle_site *site;
	struct oracle_result *result;
	struct model *model;
	struct client client[ORACLE_CLIENTS];
	int clients;
	int commands; /* sent, for tags */
	unsigned able;
	struct steps_place place;
	char *other;
	bool silent; /* what is said now is not recorded */
	bool heard_tag;
};

static unsigned
able_of(const struct profile *p)
{
	static const struct {
		const char *claim;
		unsigned able;
	} claims[] = {
		{ "imap.uidplus", ABLE_UIDPLUS },
		{ "imap.move", ABLE_MOVE },
		{ "imap.idle", ABLE_IDLE },
		{ "imap.unselect", ABLE_UNSELECT },
		{ "imap.condstore", ABLE_CONDSTORE },
	};
	unsigned able = 0;

	for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
		if (profile_claims(p, claims[i].claim))
			able |= claims[i].able;
	return able;
}

static bool __attribute__((format(printf, 2, 3)))
fails(struct run *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (r->result->why[0] == '\0')
		vsnprintf(r->result->why, sizeof r->result->why, fmt, ap);
	va_end(ap);
	return false;
}

/* Is there any sense in going on? */
static bool
is_well(const struct run *r)
{
	return r->result->why[0] == '\0' &&
	       model_finding(r->model)->rule == RULE_NONE &&
	       model_lost(r->model) == NULL && !r->result->record.full;
}

/* ---- hearing ---- */

static bool
is_go_on(struct span line)
{
	return span_starts(line, SPAN("+"));
}

static bool
is_ok(struct span line)
{
	struct response response;

	response_read(line, &response);
	return response.kind == RESPONSE_TAGGED && response.status == STATUS_OK;
}

/* Takes off what has come whole. */
static void
take_responses(struct run *r, int c, bool *plus, bool *tagged)
{
	struct buf *in = &r->client[c].wire.in;
	struct span rest = buf_span(in), line;

	while (framing_imap.take(&rest, &line, 0) != FRAME_NEED_MORE) {
		*plus |= is_go_on(line);
		*tagged |= !is_go_on(line) && !span_starts(line, SPAN("* "));
		if (!r->silent) {
			oracle_record_add(&r->result->record, c, 'S', line);
			model_heard(r->model, c, line);
		} else if (span_casestarts(line, SPAN("* BYE"))) {
			fails(r, "the server said BYE");
		}
		if (r->silent && *tagged)
			r->heard_tag = is_ok(line);
	}
	buf_drop(in, in->len - rest.len);
}

/* Until a tagged response, or "+" where that is waited for. */
static bool
await(struct run *r, int c, bool wants_plus)
{
	struct wire *w = &r->client[c].wire;
	const struct mono began = clock_mono();
	bool plus = false, tagged = false;

	for (;;) {
		const int64_t left = w->profile->timeouts.reply_ms -
				     mono_since_us(began, clock_mono()) / 1000;

		take_responses(r, c, &plus, &tagged);
		if (tagged || (plus && wants_plus) || !is_well(r))
			return is_well(r);
		if (w->closed || w->why[0] != '\0')
			return fails(r, "client %d: %.150s", c + 1,
			    w->closed ? "the server closed the connection"
				      : w->why);
		if (left <= 0 || w->in.full)
			return fails(r, "client %d: no answer in time", c + 1);
		wire_take_in(w, left);
	}
}

/* Takes in what was said to a client that asked for nothing. */
static void
drain(struct run *r, int c)
{
	bool plus = false, tagged = false;

	wire_take_in(&r->client[c].wire, 0);
	take_responses(r, c, &plus, &tagged);
}

/* ---- saying ---- */

static bool
say(struct run *r, int c, struct span line)
{
	if (!r->silent) {
		oracle_record_add(&r->result->record, c, 'C', line);
		model_said(r->model, c, line);
	}
	return wire_say(&r->client[c].wire, "%.*s", SPAN_FMT(line)) ||
	       fails(r, "client %d: %.150s", c + 1, r->client[c].wire.why);
}

/* Sends a command; its literal when that is asked for. */
static bool
command(struct run *r, int c, struct span text)
{
	char *line =
	    mem_textf("c%d-%d %.*s", c + 1, ++r->commands, SPAN_FMT(text));
	struct client *client = &r->client[c];
	bool ok = say(r, c, span_of(line));

	if (ok && client->literal.len > 0) {
		ok = await(r, c, true);
		if (ok && (r->silent || model_view(r->model, c)->busy)) {
			buf_add(&client->literal, SPAN("\r\n"));
			ok = wire_send(
				 &client->wire, buf_span(&client->literal)) ||
			     fails(r, "client %d: %.150s", c + 1,
				 client->wire.why);
		}
		buf_clear(&client->literal);
	} else if (ok && span_eq(text, SPAN("IDLE"))) {
		ok = await(r, c, true);
	}
	free(line);
	return ok;
}

/* Its command, if there is one in progress, is over; no more IDLE. */
static bool
finish(struct run *r, int c)
{
	if (model_view(r->model, c)->idle && !say(r, c, SPAN("DONE")))
		return false;
	return !model_view(r->model, c)->busy || await(r, c, false);
}

static bool
ask(struct run *r, int c, struct span text)
{
	return finish(r, c) && command(r, c, text) && finish(r, c);
}

/* Asks what is not part of the record. */
static bool
ask_silently(struct run *r, int c, struct span text)
{
	bool ok;

	r->silent = true;
	r->heard_tag = false;
	ok = command(r, c, text) && await(r, c, false) && r->heard_tag;
	r->silent = false;
	return ok;
}

/* ---- beginning and end ---- */

static bool
greet(struct run *r, int c)
{
	struct wire *w = &r->client[c].wire;
	const struct profile_account *alice =
	    profile_account(r->site->profile, "alice");
	struct buf line;
	struct span rest, first;
	bool ok;

	if (alice == NULL)
		return fails(r, "the profile has no account alice");
	if (!wire_reach(w, r->site->profile, ENDPOINT) ||
	    !wire_shake(w, NULL, NULL, NULL))
		return fails(r, "client %d: %.150s", c + 1, w->why);
	do {
		rest = buf_span(&w->in);
		ok = framing_imap.take(&rest, &first, 0) != FRAME_NEED_MORE;
		if (ok)
			buf_drop(&w->in, w->in.len - rest.len);
	} while (!ok && wire_take_in(w, w->profile->timeouts.reply_ms));
	if (!ok)
		return fails(r, "client %d: no greeting", c + 1);
	buf_init(&line, 4096);
	buf_addf(&line, "LOGIN ");
	for (int i = 0; i < 2; i++) {
		const char *text = i == 0 ? alice->user : alice->password;

		buf_addf(&line, i == 0 ? "\"" : " \"");
		for (; *text != '\0'; text++)
			buf_addf(&line, "%s%c",
			    *text == '"' || *text == '\\' ? "\\" : "", *text);
		buf_addf(&line, "\"");
	}
	ok = ask_silently(r, c, buf_span(&line)) ||
	     fails(r, "client %d: LOGIN did not work", c + 1);
	buf_free(&line);
	return ok;
}

static bool
mailbox(struct run *r, const char *verb, const char *name)
{
	char *line = mem_textf("%s %s", verb, name);
	const bool ok = ask_silently(r, 0, span_of(line));

	free(line);
	return ok;
}

static bool
set_up(struct run *r)
{
	for (int c = 0; c < r->clients; c++) {
		buf_init(&r->client[c].literal, 4096);
		if (!greet(r, c))
			return false;
	}
	return (mailbox(r, "CREATE", r->place.folder) &&
		   mailbox(r, "CREATE", r->other)) ||
	       fails(r, "CREATE %s did not work", r->place.folder);
}

/* Whatever state the conversations are in. */
static void
take_down(struct run *r)
{
	char why[sizeof r->result->why];
	struct run again = *r;

	for (int c = 0; c < r->clients; c++) {
		if (r->client[c].wire.profile != NULL)
			wire_close(&r->client[c].wire);
		buf_free(&r->client[c].literal);
	}
	memcpy(why, r->result->why, sizeof why);
	r->result->why[0] = '\0';
	again.model = model_new();
	memset(again.client, 0, sizeof again.client);
	buf_init(&again.client[0].literal, 4096);
	if (greet(&again, 0)) {
		mailbox(&again, "DELETE", r->place.folder);
		mailbox(&again, "DELETE", r->other);
		ask_silently(&again, 0, SPAN("LOGOUT"));
	}
	if (again.client[0].wire.profile != NULL)
		wire_close(&again.client[0].wire);
	buf_free(&again.client[0].literal);
	model_free(again.model);
	memcpy(r->result->why, why, sizeof why);
}

/* ---- steps ---- */

static bool
list_all(struct run *r, int c)
{
	struct buf text;
	bool ok = true;

	buf_init(&text, 256);
	steps_listing(model_view(r->model, c), r->able, &text);
	if (model_view(r->model, c)->n > 0)
		ok = ask(r, c, buf_span(&text));
	buf_free(&text);
	return ok;
}

static bool
select_it(struct run *r, int c)
{
	const struct step s = { .client = c, .verb = STEP_SELECT };
	struct buf text;
	bool ok;

	buf_init(&text, 1024);
	steps_command(&s, model_view(r->model, c), &r->place, &text, &text);
	ok = ask(r, c, buf_span(&text)) && list_all(r, c);
	buf_free(&text);
	return ok;
}

static bool
settle(struct run *r)
{
	static const char *const polls[] = { "NOOP", "CHECK", "NOOP" };
	bool ok = true;

	for (int c = 0; ok && c < r->clients; c++)
		ok = finish(r, c);
	for (int c = 0; ok && c < r->clients; c++) {
		if (!model_view(r->model, c)->selected)
			continue;
		for (int i = 0; ok && i < 3; i++)
			ok = ask(r, c, span_of(polls[i]));
		ok = ok && list_all(r, c);
	}
	return ok;
}

static bool
take_step(struct run *r, const struct step *s, bool overlap)
{
	const struct view *v = model_view(r->model, s->client);
	struct buf text;
	bool ok;

	if (s->verb == STEP_SETTLE)
		return settle(r);
	if (!finish(r, s->client))
		return false;
	drain(r, s->client);
	if (!is_well(r))
		return false;
	if (s->verb == STEP_SELECT || !v->selected)
		if (!select_it(r, s->client) || s->verb == STEP_SELECT)
			return is_well(r);
	r->place.permanent = model_permanent(r->model);
	buf_init(&text, 8192);
	steps_command(s, v, &r->place, &text, &r->client[s->client].literal);
	ok = command(r, s->client, buf_span(&text));
	buf_free(&text);
	return ok && (overlap || v->idle || finish(r, s->client));
}

static bool
is_time(const struct run *r)
{
	return mono_since_us(clock_mono(), r->site->until) > 0;
}

static void
take_steps(struct run *r, const struct steps *steps)
{
	const struct oracle_site *site = r->site;

	for (size_t i = 0; i < steps->n && is_well(r); i++) {
		const struct step *s = &steps->of[i];
		const bool overlap =
		    s->overlap && i + 1 < steps->n && s[1].client != s->client;

		if (!is_time(r)) {
			fails(r, "no time is left");
			break;
		}
		if (!take_step(r, s, overlap))
			break;
		r->result->steps++;
		if (site->progress != NULL &&
		    !site->progress(site->ctx, i + 1, steps->n))
			break;
	}
	for (int c = 0; c < r->clients && is_well(r); c++)
		finish(r, c);
}

void
oracle_run(const struct oracle_site *site, const struct steps *steps,
    int clients, struct oracle_result *result)
{
	struct run r = { .site = site,
		.result = result,
		.model = model_new(),
		.clients = clients,
		.able = able_of(site->profile),
		.other = mem_textf("%sx", site->folder) };

	*result = (struct oracle_result){ 0 };
	buf_init(&result->record, RECORD_MOST);
	r.place = (struct steps_place){
		.able = r.able, .folder = site->folder, .other = r.other
	};
	if (set_up(&r))
		take_steps(&r, steps);
	if (model_lost(r.model) != NULL)
		fails(&r, "%.190s", model_lost(r.model));
	result->finding = *model_finding(r.model);
	take_down(&r);
	model_free(r.model);
	free(r.other);
}

void
oracle_result_free(struct oracle_result *result)
{
	buf_free(&result->record);
}

/* ---- fewer steps ---- */

/* All but those from "from" on, "n" of them. */
static void
leave_out(const struct steps *all, size_t from, size_t n, struct steps *kept)
{
	kept->of = mem_new(all->n, sizeof *kept->of);
	kept->n = all->n - n;
	memcpy(kept->of, all->of, from * sizeof *kept->of);
	memcpy(kept->of + from, all->of + from + n,
	    (all->n - from - n) * sizeof *kept->of);
}

/* Is the same rule still broken without them?  Then they are left out. */
static bool
try_without(const struct oracle_site *site, struct steps *steps, size_t from,
    size_t n, int clients, struct oracle_result *result)
{
	struct oracle_result less;
	struct steps kept;

	leave_out(steps, from, n, &kept);
	oracle_run(site, &kept, clients, &less);
	if (less.finding.rule != result->finding.rule) {
		oracle_result_free(&less);
		steps_free(&kept);
		return false;
	}
	oracle_result_free(result);
	steps_free(steps);
	*result = less;
	*steps = kept;
	if (steps->n > less.steps + 1)
		steps->n = less.steps + 1;
	return true;
}

void
oracle_shrink(const struct oracle_site *site, struct steps *steps, int clients,
    struct oracle_result *result, int attempts)
{
	if (steps->n > result->steps + 1)
		steps->n = result->steps + 1;
	for (size_t n = steps->n / 2; n > 0; n /= 2)
		for (size_t from = 0; from + n <= steps->n;) {
			if (attempts-- <= 0 ||
			    mono_since_us(clock_mono(), site->until) <= 0)
				return;
			if (!try_without(site, steps, from, n, clients, result))
				from += n;
		}
}
