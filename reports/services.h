/* SPDX-License-Identifier: MIT */
/* services - which service, and which protocol, a row or a case is about. */
#ifndef REPORTS_SERVICES_H
#define REPORTS_SERVICES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/catalogue.h"
#include "lib/run.h"
#include "lib/span.h"

/*
 * The services of a chapter, as the catalogue names them first; "names" has
 * room for REQ_COUNT.
 */
size_t services_of(const char *chapter, const char *names[]);

/*
 * A case is of the protocol that its name begins with, whatever its row: the
 * audit of POP3 logins is POP3's.  Else it is of its row's service.
 */
const char *service_of_case(const struct plan_case *);

/* The row about the service's TLS form; false when there is none. */
bool service_tls(const char *service, enum req *);

/* "pop3.retr" of "pop3.retr.dots": what cases of one row are grouped by. */
struct span case_theme(const char *id);

#endif
