/* SPDX-License-Identifier: MIT */
/*
 * log_record - one record of a log that the target keeps: whose it is, of
 * what, and how that ended.
 *
 * A JSON log is read by its fields, any other as text; of a syslog we ask no
 * more than that the line is there and says the right thing.
 */
#ifndef CONFORMANCE_CASES_EMAIL_LOG_RECORD_H
#define CONFORMANCE_CASES_EMAIL_LOG_RECORD_H

#include "conformance/trial.h"

struct log_record;

typedef bool log_test(struct trial *, const struct log_record *);

/* Is there such a record in "log.txt", which is of the fact "format"? */
bool log_has(struct trial *, log_test *);

/* "alice" is whom the fact "user" names. */
log_test log_is_alices;
log_test log_is_login;   /* which succeeded */
log_test log_is_attempt; /* at a login, however it ended */
log_test log_is_failed_login;
log_test log_is_submission;
log_test log_is_refusal; /* of whom the fact "recipient" names */
log_test log_is_timely;  /* about when it "began" */

#endif
