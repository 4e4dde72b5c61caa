/* SPDX-License-Identifier: MIT */
/*
 * tls - a byte stream over a non-blocking socket, plain or TLS (OpenSSL).
 *
 * A stream starts plain and may be secured once, as client or as server.
 * Reads and writes never block: they say what to wait for.  FIN, RST, EPIPE
 * and close_notify are all STREAM_CLOSED, with the detail in words.
 */
#ifndef LIB_TLS_H
#define LIB_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/err.h"

struct tls_context; /* keys, trust and versions; shared by many streams */

/*
 * cert_file holds the chain, leaf first, in PEM.  However weak its keys and
 * digests are: what to think of them is for clients to say.
 */
struct tls_context *tls_server(
    const char *cert_file, const char *key_file, struct err *);
/* trust_file: PEM; NULL believes what the system believes. */
struct tls_context *tls_client(const char *trust_file, struct err *);
/*
 * Any version from min to max, as "TLSv1.2"; NULL leaves the default.  False
 * when this OpenSSL has no such version.  Before 1.2 only weak keys and
 * digests will do, so they are then believed as well.
 */
bool tls_versions(struct tls_context *, const char *min, const char *max);
void tls_context_free(struct tls_context *); /* streams may go on with it */

/*
 * Sessions are taken up again (RFC 5246 F.1.4, RFC 8446 2.2).  Of a server:
 * it gives tickets.  Of a client: it keeps the newest few, and each stream
 * begins with one of them.  Such a context belongs to one thread.
 */
void tls_resume(struct tls_context *);
/* Of a client: speaks this protocol, "h2" (RFC 7301); false when too long. */
bool tls_alpn(struct tls_context *, const char *protocol);
/*
 * For very many streams that say much, or that are mostly silent: one read
 * for several records, or no memory while nothing comes.
 */
void tls_read_ahead(struct tls_context *);
void tls_thrifty(struct tls_context *);

enum stream_state {
	STREAM_PLAIN,
	STREAM_SHAKING, /* handshake under way: call stream_shake() */
	STREAM_SECURE,
	STREAM_CLOSED,
};

enum stream_wait {
	STREAM_DONE, /* progress was made */
	STREAM_WANT_READ,
	STREAM_WANT_WRITE,
	STREAM_OVER, /* closed; see detail */
};

struct stream {
	int fd;
	enum stream_state state;
	void *ssl;        /* SSL *, or NULL */
	char detail[160]; /* why it closed or the handshake failed */
};

void stream_init(struct stream *, int fd); /* takes fd over */
void stream_close(struct stream *);        /* tells the peer when it can */
/* Tells the peer that no more will come; what it still says can be read. */
void stream_finish(struct stream *);
void stream_reset(struct stream *); /* closes with RST */
/* As stream_close() when nothing is to be read any more: fewer calls. */
void stream_drop(struct stream *);

/* The first octet that waits to be read, in the clear; -1: none yet. */
int stream_peek(const struct stream *);

/* The octets that wait to be read, in the clear, at most "most"; 0: none. */
size_t stream_glance(const struct stream *, char *into, size_t most);

/* name: what the certificate must show; NULL does not check it. */
void stream_secure_client(
    struct stream *, struct tls_context *, const char *name);
void stream_secure_server(struct stream *, struct tls_context *);
enum stream_wait stream_shake(struct stream *);

/*
 * Appends what came, at most "most" bytes and no more than fit.  Call it
 * until it is not STREAM_DONE: TLS may hold bytes that no poll() tells of.
 * A buf without room is marked full, and nothing is read.
 */
enum stream_wait stream_read(struct stream *, struct buf *into, size_t most);
/* Sends what it can and drops it from the front. */
enum stream_wait stream_write(struct stream *, struct buf *from);

/*
 * The same straight from and to the caller's memory, for load.  stream_get()
 * reads once; where stream_holds() says so there is more that no poll() tells
 * of.  stream_put() sends what it can in one go.
 */
enum stream_wait stream_get(
    struct stream *, char *into, size_t most, size_t *got);
enum stream_wait stream_put(
    struct stream *, const char *from, size_t len, size_t *sent);
bool stream_holds(const struct stream *);
bool stream_resumed(const struct stream *); /* an earlier TLS session */

/* Of a secure stream: "TLSv1.3", "TLS_AES_256_GCM_SHA384"; else "". */
const char *stream_tls_version(const struct stream *);
const char *stream_tls_cipher(const struct stream *);
/*
 * The chain the peer showed, PEM, leaf first; empty when none.  It is there
 * also when the handshake failed because of it.
 */
void stream_peer_chain(const struct stream *, struct buf *pem);

#endif
