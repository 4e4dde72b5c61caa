/* SPDX-License-Identifier: MIT */
/*
 * err - what went wrong, where, and while doing what.
 *
 * A function that can fail returns bool and takes "struct err *" last.
 * Whoever finds the fault calls err_set(); every caller on the way up may
 * add one "while ..." with err_while().  Both return false, so that the
 * usual failure is one line:
 *
 *	if (connect(fd, sa, salen) == -1)
 *		return err_set(err, ERR_IO, "connect to %s", name);
 *	...
 *	if (!net_connect(&net, target, err))
 *		return err_while(err, "fetching CRL %s", url);
 *
 * and the reader of the log sees
 *
 *	fetching CRL http://ca.test/root.crl: connect to 127.0.0.1:8080:
 *	Connection refused
 *
 * An err is for the world's faults.  Our own mistakes are assert()s.
 *
 * Where something can be done about it, err_hint() says what, in both
 * languages, after err_set().
 */
#ifndef LIB_ERR_H
#define LIB_ERR_H

#include <stdbool.h>

enum err_kind {
	ERR_NONE,
	ERR_IO,       /* the system said no; errno is kept */
	ERR_TIMEOUT,  /* the peer said nothing in time */
	ERR_CLOSED,   /* the peer hung up */
	ERR_PROTOCOL, /* the peer said something it must not */
	ERR_LIMIT,    /* more bytes than we agreed to hold */
	ERR_CONFIG,   /* a profile or fixture is wrong */
	ERR_FORGED,   /* evidence or a signature does not verify */
};

struct err {
	enum err_kind kind;
	int sys;          /* errno for ERR_IO, else 0 */
	const char *file; /* where it was found */
	int line;
	const char *todo, *todo_zh; /* constants, or NULL */
	char what[512];             /* outermost context first, cause last */
};

#define err_set(err, kind, ...) \
	err_set_at((err), (kind), __FILE__, __LINE__, __VA_ARGS__)

bool err_set_at(struct err *, enum err_kind, const char *file, int line,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
bool err_while(struct err *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

bool err_hint(struct err *, const char *todo, const char *todo_zh);

#endif
