/* SPDX-License-Identifier: MIT */
/*
 * testing_inner - what the parts of loadgen/testing.h share; nobody else
 * needs it.
 */
#ifndef LOADGEN_TESTING_INNER_H
#define LOADGEN_TESTING_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "lib/buf.h"
#include "lib/span.h"
#include "lib/tls.h"
#include "loadgen/testing.h"

enum {
	TESTING_SERVICES = 3,
	TESTING_PEERS = 4096,
	TESTING_BOXES = 64,
	TESTING_WAIT_MS = 20, /* until the flag is looked at again */
	TESTING_LINE = 1 << 26,
};

struct mail {
	char *octets;
	size_t n;
	uint32_t uid;
	int64_t visible_us;
	bool deleted; /* marked */
	bool gone;
};

struct box {
	char *address;
	struct mail *mails;
	size_t n;
	uint32_t next;
};

struct held {
	struct box *box;
	char *octets;
	size_t n;
	uint64_t left; /* messages that go first */
};

struct peer {
	struct testing *t;
	int service;
	pthread_t thread;
	struct stream stream;
	struct buf in, out;
	size_t taken;
	struct box *box;
	const char *home; /* address of the INBOX */
	size_t told;      /* EXISTS */
	uint64_t commands;
	char from[256], to[256];
};

struct testing {
	struct testing_options o;
	int listeners[TESTING_SERVICES];
	uint16_t ports[TESTING_SERVICES];
	_Atomic bool stop, closed;
	pthread_t acceptor;
	struct peer *peers[TESTING_PEERS];
	size_t n_peers;

	pthread_mutex_t lock; /* of all that follows */
	struct box boxes[TESTING_BOXES];
	size_t n_boxes;
	struct held held[8];
	size_t n_held;
	uint64_t heard, accepted, harmed[TESTING_HARMS];
	struct testing_truth *truths;
	size_t n_truths;
	uint64_t chance;
	int64_t began_us;
};

/* ---- mailboxes; under .lock ---- */

struct box *testing_box(struct testing *, const char *address);
struct box *testing_folder(
    struct testing *, const char *address, const char *folder);
size_t testing_visible(const struct box *);             /* in order of UIDs */
size_t testing_exists(const struct box *, size_t upto); /* and not gone */

/* A message was taken in; what becomes of it.  Takes .lock itself. */
enum testing_harm testing_put(
    struct testing *, const char *to, struct span message);

/* ---- a connection ---- */

bool testing_is_there(const struct peer *);
bool testing_flush(struct peer *);
/* False when nothing came within ms, or the peer has left. */
bool testing_hear(struct peer *, int ms);
/* Up to "end"; what is taken stays valid until the next call. */
bool testing_take(struct peer *, struct span end, struct span *);
void testing_say(struct peer *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3))); /* a line, CR LF added */
/* Answers, as late as is to be injected, and keeps a record of it. */
void testing_wait(struct peer *, const char *text);
uint32_t testing_number(struct span *); /* off the front */

void testing_smtp(struct peer *);
void testing_imap(struct peer *);
void testing_pop3(struct peer *);

#endif
