/* SPDX-License-Identifier: MIT */
/* Octets into a line: what the target said, read strictly. */
#include <stdint.h>
#include <stdio.h>

#include "lib/framing_ldap.h"
#include "lib/text.h"

/* Tags of RFC 4511, appendix B. */
enum tag {
	TAG_BOOLEAN = 0x01,
	TAG_INTEGER = 0x02,
	TAG_OCTETS = 0x04,
	TAG_ENUMERATED = 0x0a,
	TAG_SEQUENCE = 0x30,
	TAG_SET = 0x31,
	TAG_BIND_RESPONSE = 0x61,
	TAG_ENTRY = 0x64,
	TAG_DONE = 0x65,
	TAG_REFERENCE = 0x73,
	TAG_EXTENDED_RESPONSE = 0x78,
	TAG_INTERMEDIATE = 0x79,
	TAG_CONTROLS = 0xa0,
	TAG_REFERRAL = 0xa3,
	TAG_SASL_CREDENTIALS = 0x87,
	TAG_RESPONSE_NAME = 0x8a,
	TAG_RESPONSE_VALUE = 0x8b,
	TAG_INTERMEDIATE_NAME = 0x80,
	TAG_INTERMEDIATE_VALUE = 0x81,
};

/* What is left of one constructed value; the first flaw stays. */
struct reader {
	struct span in;
	const char **flaw;
};

static void
wrong(const struct reader *r, const char *flaw)
{
	if (*r->flaw == NULL)
		*r->flaw = flaw;
}

static bool
sound(const struct reader *r)
{
	return *r->flaw == NULL;
}

/* Any element; its tag, or -1 when there is none any more. */
static int
next(struct reader *r, struct span *content)
{
	const unsigned char *at = (const unsigned char *)r->in.ptr;
	size_t head = 2, n;
	int tag;

	*content = (struct span){ NULL, 0 };
	if (!sound(r) || r->in.len == 0)
		return -1;
	tag = at[0];
	n = r->in.len < 2 ? 0x80 : at[1];
	if ((tag & 0x1f) == 0x1f)
		wrong(r, "a tag of several octets");
	else if (r->in.len < 2)
		wrong(r, "no length");
	else if (n == 0x80)
		wrong(r, "indefinite length, RFC 4511 5.1 (1)");
	else if (n > 0x84 || (n > 0x80 && r->in.len < 2 + (n & 0x7f)))
		wrong(r, "a length of too many octets");
	if (!sound(r))
		return -1;
	if (n > 0x80) {
		head += n & 0x7f;
		n = 0;
		for (size_t i = 2; i < head; i++)
			n = n << 8 | at[i];
	}
	if (n > r->in.len - head) {
		wrong(r, "longer than what holds it");
		return -1;
	}
	*content = span_take(span_skip(r->in, head), n);
	r->in = span_skip(r->in, head + n);
	return tag;
}

static bool
is_next(const struct reader *r, enum tag tag)
{
	return sound(r) && r->in.len > 0 &&
	       (unsigned char)r->in.ptr[0] == (unsigned char)tag;
}

/* RFC 4511 5.1 (2): strings are primitive, so their tag says all. */
static struct span
need(struct reader *r, enum tag tag, const char *flaw)
{
	struct span content = { NULL, 0 };

	if (!is_next(r, tag))
		wrong(r, flaw);
	else
		next(r, &content);
	return content;
}

static struct reader
enter(struct reader *r, enum tag tag, const char *flaw)
{
	return (struct reader){ need(r, tag, flaw), r->flaw };
}

/* The rest is of a later version, and ignored when it is well formed. */
static void
leave(struct reader *r)
{
	struct span ignored;

	while (next(r, &ignored) != -1)
		;
}

/* X.690 8.3: two's complement in no more octets than it takes. */
static int64_t
number(struct reader *r, enum tag tag, const char *flaw)
{
	const struct span s = need(r, tag, flaw);
	int64_t n;

	if (!sound(r))
		return 0;
	if (s.len == 0 || s.len > 4) {
		wrong(r, "an INTEGER of no octets, or too many");
		return 0;
	}
	n = (signed char)s.ptr[0];
	if (s.len > 1 && (n == 0 || n == -1) &&
	    (n == 0) == ((s.ptr[1] & 0x80) == 0))
		wrong(r, "an INTEGER in more octets than it takes");
	for (size_t i = 1; i < s.len; i++)
		n = n * 256 + (unsigned char)s.ptr[i];
	return n;
}

static struct span
text(struct reader *r, enum tag tag, const char *flaw)
{
	const struct span s = need(r, tag, flaw);

	if (sound(r) && !text_is_utf8(s))
		wrong(r, "an LDAPString that is no UTF-8, RFC 4511 4.1.2");
	return s;
}

/* RFC 4512 1.4: numericoid */
static struct span
oid(struct reader *r, enum tag tag, const char *flaw)
{
	const struct span s = need(r, tag, flaw);

	for (size_t i = 0; i < s.len; i++)
		if ((s.ptr[i] < '0' || s.ptr[i] > '9') && s.ptr[i] != '.')
			wrong(r, "an LDAPOID of other than digits and dots");
	if (s.len == 0)
		wrong(r, "an empty LDAPOID");
	return s;
}

/* ---- writing ---- */

static void
put(struct buf *out, struct span s)
{
	if (out != NULL)
		buf_add(out, s);
}

static void
put_quoted(struct buf *out, struct span s)
{
	put(out, SPAN("\""));
	while (out != NULL && s.len > 0) {
		size_t n = text_utf8(s);
		const unsigned char c = (unsigned char)s.ptr[0];

		if (n == 0 || c < ' ' || c == 0x7f || strchr("\"\\()*", c)) {
			buf_addf(out, "\\%02x", c);
			n = 1;
		} else {
			buf_add(out, span_take(s, n));
		}
		s = span_skip(s, n);
	}
	put(out, SPAN("\""));
}

static void
put_name(struct buf *out, struct span dn)
{
	struct buf name;

	if (out == NULL)
		return;
	buf_init(&name, 4 * dn.len + 1);
	ldap_name(dn, &name);
	put_quoted(out, buf_span(&name));
	buf_free(&name);
}

/* ---- messages ---- */

/* RFC 4511 appendix A, RFC 3909 2.3 */
static const char *
result_name(int64_t code)
{
	/* clang-format off */
	static const struct {
		int	 code;
		const char *name;
	} names[] = {
		{ 0, "success" }, { 1, "operationsError" },
		{ 2, "protocolError" }, { 3, "timeLimitExceeded" },
		{ 4, "sizeLimitExceeded" }, { 5, "compareFalse" },
		{ 6, "compareTrue" }, { 7, "authMethodNotSupported" },
		{ 8, "strongerAuthRequired" }, { 10, "referral" },
		{ 11, "adminLimitExceeded" },
		{ 12, "unavailableCriticalExtension" },
		{ 13, "confidentialityRequired" },
		{ 14, "saslBindInProgress" }, { 16, "noSuchAttribute" },
		{ 17, "undefinedAttributeType" },
		{ 18, "inappropriateMatching" },
		{ 19, "constraintViolation" },
		{ 20, "attributeOrValueExists" },
		{ 21, "invalidAttributeSyntax" }, { 32, "noSuchObject" },
		{ 33, "aliasProblem" }, { 34, "invalidDNSyntax" },
		{ 36, "aliasDereferencingProblem" },
		{ 48, "inappropriateAuthentication" },
		{ 49, "invalidCredentials" },
		{ 50, "insufficientAccessRights" }, { 51, "busy" },
		{ 52, "unavailable" }, { 53, "unwillingToPerform" },
		{ 54, "loopDetect" }, { 64, "namingViolation" },
		{ 65, "objectClassViolation" },
		{ 66, "notAllowedOnNonLeaf" }, { 67, "notAllowedOnRDN" },
		{ 68, "entryAlreadyExists" },
		{ 69, "objectClassModsProhibited" },
		{ 71, "affectsMultipleDSAs" }, { 80, "other" },
		{ 118, "canceled" }, { 119, "noSuchOperation" },
		{ 120, "tooLate" }, { 121, "cannotCancel" },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].code == code)
			return names[i].name;
	return NULL;
}

static void
hear_urls(struct reader *in, struct buf *out)
{
	if (in->in.len == 0)
		wrong(in, "no URI where one must be, RFC 4511 4.1.10");
	while (sound(in) && in->in.len > 0) {
		put(out, SPAN(" "));
		put_quoted(out, text(in, TAG_OCTETS, "a URI is no string"));
	}
}

/* RFC 4511 4.1.9 */
static void
hear_result(struct reader *r, struct buf *out)
{
	const int64_t code = number(r, TAG_ENUMERATED, "no resultCode");
	const char *name = result_name(code);

	if (sound(r) && code < 0)
		wrong(r, "a resultCode below 0");
	if (out != NULL && name != NULL)
		buf_addf(out, " %s ", name);
	else if (out != NULL)
		buf_addf(out, " %lld ", (long long)code);
	put_name(out, text(r, TAG_OCTETS, "no matchedDN"));
	put(out, SPAN(" "));
	put_quoted(out, text(r, TAG_OCTETS, "no diagnosticMessage"));
	put(out, SPAN(" "));
	if (is_next(r, TAG_REFERRAL)) {
		struct reader urls = enter(r, TAG_REFERRAL, "");

		put(out, SPAN("referral"));
		hear_urls(&urls, out);
		put(out, SPAN(" "));
	}
}

static void
hear_optional(struct reader *r, enum tag tag, const char *word, struct buf *out)
{
	if (!is_next(r, tag))
		return;
	put(out, span_of(word));
	put(out, SPAN(" "));
	put_quoted(out, need(r, tag, ""));
	put(out, SPAN(" "));
}

static void
hear_optional_oid(struct reader *r, enum tag tag, struct buf *out)
{
	if (!is_next(r, tag))
		return;
	put(out, SPAN("name "));
	put(out, oid(r, tag, ""));
	put(out, SPAN(" "));
}

/* RFC 4511 4.5.2: PartialAttribute */
static void
hear_attribute(struct reader *list, struct buf *out)
{
	struct reader r = enter(list, TAG_SEQUENCE, "no PartialAttribute");
	const struct span type = text(&r, TAG_OCTETS, "no type");
	struct reader values = enter(&r, TAG_SET, "no vals");

	for (size_t i = 0; i < type.len; i++)
		if (type.ptr[i] <= ' ' || strchr("=\"", type.ptr[i]) != NULL)
			wrong(&r, "an AttributeDescription with such octets");
	if (sound(&r) && type.len == 0)
		wrong(&r, "an empty AttributeDescription");
	if (sound(&r) && values.in.len == 0) {
		put(out, type);
		put(out, SPAN(" "));
	}
	while (sound(&r) && values.in.len > 0) {
		put(out, type);
		put(out, SPAN("="));
		put_quoted(
		    out, need(&values, TAG_OCTETS, "a value is no string"));
		put(out, SPAN(" "));
	}
	leave(&r);
}

static void
hear_entry(struct reader *r, struct buf *out)
{
	struct reader list;

	put(out, SPAN(" "));
	put_name(out, text(r, TAG_OCTETS, "no objectName"));
	put(out, SPAN(" "));
	list = enter(r, TAG_SEQUENCE, "no attributes");
	while (sound(&list) && list.in.len > 0)
		hear_attribute(&list, out);
}

static void
hear_reference(struct reader *r, struct buf *out)
{
	hear_urls(r, out);
	put(out, SPAN(" "));
}

static void
hear_bind(struct reader *r, struct buf *out)
{
	hear_result(r, out);
	hear_optional(r, TAG_SASL_CREDENTIALS, "serverSaslCreds", out);
}

static void
hear_extended(struct reader *r, struct buf *out)
{
	hear_result(r, out);
	hear_optional_oid(r, TAG_RESPONSE_NAME, out);
	hear_optional(r, TAG_RESPONSE_VALUE, "value", out);
}

static void
hear_intermediate(struct reader *r, struct buf *out)
{
	put(out, SPAN(" "));
	hear_optional_oid(r, TAG_INTERMEDIATE_NAME, out);
	hear_optional(r, TAG_INTERMEDIATE_VALUE, "value", out);
}

/* clang-format off */
static const struct response {
	enum tag	 tag;
	const char	*name;
	enum ldap_kind	 kind;
	void		(*hear)(struct reader *, struct buf *);
} responses[] = {
	{ TAG_BIND_RESPONSE, "bindResponse", LDAP_ANSWER, hear_bind },
	{ TAG_ENTRY, "searchResEntry", LDAP_PART, hear_entry },
	{ TAG_REFERENCE, "searchResRef", LDAP_PART, hear_reference },
	{ TAG_DONE, "searchResDone", LDAP_ANSWER, hear_result },
	{ 0x67, "modifyResponse", LDAP_ANSWER, hear_result },
	{ 0x69, "addResponse", LDAP_ANSWER, hear_result },
	{ 0x6b, "delResponse", LDAP_ANSWER, hear_result },
	{ 0x6d, "modDNResponse", LDAP_ANSWER, hear_result },
	{ 0x6f, "compareResponse", LDAP_ANSWER, hear_result },
	{ TAG_EXTENDED_RESPONSE, "extendedResp", LDAP_ANSWER, hear_extended },
	{ TAG_INTERMEDIATE, "intermediateResponse", LDAP_PART,
	    hear_intermediate },
};
/* clang-format on */

static const struct response *
hear_response(struct reader *r, struct buf *out)
{
	struct span content;
	const int tag = next(r, &content);
	struct reader inside = { content, r->flaw };

	for (size_t i = 0; i < sizeof responses / sizeof responses[0]; i++)
		if (responses[i].tag == (unsigned)tag) {
			put(out, span_of(responses[i].name));
			responses[i].hear(&inside, out);
			leave(&inside);
			return &responses[i];
		}
	wrong(r, "no response of RFC 4511");
	return NULL;
}

/* RFC 2696 2: what stands in a controlValue */
static bool
hear_page(struct span value, struct buf *out)
{
	const char *flaw = NULL;
	struct reader in = { value, &flaw };
	struct reader r = enter(&in, TAG_SEQUENCE, "no realSearchControlValue");
	const int64_t size = number(&r, TAG_INTEGER, "no size");
	const struct span cookie = need(&r, TAG_OCTETS, "no cookie");

	if (flaw != NULL || in.in.len != 0)
		return false;
	if (out != NULL)
		buf_addf(out, "; paged %lld ", (long long)size);
	put_quoted(out, cookie);
	put(out, SPAN(" "));
	return true;
}

static void
hear_control(struct reader *list, struct buf *out)
{
	struct reader r = enter(list, TAG_SEQUENCE, "no Control");
	const struct span type = oid(&r, TAG_OCTETS, "no controlType");
	struct span critical = { NULL, 0 }, value = { NULL, 0 };

	if (is_next(&r, TAG_BOOLEAN)) {
		critical = need(&r, TAG_BOOLEAN, "");
		if (!span_eq(critical, SPAN("\xff")))
			wrong(&r, "a BOOLEAN that is not FF or is the default, "
				  "RFC 4511 5.1 (3), (4)");
	}
	if (is_next(&r, TAG_OCTETS))
		value = need(&r, TAG_OCTETS, "");
	leave(&r);
	if (span_eq(type, SPAN(LDAP_PAGED)) && hear_page(value, out))
		return;
	put(out, SPAN("; "));
	put(out, type);
	put(out, critical.len > 0 ? SPAN(" critical ") : SPAN(" "));
	if (value.ptr != NULL) {
		put_quoted(out, value);
		put(out, SPAN(" "));
	}
}

const char *
ldap_hear(struct span message, enum ldap_kind *kind, struct buf *out)
{
	const char *flaw = NULL;
	struct reader in = { message, &flaw }, r, controls;
	const struct response *response;
	int64_t id;

	r = enter(&in, TAG_SEQUENCE, "no SEQUENCE");
	if (in.in.len != 0)
		wrong(&r, "more than one message");
	id = number(&r, TAG_INTEGER, "no messageID");
	if (sound(&r) && id < 0)
		wrong(&r, "a messageID below 0");
	if (out != NULL)
		buf_addf(out, "%lld ", (long long)id);
	response = hear_response(&r, out);
	if (is_next(&r, TAG_CONTROLS)) {
		controls = enter(&r, TAG_CONTROLS, "");
		while (sound(&controls) && controls.in.len > 0)
			hear_control(&controls, out);
	}
	leave(&r);
	if (flaw != NULL)
		return flaw;
	*kind = id == 0 ? LDAP_UNSOLICITED : response->kind;
	/* RFC 4511 4.4: it is an ExtendedResponse, with a name */
	if (id == 0 && response->tag != TAG_EXTENDED_RESPONSE)
		return "a messageID of 0 in what is no ExtendedResponse";
	return NULL;
}
