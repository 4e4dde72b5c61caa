/* SPDX-License-Identifier: MIT */
/*
 * Runs come from anybody: whatever a folder holds that claims to be a sealed
 * run, verifying it ends soon, reads nothing outside, obeys nothing, and says
 * what is wrong.
 */
#include "program/sealed_testing.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "lib/digest.h"

#define EVIDENCE "evidence/smtp.greeting/trial.jsonl"
#define SOON_S   20

static struct sealed s;

static void
up(void)
{
	sealed_up(&s);
}

static void
down(void)
{
	sealed_down(&s);
}

/* ---- what is in its folder ---- */

static void
drop(const char *run, const char *name)
{
	char *file = sealed_file(run, name);
	struct err err;

	ck_assert(files_remove(file, &err));
	free(file);
}

static void
link_to(const char *run, const char *name, const char *to)
{
	char *file = sealed_file(run, name);
	struct err err;

	if (access(file, F_OK) == 0)
		ck_assert(files_remove(file, &err));
	ck_assert_int_eq(symlink(to, file), 0);
	free(file);
}

static void
link_outside(const char *run)
{
	link_to(run, EVIDENCE, "/etc/passwd");
}

static void
link_without_end(const char *run)
{
	link_to(run, EVIDENCE, "/dev/zero");
}

static void
link_to_itself(const char *run)
{
	link_to(run, "evidence/loop", "loop");
}

static void
link_upwards(const char *run)
{
	link_to(run, "evidence/up", "..");
}

static void
link_seal(const char *run)
{
	char *to = sealed_file(s.run, "seal");

	link_to(run, "seal", to);
	free(to);
}

static void
link_plan(const char *run)
{
	link_to(run, "plan.json", "/dev/zero");
}

static void
link_signature(const char *run)
{
	link_to(run, "seal/manifest.sig", "/dev/stdin");
}

static void
link_and_edit(const char *run)
{
	char *file = sealed_file(run, "report/summary.txt");

	link_to(run, "evidence/up", "..");
	testing_write(file, SPAN("everything conforms\n"));
	free(file);
}

static void
pipe_at(const char *run, const char *name)
{
	char *file = sealed_file(run, name);

	drop(run, name);
	ck_assert_int_eq(mkfifo(file, 0600), 0);
	free(file);
}

static void
pipe_journal(const char *run)
{
	pipe_at(run, "journal.jsonl");
}

static void
pipe_target(const char *run)
{
	pipe_at(run, "target.yaml");
}

static void
socket_beside(const char *run)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof at.sun_path, "%s/evidence/s", run);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	close(fd);
}

static void
folder_at(const char *run, const char *name)
{
	char *file = sealed_file(run, name);

	drop(run, name);
	ck_assert_int_eq(mkdir(file, 0700), 0);
	free(file);
}

static void
folder_instead(const char *run)
{
	folder_at(run, EVIDENCE);
}

static void
folder_plan(const char *run)
{
	folder_at(run, "plan.json");
}

static void
folder_list(const char *run)
{
	folder_at(run, "seal/manifest.txt");
}

static void
folder_journal(const char *run)
{
	folder_at(run, "journal.jsonl");
}

/* Holes cost nobody anything but whoever reads them. */
static void
grow(const char *run, const char *name, off_t size)
{
	char *file = sealed_file(run, name);

	ck_assert_int_eq(truncate(file, size), 0);
	free(file);
}

static void
huge_evidence(const char *run)
{
	grow(run, EVIDENCE, (off_t)1 << 42);
}

static void
long_evidence(const char *run)
{
	grow(run, EVIDENCE, (off_t)3 << 29);
}

/* None of them too long. */
static void
all_too_long(const char *run)
{
	for (int i = 0; i < 20; i++) {
		char *name = mem_textf("evidence/%d", i);
		char *file = sealed_file(run, name);

		testing_write(file, SPAN(""));
		grow(run, name, (off_t)1 << 30);
		free(file);
		free(name);
	}
}

static void
huge_plan(const char *run)
{
	grow(run, "plan.json", (off_t)1 << 42);
}

static void
long_list(const char *run)
{
	grow(run, "seal/manifest.txt", (off_t)1 << 28);
}

static void
long_certificate(const char *run)
{
	grow(run, "seal/certificate.pem", (off_t)1 << 22);
}

static void
long_signature(const char *run)
{
	grow(run, "seal/manifest.sig", (off_t)1 << 22);
}

static void
rename_to(const char *run, const char *from, const char *to)
{
	char *a = sealed_file(run, from), *b = sealed_file(run, to);

	ck_assert_int_eq(rename(a, b), 0);
	free(a);
	free(b);
}

static void
other_case(const char *run)
{
	rename_to(run, "verdicts.json", "Verdicts.json");
}

static void
both_cases(const char *run)
{
	char *file = sealed_file(run, "Verdicts.json");

	testing_write(file, SPAN("{}"));
	free(file);
}

static void
bad_names(const char *run)
{
	static const char *const names[] = { "evidence/\x1b]0;owned\a",
		"evidence/line\nbreak",
		"evidence/\xe2\x80\xae"
		"gpj",
		"evidence/\xff", "evidence/a\tb", "evidence/a\\tb" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char *file = sealed_file(run, names[i]);

		testing_write(file, SPAN("x"));
		free(file);
	}
}

/* A terminal would be asked for its passphrase. */
static void
encrypted_certificate(const char *run)
{
	char *file = sealed_file(run, "seal/certificate.pem");

	testing_write(file,
	    SPAN("-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
		 "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
		 "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n"
		 "-----END CERTIFICATE-----\n"));
	free(file);
}

static void
deep(const char *run)
{
	char *path = sealed_file(run, "evidence"), *before;

	for (int i = 0; i < 100; i++) {
		before = path;
		path = mem_textf("%s/d", before);
		ck_assert_int_eq(mkdir(path, 0700), 0);
		free(before);
	}
	free(path);
}

/* ---- what its list says ---- */

/* The list with these lines first among its files, and the right end. */
static void
relist(const char *run, const char *lines, int more)
{
	char *path = sealed_file(run, "seal/manifest.txt");
	char *text = testing_read(path), sm3[DIGEST_TEXT];
	char *file = strstr(text, "file\t"), *end = strstr(text, "end\t");
	struct buf all;

	ck_assert(file != NULL && end != NULL);
	buf_init(&all, 1 << 22);
	buf_add(&all, (struct span){ text, (size_t)(file - text) });
	buf_add(&all, span_of(lines));
	buf_add(&all, (struct span){ file, (size_t)(end - file) });
	digest_text(buf_span(&all), sm3);
	buf_addf(&all, "end\t%d\t%s\n", atoi(end + 4) + more, sm3);
	testing_write(path, buf_span(&all));
	buf_free(&all);
	free(text);
	free(path);
}

#define SM3        "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"
#define LINE(name) "file\t0\t" SM3 "\t" name "\n"

static void
list_outside(const char *run)
{
	relist(run, LINE("../../../etc/passwd") LINE("/etc/passwd"), 2);
}

static void
list_pipe_outside(const char *run)
{
	relist(run, LINE("/proc/self/fd/0"), 1);
}

static void
list_twice(const char *run)
{
	relist(run, LINE("a") LINE("a"), 2);
}

static void
list_out_of_order(const char *run)
{
	relist(run, LINE("b") LINE("a"), 2);
}

static void
list_control(const char *run)
{
	relist(run, LINE("\x1b]0;owned\a"), 1);
}

static void
list_huge(const char *run)
{
	relist(run, "file\t999999999999999999\t" SM3 "\ta\n", 1);
}

static void
list_negative(const char *run)
{
	relist(run, "file\t-1\t" SM3 "\ta\n", 1);
}

static void
list_itself(const char *run)
{
	relist(run, LINE("a/../seal/manifest.txt"), 1);
}

/* clang-format off */
static const struct {
	void (*make)(const char *run);
	const char *code, *about, *says;
} rows[] = {
	{ link_outside, "files", EVIDENCE, "no plain file" },
	{ link_without_end, "files", EVIDENCE, "no plain file" },
	{ link_to_itself, "files", "evidence/loop", "no plain file" },
	{ link_upwards, "files", "evidence/up", "no plain file" },
	{ link_seal, "files", "seal", "no plain file" },
	{ link_plan, "files", "plan.json", "no plain file" },
	{ link_signature, "files", "seal/manifest.sig", "no plain file" },
	{ link_and_edit, "files", "report/summary.txt", "changed: 20 octets" },
	{ pipe_journal, "files", "journal.jsonl", "no plain file" },
	{ pipe_target, "files", "target.yaml", "no plain file" },
	{ socket_beside, "files", "evidence/s", "no plain file" },
	{ folder_instead, "files", EVIDENCE, "missing" },
	{ folder_plan, "plan.signature", "seal/plan.sig", "nobody can read" },
	{ folder_plan, "files", "plan.json", "missing" },
	{ folder_list, "manifest", "seal/manifest.txt", "no plain file" },
	{ folder_journal, "journal", "journal.jsonl", "Is a directory" },
	{ folder_journal, "files", "journal.jsonl", "missing" },
	{ huge_evidence, "files", EVIDENCE, "changed: 4398046511104 octets" },
	{ long_evidence, "files", EVIDENCE, "changed: 1610612736 octets" },
	{ all_too_long, "files", "", "more octets together than any run" },
	{ huge_plan, "files", "plan.json", "longer than any file of a run" },
	{ long_list, "files", "seal/manifest.txt", "longer than any file" },
	{ long_certificate, "certificate", "seal/certificate.pem",
	  "no certificate can be read" },
	{ long_signature, "manifest.signature", "seal/manifest.sig",
	  "unreadable" },
	{ other_case, "files", "Verdicts.json",
	  "the octets of verdicts.json, which is missing" },
	{ other_case, "files", "verdicts.json", "missing" },
	{ both_cases, "files", "Verdicts.json", "added: 2 octets" },
	{ bad_names, "files", "evidence/\\x1b]0;owned\\x07", "added" },
	{ bad_names, "files", "evidence/line\\nbreak", "added" },
	{ bad_names, "files", "evidence/\\xe2\\x80\\xaegpj", "added" },
	{ bad_names, "files", "evidence/\\xff", "added" },
	{ bad_names, "files", "evidence/a\\tb", "added" },
	{ bad_names, "files", "evidence/a\\\\tb", "added" },
	{ encrypted_certificate, "certificate", "seal/certificate.pem",
	  "no certificate can be read" },
	{ deep, "files", "evidence/d/d/d/d/", "no plain file" },
	{ list_outside, "files", "../../../etc/passwd", "missing" },
	{ list_outside, "files", "/etc/passwd", "missing" },
	{ list_pipe_outside, "files", "/proc/self/fd/0", "missing" },
	{ list_twice, "manifest", "seal/manifest.txt", "in the order" },
	{ list_out_of_order, "manifest", "seal/manifest.txt", "in the order" },
	{ list_control, "files", "\\x1b]0;owned\\x07", "missing" },
	{ list_huge, "files", "a", "missing" },
	{ list_negative, "manifest", "seal/manifest.txt", "not: file, size" },
	{ list_itself, "files", "a/../seal/manifest.txt", "missing" },
};
/* clang-format on */

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

/* What a terminal would obey, and no newline, which is ours. */
static bool
has_control(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		if (((unsigned char)*c < ' ' && *c != '\n') || *c == 0x7f)
			return true;
	return false;
}

/* Of the processor, which others may want as well. */
static long
seconds_used(void)
{
	struct rusage own, others;

	getrusage(RUSAGE_SELF, &own);
	getrusage(RUSAGE_CHILDREN, &others);
	return own.ru_utime.tv_sec + own.ru_stime.tv_sec +
	       others.ru_utime.tv_sec + others.ru_stime.tv_sec;
}

START_TEST(verifying_ends_and_says_so)
{
	char *name = mem_textf("hostile-%d", _i);
	char *copy = sealed_copy(&s, name);
	const long begun = seconds_used();
	struct testing_end end;
	struct whole w;

	rows[_i].make(copy);
	sealed_judge(&w, copy, s.trust, 0);
	sealed_must_fail(&w, rows[_i].code, rows[_i].about, rows[_i].says);
	whole_free(&w);
	end = testing_run(&s.site, "verify", copy, NULL);
	ck_assert_int_lt(seconds_used() - begun, SOON_S);
	ck_assert_msg(!has_control(end.said), "%s", end.said);
	ck_assert_ptr_null(strstr(end.said, "pass phrase"));
	ck_assert_ptr_null(strstr(end.said, "root:"));
	testing_expect(end, 1, rows[_i].about);
	free(copy);
	free(name);
}
END_TEST

/* ---- what may not be read ---- */

/* As somebody else, who may read all but one file, then all but one folder. */
static void
judge_as_nobody(const char *run, const char *name, const char *says)
{
	char *file = sealed_file(run, name);
	const bool is_root = geteuid() == 0;
	struct stat was;
	struct whole w;

	ck_assert_int_eq(stat(file, &was), 0);
	ck_assert_int_eq(chmod(file, 0), 0);
	if (is_root)
		ck_assert_int_eq(seteuid(65534), 0);
	sealed_judge(&w, run, NULL, 0);
	if (is_root)
		ck_assert_int_eq(seteuid(0), 0);
	sealed_must_fail(&w, "files", name, says);
	whole_free(&w);
	ck_assert_int_eq(chmod(file, was.st_mode & 0777), 0);
	free(file);
}

static void
show_everybody(const char *run)
{
	char *command = mem_textf("chmod -R a+rX '%s' '%s'", s.site.dir, run);

	ck_assert_int_eq(system(command), 0);
	free(command);
}

START_TEST(what_cannot_be_read_is_named)
{
	char *copy = sealed_copy(&s, "closed");

	show_everybody(copy);
	judge_as_nobody(copy, EVIDENCE, "cannot be read: Permission denied");
	judge_as_nobody(copy, "evidence/smtp.greeting", "cannot be read");
	judge_as_nobody(copy, "seal", "cannot be read");
	free(copy);
}
END_TEST

/* ---- folders that are no run ---- */

START_TEST(a_folder_is_no_run)
{
	char *dir = testing_path(&s.site, "empty");
	char *file = mem_textf("%s/verdicts.json", dir);
	struct err err;

	testing_expect(
	    testing_run(&s.site, "verify", dir, NULL), 3, "No such file");
	ck_assert(files_make_dir(dir, &err));
	testing_expect(
	    testing_run(&s.site, "verify", dir, NULL), 3, "holds no run");
	testing_write(file, SPAN("{}"));
	testing_expect(
	    testing_run(&s.site, "verify", dir, NULL), 3, "holds no run");
	free(file);
	free(dir);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("whole_hostile");
	TCase *t = tcase_create("whole_hostile");
	SRunner *r = srunner_create(suite);
	int failed;

	tcase_set_timeout(t, 300);
	tcase_add_unchecked_fixture(t, up, down);
	tcase_add_loop_test(t, verifying_ends_and_says_so, 0, COUNT(rows));
	tcase_add_test(t, what_cannot_be_read_is_named);
	tcase_add_test(t, a_folder_is_no_run);
	suite_add_tcase(suite, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
