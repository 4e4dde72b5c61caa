/* SPDX-License-Identifier: MIT */
/*
 * Keys: made once and never over another, opened with their passphrase alone,
 * and good for nothing when they do not fit.
 */
#include "program/testing.h"

#include <poll.h>
#include <sys/stat.h>
#include <termios.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <pty.h>

#include "program/lab.h"

static struct testing t;

static void
up(void)
{
	testing_up(&t);
}

static void
down(void)
{
	testing_down(&t);
}

static char *
make(const char *name, const char *secret)
{
	char *dir = testing_path(&t, name);
	struct err err;

	ck_assert_msg(
	    lab_make(dir, "Lab", secret, clock_wall(), &err), "%s", err.what);
	return dir;
}

/* NULL when it opens; else why not, to be freed. */
static char *
opens(const char *key_dir, const char *certificate_dir, const char *secret)
{
	char *key = mem_textf("%s/key.pem", key_dir);
	char *certificate = mem_textf("%s/certificate.pem", certificate_dir);
	struct err err;
	struct lab l;
	char *why = NULL;

	if (lab_open(&l, key, certificate, secret, clock_wall(), &err))
		lab_free(&l);
	else
		why = mem_text(span_of(err.what));
	free(certificate);
	free(key);
	return why;
}

static void
must_open(const char *dir, const char *secret)
{
	char *why = opens(dir, dir, secret);

	ck_assert_msg(why == NULL, "%s", why);
}

static void
must_not_open(
    const char *dir, const char *other, const char *secret, const char *says)
{
	char *why = opens(dir, other, secret);

	ck_assert_ptr_nonnull(why);
	ck_assert_msg(strstr(why, says) != NULL, "not \"%s\": %s", says, why);
	free(why);
}

/* ---- made ---- */

static const char *const files[] = { "key.pem", "certificate.pem",
	"request.pem" };

START_TEST(a_key_is_its_owners)
{
	char *dir = make("lab", NULL);
	struct stat st;

	for (size_t i = 0; i < 3; i++) {
		char *path = mem_textf("%s/%s", dir, files[i]);

		ck_assert_int_eq(stat(path, &st), 0);
		ck_assert_uint_eq(st.st_mode & 0777, 0600);
		free(path);
	}
	must_open(dir, NULL);
	free(dir);
}
END_TEST

/* Whichever of the three is there, it stays, and no other is made. */
START_TEST(nothing_is_overwritten)
{
	char *dir = testing_path(&t, "taken");
	char *path = mem_textf("%s/%s", dir, files[_i]), *text;
	struct err err;

	ck_assert(files_make_dir(dir, &err));
	testing_write(path, SPAN("precious"));
	testing_expect(testing_run(&t, "key", "new", dir, NULL), 3,
	    "is there already, and is not overwritten");
	text = testing_read(path);
	ck_assert_str_eq(text, "precious");
	for (int i = 0; i < 3; i++) {
		char *other = mem_textf("%s/%s", dir, files[i]);

		ck_assert_int_eq(access(other, F_OK), i == _i ? 0 : -1);
		free(other);
	}
	free(text);
	free(path);
	free(dir);
}
END_TEST

START_TEST(a_passphrase_is_needed)
{
	char *dir = make("encrypted", "geheim 密");

	must_open(dir, "geheim 密");
	must_not_open(dir, dir, "geheim", "the passphrase is another one");
	must_not_open(dir, dir, "", "the passphrase is another one");
	must_not_open(dir, dir, NULL, "is encrypted, and there is no terminal");
	free(dir);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *says; /* NULL: good */
} names[] = {
	{ "Lab", NULL },
	{ "国家电子政务检测中心", NULL },
	{ "a, O = b\\c", NULL },
	{ "", "the value is missing" },
	{ "line\nbreak", "control characters" },
	{ "\xff", "UTF-8" },
	{ "0123456789012345678901234567890123456789012345678901234567890123",
	  NULL },
	{ "01234567890123456789012345678901234567890123456789012345678901234",
	  "1 to 64 characters, not 65" },
};
/* clang-format on */

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

START_TEST(names_are_names)
{
	char *dir = testing_path(&t, "named");
	struct testing_end end =
	    testing_run(&t, "key", "new", dir, "--name", names[_i].name, NULL);

	if (names[_i].says == NULL)
		testing_expect(end, 0, "CN = ");
	else
		testing_expect(
		    end, names[_i].name[0] == '\0' ? 2 : 3, names[_i].says);
	free(dir);
}
END_TEST

/* ---- said ---- */

/* clang-format off */
static const struct {
	const char *how;
	int code;
	const char *says;
} hows[] = {
	{ "env:LAB_TEST_SECRET", 0, "encrypted" },
	{ "env:LAB_TEST_NOT_SET", 3, "is not set" },
	{ "file:/nonexistent", 3, "/nonexistent" },
	{ "file:/dev/null", 3, "no passphrase in its first line" },
	{ "hunter2", 3, "prompt, env:NAME or file:PATH" },
};
/* clang-format on */

START_TEST(passphrases_are_referred_to)
{
	char *dir = testing_path(&t, "spoken");
	struct testing_end end;

	setenv("LAB_TEST_SECRET", "geheim", 1);
	end = testing_run(
	    &t, "key", "new", dir, "--passphrase", hows[_i].how, NULL);
	ck_assert_ptr_null(strstr(end.said, "hunter2"));
	testing_expect(end, hows[_i].code, hows[_i].says);
	if (hows[_i].code == 0)
		must_open(dir, "geheim");
	free(dir);
}
END_TEST

START_TEST(a_file_gives_its_first_line)
{
	char *dir = testing_path(&t, "filed");
	char *file = testing_path(&t, "secret");
	char *how = mem_textf("file:%s", file);

	testing_write(file, SPAN("geheim\r\nand more\n"));
	testing_expect(
	    testing_run(&t, "key", "new", dir, "--passphrase", how, NULL), 0,
	    "encrypted");
	must_open(dir, "geheim");
	free(how);
	free(file);
	free(dir);
}
END_TEST

/* Until what is typed is not shown any more: nobody types before that. */
static void
await_silence(int terminal)
{
	struct termios how = { .c_lflag = ECHO };

	for (int i = 0; i < 3000 && (how.c_lflag & ECHO) != 0; i++) {
		poll(NULL, 0, 10);
		ck_assert_int_eq(tcgetattr(terminal, &how), 0);
	}
	ck_assert((how.c_lflag & ECHO) == 0);
}

/* Waits until the terminal has said that much, into "said". */
static void
await(int terminal, struct buf *said, const char *what)
{
	char piece[256];
	ssize_t n;

	while (strstr(buf_text(said), what) == NULL) {
		n = read(terminal, piece, sizeof piece);
		ck_assert_msg(n > 0, "no \"%s\": %s", what, buf_text(said));
		buf_add(said, (struct span){ piece, (size_t)n });
	}
}

/* At a terminal it is asked for twice, and not shown. */
START_TEST(a_person_is_asked)
{
	char *dir = testing_path(&t, "asked"), self[PATH_MAX], *path;
	const char *const answers[] = { "geheim\n",
		_i == 0 ? "geheim\n" : "geheimer\n" };
	struct buf said;
	int terminal, status;
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	pid_t pid;

	ck_assert_int_gt(n, 0);
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	path = mem_textf("%s/../../yanshou", self);
	pid = forkpty(&terminal, NULL, NULL, NULL);
	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		execl(path, "yanshou", "key", "new", dir, "--passphrase",
		    "prompt", NULL);
		_exit(127);
	}
	buf_init(&said, 65536);
	await(terminal, &said, "Passphrase of the key: ");
	await_silence(terminal);
	ck_assert_int_gt(write(terminal, answers[0], strlen(answers[0])), 0);
	await(terminal, &said, "erifying - Passphrase of the key: ");
	await_silence(terminal);
	ck_assert_int_gt(write(terminal, answers[1], strlen(answers[1])), 0);
	await(terminal, &said, _i == 0 ? "SM3 " : "not the same twice");
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), _i == 0 ? 0 : 3);
	ck_assert_ptr_null(strstr(buf_text(&said), "geheim"));
	if (_i == 0)
		must_open(dir, "geheim");
	buf_free(&said);
	close(terminal);
	free(path);
	free(dir);
}
END_TEST

/* ---- of no use ---- */

START_TEST(a_pair_is_a_pair)
{
	char *a = make("a", NULL), *b = make("b", NULL);

	must_not_open(a, b, NULL, "not the certificate of the key in");
	must_not_open(a, "/nonexistent", NULL, "/nonexistent");
	must_not_open("/nonexistent", a, NULL, "/nonexistent");
	free(a);
	free(b);
}
END_TEST

/* One file with both: what is given away is the certificate. */
START_TEST(the_key_stays_at_home)
{
	char *dir = make("both", NULL), *other = make("issuer", NULL);
	char *key = mem_textf("%s/key.pem", dir), *k = testing_read(key);
	char *path = mem_textf("%s/certificate.pem", dir);
	char *above = mem_textf("%s/certificate.pem", other);
	char *c = testing_read(path), *a = testing_read(above);
	char *both = mem_textf("%s\n%s# a remark\n%s", k, c, a);
	char *certificates = mem_textf("%s%s", c, a);
	struct err err;
	struct lab l;

	testing_write(key, span_of(both));
	ck_assert_int_eq(chmod(key, 0600), 0);
	ck_assert_msg(
	    lab_open(&l, key, key, NULL, clock_wall(), &err), "%s", err.what);
	ck_assert_str_eq(buf_text(&l.chain), certificates);
	lab_free(&l);
	free(certificates);
	free(both);
	free(a);
	free(c);
	free(above);
	free(path);
	free(k);
	free(key);
	free(other);
	free(dir);
}
END_TEST

START_TEST(others_may_not_read_it)
{
	char *dir = make("open", NULL);
	char *path = mem_textf("%s/key.pem", dir);

	ck_assert_int_eq(chmod(path, 0640), 0);
	must_not_open(dir, dir, NULL, "mode 640");
	ck_assert_int_eq(chmod(path, 0400), 0);
	must_open(dir, NULL);
	free(path);
	free(dir);
}
END_TEST

static void
write_key(const char *path, EVP_PKEY *key)
{
	BIO *b = BIO_new_file(path, "w");

	ck_assert(PEM_write_bio_PKCS8PrivateKey(
		      b, key, NULL, NULL, 0, NULL, NULL) == 1);
	BIO_free(b);
	EVP_PKEY_free(key);
}

START_TEST(keys_that_are_none)
{
	char *dir = make("none", NULL);
	char *path = mem_textf("%s/key.pem", dir);

	write_key(path, EVP_EC_gen("P-256"));
	must_not_open(dir, dir, NULL, "not a key of SM2");
	testing_write(path, SPAN("-----BEGIN PRIVATE KEY-----\n"));
	ck_assert_int_eq(chmod(path, 0600), 0);
	must_not_open(dir, dir, NULL, "no private key in PEM");
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	must_not_open(dir, dir, NULL, "is no plain file");
	free(path);
	free(dir);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("lab");
	TCase *c = tcase_create("lab");
	SRunner *r = srunner_create(suite);
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_checked_fixture(c, up, down);
	tcase_add_test(c, a_key_is_its_owners);
	tcase_add_loop_test(c, nothing_is_overwritten, 0, 3);
	tcase_add_test(c, a_passphrase_is_needed);
	tcase_add_loop_test(c, names_are_names, 0, COUNT(names));
	tcase_add_loop_test(c, passphrases_are_referred_to, 0, COUNT(hows));
	tcase_add_test(c, a_file_gives_its_first_line);
	tcase_add_loop_test(c, a_person_is_asked, 0, 2);
	tcase_add_test(c, a_pair_is_a_pair);
	tcase_add_test(c, the_key_stays_at_home);
	tcase_add_test(c, others_may_not_read_it);
	tcase_add_test(c, keys_that_are_none);
	suite_add_tcase(suite, c);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
