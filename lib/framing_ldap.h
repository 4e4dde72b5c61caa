/* SPDX-License-Identifier: MIT */
/*
 * framing_ldap - LDAP (RFC 4511) as lines of text, for dialogues.
 *
 * One LDAPMessage is one line: what we send is written so, and what is heard
 * is compared so.  A request begins with its messageID:
 *
 *	C: 1 bind "uid=alice,dc=x" "password"	simple; "" "" is anonymous
 *	C: 1 bind version=2 "" ""
 *	C: 1 bind "" sasl EXTERNAL "authzid"
 *	C: 2 search "dc=x" sub size=1 time=5 (cn=a*) cn mail
 *		base, one or sub; then, where wanted, size= time= deref=0..3
 *		and "typesonly"; the filter as in RFC 4515; what is asked for
 *	C: 3 compare "uid=alice,dc=x" cn="a"
 *	C: 4 add "uid=x,dc=x" objectClass=person cn="a" cn="b"
 *	C: 5 modify "uid=x,dc=x" add cn="c" delete mail replace sn="s"
 *	C: 6 delete "uid=x,dc=x"
 *	C: 7 modifydn "uid=x,dc=x" "uid=y" keepold under "ou=b,dc=x"
 *	C: 8 extended 1.3.6.1.4.1.4203.1.11.3 "value"
 *	C: 8 starttls				likewise, RFC 4511 4.14
 *	C: 8 cancel 2				likewise, RFC 3909
 *	C: 9 abandon 2
 *	C: 9 unbind
 *
 * Controls follow: "; 1.2.3 critical "value"", "; paged 10 "cookie"" (RFC
 * 2696; that one takes "critical" behind it).  A response:
 *
 *	S: 1 bindResponse success "matchedDN" "text"
 *	S: 2 searchResEntry "uid=alice,dc=x" cn="a" cn="b" mail="c"
 *	S: 2 searchResRef "ldap://..."
 *	S: 2 searchResDone sizeLimitExceeded "" "" referral "ldap://..."
 *	S: 8 extendedResp success "" "" name 1.2.3 value "octets"
 *	S: 2 searchResDone success "" "" ; paged 0 "cookie"
 *
 * with the names of the RFC's ASN.1; an attribute without values stands
 * alone; each has a space behind it.  In a quoted string \HH is an octet.
 * Heard ones have all that is special in RFC 4515 written so, and what is no
 * UTF-8: what was bound can go into a filter as it is.  Names of entries, and
 * matchedDN, are normalised; "${alice.dn|dn}" is, too.
 *
 * What is heard must be as RFC 4511 5.1 restricts BER, or it is garbage.
 * Trailing elements that nobody knows are none (RFC 4511 4).  A message with
 * the ID 0 is unsolicited: it may come at any time, and is waited for by an S
 * that begins with "0 ".
 */
#ifndef LIB_FRAMING_LDAP_H
#define LIB_FRAMING_LDAP_H

#include "lib/buf.h"
#include "lib/span.h"

#define LDAP_NOTICE   "1.3.6.1.4.1.1466.20036" /* RFC 4511 4.4.1 */
#define LDAP_STARTTLS "1.3.6.1.4.1.1466.20037" /* RFC 4511 4.14.1 */
#define LDAP_CANCEL   "1.3.6.1.1.8"            /* RFC 3909 2 */
#define LDAP_PAGED    "1.2.840.113556.1.4.319" /* RFC 2696 2 */

enum ldap_kind {
	LDAP_PART,        /* of an answer that goes on */
	LDAP_ANSWER,      /* the end of one */
	LDAP_UNSOLICITED, /* nobody asked */
};

/* One whole LDAPMessage as a line; why it is none, or NULL.  out may be NULL. */
const char *ldap_hear(struct span message, enum ldap_kind *, struct buf *out);

/* A line as octets; why it cannot be said, or NULL. */
const char *ldap_say(struct span line, struct buf *out);

/* A name (RFC 4514) in small letters, with no space around separators. */
void ldap_name(struct span dn, struct buf *out);

#endif
