/* SPDX-License-Identifier: MIT */
/*
 * http - a flow of HTTP requests, prepared once: of each only what varies is
 * written anew.
 *
 * In path, body and content type ${...} is a variable and everything else is
 * what it is, backslashes included.  One request is one operation.
 */
#ifndef LOADGEN_DRIVERS_HTTP_H
#define LOADGEN_DRIVERS_HTTP_H

#include "loadgen/driver.h"
#include "loadgen/drivers/pieces.h"

/* HTTP/1.1 with connections that are kept as long as the target keeps them. */
extern const struct driver driver_http1;

#define HTTP_REQUEST_MOST (9 << 20) /* octets, however long the values */

/* What a request consists of; for the drivers. */
struct http_request {
	struct span method; /* the scenario's, or "GET" */
	char authority[300];
	struct pieces path, content_type, body;
	bool has_body, path_varies;
};

bool http_request_init(
    struct http_request *, const struct driver_setting *, struct err *);
void http_request_free(struct http_request *);
uint64_t http_request_uses(const struct http_request *);

/* Can this stand in a request line?  A value may have brought a space. */
bool http_path_good(struct span);

#endif
