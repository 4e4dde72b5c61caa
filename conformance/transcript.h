/* SPDX-License-Identifier: MIT */
/*
 * transcript - what was said and heard, when, by whom: one event a line.
 *
 *	{"dir":"@","party":"","t_us":0,"text":"begin", ...}
 *	{"dir":"S","party":"","t_us":812,"text":"220 mail.example.test\\r\\n"}
 *	{"dir":"C","party":"","t_us":840,"text":"EHLO ...\\r\\n"}
 *
 * "S" is the target, "C" we, "@" an event of the connection.  Text is
 * escaped (lib/text.h), so every octet can be recovered; secrets are replaced
 * when written.  A transcript is enough to judge the conversation again: the
 * last line carries the values of all variables that were looked up.
 */
#ifndef CONFORMANCE_TRANSCRIPT_H
#define CONFORMANCE_TRANSCRIPT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/span.h"

/* What must never be written, and what stands in its place. */
struct secrets {
	struct buf *at;
	size_t n;
	/*
	 * Octet for octet, by stars: what counts its octets, as LDAP does,
	 * could not be judged again from a text of another length.
	 */
	bool counted;
};

#define SECRET_MARK "(redacted)"

void secrets_add(struct secrets *, struct span);
void secrets_free(struct secrets *);
void secrets_hide(const struct secrets *, struct span text, struct buf *out);

struct transcript {
	int fd;
	int lines; /* written so far: the number of the last one */
	struct mono began;
	const struct secrets *secrets;
	bool failed; /* something could not be written */
	char why[256];
};

bool transcript_open(struct transcript *, const char *path,
    const struct secrets *, struct mono now, struct err *);
void transcript_close(struct transcript *);

/* The first line.  The script is filed with it, so that others can follow. */
void transcript_begin(struct transcript *, const char *script_sm3,
    const char *service, const char *script);
/* The last line; values is an object of strings, borrowed. */
void transcript_end(struct transcript *, struct mono now, json_t *values);
void transcript_bytes(struct transcript *, struct mono now, char dir,
    const char *party, struct span);
void transcript_event(struct transcript *, struct mono now, const char *party,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Calls f for every line; stops with the error of the first bad one. */
bool transcript_each(const char *path,
    bool (*f)(void *ctx, int line, json_t *event, struct err *), void *ctx,
    struct err *);

#endif
