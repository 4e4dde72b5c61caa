/* SPDX-License-Identifier: MIT */
#include "conformance/pki/policy.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/buf.h"

/*
 * A path of up to three certificates, from below the anchor; each is what it
 * says: policies as letters ("*" is anyPolicy), mappings "ab" (a to b), and
 * three counters, -1 where the extension is not there.
 */
struct step {
	const char *policies, *mappings;
	int explicit_policy, inhibit_mapping, inhibit_any;
	bool self_issued;
};

/* clang-format off */
static const struct {
	struct step	path[3];
	size_t		n;
	bool		explicit_policy, holds;
} rows[] = {
	/* Nobody asks. */
	{ { { "", "", -1, -1, -1, false }, { "", "", -1, -1, -1, false } }, 2, false, true },
	/* Somebody asks: the same all the way down, or none. */
	{ { { "a", "", -1, -1, -1, false }, { "a", "", -1, -1, -1, false } }, 2, true, true },
	{ { { "a", "", -1, -1, -1, false }, { "b", "", -1, -1, -1, false } }, 2, true, false },
	{ { { "ab", "", -1, -1, -1, false }, { "bc", "", -1, -1, -1, false } }, 2, true, true },
	{ { { "a", "", -1, -1, -1, false }, { "", "", -1, -1, -1, false } }, 2, true, false },
	{ { { "", "", -1, -1, -1, false }, { "a", "", -1, -1, -1, false } }, 2, true, false },
	/* anyPolicy, until it is inhibited (6.1.3 (d)(2)). */
	{ { { "*", "", -1, -1, -1, false }, { "a", "", -1, -1, -1, false } }, 2, true, true },
	{ { { "a", "", -1, -1, -1, false }, { "*", "", -1, -1, -1, false } }, 2, true, true },
	{ { { "a", "", -1, -1, 0, false }, { "*", "", -1, -1, -1, false } }, 2, true, false },
	{ { { "a", "", -1, -1, 1, false }, { "*", "", -1, -1, -1, false } }, 2, true, true },
	{ { { "a", "", -1, -1, 1, false }, { "*", "", -1, -1, -1, false }, { "*", "", -1, -1, -1, false } }, 3, true, false },
	{ { { "a", "", -1, -1, 0, false }, { "*", "", -1, -1, -1, true }, { "a", "", -1, -1, -1, false } }, 3, true, true },
	/* Mappings (6.1.4 (b)), until they are inhibited. */
	{ { { "a", "ab", -1, -1, -1, false }, { "b", "", -1, -1, -1, false } }, 2, true, true },
	{ { { "a", "ab", -1, -1, -1, false }, { "a", "", -1, -1, -1, false } }, 2, true, false },
	{ { { "*", "ab", -1, -1, -1, false }, { "b", "", -1, -1, -1, false } }, 2, true, true },
	{ { { "a", "", -1, 0, -1, false }, { "a", "ab", -1, -1, -1, false }, { "b", "", -1, -1, -1, false } }, 3, true, false },
	{ { { "a", "", -1, 1, -1, false }, { "a", "ab", -1, -1, -1, false }, { "b", "", -1, -1, -1, false } }, 3, true, true },
	/* requireExplicitPolicy, at once, later, and in the last. */
	{ { { "", "", 0, -1, -1, false }, { "", "", -1, -1, -1, false } }, 2, false, false },
	{ { { "", "", 1, -1, -1, false }, { "", "", -1, -1, -1, false } }, 2, false, false },
	{ { { "", "", 2, -1, -1, false }, { "", "", -1, -1, -1, false } }, 2, false, true },
	{ { { "", "", -1, -1, -1, false }, { "", "", 0, -1, -1, false } }, 2, false, false },
	{ { { "a", "", 0, -1, -1, false }, { "a", "", -1, -1, -1, false } }, 2, false, true },
};
/* clang-format on */

static void
add_oid(struct buf *b, char letter)
{
	if (letter == '*')
		buf_add(b, SPAN("\x06\x04\x55\x1d\x20\x00"));
	else
		buf_addf(b, "\x06\x03\x88\x37%c", letter);
}

static void
add_rows(struct buf *b, const char *letters, size_t each)
{
	for (; letters[0] != '\0'; letters += each) {
		struct buf one;

		buf_init(&one, 64);
		for (size_t i = 0; i < each; i++)
			add_oid(&one, letters[i]);
		buf_addf(b, "\x30%c", (int)one.len);
		buf_add(b, buf_span(&one));
		buf_free(&one);
	}
}

START_TEST(paths)
{
	struct policy p;
	struct buf kept[6];
	size_t n = 0;
	bool holds = true;

	policy_start(&p, rows[_i].n, rows[_i].explicit_policy);
	for (size_t i = 0; i < rows[_i].n; i++) {
		const struct step *s = &rows[_i].path[i];
		struct buf policies, mappings;
		struct pki_certificate c = {
			.issuer = SPAN_INIT("\x30\x00"),
			.subject = SPAN_INIT(
			    "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x13"
			    "\x01x"),
			.explicit_policy = s->explicit_policy,
			.inhibit_mapping = s->inhibit_mapping,
			.inhibit_any = s->inhibit_any,
		};

		if (s->self_issued)
			c.issuer = c.subject;
		buf_init(&policies, 200);
		buf_init(&mappings, 200);
		add_rows(&policies, s->policies, 1);
		add_rows(&mappings, s->mappings, 2);
		c.policies = buf_span(&policies);
		c.mappings = buf_span(&mappings);
		policy_take(&p, &c, i + 1 == rows[_i].n);
		holds &= policy_holds(&p);
		kept[n++] = policies; /* the sets keep spans of it */
		kept[n++] = mappings;
	}
	while (n > 0)
		buf_free(&kept[--n]);
	ck_assert(holds == rows[_i].holds);
}
END_TEST

/* More policies than are kept: it says so, and does not guess. */
START_TEST(too_many)
{
	struct policy p;
	struct buf policies;
	struct pki_certificate c = {
		.explicit_policy = -1, .inhibit_mapping = -1, .inhibit_any = -1
	};

	buf_init(&policies, 1 << 16);
	for (int i = 0; i < 300; i++)
		buf_addf(&policies, "\x30\x06\x06\x04\x88\x37%c%c",
		    0x81 + i / 100, 1 + i % 100);
	c.policies = buf_span(&policies);
	policy_start(&p, 1, true);
	policy_take(&p, &c, true);
	ck_assert(p.overflow);
	buf_free(&policies);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("pki/policy");
	TCase *tc = tcase_create("policy");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, paths, 0, sizeof rows / sizeof *rows);
	tcase_add_test(tc, too_many);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
