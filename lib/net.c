/* SPDX-License-Identifier: MIT */
#include "lib/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"

union address {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage any;
};

static bool
resolve(const char *host, uint16_t port, int flags, struct addrinfo **list,
    struct err *err)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = flags | AI_NUMERICSERV };
	char service[8];
	int rc;

	snprintf(service, sizeof service, "%u", (unsigned)port);
	rc = getaddrinfo(host, service, &hints, list);
	if (rc == EAI_SYSTEM)
		return err_set(err, ERR_IO, "look up \"%s\"", host);
	if (rc != 0) {
		errno = EADDRNOTAVAIL;
		return err_set(
		    err, ERR_IO, "look up \"%s\": %s", host, gai_strerror(rc));
	}
	return true;
}

static void
name_of(const union address *a, socklen_t len, char name[NET_NAME])
{
	char host[64], port[8];

	if (getnameinfo(&a->sa, len, host, sizeof host, port, sizeof port,
		NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		snprintf(name, NET_NAME, "?");
	else
		snprintf(name, NET_NAME,
		    a->sa.sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host,
		    port);
}

static void
without_delay(int fd)
{
	const int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/*
 * A connect() to a free port of one's own machine can meet itself (RFC 9293
 * 3.5, simultaneous open).  Nobody is listening there.
 */
static bool
met_itself(int fd)
{
	union address us, peer;
	socklen_t n = sizeof us, m = sizeof peer;

	memset(&us, 0, sizeof us);
	memset(&peer, 0, sizeof peer);
	return getsockname(fd, &us.sa, &n) == 0 &&
	       getpeername(fd, &peer.sa, &m) == 0 && n == m &&
	       memcmp(&us, &peer, n) == 0;
}

/* 0, or the errno that says why not; of a descriptor that is writable. */
static int
outcome_of(int fd)
{
	socklen_t len = sizeof(int);
	int why = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &len) == -1)
		return errno;
	return why == 0 && met_itself(fd) ? ECONNREFUSED : why;
}

static int
finish_connect(int fd, struct mono start, int64_t timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int64_t left;
	int n;

	do {
		left = timeout_ms - mono_since_us(start, clock_mono()) / 1000;
		n = poll(&p, 1, left > 0 ? (int)left : 0);
	} while (n == -1 && errno == EINTR);
	if (n == 0)
		return ETIMEDOUT;
	return n == -1 ? errno : outcome_of(fd);
}

/* -1 with errno when it failed at once. */
static int
begin_one(const struct addrinfo *ai)
{
	const int fd = socket(
	    ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int why;

	if (fd == -1)
		return -1;
	without_delay(fd);
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) == 0 ||
	    errno == EINPROGRESS)
		return fd;
	why = errno;
	close(fd);
	errno = why;
	return -1;
}

static int
connect_one(
    const struct addrinfo *ai, struct mono start, int64_t timeout_ms, int *why)
{
	const int fd = begin_one(ai);

	*why = fd == -1 ? errno : finish_connect(fd, start, timeout_ms);
	if (*why == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

bool
net_connect(const char *host, uint16_t port, int64_t timeout_ms, int *fd,
    struct err *err)
{
	const struct mono start = clock_mono();
	struct addrinfo *list, *ai;
	char name[NET_NAME] = "";
	union address a;
	int why = 0;

	*fd = -1;
	if (!resolve(host, port, 0, &list, err))
		return false;
	for (ai = list; ai != NULL && *fd == -1; ai = ai->ai_next) {
		memset(&a, 0, sizeof a);
		memcpy(&a, ai->ai_addr, ai->ai_addrlen);
		name_of(&a, ai->ai_addrlen, name);
		*fd = connect_one(ai, start, timeout_ms, &why);
	}
	freeaddrinfo(list);
	if (*fd != -1)
		return true;
	if (why == ETIMEDOUT)
		return err_set(err, ERR_TIMEOUT,
		    "connect to %s: no answer within %lld ms", name,
		    (long long)timeout_ms);
	errno = why;
	return err_set(err, ERR_IO, "connect to %s", name);
}

bool
net_connect_begin(const char *host, uint16_t port, int *fd, struct err *err)
{
	struct addrinfo *list;
	int why;

	*fd = -1;
	if (!resolve(host, port, 0, &list, err))
		return false;
	*fd = begin_one(list);
	why = errno;
	freeaddrinfo(list);
	errno = why;
	return *fd != -1 || err_set(err, ERR_IO, "connect to %s port %u", host,
				(unsigned)port);
}

bool
net_connected(int fd, const char *host, uint16_t port, struct err *err)
{
	errno = outcome_of(fd);
	return errno == 0 || err_set(err, ERR_IO, "connect to %s port %u", host,
				 (unsigned)port);
}

bool
net_resolve(
    const char *host, uint16_t port, struct net_address *a, struct err *err)
{
	struct addrinfo *list;

	*a = (struct net_address){ .port = port };
	if (!resolve(host, port, 0, &list, err))
		return false;
	a->len = (unsigned)list->ai_addrlen;
	if (a->len <= sizeof a->at.bytes)
		memcpy(a->at.bytes, list->ai_addr, a->len);
	freeaddrinfo(list);
	return a->len <= sizeof a->at.bytes ||
	       err_set(err, ERR_CONFIG, "\"%s\" is no internet address", host);
}

int
net_dial(const struct net_address *a)
{
	union address to;
	struct addrinfo ai = { .ai_addr = &to.sa, .ai_addrlen = a->len };

	memset(&to, 0, sizeof to);
	memcpy(&to, a->at.bytes, a->len);
	ai.ai_family = to.sa.sa_family;
	return begin_one(&ai);
}

int
net_dialled(int fd)
{
	return outcome_of(fd);
}

bool
net_has_peer(int fd)
{
	union address a;
	socklen_t len = sizeof a;

	return getpeername(fd, &a.sa, &len) == 0;
}

bool
net_descriptors(uint64_t n, struct err *err)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return err_set(err, ERR_IO, "limit of open files");
	if (limit.rlim_cur >= n)
		return true;
	if (limit.rlim_max < n) /* only root may */
		limit.rlim_max = n;
	limit.rlim_cur = n;
	if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
		return true;
	getrlimit(RLIMIT_NOFILE, &limit);
	return err_set(err, ERR_CONFIG,
	    "%llu open files are needed and the system allows %llu: raise "
	    "it (ulimit -Hn %llu), or ask for fewer connections",
	    (unsigned long long)n, (unsigned long long)limit.rlim_max,
	    (unsigned long long)n);
}

static int
listen_one(const struct addrinfo *ai)
{
	const int on = 1;
	const int fd = socket(
	    ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int why;

	if (fd == -1)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (ai->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 &&
	    listen(fd, SOMAXCONN) == 0)
		return fd;
	why = errno;
	close(fd);
	errno = why;
	return -1;
}

static uint16_t
port_of(int fd)
{
	union address a;
	socklen_t len = sizeof a;

	memset(&a, 0, sizeof a);
	if (getsockname(fd, &a.sa, &len) == -1)
		return 0;
	return ntohs(
	    a.sa.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

bool
net_listen(
    const char *host, uint16_t port, int *fd, uint16_t *bound, struct err *err)
{
	struct addrinfo *list;

	*fd = -1;
	if (!resolve(host, port, AI_PASSIVE, &list, err))
		return false;
	*fd = listen_one(list);
	freeaddrinfo(list);
	if (*fd == -1)
		return err_set(
		    err, ERR_IO, "listen on %s port %u", host, (unsigned)port);
	if (bound != NULL)
		*bound = port_of(*fd);
	return true;
}

int
net_accept(int fd, char name[NET_NAME])
{
	union address a;
	socklen_t len = sizeof a;
	int peer;

	memset(&a, 0, sizeof a);
	do /* a connection that died in the queue is nobody's error */
		peer = accept4(fd, &a.sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	while (peer == -1 && (errno == EINTR || errno == ECONNABORTED));
	if (peer == -1)
		return -1;
	without_delay(peer);
	if (name != NULL)
		name_of(&a, len, name);
	return peer;
}

static bool
address_is_loopback(const struct sockaddr *sa)
{
	union address a;

	memset(&a, 0, sizeof a);
	if (sa->sa_family == AF_INET) {
		memcpy(&a.v4, sa, sizeof a.v4);
		return ntohl(a.v4.sin_addr.s_addr) >> 24 == 127;
	}
	if (sa->sa_family != AF_INET6)
		return false;
	memcpy(&a.v6, sa, sizeof a.v6);
	if (IN6_IS_ADDR_V4MAPPED(&a.v6.sin6_addr))
		return a.v6.sin6_addr.s6_addr[12] == 127;
	return IN6_IS_ADDR_LOOPBACK(&a.v6.sin6_addr);
}

bool
net_is_loopback(const char *host)
{
	struct addrinfo *list, *ai;
	struct err err;
	bool all = true;

	/* getaddrinfo() takes no name at all for loopback */
	if (*host == '\0' || !resolve(host, 0, 0, &list, &err))
		return false;
	for (ai = list; ai != NULL; ai = ai->ai_next)
		all = all && address_is_loopback(ai->ai_addr);
	freeaddrinfo(list);
	return all;
}

/*
 * Not one that bind() would choose: between now and its use the kernel could
 * give such a port to anybody's connect().
 */
uint16_t
net_free_port(void)
{
	enum { FIRST = 20000, N = 12000, TRIES = 100 };
	const uint64_t start =
	    (uint64_t)clock_mono().us + (uint64_t)getpid() * 7919;
	struct err err;
	uint16_t port;
	int fd;

	for (unsigned i = 0; i < TRIES; i++) {
		port = (uint16_t)(FIRST + (start + i * 101) % N);
		if (net_listen("127.0.0.1", port, &fd, NULL, &err)) {
			close(fd);
			return port;
		}
	}
	return 0;
}
