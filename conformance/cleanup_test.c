/* SPDX-License-Identifier: MIT */
/*
 * What a run left is taken away, over IMAP and over POP3, and nothing else.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/cleanup.h"
#include "conformance/client/imap.h"
#include "conformance/client/wire.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "reference/serve.h"

#define RUN   "20261122-012654-7f3a"
#define OTHER "20261122-012654-7f3b"

static const struct {
	const char *content;
	bool ours;
} mails[] = {
	{ "Subject: " RUN ".smtp.case\r\n\r\nbody\r\n", true },
	{ "Message-ID: <" RUN ".smtp.case@client.example>\r\n\r\nx\r\n", true },
	{ "Received: from " RUN ".a.client.example\r\n\tby here; now\r\n\r\n",
	    true },
	{ "Received: from elsewhere\r\n by here\r\n"
	  "Received: from here\r\n\t(" RUN ".a.client.example)\r\n\r\nx\r\n",
	    true },
	{ "Subject: report\r\n"
	  "Content-Type: multipart/report;\r\n\tboundary=b\r\n\r\n"
	  "--b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
	  "Subject: " RUN ".smtp.case\r\n\r\n--b--\r\n",
	    true },

	{ "Subject: letter\r\n\r\nlook at " RUN ".smtp.case please\r\n",
	    false },
	{ "Subject: " OTHER ".smtp.case\r\n\r\nanother run's\r\n", false },
	{ "Subject: about run " RUN "\r\n\r\nno case of it\r\n", false },
	{ "Subject: letter\r\nX-Note: " RUN ".smtp.case\r\n\r\nx\r\n", false },
	{ "Subject: report\r\n"
	  "Content-Type: multipart/report; boundary=b\r\n\r\n"
	  "--b\r\n\r\nabout " OTHER ".smtp.case\r\n--b--\r\n",
	    false },
	{ "Subject: multipart/report\r\n\r\n" RUN ".smtp.case\r\n", false },
};

#define MAILS (sizeof mails / sizeof mails[0])

static const struct {
	const char *name;
	bool ours;
} boxes[] = {
	{ RUN "_imap_case", true },
	{ RUN "_imap_case/below", true },
	{ RUN "_&mHl27g-", true },
	{ RUN, false },
	{ RUN "x", false },
	{ RUN ".0.5", true },
	{ RUN "5.0.5", false },
	{ OTHER "_imap_case", false },
	{ "Keep " RUN "_imap_case", false },
};

#define BOXES (sizeof boxes / sizeof boxes[0])

struct place {
	char dir[64];
	pid_t pid;
	struct profile profile;
};

static void
place_up(struct place *s, struct serve_options o)
{
	struct err err;
	char *path;

	*s = (struct place){ .dir = "/tmp/yanshou.XXXXXX" };
	ck_assert_ptr_nonnull(mkdtemp(s->dir));
	o.world_dir = "fixtures/world";
	o.run_dir = s->dir;
	ck_assert_msg(serve_fork(&o, &s->pid, &err), "%s", err.what);
	path = mem_textf("%s/target.yaml", s->dir);
	ck_assert_msg(profile_read(path, &s->profile, &err), "%s", err.what);
	free(path);
}

static void
place_down(struct place *s)
{
	struct err err;

	profile_free(&s->profile);
	ck_assert_msg(serve_join(s->pid, &err), "%s", err.what);
	ck_assert_msg(files_remove(s->dir, &err), "%s", err.what);
}

static void
enter(struct imap_client *c, const struct place *s, const char *role)
{
	ck_assert(
	    imap_enter(c, &s->profile, profile_endpoint(&s->profile, "imaps"),
		profile_account(&s->profile, role), 20000));
}

static void
append(struct imap_client *c, const char *box, const char *content)
{
	ck_assert_int_eq(
	    mailimap_append_simple(c->session, box, content, strlen(content)),
	    MAILIMAP_NO_ERROR);
}

/* Mail into bob's INBOX, and his folders. */
static void
furnish(const struct place *s)
{
	struct imap_client c;
	uint32_t first = 1;
	size_t left;

	enter(&c, s, "bob");
	for (size_t i = 0; i < BOXES; i++) {
		ck_assert(imap_create(&c, boxes[i].name));
		append(&c, boxes[i].name, "Subject: x\r\n\r\ny\r\n");
	}
	append(&c, "INBOX", "Subject: gone\r\n\r\n\r\n"); /* UID 1 */
	ck_assert(imap_select(&c, "INBOX"));
	ck_assert(imap_remove(&c, &(struct imap_uids){ &first, 1 }, &left));
	for (size_t i = 0; i < MAILS; i++)
		append(&c, "INBOX", mails[i].content);
	imap_leave(&c);
}

/* By UID, so that a wrong SEARCH does not hide it. */
static bool
has_mail(struct imap_client *c, const char *content)
{
	struct buf got;
	bool found = false;

	buf_init(&got, 1 << 20);
	for (uint32_t uid = 1; uid <= 2 * MAILS && !found; uid++)
		found = imap_fetch(c, uid, IMAP_PART_PEEK, &got) &&
			span_eq(buf_span(&got), span_of(content));
	ck_assert(imap_fine(c));
	buf_free(&got);
	return found;
}

/* Others' letters are there as they were; ours are when they may be. */
static void
check_inbox(const struct place *s, bool ours_may_stay)
{
	struct imap_client c;

	enter(&c, s, "bob");
	ck_assert(imap_select(&c, "INBOX"));
	for (size_t i = 0; i < MAILS; i++)
		ck_assert_msg(
		    (mails[i].ours && ours_may_stay) ||
			has_mail(&c, mails[i].content) != mails[i].ours,
		    "%s: %s", mails[i].ours ? "is there" : "has gone",
		    mails[i].content);
	imap_leave(&c);
}

static void
check_boxes(const struct place *s)
{
	struct imap_client c;

	enter(&c, s, "bob");
	for (size_t i = 0; i < BOXES; i++) {
		ck_assert_msg(imap_select(&c, boxes[i].name) != boxes[i].ours,
		    "%s", boxes[i].name);
		ck_assert(boxes[i].ours || imap_exists(&c) == 1);
		ck_assert(imap_forgive(&c));
	}
	imap_leave(&c);
}

static size_t
count(bool of_mails)
{
	size_t n = 0;

	for (size_t i = 0; of_mails && i < MAILS; i++)
		n += mails[i].ours;
	for (size_t i = 0; !of_mails && i < BOXES; i++)
		n += boxes[i].ours;
	return n;
}

/* As if the profile did not have it. */
static void
forget(struct profile *p, const char *service)
{
	for (size_t i = 0; i < p->n_endpoints; i++)
		if (strcmp(p->endpoints[i].service, service) == 0)
			p->endpoints[i].service[0] = '-';
}

static void
remember(struct profile *p, const char *service)
{
	for (size_t i = 0; i < p->n_endpoints; i++)
		if (strcmp(p->endpoints[i].service + 1, service + 1) == 0 &&
		    p->endpoints[i].service[0] == '-')
			p->endpoints[i].service[0] = service[0];
}

START_TEST(imap_takes_ours)
{
	static const char *const roads[] = { "imaps", "imap" };
	struct cleanup c;
	struct place s;

	place_up(&s, (struct serve_options){ .fault = FAULT_NONE });
	furnish(&s);
	if (_i == 1)
		forget(&s.profile, "imaps");
	ck_assert(cleanup_run(&s.profile, RUN, NULL, &c));
	ck_assert_msg(c.failures == 0, "%s: %s", roads[_i], c.why);
	ck_assert_uint_eq(c.messages, count(true));
	ck_assert_uint_eq(c.mailboxes, count(false));
	remember(&s.profile, "imaps");
	check_inbox(&s, false);
	check_boxes(&s);

	ck_assert(cleanup_run(&s.profile, RUN, NULL, &c));
	ck_assert_uint_eq(c.messages + c.mailboxes + c.failures, 0);
	place_down(&s);
}
END_TEST

START_TEST(pop3_takes_ours)
{
	struct cleanup c;
	struct place s;

	place_up(&s, (struct serve_options){ .fault = FAULT_NONE });
	furnish(&s);
	forget(&s.profile, "imaps");
	forget(&s.profile, "imap");
	if (_i == 1)
		forget(&s.profile, "pop3s");
	ck_assert(cleanup_run(&s.profile, RUN, NULL, &c));
	ck_assert_msg(c.failures == 0, "%s", c.why);
	ck_assert_uint_eq(c.messages, count(true));
	remember(&s.profile, "imaps");
	check_inbox(&s, false);
	place_down(&s);
}
END_TEST

/* Without UIDPLUS, EXPUNGE takes all that is marked: others' stay. */
START_TEST(what_others_have_marked_stays)
{
	struct imap_uids marked = { .n = 0 };
	struct imap_client m;
	struct cleanup c;
	struct place s;

	place_up(&s, (struct serve_options){ .fault = FAULT_NONE });
	furnish(&s);
	for (size_t i = 0; i < s.profile.n_claims; i++)
		if (strcmp(s.profile.claims[i], "imap.uidplus") == 0)
			s.profile.claims[i][9] = 'x';
	enter(&m, &s, "bob");
	ck_assert(imap_select(&m, "INBOX"));
	ck_assert(imap_find(&m, NULL, "Subject", "letter", &marked));
	ck_assert_uint_eq(marked.n, 2);
	ck_assert(imap_add_flags(&m, &marked, IMAP_FLAG_DELETED));
	imap_uids_free(&marked);
	imap_leave(&m);

	ck_assert(cleanup_run(&s.profile, RUN, NULL, &c));
	ck_assert_uint_eq(c.failures, 1);
	ck_assert_ptr_nonnull(strstr(c.why, "UIDPLUS"));
	ck_assert_uint_eq(c.messages, 0);
	enter(&m, &s, "bob");
	ck_assert(imap_select(&m, "INBOX"));
	ck_assert_uint_eq(imap_exists(&m), MAILS);
	imap_leave(&m);
	place_down(&s);
}
END_TEST

/* A server that finds the wrong messages does not make us remove them. */
START_TEST(a_servers_word_is_not_enough)
{
	struct cleanup c;
	struct place s;

	place_up(
	    &s, (struct serve_options){ .fault = FAULT_IMAP_UID_OF_NUMBER });
	furnish(&s);
	ck_assert(cleanup_run(&s.profile, RUN, NULL, &c));
	ck_assert_uint_eq(c.failures, 0);
	check_inbox(&s, true);
	place_down(&s);
}
END_TEST

START_TEST(what_cannot_be_is_told)
{
	struct cleanup c;
	struct place s;

	place_up(&s, (struct serve_options){ .fault = FAULT_NONE });
	furnish(&s);
	for (size_t i = 0; i < s.profile.n_accounts; i++)
		if (strcmp(s.profile.accounts[i].role, "alice") == 0)
			s.profile.accounts[i].password[0] ^= 1;
	ck_assert(cleanup_run(&s.profile, RUN, NULL, &c));
	ck_assert_uint_eq(c.failures, 1);
	ck_assert_ptr_nonnull(strstr(c.why, "alice, login: LOGIN"));
	ck_assert_uint_eq(c.messages, count(true));

	forget(&s.profile, "imaps");
	forget(&s.profile, "imap");
	forget(&s.profile, "pop3s");
	forget(&s.profile, "pop3");
	forget(&s.profile, "ldaps");
	ck_assert(!cleanup_run(&s.profile, RUN, NULL, &c));
	place_down(&s);
}
END_TEST

/* ---- the directory ---- */

#define PERSON " objectClass=inetOrgPerson cn=x sn=x"

static void
tell(struct wire *w, const char *request, const char *answer)
{
	ck_assert_msg(wire_say_ldap(w, request), "%s", request);
	ck_assert_msg(wire_hear_ldap(w, answer), "%s: %s", request, w->why);
}

static void
enter_directory(struct wire *w, const struct profile *p)
{
	const struct profile_account *a = profile_account(p, "administrator");
	char *bind = mem_textf("1 bind \"%s\" \"%s\"", a->dn, a->password);

	ck_assert(wire_reach(w, p, "ldaps"));
	ck_assert(wire_shake(w, NULL, NULL, NULL));
	tell(w, bind, "1 bindResponse success ");
	free(bind);
}

/* What begins with the run's name, with what stands below, and no more. */
START_TEST(entries_that_are_ours_are_taken)
{
	static const char *const names[] = { "uid=" RUN "_x,", "ou=" RUN "_y,",
		"uid=" RUN "_z,ou=" RUN "_y,", "uid=" RUN ".case,",
		"uid=" RUN "0," };
	struct cleanup c;
	struct place s;
	struct wire w;

	place_up(&s, (struct serve_options){ .fault = FAULT_NONE });
	enter_directory(&w, &s.profile);
	for (size_t i = 0; i < 5; i++) {
		char *add = mem_textf("2 add \"%s%s\"%s", names[i],
		    s.profile.directory.people,
		    names[i][0] == 'o' ? " objectClass=organizationalUnit"
				       : PERSON);

		tell(&w, add, "2 addResponse success ");
		free(add);
	}
	ck_assert(cleanup_run(&s.profile, RUN, NULL, &c));
	ck_assert_msg(c.failures == 0, "%s", c.why);
	ck_assert_uint_eq(c.entries, 4);
	for (size_t i = 0; i < 5; i++) {
		char *remove = mem_textf(
		    "3 delete \"%s%s\"", names[i], s.profile.directory.people);

		tell(&w, remove,
		    i < 4 ? "3 delResponse noSuchObject "
			  : "3 delResponse success ");
		free(remove);
	}
	wire_close(&w);
	place_down(&s);
}
END_TEST

/* Whatever it names, we hear only so many, and remove none of them. */
START_TEST(a_directory_is_not_heard_without_end)
{
	struct cleanup c;
	struct place s;
	struct wire w;

	place_up(&s, (struct serve_options){ .fault = FAULT_NONE });
	enter_directory(&w, &s.profile);
	for (int i = 0; i < 501; i++) {
		char *add = mem_textf("2 add \"uid=" RUN "_%d,%s\"%s", i,
		    s.profile.directory.people, PERSON);

		tell(&w, add, "2 addResponse success ");
		free(add);
	}
	ck_assert(cleanup_run(&s.profile, RUN, NULL, &c));
	ck_assert_uint_eq(c.failures, 1);
	ck_assert_msg(strstr(c.why, "directory: it names more entries") != NULL,
	    "%s", c.why);
	ck_assert_uint_eq(c.entries, 0);
	wire_close(&w);
	place_down(&s);
}
END_TEST

START_TEST(only_a_run_is_a_run)
{
	static const char *const others[] = { "", "2", "20261122",
		"20261122-012654", "20261122-012654-7f3",
		"20261122-012654-7F3A", "20261122-012654-7f3ab",
		"*0261122-012654-7f3a", "20261122-012654-7f3%",
		"20261122_012654_7f3a" };
	const struct profile nothing = { .n_accounts = 0 };
	struct cleanup c;

	ck_assert(cleanup_is_run(RUN));
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		ck_assert_msg(!cleanup_is_run(others[i]), "%s", others[i]);
		ck_assert(!cleanup_run(&nothing, others[i], NULL, &c));
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("cleanup");
	TCase *c = tcase_create("cleanup");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, imap_takes_ours, 0, 2);
	tcase_add_loop_test(c, pop3_takes_ours, 0, 2);
	tcase_add_test(c, what_others_have_marked_stays);
	tcase_add_test(c, a_servers_word_is_not_enough);
	tcase_add_test(c, what_cannot_be_is_told);
	tcase_add_test(c, entries_that_are_ours_are_taken);
	tcase_add_test(c, a_directory_is_not_heard_without_end);
	tcase_add_test(c, only_a_run_is_a_run);
	suite_add_tcase(suite, c);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
