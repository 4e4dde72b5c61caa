/* SPDX-License-Identifier: MIT */
/*
 * imap_state - pieces of IMAP conversations about what a mailbox holds.
 *
 * As in imap_prelude.h none of them makes a claim.  The UID of a message is
 * learnt with UID SEARCH, whose answer holds nothing else.
 */
#ifndef CONFORMANCE_CASES_EMAIL_IMAP_STATE_H
#define CONFORMANCE_CASES_EMAIL_IMAP_STATE_H

#include "conformance/cases/email/imap_prelude.h"

/* clang-format off */
/* 49 octets */
#define LETTER \
	"C=: From: <a@example.test>\\r\\nSubject: state\\r\\n\\r\\nhello\\r\\n"
#define LETTER_SIZE "49"

/* A small message into a mailbox; what is "" or "(\\Seen) ". */
#define FILED_IN(tag, box, what) \
	"C: " tag " APPEND " box " " what "{" LETTER_SIZE "}\n" \
	"S: +*\n" \
	LETTER "\\r\\n\n" \
	"S: " tag " OK*\n"
#define FILED_AS(tag, what) FILED_IN(tag, "${folder}", what)
#define FILED(tag) FILED_AS(tag, "")

/* Logged in, three messages in our mailbox; then it is selected as well. */
#define THREE_FILED IMAP_ALICE_IN IMAP_CREATED \
	FILED("a1") FILED("a2") FILED("a3")
#define THREE_OPEN THREE_FILED IMAP_SELECTED
#define ONE_OPEN IMAP_ALICE_IN IMAP_CREATED FILED("a1") IMAP_SELECTED

#define EXAMINED \
	"C: ex EXAMINE ${folder}\n" \
	"S: ex OK [READ-ONLY]*\n"

/* Binds the UID of message n to a name. */
#define UID_OF(n, name) \
	"C: uid" n " UID SEARCH " n "\n" \
	"S+: * SEARCH $" name "\n" \
	"S: uid" n " OK*\n"

#define MARKED(tag, set, flags) \
	"C: " tag " STORE " set " +FLAGS.SILENT (" flags ")\n" \
	"S: " tag " OK*\n"

/* A second mailbox of our own. */
#define OTHER_CREATED \
	"C: mk2 CREATE ${folder}-2\n" \
	"S: mk2 OK*\n"
#define OTHER_REMOVED \
	"C: rm2 DELETE ${folder}-2\n" \
	"S: rm2 OK*\n"

/* Ours is gone, and no mailbox was selected; then the end. */
#define FOLDER_GONE \
	"C: rm DELETE ${folder}\n" \
	"S: rm OK*\n" \
	IMAP_BYE

/* The same user with a second client, and in the same mailbox. */
#define TWO_IN \
	"@party two imaps\n" \
	"two S: * OK*\n" \
	"two C: in LOGIN ${alice.user|quoted} ${alice.password|quoted}\n" \
	"two S: in OK*\n"
#define TWO_OPEN TWO_IN \
	"two C: sel SELECT ${folder}\n" \
	"two S: sel OK*\n"
#define TWO_BYE \
	"two C: out LOGOUT\n" \
	"two S: out OK*\n"
#define TWO_IDLES \
	"two C: idle IDLE\n" \
	"two S: +*\n"
#define TWO_DONE \
	"two C: DONE\n" \
	"two S: idle OK*\n" \
	TWO_BYE
/* clang-format on */

#endif
