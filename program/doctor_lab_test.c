/* SPDX-License-Identifier: MIT */
/*
 * Who cannot sign is told so by the doctor, in the words of whoever signs, and
 * what to do about it.
 */
#include "program/sealed_testing.h"

#include <sys/stat.h>

#include "program/doctor_lab.h"

static struct testing t;
static char *lab, *other, *tsa;

static void
up(void)
{
	const struct profile_endpoint *e;
	struct profile p;
	struct err err;

	setenv("SEALED_SECRET", SEALED_SECRET, 1);
	testing_up(&t);
	testing_serve(&t, (struct serve_options){ 0 });
	lab = testing_path(&t, "lab");
	other = testing_path(&t, "other");
	sealed_make_key(&t, lab, true);
	sealed_make_key(&t, other, false);
	ck_assert(profile_read(t.target, &p, &err));
	e = profile_endpoint(&p, "tsa");
	tsa = mem_textf("http://%s:%u%s", e->host, (unsigned)e->port, e->path);
	profile_free(&p);
}

static void
down(void)
{
	testing_down(&t);
	free(lab);
	free(other);
	free(tsa);
}

/* ---- what is said ---- */

struct row {
	const char *name;
	const char *key, *certificate; /* "lab", "other" */
	const char *passphrase;        /* of the profile */
	const char *tsa;               /* "tsa": the reference's; NULL: none */
	const char *sign, *how;        /* options */
	int days;                      /* of the clock of who made the lab */
	enum doctor_level level;
	const char *what, *seen;
};

/* clang-format off */
static const struct row rows[] = {
	{ "all is well", "lab", "lab", SEALED_SECRET, "tsa", NULL, NULL, 0,
	  DOCTOR_OK, "lab: key", "SM2, encrypted, mode 600" },
	{ "its pair", "lab", "lab", SEALED_SECRET, "tsa", NULL, NULL, 0,
	  DOCTOR_OK, "lab: certificate", "CN = Lab 检测一, of this key" },
	{ "its passphrase", "lab", "lab", SEALED_SECRET, "tsa", NULL, NULL, 0,
	  DOCTOR_OK, "lab: passphrase", "env:SEALED_SECRET, opens the key" },
	{ "its period", "lab", "lab", SEALED_SECRET, "tsa", NULL, NULL, 0,
	  DOCTOR_OK, "lab: period", "Z to 20" },
	{ "its stamps", "lab", "lab", SEALED_SECRET, "tsa", NULL, NULL, 0,
	  DOCTOR_OK, "lab: time stamp", "verifies, says 20" },
	{ "who stamps", "lab", "lab", SEALED_SECRET, "tsa", NULL, NULL, 0,
	  DOCTOR_OK, "lab: time stamp: trust", "vouched for" },
	{ "who vouches", "lab", "lab", SEALED_SECRET, "tsa", NULL, NULL, 0,
	  DOCTOR_NOTE, "lab: trust", "signed by itself, SM3 " },
	{ "no lab", NULL, NULL, NULL, NULL, NULL, NULL, 0,
	  DOCTOR_NOTE, "lab", "nobody signs the run" },
	{ "signed by option", NULL, NULL, NULL, NULL, "lab",
	  "env:SEALED_SECRET", 0, DOCTOR_OK, "lab: certificate", "检测一" },
	{ "the option goes first", "lab", "lab", SEALED_SECRET, NULL, "none",
	  NULL, 0, DOCTOR_NOTE, "lab", "nobody signs the run" },
	{ "another passphrase", "lab", "lab", "wrong", "tsa", NULL, NULL, 0,
	  DOCTOR_BAD, "lab: key", "the passphrase is another one" },
	{ "no passphrase", "lab", "lab", NULL, NULL, NULL, NULL, 0,
	  DOCTOR_BAD, "lab: key", "no terminal to ask for its passphrase" },
	{ "a passphrase that is not set", "lab", "lab", NULL, NULL, "lab",
	  "env:NOT_SET_1", 0, DOCTOR_BAD, "lab: passphrase", "is not set" },
	{ "no passphrase needed", "other", "other", SEALED_SECRET, NULL, NULL,
	  NULL, 0, DOCTOR_NOTE, "lab: passphrase", "not encrypted" },
	{ "a bare key", "other", "other", NULL, NULL, NULL, NULL, 0,
	  DOCTOR_NOTE, "lab: key", "SM2, not encrypted, mode 600" },
	{ "no pair", "lab", "other", SEALED_SECRET, NULL, NULL, NULL, 0,
	  DOCTOR_BAD, "lab: certificate", "not the certificate of the key" },
	{ "no key", "nowhere", "lab", SEALED_SECRET, NULL, NULL, NULL, 0,
	  DOCTOR_BAD, "lab: key", "nowhere/key.pem: cannot be read: No such" },
	{ "no certificate", "lab", "nowhere", SEALED_SECRET, NULL, NULL, NULL,
	  0, DOCTOR_BAD, "lab: certificate", "No such file" },
	{ "expired", "then", "then", NULL, NULL, NULL, NULL, -2000,
	  DOCTOR_BAD, "lab: period", "expired at 20" },
	{ "soon to expire", "then", "then", NULL, NULL, NULL, NULL, -1080,
	  DOCTOR_WARN, "lab: period", "Z to 20" },
	{ "to come", "then", "then", NULL, NULL, NULL, NULL, 99,
	  DOCTOR_BAD, "lab: period", "not valid before 20" },
	{ "no stamps", "lab", "lab", SEALED_SECRET, NULL, NULL, NULL, 0,
	  DOCTOR_NOTE, "lab: time stamp", "none asked for" },
	{ "nobody stamps", "lab", "lab", SEALED_SECRET,
	  "http://127.0.0.1:1/tsa", NULL, NULL, 0,
	  DOCTOR_BAD, "lab: time stamp", "no answer: " },
	{ "stamps from afar", "lab", "lab", SEALED_SECRET,
	  "http://tsa.invalid/", NULL, NULL, 0,
	  DOCTOR_NOTE, "lab: time stamp", "not asked: " },
};
/* clang-format on */

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))
#define DAY_US   (INT64_C(86400) * 1000000)

static char *
below(const char *dir, const char *name)
{
	char *at = dir == NULL ? NULL : testing_path(&t, dir);
	char *file = at == NULL ? NULL : mem_textf("%s/%s", at, name);

	free(at);
	return file;
}

/* As the row has it; the rest is the reference's. */
static void
fill(struct profile *p, const struct row *r)
{
	struct err err;

	ck_assert_msg(profile_read(t.target, p, &err), "%s", err.what);
	p->lab.key = below(r->key, "key.pem");
	p->lab.certificate = below(r->certificate, "certificate.pem");
	if (r->passphrase != NULL) {
		p->lab.passphrase = mem_text(span_of(r->passphrase));
		p->lab.passphrase_from = mem_text(SPAN("env:SEALED_SECRET"));
	}
	if (r->tsa != NULL) {
		const bool ours = strcmp(r->tsa, "tsa") == 0;

		p->lab.tsa = mem_text(span_of(ours ? tsa : r->tsa));
		p->lab.tsa_host = mem_text(strstr(r->tsa, "invalid") == NULL
					       ? SPAN("127.0.0.1")
					       : SPAN("tsa.invalid"));
	}
}

static void
make_then(const struct row *r)
{
	const struct wall then = { clock_wall().us + r->days * DAY_US };
	char *dir = testing_path(&t, "then");
	struct err err;

	files_remove(dir, &err);
	ck_assert_msg(lab_make(dir, "Then", NULL, then, &err), "%s", err.what);
	free(dir);
}

static const struct doctor_finding *
find(const struct doctor *d, const char *what)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->findings[i].what, what) == 0)
			return &d->findings[i];
	return NULL;
}

START_TEST(the_doctor_says)
{
	const struct row *r = &rows[_i];
	char *sign = r->sign == NULL                ? NULL
		     : strcmp(r->sign, "none") == 0 ? mem_text(SPAN("none"))
						    : testing_path(&t, r->sign);
	const struct options o = { .sign = sign, .passphrase = r->how };
	const struct doctor_finding *f;
	struct profile p;
	struct doctor d;

	if (r->days != 0)
		make_then(r);
	fill(&p, r);
	doctor_init(&d);
	doctor_lab(&d, &o, &p, false);
	f = find(&d, r->what);
	ck_assert_msg(f != NULL, "%s: nothing of %s", r->name, r->what);
	ck_assert_msg(f->level == r->level && strstr(f->seen, r->seen) != NULL,
	    "%s: %s: %s", r->name, doctor_level_name(f->level), f->seen);
	ck_assert(r->level < DOCTOR_WARN || f->todo != NULL);
	for (size_t i = 0; i < d.n; i++)
		ck_assert((d.findings[i].todo == NULL) ==
			      (d.findings[i].todo_zh == NULL) &&
			  strstr(d.findings[i].seen, SEALED_SECRET) == NULL);
	doctor_free(&d);
	profile_free(&p);
	free(sign);
}
END_TEST

/* ---- files that are not as they should be ---- */

static void
must_say(const char *what, enum doctor_level level, const char *seen)
{
	const struct row r = {
		.key = "lab", .certificate = "lab", .passphrase = SEALED_SECRET
	};
	const struct options o = { 0 };
	const struct doctor_finding *f;
	struct profile p;
	struct doctor d;

	fill(&p, &r);
	if (strstr(what, "passphrase") != NULL) {
		free(p.lab.passphrase_from);
		p.lab.passphrase_from = mem_textf("file:%s/secret", t.dir);
	}
	doctor_init(&d);
	doctor_lab(&d, &o, &p, false);
	f = find(&d, what);
	ck_assert_ptr_nonnull(f);
	ck_assert_msg(f->level == level && strstr(f->seen, seen) != NULL,
	    "%s: %s", doctor_level_name(f->level), f->seen);
	doctor_free(&d);
	profile_free(&p);
}

START_TEST(modes_are_looked_at)
{
	char *key = mem_textf("%s/key.pem", lab);
	char *secret = testing_path(&t, "secret");

	ck_assert_int_eq(chmod(key, 0644), 0);
	must_say("lab: key", DOCTOR_BAD, "(mode 644)");
	ck_assert_int_eq(chmod(key, 0600), 0);
	testing_write(secret, SPAN(SEALED_SECRET));
	ck_assert_int_eq(chmod(secret, 0640), 0);
	must_say("lab: passphrase", DOCTOR_WARN, "(mode 640)");
	ck_assert_int_eq(chmod(secret, 0600), 0);
	must_say("lab: passphrase", DOCTOR_OK, "/secret, opens the key");
	free(secret);
	free(key);
}
END_TEST

/* The first of that class that the reference has issued. */
static char *
issued(const struct profile *p, const char *class)
{
	for (size_t i = 0; i < p->pki.n_certificates; i++)
		if (strcmp(p->pki.certificates[i].class, class) == 0)
			return testing_read(p->pki.certificates[i].file);
	ck_abort_msg("no certificate for %s", class);
	return NULL;
}

/* One for encryption is none to sign with; a chain has to be one. */
START_TEST(usage_and_path_are_looked_at)
{
	char *own = mem_textf("%s/certificate.pem", lab);
	char *above = mem_textf("%s/certificate.pem", other);
	char *was = testing_read(own), *stranger = testing_read(above);
	char *bare, *stray, *chain, *issuers;
	struct profile p;
	struct err err;

	ck_assert(profile_read(t.target, &p, &err));
	bare = issued(&p, "encryption");
	issuers = testing_read(p.pki.issuers);
	*(strstr(issuers, "-----END") + strlen("-----END CERTIFICATE-----")) =
	    '\0'; /* the first of them */
	stray = mem_textf("%s%s", bare, stranger);
	chain = mem_textf("%s%s\n", bare, issuers);
	testing_write(own, span_of(bare));
	must_say("lab: key usage", DOCTOR_BAD, "is not for signatures");
	must_say("lab: trust", DOCTOR_NOTE, "issued by a CA, and no");
	testing_write(own, span_of(stray));
	must_say("lab: trust", DOCTOR_WARN, "path.found: no path leads");
	testing_write(own, span_of(chain));
	must_say("lab: trust", DOCTOR_NOTE, "CN = SM2 issuing CA, the last");
	testing_write(own, span_of(was));
	profile_free(&p);
	free(chain);
	free(stray);
	free(issuers);
	free(bare);
	free(stranger);
	free(was);
	free(above);
	free(own);
}
END_TEST

/* Doctor, accept and check: the same words, and nothing is begun. */
START_TEST(all_commands_say_the_same)
{
	static const char *const commands[] = { "doctor", "check", "accept" };
	char *run = testing_path(&t, "never");

	for (int i = 0; i < COUNT(commands); i++) {
		struct testing_end end = testing_run(&t, commands[i], t.target,
		    "--sign", lab, "--passphrase", "env:PATH",
		    i == 0 ? NULL : "--run", run, NULL);

		ck_assert_ptr_nonnull(
		    strstr(end.said, "-> correct what lab.passphrase"));
		ck_assert_ptr_nonnull(strstr(end.said, "-> 更正"));
		testing_expect(
		    end, 3, "not opened: the passphrase is another one");
		ck_assert_int_eq(access(run, F_OK), -1);
	}
	free(run);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("doctor_lab");
	TCase *c = tcase_create("doctor_lab");
	SRunner *r = srunner_create(suite);
	int failed;

	tcase_set_timeout(c, 300);
	tcase_add_unchecked_fixture(c, up, down);
	tcase_add_loop_test(c, the_doctor_says, 0, COUNT(rows));
	tcase_add_test(c, modes_are_looked_at);
	tcase_add_test(c, usage_and_path_are_looked_at);
	tcase_add_test(c, all_commands_say_the_same);
	suite_add_tcase(suite, c);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
