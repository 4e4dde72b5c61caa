/* SPDX-License-Identifier: MIT */
/*
 * http/testing_server - the application of http/testing.h on a port of its
 * own, in a thread; reference/testing.h has a client for it.
 */
#ifndef REFERENCE_HTTP_TESTING_SERVER_H
#define REFERENCE_HTTP_TESTING_SERVER_H

#include "reference/http/testing.h"
#include "reference/pki.h"
#include "reference/server.h"
#include "reference/testing.h"

struct testing_server {
	struct running base; /* its folder, where the CA is, and its thread */
	uint16_t port;
	int fd;
	struct loop *loop;
	struct watch *watch;
	struct site site;
	struct protocol protocol;
	struct service service;
	struct server *server;
	struct tls_context *tls;
};

static inline void
testing_server_accept(void *ctx, unsigned what)
{
	struct testing_server *t = ctx;
	char peer[NET_NAME];
	int fd;

	(void)what;
	while ((fd = net_accept(t->fd, peer)) != -1)
		server_accept(t->server, fd, peer, &t->service, t->tls);
}

static inline void *
testing_server_run(void *ctx)
{
	struct testing_server *t = ctx;

	loop_run(t->loop, &t->base.stop);
	return NULL;
}

static inline void
testing_server_tls(struct testing_server *t)
{
	char *cert, *key, *pki;
	struct err err;

	strcpy(t->base.dir, "/tmp/http_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(t->base.dir));
	pki = mem_textf("%s/pki", t->base.dir);
	cert = mem_textf("%s/server.pem", pki);
	key = mem_textf("%s/server.key", pki);
	ck_assert_msg(
	    pki_make(pki, PKI_GOOD, clock_wall(), &err), "%s", err.what);
	t->tls = tls_server(cert, key, &err);
	ck_assert_msg(t->tls != NULL, "%s", err.what);
	free(cert);
	free(key);
	free(pki);
}

static inline void
testing_server_up(struct testing_server *t, const char *host, bool secure)
{
	struct err err;

	memset(t, 0, sizeof *t);
	t->base.host = host;
	testing_server_tls(t);
	t->loop = loop_new();
	t->protocol = testing_protocol();
	t->service = (struct service){ "testing", &t->protocol, 0, secure,
		secure ? "implicit" : "none", "/" };
	t->server = server_new(t->loop, &t->site, 16, NULL, NULL);
	ck_assert_msg(
	    net_listen(host, 0, &t->fd, &t->port, &err), "%s", err.what);
	t->watch =
	    loop_watch(t->loop, t->fd, LOOP_READ, testing_server_accept, t);
	ck_assert_int_eq(
	    pthread_create(&t->base.thread, NULL, testing_server_run, t), 0);
}

static inline void
testing_server_down(struct testing_server *t)
{
	struct err err;
	int fd;

	t->base.stop = true;
	if (net_connect(t->base.host, t->port, WAIT_MS, &fd, &err))
		close(fd);
	pthread_join(t->base.thread, NULL);
	server_free(t->server);
	watch_free(t->watch);
	close(t->fd);
	tls_context_free(t->tls);
	loop_free(t->loop);
	nftw(t->base.dir, running_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
