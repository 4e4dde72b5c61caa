/* SPDX-License-Identifier: MIT */
/* What a STORE does. */
#include "reference/imap/codec_testing.h"

#include "reference/imap/store_args.h"

enum { STORE };

static void
read_word(struct imap_args *a, int word, struct buf *out)
{
	static const char *const how[] = { "=", "+", "-" };
	struct imap_store s;

	(void)word;
	if (!imap_take_store(a, &s))
		return;
	buf_addf(out, "%s%s", how[s.how], s.silent ? "silent" : "");
	show_flags(out, &s.flags);
	if (s.unchanged)
		buf_addf(
		    out, " since %llu", (unsigned long long)s.unchanged_since);
}

/* clang-format off */
static const struct word_row rows[] = {
	{ STORE, BYTES("FLAGS ()"), "=()" },
	{ STORE, BYTES("+flags.silent (\\Seen)"), "+silent(\\Seen)" },
	{ STORE, BYTES("-FLAGS \\Seen a"), "-(\\Seen a)" },
	{ STORE, BYTES("(UNCHANGEDSINCE 0) FLAGS (a)"), "=(a) since 0" },
	{ STORE, BYTES("(FOO 1) FLAGS (a)"), "! STORE has no such modifier" },
	{ STORE, BYTES("FLAGS"), "! a space is missing" },
	{ STORE, BYTES("FLAGS (a) b"), "! more arguments than the command has" },
	{ STORE, BYTES("FLAGSX (a)"), "! STORE knows FLAGS, +FLAGS and -FLAGS, "
				      "with .SILENT or without" },
	{ STORE, BYTES("+FLAGS (\\Recent)"), "! \\Recent cannot be set" },
};
/* clang-format on */

static const struct word_table words = { rows, COUNT(rows), read_word };

START_TEST(words_are_taken_or_refused)
{
	check_words(&words);
}
END_TEST

START_TEST(half_a_word_is_read_to_its_end_only)
{
	check_halves(&words);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { words_are_taken_or_refused,
		half_a_word_is_read_to_its_end_only };

	return run_tests("imap/store_args", tests, COUNT(tests));
}
