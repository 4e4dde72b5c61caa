/* SPDX-License-Identifier: MIT */
/*
 * That a seal service knows a session from none, one that is over, and one
 * that nobody opened (ESEAL-F-18).
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/eseal/clerk.h"
#include "lib/mem.h"

extern const struct conf_group conf_eseal_session;

/* ---- with which token somebody asks ---- */

static void
with_none(struct desk *d)
{
	desk_take(d, NULL);
}

static void
with_any(struct desk *d)
{
	desk_take(d, "c2VhbHMgYXJlIG5vdCB1c2VkIGJ5IGd1ZXNzaW5n");
}

/* Hers, which the service has seen, and from which she has logged out. */
static void
with_closed(struct desk *d)
{
	char *token;

	if (!desk_login(d, "other"))
		return;
	(void)operation_call(d, "before", "seal.list", NULL);
	token = mem_text(span_of(desk_token(d)));
	(void)operation_call(d, "closed", "session.close", NULL);
	desk_take(d, token);
	free(token);
}

static const struct {
	const char *id, *role; /* NULL: nobody */
	void (*take)(struct desk *);
} tokens[] = {
	{ "eseal.session.none", NULL, with_none },
	{ "eseal.session.any", "alice", with_any },
	{ "eseal.session.closed", "alice", with_closed },
};

static void
ask_with(struct trial *t, size_t which)
{
	struct desk *d = desk_open(t, tokens[which].role);

	tokens[which].take(d);
	(void)operation_call(d, "odd", "seal.list", NULL);
	desk_take(d, NULL);
	desk_close(d);
}

static bool
collect(struct trial *t)
{
	struct clerk k;
	size_t which = 0;

	while (strcmp(tokens[which].id, trial_case(t)->id) != 0)
		which++;
	clerk_open(t, &k);
	if (clerk_ask(&k, "alice", "right", "seal.list", NULL))
		ask_with(t, which);
	clerk_close(&k);
	return true;
}

static void
judge(struct trial *t)
{
	if (desks_need(t, "right", "seal.list"))
		desks_claim_refused(t, "odd", "seal.list");
}

static void
judge_closed(struct trial *t)
{
	if (desks_need(t, "right", "seal.list") &&
	    desks_need(t, "before", "seal.list") &&
	    desks_need(t, "closed", "session.close"))
		desks_claim_refused(t, "odd", "seal.list");
}

/* clang-format off */
#define SESSION(name, more, en, zh, how) \
	CLERK_CASE(name, ESEAL_F_18, LEVEL_SHALL, " operation:seal.list" more, \
	    "ESEAL-F-18", en, zh, collect, how)

static const struct conf_case cases[] = {
	SESSION("eseal.session.none", "", "nobody lists seals without a session",
	    "未登录者不得查询印章列表", judge),
	SESSION("eseal.session.any", "", "a token that nobody was given is none",
	    "伪造的会话令牌无效", judge),
	SESSION("eseal.session.closed", " operation:session.close",
	    "a session that was closed is none", "已退出的会话无效", judge_closed),
};

const struct conf_group conf_eseal_session = {
	.service = "eseal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
