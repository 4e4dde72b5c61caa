/* SPDX-License-Identifier: MIT */
#include "reports/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/mem.h"
#include "reports/html.h"
#include "reports/junit.h"
#include "reports/tap.h"
#include "reports/text.h"

#define DOCUMENT_MOST ((size_t)256 << 20)

struct sources {
	const struct matrix *m;
	const struct profile *profile;
	const struct report_score *score;
	const struct load_report *load;
	const struct report_seal *seal;
	const char *run_dir;
	const char *out_dir;
	const char *beside;
};

static void
html(struct buf *b, const struct sources *s)
{
	report_html(b, s->m, s->profile, s->score, s->load, s->seal, s->run_dir,
	    s->beside);
}

static void
junit(struct buf *b, const struct sources *s)
{
	report_junit(b, s->m);
}

static void
tap(struct buf *b, const struct sources *s)
{
	report_tap(b, s->m);
}

static void
text(struct buf *b, const struct sources *s)
{
	report_text(
	    b, s->m, (struct text_style){ .width = 80, .most = s->m->n });
}

static const struct {
	const char *name;
	void (*print)(struct buf *, const struct sources *);
} documents[] = {
	{ "index.html", html },
	{ "junit.xml", junit },
	{ "results.tap", tap },
	{ "summary.txt", text },
};

static bool
save(const char *path, struct span bytes, struct err *err)
{
	FILE *f = fopen(path, "we");
	bool ok;

	if (f == NULL)
		return err_set(err, ERR_IO, "write %s", path);
	ok = fwrite(bytes.ptr, 1, bytes.len, f) == bytes.len;
	if (fclose(f) != 0 || !ok)
		return err_set(err, ERR_IO, "write %s", path);
	return true;
}

static bool
write_one(size_t i, const struct sources *s, struct err *err)
{
	char *path = mem_textf("%s/report/%s", s->out_dir, documents[i].name);
	struct buf b;
	bool ok;

	buf_init(&b, DOCUMENT_MOST);
	documents[i].print(&b, s);
	ok = b.full ? err_set(err, ERR_LIMIT, "%s: more than %zu octets", path,
			  b.cap)
		    : save(path, buf_span(&b), err);
	buf_free(&b);
	free(path);
	return ok;
}

/* Where evidence/ is, seen from report/: to be freed. */
static char *
beside(const char *run_dir, const char *out_dir)
{
	char *whole, *text;

	if (strcmp(run_dir, out_dir) == 0)
		return mem_text(SPAN("../"));
	whole = realpath(run_dir, NULL);
	text = mem_textf("%s/", whole == NULL ? run_dir : whole);
	free(whole);
	return text;
}

bool
report_write(const struct matrix *m, const struct profile *profile,
    const struct report_score *score, const struct load_report *load,
    const struct report_seal *seal, const char *run_dir, const char *out_dir,
    struct err *err)
{
	char *folder = mem_textf("%s/report", out_dir);
	char *links = beside(run_dir, out_dir);
	const struct sources s = { m, profile, score, load, seal, run_dir,
		out_dir, links };
	bool ok = mkdir(folder, 0777) == 0 || errno == EEXIST;

	if (!ok)
		err_set(err, ERR_IO, "mkdir %s", folder);
	for (size_t i = 0; ok && i < sizeof(documents) / sizeof(documents[0]);
	     i++)
		ok = write_one(i, &s, err);
	free(links);
	free(folder);
	return ok;
}
