/* SPDX-License-Identifier: MIT */
#include "conformance/client/record.h"

#include <libetpan/mailstream.h>
#include <signal.h>
#include <sys/time.h>

#define LOG_MOST (4u << 20)

void
record_init(struct record *r)
{
	buf_init(&r->log, LOG_MOST);
	r->answered = false;
}

void
record_free(struct record *r)
{
	buf_free(&r->log);
}

void
record_add(struct record *r, int type, const char *bytes, size_t n)
{
	if (type != MAILSTREAM_LOG_TYPE_DATA_RECEIVED &&
	    type != MAILSTREAM_LOG_TYPE_DATA_SENT &&
	    type != MAILSTREAM_LOG_TYPE_DATA_SENT_PRIVATE)
		return; /* what the library says to itself */
	r->answered = type == MAILSTREAM_LOG_TYPE_DATA_RECEIVED;
	buf_add(&r->log, r->answered ? SPAN("S: ") : SPAN("C: "));
	buf_add(&r->log, (struct span){ bytes, n });
	if (n == 0 || bytes[n - 1] != '\n')
		buf_add(&r->log, SPAN("\n"));
}

static void
on_alarm(int number)
{
	(void)number;
}

void
record_alarm(int64_t ms)
{
	const struct sigaction alarm_ = { .sa_handler = on_alarm };
	const struct itimerval when = {
		.it_value = { ms / 1000, ms % 1000 * 1000 },
		.it_interval = { 0, 20000 },
	};
	const struct itimerval never = { .it_value = { 0, 0 } };

	sigaction(SIGALRM, &alarm_, NULL);
	setitimer(ITIMER_REAL, ms > 0 ? &when : &never, NULL);
}
