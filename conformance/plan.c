/* SPDX-License-Identifier: MIT */
#include "conformance/plan.h"

#include <fnmatch.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/kit.h"
#include "lib/mem.h"

#define GRACE_MS 5000 /* between the soft deadline and the hard one */

/* ---- selectors ---- */

enum selects { BY_CASE, BY_REQ, BY_CHAPTER, BY_LEVEL, BY_COUNT };

static const char *const kinds[BY_COUNT] = {
	[BY_CASE] = "case",
	[BY_REQ] = "req",
	[BY_CHAPTER] = "chapter",
	[BY_LEVEL] = "level",
};

struct selector {
	enum selects by;
	const char *glob;
	bool used; /* it matched something */
};

struct selectors {
	struct selector *at;
	size_t n;
};

static bool
selector_parse(const char *text, struct selector *s, struct err *err)
{
	for (size_t i = 0; i < BY_COUNT; i++) {
		const size_t len = strlen(kinds[i]);

		if (strncmp(text, kinds[i], len) == 0 && text[len] == ':' &&
		    text[len + 1] != '\0') {
			*s = (struct selector){ (enum selects)i, text + len + 1,
				false };
			return true;
		}
	}
	return err_set(err, ERR_CONFIG,
	    "selector \"%s\": write case:ID, req:ID, chapter:N or level:NAME, "
	    "with * and ? as in file names",
	    text);
}

/* How a case or (id NULL) a row answers to one kind of selector. */
static const char *
subject(enum selects by, const char *id, enum req req)
{
	switch (by) {
	case BY_CASE:
		return id;
	case BY_REQ:
		return catalogue_get(req)->name;
	case BY_CHAPTER:
		return catalogue_chapter(req);
	case BY_LEVEL:
		return level_name(catalogue_get(req)->level);
	case BY_COUNT:
		break;
	}
	return NULL;
}

/* True when every kind that is asked for has a selector that matches. */
static bool
selected(struct selectors *all, const char *id, enum req req)
{
	bool asked[BY_COUNT] = { false }, met[BY_COUNT] = { false };

	for (size_t i = 0; i < all->n; i++) {
		struct selector *s = &all->at[i];
		const char *text = subject(s->by, id, req);

		asked[s->by] = true;
		if (text != NULL && fnmatch(s->glob, text, 0) == 0)
			s->used = met[s->by] = true;
	}
	for (size_t k = 0; k < BY_COUNT; k++)
		if (asked[k] && !met[k])
			return false;
	return true;
}

static bool
selectors_read(
    struct selectors *all, const struct plan_request *r, struct err *err)
{
	all->n = r->n_selectors;
	all->at = mem_new(all->n, sizeof all->at[0]);
	for (size_t i = 0; i < all->n; i++)
		if (!selector_parse(r->selectors[i], &all->at[i], err))
			return false;
	return true;
}

static bool
selectors_used(const struct selectors *all, struct err *err)
{
	for (size_t i = 0; i < all->n; i++)
		if (!all->at[i].used)
			return err_set(err, ERR_CONFIG,
			    "selector \"%s:%s\" matches nothing; \"yanshou "
			    "list\" shows what there is",
			    kinds[all->at[i].by], all->at[i].glob);
	return true;
}

/* ---- what a case needs ---- */

static bool
has_service(const struct profile *p, const char *service)
{
	for (size_t i = 0; i < p->scope.n_services; i++)
		if (strcmp(p->scope.services[i], service) == 0)
			return true;
	return false;
}

/* Why a case is decided without being tried; the name stands in between. */
enum reason {
	OUT_OF_SCOPE,
	NO_ENDPOINT,
	NO_ACCOUNT,
	NO_NAME,
	NO_KEY,
	NOT_MAPPED,
	NO_DOCUMENT,
	NO_LOG,
	NOT_SAID,
	NOT_ALLOWED,
	NOT_CLAIMED,
	CLAIMED,
};

static const struct {
	enum verdict verdict;
	const char *en[2], *zh[2];
} reasons[] = {
	[OUT_OF_SCOPE] = { NOT_APPLICABLE,
	    { "the profile does not put the service ", " to judgement" },
	    { "配置文件未将服务 ", " 列入评判范围" } },
	[NO_ENDPOINT] = { INCONCLUSIVE,
	    { "the profile has no endpoint for ", "" },
	    { "配置文件没有服务 ", " 的地址" } },
	[NO_ACCOUNT] = { INCONCLUSIVE,
	    { "the profile has no account with the role ", "" },
	    { "配置文件没有角色为 ", " 的账号" } },
	[NO_NAME] = { INCONCLUSIVE,
	    { "the profile gives no name in the directory (dn) to ", "" },
	    { "配置文件未给出目录中的名称（dn）：", "" } },
	[NO_KEY] = { INCONCLUSIVE,
	    { "the profile gives no certificate and key to ", "" },
	    { "配置文件未给出证书与私钥：", "" } },
	[NOT_MAPPED] = { NOT_APPLICABLE,
	    { "the profile maps no operation ", "" },
	    { "配置文件未映射操作 ", "" } },
	[NO_DOCUMENT] = { INCONCLUSIVE,
	    { "the profile hands over no document for ", "" },
	    { "配置文件未提交证明文件：", "" } },
	[NO_LOG] = { REVIEW,
	    { "the profile names no log of ",
		": a person has to look at the records of this run" },
	    { "配置文件未指明 ", " 的日志：需由人员查看本次测试留下的记录" } },
	[NOT_SAID] = { INCONCLUSIVE, { "the profile does not say ", "" },
	    { "配置文件未给出 ", "" } },
	[NOT_ALLOWED] = { INCONCLUSIVE,
	    { "the profile does not allow it: safety.", "" },
	    { "配置文件不允许此项测试：safety.", "" } },
	[NOT_CLAIMED] = { NOT_APPLICABLE, { "the profile does not claim ", "" },
	    { "配置文件未声明 ", "" } },
	[CLAIMED] = { NOT_APPLICABLE,
	    { "the profile claims ", ", and this is about its absence" },
	    { "配置文件声明了 ", "，而本用例针对未声明的情形" } },
};

/*
 * Decides the case here and now.  A case that is not applicable stays so;
 * otherwise the worse reason wins.
 */
static bool
lack(struct plan_case *c, enum reason reason, const char *what)
{
	const enum verdict v = reasons[reason].verdict;

	if (!c->executes && v != NOT_APPLICABLE && c->verdict >= v)
		return false;
	c->executes = false;
	c->verdict = v;
	free(c->why);
	free(c->why_zh);
	c->why = mem_textf(
	    "%s%s%s", reasons[reason].en[0], what, reasons[reason].en[1]);
	c->why_zh = mem_textf(
	    "%s%s%s", reasons[reason].zh[0], what, reasons[reason].zh[1]);
	return false;
}

static bool
need_endpoint(struct plan_case *c, const struct profile *p, const char *what)
{
	if (!has_service(p, what))
		return lack(c, OUT_OF_SCOPE, what);
	return profile_endpoint(p, what) != NULL || lack(c, NO_ENDPOINT, what);
}

static bool
need_account(struct plan_case *c, const struct profile *p, const char *what)
{
	return profile_account(p, what) != NULL || lack(c, NO_ACCOUNT, what);
}

/* Without a log to read, somebody has to look at the system's own. */
static bool
need_log(struct plan_case *c, const struct profile *p, const char *what)
{
	return profile_log(p, what) != NULL || lack(c, NO_LOG, what);
}

static bool
need_dn(struct plan_case *c, const struct profile *p, const char *role)
{
	const struct profile_account *a = profile_account(p, role);

	return (a != NULL && a->dn != NULL) || lack(c, NO_NAME, role);
}

static bool
publishes(const struct profile *p)
{
	for (size_t i = 0; i < p->pki.n_certificates; i++)
		if (p->pki.certificates[i].dn != NULL)
			return true;
	return false;
}

static bool
need_key(struct plan_case *c, const struct profile *p, const char *role)
{
	const struct profile_account *a = profile_account(p, role);

	return (a != NULL && a->key != NULL) || lack(c, NO_KEY, role);
}

static bool
need_document(struct plan_case *c, const struct profile *p, const char *row)
{
	enum req req;

	return (catalogue_find(row, &req) && profile_has_document(p, req)) ||
	       lack(c, NO_DOCUMENT, row);
}

static bool
need_operation(struct plan_case *c, const struct profile *p, const char *name)
{
	return profile_operation(p, name) != NULL || lack(c, NOT_MAPPED, name);
}

/* A word such as "mail:sink" is the key mail.sink of the profile. */
static bool
need_said(struct plan_case *c, const struct profile *p, const char *word)
{
	const struct {
		const char *word;
		bool said;
	} have[] = {
		{ "mail:domain", p->mail.domain != NULL },
		{ "mail:utf8_domain", p->mail.utf8_domain != NULL },
		{ "mail:foreign", p->mail.foreign != NULL },
		{ "mail:unknown", p->mail.unknown != NULL },
		{ "mail:sink", p->mail.sink_domain != NULL },
		{ "directory:base", p->directory.base != NULL },
		{ "directory:people", p->directory.people != NULL },
		{ "pki:anchors", p->pki.n_anchors != 0 },
		{ "pki:issuers", p->pki.issuers != NULL },
		{ "pki:certificates", p->pki.n_certificates != 0 },
		{ "pki:certificates[].dn", publishes(p) },
	};
	char *key;

	for (size_t i = 0; i < sizeof have / sizeof have[0]; i++)
		if (strcmp(have[i].word, word) == 0 && have[i].said)
			return true;
	key = mem_text(span_of(word));
	*strchr(key, ':') = '.';
	lack(c, NOT_SAID, key);
	free(key);
	return false;
}

static bool
need_safety(struct plan_case *c, const struct profile *p, const char *what)
{
	if (strcmp(what, "lockout") == 0 ? p->safety.lockout
					 : p->safety.destructive)
		return true;
	return lack(c, NOT_ALLOWED, what);
}

static bool
need_claim(struct plan_case *c, const struct profile *p, const char *word)
{
	const bool absent = word[0] == '!';

	return profile_claims(p, word + absent) != absent ||
	       lack(c, absent ? CLAIMED : NOT_CLAIMED, word + absent);
}

static bool
need(struct plan_case *c, const struct profile *p, const char *word)
{
	/* clang-format off */
	static const struct {
		const char *prefix;
		bool (*met)(struct plan_case *, const struct profile *,
		    const char *);
		bool whole; /* it is told the prefix too */
	} needs[] = {
		{ "endpoint:",	need_endpoint,	false },
		{ "account:",	need_account,	false },
		{ "dn:",	need_dn,	false },
		{ "key:",	need_key,	false },
		{ "operation:",	need_operation,	false },
		{ "document:",	need_document,	false },
		{ "log:",	need_log,	false },
		{ "safety:",	need_safety,	false },
		{ "mail:",	need_said,	true },
		{ "directory:",	need_said,	true },
		{ "pki:",	need_said,	true },
		{ "",		need_claim,	true },
	};
	/* clang-format on */

	for (size_t i = 0;; i++) {
		const size_t len = strlen(needs[i].prefix);

		if (strncmp(word, needs[i].prefix, len) == 0)
			return needs[i].met(
			    c, p, needs[i].whole ? word : word + len);
	}
}

/*
 * Words are judged in order; one that makes the case not applicable wins
 * over those that only make it inconclusive.
 */
static void
judge_needs(
    struct plan_case *c, const struct profile *p, const struct conf_case *cs)
{
	char *all = mem_textf("%s%s %s", cs->service == NULL ? "" : "endpoint:",
	    cs->service == NULL ? "" : cs->service,
	    cs->needs == NULL ? "" : cs->needs);
	char *rest = all, *word;

	while ((word = strsep(&rest, " ")) != NULL)
		if (word[0] != '\0' && !need(c, p, word) &&
		    c->verdict == NOT_APPLICABLE)
			break;
	free(all);
}

/* ---- rows and cases ---- */

/* An account that was locked out stays so: there is no second try. */
static bool
is_once(const struct conf_case *cs)
{
	return cs->needs != NULL && strstr(cs->needs, "safety:lockout") != NULL;
}

struct planner {
	struct plan *plan;
	const struct plan_request *request;
	struct selectors selectors;
	size_t known[REQ_COUNT]; /* cases that exist */
	size_t taken[REQ_COUNT]; /* cases that are in the plan */
};

static int64_t
soft_ms(const struct profile *p, const struct conf_case *cs)
{
	int64_t ms = p->timeouts.connect_ms + 3 * p->timeouts.reply_ms;

	if (cs->needs != NULL && strstr(cs->needs, "mail:sink") != NULL)
		ms += p->timeouts.delivery_ms;
	return cs->soft_s * 1000 > ms ? cs->soft_s * 1000 : ms;
}

/* Room for a case in the plan; NULL when it is not asked for. */
static struct plan_case *
take(struct planner *pl, const char *id, enum req verifies)
{
	struct plan *plan = pl->plan;

	pl->known[verifies]++;
	if (!selected(&pl->selectors, id, verifies) ||
	    !profile_in_scope(pl->request->profile, verifies))
		return NULL;
	pl->taken[verifies]++;
	plan->cases =
	    mem_grow(plan->cases, (plan->n + 1) * sizeof plan->cases[0]);
	return &plan->cases[plan->n++];
}

static void
add_case(void *ctx, const struct conf_case *cs, const struct conf_group *group)
{
	struct planner *pl = ctx;
	struct plan_case *c = take(pl, cs->id, cs->verifies);

	(void)group;
	if (c == NULL)
		return;
	*c = (struct plan_case){
		.id = mem_text(span_of(cs->id)),
		.verifies = cs->verifies,
		.clause = mem_text(span_of(cs->clause)),
		.level = cs->level,
		.title = mem_text(span_of(cs->title)),
		.title_zh = mem_text(span_of(cs->title_zh)),
		.executes = true,
		.repeats = is_once(cs) ? 1 : pl->request->repeats,
		.soft_ms = soft_ms(pl->request->profile, cs),
	};
	c->hard_ms = c->soft_ms + c->soft_ms / 4 + GRACE_MS;
	judge_needs(c, pl->request->profile, cs);
}

static void
add_guest(struct planner *pl, const struct plan_guest *g)
{
	struct plan_case *c = take(pl, g->id, g->verifies);

	if (c == NULL)
		return;
	*c = (struct plan_case){
		.id = mem_text(span_of(g->id)),
		.verifies = g->verifies,
		.clause = mem_textf(
		    "GB/T 34079.4 %s", catalogue_get(g->verifies)->clause),
		.level = catalogue_get(g->verifies)->level,
		.title = mem_text(span_of(g->title)),
		.title_zh = mem_text(span_of(g->title_zh)),
		.executes = g->why == NULL,
		.verdict = g->why == NULL ? PASS : NOT_APPLICABLE,
		.repeats = 1,
		.soft_ms = g->soft_ms,
		.hard_ms = g->soft_ms,
	};
	if (g->why != NULL) {
		c->why = mem_text(span_of(g->why));
		c->why_zh = mem_text(span_of(g->why_zh));
	}
}

/* Why a row of the scope has no case; by how it is judged. */
static const struct {
	const char *method, *en, *zh;
} untested[] = {
	{ "PT", "no case of this kit judges it yet",
	    "本工具尚无评判此项的用例" },
	{ "LT", "rests on a load test, which this run does not hold",
	    "依据负载测试评判，本次测试不含负载测试" },
	{ "", "rests on documents or inspection: a person has to examine them",
	    "依据文件或现场检查评判，需由人员审查" },
};

static void
leave_untested(struct plan_row *row, const struct requirement *r)
{
	size_t i = 0;

	while (strstr(r->method, untested[i].method) == NULL)
		i++;
	row->disposition = ROW_NOT_TESTED;
	row->why = mem_text(span_of(untested[i].en));
	row->why_zh = mem_text(span_of(untested[i].zh));
}

static void
leave_out(struct plan_row *row, const struct profile *p, enum req req)
{
	const char *colon = p->scope.reason == NULL ? "" : "; ";
	const char *reason = p->scope.reason == NULL ? "" : p->scope.reason;
	const char *service = catalogue_get(req)->service;

	row->disposition = ROW_OUT_OF_SCOPE;
	row->why = mem_textf(
	    "chapter %s, service %s: not in the scope of this profile%s%s",
	    catalogue_chapter(req), service, colon, reason);
	row->why_zh = mem_textf("第 %s 章、服务 %s：不在本配置文件的范围内%s%s",
	    catalogue_chapter(req), service, colon, reason);
}

static void
add_row(struct planner *pl, enum req req)
{
	const struct profile *p = pl->request->profile;
	struct plan_row *row = &pl->plan->rows[req];
	const bool wanted =
	    pl->taken[req] != 0 || selected(&pl->selectors, NULL, req);

	if (!profile_in_scope(p, req)) {
		leave_out(row, p, req);
	} else if (catalogue_text_missing(req)) {
		row->disposition = ROW_TEXT_MISSING;
		row->why = mem_text(SPAN(
		    "the text of this clause is not held by anybody here"));
		row->why_zh = mem_text(SPAN("本工具未持有该条款的原文"));
	} else if (pl->taken[req] != 0) {
		row->disposition = ROW_PLANNED;
		pl->plan->partial |= pl->taken[req] < pl->known[req];
	} else if (!wanted || pl->known[req] != 0) {
		row->disposition = ROW_NOT_SELECTED;
		row->why = mem_text(SPAN("left out by a selector"));
		row->why_zh = mem_text(SPAN("被选择条件排除"));
		pl->plan->partial = true;
	} else {
		leave_untested(row, catalogue_get(req));
	}
}

static char *
join(char *const *words, size_t n)
{
	struct buf out;
	char *text;

	buf_init(&out, 4096);
	for (size_t i = 0; i < n; i++)
		buf_addf(&out, "%s%s", i == 0 ? "" : " ", words[i]);
	text = mem_text(buf_span(&out));
	buf_free(&out);
	return text;
}

static const char *
or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static void
add_identity(struct plan *plan, const struct plan_request *r)
{
	const struct profile *p = r->profile;
	char created[CLOCK_TEXT];
	char *chapters = join(p->scope.chapters, p->scope.n_chapters);
	char *services = join(p->scope.services, p->scope.n_services);

	wall_text(r->now, created);
	plan->run = mem_text(span_of(r->run));
	plan->created = mem_text(span_of(created));
	plan->kit = mem_text(span_of(kit_name()));
	plan->target = mem_text(span_of(p->path));
	plan->profile_digest = mem_text(span_of(p->digest));
	plan->catalogue_digest = mem_text(span_of(catalogue_digest()));
	plan->product = mem_textf("%s %s %s", or_empty(p->product.vendor),
	    or_empty(p->product.name), or_empty(p->product.version));
	plan->project = mem_text(span_of(or_empty(p->project.name)));
	plan->scope = mem_textf("chapters %s; services %s", chapters, services);
	if (r->n_selectors != 0)
		plan->selector = join(
		    (char *const *)(uintptr_t)r->selectors, r->n_selectors);
	free(chapters);
	free(services);
}

bool
plan_make(struct plan *plan, const struct plan_request *r, struct err *err)
{
	struct planner pl = { .plan = plan, .request = r };
	bool ok;

	*plan = (struct plan){ 0 };
	ok = selectors_read(&pl.selectors, r, err);
	if (ok) {
		add_identity(plan, r);
		conf_case_each(add_case, &pl);
		for (size_t i = 0; i < r->n_guests; i++)
			add_guest(&pl, &r->guests[i]);
		for (size_t i = 0; i < REQ_COUNT; i++)
			add_row(&pl, (enum req)i);
		ok = selectors_used(&pl.selectors, err);
	}
	if (ok && plan->n == 0)
		ok = err_set(err, ERR_CONFIG,
		    "the plan is empty: no case judges a row in the scope of "
		    "%s (chapters and services under \"scope\")%s",
		    r->profile->path,
		    r->n_selectors == 0 ? "" : " that is selected");
	free(pl.selectors.at);
	if (!ok)
		plan_free(plan);
	return ok;
}

void
plan_run_id(struct wall now, char id[32])
{
	char text[CLOCK_TEXT];

	/* 2026-11-22T01:26:54.123456Z */
	wall_text(now, text);
	snprintf(id, 32, "%.4s%.2s%.2s-%.2s%.2s%.2s-%04x", text, text + 5,
	    text + 8, text + 11, text + 14, text + 17,
	    (unsigned)(now.us ^ getpid() * 40503) & 0xffff);
}
