/* SPDX-License-Identifier: MIT */
/*
 * oracle/rule - what the oracle holds a server to, a sentence each.
 *
 * docs/oracle.md says how each is judged while others write.
 */
#ifndef CONFORMANCE_ORACLE_RULE_H
#define CONFORMANCE_ORACLE_RULE_H

#include <stddef.h>

/* clang-format off */
#define ORACLE_RULES(X) \
	X(RANGE, "number.range", "RFC 3501 2.3.1.2", \
	  "a sequence number is from 1 to the number of messages") \
	X(UID_CHANGED, "uid.changed", "RFC 3501 2.3.1.1", \
	  "the UID of a message does not change during the session") \
	X(UID_ORDER, "uid.order", "RFC 3501 2.3.1.1", \
	  "UIDs are strictly ascending in the mailbox") \
	X(UID_UNKNOWN, "uid.unknown", "RFC 3501 2.3.1.1", \
	  "a message keeps the UID it was given when it was added") \
	X(UID_ASSIGNED, "uid.assigned", "RFC 3501 2.3.1.1", \
	  "a message added later has a larger UID") \
	X(IMMUTABLE, "uid.immutable", "RFC 3501 2.3.1.1", \
	  "a UID refers to one immutable message for ever") \
	X(UIDVALIDITY, "uidvalidity", "RFC 3501 2.3.1.1", \
	  "UIDVALIDITY stays while UIDs are kept") \
	X(UIDNEXT_STALE, "uidnext.stale", "RFC 3501 2.3.1.1", \
	  "UIDNEXT changes whenever messages are added") \
	X(UIDNEXT_BROKEN, "uidnext.broken", "RFC 3501 2.3.1.1", \
	  "messages that arrive later have UIDs from UIDNEXT on") \
	X(EXISTS_SHRINKS, "exists.shrinks", "RFC 3501 5.2", \
	  "only EXPUNGE reduces the number of messages") \
	X(EXISTS_MANY, "exists.many", "RFC 3501 7.3.1", \
	  "EXISTS is the number of messages in the mailbox") \
	X(SELECT_COUNT, "select.count", "RFC 3501 6.3.1", \
	  "SELECT says how many messages are in the mailbox") \
	X(NOT_TOLD, "exists.untold", "RFC 3501 5.2", \
	  "a change of the mailbox's size is told without being asked for") \
	X(EXPUNGE_ALONE, "expunge.alone", "RFC 3501 7.4.1", \
	  "no EXPUNGE while no command is in progress") \
	X(EXPUNGE_DURING, "expunge.during", "RFC 3501 7.4.1", \
	  "no EXPUNGE while responding to FETCH, STORE or SEARCH") \
	X(EXPUNGE_WRONG, "expunge.wrong", "RFC 3501 6.4.3", \
	  "EXPUNGE removes messages that have \\Deleted set, and no other") \
	X(EXPUNGE_LEFT, "expunge.left", "RFC 3501 6.4.3", \
	  "all that is removed is told before the OK of EXPUNGE") \
	X(EXPUNGED_BACK, "expunge.back", "RFC 3501 6.4.3", \
	  "what is expunged is removed permanently") \
	X(MOVED_LEFT, "move.left", "RFC 6851 3.1", \
	  "what was moved is no longer in the mailbox") \
	X(LOST, "message.lost", "RFC 3501 7.3.1", \
	  "a message that nobody removed is in the mailbox") \
	X(FLAGS, "flags", "RFC 3501 6.4.5", \
	  "FLAGS are the flags that are set for the message") \
	X(STORED, "flags.stored", "RFC 3501 6.4.6", \
	  "STORE alters the flags of the message as it says") \
	X(FETCH_LACKS, "fetch.lacks", "RFC 3501 6.4.5", \
	  "FETCH retrieves the data asked for of every message named") \
	X(FETCH_UID, "fetch.uid", "RFC 3501 6.4.8", \
	  "what UID FETCH causes includes the UID") \
	X(SEARCH_WRONG, "search.wrong", "RFC 3501 6.4.4", \
	  "SEARCH lists the messages that match") \
	X(COPYUID, "copyuid", "RFC 4315 3", \
	  "COPYUID names what was copied, and as many UIDs for it") \
	X(COPY_SIZE, "copy.size", "RFC 3501 6.4.7", \
	  "COPY copies the message") \
	X(MODSEQ_FALLS, "modseq.falls", "RFC 7162 3.1", \
	  "the mod-sequence of a message only grows") \
	X(MODSEQ_SAME, "modseq.same", "RFC 7162 3.1", \
	  "when the state of a flag changes the mod-sequence is updated") \
	X(HIGHESTMODSEQ, "modseq.highest", "RFC 7162 3.1.2.1", \
	  "HIGHESTMODSEQ is the highest mod-sequence of all messages") \
	X(BAD, "bad", "RFC 3501 7.1.3", \
	  "BAD is for what is wrong with a command") \
	X(SYNTAX, "syntax", "RFC 3501 9", \
	  "a response has the form of one")
/* clang-format on */

enum oracle_rule {
	RULE_NONE,
#define RULE(id, name, clause, text) RULE_##id,
	ORACLE_RULES(RULE)
#undef RULE
	    RULE_COUNT
};

struct oracle_rule_row {
	const char *name, *clause, *text;
};

extern const struct oracle_rule_row oracle_rules[RULE_COUNT];

#endif
