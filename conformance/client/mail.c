/* SPDX-License-Identifier: MIT */
#include "conformance/client/mail.h"

#include <libetpan/mailsmtp.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/client/record.h"
#include "conformance/trial.h"

static const char *const step_names[] = {
	[MAIL_NOWHERE] = "nowhere",
	[MAIL_CONNECTED] = "connected",
	[MAIL_SECURED] = "secured",
	[MAIL_LOGGED_IN] = "logged-in",
	[MAIL_ACCEPTED] = "accepted",
};

const char *
mail_step_name(enum mail_step step)
{
	return step_names[step];
}

static void
log_bytes(mailsmtp *session, int type, const char *bytes, size_t n, void *ctx)
{
	(void)session;
	record_add(ctx, type, bytes, n);
}

static int
connect_to(mailsmtp *session, const struct profile_endpoint *e)
{
	return e->tls == PROFILE_TLS_IMPLICIT
		   ? mailsmtp_ssl_connect(session, e->host, e->port)
		   : mailsmtp_socket_connect(session, e->host, e->port);
}

static int
secure(mailsmtp *session, const struct profile_endpoint *e)
{
	int r = mailesmtp_ehlo(session);

	if (r != MAILSMTP_NO_ERROR || e->tls != PROFILE_TLS_STARTTLS)
		return r;
	r = mailsmtp_socket_starttls(session);
	return r == MAILSMTP_NO_ERROR ? mailesmtp_ehlo(session) : r;
}

static int
send_message(mailsmtp *session, const char *from, const struct mail_journey *j)
{
	clist *to = esmtp_address_list_new();
	int r = MAILSMTP_NO_ERROR;

	for (size_t i = 0; i < j->n_to && r == MAILSMTP_NO_ERROR; i++) {
		char *address = strdup(j->to[i]);

		if (address == NULL ||
		    esmtp_address_list_add(to, address, 0, NULL) != 0)
			r = MAILSMTP_ERROR_MEMORY;
		free(address);
	}
	if (r == MAILSMTP_NO_ERROR)
		r = mailesmtp_send(
		    session, from, 0, NULL, to, j->content.ptr, j->content.len);
	esmtp_address_list_free(to);
	return r;
}

enum mail_step
mail_travel(struct trial *t, const struct mail_journey *j)
{
	const struct profile *p = trial_profile(t);
	const struct profile_endpoint *e = profile_endpoint(p, j->service);
	const struct profile_account *a = profile_account(p, j->role);
	mailsmtp *session = mailsmtp_new(0, NULL);
	enum mail_step step = MAIL_NOWHERE;
	struct record record;
	bool answered;
	int r;

	record_init(&record);
	mailsmtp_set_timeout(
	    session, (time_t)(p->timeouts.reply_ms / 1000 + 1));
	mailsmtp_set_logger(session, log_bytes, &record);
	record_alarm(trial_left_ms(t) + 1);
	r = connect_to(session, e);
	if (r == MAILSMTP_NO_ERROR) {
		step = MAIL_CONNECTED;
		r = secure(session, e);
	}
	if (step == MAIL_CONNECTED && r == MAILSMTP_NO_ERROR) {
		step = MAIL_SECURED;
		r = mailesmtp_auth_sasl(session, j->mechanism,
		    e->name == NULL ? e->host : e->name, NULL, NULL, a->user,
		    a->user, a->password, NULL);
	}
	if (step == MAIL_SECURED && r == MAILSMTP_NO_ERROR) {
		step = MAIL_LOGGED_IN;
		r = send_message(session, a->address, j);
	}
	if (step == MAIL_LOGGED_IN && r == MAILSMTP_NO_ERROR)
		step = MAIL_ACCEPTED;
	answered = record.answered;
	if (step != MAIL_NOWHERE)
		mailsmtp_quit(session);
	record_alarm(0);
	trial_need(t, step == MAIL_ACCEPTED || trial_left_ms(t) > 0,
	    "the deadline of the case has passed");
	/* The library calls a login that was never answered failed as well. */
	trial_need(t, step == MAIL_ACCEPTED || step == MAIL_NOWHERE || answered,
	    "the target did not answer within %lld ms",
	    (long long)p->timeouts.reply_ms);
	trial_fact(t, "reached", "%s", mail_step_name(step));
	trial_fact(t, "why", "%s", mailsmtp_strerror(r));
	trial_file(t, "session.log", buf_span(&record.log));
	mailsmtp_free(session);
	record_free(&record);
	return step;
}
