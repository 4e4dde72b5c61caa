/* SPDX-License-Identifier: MIT */
#include "reference/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "lib/loop.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "lib/tls.h"
#include "reference/audit.h"
#include "reference/ca/crl.h"
#include "reference/ca/many.h"
#include "reference/crypto/crypto.h"
#include "reference/documents.h"
#include "reference/ra/ra.h"
#include "reference/seal/seal.h"
#include "reference/server.h"
#include "reference/smtp/courier.h"
#include "reference/store.h"
#include "reference/store_mailbox.h"
#include "reference/target.h"
#include "reference/world.h"

/* Below the run: what the authority has issued. */
#define RECORDS "ca/records.csv"

enum {
	CONNECTIONS = 4096,      /* four times what EMAIL-P-01 asks for */
	SIZE_MOST = 50 << 20,    /* EMAIL-F-14 */
	RCPT_MOST = 100,         /* RFC 5321 4.5.3.1.8 */
	HOPS_MOST = 100,         /* RFC 5321 6.3 */
	ERRORS_MOST = 1000,      /* ours: no case comes near it */
	ERRORS_FEW = 20,         /* VARIANT_GIVES_UP_AFTER_ERRORS */
	LOGIN_FAILURES_MOST = 5, /* EMAIL-F-23 */
	LOGIN_LOCK_S = 10 * 60,  /* likewise */
	ACCEPTS = 16,            /* of one listener at a time */
	RETRY_MS = 500,
	LISTS_MS = 500,         /* until a revocation is published: CERT-F-13 */
	GIVE_UP_MS = 120000,    /* far beyond timeouts.delivery */
	GIVE_UP_SOON_MS = 6000, /* well within it */
	POST_REPLY_MS = 10000,
	BREATH_MS = 100, /* when no descriptor is left */
};

struct listener {
	struct serve *serve;
	const struct service *service;
	struct tls_context *tls;
	struct watch *watch;
	struct timer *breath;
	int fd;
	uint16_t port;
};

struct serve {
	struct loop *loop;
	struct listener listeners[SERVICES];
	struct world world;
	struct site site;
	struct server *server;
	struct courier_route *routes;
	struct courier_site post;
	struct courier *courier;
	struct timer *lists;
	struct hostile_peers *hostile; /* in place of all sessions, or NULL */
	const char *host;
	char *run_dir, *profile, *version;
	uint16_t sink_port;
};

static char *
below(const struct serve *s, const char *name)
{
	return mem_textf("%s/%s", s->run_dir, name);
}

static void
breathe(void *ctx)
{
	struct listener *l = ctx;

	l->breath = NULL;
	watch_change(l->watch, LOOP_READ);
}

static void
let_in(void *ctx, unsigned what)
{
	struct listener *l = ctx;
	struct serve *s = l->serve;
	char peer[NET_NAME];
	int fd = -1;

	(void)what;
	for (int i = 0; i < ACCEPTS; i++) {
		fd = net_accept(l->fd, peer);
		if (fd == -1)
			break;
		if (s->hostile != NULL)
			hostile_accept(s->hostile, fd,
			    l->service->protocol->name, l->service->secure);
		else
			server_accept(s->server, fd, peer, l->service, l->tls);
	}
	if (fd != -1 || errno == EAGAIN || errno == EWOULDBLOCK)
		return;
	/* out of descriptors: the caller stays in the queue for a while */
	watch_change(l->watch, 0);
	l->breath = loop_after(s->loop, BREATH_MS, breathe, l);
}

static bool
open_listeners(struct serve *s, const struct serve_options *o, struct err *err)
{
	struct listener *l = s->listeners;

	for (int i = 0; i < SERVICES; i++, l++) {
		l->serve = s;
		l->service = &services[i];
		if (!net_listen(s->host, o->ports[i], &l->fd, &l->port, err))
			return err_while(err, "starting %s", services[i].name);
		l->watch = loop_watch(s->loop, l->fd, LOOP_READ, let_in, l);
	}
	return true;
}

/* Faults that lie in a certificate: all services show the same one. */
static enum pki_leaf
leaf_of(const struct serve_options *o)
{
	/* clang-format off */
	static const struct {
		enum fault	fault;
		enum pki_leaf	leaf;
	} leaves[] = {
		{ FAULT_TLS_CERTIFICATE_OTHER_NAME, PKI_OTHER_NAME },
		{ FAULT_TLS_CERTIFICATE_EXPIRED, PKI_EXPIRED },
		{ FAULT_TLS_CERTIFICATE_SELF_SIGNED, PKI_SELF_SIGNED },
		{ FAULT_TLS_CERTIFICATE_WEAK_KEY, PKI_WEAK_KEY },
		{ FAULT_TLS_CERTIFICATE_OTHER_USE, PKI_OTHER_USE },
		{ FAULT_IMAPS_CERTIFICATE_OTHER_NAME, PKI_OTHER_NAME },
		{ FAULT_IMAPS_CERTIFICATE_EXPIRED, PKI_EXPIRED },
		{ FAULT_IMAPS_CERTIFICATE_SELF_SIGNED, PKI_SELF_SIGNED },
		{ FAULT_IMAPS_CERTIFICATE_WEAK_KEY, PKI_WEAK_KEY },
		{ FAULT_IMAPS_CERTIFICATE_OTHER_USE, PKI_OTHER_USE },
		{ FAULT_IMAP_STARTTLS_CERTIFICATE_OTHER_NAME, PKI_OTHER_NAME },
		{ FAULT_IMAP_STARTTLS_CERTIFICATE_EXPIRED, PKI_EXPIRED },
		{ FAULT_IMAP_STARTTLS_CERTIFICATE_SELF_SIGNED, PKI_SELF_SIGNED },
		{ FAULT_IMAP_STARTTLS_CERTIFICATE_WEAK_KEY, PKI_WEAK_KEY },
		{ FAULT_IMAP_STARTTLS_CERTIFICATE_OTHER_USE, PKI_OTHER_USE },
		{ FAULT_POP3S_CERTIFICATE_OTHER_NAME, PKI_OTHER_NAME },
		{ FAULT_POP3S_CERTIFICATE_EXPIRED, PKI_EXPIRED },
		{ FAULT_POP3S_CERTIFICATE_SELF_SIGNED, PKI_SELF_SIGNED },
		{ FAULT_POP3S_CERTIFICATE_WEAK_KEY, PKI_WEAK_KEY },
		{ FAULT_POP3S_CERTIFICATE_OTHER_USE, PKI_OTHER_USE },
		{ FAULT_POP3_STLS_CERTIFICATE_OTHER_NAME, PKI_OTHER_NAME },
		{ FAULT_POP3_STLS_CERTIFICATE_EXPIRED, PKI_EXPIRED },
		{ FAULT_POP3_STLS_CERTIFICATE_SELF_SIGNED, PKI_SELF_SIGNED },
		{ FAULT_POP3_STLS_CERTIFICATE_WEAK_KEY, PKI_WEAK_KEY },
		{ FAULT_POP3_STLS_CERTIFICATE_OTHER_USE, PKI_OTHER_USE },
		{ FAULT_LDAPS_CERTIFICATE_OTHER_NAME, PKI_OTHER_NAME },
		{ FAULT_LDAPS_CERTIFICATE_EXPIRED, PKI_EXPIRED },
		{ FAULT_LDAPS_CERTIFICATE_SELF_SIGNED, PKI_SELF_SIGNED },
		{ FAULT_LDAPS_CERTIFICATE_WEAK_KEY, PKI_WEAK_KEY },
		{ FAULT_LDAPS_CERTIFICATE_OTHER_USE, PKI_OTHER_USE },
		{ FAULT_SEC_CERTIFICATE_OTHER_NAME, PKI_OTHER_NAME },
		{ FAULT_SEC_CERTIFICATE_NOT_YET, PKI_NOT_YET },
		{ FAULT_SEC_CERTIFICATE_SELF_SIGNED, PKI_SELF_SIGNED },
		{ FAULT_SEC_CERTIFICATE_STRAY, PKI_STRAY },
		{ FAULT_SEC_CERTIFICATE_WEAK_KEY, PKI_WEAK_KEY },
		{ FAULT_SEC_CERTIFICATE_SHA1, PKI_WEAK_DIGEST },
		{ FAULT_SEC_CERTIFICATE_OTHER_USE, PKI_OTHER_USE },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof leaves / sizeof leaves[0]; i++)
		if (o->fault == leaves[i].fault)
			return leaves[i].leaf;
	return o->leaf;
}

/* ... or in what TLS one service lets in. */
static const char *
oldest_tls(enum fault fault, enum service_id id)
{
	/* clang-format off */
	static const struct {
		enum fault	fault;
		enum service_id	id;
		const char	*version;
	} old[] = {
		{ FAULT_TLS_STARTTLS_1_1_ALLOWED, SERVICE_SMTP, "TLSv1.1" },
		{ FAULT_TLS_SUBMISSION_1_1_ALLOWED, SERVICE_SUBMISSION,
		  "TLSv1.1" },
		{ FAULT_IMAPS_TLS_1_1_ALLOWED, SERVICE_IMAPS, "TLSv1.1" },
		{ FAULT_IMAP_STARTTLS_TLS_1_1_ALLOWED, SERVICE_IMAP, "TLSv1.1" },
		{ FAULT_POP3S_TLS_1_1_ALLOWED, SERVICE_POP3S, "TLSv1.1" },
		{ FAULT_POP3_STLS_TLS_1_1_ALLOWED, SERVICE_POP3, "TLSv1.1" },
		{ FAULT_LDAPS_TLS_1_1_ALLOWED, SERVICE_LDAPS, "TLSv1.1" },
		{ FAULT_LDAP_STARTTLS_TLS_1_1_ALLOWED, SERVICE_LDAP, "TLSv1.1" },
		{ FAULT_SEC_TLS_1_0, SERVICE_RA, "TLSv1" },
		{ FAULT_SEC_TLS_1_1, SERVICE_CRYPTO, "TLSv1.1" },
		{ FAULT_SEC_TLS_1_1_AT_MOST, SERVICE_RA, "TLSv1.1" },
	};
	/* clang-format on */

	if (fault == FAULT_TLS_1_0_ALLOWED)
		return "TLSv1";
	for (size_t i = 0; i < sizeof old / sizeof old[0]; i++)
		if (fault == old[i].fault && id == old[i].id)
			return old[i].version;
	return "TLSv1.2"; /* RFC 8996, RFC 8314 4.1 */
}

/* NULL: whatever there is. */
static const char *
newest_tls(enum fault fault, enum service_id id)
{
	return fault == FAULT_SEC_TLS_1_1_AT_MOST && id == SERVICE_RA
		   ? "TLSv1.1"
		   : NULL;
}

static bool
open_tls(struct serve *s, const struct serve_options *o, struct err *err)
{
	char *dir = below(s, "pki"), *cert = below(s, "pki/server.pem");
	char *key = below(s, "pki/server.key");
	bool ok = pki_make(dir, leaf_of(o), clock_wall(), err);

	for (int i = 0; ok && i < SERVICES; i++) {
		const enum service_id id = (enum service_id)i;
		struct tls_context *c = tls_server(cert, key, err);

		s->listeners[i].tls = c;
		ok = c != NULL && tls_versions(c,
				      o->variant == VARIANT_TLS_1_3_ALONE
					  ? "TLSv1.3"
					  : oldest_tls(o->fault, id),
				      o->variant == VARIANT_TLS_1_2_ALONE
					  ? "TLSv1.2"
					  : newest_tls(o->fault, id));
	}
	free(dir);
	free(cert);
	free(key);
	return ok;
}

/* Random; kept beside a store that is kept. */
static bool
open_secret(struct serve *s, const struct serve_options *o, struct err *err)
{
	const size_t size = sizeof s->site.secret;
	char *path;
	bool ok;
	int fd;

	RAND_bytes(s->site.secret, sizeof s->site.secret);
	if (o->data_dir == NULL)
		return true;
	path = mem_textf("%s/secret", o->data_dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ok = fd != -1;
	if (ok && read(fd, s->site.secret, size) != (ssize_t)size)
		ok = ftruncate(fd, 0) == 0 &&
		     pwrite(fd, s->site.secret, size, 0) == (ssize_t)size &&
		     fsync(fd) == 0;
	if (!ok)
		err_set(err, ERR_IO, "keep a secret in %s", path);
	if (fd != -1)
		close(fd);
	free(path);
	return ok;
}

static bool
open_site(struct serve *s, const struct serve_options *o, struct err *err)
{
	char *log = below(s, "audit.jsonl");

	s->site = (struct site){ .host = PKI_HOST,
		.store = store_open(o->data_dir, err),
		.fault = o->fault,
		.variant = o->variant,
		.size_most = o->size_most != 0 ? o->size_most : SIZE_MOST,
		.rcpt_most = RCPT_MOST,
		.hops_most = HOPS_MOST,
		.errors_most = o->variant == VARIANT_GIVES_UP_AFTER_ERRORS
				   ? ERRORS_FEW
				   : ERRORS_MOST,
		.login_failures_most = LOGIN_FAILURES_MOST,
		.login_lock_us = LOGIN_LOCK_S * INT64_C(1000000),
		.idle_us = o->idle_ms * INT64_C(1000) };
	if (s->site.store != NULL) {
		s->site.audit = audit_open(log);
		if (s->site.audit == NULL)
			err_set(err, ERR_IO, "open %s", log);
	}
	free(log);
	return s->site.audit != NULL && open_secret(s, o, err) &&
	       store_settle(s->site.store, &s->world, err);
}

/*
 * Who gives up before timeouts.delivery is over turns any delay on the way
 * into a report of failure, which nobody but a fault should see.
 */
static int64_t
give_up_ms(enum fault fault)
{
	return fault == FAULT_REFUSED_IS_TRIED_AGAIN ? GIVE_UP_SOON_MS
						     : GIVE_UP_MS;
}

/*
 * A word in place of an address is the sink.  Nobody who judges can wait the
 * half hours of RFC 5321 4.5.4.1: these times are a test site's.
 */
static void
start_courier(struct serve *s, const struct serve_options *o)
{
	const struct world_domain *d = s->world.domains;
	size_t n = 0;

	s->routes = mem_new(s->world.n_domains + 1, sizeof *s->routes);
	for (size_t i = 0; i < s->world.n_domains; i++, d++)
		if (d->kind != WORLD_LOCAL)
			s->routes[n++] = (struct courier_route){ d->ascii,
				d->port != 0 ? d->host : "127.0.0.1",
				d->port != 0 ? d->port : s->sink_port };
	s->post = (struct courier_site){ .host = PKI_HOST,
		.audit = s->site.audit,
		.routes = s->routes,
		.n_routes = n,
		.first_retry_ms = RETRY_MS,
		.give_up_ms = give_up_ms(o->fault),
		.reply_ms = POST_REPLY_MS,
		.fault = o->fault,
		.variant = o->variant };
	s->courier = courier_new(s->loop, s->site.store, &s->post);
}

static void
mail_came(void *ctx)
{
	const struct serve *s = ctx;

	courier_wake(s->courier);
}

/* Somebody may be waiting for that: IDLE. */
static void
mailbox_changed(void *ctx, int64_t mailbox)
{
	const struct serve *s = ctx;

	(void)mailbox;
	server_stir(s->server);
}

static bool
write_target(struct serve *s, const struct serve_options *o, struct err *err)
{
	struct target t = { .run_dir = s->run_dir,
		.host = s->host,
		.cert_name = PKI_HOST,
		.trust = "pki/ca.pem",
		.log = "audit.jsonl",
		.pki = "ca",
		.ca = s->site.ca,
		.records = o->certificates > 0 ? RECORDS : NULL,
		.sink_port = s->sink_port,
		.world = &s->world,
		.ra = s->site.ra,
		.version = s->version,
		.unclaims = o->variant == VARIANT_NONE
				? ""
				: variant_get(o->variant)->unclaims };

	for (int i = 0; i < SERVICES; i++)
		t.ports[i] = s->listeners[i].port;
	return documents_write(s->run_dir, o->fault, err) &&
	       target_write(&t, err);
}

/* A report about one of our odd servers says which. */
static char *
version_of(const struct serve_options *o)
{
	if (o->fault != FAULT_NONE)
		return mem_textf(
		    "%s fault %s", YANSHOU_VERSION, fault_get(o->fault)->name);
	if (o->variant != VARIANT_NONE)
		return mem_textf("%s variant %s", YANSHOU_VERSION,
		    variant_get(o->variant)->name);
	if (o->hostile != HOSTILE_NONE)
		return mem_textf("%s hostile %s", YANSHOU_VERSION,
		    hostile_get(o->hostile)->name);
	return mem_textf("%s", YANSHOU_VERSION);
}

/* What it issues names the ports that its services listen on. */
static bool
open_ca(struct serve *s, const struct serve_options *o, struct err *err)
{
	const bool v6 = strchr(s->host, ':') != NULL;
	char *at[SERVICES], *dir = below(s, "ca");
	char *records = below(s, RECORDS);
	struct ca_options c;
	bool ok;

	for (int i = SERVICE_CA; i <= SERVICE_CRL; i++)
		at[i] = mem_textf("http://%s%s%s:%u", v6 ? "[" : "", s->host,
		    v6 ? "]" : "", (unsigned)s->listeners[i].port);
	c = (struct ca_options){ at[SERVICE_CA], at[SERVICE_CRL],
		at[SERVICE_OCSP], o->fault, o->variant, &s->world };
	s->site.ca = ca_open(s->site.store, &c, clock_wall(), err);
	ok = s->site.ca != NULL && ca_write(s->site.ca, dir, err) &&
	     ca_settle_many(s->site.ca, o->certificates, o->revoked,
		 clock_wall(), &o->progress, err);
	if (ok && o->certificates > 0)
		ok = ca_write_records(s->site.ca, records, err);
	if (ok)
		s->site.crypto = crypto_open(s->site.ca, clock_wall(), err);
	ok = ok && s->site.crypto != NULL;
	for (int i = SERVICE_CA; i <= SERVICE_CRL; i++)
		free(at[i]);
	free(dir);
	free(records);
	return ok;
}

/* Whoever looks into the directory does not ask for a list. */
static void
refresh_lists(void *ctx)
{
	struct serve *s = ctx;
	struct err err;

	/* what fails now is tried again, and said to who asks by HTTP */
	(void)ca_crls_refresh(s->site.ca, clock_wall(), &err);
	s->lists = loop_after(s->loop, LISTS_MS, refresh_lists, s);
}

static bool
open_ra(struct serve *s, struct err *err)
{
	s->site.ra =
	    ra_open(s->site.ca, &s->world, s->site.secret, clock_wall(), err);
	return s->site.ra != NULL;
}

static bool
open_seal(struct serve *s, struct err *err)
{
	s->site.seal = seal_open(s->site.ca, s->site.ra, clock_wall(), err);
	return s->site.seal != NULL;
}

static bool
begin(struct serve *s, const struct serve_options *o, struct err *err)
{
	const int most =
	    o->connections_most != 0 ? o->connections_most : CONNECTIONS;

	/* passwords of everybody here are in a public file */
	if (!net_is_loopback(s->host))
		return err_set(err, ERR_CONFIG,
		    "\"%s\" is not on this machine's loopback: try 127.0.0.1",
		    s->host);
	if (mkdir(s->run_dir, 0755) == -1 && errno != EEXIST)
		return err_set(err, ERR_IO, "create folder %s", s->run_dir);
	unlink(s->profile);
	if (!world_read(o->world_dir, &s->world, err) || !open_tls(s, o, err) ||
	    !open_site(s, o, err) || !open_listeners(s, o, err) ||
	    !open_ca(s, o, err) || !open_ra(s, err) || !open_seal(s, err))
		return false;
	s->sink_port = net_free_port();
	s->server = server_new(s->loop, &s->site, most, mail_came, s);
	store_watch(s->site.store, mailbox_changed, s);
	start_courier(s, o);
	s->lists = loop_after(s->loop, LISTS_MS, refresh_lists, s);
	if (o->hostile != HOSTILE_NONE)
		s->hostile =
		    hostile_new(s->loop, o->hostile, s->listeners[0].tls);
	return write_target(s, o, err);
}

struct serve *
serve_start(const struct serve_options *o, struct err *err)
{
	struct serve *s = mem_new(1, sizeof *s);

	for (int i = 0; i < SERVICES; i++)
		s->listeners[i].fd = -1;
	s->loop = loop_new();
	s->host = o->host != NULL ? o->host : "127.0.0.1";
	s->run_dir = mem_text(span_of(o->run_dir));
	s->profile = below(s, "target.yaml");
	s->version = version_of(o);
	if (begin(s, o, err))
		return s;
	err_while(err, "starting the reference services in %s", o->run_dir);
	serve_stop(s);
	return NULL;
}

const char *
serve_profile(const struct serve *s)
{
	return s->profile;
}

uint16_t
serve_port(const struct serve *s, enum service_id id)
{
	return s->listeners[id].port;
}

static void
signalled(void *ctx, unsigned what)
{
	(void)what;
	loop_stop(ctx);
}

static void
stop_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
}

void
serve_run(struct serve *s, const volatile bool *stop, bool signals)
{
	struct watch *watch = NULL;
	sigset_t set, before;
	int fd = -1;

	if (signals) {
		stop_signals(&set);
		sigprocmask(SIG_BLOCK, &set, &before);
		fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
		watch = loop_watch(s->loop, fd, LOOP_READ, signalled, s->loop);
	}
	loop_run(s->loop, stop);
	if (signals) {
		struct signalfd_siginfo info;
		const ssize_t n = read(fd, &info, sizeof info);

		(void)n; /* taken, so that it does not strike afterwards */
		watch_free(watch);
		close(fd);
		sigprocmask(SIG_SETMASK, &before, NULL);
	}
}

void
serve_stop(struct serve *s)
{
	if (s == NULL)
		return;
	unlink(s->profile);
	if (s->site.store != NULL)
		store_unwatch(s->site.store, s);
	server_free(s->server);
	courier_free(s->courier);
	hostile_free(s->hostile);
	for (int i = 0; i < SERVICES; i++) {
		watch_free(s->listeners[i].watch);
		if (s->listeners[i].fd != -1)
			close(s->listeners[i].fd);
		tls_context_free(s->listeners[i].tls);
	}
	audit_close(s->site.audit);
	crypto_close(s->site.crypto);
	seal_close(s->site.seal);
	ra_close(s->site.ra);
	ca_close(s->site.ca);
	store_close(s->site.store);
	world_free(&s->world);
	loop_free(s->loop);
	free(s->routes);
	free(s->run_dir);
	free(s->profile);
	free(s->version);
	free(s);
}

/* Writes "+" to the pipe when it serves, or its reason why it does not. */
static int
child(const struct serve_options *o, int to, pid_t parent)
{
	struct err err = { .kind = ERR_NONE };
	struct serve *s;
	sigset_t set;
	ssize_t n;

	/* whoever ends us as soon as we serve finds us ready for that */
	stop_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		return 1;
	/* connections of the caller would stay open for as long as we live */
	dup2(to, 3);
	close_range(4, ~0u, 0);
	s = serve_start(o, &err);
	if (s == NULL)
		n = write(3, err.what, strlen(err.what));
	else
		n = write(3, "+", 1);
	close(3);
	if (s == NULL || n != 1)
		return 1;
	serve_run(s, NULL, true);
	serve_stop(s);
	return 0;
}

bool
serve_fork(const struct serve_options *o, pid_t *pid, struct err *err)
{
	const pid_t us = getpid();
	char said[400];
	size_t len = 0;
	ssize_t n;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return err_set(err, ERR_IO, "make a pipe");
	fflush(NULL);
	*pid = fork();
	if (*pid == 0) {
		_exit(child(o, ends[1], us));
	}
	close(ends[1]);
	if (*pid == -1) {
		close(ends[0]);
		return err_set(err, ERR_IO, "fork");
	}
	do {
		n = read(ends[0], said + len, sizeof said - 1 - len);
		if (n > 0)
			len += (size_t)n;
	} while (n > 0 || (n == -1 && errno == EINTR));
	close(ends[0]);
	said[len] = '\0';
	if (strcmp(said, "+") == 0)
		return true;
	serve_join(*pid, err);
	return err_set(err, ERR_CONFIG, "%s",
	    len > 0 ? said : "the server died before it could say why");
}

bool
serve_join(pid_t pid, struct err *err)
{
	int status;
	pid_t got;

	kill(pid, SIGTERM);
	do
		got = waitpid(pid, &status, 0);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return err_set(err, ERR_IO, "wait for the server");
	if (WIFSIGNALED(status))
		return err_set(err, ERR_CONFIG, "the server died of signal %d",
		    WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return err_set(err, ERR_CONFIG, "the server ended with %d",
		    WEXITSTATUS(status));
	return true;
}
