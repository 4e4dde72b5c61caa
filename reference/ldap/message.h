/* SPDX-License-Identifier: MIT */
/*
 * message - what an LDAPMessage says (RFC 4511 4.1.1, appendix B), and how
 * responses are written.
 *
 * Reading says whether it is well-formed.  What a number or name means, and
 * whether it is one that is known, is the session's.  Spans point into the
 * octets that were read.
 */
#ifndef REFERENCE_LDAP_MESSAGE_H
#define REFERENCE_LDAP_MESSAGE_H

#include "reference/ldap/ber.h"

enum ldap_op { /* tags: APPLICATION, constructed where it is a SEQUENCE */
	LDAP_BIND_REQUEST = 0x60,
	LDAP_BIND_RESPONSE = 0x61,
	LDAP_UNBIND_REQUEST = 0x42,
	LDAP_SEARCH_REQUEST = 0x63,
	LDAP_SEARCH_ENTRY = 0x64,
	LDAP_SEARCH_DONE = 0x65,
	LDAP_MODIFY_REQUEST = 0x66,
	LDAP_MODIFY_RESPONSE = 0x67,
	LDAP_ADD_REQUEST = 0x68,
	LDAP_ADD_RESPONSE = 0x69,
	LDAP_DELETE_REQUEST = 0x4a,
	LDAP_DELETE_RESPONSE = 0x6b,
	LDAP_RENAME_REQUEST = 0x6c, /* ModifyDN */
	LDAP_RENAME_RESPONSE = 0x6d,
	LDAP_COMPARE_REQUEST = 0x6e,
	LDAP_COMPARE_RESPONSE = 0x6f,
	LDAP_ABANDON_REQUEST = 0x50,
	LDAP_SEARCH_REFERENCE = 0x73,
	LDAP_EXTENDED_REQUEST = 0x77,
	LDAP_EXTENDED_RESPONSE = 0x78,
};

enum ldap_code { /* RFC 4511 4.1.9, appendix A */
	LDAP_SUCCESS = 0,
	LDAP_OPERATIONS_ERROR = 1,
	LDAP_PROTOCOL_ERROR = 2,
	LDAP_TIME_LIMIT_EXCEEDED = 3,
	LDAP_SIZE_LIMIT_EXCEEDED = 4,
	LDAP_COMPARE_FALSE = 5,
	LDAP_COMPARE_TRUE = 6,
	LDAP_AUTH_METHOD_NOT_SUPPORTED = 7,
	LDAP_ADMIN_LIMIT_EXCEEDED = 11,
	LDAP_UNAVAILABLE_CRITICAL_EXTENSION = 12,
	LDAP_CONFIDENTIALITY_REQUIRED = 13,
	LDAP_NO_SUCH_ATTRIBUTE = 16,
	LDAP_UNDEFINED_ATTRIBUTE_TYPE = 17,
	LDAP_INAPPROPRIATE_MATCHING = 18,
	LDAP_CONSTRAINT_VIOLATION = 19,
	LDAP_ATTRIBUTE_OR_VALUE_EXISTS = 20,
	LDAP_INVALID_ATTRIBUTE_SYNTAX = 21,
	LDAP_NO_SUCH_OBJECT = 32,
	LDAP_INVALID_DN_SYNTAX = 34,
	LDAP_INAPPROPRIATE_AUTHENTICATION = 48,
	LDAP_INVALID_CREDENTIALS = 49,
	LDAP_INSUFFICIENT_ACCESS_RIGHTS = 50,
	LDAP_BUSY = 51,
	LDAP_UNAVAILABLE = 52,
	LDAP_UNWILLING_TO_PERFORM = 53,
	LDAP_NAMING_VIOLATION = 64,
	LDAP_OBJECT_CLASS_VIOLATION = 65,
	LDAP_NOT_ALLOWED_ON_NON_LEAF = 66,
	LDAP_NOT_ALLOWED_ON_RDN = 67,
	LDAP_ENTRY_ALREADY_EXISTS = 68,
	LDAP_OBJECT_CLASS_MODS_PROHIBITED = 69,
	LDAP_OTHER = 80,
	LDAP_NO_SUCH_OPERATION = 119, /* RFC 3909 2.3 */
};

#define LDAP_NOTICE   "1.3.6.1.4.1.1466.20036"  /* RFC 4511 4.4.1 */
#define LDAP_STARTTLS "1.3.6.1.4.1.1466.20037"  /* RFC 4511 4.14.1 */
#define LDAP_WHO_AM_I "1.3.6.1.4.1.4203.1.11.3" /* RFC 4532 2.1 */
#define LDAP_CANCEL   "1.3.6.1.1.8"             /* RFC 3909 2.1 */
#define LDAP_PAGED    "1.2.840.113556.1.4.319"  /* RFC 2696 2 */

/* ---- reading ---- */

struct ldap_message {
	int32_t id;
	unsigned op;
	struct ber body;     /* what stands in the operation's element */
	struct span content; /* the same, where it is no SEQUENCE */
	struct ber controls;
};

/* False: not an LDAPMessage that a client may send; see RFC 4511 4. */
bool ldap_read(struct span octets, struct ldap_message *);

struct ldap_control {
	struct span oid;
	bool critical;
	struct span value; /* NULL ptr: none */
};

/* The next one; false when there is none, or it is garbled (b->bad). */
bool ldap_read_control(struct ber *, struct ldap_control *);

struct ldap_bind {
	int64_t version;
	struct span name;
	unsigned method; /* BER_CONTEXT: simple */
	struct span password;
};

struct ldap_search {
	struct span base;
	int64_t scope, deref, size_limit, time_limit;
	bool types_only;
	struct ber filter;
	struct span filter_octets; /* the same, whole */
	struct ber attributes;
};

struct ldap_compare {
	struct span name, attribute, value;
};

struct ldap_rename {
	struct span name, rdn;
	bool delete_old;
	struct span superior; /* NULL ptr: none */
};

struct ldap_extended {
	struct span oid;
	struct span value; /* NULL ptr: none */
};

struct ldap_page { /* RFC 2696 2 */
	int64_t size;
	struct span cookie;
};

/* PartialAttribute: a description and values. */
struct ldap_attribute {
	struct span description;
	struct ber values;
};

bool ldap_read_bind(struct ber, struct ldap_bind *);
bool ldap_read_search(struct ber, struct ldap_search *);
bool ldap_read_compare(struct ber, struct ldap_compare *);
bool ldap_read_rename(struct ber, struct ldap_rename *);
bool ldap_read_extended(struct ber, struct ldap_extended *);
bool ldap_read_page(struct span value, struct ldap_page *);
/* Add and Modify: the name, then a list to go through. */
bool ldap_read_list(struct ber, struct span *name, struct ber *list);
/* False at the end, and when it is garbled: look at list->bad. */
bool ldap_next_attribute(struct ber *list, struct ldap_attribute *);
bool ldap_next_change(
    struct ber *list, int64_t *operation, struct ldap_attribute *);

/* ---- writing ---- */

struct ldap_answer {
	enum ldap_code code;
	struct span matched;          /* a DN, or empty */
	struct span text;             /* for people */
	const char *oid;              /* responseName, or NULL */
	struct span value;            /* responseValue; NULL ptr: none */
	struct span credentials;      /* serverSaslCreds; NULL ptr: none */
	const struct ldap_page *page; /* its control, or NULL */
};

void ldap_put_answer(const struct ber_out *, int32_t id, unsigned op,
    const struct ldap_answer *);

/* "request" 0x63 has its answer in 0x65; 0: it has none. */
unsigned ldap_answer_to(unsigned op);

#endif
