/* SPDX-License-Identifier: MIT */
/*
 * Any octets at all as the files of a run that claims to be sealed: verified,
 * whatever comes of it, and never a crash.
 *
 * The input is split at "\x1e" and a letter that says which file follows.  One
 * with the letter m is a list, whose end is put right, so that what stands
 * before it is reached; l, p and o are a link, a pipe and a folder.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/digest.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "program/whole.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static char dir[] = "/dev/shm/yanshou.whole.XXXXXX";

static void
remove_all(void)
{
	struct err ignored;

	files_remove(dir, &ignored);
}

/* clang-format off */
static const struct {
	char letter;
	const char *name;
} files[] = {
	{ 'M', "seal/manifest.txt" },
	{ 'm', "seal/manifest.txt" },
	{ 'S', "seal/manifest.sig" },
	{ 'T', "seal/manifest.tsr" },
	{ 'B', "seal/manifest.tsr.sig" },
	{ 'C', "seal/certificate.pem" },
	{ 's', "seal/plan.sig" },
	{ 't', "seal/plan.tsr" },
	{ 'P', "plan.json" },
	{ 'J', "journal.jsonl" },
	{ 'Y', "target.yaml" },
	{ 'E', "evidence/trial.jsonl" },
	{ 'l', "evidence/link" },
	{ 'p', "evidence/pipe" },
	{ 'o', "evidence/folder" },
};
/* clang-format on */

/* As a list ends that was not changed. */
static void
add_end(struct buf *list)
{
	char sm3[DIGEST_TEXT];
	size_t n = 0;

	for (size_t i = 0; i + 6 < list->len; i++)
		n += memcmp(list->data + i, "\nfile\t", 6) == 0;
	digest_text(buf_span(list), sm3);
	buf_addf(list, "end\t%zu\t%s\n", n, sm3);
}

/* Not synced: nobody will miss it. */
static void
write_file(const char *path, struct span bytes)
{
	FILE *f = fopen(path, "we");

	if (f == NULL)
		return;
	fwrite(bytes.ptr, 1, bytes.len, f);
	fclose(f);
}

static void
put(char letter, const char *name, struct span content)
{
	char *path = mem_textf("%s/%s", dir, name);
	struct buf bytes;

	buf_init(&bytes, 1 << 20);
	buf_add(&bytes, content);
	if (letter == 'm')
		add_end(&bytes);
	if (letter == 'l')
		(void)!symlink("/dev/zero", path);
	else if (letter == 'p')
		mkfifo(path, 0600);
	else if (letter == 'o')
		mkdir(path, 0700);
	else
		write_file(path, buf_span(&bytes));
	buf_free(&bytes);
	free(path);
}

static void
put_all(struct span input)
{
	while (input.len != 0) {
		const size_t n = span_find(input, SPAN("\x1e"));
		const struct span one = span_take(input, n);

		for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
			if (one.len != 0 && one.ptr[0] == files[i].letter)
				put(one.ptr[0], files[i].name,
				    span_skip(one, 1));
		input = span_skip(input, n + (n < input.len));
	}
}

static void
begin(void)
{
	static const char *const folders[] = { "seal", "evidence" };
	struct err ignored;

	if (strstr(dir, "XXXXXX") != NULL) {
		if (mkdtemp(dir) == NULL)
			abort();
		atexit(remove_all);
	}
	files_remove(dir, &ignored);
	for (size_t i = 0; i < 2; i++) {
		char *path = mem_textf("%s/%s", dir, folders[i]);

		files_make_dir(path, &ignored);
		free(path);
	}
}

/* What is said is fit for any terminal, in UTF-8. */
static void
must_be_clean(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *certificate = NULL;
	struct whole w;
	struct err err;

	begin();
	put_all((struct span){ (const char *)data, n });
	certificate = mem_textf("%s/seal/certificate.pem", dir);
	for (int trusts = 0; trusts < 2; trusts++) {
		const struct whole_ask ask = {
			.trust = trusts != 0 ? certificate : NULL,
			.at = { INT64_C(1795392000) * 1000000 },
		};

		if (whole_judge(&w, dir, &ask, &err)) {
			if (whole_is_so(&w) !=
			    (w.is_sealed && whole_count(&w, WHOLE_FAILS) == 0))
				abort();
			for (size_t i = 0; i < w.n; i++) {
				must_be_clean(w.at[i].about);
				must_be_clean(w.at[i].en);
				must_be_clean(w.at[i].zh);
			}
			must_be_clean(w.subject);
			must_be_clean(w.run);
		}
		whole_free(&w);
	}
	free(certificate);
	return 0;
}
