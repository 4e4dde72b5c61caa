/* SPDX-License-Identifier: MIT */
/*
 * post - mail that goes through the target to our sink, and what comes of it.
 *
 * Spans point into evidence and belong to the trial.
 */
#ifndef CONFORMANCE_CASES_EMAIL_POST_H
#define CONFORMANCE_CASES_EMAIL_POST_H

#include <jansson.h>
#include <stdbool.h>

#include "conformance/cases/email/prelude.h"
#include "conformance/client/sink.h"
#include "conformance/trial.h"

/* Our addresses at the sink. */
#define POST_US     "${token}@${sink_domain}"
#define POST_REJECT "${token}.reject@${sink_domain}"

/* Who may reach the sink through the target: a user who is logged in. */
#define SINK_ALICE SUBMIT_ALICE " mail:sink"

/*
 * Submits one message; mail and rcpt are what stands behind "MAIL FROM:" and
 * "RCPT TO:", content is script text.  True when it was accepted.  Our
 * addresses are filed as the facts "us", "reject" and "alice".
 */
bool post_submit(struct trial *, const char *name, const char *mail,
    const char *rcpt, const char *content);

/* Waits for mail to POST_US, at most as long as the profile allows. */
size_t post_await(struct trial *, const char *name, size_t least);

/* Content number k (from 1) that sink_await() filed under NAME. */
struct span post_content(struct trial *, const char *name, size_t k);
json_t *post_envelope(struct trial *, const char *name, size_t k);
bool post_has_parameter(const json_t *list, const char *keyword);

/* What stands behind the empty line. */
struct span post_body(struct span content);

/* Value of a header field, folded lines included; .ptr NULL: none. */
struct span post_field(struct span header, const char *name);

/* Is there "text" in s, whatever the case of ASCII letters? */
bool post_contains(struct span s, const char *text);

#endif
