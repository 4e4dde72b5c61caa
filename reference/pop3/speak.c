/* SPDX-License-Identifier: MIT */
/* What a session says, and how it ends. */
#include "reference/pop3/inner.h"

void
pop3_hang_up(struct pop3_session *s)
{
	s->next = varies(s, VARIANT_CLOSES_WITH_RST) ? SESSION_HANG_UP_RST
						     : SESSION_HANG_UP;
}

static int
errors_most(const struct pop3_session *s)
{
	return varies(s, VARIANT_GIVES_UP_AFTER_ERRORS) ? 20
							: s->site->errors_most;
}

void
pop3_reply_with(struct pop3_session *s, enum pop3_reply reply, const char *arg)
{
	const struct pop3_manner manner = {
		.fault = s->site->fault,
		.variant = s->site->variant,
		.verb = s->verb,
		.secure = s->implicit,
	};

	if (pop3_reply_is_error(reply) && ++s->errors > errors_most(s)) {
		reply = POP3_TOO_MANY_ERRORS;
		pop3_hang_up(s);
	}
	pop3_say(s->out, reply, manner, arg);
	if (s->out->full)
		pop3_hang_up(s); /* it sends and does not read */
}

void
pop3_reply(struct pop3_session *s, enum pop3_reply reply)
{
	pop3_reply_with(s, reply, NULL);
}
