/* SPDX-License-Identifier: MIT */
#include "reference/audit.h"

#include <fcntl.h>
#include <jansson.h>
#include <stddef.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/mem.h"
#include "lib/text.h"

enum { LINE_MOST = 8192 };

struct audit {
	int fd; /* -1: nowhere */
};

struct audit *
audit_open(const char *path)
{
	struct audit *a = mem_new(1, sizeof *a);

	a->fd = -1;
	if (path == NULL)
		return a;
	a->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (a->fd != -1)
		return a;
	free(a);
	return NULL;
}

void
audit_close(struct audit *a)
{
	if (a == NULL)
		return;
	if (a->fd != -1)
		close(a->fd);
	free(a);
}

/* Peers choose user names: any bytes have to become a JSON string. */
static void
set_text(json_t *o, const char *key, struct span bytes)
{
	struct buf shown;

	buf_init(&shown, LINE_MOST);
	text_escape(span_take(bytes, LINE_MOST / 16), &shown);
	json_object_set_new(o, key, json_string(buf_text(&shown)));
	buf_free(&shown);
}

void
audit_write(struct audit *a, struct wall now, const struct audit_event *e)
{
	char time[CLOCK_TEXT], line[LINE_MOST];
	json_t *o;
	size_t n;
	ssize_t put;

	if (a == NULL || a->fd == -1)
		return;
	o = json_object();
	wall_text(now, time);
	json_object_set_new(o, "time", json_string(time));
	set_text(o, "service", span_of(e->service));
	set_text(o, "peer", span_of(e->peer));
	set_text(o, "user", e->user);
	set_text(o, "event", span_of(e->event));
	set_text(o, "result", span_of(e->result));
	if (e->detail != NULL)
		set_text(o, "detail", span_of(e->detail));
	n = json_dumpb(o, line, sizeof line - 1, JSON_COMPACT);
	json_decref(o);
	if (n > sizeof line - 1)
		return; /* six texts of at most 2 KiB do not come to that */
	line[n++] = '\n';
	/* one write(2) a line: lines of several processes do not mix */
	put = write(a->fd, line, n);
	(void)put;
}
