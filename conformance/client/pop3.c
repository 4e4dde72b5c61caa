/* SPDX-License-Identifier: MIT */
#include "conformance/client/pop3.h"

#include <stdio.h>
#include <string.h>

#include "lib/span.h"

bool
pop3_fine(const struct pop3_client *c)
{
	return c->result == MAILPOP3_NO_ERROR;
}

bool
pop3_answered(const struct pop3_client *c)
{
	return c->record.answered;
}

void
pop3_why(const struct pop3_client *c, char *why, size_t size)
{
	static const struct {
		int result;
		const char *text;
	} texts[] = {
		{ MAILPOP3_NO_ERROR, "well" },
		{ MAILPOP3_ERROR_STREAM, "the connection was lost" },
		{ MAILPOP3_ERROR_CONNECTION_REFUSED, "could not connect" },
		{ MAILPOP3_ERROR_SSL, "no TLS came about" },
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (texts[i].result == c->result) {
			snprintf(why, size, "%s: %s", c->doing, texts[i].text);
			return;
		}
	snprintf(why, size, "%s: refused: %s", c->doing,
	    c->session->pop3_response == NULL ? "?"
					      : c->session->pop3_response);
}

static bool
note(struct pop3_client *c, const char *doing, int result)
{
	c->doing = doing;
	c->result = result;
	return pop3_fine(c);
}

static void
log_bytes(mailpop3 *session, int type, const char *bytes, size_t n, void *ctx)
{
	(void)session;
	record_add(ctx, type, bytes, n);
}

static bool
reach(struct pop3_client *c, const struct profile_endpoint *e)
{
	if (e->tls == PROFILE_TLS_IMPLICIT)
		return note(c, "connect",
		    mailpop3_ssl_connect(c->session, e->host, e->port));
	if (!note(c, "connect",
		mailpop3_socket_connect(c->session, e->host, e->port)))
		return false;
	return e->tls != PROFILE_TLS_STARTTLS ||
	       note(c, "STLS", mailpop3_socket_starttls(c->session));
}

static bool
count(struct pop3_client *c)
{
	struct mailpop3_stat_response *stat = NULL;

	if (!note(c, "STAT", mailpop3_stat(c->session, &stat)))
		return false;
	c->n = stat->msgs_count;
	mailpop3_stat_resp_free(stat);
	return true;
}

bool
pop3_enter(struct pop3_client *c, const struct profile *p,
    const struct profile_endpoint *e, const struct profile_account *a,
    int64_t ms)
{
	*c = (struct pop3_client){
		.session = mailpop3_new(0, NULL),
		.doing = "connect",
	};
	record_init(&c->record);
	mailpop3_set_timeout(
	    c->session, (time_t)(p->timeouts.reply_ms / 1000 + 1));
	mailpop3_set_logger(c->session, log_bytes, &c->record);
	record_alarm(ms + 1);
	c->entered = reach(c, e) &&
		     note(c, "USER", mailpop3_user(c->session, a->user)) &&
		     note(c, "PASS", mailpop3_pass(c->session, a->password)) &&
		     count(c);
	return c->entered;
}

bool
pop3_quit(struct pop3_client *c)
{
	c->entered = false;
	return note(c, "QUIT", mailpop3_quit(c->session));
}

void
pop3_leave(struct pop3_client *c)
{
	if (c->entered && c->result != MAILPOP3_ERROR_STREAM)
		mailpop3_quit(c->session);
	record_alarm(0);
	mailpop3_free(c->session);
	record_free(&c->record);
}

const char *
pop3_unique_id(struct pop3_client *c, unsigned k)
{
	struct mailpop3_msg_info *info = NULL;

	if (!pop3_fine(c) ||
	    mailpop3_get_msg_info(c->session, k, &info) != MAILPOP3_NO_ERROR)
		return NULL;
	return info->msg_uidl;
}

static void
keep(struct buf *out, const char *text, size_t len)
{
	buf_clear(out);
	buf_add(out, (struct span){ text, len });
}

bool
pop3_top(struct pop3_client *c, unsigned k, unsigned lines, struct buf *content)
{
	char *text = NULL;
	size_t len = 0;

	if (!pop3_fine(c) ||
	    !note(c, "TOP", mailpop3_top(c->session, k, lines, &text, &len)))
		return false;
	keep(content, text, len);
	mailpop3_top_free(text);
	return true;
}

bool
pop3_retr(struct pop3_client *c, unsigned k, struct buf *content)
{
	char *text = NULL;
	size_t len = 0;

	if (!pop3_fine(c) ||
	    !note(c, "RETR", mailpop3_retr(c->session, k, &text, &len)))
		return false;
	keep(content, text, len);
	mailpop3_retr_free(text);
	return true;
}

bool
pop3_dele(struct pop3_client *c, unsigned k)
{
	return pop3_fine(c) && note(c, "DELE", mailpop3_dele(c->session, k));
}
