/* SPDX-License-Identifier: MIT */
/*
 * load_desk - somebody of the profile who asks for operations of a binding
 * before a load begins, and when it is over; no case, and so no evidence.
 *
 *	struct load_desk d;
 *
 *	ok = load_desk_open(&d, profile, "alice", &err) &&
 *	     load_desk_ask(&d, "seal.apply", values, &err);
 *	id = operation_text(&d.answer, "id");
 *	load_desk_close(&d);
 */
#ifndef PROGRAM_LOAD_DESK_H
#define PROGRAM_LOAD_DESK_H

#include <stdbool.h>

#include "conformance/client/operation.h"
#include "lib/err.h"
#include "lib/profile.h"

struct web;

enum { LOAD_DESK_SERVICES = 2 };

struct load_desk {
	const struct profile *profile;
	const struct profile_account *account;
	char *token; /* of a session; NULL where the profile maps none */
	struct web *webs[LOAD_DESK_SERVICES];
	const char *services[LOAD_DESK_SERVICES];
	size_t n_webs;
	struct operation_answer answer; /* to the last call */
};

/* Logs in where the profile says how; close it also when it is false. */
bool load_desk_open(
    struct load_desk *, const struct profile *, const char *role, struct err *);
/* True when it was done; else *err says who was asked for what, and heard. */
bool load_desk_ask(struct load_desk *, const char *operation,
    const struct operation_value *, struct err *);
/* Logs out. */
void load_desk_close(struct load_desk *);
/* The session goes on: requests of the load carry its token. */
void load_desk_leave(struct load_desk *);

#endif
