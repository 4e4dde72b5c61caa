/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/text.h"
#include "reports/exchange.h"
#include "reports/html_page.h"

#define LINKS_MOST 4    /* files of a case that are named in the case list */
#define PAPER_MOST 2000 /* files of an index that is printed */
#define TOLD_MOST  20   /* exchanges of one case */
#define HEAD_MOST  1500 /* octets of a request, or of the head of an answer */
#define BODY_MOST  1500
#define HEX_MOST   24                    /* octets of what is no text */
#define PAGE_MOST  (size_t)(1024 * 1024) /* octets of all that is told */
#define FACTS_MOST (1 << 20)

static size_t
outcome_number(const struct page *p, const struct outcome *o)
{
	return (size_t)(o - p->m->ledger->outcomes);
}

/* ---- in the list of cases ---- */

/* "trial" of "smtp.rset/trial.jsonl": the row names the case already. */
static struct span
short_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const struct span name = span_of(slash == NULL ? path : slash + 1);
	const size_t dot = span_find(name, SPAN(".jsonl"));

	return span_take(name, dot == 0 ? name.len : dot);
}

static void
index_link(struct page *p, const struct outcome *o)
{
	html_rawf(p, "<a href=\"#e-%zu\">", outcome_number(p, o));
	html_words(p, W_FILED, num(o->n_evidence).text, NULL);
	html_raw(p, "</a>");
}

void
html_evidence_links(struct page *p, const struct outcome *o)
{
	if (o == NULL)
		return;
	if (o->n_evidence > LINKS_MOST) {
		index_link(p, o);
		return;
	}
	for (size_t i = 0; i < o->n_evidence; i++) {
		html_evidence_link(
		    p, o->evidence[i].path, short_name(o->evidence[i].path));
		html_raw(p, " ");
	}
}

/* ---- in a finding: what was asked, and what came back ---- */

/*
 * Cases that ask over HTTP file NAME.request, NAME.response (its head) and
 * NAME.body, and note in facts.json when it was, as NAME.asked or NAME.at.
 */
struct told {
	char *name;  /* below evidence/, without its ending */
	size_t from; /* of that, where the name in facts.json begins */
	const char *when;
};

static bool
ends_with(const char *text, const char *end)
{
	const size_t n = strlen(text), m = strlen(end);

	return n > m && strcmp(text + n - m, end) == 0;
}

static bool
is_filed(const struct outcome *o, const char *name, const char *what)
{
	const size_t n = strlen(name);

	for (size_t i = 0; i < o->n_evidence; i++)
		if (strncmp(o->evidence[i].path, name, n) == 0 &&
		    strcmp(o->evidence[i].path + n, what) == 0)
			return true;
	return false;
}

/* NAME.challenge and NAME.open: a login on the way to NAME. */
static bool
is_on_the_way(const struct outcome *o, const char *name)
{
	char *outer = mem_text(span_of(name));
	char *dot = strrchr(outer, '.');
	bool is = false;

	if (dot != NULL && strchr(dot, '/') == NULL) {
		*dot = '\0';
		is = is_filed(o, outer, ".request");
	}
	free(outer);
	return is;
}

static const char *
fact_of(const json_t *facts, const char *name, const char *what)
{
	char *key = mem_textf("%s.%s", name, what);
	const char *text = json_string_value(json_object_get(facts, key));

	free(key);
	return text;
}

/* Without a time it was at the end: nothing waits for its answer. */
static const char *
when_of(const json_t *facts, const char *name)
{
	const char *asked = fact_of(facts, name, "asked");
	const char *at = asked == NULL ? fact_of(facts, name, "at") : asked;

	return at == NULL ? "~" : at;
}

static int
by_time(const void *a, const void *b)
{
	const struct told *x = a, *y = b;
	const int d = strcmp(x->when, y->when);

	return d != 0 ? d : strcmp(x->name, y->name);
}

static json_t *
facts_read(const struct page *p, const struct outcome *o)
{
	struct err err = { 0 };
	json_t *facts = NULL;
	struct buf text;
	bool cut;

	buf_init(&text, FACTS_MOST);
	for (size_t i = 0; facts == NULL && i < o->n_evidence; i++)
		if (ends_with(o->evidence[i].path, "/facts.json") &&
		    exchange_octets(
			p->run_dir, o->evidence[i].path, &text, &cut, &err))
			facts = json_loadb(buf_text(&text), text.len, 0, NULL);
	buf_free(&text);
	return facts;
}

static size_t
told_list(const struct outcome *o, const json_t *facts, struct told *list)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_evidence; i++) {
		const char *path = o->evidence[i].path;
		const char *slash = strrchr(path, '/');
		char *name;

		if (!ends_with(path, ".request"))
			continue;
		name = mem_textf(
		    "%.*s", (int)(strlen(path) - strlen(".request")), path);
		if (is_on_the_way(o, name)) {
			free(name);
			continue;
		}
		list[n] = (struct told){ .name = name,
			.from =
			    slash == NULL ? 0 : (size_t)(slash + 1 - path) };
		list[n].when = when_of(facts, name + list[n].from);
		n++;
	}
	qsort(list, n, sizeof(list[0]), by_time);
	return n;
}

/* Octets that are no text say little: how many, and the first of them. */
static void
told_octets(struct page *p, struct span octets)
{
	html_words(p, W_OCTETS, num(octets.len).text, NULL);
	for (size_t i = 0; i < octets.len && i < HEX_MOST; i++)
		html_rawf(p, " %02x", (unsigned char)octets.ptr[i]);
	html_raw(p, octets.len > HEX_MOST ? " …" : "");
}

static bool
is_text(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < ' ' && s.ptr[i] != '\t' &&
		    s.ptr[i] != '\r' && s.ptr[i] != '\n')
			return false;
	return true;
}

/* Whole characters only. */
static struct span
clip(struct span text, size_t most)
{
	if (text.len <= most)
		return text;
	while (most > 0 && ((unsigned char)text.ptr[most] & 0xc0) == 0x80)
		most--;
	return span_take(text, most);
}

/* Lines as they were sent, but for empty ones at the end. */
static void
told_text(struct page *p, struct span text, bool cut)
{
	while (text.len > 0 && strchr("\r\n", text.ptr[text.len - 1]) != NULL)
		text.len--;
	while (text.len > 0) {
		struct span line = span_cut(&text, '\n');

		if (line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		html_span(p, line);
		html_raw(p, text.len > 0 ? "\n" : "");
	}
	html_raw(p, cut ? " …" : "");
}

static void
told_file(struct page *p, const char *path, size_t most, bool *any)
{
	struct err err = { 0 };
	struct buf octets;
	bool cut = false;

	buf_init(&octets, FACTS_MOST);
	if (exchange_octets(p->run_dir, path, &octets, &cut, &err) &&
	    octets.len > 0) {
		const struct span all = buf_span(&octets);
		const struct span some = clip(all, most);

		html_raw(p, *any ? "\n\n" : "");
		*any = true;
		if (is_text(some))
			told_text(p, some, cut || some.len < all.len);
		else
			told_octets(p, all);
	}
	buf_free(&octets);
}

static void
told_side(struct page *p, const struct outcome *o, const struct told *t,
    enum word who, const char *const *endings)
{
	bool any = false;

	html_rawf(p, "<li class=\"%s\"><span class=\"t\">",
	    who == W_WE ? "we" : "target");
	if (who == W_WE)
		html_text(p, t->name + t->from);
	html_raw(p, "</span> <span class=\"who\">");
	html_word(p, who);
	html_raw(p, "</span> <code>");
	for (size_t i = 0; endings[i] != NULL; i++) {
		char *path = mem_textf("%s%s", t->name, endings[i]);

		if (is_filed(o, t->name, endings[i]))
			told_file(p, path,
			    strcmp(endings[i], ".body") == 0 ? BODY_MOST
							     : HEAD_MOST,
			    &any);
		free(path);
	}
	html_raw(p, "</code></li>\n");
}

static void
told_exchanges(
    struct page *p, const struct outcome *o, const struct told *list, size_t n)
{
	static const char *const asked[] = { ".request", NULL };
	static const char *const heard[] = { ".response", ".body", NULL };

	html_raw(p, "<ol class=\"talk told\">\n");
	for (size_t i = 0; i < n && i < TOLD_MOST; i++) {
		told_side(p, o, &list[i], W_WE, asked);
		told_side(p, o, &list[i], W_TARGET, heard);
	}
	html_raw(p, "</ol>\n");
}

/* What else was heard, octet for octet: NAME.bin. */
static bool
is_heard(const struct evidence *e)
{
	return ends_with(e->path, ".bin");
}

/* "imaps.asked" of "sec.tls.1-0/imaps.asked.bin" */
static struct span
heard_name(const char *path)
{
	const struct span name = short_name(path);

	return span_take(name, name.len - strlen(".bin"));
}

static void
told_heard(struct page *p, const struct outcome *o)
{
	size_t n = 0;

	html_raw(p, "<ol class=\"talk told\">\n");
	for (size_t i = 0; i < o->n_evidence && n < TOLD_MOST; i++) {
		bool any = false;

		if (!is_heard(&o->evidence[i]))
			continue;
		n++;
		html_raw(p, "<li class=\"target\"><span class=\"t\">");
		html_span(p, heard_name(o->evidence[i].path));
		html_raw(p, "</span> <span class=\"who\">");
		html_word(p, W_TARGET);
		html_raw(p, "</span> <code>");
		told_file(p, o->evidence[i].path, HEAD_MOST, &any);
		html_raw(p, "</code></li>\n");
	}
	html_raw(p, "</ol>\n");
}

static size_t
heard_count(const struct outcome *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_evidence; i++)
		n += is_heard(&o->evidence[i]);
	return n;
}

/* A transcript, where there is one, tells more. */
void
html_evidence_told(struct page *p, const struct outcome *o)
{
	const size_t before = p->out->len;
	struct told *list;
	json_t *facts;
	size_t n;

	if (o == NULL || o->file != NULL || o->n_evidence == 0)
		return;
	facts = facts_read(p, o);
	list = mem_new(o->n_evidence, sizeof(list[0]));
	n = told_list(o, facts, list);
	html_raw(p, "<details class=\"full\"><summary>");
	html_words(p, n > 0 ? W_TOLD : W_TOLD_FILES,
	    num(n > 0 ? n : o->n_evidence).text, num(o->n_evidence).text, NULL);
	html_raw(p, "</summary>\n");
	if (p->talked <= PAGE_MOST && n > 0)
		told_exchanges(p, o, list, n);
	else if (p->talked <= PAGE_MOST && heard_count(o) > 0)
		told_heard(p, o);
	html_raw(p, "<p class=\"note\">");
	html_word(p, W_TOLD_MORE);
	html_raw(p, " ");
	index_link(p, o);
	html_raw(p, "</p>\n</details>\n");
	for (size_t i = 0; i < n; i++)
		free(list[i].name);
	free(list);
	json_decref(facts);
	p->talked += p->out->len - before;
}

/* ---- the index of all files ---- */

static void
index_outcome(struct page *p, const struct outcome *o)
{
	if (o->n_evidence == 0)
		return;
	html_rawf(p,
	    "<tbody id=\"e-%zu\"><tr class=\"group\">"
	    "<th scope=\"rowgroup\" colspan=\"2\"><code>",
	    outcome_number(p, o));
	html_text(p, o->id);
	html_raw(p, "</code> ");
	if (o->attempt > 1) {
		html_words(p, W_ATTEMPT, num((size_t)o->attempt).text, NULL);
		html_raw(p, " ");
	}
	html_raw(p, "<span class=\"counts\">");
	html_words(p, W_FILED, num(o->n_evidence).text, NULL);
	html_raw(p, "</span></th></tr>\n");
	for (size_t i = 0; i < o->n_evidence; i++) {
		html_raw(p, "<tr><td>");
		html_evidence_link(
		    p, o->evidence[i].path, span_of(o->evidence[i].path));
		html_raw(p, "</td><td><code class=\"sm3\">");
		html_text(p, o->evidence[i].sm3);
		html_raw(p, "</code></td></tr>\n");
	}
	html_raw(p, "</tbody>\n");
}

/* Open on paper, unless it would be hundreds of pages. */
void
html_evidence_index(struct page *p)
{
	const struct ledger *l = p->m->ledger;
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->outcomes[i].n_evidence;
	html_section(p, "index", W_INDEX);
	html_paragraph(p, "note", W_INDEX_NOTE);
	if (n > PAPER_MOST)
		html_paragraph(p, "note", W_INDEX_LONG);
	html_rawf(p, "<details class=\"%s\"><summary>",
	    n > PAPER_MOST ? "full" : "fold");
	html_words(p, W_FILES, num(n).text, NULL);
	html_raw(p, "</summary>\n<div class=\"wide\">"
		    "<table class=\"index\">\n");
	html_columns(p, W_FILE, W_DIGEST, WORD_COUNT);
	for (size_t i = 0; i < l->n; i++)
		index_outcome(p, &l->outcomes[i]);
	html_raw(p, "</table></div>\n</details>\n</section>\n");
}
