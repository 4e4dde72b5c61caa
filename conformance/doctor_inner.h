/* SPDX-License-Identifier: MIT */
/*
 * doctor_inner - what the files of the doctor share; nobody else includes it.
 */
#ifndef CONFORMANCE_DOCTOR_INNER_H
#define CONFORMANCE_DOCTOR_INNER_H

#include <stdint.h>

#include "conformance/client/web.h"
#include "conformance/client/wording.h"
#include "conformance/doctor.h"
#include "conformance/sight.h"

#define DOCTOR_SEEN_MOST 300 /* bytes of what was seen that are kept */

/* clang-format off */
static const struct doctor_todo
	nothing = { NULL, NULL, false },
	start_service = {
		"start the service; check host, port and firewall",
		"启动服务；检查主机、端口和防火墙", false },
	check_protocol = {
		"check that host, port and tls name such a service",
		"检查 host、port 与 tls 是否指向该服务", false },
	check_certificate = {
		"check trust and name in the profile, and the certificate",
		"检查配置中的 trust 与 name，以及服务器证书", false };
/* clang-format on */

/* What a finding is about: "imaps: certificate". */
struct doctor_title {
	char text[120];
};

/* One examination of a target. */
struct clinic {
	struct doctor *doctor;
	const struct doctor_setup *setup;
	const char *token, *decoy, *oid, *secret; /* random words */
	int logins;                               /* so far */
};

/* ---- doctor_roles.c ---- */

void doctor_see_roles(struct doctor *, const struct profile *);

/* ---- doctor_target.c ---- */

/* Looks at every endpoint; profile_reachable() allows it. */
void doctor_see_target(struct doctor *, const struct doctor_setup *);

struct doctor_title doctor_title(
    const struct profile_endpoint *, const char *what);
void doctor_connected(
    struct doctor *, const struct profile_endpoint *, int64_t us);
/* version "": there is no TLS. */
void doctor_secured(struct doctor *, const struct profile_endpoint *,
    const char *version, const char *cipher);
void doctor_certificate(
    struct doctor *, const struct profile_endpoint *, const struct buf *chain);
/* Seconds of its clock when ours was at "heard". */
void doctor_clock(struct doctor *, const struct profile_endpoint *,
    int64_t told_s, struct wall heard);

bool sight_is_submission(const struct sight *);
bool sight_is_pop3(const struct sight *);
bool sight_is_imap(const struct sight *);
bool sight_is_ldap(const struct sight *);

/* ---- doctor_claims.c, doctor_login.c, doctor_web.c ---- */

/* What is announced, against what the profile claims. */
void doctor_see_claims(
    struct doctor *, const struct profile *, const struct sight *, size_t n);
/* The first account that can look around by this protocol, or NULL. */
const struct profile_account *doctor_account(
    const struct profile *, const struct profile_endpoint *);
/* "alice", or where a DN is called for, hers. */
const char *doctor_login_name(
    const struct profile_endpoint *, const struct profile_account *);
void doctor_see_logins(struct clinic *, const struct sight *);
void doctor_see_web(struct clinic *, const struct profile_endpoint *);

/* ---- doctor_trade.c ---- */

/* What a service is asked, and of what type its answers are. */
struct doctor_trade {
	const char *service, *type;
	bool (*ask)(const struct profile *, struct buf *); /* NULL: GET */
	const char *answer;
};

/* NULL: it is got, and any answer will do. */
const struct doctor_trade *doctor_trade(const char *service);
/*
 * An operation of a binding that changes nothing, asked by the first account;
 * false: none is mapped there, or a password would go in the clear.
 */
bool doctor_probe(
    const struct profile *, const struct profile_endpoint *, struct wording *);

#endif
