/* SPDX-License-Identifier: MIT */
/* What a session says, what it writes down, and what it forgets. */
#include <stdarg.h>
#include <stdio.h>

#include "lib/mem.h"
#include "reference/smtp/inner.h"

void
smtp_hang_up(struct smtp_session *s)
{
	s->next = varies(s, VARIANT_CLOSES_WITH_RST) ? SESSION_HANG_UP_RST
						     : SESSION_HANG_UP;
}

static int
errors_most(const struct smtp_session *s)
{
	return varies(s, VARIANT_GIVES_UP_AFTER_ERRORS) ? 20
							: s->site->errors_most;
}

void
smtp_reply_with(struct smtp_session *s, enum smtp_reply reply, const char *arg)
{
	const struct smtp_manner manner = {
		.fault = s->site->fault,
		.variant = s->site->variant,
		.role = s->role,
	};

	if (smtp_reply_is_error(reply) && ++s->errors > errors_most(s)) {
		reply = SMTP_TOO_MANY_ERRORS;
		arg = s->site->host;
		smtp_hang_up(s);
	}
	smtp_say(s->out, reply, manner, arg);
	if (s->out->full)
		smtp_hang_up(s); /* it sends and does not read */
}

void
smtp_reply(struct smtp_session *s, enum smtp_reply reply)
{
	smtp_reply_with(s, reply, NULL);
}

void
smtp_note(struct smtp_session *s, struct span user, const char *event,
    bool success, const char *fmt, ...)
{
	struct wall when = s->now;
	struct buf detail;
	va_list ap;

	if (faulty(s, FAULT_AUDIT_WRONG_TIME))
		when.us -= INT64_C(86400000000);
	buf_init(&detail, 4096);
	buf_addf(&detail, "helo=%s ", s->helo);
	va_start(ap, fmt);
	buf_vaddf(&detail, fmt, ap);
	va_end(ap);
	audit_write(s->site->audit, when,
	    &(struct audit_event){
		.service = "smtp",
		.peer = s->peer,
		.user = user,
		.event = event,
		.result = success ? "success" : "failure",
		.detail = buf_text(&detail),
	    });
	buf_free(&detail);
}

struct span
smtp_who(const struct smtp_session *s)
{
	return s->authenticated ? span_of(s->account.user) : SPAN("");
}

void
smtp_forget_mail(struct smtp_session *s)
{
	const struct envelope old = s->mail;

	memset(&s->mail, 0, sizeof s->mail);
	if (faulty(s, FAULT_ENVID_STICKS))
		memcpy(s->mail.envid, old.envid, sizeof old.envid);
	if (!s->leftover)
		s->n_to = 0;
	s->taken = 0;
	s->refused = 0;
	s->declared = 0;
	smtp_body_clear(&s->body);
	if (s->state != CONNECTED)
		s->state = READY;
}
