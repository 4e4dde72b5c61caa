/* SPDX-License-Identifier: MIT */
#include "lib/tls.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "lib/mem.h"

enum {
	STRONG_BITS = 112, /* OpenSSL's security level 2 */
	CHUNK = 16384,     /* one TLS record */
	DRAIN_MOST = 64,   /* chunks thrown away before a close */
	SESSIONS = 64,     /* kept by a client that resumes */
};

struct tls_context {
	SSL_CTX *ctx;
	BIO_METHOD *socket; /* like OpenSSL's own, without SIGPIPE */
	int refs;           /* the owner's and one per stream */

	SSL_SESSION *kept[SESSIONS]; /* of a client that resumes */
	size_t n_kept, next_kept;
};

/* Behind stream->ssl, as its application data. */
struct secure {
	struct tls_context *context;
	char name[128];         /* what the certificate must show */
	char fault[128];        /* why it was not believed */
	STACK_OF(X509) * chain; /* as shown, when it was not believed */
};

/* ---- a BIO whose writes raise no signal ---- */

static int
socket_read(BIO *b, char *into, int n)
{
	const int fd = *(int *)BIO_get_data(b);
	ssize_t got;

	BIO_clear_retry_flags(b);
	do
		got = recv(fd, into, (size_t)n, 0);
	while (got == -1 && errno == EINTR);
	if (got == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		BIO_set_retry_read(b);
	if (got == 0)
		errno = 0;
	return (int)got;
}

static int
socket_write(BIO *b, const char *from, int n)
{
	const int fd = *(int *)BIO_get_data(b);
	ssize_t put;

	BIO_clear_retry_flags(b);
	do
		put = send(fd, from, (size_t)n, MSG_NOSIGNAL);
	while (put == -1 && errno == EINTR);
	if (put == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		BIO_set_retry_write(b);
	return (int)put;
}

static long
socket_ctrl(BIO *b, int cmd, long num, void *ptr)
{
	(void)b;
	(void)num;
	(void)ptr;
	return cmd == BIO_CTRL_FLUSH;
}

static int
socket_forget(BIO *b)
{
	free(BIO_get_data(b));
	return 1;
}

static BIO_METHOD *
socket_method(void)
{
	BIO_METHOD *m =
	    BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket without signals");

	assert(m != NULL);
	BIO_meth_set_read(m, socket_read);
	BIO_meth_set_write(m, socket_write);
	BIO_meth_set_ctrl(m, socket_ctrl);
	BIO_meth_set_destroy(m, socket_forget);
	return m;
}

static BIO *
socket_bio(BIO_METHOD *m, int fd)
{
	BIO *b = BIO_new(m);
	int *data = mem_new(1, sizeof *data);

	assert(b != NULL);
	*data = fd;
	BIO_set_data(b, data);
	BIO_set_init(b, 1);
	return b;
}

/* ---- contexts ---- */

static const char *
first_error(void)
{
	const unsigned long e = ERR_peek_error();
	const char *text = ERR_reason_error_string(e);

	return ERR_SYSTEM_ERROR(e) ? strerror(ERR_GET_REASON(e))
	       : text != NULL      ? text
				   : "no reason given";
}

static struct tls_context *
context_new(const SSL_METHOD *method)
{
	struct tls_context *c = mem_new(1, sizeof *c);

	ERR_clear_error();
	*c = (struct tls_context){
		.ctx = SSL_CTX_new(method), .socket = socket_method(), .refs = 1
	};
	assert(c->ctx != NULL);
	SSL_CTX_set_mode(c->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
				     SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_options(c->ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
	SSL_CTX_set_min_proto_version(c->ctx, TLS1_2_VERSION);
	SSL_CTX_set_session_cache_mode(c->ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_num_tickets(c->ctx, 0);
	return c;
}

void
tls_context_free(struct tls_context *c)
{
	if (c == NULL || --c->refs > 0)
		return;
	while (c->n_kept > 0)
		SSL_SESSION_free(c->kept[--c->n_kept]);
	SSL_CTX_free(c->ctx);
	BIO_meth_free(c->socket);
	free(c);
}

static struct tls_context *
context_fail(struct tls_context *c, struct err *err, const char *file)
{
	err_set(err, ERR_CONFIG, "%s: %s", file, first_error());
	ERR_clear_error();
	tls_context_free(c);
	return NULL;
}

/* The server's own key, and the digest that its certificate is signed with. */
static bool
is_strong(SSL_CTX *ctx)
{
	int bits = 0;

	X509_get_signature_info(
	    SSL_CTX_get0_certificate(ctx), NULL, NULL, &bits, NULL);
	return EVP_PKEY_get_security_bits(SSL_CTX_get0_privatekey(ctx)) >=
		   STRONG_BITS &&
	       bits >= STRONG_BITS;
}

struct tls_context *
tls_server(const char *cert_file, const char *key_file, struct err *err)
{
	struct tls_context *c = context_new(TLS_server_method());
	const int level = SSL_CTX_get_security_level(c->ctx);

	SSL_CTX_set_security_level(c->ctx, 0);
	if (SSL_CTX_use_certificate_chain_file(c->ctx, cert_file) != 1)
		return context_fail(c, err, cert_file);
	if (SSL_CTX_use_PrivateKey_file(c->ctx, key_file, SSL_FILETYPE_PEM) !=
	    1)
		return context_fail(c, err, key_file);
	/* what is weak cannot even be shown at the usual level */
	if (is_strong(c->ctx))
		SSL_CTX_set_security_level(c->ctx, level);
	return c;
}

static struct secure *
secure_of(const SSL *ssl)
{
	return SSL_get_app_data(ssl);
}

/* Notes which certificate is not believed and why: the handshake ends. */
static int
note_fault(int believed, X509_STORE_CTX *store)
{
	const int code = X509_STORE_CTX_get_error(store);
	SSL *ssl = X509_STORE_CTX_get_ex_data(
	    store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct secure *s = secure_of(ssl);
	X509 *cert = X509_STORE_CTX_get_current_cert(store);
	char who[64] = "?";

	if (believed)
		return 1;
	if (cert != NULL)
		X509_NAME_get_text_by_NID(X509_get_subject_name(cert),
		    NID_commonName, who, sizeof who);
	snprintf(s->fault, sizeof s->fault, "%s (%s CN=%.40s)",
	    X509_verify_cert_error_string(code),
	    X509_STORE_CTX_get_error_depth(store) == 0 ? "leaf" : "issuer",
	    who);
	if (s->chain == NULL)
		s->chain =
		    X509_chain_up_ref(X509_STORE_CTX_get0_untrusted(store));
	return 0;
}

struct tls_context *
tls_client(const char *trust_file, struct err *err)
{
	struct tls_context *c = context_new(TLS_client_method());

	if (trust_file == NULL)
		SSL_CTX_set_default_verify_paths(c->ctx);
	else if (SSL_CTX_load_verify_locations(c->ctx, trust_file, NULL) != 1)
		return context_fail(c, err, trust_file);
	SSL_CTX_set_verify(c->ctx, SSL_VERIFY_PEER, note_fault);
	return c;
}

static int
version_number(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} versions[] = {
		{ "TLSv1", TLS1_VERSION },
		{ "TLSv1.0", TLS1_VERSION },
		{ "TLSv1.1", TLS1_1_VERSION },
		{ "TLSv1.2", TLS1_2_VERSION },
		{ "TLSv1.3", TLS1_3_VERSION },
	};

	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
		if (strcasecmp(versions[i].name, name) == 0)
			return versions[i].number;
	return -1;
}

bool
tls_versions(struct tls_context *c, const char *min, const char *max)
{
	const int least = min == NULL ? 0 : version_number(min);
	const int most = max == NULL ? 0 : version_number(max);

	if (least == -1 || most == -1)
		return false;
	if ((min != NULL && least < TLS1_2_VERSION) ||
	    (max != NULL && most < TLS1_2_VERSION))
		SSL_CTX_set_security_level(c->ctx, 0);
	/* the default begins at 1.2, where nothing would be left */
	if (max != NULL && min == NULL && most < TLS1_2_VERSION &&
	    SSL_CTX_set_min_proto_version(c->ctx, most) != 1)
		return false;
	return (min == NULL ||
		   SSL_CTX_set_min_proto_version(c->ctx, least) == 1) &&
	       (max == NULL ||
		   SSL_CTX_set_max_proto_version(c->ctx, most) == 1);
}

/* A ticket came: it is the newest, and the oldest goes. */
static int
keep_session(SSL *ssl, SSL_SESSION *session)
{
	struct tls_context *c = secure_of(ssl)->context;

	if (SSL_is_server(ssl) || !SSL_SESSION_is_resumable(session))
		return 0;
	if (c->n_kept == SESSIONS)
		SSL_SESSION_free(c->kept[c->next_kept]);
	else
		c->n_kept++;
	c->kept[c->next_kept] = session;
	c->next_kept = (c->next_kept + 1) % SESSIONS;
	return 1;
}

void
tls_resume(struct tls_context *c)
{
	static const unsigned char name[] = "yanshou";

	SSL_CTX_clear_options(c->ctx, SSL_OP_NO_TICKET);
	SSL_CTX_set_num_tickets(c->ctx, 1);
	SSL_CTX_set_session_id_context(c->ctx, name, sizeof name - 1);
	SSL_CTX_set_session_cache_mode(
	    c->ctx, SSL_SESS_CACHE_BOTH | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(c->ctx, keep_session);
}

bool
tls_alpn(struct tls_context *c, const char *protocol)
{
	unsigned char list[256];
	const size_t n = strlen(protocol);

	if (n == 0 || n > sizeof list - 1)
		return false;
	list[0] = (unsigned char)n;
	memcpy(list + 1, protocol, n);
	return SSL_CTX_set_alpn_protos(c->ctx, list, (unsigned)n + 1) == 0;
}

void
tls_read_ahead(struct tls_context *c)
{
	SSL_CTX_set_read_ahead(c->ctx, 1);
}

void
tls_thrifty(struct tls_context *c)
{
	SSL_CTX_set_mode(c->ctx, SSL_MODE_RELEASE_BUFFERS);
}

/* ---- streams ---- */

static enum stream_wait over(struct stream *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static enum stream_wait
over(struct stream *s, const char *fmt, ...)
{
	va_list ap;

	if (s->state != STREAM_CLOSED) {
		va_start(ap, fmt);
		vsnprintf(s->detail, sizeof s->detail, fmt, ap);
		va_end(ap);
	}
	s->state = STREAM_CLOSED;
	return STREAM_OVER;
}

/* Words for the errno with which a connection ended; 0 is a FIN. */
static const char *
ending(int why)
{
	switch (why) {
	case 0:
		return "closed by the peer (FIN)";
	case ECONNRESET:
		return "reset by the peer (RST)";
	case EPIPE:
		return "closed by the peer before we had finished (EPIPE)";
	default:
		return strerror(why);
	}
}

void
stream_init(struct stream *s, int fd)
{
	*s = (struct stream){ .fd = fd, .state = STREAM_PLAIN };
}

static void
forget_tls(struct stream *s)
{
	struct secure *secure;

	if (s->ssl == NULL)
		return;
	secure = secure_of(s->ssl);
	SSL_free(s->ssl);
	s->ssl = NULL;
	sk_X509_pop_free(secure->chain, X509_free);
	tls_context_free(secure->context);
	free(secure);
}

void
stream_finish(struct stream *s)
{
	if (s->fd == -1)
		return;
	if (s->state == STREAM_SECURE)
		SSL_shutdown(s->ssl);
	ERR_clear_error();
	shutdown(s->fd, SHUT_WR);
}

/*
 * A close() with unread bytes becomes a RST, which can take our last words
 * from the peer's hands: read what is there first.
 */
static void
drain(int fd)
{
	char chunk[CHUNK];

	for (int i = 0; i < DRAIN_MOST; i++)
		if (recv(fd, chunk, sizeof chunk, MSG_DONTWAIT) <= 0)
			break;
}

void
stream_close(struct stream *s)
{
	if (s->fd == -1)
		return;
	stream_finish(s);
	drain(s->fd);
	forget_tls(s);
	close(s->fd);
	s->fd = -1;
	over(s, "closed by us");
}

void
stream_drop(struct stream *s)
{
	if (s->fd == -1)
		return;
	if (s->state == STREAM_SECURE)
		SSL_shutdown(s->ssl);
	else if (s->ssl != NULL) /* what was agreed can be taken up again */
		SSL_set_shutdown(
		    s->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	if (s->ssl != NULL)
		ERR_clear_error();
	forget_tls(s);
	close(s->fd);
	s->fd = -1;
	over(s, "closed by us");
}

void
stream_reset(struct stream *s)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (s->fd == -1)
		return;
	setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	forget_tls(s);
	close(s->fd);
	s->fd = -1;
	over(s, "reset by us");
}

int
stream_peek(const struct stream *s)
{
	unsigned char c;

	return recv(s->fd, &c, 1, MSG_PEEK) == 1 ? c : -1;
}

size_t
stream_glance(const struct stream *s, char *into, size_t most)
{
	const ssize_t n = recv(s->fd, into, most, MSG_PEEK);

	return n > 0 ? (size_t)n : 0;
}

static SSL *
begin(struct stream *s, struct tls_context *c)
{
	struct secure *secure = mem_new(1, sizeof *secure);
	SSL *ssl = SSL_new(c->ctx);
	BIO *bio = socket_bio(c->socket, s->fd);

	assert(s->state == STREAM_PLAIN && ssl != NULL);
	c->refs++;
	secure->context = c;
	SSL_set_app_data(ssl, secure);
	SSL_set_bio(ssl, bio, bio);
	s->ssl = ssl;
	s->state = STREAM_SHAKING;
	return ssl;
}

void
stream_secure_client(struct stream *s, struct tls_context *c, const char *name)
{
	SSL *ssl = begin(s, c);
	unsigned char address[sizeof(struct in6_addr)];

	SSL_set_connect_state(ssl);
	if (c->n_kept > 0)
		SSL_set_session(
		    ssl, c->kept[(c->next_kept + SESSIONS - 1) % SESSIONS]);
	if (name == NULL)
		return;
	snprintf(secure_of(ssl)->name, sizeof secure_of(ssl)->name, "%s", name);
	if (inet_pton(AF_INET, name, address) == 1 ||
	    inet_pton(AF_INET6, name, address) == 1) {
		X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name);
		return; /* RFC 6066 3: no literal addresses in SNI */
	}
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	SSL_set1_host(ssl, name);
	SSL_set_tlsext_host_name(ssl, name);
}

void
stream_secure_server(struct stream *s, struct tls_context *c)
{
	SSL_set_accept_state(begin(s, c));
}

static enum stream_wait
shake_failed(struct stream *s, int code, int sys)
{
	const struct secure *secure = secure_of(s->ssl);
	const unsigned long e = ERR_peek_error();
	const int reason = ERR_GET_REASON(e);
	const bool naming =
	    SSL_get_verify_result(s->ssl) == X509_V_ERR_HOSTNAME_MISMATCH ||
	    SSL_get_verify_result(s->ssl) == X509_V_ERR_IP_ADDRESS_MISMATCH;

	if (*secure->fault != '\0' && naming)
		return over(
		    s, "TLS: %s, asked for %.40s", secure->fault, secure->name);
	if (*secure->fault != '\0')
		return over(s, "TLS: %s", secure->fault);
	if (code == SSL_ERROR_SYSCALL ||
	    reason == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		return over(s, "TLS: during the handshake %s", ending(sys));
	if (code == SSL_ERROR_ZERO_RETURN)
		return over(s, "TLS: close_notify during the handshake");
	if (reason == SSL_R_WRONG_VERSION_NUMBER ||
	    reason == SSL_R_HTTP_REQUEST)
		return over(s, "TLS: what the peer sends is not TLS");
	/* alert n arrives as reason 1000 + n */
	if (reason >= SSL_AD_REASON_OFFSET)
		return over(s, "TLS: the peer refused, alert %d: %s",
		    reason - SSL_AD_REASON_OFFSET, first_error());
	return over(s, "TLS: %s", first_error());
}

enum stream_wait
stream_shake(struct stream *s)
{
	enum stream_wait wait;
	int rc, code;

	if (s->state != STREAM_SHAKING)
		return s->state == STREAM_CLOSED ? STREAM_OVER : STREAM_DONE;
	ERR_clear_error();
	errno = 0;
	rc = SSL_do_handshake(s->ssl);
	code = SSL_get_error(s->ssl, rc);
	switch (code) {
	case SSL_ERROR_NONE:
		s->state = STREAM_SECURE;
		return STREAM_DONE;
	case SSL_ERROR_WANT_READ:
		return STREAM_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return STREAM_WANT_WRITE;
	default:
		wait = shake_failed(s, code, errno);
		ERR_clear_error();
		return wait;
	}
}

/* What became of an SSL_read_ex() or SSL_write_ex() that did nothing. */
static enum stream_wait
stalled(struct stream *s)
{
	const int sys = errno;
	const int code = SSL_get_error(s->ssl, 0);
	const unsigned long e = ERR_peek_error();

	switch (code) {
	case SSL_ERROR_WANT_READ:
		return STREAM_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return STREAM_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return over(s, "closed by the peer (close_notify)");
	case SSL_ERROR_SYSCALL:
		return over(s, "%s%s", ending(sys),
		    sys == 0 ? " without close_notify" : "");
	default:
		over(s, "TLS: %s%s",
		    ERR_GET_REASON(e) >= SSL_AD_REASON_OFFSET ? "alert: " : "",
		    first_error());
		ERR_clear_error();
		return STREAM_OVER;
	}
}

static bool
talking(const struct stream *s)
{
	return s->state == STREAM_PLAIN || s->state == STREAM_SECURE;
}

enum stream_wait
stream_get(struct stream *s, char *into, size_t most, size_t *got)
{
	ssize_t n;

	*got = 0;
	if (!talking(s))
		return s->state == STREAM_CLOSED ? STREAM_OVER
						 : stream_shake(s);
	errno = 0;
	if (s->ssl != NULL) {
		ERR_clear_error();
		return SSL_read_ex(s->ssl, into, most, got) ? STREAM_DONE
							    : stalled(s);
	}
	do
		n = recv(s->fd, into, most, 0);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return STREAM_WANT_READ;
	if (n <= 0)
		return over(s, "%s", ending(n == 0 ? 0 : errno));
	*got = (size_t)n;
	return STREAM_DONE;
}

enum stream_wait
stream_put(struct stream *s, const char *from, size_t len, size_t *sent)
{
	ssize_t n;

	*sent = 0;
	if (!talking(s))
		return s->state == STREAM_CLOSED ? STREAM_OVER
						 : stream_shake(s);
	errno = 0;
	if (s->ssl != NULL) {
		ERR_clear_error();
		return SSL_write_ex(s->ssl, from, len, sent) ? STREAM_DONE
							     : stalled(s);
	}
	do
		n = send(s->fd, from, len, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return STREAM_WANT_WRITE;
	if (n == -1)
		return over(s, "%s", ending(errno));
	*sent = (size_t)n;
	return STREAM_DONE;
}

bool
stream_holds(const struct stream *s)
{
	return s->state == STREAM_SECURE && SSL_has_pending(s->ssl);
}

bool
stream_resumed(const struct stream *s)
{
	return s->state == STREAM_SECURE && SSL_session_reused(s->ssl);
}

enum stream_wait
stream_read(struct stream *s, struct buf *into, size_t most)
{
	char chunk[CHUNK];
	const size_t room = into->cap - into->len;
	size_t n = most < room ? most : room;
	enum stream_wait wait;

	if (!talking(s))
		return s->state == STREAM_CLOSED ? STREAM_OVER
						 : stream_shake(s);
	if (n == 0) {
		into->full = into->full || room == 0;
		return STREAM_DONE;
	}
	if (n > sizeof chunk)
		n = sizeof chunk;
	wait = stream_get(s, chunk, n, &n);
	if (n > 0)
		buf_add(into, (struct span){ chunk, n });
	return wait;
}

enum stream_wait
stream_write(struct stream *s, struct buf *from)
{
	enum stream_wait wait = STREAM_DONE;
	size_t sent = 0, n;

	if (!talking(s))
		return s->state == STREAM_CLOSED ? STREAM_OVER
						 : stream_shake(s);
	while (sent < from->len && wait == STREAM_DONE) {
		wait = stream_put(s, from->data + sent, from->len - sent, &n);
		sent += n;
	}
	buf_drop(from, sent);
	return wait;
}

const char *
stream_tls_version(const struct stream *s)
{
	return s->state == STREAM_SECURE ? SSL_get_version(s->ssl) : "";
}

const char *
stream_tls_cipher(const struct stream *s)
{
	return s->state == STREAM_SECURE ? SSL_get_cipher_name(s->ssl) : "";
}

void
stream_peer_chain(const struct stream *s, struct buf *pem)
{
	STACK_OF(X509) * chain;
	struct span text;
	BIO *b;
	char *p;

	if (s->ssl == NULL)
		return;
	chain = SSL_get_peer_cert_chain(s->ssl);
	if (chain == NULL)
		chain = secure_of(s->ssl)->chain;
	b = BIO_new(BIO_s_mem());
	for (int i = 0; i < sk_X509_num(chain); i++)
		PEM_write_bio_X509(b, sk_X509_value(chain, i));
	text.len = (size_t)BIO_get_mem_data(b, &p);
	text.ptr = p;
	buf_add(pem, text);
	BIO_free(b);
}
