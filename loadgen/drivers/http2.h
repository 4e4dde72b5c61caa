/* SPDX-License-Identifier: MIT */
/*
 * http2 - the driver of HTTP/2 (RFC 9113), several requests at a time on one
 * connection; nghttp2 makes and takes the frames.
 *
 * Over TLS it is chosen by ALPN, in the clear it is spoken at once ("prior
 * knowledge", RFC 9113 3.3).  Pushes are refused.  What an answer must be
 * beyond that is loadgen/drivers/http_answer.h.  A session of nghttp2
 * allocates while it is in use.
 *
 * A target that leaves (GOAWAY; nginx does after 1000 requests, as it is
 * shipped) refuses the requests it has not begun.  They count as failed, though
 * they could be sent again: let a flow hang up before that, "repeat: 900".
 */
#ifndef LOADGEN_DRIVERS_HTTP2_H
#define LOADGEN_DRIVERS_HTTP2_H

#include "loadgen/driver.h"

extern const struct driver driver_http2;

#endif
