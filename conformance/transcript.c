/* SPDX-License-Identifier: MIT */
#include "conformance/transcript.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/mem.h"
#include "lib/text.h"

#define SCRIPT_MOST (1u << 20)

#define LINE_MOST (8u << 20)

void
secrets_add(struct secrets *s, struct span secret)
{
	if (secret.len == 0)
		return;
	s->at = mem_grow(s->at, (s->n + 1) * sizeof s->at[0]);
	buf_init(&s->at[s->n], secret.len);
	buf_add(&s->at[s->n++], secret);
}

void
secrets_free(struct secrets *s)
{
	for (size_t i = 0; i < s->n; i++)
		buf_free(&s->at[i]);
	free(s->at);
	*s = (struct secrets){ 0 };
}

void
secrets_hide(const struct secrets *s, struct span text, struct buf *out)
{
	while (text.len > 0) {
		size_t at = text.len, len = 0;

		for (size_t i = 0; s != NULL && i < s->n; i++) {
			const size_t hit = span_find(text, buf_span(&s->at[i]));

			if (hit < at || (hit == at && hit < text.len &&
					    s->at[i].len > len)) {
				at = hit;
				len = s->at[i].len;
			}
		}
		buf_add(out, span_take(text, at));
		if (at == text.len)
			return;
		for (size_t i = 0; s->counted && i < len; i++)
			buf_add(out, SPAN("*"));
		if (!s->counted)
			buf_add(out, SPAN(SECRET_MARK));
		text = span_skip(text, at + len);
	}
}

bool
transcript_open(struct transcript *t, const char *path,
    const struct secrets *secrets, struct mono now, struct err *err)
{
	*t = (struct transcript){ .began = now, .secrets = secrets };
	t->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (t->fd == -1)
		return err_set(err, ERR_IO, "%s", path);
	return true;
}

void
transcript_close(struct transcript *t)
{
	if (close(t->fd) == -1 && !t->failed) {
		t->failed = true;
		snprintf(t->why, sizeof t->why, "%s", strerror(errno));
	}
	t->fd = -1;
}

static void
write_line(struct transcript *t, json_t *event)
{
	char *text = json_dumps(event, JSON_COMPACT | JSON_SORT_KEYS);
	struct buf line;

	json_decref(event);
	buf_init(&line, LINE_MOST);
	buf_add(&line, span_of(text));
	buf_add(&line, SPAN("\n"));
	free(text);
	t->lines++;
	errno = 0;
	if ((line.full ||
		write(t->fd, line.data, line.len) != (ssize_t)line.len) &&
	    !t->failed) {
		t->failed = true;
		snprintf(t->why, sizeof t->why, "cannot write evidence: %s",
		    errno == 0 ? "disk full" : strerror(errno));
	}
	buf_free(&line);
}

static json_t *
event_new(const struct transcript *t, struct mono now, char dir,
    const char *party, struct span text)
{
	const char name[2] = { dir, '\0' };
	json_t *event;
	struct buf hidden, shown;

	buf_init(&hidden, 2 * text.len + 64);
	buf_init(&shown, LINE_MOST);
	secrets_hide(t->secrets, text, &hidden);
	text_escape(buf_span(&hidden), &shown);
	event = json_pack("{s:s, s:s, s:I, s:s}", "dir", name, "party", party,
	    "t_us", (json_int_t)mono_since_us(t->began, now), "text",
	    buf_text(&shown));
	buf_free(&hidden);
	buf_free(&shown);
	return event;
}

void
transcript_begin(struct transcript *t, const char *script_sm3,
    const char *service, const char *script)
{
	json_t *event = event_new(t, t->began, '@', "", SPAN("begin"));
	struct buf shown;

	json_object_set_new(event, "script_sm3", json_string(script_sm3));
	json_object_set_new(event, "service", json_string(service));
	buf_init(&shown, SCRIPT_MOST);
	secrets_hide(t->secrets, span_of(script), &shown);
	json_object_set_new(
	    event, "script", json_stringn(buf_text(&shown), shown.len));
	buf_free(&shown);
	write_line(t, event);
}

void
transcript_end(struct transcript *t, struct mono now, json_t *values)
{
	json_t *event = event_new(t, now, '@', "", SPAN("end"));

	json_object_set(event, "values", values);
	write_line(t, event);
}

void
transcript_bytes(struct transcript *t, struct mono now, char dir,
    const char *party, struct span bytes)
{
	write_line(t, event_new(t, now, dir, party, bytes));
}

void
transcript_event(struct transcript *t, struct mono now, const char *party,
    const char *fmt, ...)
{
	struct buf text;
	va_list ap;

	buf_init(&text, 1024);
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	write_line(t, event_new(t, now, '@', party, buf_span(&text)));
	buf_free(&text);
}

static bool
each_line(const char *path, int line, struct span text,
    bool (*f)(void *ctx, int line, json_t *event, struct err *), void *ctx,
    struct err *err)
{
	json_error_t je;
	json_t *event = json_loadb(text.ptr, text.len, 0, &je);
	bool ok;

	if (!json_is_object(event))
		ok = err_set(err, ERR_FORGED, "%s:%d: %s", path, line,
		    event == NULL ? je.text : "not an event");
	else
		ok = f(ctx, line, event, err);
	json_decref(event);
	return ok;
}

/* A line with its end, as long as a line may be; false when there is none. */
static bool
next_line(FILE *in, struct buf *line)
{
	int c;

	buf_clear(line);
	while (!line->full && (c = getc_unlocked(in)) != EOF) {
		const char octet = (char)c;

		buf_add(line, (struct span){ &octet, 1 });
		if (c == '\n')
			break;
	}
	return line->len > 0;
}

bool
transcript_each(const char *path,
    bool (*f)(void *ctx, int line, json_t *event, struct err *), void *ctx,
    struct err *err)
{
	FILE *in = fopen(path, "re");
	struct buf text;
	int line = 0;
	bool ok = true;

	if (in == NULL)
		return err_set(err, ERR_IO, "%s", path);
	buf_init(&text, LINE_MOST);
	while (ok && next_line(in, &text)) {
		line++;
		ok =
		    text.full
			? err_set(err, ERR_FORGED,
			      "%s:%d: longer than any line of ours", path, line)
			: each_line(path, line, buf_span(&text), f, ctx, err);
	}
	buf_free(&text);
	fclose(in);
	return ok;
}
