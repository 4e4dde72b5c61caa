/* SPDX-License-Identifier: MIT */
#include "conformance/talk.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/mem.h"
#include "lib/net.h"
#include "lib/text.h"
#include "lib/tls.h"

#define READ_MOST (256 * 1024)

/* One connection of the conversation. */
struct line {
	struct stream stream;
	bool open;
	bool over;        /* no more bytes will come */
	bool wants_write; /* what TLS or a full socket waits for */
	size_t recorded;  /* octets of what is to be sent, already on file */
	const struct profile_endpoint *endpoint;
	char name[32];
};

struct driver {
	const struct talk *talk;
	struct dialogue *dialogue;
	struct transcript transcript;
	struct tls_context *tls;
	struct line lines[DIALOGUE_PARTIES];
	int judged_line; /* transcript line of the event fed last */
};

static int64_t
left_ms(const struct driver *d)
{
	const int64_t us = mono_since_us(clock_mono(), d->talk->deadline);

	return us <= 0 ? 0 : us / 1000 + 1;
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Waits for one socket; false when time ran out. */
static bool
await(const struct line *l, enum stream_wait wait, int64_t ms)
{
	struct pollfd p = {
		.fd = l->stream.fd,
		.events = wait == STREAM_WANT_WRITE ? POLLOUT : POLLIN,
	};

	return poll(&p, 1, (int)ms) > 0;
}

static void
hang_up(struct driver *d, size_t party, const char *detail)
{
	struct line *l = &d->lines[party];

	l->over = true;
	transcript_event(
	    &d->transcript, clock_mono(), l->name, "closed: %s", detail);
	d->judged_line = d->transcript.lines;
	dialogue_hung_up(d->dialogue, party, detail);
}

/* ---- TLS ---- */

/* Handshake until the deadline; the reason when it fails is in "why". */
static bool
shake(struct driver *d, struct line *l, char *why, size_t room)
{
	const struct profile *p = d->talk->profile;
	const struct mono began = clock_mono();
	struct err err;

	if (d->tls == NULL)
		d->tls = tls_client(p->trust, &err);
	if (d->tls == NULL) {
		snprintf(why, room, "%.200s", err.what);
		return false;
	}
	stream_secure_client(&l->stream, d->tls,
	    l->endpoint->name == NULL ? l->endpoint->host : l->endpoint->name);
	for (;;) {
		const enum stream_wait wait = stream_shake(&l->stream);
		const int64_t gone = mono_since_us(began, clock_mono()) / 1000;
		const int64_t ms =
		    smaller(left_ms(d), p->timeouts.reply_ms - gone);

		if (wait == STREAM_DONE)
			return true;
		if (wait == STREAM_OVER) {
			snprintf(why, room, "TLS handshake failed: %s",
			    l->stream.detail);
			return false;
		}
		if (ms <= 0 || !await(l, wait, ms)) {
			snprintf(why, room,
			    "TLS handshake: no answer within %lld ms",
			    (long long)p->timeouts.reply_ms);
			return false;
		}
	}
}

static void
secure(struct driver *d, size_t party)
{
	struct line *l = &d->lines[party];
	char why[256] = "";
	const bool ok = shake(d, l, why, sizeof why);

	if (ok)
		transcript_event(&d->transcript, clock_mono(), l->name,
		    "tls: %s %s", stream_tls_version(&l->stream),
		    stream_tls_cipher(&l->stream));
	else
		transcript_event(&d->transcript, clock_mono(), l->name,
		    "tls-failed: %s", why);
	d->judged_line = d->transcript.lines;
	dialogue_secured(d->dialogue, party, ok, why);
}

/* ---- opening ---- */

static void
abandon(struct driver *d, enum verdict v, const char *why)
{
	transcript_event(&d->transcript, clock_mono(), "", "abandoned: %s: %s",
	    verdict_name(v), why);
	d->judged_line = d->transcript.lines;
	dialogue_abandon(d->dialogue, v, why);
}

static void
open_party(struct driver *d, size_t party)
{
	const struct talk *t = d->talk;
	struct line *l = &d->lines[party];
	const char *service =
	    party == 0 ? t->service : script_party_service(t->script, party);
	char why[300];
	struct err err;
	int fd;

	l->endpoint = profile_endpoint(t->profile, service);
	if (party > 0)
		snprintf(l->name, sizeof l->name, "%zu:%s", party, service);
	if (l->endpoint == NULL) {
		snprintf(why, sizeof why, "the profile has no endpoint for %s",
		    service);
		abandon(d, INCONCLUSIVE, why);
		return;
	}
	if (!net_connect(l->endpoint->host, l->endpoint->port,
		smaller(t->profile->timeouts.connect_ms, left_ms(d)), &fd,
		&err)) {
		snprintf(why, sizeof why, "%.280s", err.what);
		abandon(d, INCONCLUSIVE, why);
		return;
	}
	stream_init(&l->stream, fd);
	l->open = true;
	l->over = l->wants_write = false;
	l->recorded = 0;
	transcript_event(&d->transcript, clock_mono(), l->name,
	    "open: %s at %s:%u", service, l->endpoint->host,
	    (unsigned)l->endpoint->port);
	if (l->endpoint->tls == PROFILE_TLS_IMPLICIT) {
		if (!shake(d, l, why, sizeof why)) {
			abandon(d, INCONCLUSIVE, why);
			return;
		}
		transcript_event(&d->transcript, clock_mono(), l->name,
		    "secure: %s %s", stream_tls_version(&l->stream),
		    stream_tls_cipher(&l->stream));
	}
	transcript_event(&d->transcript, clock_mono(), l->name, "ready");
	d->judged_line = d->transcript.lines;
	dialogue_opened(d->dialogue, party);
}

/* ---- sending and hearing ---- */

static void
send_some(struct driver *d, size_t party)
{
	struct line *l = &d->lines[party];
	const struct span out = dialogue_out(d->dialogue, party);
	const struct span part = span_take(out, READ_MOST);
	struct buf from;
	size_t gone;
	enum stream_wait wait;

	if (l->recorded < out.len) {
		transcript_bytes(&d->transcript, clock_mono(), 'C', l->name,
		    span_skip(out, l->recorded));
		l->recorded = out.len;
	}
	buf_init(&from, READ_MOST);
	buf_add(&from, part);
	wait = stream_write(&l->stream, &from);
	gone = part.len - from.len;
	buf_free(&from);
	dialogue_sent(d->dialogue, party, gone);
	l->recorded -= gone;
	l->wants_write = wait == STREAM_WANT_WRITE;
	/* A closed socket may still hold what the target said: read on. */
	if (wait == STREAM_OVER && gone == 0)
		dialogue_sent(
		    d->dialogue, party, dialogue_out(d->dialogue, party).len);
	if (wait == STREAM_OVER)
		l->recorded = 0;
}

static void
hear_some(struct driver *d, size_t party)
{
	struct line *l = &d->lines[party];
	struct buf heard;
	enum stream_wait wait;

	buf_init(&heard, READ_MOST);
	/* What TLS has decrypted already wakes no poll(): take it all. */
	do
		wait = stream_read(&l->stream, &heard, READ_MOST - heard.len);
	while (wait == STREAM_DONE && heard.len < READ_MOST);
	if (heard.len > 0) {
		transcript_bytes(&d->transcript, clock_mono(), 'S', l->name,
		    buf_span(&heard));
		d->judged_line = d->transcript.lines;
		dialogue_feed(d->dialogue, party, buf_span(&heard));
	}
	buf_free(&heard);
	l->wants_write = wait == STREAM_WANT_WRITE;
	if (wait == STREAM_OVER)
		hang_up(d, party, l->stream.detail);
}

/* Waits for any open party to be ready; false when ms have passed. */
static bool
poll_parties(struct driver *d, const struct dialogue_need *need, int64_t ms)
{
	struct pollfd fds[DIALOGUE_PARTIES];
	size_t who[DIALOGUE_PARTIES], n = 0;

	for (size_t i = 0; i < DIALOGUE_PARTIES; i++) {
		struct line *l = &d->lines[i];

		if (!l->open || l->over)
			continue;
		who[n] = i;
		fds[n++] = (struct pollfd){
			.fd = l->stream.fd,
			.events = (short)(POLLIN | ((need->want == WANT_SEND &&
							need->party == i &&
							l->wants_write)
							   ? POLLOUT
							   : 0)),
		};
	}
	if (poll(fds, (nfds_t)n, (int)ms) <= 0)
		return false;
	for (size_t i = 0; i < n && !dialogue_over(d->dialogue); i++) {
		if (fds[i].revents & POLLOUT)
			d->lines[who[i]].wants_write = false;
		if (fds[i].revents & (POLLIN | POLLHUP | POLLERR))
			hear_some(d, who[i]);
	}
	return true;
}

static void
silence(struct driver *d, const struct dialogue_need *need)
{
	transcript_event(&d->transcript, clock_mono(),
	    d->lines[need->party].name, "silence");
	d->judged_line = d->transcript.lines;
	dialogue_timeout(d->dialogue);
}

/* Waits, hearing whatever comes, until the need changes or time is over. */
static void
wait_for(struct driver *d, struct dialogue_need need, int64_t ms)
{
	const struct mono began = clock_mono();

	for (;;) {
		const struct dialogue_need now = dialogue_wants(d->dialogue);
		const int64_t gone = mono_since_us(began, clock_mono()) / 1000;
		const int64_t most = smaller(ms - gone, left_ms(d));

		if (now.want != need.want || now.party != need.party)
			return;
		/* Of a deadline that passed first, the target knows nothing. */
		if (most <= 0 && gone < ms)
			return;
		if (most <= 0) {
			silence(d, &need);
			return;
		}
		if (poll_parties(d, &need, most) && need.want == WANT_HEAR)
			return; /* something moved; ask again, clock anew */
	}
}

static void
do_send(struct driver *d, struct dialogue_need need)
{
	struct line *l = &d->lines[need.party];

	if (!l->wants_write) {
		send_some(d, need.party);
		return;
	}
	if (!poll_parties(d, &need,
		smaller(left_ms(d), d->talk->profile->timeouts.reply_ms)) &&
	    left_ms(d) > 0)
		silence(d, &need); /* it takes nothing any more */
}

static void
step(struct driver *d, struct dialogue_need need)
{
	struct line *l = &d->lines[need.party];

	switch (need.want) {
	case WANT_OPEN:
		open_party(d, need.party);
		break;
	case WANT_SEND:
		do_send(d, need);
		break;
	case WANT_HEAR:
		wait_for(d, need, d->talk->profile->timeouts.reply_ms);
		break;
	case WANT_TLS:
		secure(d, need.party);
		break;
	case WANT_CLOSE:
		stream_close(&l->stream);
		l->open = false;
		hang_up(d, need.party, "by us");
		break;
	case WANT_SILENCE:
	case WANT_PAUSE:
		wait_for(d, need, need.ms);
		break;
	case WANT_NOTHING:
		break;
	}
}

static void
report(const struct dialogue *dialogue, int line, struct talk_end *end)
{
	end->verdict = dialogue_verdict(dialogue);
	snprintf(end->why, sizeof end->why, "%s", dialogue_why(dialogue));
	end->deviation = *dialogue_deviation(dialogue);
	end->transcript_line = end->verdict == PASS ? 0 : line;
}

bool
talk_run(const struct talk *t, const char *path, json_t *values,
    struct talk_end *end, struct err *err)
{
	struct driver d = { .talk = t };
	bool ok;

	*end = (struct talk_end){ .verdict = BROKEN };
	if (!transcript_open(
		&d.transcript, path, t->secrets, clock_mono(), err))
		return false;
	transcript_begin(&d.transcript, t->script_sm3, t->service, t->text);
	d.dialogue = dialogue_new(t->script, t->lookup, t->ctx);
	while (!dialogue_over(d.dialogue)) {
		if (left_ms(&d) == 0)
			abandon(&d, INCONCLUSIVE,
			    "the deadline of the case has passed");
		else
			step(&d, dialogue_wants(d.dialogue));
	}
	report(d.dialogue, d.judged_line, end);
	transcript_end(&d.transcript, clock_mono(), values);
	transcript_close(&d.transcript);
	for (size_t i = 0; i < DIALOGUE_PARTIES; i++)
		if (d.lines[i].open)
			stream_close(&d.lines[i].stream);
	dialogue_free(d.dialogue);
	tls_context_free(d.tls);
	ok = !d.transcript.failed;
	if (!ok)
		err_set(err, ERR_LIMIT, "%s: %s", path, d.transcript.why);
	return ok;
}

/* ---- replay ---- */

struct replay {
	struct dialogue *dialogue;
	const struct script *script;
	const char *script_sm3;
	json_t *values;
	bool changed, ended;
	int line; /* of the event that ended it */
};

static bool
recorded_value(void *ctx, struct span name, struct buf *value)
{
	const struct replay *r = ctx;
	char *key = mem_text(name);
	const char *text = json_string_value(json_object_get(r->values, key));

	free(key);
	if (text == NULL)
		return false;
	if (span_starts(name, SPAN("file:"))) /* see values.c */
		return text_unescape(span_of(text), value);
	buf_add(value, span_of(text));
	return true;
}

static bool
find_values(void *ctx, int line, json_t *event, struct err *err)
{
	struct replay *r = ctx;
	const char *dir = json_string_value(json_object_get(event, "dir"));
	const char *text = json_string_value(json_object_get(event, "text"));

	(void)err;
	if (dir == NULL || text == NULL || dir[0] != '@')
		return true;
	if (line == 1) {
		const char *sm3 =
		    json_string_value(json_object_get(event, "script_sm3"));

		r->changed = sm3 == NULL || strcmp(sm3, r->script_sm3) != 0;
	}
	if (strcmp(text, "end") == 0) {
		r->ended = true;
		json_decref(r->values);
		r->values = json_incref(json_object_get(event, "values"));
	}
	return true;
}

static void
replay_event(struct replay *r, size_t party, const char *text)
{
	struct span rest = span_of(text);
	const struct span word = span_cut(&rest, ':');
	const char *detail = rest.len == 0 ? "" : rest.ptr + 1;

	if (span_eq(word, SPAN("ready"))) {
		dialogue_opened(r->dialogue, party);
	} else if (span_eq(word, SPAN("tls"))) {
		dialogue_secured(r->dialogue, party, true, "");
	} else if (span_eq(word, SPAN("tls-failed"))) {
		dialogue_secured(r->dialogue, party, false, detail);
	} else if (span_eq(word, SPAN("closed"))) {
		dialogue_hung_up(r->dialogue, party, detail);
	} else if (span_eq(word, SPAN("silence"))) {
		dialogue_timeout(r->dialogue);
	} else if (span_eq(word, SPAN("abandoned"))) {
		struct span why = span_of(detail);
		char *name = mem_text(span_cut(&why, ':'));
		enum verdict v = BROKEN;

		/* What was given up shows nothing, whatever is written. */
		if (verdict_parse(name, &v) &&
		    (v == INCONCLUSIVE || v == BROKEN))
			dialogue_abandon(
			    r->dialogue, v, why.len == 0 ? "" : why.ptr + 1);
		free(name);
	}
}

static bool
feed_event(void *ctx, int line, json_t *event, struct err *err)
{
	struct replay *r = ctx;
	const char *dir = json_string_value(json_object_get(event, "dir"));
	const char *name = json_string_value(json_object_get(event, "party"));
	const char *text = json_string_value(json_object_get(event, "text"));
	size_t party;
	struct buf bytes;

	if (dir == NULL || name == NULL || text == NULL)
		return err_set(err, ERR_FORGED,
		    "line %d: no \"dir\", \"party\" or \"text\"", line);
	party = name[0] == '\0' ? 0 : (size_t)(name[0] - '0');
	if (party >= script_parties(r->script))
		return err_set(
		    err, ERR_FORGED, "line %d: no party \"%s\"", line, name);
	if (dialogue_over(r->dialogue))
		return true;
	if (dir[0] == '@')
		replay_event(r, party, text);
	if (dir[0] == 'S') {
		buf_init(&bytes, READ_MOST * 4);
		if (!text_unescape(span_of(text), &bytes)) {
			buf_free(&bytes);
			return err_set(err, ERR_FORGED,
			    "line %d: text is not escaped as we do", line);
		}
		dialogue_feed(r->dialogue, party, buf_span(&bytes));
		buf_free(&bytes);
	}
	if (dir[0] != 'C')
		r->line = line;
	return true;
}

bool
talk_replay(const struct script *script, const char *script_sm3,
    const char *token, const char *path, struct talk_end *end, struct err *err)
{
	struct replay r = { .script = script, .script_sm3 = script_sm3 };
	const char *said;
	bool ok;

	*end = (struct talk_end){ .verdict = BROKEN };
	ok = transcript_each(path, find_values, &r, err);
	if (ok && !r.ended)
		ok = err_set(err, ERR_FORGED, "%s: has no end", path);
	if (!ok) {
		json_decref(r.values);
		return false;
	}
	r.dialogue = dialogue_new(script, recorded_value, &r);
	dialogue_mute(r.dialogue);
	ok = transcript_each(path, feed_event, &r, err);
	if (ok && !dialogue_over(r.dialogue))
		ok = err_set(
		    err, ERR_FORGED, "%s: ends before its verdict", path);
	if (ok)
		report(r.dialogue, r.line, end);
	end->changed = r.changed;
	said = json_string_value(json_object_get(r.values, "token"));
	end->strange = said != NULL && strcmp(said, token) != 0;
	dialogue_free(r.dialogue);
	json_decref(r.values);
	return ok;
}

struct recorded {
	char *script, *service;
};

static bool
find_script(void *ctx, int line, json_t *event, struct err *err)
{
	const char *script =
	    json_string_value(json_object_get(event, "script"));
	const char *service =
	    json_string_value(json_object_get(event, "service"));
	struct recorded *r = ctx;

	(void)err;
	if (line != 1 || r->script != NULL)
		return true;
	if (script != NULL)
		r->script = mem_text(span_of(script));
	if (service != NULL)
		r->service = mem_text(span_of(service));
	return true;
}

char *
talk_script(const char *path, char **service, struct err *err)
{
	struct recorded r = { NULL, NULL };

	if (transcript_each(path, find_script, &r, err) && r.script == NULL)
		err_set(err, ERR_FORGED, "%s: has no script", path);
	*service = r.service;
	return r.script;
}
