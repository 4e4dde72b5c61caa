/* SPDX-License-Identifier: MIT */
/*
 * scram - what is kept of a password instead of the password.
 *
 * SCRAM-SHA-256: RFC 5802 section 3 with the hash of RFC 7677, kept in the
 * four parts of RFC 5803.  Passwords are printable ASCII here, for which
 * SASLprep (RFC 4013) changes nothing.  Comparisons take equally long
 * wherever the first difference is.
 */
#ifndef REFERENCE_SCRAM_H
#define REFERENCE_SCRAM_H

#include <stdbool.h>

#include "lib/span.h"

#define SCRAM_SALT       16
#define SCRAM_KEY        32
#define SCRAM_ITERATIONS 4096 /* RFC 7677 4: at least */

void scram_salt(unsigned char salt[SCRAM_SALT]); /* a random one */

void scram_derive(struct span password, const unsigned char salt[SCRAM_SALT],
    int iterations, unsigned char stored_key[SCRAM_KEY],
    unsigned char server_key[SCRAM_KEY]);

/* For PLAIN and LOGIN: is this the password? */
bool scram_password_matches(struct span password,
    const unsigned char salt[SCRAM_SALT], int iterations,
    const unsigned char stored_key[SCRAM_KEY]);

/* ClientProof against AuthMessage. */
bool scram_proof_matches(const unsigned char stored_key[SCRAM_KEY],
    struct span auth_message, const unsigned char proof[SCRAM_KEY]);

void scram_server_signature(const unsigned char server_key[SCRAM_KEY],
    struct span auth_message, unsigned char signature[SCRAM_KEY]);

#endif
