/* SPDX-License-Identifier: MIT */
/*
 * imap/search_args - what a SEARCH or a SORT looks for, as a tree.
 *
 * Nodes stand in one array and name each other by index: node[0] is the AND
 * of all keys, the others hang from it by "child" and "next" (0: none).  The
 * many keys of RFC 3501 6.4.4 come out as the few kinds below; UNSEEN is
 * FLAG with "not", NEW is an AND of two FLAGs.  Neither nodes nor depth are
 * the client's choice.
 */
#ifndef REFERENCE_IMAP_SEARCH_ARGS_H
#define REFERENCE_IMAP_SEARCH_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/span.h"
#include "reference/imap/codec.h"
#include "reference/imap/set.h"

#define IMAP_SEARCH_DEPTH 32
#define IMAP_SEARCH_MOST  1000 /* nodes */
#define IMAP_SORT_MOST    16

enum imap_search_kind {
	IMAP_SEARCH_ALL,
	IMAP_SEARCH_AND,     /* all children */
	IMAP_SEARCH_OR,      /* either of two */
	IMAP_SEARCH_FLAG,    /* .flag, one bit */
	IMAP_SEARCH_KEYWORD, /* .text */
	IMAP_SEARCH_HEADER,  /* .field holds .text; also FROM, SUBJECT... */
	IMAP_SEARCH_BODY,    /* .text */
	IMAP_SEARCH_TEXT,    /* .text, header or body */
	IMAP_SEARCH_LARGER,  /* than .number */
	IMAP_SEARCH_SMALLER,
	IMAP_SEARCH_BEFORE, /* .day: of the internal date, or .sent */
	IMAP_SEARCH_ON,
	IMAP_SEARCH_SINCE,
	IMAP_SEARCH_SEQUENCE, /* .set of sequence numbers */
	IMAP_SEARCH_UID,      /* .set of UIDs */
	IMAP_SEARCH_MODSEQ,   /* at least .number: RFC 7162 3.1.5 */
};

struct imap_search_node {
	enum imap_search_kind kind;
	bool not ; /* the contrary of what all the rest says */
	bool sent; /* the Date field, not the internal date */
	unsigned flag;
	struct span field, text;
	uint64_t number;
	int64_t day;
	struct imap_set set;
	size_t child, next;
};

struct imap_search {
	struct imap_search_node *node; /* imap_search_free() */
	size_t n;
	struct span charset; /* of every text; ptr NULL: none was named */
	bool modseq;         /* MODSEQ is in it: the answer tells one */
};

enum imap_sort_key {
	IMAP_SORT_ARRIVAL,
	IMAP_SORT_CC,
	IMAP_SORT_DATE,
	IMAP_SORT_FROM,
	IMAP_SORT_SIZE,
	IMAP_SORT_SUBJECT,
	IMAP_SORT_TO,
};

struct imap_sort {
	size_t n;
	struct {
		enum imap_sort_key key;
		bool reverse;
	} by[IMAP_SORT_MOST];
};

/* Take everything to the end of the command. */
bool imap_take_search(struct imap_args *, struct imap_search *);
bool imap_take_sort(
    struct imap_args *, struct imap_sort *, struct imap_search *);
void imap_search_free(struct imap_search *);

/* imap_set_resolve() for every set in it. */
void imap_search_resolve(
    struct imap_search *, uint32_t messages, uint32_t last_uid);

#endif
