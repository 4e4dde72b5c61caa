/* SPDX-License-Identifier: MIT */
/*
 * Dialogues over real sockets, against a target that reads from a list: what
 * is said of it then, and again from the transcript, must be the same.
 */
#include "conformance/talk.h"

#include <check.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/digest.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "lib/net.h"

enum { REPLY_MS = 200, LATE_MS = 150, FOREVER_MS = 20000 };

#define CLOSES ((const char *)"<closes>")
#define RESETS ((const char *)"<resets>")
#define LATE   ((const char *)"<late>") /* the next one comes late */

struct row {
	const char *title, *script;
	const char *says[12]; /* each after something was heard but the first */
	int64_t deadline_ms;
	enum verdict verdict;
	const char *why;
};

/* clang-format off */
static const struct row rows[] = {
	{ "kept", "S: 220 *\nC: NOOP\nS!: 250 *\n",
	  { "220 hi\r\n", "250 ok\r\n" }, 5000, PASS, "" },
	{ "broken", "S: 220 *\nC: NOOP\nS!: 250 *\n",
	  { "220 hi\r\n", "500 no\r\n" }, 5000, FAIL, "heard 500 no" },
	{ "silent", "S: 220 *\nC: NOOP\nS!: 250 *\n",
	  { "220 hi\r\n" }, 5000, FAIL, "(silence)" },
	{ "silent from the start", "S: 220 *\nC: NOOP\nS!: 250 *\n",
	  { NULL }, 5000, INCONCLUSIVE, "(silence)" },
	{ "closes", "S: 220 *\nC: NOOP\nS!: 250 *\n",
	  { "220 hi\r\n", CLOSES }, 5000, FAIL, "closed by the peer (FIN)" },
	{ "resets", "S: 220 *\nC: NOOP\nS!: 250 *\n",
	  { "220 hi\r\n", RESETS }, 5000, FAIL, "reset by the peer (RST)" },
	{ "may close", "S: 220 *\nC: QUIT\nS: 221 *\n@closed!\n",
	  { "220 hi\r\n", "221 bye\r\n", CLOSES }, 5000, PASS, "" },
	{ "keeps still", "S: 220 *\n@silent! 50\n",
	  { "220 hi\r\n" }, 5000, PASS, "" },
	{ "does not keep still", "S: 220 *\nC: NOOP\n@silent! 300\n",
	  { "220 hi\r\n", "250 ok\r\n" }, 5000, FAIL, "" },
	{ "a secret is said", "S: 220 *\nC: AUTH PLAIN ${secret}\nS!: 235 *\n",
	  { "220 hi\r\n", "235 you said open-sesame\r\n" }, 5000, PASS, "" },
	/* each reply in time, all of them too late: nobody's failure */
	{ "slow", "S: 220 *\nC: NOOP\nS!: 250 *\nC: NOOP\nS!: 250 *\n"
	  "C: NOOP\nS!: 250 *\n",
	  { LATE, "220 hi\r\n", LATE, "250 a\r\n", LATE, "250 b\r\n", LATE,
	    "250 c\r\n" }, 380, INCONCLUSIVE, "deadline" },
	/* nor does it grant a silence that was not waited for */
	{ "short of time", "S: 220 *\n@silent! 5000\n",
	  { "220 hi\r\n" }, 100, INCONCLUSIVE, "deadline" },
};
/* clang-format on */

/* ---- the target ---- */

struct target {
	const struct row *row;
	int listener;
	uint16_t port;
	pthread_t thread;
};

static void
reset(int fd)
{
	const struct linger hard = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

static void *
serve(void *ctx)
{
	const struct target *t = ctx;
	struct pollfd p = { .fd = t->listener, .events = POLLIN };
	char heard[4096];
	bool open = true;
	int fd;

	if (poll(&p, 1, FOREVER_MS) != 1)
		return NULL;
	fd = net_accept(t->listener, NULL);
	p.fd = fd;
	for (size_t i = 0; open && t->row->says[i] != NULL; i++) {
		const char *says = t->row->says[i];

		if (strcmp(says, LATE) == 0) {
			says = t->row->says[++i];
			poll(NULL, 0, LATE_MS);
		}
		open = strcmp(says, CLOSES) != 0 && strcmp(says, RESETS) != 0;
		if (strcmp(says, RESETS) == 0)
			reset(fd);
		if (open && send(fd, says, strlen(says), MSG_NOSIGNAL) < 0)
			break;
		/* a farewell is not answered before the next entry */
		if (open && strncmp(says, "221", 3) != 0 &&
		    (poll(&p, 1, FOREVER_MS) != 1 ||
			read(fd, heard, sizeof heard) <= 0))
			break;
	}
	/* says nothing more, until we are left */
	while (open && poll(&p, 1, FOREVER_MS) == 1 &&
	       read(fd, heard, sizeof heard) > 0)
		;
	close(fd);
	return NULL;
}

/* ---- talking ---- */

static bool
world(void *ctx, struct span name, struct buf *value)
{
	json_t *values = ctx;

	if (!span_eq(name, SPAN("secret")))
		return false;
	json_object_set_new(values, "secret", json_string(SECRET_MARK));
	buf_add(value, SPAN("open-sesame"));
	return true;
}

static void
expect(const struct row *row, const struct talk_end *end)
{
	ck_assert_msg(end->verdict == row->verdict, "%s: %s: %s", row->title,
	    verdict_name(end->verdict), end->why);
	ck_assert_msg(
	    strstr(end->why, row->why) != NULL, "%s: %s", row->title, end->why);
}

static void
talk_to(const struct target *t, const struct script *script, const char *sm3,
    const char *path, struct talk_end *end)
{
	struct profile_endpoint endpoint = {
		.service = (char *)(uintptr_t) "smtp",
		.host = (char *)(uintptr_t) "127.0.0.1",
		.port = t->port,
	};
	const struct profile profile = {
		.endpoints = &endpoint,
		.n_endpoints = 1,
		.timeouts = { REPLY_MS, REPLY_MS, REPLY_MS },
	};
	struct secrets secrets = { 0 };
	json_t *values = json_object();
	struct talk talk = {
		.profile = &profile,
		.service = "smtp",
		.script = script,
		.script_sm3 = sm3,
		.text = t->row->script,
		.lookup = world,
		.ctx = values,
		.secrets = &secrets,
		.deadline = clock_mono(),
	};
	struct err err;

	secrets_add(&secrets, SPAN("open-sesame"));
	talk.deadline.us += t->row->deadline_ms * 1000;
	ck_assert_msg(talk_run(&talk, path, values, end, &err), "%s", err.what);
	secrets_free(&secrets);
	json_decref(values);
}

START_TEST(over_sockets_and_again)
{
	struct target t = { .row = &rows[_i] };
	char path[] = "/tmp/talk_test.XXXXXX", sm3[DIGEST_TEXT], *text;
	struct talk_end end, again;
	struct script *script;
	struct err err;
	size_t n;

	close(mkstemp(path));
	ck_assert(net_listen("127.0.0.1", 0, &t.listener, &t.port, &err));
	ck_assert_int_eq(pthread_create(&t.thread, NULL, serve, &t), 0);
	script =
	    script_compile(t.row->title, t.row->script, &framing_smtp, &err);
	ck_assert_msg(script != NULL, "%s", err.what);
	digest_text(span_of(t.row->script), sm3);
	talk_to(&t, script, sm3, path, &end);
	pthread_join(t.thread, NULL);
	close(t.listener);
	expect(t.row, &end);

	ck_assert_msg(talk_replay(script, sm3, "run.case", path, &again, &err),
	    "%s", err.what);
	expect(t.row, &again);
	ck_assert_int_eq(again.transcript_line, end.transcript_line);
	ck_assert_str_eq(again.deviation.heard, end.deviation.heard);
	ck_assert(!again.changed);
	sm3[0] = sm3[0] == '0' ? '1' : '0';
	ck_assert(talk_replay(script, sm3, "run.case", path, &again, &err));
	ck_assert(again.changed);

	text = files_read_text(path, 1 << 20, &n, &err);
	ck_assert_ptr_null(strstr(text, "open-sesame"));
	free(text);
	script_free(script);
	unlink(path);
}
END_TEST

START_TEST(nobody_there)
{
	static const struct row row = { .script = "S: 220 *\n",
		.deadline_ms = 2000 };
	struct target t = { .row = &row, .port = net_free_port() };
	char path[] = "/tmp/talk_test.XXXXXX";
	struct script *script;
	struct talk_end end;
	struct err err;

	close(mkstemp(path));
	script = script_compile("x", row.script, &framing_smtp, &err);
	talk_to(&t, script, "", path, &end);
	ck_assert_int_eq(end.verdict, INCONCLUSIVE);
	ck_assert_ptr_nonnull(strstr(end.why, "Connection refused"));
	script_free(script);
	unlink(path);
}
END_TEST

/* clang-format off */
static const struct {
	const char *text, *says;
} forged[] = {
	{ "",					"has no end" },
	{ "x\n",				":1:" },
	{ "{}\n",				"has no end" },
	{ "{\"dir\":\"@\",\"party\":\"\",\"text\":\"end\"}\n",
	  "ends before its verdict" },
	{ "{\"dir\":\"S\"}\n"
	  "{\"dir\":\"@\",\"party\":\"\",\"text\":\"end\"}\n",
	  "line 1: no" },
	{ "{\"dir\":\"S\",\"party\":\"7\",\"text\":\"\"}\n"
	  "{\"dir\":\"@\",\"party\":\"\",\"text\":\"end\"}\n",
	  "no party" },
	{ "{\"dir\":\"S\",\"party\":\"\",\"text\":\"\\\\q\"}\n"
	  "{\"dir\":\"@\",\"party\":\"\",\"text\":\"end\"}\n",
	  "not escaped" },
};
/* clang-format on */

START_TEST(transcripts_that_are_none)
{
	char path[] = "/tmp/talk_test.XXXXXX";
	struct script *script;
	struct talk_end end;
	struct err err;

	close(mkstemp(path));
	ck_assert(files_write(path, span_of(forged[_i].text), &err));
	script = script_compile("x", "S: 220 *\n", &framing_smtp, &err);
	ck_assert(!talk_replay(script, "", "run.case", path, &end, &err));
	ck_assert_int_eq(err.kind, ERR_FORGED);
	ck_assert_msg(
	    strstr(err.what, forged[_i].says) != NULL, "%s", err.what);
	script_free(script);
	unlink(path);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

int
main(void)
{
	Suite *s = suite_create("talk");
	TCase *t = tcase_create("talk");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 30);
	tcase_add_loop_test(t, over_sockets_and_again, 0, COUNT(rows));
	tcase_add_test(t, nobody_there);
	tcase_add_loop_test(t, transcripts_that_are_none, 0, COUNT(forged));
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
