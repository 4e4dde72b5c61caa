/* SPDX-License-Identifier: MIT */
/* The report on pages, sealed: what "yanshou verify" says of it. */
#include "program/testing.h"

#include <zip.h>

#include "program/pages.h"
#include "reference/seal/make.h"
#include "reference/seal/ofd.h"
#include "reports/ofd.h"
#include "reports/sample.h"

static struct testing site;
static char *lab_dir, *certificate, *document;

static void
up(void)
{
	char *folder;
	struct err err;

	testing_up(&site);
	lab_dir = testing_path(&site, "lab");
	certificate = testing_path(&site, "lab/certificate.pem");
	document = testing_path(&site, "report/report.ofd");
	folder = testing_path(&site, "report");
	ck_assert_msg(files_make_dir(folder, &err), "%s", err.what);
	ck_assert_msg(lab_make(lab_dir, "检测机构", NULL, clock_wall(), &err),
	    "%s", err.what);
	free(folder);
}

static void
down(void)
{
	free(document);
	free(certificate);
	free(lab_dir);
	testing_down(&site);
}

/* The sample's report, sealed with that key; NULL: not sealed. */
static void
write_pages_with(const char *lab_of, struct span picture)
{
	struct report_seal by = { 0 };
	struct sample s;
	struct run_result r;
	struct lab lab = { 0 };
	struct err err;

	if (lab_of != NULL) {
		char *key = mem_textf("%s/key.pem", lab_of);
		char *cert = mem_textf("%s/certificate.pem", lab_of);

		ck_assert_msg(
		    lab_open(&lab, key, cert, NULL, clock_wall(), &err), "%s",
		    err.what);
		buf_add(&lab.picture, picture);
		by = (struct report_seal){ lab.certificate.subject,
			lab.certificate.sm3, NULL };
		free(cert);
		free(key);
	}
	sample_make(&s);
	r = (struct run_result){ s.profile, s.plan, s.ledger, s.matrix };
	ck_assert_msg(pages_write(&r, &s.score, lab_of == NULL ? NULL : &by,
			  lab_of == NULL ? NULL : &lab, site.dir, &err),
	    "%s", err.what);
	sample_free(&s);
	if (lab_of != NULL)
		lab_free(&lab);
}

static void
write_pages(const char *lab_of)
{
	write_pages_with(lab_of, (struct span){ NULL, 0 });
}

START_TEST(what_is_sealed_verifies_offline)
{
	write_pages(lab_dir);
	testing_expect(testing_run(&site, "verify", document, "--trust",
			   certificate, NULL),
	    0, "ofd.uncovered");
}
END_TEST

/* By the certificate of another laboratory, which calls itself the same. */
START_TEST(another_laboratory_is_not_believed)
{
	char *other = testing_path(&site, "other");
	char *trust = mem_textf("%s/certificate.pem", other);
	struct err err;

	ck_assert(lab_make(other, "检测机构", NULL, clock_wall(), &err));
	write_pages(lab_dir);
	testing_expect(
	    testing_run(&site, "verify", document, "--trust", trust, NULL), 1,
	    "sign.signer.chain");
	free(trust);
	free(other);
}
END_TEST

static bool
seal_holds(struct span picture)
{
	zip_t *z = zip_open(document, ZIP_RDONLY, NULL);
	zip_file_t *f = zip_fopen(z, "Doc_0/Signs/Sign_0/Seal.esl", 0);
	static char esl[1 << 20];
	zip_int64_t n;

	ck_assert_ptr_nonnull(f);
	n = zip_fread(f, esl, sizeof esl);
	ck_assert_int_gt(n, 0);
	zip_fclose(f);
	zip_close(z);
	return memmem(esl, (size_t)n, picture.ptr, picture.len) != NULL;
}

/* As it is, or a strip of it: whatever form it has, the seal holds. */
START_TEST(a_laboratory_has_its_own_picture)
{
	static const char forms[][9] = { "\0\0\0\xd2\0\0\0\xd2",
		"\0\0\x07\xd0\0\0\0\1", "\0\0\0\1\0\0\x07\xd0" };
	struct buf png;
	struct err err;

	buf_init(&png, 1 << 20);
	ck_assert(files_read(
	    "fixtures/targets/example/pictures/lab.png", &png, &err));
	write_pages(lab_dir);
	ck_assert(!seal_holds(buf_span(&png)));
	memcpy(png.data + 16, forms[_i], 8);
	write_pages_with(lab_dir, buf_span(&png));
	ck_assert(seal_holds(buf_span(&png)));
	testing_expect(testing_run(&site, "verify", document, "--trust",
			   certificate, NULL),
	    0, "ofd.uncovered");
	buf_free(&png);
}
END_TEST

static void
replace(const char *name, const char *text)
{
	zip_t *z = zip_open(document, 0, NULL);

	ck_assert_ptr_nonnull(z);
	ck_assert_int_ge(
	    zip_file_add(z, name, zip_source_buffer(z, text, strlen(text), 0),
		ZIP_FL_OVERWRITE),
	    0);
	ck_assert_int_eq(zip_close(z), 0);
}

START_TEST(an_altered_page_shows)
{
	static const struct {
		const char *file, *code;
	} rows[] = {
		{ "Doc_0/Pages/Page_0/Content.xml", "ofd.reference" },
		{ "Doc_0/Document.xml", "ofd.reference" },
		{ "Doc_0/PublicRes.xml", "ofd.reference" },
		{ "Doc_0/Signs/Sign_0/Seal.esl", "ofd" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		write_pages(lab_dir);
		replace(rows[i].file,
		    "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"/>");
		testing_expect(testing_run(&site, "verify", document, "--trust",
				   certificate, NULL),
		    1, rows[i].code);
	}
}
END_TEST

/* Beside ours: an office's own seal, by its own service. */
static void
seal_beside(const char *office_dir)
{
	char *key = mem_textf("%s/key.pem", office_dir);
	char *cert = mem_textf("%s/certificate.pem", office_dir);
	struct buf octets, seal, sealed;
	struct lab l;
	struct err err;

	buf_init(&octets, REPORT_OFD_MOST);
	buf_init(&seal, REPORT_OFD_MOST);
	buf_init(&sealed, REPORT_OFD_MOST);
	ck_assert(lab_open(&l, key, cert, NULL, clock_wall(), &err));
	ck_assert(files_read(document, &octets, &err));
	{
		const struct ca_signer self = { l.key, l.certificate.x509 };
		X509 *const signers[] = { l.certificate.x509 };
		const struct seal_order order = {
			.esid = "0123456789ABCDEF01234567",
			.name = "某某局",
			.type = 1,
			.format = "png",
			.picture = SPAN("\x89PNG\r\n\x1a\n"),
			.width = 40,
			.height = 40,
			.made = clock_wall(),
			.start = clock_wall(),
			.end = l.certificate.ends,
			.signers = signers,
			.n_signers = 1,
			.maker = &self,
		};
		struct ofd_order put = {
			.document = buf_span(&octets),
			.page = 1,
			.x = 20,
			.y = 200,
			.use = { .time = clock_wall(), .signer = &self },
		};

		ck_assert_msg(seal_make(&order, &seal, &err), "%s", err.what);
		put.use.seal = buf_span(&seal);
		ck_assert_msg(ofd_seal(&put, &sealed, &err), "%s", err.what);
	}
	ck_assert(files_write(document, buf_span(&sealed), &err));
	lab_free(&l);
	buf_free(&sealed);
	buf_free(&seal);
	buf_free(&octets);
	free(cert);
	free(key);
}

START_TEST(another_seal_disturbs_nothing)
{
	char *office = testing_path(&site, "office");
	char *trust = testing_path(&site, "both.pem");
	struct buf both;
	struct err err;

	ck_assert(lab_make(office, "某某局", NULL, clock_wall(), &err));
	write_pages(lab_dir);
	seal_beside(office);
	testing_expect(testing_run(&site, "verify", document, "--trust",
			   certificate, NULL),
	    1, "signature 2");
	buf_init(&both, REPORT_OFD_MOST);
	ck_assert(files_read(certificate, &both, &err));
	free(certificate);
	certificate = mem_textf("%s/certificate.pem", office);
	ck_assert(files_read(certificate, &both, &err));
	ck_assert(files_write(trust, buf_span(&both), &err));
	testing_expect(
	    testing_run(&site, "verify", document, "--trust", trust, NULL), 0,
	    "signature 2");
	buf_free(&both);
	free(trust);
	free(office);
}
END_TEST

START_TEST(without_a_key_it_is_not_sealed)
{
	struct err err;
	struct buf octets;

	write_pages(NULL);
	buf_init(&octets, REPORT_OFD_MOST);
	ck_assert_msg(files_read(document, &octets, &err), "%s", err.what);
	ck_assert(
	    span_find(buf_span(&octets), SPAN("Signatures.xml")) == octets.len);
	buf_free(&octets);
}
END_TEST

static Suite *
pages_suite(void)
{
	Suite *s = suite_create("program/pages");
	TCase *c = tcase_create("pages");

	tcase_add_checked_fixture(c, up, down);
	tcase_add_test(c, what_is_sealed_verifies_offline);
	tcase_add_test(c, another_laboratory_is_not_believed);
	tcase_add_loop_test(c, a_laboratory_has_its_own_picture, 0, 3);
	tcase_add_test(c, an_altered_page_shows);
	tcase_add_test(c, another_seal_disturbs_nothing);
	tcase_add_test(c, without_a_key_it_is_not_sealed);
	tcase_set_timeout(c, 60);
	suite_add_tcase(s, c);
	return s;
}

int
main(void)
{
	SRunner *r = srunner_create(pages_suite());
	int failed;

	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
