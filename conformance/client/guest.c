/* SPDX-License-Identifier: MIT */
#include "conformance/client/guest.h"

#include <stdio.h>

#include "lib/mem.h"

#define LINE_MOST    4096u /* of a command */
#define CONTENT_MOST (64u << 20)
#define RCPTS_MOST   1000
#define WAITING_MOST 1000
#define TEMPFAILS    2

/* Somebody who has been put off so many times. */
struct waiting {
	char *address;
	int times;
	struct waiting *next;
};

void
house_free(struct house *h)
{
	while (h->waiting != NULL) {
		struct waiting *w = h->waiting;

		h->waiting = w->next;
		free(w->address);
		free(w);
	}
	h->n_waiting = 0;
}

static void
say(struct guest *g, const char *line)
{
	buf_addf(&g->out, "%s\r\n", line);
}

static void
forget(struct guest *g)
{
	json_decref(g->envelope);
	g->envelope = NULL;
	buf_clear(&g->content);
	g->in_data = false;
}

/* What JSON cannot hold, or its readers will not have, is shown as "?". */
static json_t *
text_json(struct span s)
{
	json_t *text = span_find(s, SPAN("\0")) == s.len
			   ? json_stringn(s.ptr, s.len)
			   : NULL;
	struct buf plain;

	if (text != NULL)
		return text;
	buf_init(&plain, LINE_MOST);
	buf_add(&plain, s);
	for (size_t i = 0; i < plain.len; i++)
		if ((plain.data[i] & 0x80) || plain.data[i] < ' ')
			plain.data[i] = '?';
	text = json_stringn(plain.data, plain.len);
	buf_free(&plain);
	return text;
}

/* "<a@b> X=1 Y" to address and parameters; false without brackets. */
static bool
read_path(struct span args, struct span *address, json_t *parameters)
{
	while (args.len > 0 && args.ptr[0] == ' ')
		args = span_skip(args, 1);
	if (args.len == 0 || args.ptr[0] != '<' ||
	    span_find(args, SPAN(">")) == args.len)
		return false;
	args = span_skip(args, 1);
	*address = span_cut(&args, '>');
	while (args.len > 0) {
		const struct span word = span_cut(&args, ' ');

		if (word.len > 0)
			json_array_append_new(parameters, text_json(word));
	}
	return true;
}

static bool
ends_in(struct span local, struct span with)
{
	return local.len >= with.len &&
	       span_caseeq(span_skip(local, local.len - with.len), with);
}

static bool
put_off(struct house *h, struct span address)
{
	struct waiting *w = h->waiting;

	while (w != NULL && !span_caseeq(span_of(w->address), address))
		w = w->next;
	if (w == NULL && h->n_waiting == WAITING_MOST)
		return true;
	if (w == NULL) {
		w = mem_new(1, sizeof *w);
		w->address = mem_text(address);
		w->next = h->waiting;
		h->waiting = w;
		h->n_waiting++;
	}
	return w->times++ < TEMPFAILS;
}

static void
run_ehlo(struct guest *g, struct span args)
{
	forget(g);
	free(g->client);
	g->client = mem_text(args);
	say(g, "250-sink.example");
	say(g, "250-PIPELINING");
	say(g, "250-SIZE 67108864");
	say(g, "250-8BITMIME");
	say(g, "250-SMTPUTF8");
	say(g, "250-DSN");
	say(g, "250 ENHANCEDSTATUSCODES");
}

static void
run_helo(struct guest *g, struct span args)
{
	forget(g);
	free(g->client);
	g->client = mem_text(args);
	say(g, "250 sink.example");
}

static void
run_mail(struct guest *g, struct span args)
{
	json_t *parameters = json_array();
	struct span address;

	if (g->envelope != NULL || !span_casestarts(args, SPAN("FROM:")) ||
	    !read_path(span_skip(args, 5), &address, parameters)) {
		json_decref(parameters);
		say(g, g->envelope != NULL ? "503 5.5.1 not now"
					   : "501 5.5.4 MAIL FROM:<address>");
		return;
	}
	g->envelope = json_object();
	json_object_set_new(g->envelope, "client",
	    text_json(span_of(g->client == NULL ? "" : g->client)));
	json_object_set_new(g->envelope, "peer", json_string(g->peer));
	json_object_set_new(g->envelope, "from", text_json(address));
	json_object_set_new(g->envelope, "parameters", parameters);
	json_object_set_new(g->envelope, "to", json_array());
	say(g, "250 2.1.0 ok");
}

static void
run_rcpt(struct guest *g, struct span args)
{
	json_t *list = json_object_get(g->envelope, "to");
	json_t *parameters = json_array(), *to;
	struct span address, local, rest;

	if (g->envelope == NULL || !span_casestarts(args, SPAN("TO:")) ||
	    !read_path(span_skip(args, 3), &address, parameters)) {
		json_decref(parameters);
		say(g, g->envelope == NULL ? "503 5.5.1 not now"
					   : "501 5.5.4 RCPT TO:<address>");
		return;
	}
	rest = address;
	local = span_cut(&rest, '@');
	if (ends_in(local, SPAN(".reject")) ||
	    (ends_in(local, SPAN(".tempfail")) && put_off(g->house, address))) {
		json_decref(parameters);
		say(g, ends_in(local, SPAN(".reject"))
			   ? "550 5.1.1 nobody of that name"
			   : "451 4.3.0 try again later");
		return;
	}
	if (json_array_size(list) >= RCPTS_MOST) {
		json_decref(parameters);
		say(g, "452 4.5.3 too many recipients");
		return;
	}
	to = json_object();
	json_object_set_new(to, "address", text_json(address));
	json_object_set_new(to, "parameters", parameters);
	json_array_append_new(list, to);
	say(g, "250 2.1.5 ok");
}

static void
run_data(struct guest *g, struct span args)
{
	(void)args;
	if (json_array_size(json_object_get(g->envelope, "to")) == 0) {
		say(g, "503 5.5.1 no recipients");
		return;
	}
	g->in_data = true;
	say(g, "354 go on");
}

static void
run_rset(struct guest *g, struct span args)
{
	(void)args;
	forget(g);
	say(g, "250 2.0.0 ok");
}

static void
run_noop(struct guest *g, struct span args)
{
	(void)args;
	say(g, "250 2.0.0 ok");
}

static void
run_quit(struct guest *g, struct span args)
{
	(void)args;
	say(g, "221 2.0.0 bye");
	g->quitting = true;
}

static void
obey(struct guest *g, struct span line)
{
	/* clang-format off */
	static const struct {
		const char	*verb;
		void		(*run)(struct guest *, struct span);
	} verbs[] = {
		{ "EHLO",	run_ehlo },
		{ "HELO",	run_helo },
		{ "MAIL",	run_mail },
		{ "RCPT",	run_rcpt },
		{ "DATA",	run_data },
		{ "RSET",	run_rset },
		{ "NOOP",	run_noop },
		{ "QUIT",	run_quit },
	};
	/* clang-format on */
	struct span args = line;
	const struct span verb = span_cut(&args, ' ');

	if (line.len > LINE_MOST) {
		say(g, "500 5.5.2 line too long");
		return;
	}
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (span_caseeq(verb, span_of(verbs[i].verb))) {
			verbs[i].run(g, args);
			return;
		}
	say(g, "502 5.5.1 not here");
}

static void
take_content(struct guest *g, struct span line)
{
	if (!span_eq(line, SPAN("."))) {
		if (line.len > 0 && line.ptr[0] == '.')
			line = span_skip(line, 1);
		buf_add(&g->content, line);
		buf_add(&g->content, SPAN("\r\n"));
		return;
	}
	if (g->content.full)
		say(g, "552 5.3.4 too big");
	else if (g->house->file(
		     g->house->ctx, g->envelope, buf_span(&g->content)))
		say(g, "250 2.0.0 filed");
	else
		say(g, "452 4.3.1 cannot file it");
	forget(g);
}

/* Only CR LF ends a line; one that will not end ends the conversation. */
void
guest_hear(struct guest *g)
{
	struct span in = buf_span(&g->in);

	while (!g->quitting) {
		const size_t end = span_find(in, SPAN("\r\n"));

		if (end == in.len)
			break;
		if (g->in_data)
			take_content(g, span_take(in, end));
		else
			obey(g, span_take(in, end));
		in = span_skip(in, end + 2);
		g->quitting |= g->out.full;
	}
	buf_drop(&g->in, g->in.len - in.len);
	if (g->in.len >= GUEST_LINE)
		g->quitting = true;
}

void
guest_init(struct guest *g, struct house *h, const char *peer)
{
	*g = (struct guest){ .house = h };
	snprintf(g->peer, sizeof g->peer, "%s", peer);
	buf_init(&g->in, 2 * GUEST_LINE);
	buf_init(&g->out, GUEST_LINE);
	buf_init(&g->content, CONTENT_MOST);
	say(g, "220 sink.example ESMTP");
}

void
guest_free(struct guest *g)
{
	forget(g);
	free(g->client);
	buf_free(&g->in);
	buf_free(&g->out);
	buf_free(&g->content);
}
