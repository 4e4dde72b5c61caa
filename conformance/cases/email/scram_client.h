/* SPDX-License-Identifier: MIT */
/*
 * scram_client - SCRAM-SHA-256 by a client that is wrong on purpose.
 *
 * Over SMTP and IMAP, as the service of the case is.
 */
#ifndef CONFORMANCE_CASES_EMAIL_SCRAM_CLIENT_H
#define CONFORMANCE_CASES_EMAIL_SCRAM_CLIENT_H

struct trial;

/* What is wrong about it. */
enum scram_wrong {
	SCRAM_NOTHING,
	SCRAM_AUTHZID,
	SCRAM_FLAG,
	SCRAM_SERVER_NONCE,
	SCRAM_BINDING,
	SCRAM_PROOF,
};

/*
 * Files how it ended as the fact NAME, in SMTP's codes: 235 is in.  NAME.step
 * says how far it came, .nonce is the server's, .gone that it hung up.
 */
void scram_log_in(
    struct trial *, const char *name, const char *role, enum scram_wrong);

#endif
