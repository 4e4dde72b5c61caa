/* SPDX-License-Identifier: MIT */
#include "conformance/cases/sec/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/client/upgrade.h"
#include "conformance/client/wire.h"
#include "conformance/trial.h"
#include "lib/buf.h"
#include "lib/mem.h"

enum { HELLO_MOST = 4096 };

/* AEAD with ECDHE and DHE, also with SM4; then CBC, for who has no more. */
static const uint16_t of_today[] = { 0x1301, 0x1302, 0x1303, 0x00c6, 0x00c7,
	0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc0ac, 0xc0ad, 0x009e,
	0x009f, 0xccaa, 0xc023, 0xc027, 0xc024, 0xc028, 0xc009, 0xc013, 0xc00a,
	0xc014, 0x009c, 0x009d, 0x003c, 0x003d, 0x002f, 0x0035 };

const struct hello probe_today = {
	.version = HELLO_TLS_1_3,
	.suites = of_today,
	.n_suites = sizeof of_today / sizeof of_today[0],
};

/* Until there is an answer, or none is to come. */
static void
await_answer(struct wire *w)
{
	struct hello_answer a;

	do
		hello_read(buf_span(&w->in), &a);
	while (a.kind == HELLO_NONE && !w->closed &&
	       wire_take_in(w, w->profile->timeouts.reply_ms));
}

static void
file(struct trial *t, const char *service, const char *name, struct wire *w)
{
	char *key = mem_textf("%s.%s", service, name);
	char *path = mem_textf("%s.%s.bin", service, name);

	trial_fact(t, key, "%s",
	    w->why[0] != '\0' ? w->why
	    : w->closed       ? "closed"
			      : "open");
	trial_file(t, path, buf_span(&w->in));
	free(key);
	free(path);
}

/* False when what was heard is nothing that TLS says. */
static bool
say_once(struct trial *t, const char *service, const char *name,
    const struct hello *hello)
{
	struct hello h = *hello;
	struct hello_answer a;
	struct wire w;
	struct buf octets;
	bool ok;

	buf_init(&octets, HELLO_MOST);
	if (upgrade_reach(&w, t, service)) {
		h.name = w.endpoint->name != NULL ? w.endpoint->name
						  : w.endpoint->host;
		if (trial_sane(t, hello_write(&h, &octets),
			"no ClientHello could be written"))
			wire_send(&w, buf_span(&octets));
		await_answer(&w);
	}
	hello_read(buf_span(&w.in), &a);
	ok = w.why[0] == '\0' && a.kind != HELLO_UNKNOWN;
	file(t, service, name, &w);
	wire_close(&w);
	buf_free(&octets);
	return ok;
}

void
probe_say(struct trial *t, const char *service, const char *name,
    const struct hello *hello)
{
	int tries = 0;

	while (!say_once(t, service, name, hello) && every_again(t, &tries))
		;
}

void
probe_both(struct trial *t, const char *service, const struct hello *hello)
{
	probe_say(t, service, "today", &probe_today);
	probe_say(t, service, "asked", hello);
}

/* What kept us from asking; "" when we were able to. */
static const char *
read_one(struct trial *t, const char *service, const char *name,
    struct hello_answer *a, bool *closed)
{
	char *key = mem_textf("%s.%s", service, name);
	char *path = mem_textf("%s.%s.bin", service, name);
	const char *how = trial_fact_text(t, key);
	const struct buf *octets = trial_content(t, path);

	free(key);
	free(path);
	*a = (struct hello_answer){ .kind = HELLO_NONE };
	if (how == NULL || octets == NULL)
		return "no time was left to ask";
	hello_read(buf_span(octets), a);
	*closed = strcmp(how, "closed") == 0;
	return *closed || strcmp(how, "open") == 0 ? "" : how;
}

void
probe_read(struct trial *t, const char *service, struct probed *p)
{
	bool closed = false;

	*p = (struct probed){ .closed = false };
	snprintf(p->why, sizeof p->why, "%s",
	    read_one(t, service, "today", &p->today, &closed));
	if (p->why[0] == '\0')
		snprintf(p->why, sizeof p->why, "%s",
		    read_one(t, service, "asked", &p->answer, &p->closed));
	else
		(void)read_one(t, service, "asked", &p->answer, &p->closed);
}

enum every_answer
probe_refused(const struct probed *p, char heard[EVERY_HEARD])
{
	if (p->why[0] != '\0')
		snprintf(heard, EVERY_HEARD, "%s", p->why);
	else if (p->today.kind != HELLO_SERVER)
		snprintf(heard, EVERY_HEARD,
		    "a ClientHello of today is not answered by a ServerHello");
	else if (p->answer.kind == HELLO_UNKNOWN)
		snprintf(
		    heard, EVERY_HEARD, "neither a ServerHello nor an alert");
	else if (p->answer.kind == HELLO_NONE && !p->closed)
		snprintf(heard, EVERY_HEARD, "no answer in time");
	else if (p->answer.kind == HELLO_SERVER)
		snprintf(heard, EVERY_HEARD, "agrees on what was not asked");
	else
		return EVERY_HOLDS;
	return EVERY_OPEN;
}
