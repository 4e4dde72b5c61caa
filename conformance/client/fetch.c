/* SPDX-License-Identifier: MIT */
#include "conformance/client/fetch.h"

#include <stdlib.h>

#include "conformance/client/heard.h"
#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/mem.h"

#define LOOKS         100 /* into one mailbox, at most */
#define PAUSE_MS      100 /* between the first two; then longer and longer */
#define PAUSE_MOST_MS 1000

/* What stands between "%s": pause, user, password. */
/* clang-format off */
static const char by_imap[] =
	"S: * OK*\n"
	"@pause %lld\n"
	"C: in LOGIN ${%s.user|quoted} ${%s.password|quoted}\n"
	"S: in OK*\n"
	"C: sel SELECT INBOX\n"
	"S: sel OK*\n"
	"C: se UID SEARCH HEADER Message-ID \"<${token}@client.example>\"\n"
	"S+: * SEARCH $uid\n"
	"S: se OK*\n"
	"C: ft UID FETCH ${uid} (BODY.PEEK[])\n"
	"S: ft OK*\n"
	"C: st UID STORE ${uid} +FLAGS.SILENT (\\Deleted)\n"
	"S: st OK*\n"
	"C: ex EXPUNGE\n"
	"S: ex OK*\n"
	"C: out LOGOUT\n"
	"S: out OK*\n";
static const char by_pop3[] =
	"S: +OK*\n"
	"@pause %lld\n"
	"C: USER ${%s.user}\n"
	"S: +OK*\n"
	"C: PASS ${%s.password}\n"
	"S: +OK*\n"
	"C: STAT\n"
	"S: +OK $n *\n"
	"C: RETR ${n}\n"
	"S: +OK*\n"
	"S+: Message-ID: <${token}@client.example>\n"
	"S: .\n"
	"C: DELE ${n}\n"
	"S: +OK*\n"
	"C: QUIT\n"
	"S: +OK*\n";
/* clang-format on */

static enum verdict
look(struct trial *t, const char *name, const char *service, const char *role,
    int64_t pause_ms)
{
	const long long ms = (long long)pause_ms;
	char *script = strcmp(service, "pop3s") == 0
			   ? mem_textf(by_pop3, ms, role, role)
			   : mem_textf(by_imap, ms, role, role);
	const enum verdict v = trial_talk(t, name, service, script);

	free(script);
	return v;
}

static int64_t
time_allowed(const struct trial *t)
{
	const int64_t delivery = trial_profile(t)->timeouts.delivery_ms;
	const int64_t left = trial_left_ms(t);

	return delivery < left ? delivery : left;
}

bool
fetch_message(
    struct trial *t, const char *name, const char *service, const char *role)
{
	const int64_t most = time_allowed(t);
	const struct mono began = clock_mono();
	int64_t pause_ms = PAUSE_MS;
	bool there = false;

	trial_fact(t, name, "%s", "");
	for (int i = 1; i <= LOOKS && !there; i++) {
		char *file = mem_textf("%s-%d", name, i);

		there = look(t, file, service, role, pause_ms) == PASS;
		if (there)
			trial_fact(t, name, "%s", file);
		free(file);
		if (mono_since_us(began, clock_mono()) / 1000 + pause_ms > most)
			break;
		if (pause_ms < PAUSE_MOST_MS)
			pause_ms *= 2;
	}
	trial_fact(t, "service", "%s", service);
	return there;
}

static bool
read_listing(struct span said, struct buf *message)
{
	/* Greeting, USER, PASS, STAT, RETR. */
	for (int i = 0; i < 5; i++) {
		const size_t at = span_find(said, SPAN("\r\n"));

		said = span_skip(said, at < said.len ? at + 2 : at);
	}
	return heard_listing(said, message);
}

bool
fetch_read(struct trial *t, const char *name, struct buf *message)
{
	const char *file = trial_fact_text(t, name);
	const char *service = trial_fact_text(t, "service");
	struct span body;
	struct buf said;
	bool ok = false;

	if (file == NULL || service == NULL || file[0] == '\0')
		return false;
	buf_init(&said, message->cap * 2);
	if (heard(t, file, &said)) {
		if (strcmp(service, "pop3s") == 0) {
			ok = read_listing(buf_span(&said), message);
		} else if (heard_body(buf_span(&said), &body)) {
			buf_add(message, body);
			ok = true;
		}
	}
	buf_free(&said);
	return ok && !message->full;
}
