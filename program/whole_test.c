/* SPDX-License-Identifier: MIT */
/*
 * A sealed run is whole; and whatever is done to it afterwards is noticed and
 * named: every octet, every file, and whoever signs again.
 */
#include "program/sealed_testing.h"

#include <sys/stat.h>

#include "program/manifest.h"

enum {
	ALL_OF = 400, /* octets: a file as long as that is flipped throughout */
	OFFSETS = 40, /* of longer ones */
};

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

/* ---- whole ---- */

START_TEST(a_sealed_run_is_whole)
{
	struct whole w;

	sealed_judge(&w, s.run, NULL, 0);
	sealed_must_be_whole(&w);
	ck_assert_str_eq(w.subject, "CN = Lab 检测一");
	ck_assert_uint_eq(strlen(w.sm3), 64);
	ck_assert_uint_gt(w.files, 10);
	/* nobody vouches for the lab, nor for either stamp */
	ck_assert_uint_eq(whole_count(&w, WHOLE_NOTE), 3);
	whole_free(&w);
	sealed_judge(&w, s.run, s.trust, 0);
	sealed_must_be_whole(&w);
	ck_assert_uint_eq(whole_count(&w, WHOLE_NOTE), 0);
	whole_free(&w);
}
END_TEST

START_TEST(the_command_says_so)
{
	testing_expect(
	    testing_run(&s.site, "verify", s.run, "--trust", s.trust, NULL), 0,
	    ": whole, as it was sealed; ");
	testing_expect(testing_run(&s.site, "verify", s.run, NULL), 0,
	    "未给出 --trust：无人为其担保");
	testing_expect(testing_run(&s.site, "verify", s.run, NULL), 0,
	    "WHO sealed it is not proved (--trust)");
	testing_expect(
	    testing_run(&s.site, "verify", s.run, NULL), 0, "holds   replay");
	testing_expect(testing_run(&s.site, "verify", s.run, "--json", NULL), 0,
	    "\"whole\":true");
	testing_expect(testing_run(&s.site, "verify", s.run, s.trust, NULL), 2,
	    "by itself");
	testing_expect(
	    testing_run(&s.site, "verify", s.run, "--data", s.trust, NULL), 2,
	    "without --data");
	testing_expect(testing_run(&s.site, "verify", s.run, "--trust",
			   "/nonexistent", NULL),
	    3, "/nonexistent");
	testing_expect(testing_run(&s.site, "verify", s.site.dir, NULL), 3,
	    "holds no run");
}
END_TEST

/* Without us: OpenSSL verifies both signatures, coreutils the digests. */
START_TEST(others_say_so)
{
	static const char script[] =
	    "cd '%s' && openssl x509 -in seal/certificate.pem -noout -pubkey "
	    ">'%s/pub' && for f in plan.json=plan seal/manifest.txt=manifest; "
	    "do openssl dgst -sm3 -sigopt distid:1234567812345678 -verify "
	    "'%s/pub' -signature seal/${f#*=}.sig ${f%%=*} >/dev/null || exit "
	    "1; done; awk -F'\\t' '$1 == \"file\" { print \"SM3 (\" $4 \") = "
	    "\" $3 }' seal/manifest.txt | cksum --check --status";
	char *copy = sealed_copy(&s, "others");
	char *file = sealed_file(copy, "journal.jsonl");
	char *command = mem_textf(script, s.run, s.site.dir, s.site.dir);
	char *changed = mem_textf(script, copy, s.site.dir, s.site.dir);

	ck_assert_int_eq(system(command), 0);
	ck_assert_int_eq(system(changed), 0);
	testing_write(file, SPAN("{}"));
	ck_assert_int_ne(system(changed), 0);
	free(changed);
	free(command);
	free(file);
	free(copy);
}
END_TEST

/* ---- every octet ---- */

static size_t
flip_all(const char *run, const char *name)
{
	char *file = sealed_file(run, name);
	struct err err;
	size_t n, done = 0;
	char *text = files_read_text(file, 64u << 20, &n, &err);
	const size_t step = n <= ALL_OF ? 1 : n / OFFSETS;

	ck_assert_msg(text != NULL, "%s", err.what);
	for (size_t at = 0; at < n; at += at + 1 == n     ? 1
					  : at + step < n ? step
							  : n - 1 - at) {
		const char bit = (char)(1 << (at % 8));
		struct whole w;

		text[at] = (char)(text[at] ^ bit);
		testing_write(file, (struct span){ text, n });
		sealed_judge(&w, run, NULL, 0);
		ck_assert_msg(sealed_names(&w, "", name, ""),
		    "%s: octet %zu is not noticed", name, at);
		ck_assert(!whole_is_so(&w));
		whole_free(&w);
		text[at] = (char)(text[at] ^ bit);
		done++;
	}
	testing_write(file, (struct span){ text, n });
	free(text);
	free(file);
	return done;
}

START_TEST(every_octet_counts)
{
	char *copy = sealed_copy(&s, "flipped");
	struct whole w;
	size_t done = 0;
	struct tree t;

	tree_read(&t, copy);
	ck_assert_uint_gt(t.n, 15);
	for (size_t i = 0; i < t.n; i++)
		done += flip_all(copy, t.at[i].name);
	printf("%zu octets flipped in %zu files\n", done, t.n);
	tree_free(&t);
	sealed_judge(&w, copy, s.trust, 0); /* all of them are back */
	sealed_must_be_whole(&w);
	whole_free(&w);
	free(copy);
}
END_TEST

/* Each file, emptied, and with an octet more at its end. */
START_TEST(every_file_counts)
{
	char *copy = sealed_copy(&s, "emptied");
	struct err err;
	struct whole w;
	struct tree t;

	tree_read(&t, copy);
	for (size_t i = 0; i < t.n; i++) {
		const char *name = t.at[i].name;
		size_t n;
		char *text = files_read_text(t.at[i].path, 64u << 20, &n, &err);
		char *longer = mem_new(n + 1, 1);

		memcpy(longer, text, n);
		longer[n] = '\n';
		testing_write(t.at[i].path, (struct span){ longer, n + 1 });
		sealed_judge(&w, copy, NULL, 0);
		sealed_must_fail(&w, "", name, "");
		whole_free(&w);
		testing_write(t.at[i].path, SPAN(""));
		sealed_judge(&w, copy, NULL, 0);
		if (n != 0) /* noise.log is empty as it is */
			sealed_must_fail(&w, "", name, "");
		whole_free(&w);
		ck_assert_int_eq(unlink(t.at[i].path), 0);
		sealed_judge(&w, copy, NULL, 0);
		sealed_must_fail(&w, "", name, "");
		whole_free(&w);
		testing_write(t.at[i].path, (struct span){ text, n });
		free(longer);
		free(text);
	}
	tree_free(&t);
	free(copy);
}
END_TEST

/* ---- files ---- */

#define EVIDENCE "evidence/smtp.greeting/trial.jsonl"

static void
add_file(const char *run)
{
	char *file = sealed_file(run, "evidence/smtp.greeting/more\tnames.txt");

	testing_write(file, SPAN("more"));
	free(file);
}

static void
add_hidden(const char *run)
{
	char *file = sealed_file(run, "seal/.hidden");

	testing_write(file, SPAN(""));
	free(file);
}

static void
rename_file(const char *run)
{
	char *from = sealed_file(run, EVIDENCE);
	char *to = sealed_file(run, "evidence/smtp.greeting/other.jsonl");

	ck_assert_int_eq(rename(from, to), 0);
	free(from);
	free(to);
}

static void
swap_files(const char *run)
{
	char *a = sealed_file(run, EVIDENCE);
	char *b = sealed_file(run, "evidence/smtp.greeting.name/greeting.txt");
	char *c = sealed_file(run, "swapped");

	ck_assert_int_eq(rename(a, c), 0);
	ck_assert_int_eq(rename(b, a), 0);
	ck_assert_int_eq(rename(c, b), 0);
	free(a);
	free(b);
	free(c);
}

static void
link_file(const char *run)
{
	char *file = sealed_file(run, EVIDENCE);
	char *same = sealed_file(s.run, EVIDENCE);

	ck_assert_int_eq(unlink(file), 0);
	ck_assert_int_eq(symlink(same, file), 0);
	free(same);
	free(file);
}

static void
pipe_beside(const char *run)
{
	char *file = sealed_file(run, "report/pipe");

	ck_assert_int_eq(mkfifo(file, 0600), 0);
	free(file);
}

/* Whoever opened it would wait for ever. */
static void
pipe_instead(const char *run)
{
	char *file = sealed_file(run, "seal/manifest.txt");

	ck_assert_int_eq(unlink(file), 0);
	ck_assert_int_eq(mkfifo(file, 0600), 0);
	free(file);
}

/* What is between the texts, both included, replaced by another. */
static void
edit(const char *run, const char *name, const char *from, const char *to,
    const char *by)
{
	char *file = sealed_file(run, name), *text = testing_read(file);
	char *a = strstr(text, from), *b, *whole;

	ck_assert_ptr_nonnull(a);
	b = strstr(a, to);
	ck_assert_ptr_nonnull(b);
	whole =
	    mem_textf("%.*s%s%s", (int)(a - text), text, by, b + strlen(to));
	testing_write(file, span_of(whole));
	free(whole);
	free(text);
	free(file);
}

static void
drop_line(const char *run)
{
	edit(run, "seal/manifest.txt", "file\t", "\n", "");
}

static void
cut_manifest(const char *run)
{
	edit(run, "seal/manifest.txt", "end\t", "\n", "");
}

static void
edit_verdict(const char *run)
{
	edit(run, "verdicts.json", "\"pass\"", "\"pass\"", "\"fail\"");
}

static void
remove_stamp(const char *run)
{
	char *file = sealed_file(run, "seal/manifest.tsr");

	ck_assert_int_eq(unlink(file), 0);
	free(file);
}

/* A stamp that holds, of something else. */
static void
other_stamp(const char *run)
{
	char *from = sealed_file(run, "seal/plan.tsr");
	char *to = sealed_file(run, "seal/manifest.tsr");
	struct err err;
	size_t n;
	char *text = files_read_text(from, 1 << 20, &n, &err);

	testing_write(to, (struct span){ text, n });
	free(text);
	free(from);
	free(to);
}

static void
other_certificate(const char *run)
{
	char *from = mem_textf("%s/certificate.pem", s.other);
	char *to = sealed_file(run, "seal/certificate.pem");
	char *text = testing_read(from);

	testing_write(to, span_of(text));
	free(text);
	free(from);
	free(to);
}

static void
signature_of_other_file(const char *run)
{
	char *from = sealed_file(run, "seal/plan.sig");
	char *to = sealed_file(run, "seal/manifest.sig");
	struct err err;
	size_t n;
	char *text = files_read_text(from, 1 << 20, &n, &err);

	testing_write(to, (struct span){ text, n });
	free(text);
	free(from);
	free(to);
}

static void
take_seal_away(const char *run)
{
	char *folder = sealed_file(run, "seal");
	struct err err;

	ck_assert(files_remove(folder, &err));
	free(folder);
}

static void
take_signature_away(const char *run)
{
	char *file = sealed_file(run, "seal/manifest.sig");

	ck_assert_int_eq(unlink(file), 0);
	free(file);
}

/* clang-format off */
static const struct {
	void (*tamper)(const char *run);
	const char *code, *about, *says;
} tampered[] = {
	{ add_file, "files", "evidence/smtp.greeting/more\\tnames.txt",
	  "added: 4 octets" },
	{ add_hidden, "files", "seal/.hidden", "added: 0 octets" },
	{ rename_file, "files", EVIDENCE, "missing" },
	{ rename_file, "files", "evidence/smtp.greeting/other.jsonl",
	  "the octets of " EVIDENCE ", which is missing" },
	{ swap_files, "files", EVIDENCE, "changed" },
	{ swap_files, "files", "evidence/smtp.greeting.name/greeting.txt",
	  "changed" },
	{ link_file, "files", EVIDENCE, "no plain file" },
	{ pipe_beside, "files", "report/pipe", "no plain file" },
	{ pipe_instead, "files", "seal/manifest.txt", "no plain file" },
	{ edit_verdict, "files", "verdicts.json", "SM3" },
	{ drop_line, "manifest", "seal/manifest.txt", "" },
	{ drop_line, "manifest.signature", "seal/manifest.sig",
	  "is not the signature by this key of seal/manifest.txt" },
	{ drop_line, "files", "evidence/smtp.greeting.name/facts.json",
	  "were not sealed" },
	{ cut_manifest, "manifest", "seal/manifest.txt", "has no end" },
	{ remove_stamp, "stamp.manifest", "seal/manifest.tsr", "missing" },
	{ other_stamp, "stamp.manifest", "seal/manifest.tsr", "stamp.imprint" },
	{ other_stamp, "stamp.manifest", "seal/manifest.tsr",
	  "not the one that was signed" },
	{ other_certificate, "files", "seal/certificate.pem", "changed" },
	{ other_certificate, "manifest.signature", "seal/manifest.sig",
	  "is not the signature" },
	{ other_certificate, "plan.signature", "seal/plan.sig",
	  "is not the signature" },
	{ signature_of_other_file, "manifest.signature", "seal/manifest.sig",
	  "is not the signature" },
	{ take_seal_away, "seal", "journal.jsonl",
	  "the plan is signed by CN = Lab 检测一" },
	{ take_signature_away, "manifest.signature", "seal/manifest.sig",
	  "missing" },
};
/* clang-format on */

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

START_TEST(tampering_is_named)
{
	char *name = mem_textf("tampered-%d", _i);
	char *copy = sealed_copy(&s, name);
	struct whole w;

	tampered[_i].tamper(copy);
	sealed_judge(&w, copy, s.trust, 0);
	sealed_must_fail(
	    &w, tampered[_i].code, tampered[_i].about, tampered[_i].says);
	whole_free(&w);
	testing_expect(
	    testing_run(&s.site, "verify", copy, NULL), 1, tampered[_i].about);
	free(copy);
	free(name);
}
END_TEST

/* ---- somebody signs again ---- */

static void
open_lab(struct lab *l, const char *dir, struct wall now)
{
	char *key = mem_textf("%s/key.pem", dir);
	char *certificate = mem_textf("%s/certificate.pem", dir);
	struct err err;

	ck_assert_msg(lab_open(l, key, certificate, SEALED_SECRET, now, &err),
	    "%s", err.what);
	free(certificate);
	free(key);
}

static void
unseal(const char *run)
{
	static const char *const names[] = { "manifest.txt", "manifest.sig",
		"manifest.tsr", "manifest.tsr.sig", "plan.sig", "plan.tsr" };

	for (int i = 0; i < COUNT(names); i++) {
		char *file = mem_textf("%s/seal/%s", run, names[i]);

		unlink(file);
		free(file);
	}
}

/* A run that was changed, and signed again, all digests right. */
static char *
forge(const char *name, const struct lab *l)
{
	char *copy = sealed_copy(&s, name);
	char *report = sealed_file(copy, "report/summary.txt");
	struct err err;

	unseal(copy);
	testing_write(report, SPAN("everything conforms\n"));
	ck_assert_msg(
	    sealing_begin(copy, "forged", l, NULL, &err), "%s", err.what);
	ck_assert_msg(sealing_end(copy, l, NULL, &err), "%s", err.what);
	free(report);
	return copy;
}

/* Anybody can sign, and then it is somebody else's run. */
START_TEST(another_key_is_another_signer)
{
	struct whole w;
	struct lab l;
	char *copy;

	open_lab(&l, s.other, clock_wall());
	copy = forge("forged", &l);
	sealed_judge(&w, copy, NULL, 0);
	sealed_must_be_whole(&w);
	ck_assert_str_ne(w.subject, "CN = Lab 检测一");
	whole_free(&w);
	sealed_judge(&w, copy, s.trust, 0);
	sealed_must_fail(
	    &w, "certificate.trust", "seal/certificate.pem", "somebody else");
	whole_free(&w);
	lab_free(&l);
	free(copy);
}
END_TEST

/*
 * Whose CA is trusted is not the lab for that: --trust has to hold the root of
 * who stamps the time, which has issued to others, too.
 */
START_TEST(a_trusted_ca_names_nobody)
{
	char *reference = testing_path(&s.site, "reference");
	char *key = mem_textf("%s/secrets/alice.key", reference);
	char *certificate = mem_textf("%s/pki/alice.pem", reference);
	char *roots = mem_textf("%s/ca/sm2-root.pem", reference);
	char *issuers = mem_textf("%s/ca/issuers.pem", reference);
	struct whole w;
	struct lab l;
	struct err err;
	char *copy;

	ck_assert_msg(lab_open(&l, key, certificate, NULL, clock_wall(), &err),
	    "%s", err.what);
	copy = forge("insider", &l);
	sealed_judge(&w, copy, s.trust, 0);
	sealed_must_fail(&w, "certificate.trust", "seal/certificate.pem",
	    "--trust names who may sign, and this is somebody else");
	whole_free(&w);
	sealed_judge(&w, copy, roots, 0);
	sealed_must_fail(&w, "certificate.trust", "seal/certificate.pem",
	    "path.found: not so");
	whole_free(&w);
	testing_expect(testing_run(&s.site, "verify", copy, "--trust", roots,
			   "--issuer", issuers, NULL),
	    0, "holds   certificate.trust");
	testing_expect(
	    testing_run(&s.site, "verify", copy, "--trust", certificate, NULL),
	    0, "holds   certificate.trust");
	testing_expect(
	    testing_run(&s.site, "verify", copy, "--trust", s.trust, NULL), 1,
	    "who signed it, or when, does NOT hold: 1 finding\n");
	lab_free(&l);
	free(copy);
	free(issuers);
	free(roots);
	free(certificate);
	free(key);
	free(reference);
}
END_TEST

/* Another key, and the certificate of the first. */
START_TEST(a_name_alone_is_no_signature)
{
	char *from = mem_textf("%s/certificate.pem", s.lab);
	char *certificate = testing_read(from), *copy;
	struct whole w;
	struct lab l;
	struct err err;

	open_lab(&l, s.other, clock_wall());
	lab_certificate_free(&l.certificate);
	ck_assert(lab_certificate_read(
	    &l.certificate, from, span_of(certificate), &err));
	buf_clear(&l.chain);
	buf_add(&l.chain, span_of(certificate));
	copy = forge("borrowed", &l);
	sealed_judge(&w, copy, s.trust, 0);
	sealed_must_fail(&w, "manifest.signature", "seal/manifest.sig",
	    "is not the signature");
	sealed_must_fail(
	    &w, "plan.signature", "seal/plan.sig", "is not the signature");
	whole_free(&w);
	lab_free(&l);
	free(copy);
	free(certificate);
	free(from);
}
END_TEST

/* ---- time ---- */

#define YEAR_US (INT64_C(366) * 86400 * 1000000)

START_TEST(an_expired_certificate_signs_nothing)
{
	const struct wall then = { clock_wall().us - 5 * YEAR_US };
	char *dir = testing_path(&s.site, "expired"), *copy;
	struct whole w;
	struct lab l;
	struct err err;

	ck_assert_msg(
	    lab_make(dir, "Old lab", NULL, then, &err), "%s", err.what);
	testing_expect(testing_run(&s.site, "check", s.site.target, "--case",
			   "smtp.greeting", "--sign", dir, NULL),
	    3, "expired at");
	open_lab(&l, dir, then); /* whose clock stands still */
	copy = forge("late", &l);
	sealed_judge(&w, copy, NULL, 0);
	sealed_must_fail(&w, "certificate", "seal/certificate.pem",
	    "and the run was sealed at");
	whole_free(&w);
	lab_free(&l);
	free(copy);
	free(dir);
}
END_TEST

START_TEST(a_certificate_to_come_signs_nothing)
{
	const struct wall then = { clock_wall().us + YEAR_US };
	char *dir = testing_path(&s.site, "to-come");
	struct err err;

	ck_assert_msg(
	    lab_make(dir, "New lab", NULL, then, &err), "%s", err.what);
	testing_expect(testing_run(&s.site, "check", s.site.target, "--case",
			   "smtp.greeting", "--sign", dir, NULL),
	    3, "not valid before");
	free(dir);
}
END_TEST

/* With a stamp it holds for good; without one as long as the certificate. */
START_TEST(a_stamp_outlives_the_certificate)
{
	const int64_t later = clock_wall().us + 4 * YEAR_US;
	struct whole w;
	struct lab l;
	char *copy;

	sealed_judge(&w, s.run, NULL, later);
	sealed_must_be_whole(&w);
	whole_free(&w);
	open_lab(&l, s.lab, clock_wall());
	copy = forge("unstamped", &l);
	sealed_judge(&w, copy, NULL, 0);
	sealed_must_be_whole(&w);
	ck_assert_uint_eq(whole_count(&w, WHOLE_NOTE), 3);
	whole_free(&w);
	sealed_judge(&w, copy, NULL, later);
	sealed_must_fail(&w, "certificate", "seal/certificate.pem",
	    "the time of checking counts");
	whole_free(&w);
	lab_free(&l);
	free(copy);
}
END_TEST

START_TEST(the_future_is_noticed)
{
	struct whole w;

	sealed_judge(&w, s.run, NULL, clock_wall().us - 3600 * 1000000ll);
	sealed_must_fail(&w, "time", "", "is after the time of checking");
	sealed_must_fail(
	    &w, "stamp.manifest", "seal/manifest.tsr", "stamp.begun");
	whole_free(&w);
}
END_TEST

/* What a lab whose clock is wrong would have signed. */
static void
sign_again(const char *run, const char *planned, const char *sealed)
{
	char *path = sealed_file(run, "seal/manifest.txt");
	char *to = sealed_file(run, "seal/manifest.sig");
	struct manifest was, now;
	struct buf signature;
	struct err err;
	struct lab l;

	ck_assert_msg(manifest_read(&was, run, &err), "%s", err.what);
	unseal(run);
	open_lab(&l, s.lab, clock_wall());
	ck_assert(sealing_begin(run, "again", &l, NULL, &err));
	now = was;
	now.files = NULL;
	now.n = 0;
	now.stamp = (char *)(uintptr_t) "none";
	if (planned != NULL)
		now.planned = (char *)(uintptr_t)planned;
	now.sealed = mem_text(span_of(sealed == NULL ? was.sealed : sealed));
	ck_assert_msg(manifest_write(&now, run, &err), "%s", err.what);
	buf_init(&signature, LAB_SIGNATURE_MOST);
	ck_assert_msg(lab_sign(&l, path, &signature, &err), "%s", err.what);
	testing_write(to, buf_span(&signature));
	buf_free(&signature);
	free(now.sealed);
	manifest_free(&was);
	lab_free(&l);
	free(path);
	free(to);
}

/* clang-format off */
static const struct {
	const char *planned, *sealed, *says;
} clocks[] = {
	{ NULL, "2019-01-01T00:00:00Z", "the last case" },
	{ NULL, "2099-01-01T00:00:00Z", "is after the time of checking" },
	{ "2099-01-01T00:00:00Z", NULL, "planned 2099-01-01T00:00:00Z is after" },
};
/* clang-format on */

START_TEST(wrong_clocks_are_noticed)
{
	char *name = mem_textf("clock-%d", _i);
	char *copy = sealed_copy(&s, name);
	struct whole w;

	sign_again(copy, NULL, NULL);
	sealed_judge(&w, copy, NULL, 0);
	sealed_must_be_whole(&w);
	whole_free(&w);
	sign_again(copy, clocks[_i].planned, clocks[_i].sealed);
	sealed_judge(&w, copy, NULL, 0);
	sealed_must_fail(&w, "time", "", clocks[_i].says);
	ck_assert(!sealed_names(&w, "manifest.signature", "", ""));
	whole_free(&w);
	free(copy);
	free(name);
}
END_TEST

/* ---- manifests that are none ---- */

static void
one_line_less(struct buf *out, const char *text, size_t which)
{
	struct span rest = span_of(text);

	for (size_t i = 0; rest.len != 0; i++) {
		const struct span line = span_cut(&rest, '\n');

		if (i == which)
			continue;
		buf_add(out, line);
		buf_add(out, SPAN("\n"));
	}
}

START_TEST(every_line_counts)
{
	char *copy = sealed_copy(&s, "lines");
	char *path = sealed_file(copy, "seal/manifest.txt");
	char *text = testing_read(path);
	struct manifest m;
	struct err err;
	size_t n = 0;

	for (const char *c = text; *c != '\0'; c++)
		n += *c == '\n';
	ck_assert_uint_gt(n, 20);
	for (size_t i = 0; i < n; i++) {
		struct buf less;

		buf_init(&less, 1 << 20);
		one_line_less(&less, text, i);
		testing_write(path, buf_span(&less));
		ck_assert_msg(
		    !manifest_read(&m, copy, &err), "line %zu can go", i + 1);
		ck_assert_int_eq(err.kind, ERR_FORGED);
		ck_assert_ptr_nonnull(strstr(err.what, "manifest.txt:"));
		manifest_free(&m);
		buf_free(&less);
	}
	free(text);
	free(path);
	free(copy);
}
END_TEST

/* Cut anywhere, and any octet another: refused, and never more than that. */
START_TEST(every_prefix_is_refused)
{
	char *copy = sealed_copy(&s, "prefixes");
	char *path = sealed_file(copy, "seal/manifest.txt");
	char *text = testing_read(path);
	const size_t n = strlen(text);
	struct manifest m;
	struct err err;

	for (size_t i = 0; i < n; i += 7) {
		testing_write(path, (struct span){ text, i });
		ck_assert(!manifest_read(&m, copy, &err));
		manifest_free(&m);
	}
	for (size_t i = 0; i < n; i += 5) {
		const char was = text[i];

		text[i] = (char)((i % 3) == 0 ? '\0' : was ^ 0x81);
		testing_write(path, (struct span){ text, n });
		ck_assert(!manifest_read(&m, copy, &err));
		manifest_free(&m);
		text[i] = was;
	}
	free(text);
	free(path);
	free(copy);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("whole");
	TCase *t = tcase_create("whole");
	SRunner *r = srunner_create(suite);
	int failed;

	tcase_set_timeout(t, 300);
	tcase_add_unchecked_fixture(t, up, down);
	tcase_add_test(t, a_sealed_run_is_whole);
	tcase_add_test(t, the_command_says_so);
	tcase_add_test(t, others_say_so);
	tcase_add_test(t, every_octet_counts);
	tcase_add_test(t, every_file_counts);
	tcase_add_loop_test(t, tampering_is_named, 0, COUNT(tampered));
	tcase_add_test(t, another_key_is_another_signer);
	tcase_add_test(t, a_trusted_ca_names_nobody);
	tcase_add_test(t, a_name_alone_is_no_signature);
	tcase_add_test(t, an_expired_certificate_signs_nothing);
	tcase_add_test(t, a_certificate_to_come_signs_nothing);
	tcase_add_test(t, a_stamp_outlives_the_certificate);
	tcase_add_test(t, the_future_is_noticed);
	tcase_add_loop_test(t, wrong_clocks_are_noticed, 0, COUNT(clocks));
	tcase_add_test(t, every_line_counts);
	tcase_add_test(t, every_prefix_is_refused);
	suite_add_tcase(suite, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
