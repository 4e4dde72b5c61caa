/* SPDX-License-Identifier: MIT */
#include "reference/serve.h"

#include <sys/stat.h>

#include "lib/profile.h"
#include "reference/testing.h"

/* ---- the profile ---- */

START_TEST(profile_reaches_it)
{
	struct profile p;
	struct running r;
	const struct profile_account *alice;
	struct err err;
	char *secret;
	struct stat st;

	running_up(&r,
	    (struct serve_options){
		.variant = _i == 0 ? VARIANT_NONE : VARIANT_WITHOUT_CHUNKING });
	ck_assert_msg(
	    profile_read(serve_profile(r.serve), &p, &err), "%s", err.what);
	for (int i = 0; i < SERVICES; i++) {
		const struct profile_endpoint *e =
		    profile_endpoint(&p, services[i].name);

		ck_assert_ptr_nonnull(e);
		ck_assert_uint_eq(
		    e->port, serve_port(r.serve, (enum service_id)i));
		ck_assert_str_eq(e->name, PKI_HOST);
	}
	alice = profile_account(&p, "alice");
	ck_assert_ptr_nonnull(alice);
	ck_assert_str_eq(alice->address, "alice@example.test");
	ck_assert_uint_gt(strlen(alice->password), 7);
	ck_assert_ptr_nonnull(profile_account(&p, "wang"));
	ck_assert_str_eq(p.mail.domain, "example.test");
	ck_assert_str_eq(p.mail.utf8_domain, "例子.测试");
	ck_assert_str_eq(p.mail.sink_domain, "sink.example.test");
	ck_assert_str_eq(p.mail.sink_host, "127.0.0.1");
	ck_assert_uint_ne(p.mail.sink_port, 0);
	ck_assert(profile_claims(&p, "smtp.starttls"));
	ck_assert_int_eq(profile_claims(&p, "smtp.chunking"), _i == 0);
	ck_assert_ptr_nonnull(profile_log(&p, "smtp"));
	ck_assert_int_eq(access(profile_log(&p, "smtp")->path, R_OK), 0);
	ck_assert(profile_reachable(&p, false, &err));
	secret = mem_textf("%s/secrets/alice", r.dir);
	ck_assert_int_eq(stat(secret, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	free(secret);
	profile_free(&p);
	running_down(&r);
}
END_TEST

START_TEST(keeps_its_secret)
{
	char dir[] = "/tmp/serve_test.XXXXXX";
	char *path, one[32], two[32];
	struct running r;
	FILE *f;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	path = mem_textf("%s/secret", dir);
	running_up(&r, (struct serve_options){ .data_dir = dir });
	running_down(&r);
	f = fopen(path, "r");
	ck_assert_uint_eq(fread(one, 1, 32, f), 32);
	fclose(f);
	running_up(&r, (struct serve_options){ .data_dir = dir });
	running_down(&r);
	f = fopen(path, "r");
	ck_assert_uint_eq(fread(two, 1, 32, f), 32);
	fclose(f);
	ck_assert_mem_eq(one, two, 32);
	free(path);
	nftw(dir, running_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

START_TEST(stays_on_loopback)
{
	static const char *const hosts[] = { "0.0.0.0", "::", "192.0.2.1" };
	char dir[] = "/tmp/serve_test.XXXXXX";
	struct serve_options o = { .world_dir = "fixtures/world" };
	struct serve *s;
	struct err err;

	o.run_dir = mkdtemp(dir);
	for (int i = 0; i < 3; i++) {
		o.host = hosts[i];
		ck_assert_ptr_null(serve_start(&o, &err));
		ck_assert_msg(
		    strstr(err.what, "loopback") != NULL, "%s", err.what);
	}
	o.host = "::1";
	s = serve_start(&o, &err);
	ck_assert_msg(s != NULL, "%s", err.what);
	serve_stop(s);
	nftw(dir, running_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

/* ---- in a child ---- */

START_TEST(child_serves)
{
	struct serve_options o = { .world_dir = "fixtures/world" };
	char dir[] = "/tmp/serve_test.XXXXXX";
	char *path;
	struct profile p;
	struct client c;
	struct err err;
	pid_t pid;
	int fd;

	o.run_dir = mkdtemp(dir);
	path = mem_textf("%s/target.yaml", dir);
	ck_assert_msg(serve_fork(&o, &pid, &err), "%s", err.what);
	ck_assert_msg(profile_read(path, &p, &err), "%s", err.what);
	ck_assert(net_connect("127.0.0.1", profile_endpoint(&p, "smtp")->port,
	    WAIT_MS, &fd, &err));
	stream_init(&c.s, fd);
	buf_init(&c.heard, HEARD_MOST);
	client_hear(&c, "220 ");
	ck_assert_msg(serve_join(pid, &err), "%s", err.what);
	client_hear_end(&c);
	ck_assert_int_ne(access(path, F_OK), 0);
	client_hang_up(&c);
	profile_free(&p);
	free(path);
	nftw(dir, running_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

START_TEST(child_ended_at_once)
{
	struct serve_options o = { .world_dir = "fixtures/world" };
	char dir[] = "/tmp/serve_test.XXXXXX";
	struct err err;
	pid_t pid;

	o.run_dir = mkdtemp(dir);
	for (int i = 0; i < 5; i++) {
		ck_assert_msg(serve_fork(&o, &pid, &err), "%s", err.what);
		ck_assert_msg(serve_join(pid, &err), "%s", err.what);
	}
	nftw(dir, running_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

START_TEST(says_why_not)
{
	char dir[] = "/tmp/serve_test.XXXXXX";
	struct serve_options o = { .world_dir = "/nonexistent" };
	struct err err;
	uint16_t port;
	pid_t pid;
	int fd;

	o.run_dir = mkdtemp(dir);
	ck_assert(!serve_fork(&o, &pid, &err));
	ck_assert_msg(strstr(err.what, "/nonexistent") != NULL, "%s", err.what);
	ck_assert(net_listen("127.0.0.1", 0, &fd, &port, &err));
	o.world_dir = "fixtures/world";
	o.ports[SERVICE_SUBMISSION] = port;
	ck_assert(!serve_fork(&o, &pid, &err));
	ck_assert_msg(strstr(err.what,
			  "starting submission: listen on 127.0.0.1") != NULL,
	    "%s", err.what);
	close(fd);
	o.run_dir = "/nonexistent/run";
	ck_assert_ptr_null(serve_start(&o, &err));
	ck_assert_msg(
	    strstr(err.what, "/nonexistent/run") != NULL, "%s", err.what);
	nftw(dir, running_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("reference/serve");
	TCase *tc = tcase_create("serve");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, profile_reaches_it, 0, 2);
	tcase_add_test(tc, keeps_its_secret);
	tcase_add_test(tc, stays_on_loopback);
	tcase_add_test(tc, child_serves);
	tcase_add_test(tc, child_ended_at_once);
	tcase_add_test(tc, says_why_not);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
