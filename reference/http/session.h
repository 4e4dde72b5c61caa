/* SPDX-License-Identifier: MIT */
/*
 * http/session - the rules of one HTTP connection, seen from the server.
 *
 * One request after another (RFC 9112 9.3); those that came early wait.
 * A role is an application: enum http_role.
 */
#ifndef REFERENCE_HTTP_SESSION_H
#define REFERENCE_HTTP_SESSION_H

#include "reference/http/http.h"

extern const struct protocol http_protocol;

/* For an application that is no role's; its routes outlive the session. */
struct session *http_open(
    const struct site *, const struct http_app *, const char *peer);

#endif
