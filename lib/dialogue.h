/* SPDX-License-Identifier: MIT */
/*
 * dialogue - a conversation written the way RFCs write it.
 *
 *	S: 220 *			the target says this, or we learn nothing
 *	C: MAIL FROM:<${alice}>		we say this
 *	S!: 503 *  # RFC 5321 4.1.4	the target must say this: the claim
 *	S|: 421 *  # RFC 5321 3.8	... or this, which is permitted as well
 *
 * The whole notation, a line each ("*" any text, "?" any one character):
 *
 *	S: PATTERN	last line of the next reply; a mismatch: inconclusive
 *	S!: PATTERN	likewise, and a mismatch: fail
 *	S|: PATTERN	one more permitted answer to the S or S! before it;
 *			"S|: @closed" permits the target to hang up instead
 *	S?: PATTERN	permitted as well, and leaves the question open:
 *			inconclusive, whatever the S before it is
 *	S*: PATTERN	any number of lines like this before the last one; with
 *			no S* before an S, any well-formed line is allowed there
 *	S+: PATTERN	the reply that ends at the next S must contain such a
 *			line, the last one included; S+! as a claim
 *	S-: PATTERN	... must not contain such a line; S-! as a claim
 *	C: TEXT		a line we send, CRLF added, checked to be well formed
 *	C~: TEXT	a line that is wrong on purpose, CRLF added
 *	C=: TEXT	bytes that are wrong on purpose, nothing added
 *	C.: TEXT	content: dot-stuffed, ended with a line of one dot
 *	C-: TEXT	content as for C. but without the final dot
 *	@tls		TLS handshake, now; @tls! as a claim
 *	@closed		the target hangs up (FIN, RST, close_notify are one);
 *			@closed! as a claim; what it says before is tolerated
 *	@close		we hang up
 *	@silent MS	the target says nothing for so long; @silent! as a claim
 *	@pause MS	we say nothing for so long (for time-outs under test)
 *	@party NAME SERVICE	one more connection; its lines begin "NAME "
 *	@again N	from here to @end, until all of it is so: at most N times,
 *	@end		a tenth of a second between them, each time with new
 *			connections of the parties that begin in it.  For what
 *			takes its time, as delivery does; makes no claims
 *	@start NAME / @stop NAME	an operation of a load; nothing here
 *
 * Consecutive C lines are sent in one piece: that is pipelining, where the
 * next S line is reached only after all of them.  A C line follows when the
 * S lines before it are satisfied.
 *
 * In TEXT and PATTERN:  ${name} is a variable of the caller's;  ${name|base64}
 * encoded, |quoted as IMAP does, |lines with every line end a CR LF, |length
 * the number of octets, |dn a name as LDAP lines have it, |upper in capitals,
 * |json, |url and |xml as these escape;
 * ${file:PATH} the content of a fixture, itself expanded;  ${"x"*600} a
 * repeated text;  \r \n \t \0 \\ \xHH bytes;  \$ a dollar;  \Seen is \Seen.
 * In PATTERN also:  $name binds to the text at that place (up to the next
 * literal character) on first hearing, and must be equal to it after; a
 * bound name can be sent as ${name}.  Two spaces and "# " begin a citation.
 *
 * What a reply is depends on the protocol, and each party has that of its
 * service:
 *
 *	SMTP	a line is the last one when no "-" follows its code
 *	POP3	a reply is one line; "S: ." hears the lines of a listing up to
 *		the lone dot, dot-stuffing undone, S+ S- S* being about them
 *	IMAP	a response is one line, its literals included; they are matched
 *		as quoted strings, whatever the target chose.  A reply ends with
 *		the tagged response or "+", untagged ones being in between.  An S
 *		that begins with "* " is heard when such a response comes, and
 *		passes over other untagged ones: the greeting, IDLE.  That star
 *		is no wildcard
 *	LDAP	an LDAPMessage is one line, written as lib/framing_ldap.h says,
 *		and a reply ends with the response that is no entry
 *
 * A literal is sent with "C: a APPEND x {${text|lines|length}}", "S: +*" and
 * "C=: ${text|lines}\r\n".
 *
 * A dialogue does no I/O and reads no clock: the caller feeds events and
 * carries out what dialogue_wants() asks for, so one script runs over a
 * socket, over TLS, against a session in memory, and again from a transcript.
 * Fed whole, in pieces or byte by byte it gives equal results.  Once over it
 * stays over; later calls do nothing.
 */
#ifndef LIB_DIALOGUE_H
#define LIB_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/span.h"
#include "lib/template.h"
#include "lib/verdict.h"

#define DIALOGUE_PARTIES 6 /* the first connection included */

/* How a protocol cuts bytes into lines, and lines into replies. */
enum framing_line {
	FRAME_NEED_MORE, /* no whole line yet */
	FRAME_MIDDLE,    /* a line; the reply goes on */
	FRAME_LAST,      /* a line; the reply ends with it */
	FRAME_EVENT,     /* a line; it ends the reply when S has it */
	FRAME_ASIDE,     /* a line that was not asked for and is tolerated */
	FRAME_GARBAGE,   /* no line of this protocol; taken as a whole line */
};

struct framing {
	const char *name; /* "smtp" */

	/*
	 * Takes one line off *in; its text without line end goes to *line.
	 * "awaited" is what awaits() made of the S that is being heard.
	 */
	enum framing_line (*take)(
	    struct span *in, struct span *line, int awaited);

	/* What kind of line does the pattern of an S ask for?  NULL: one. */
	int (*awaits)(struct span pattern);

	/* The line as patterns are compared with it; NULL: as it came. */
	void (*plain)(struct span line, struct buf *out);

	bool caseless; /* script text is compared without ASCII case */
	bool starred;  /* "* " in front of a pattern is that, no wildcard */

	/*
	 * Does the target say with this line that it is about to leave?  That
	 * is an answer to no question: inconclusive where nothing permits it.
	 */
	bool (*leaves)(struct span line);

	/* Why "line" must not be sent unmarked, or NULL; *mode is ours. */
	const char *(*lint)(struct span line, int *mode);

	/*
	 * The octets of a line that is sent; why there are none, or NULL.
	 * NULL: the line itself, and CR LF.
	 */
	const char *(*encode)(struct span line, struct buf *out);

	size_t most; /* octets in a reply; more is garbage */
};

extern const struct framing framing_smtp; /* RFC 5321 4.2 replies */
extern const struct framing framing_pop3; /* RFC 1939 3 */
extern const struct framing framing_imap; /* RFC 3501 2.2 */
extern const struct framing framing_ldap; /* RFC 4511 4.1.1 */
extern const struct framing framing_line; /* one line, one reply */

/* What an endpoint of this name speaks; NULL when nobody knows. */
const struct framing *framing_of(const char *service);

struct script; /* compiled; read-only, shared by any number of dialogues */

/* what names the script in errors: "smtp.order.mail". */
struct script *script_compile(
    const char *what, const char *text, const struct framing *, struct err *);
void script_free(struct script *);

size_t script_parties(const struct script *);
/* Service of party i, NULL for the first, which the caller chooses. */
const char *script_party_service(const struct script *, size_t i);
bool script_uses_tls(const struct script *);
bool script_claims(const struct script *); /* has at least one claim */

enum dialogue_want {
	WANT_NOTHING, /* over */
	WANT_OPEN,    /* connect .party, then dialogue_opened() */
	WANT_SEND,    /* take bytes off dialogue_out(.party) and send them */
	WANT_HEAR,  /* wait for bytes from any open party; .party waited for */
	WANT_TLS,   /* client handshake on .party, then dialogue_secured() */
	WANT_CLOSE, /* close .party, then dialogue_hung_up() */
	WANT_SILENCE, /* hear for .ms; dialogue_timeout() when nothing came */
	WANT_PAUSE,   /* wait .ms without judging, then dialogue_timeout() */
};

struct dialogue_need {
	enum dialogue_want want;
	size_t party;
	int64_t ms;
};

/* Where and how a conversation left the script. */
struct deviation {
	int script_line; /* from 1; 0 when there is none */
	size_t party;
	char expected[512]; /* the patterns, joined by " | " */
	char heard[512];    /* escaped; "(closed)", "(silence)" */
	char clause[128];   /* citation of the line, or empty */
};

struct dialogue;

struct dialogue *dialogue_new(
    const struct script *, template_lookup *, void *ctx);
void dialogue_free(struct dialogue *);

/*
 * Nothing is said from here on, nor looked up to be said: for judging again
 * from a transcript, where our half of it stands with its secrets removed.
 */
void dialogue_mute(struct dialogue *);

/* What the caller has to do next. */
struct dialogue_need dialogue_wants(const struct dialogue *);

/* Events.  Each may be followed by another dialogue_wants(). */
void dialogue_opened(struct dialogue *, size_t party);
void dialogue_feed(struct dialogue *, size_t party, struct span heard);
void dialogue_sent(struct dialogue *, size_t party, size_t n);
void dialogue_secured(
    struct dialogue *, size_t party, bool ok, const char *detail);
void dialogue_hung_up(struct dialogue *, size_t party, const char *detail);
void dialogue_timeout(struct dialogue *); /* nobody said anything in time */

/* Could not connect, or our side failed: ends the dialogue at once. */
void dialogue_abandon(struct dialogue *, enum verdict, const char *why);

struct span dialogue_out(const struct dialogue *, size_t party);

bool dialogue_over(const struct dialogue *);
enum verdict dialogue_verdict(const struct dialogue *); /* once over */
const char *dialogue_why(const struct dialogue *);      /* "" when PASS */
const struct deviation *dialogue_deviation(const struct dialogue *);

#endif
