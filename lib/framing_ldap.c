/* SPDX-License-Identifier: MIT */
/* RFC 4511 4.1.1, 5.1: LDAPMessages, one behind another. */
#include "lib/framing_ldap.h"

#include "lib/framing.h"

enum { SOLICITED, UNSOLICITED };

static int
ldap_awaits(struct span pattern)
{
	return span_starts(pattern, SPAN("0 ")) ? UNSOLICITED : SOLICITED;
}

/* Octets of the whole message; 0: not known yet; false: it is none. */
static bool
measure(struct span in, size_t *whole)
{
	const unsigned char *octets = (const unsigned char *)in.ptr;
	size_t n = 0;

	*whole = 0;
	if (in.len > 0 && octets[0] != 0x30)
		return false;
	if (in.len < 2)
		return true;
	if (octets[1] < 0x80) {
		*whole = 2u + octets[1];
		return true;
	}
	/* Indefinite, or more than anybody could send. */
	if (octets[1] == 0x80 || octets[1] > 0x84)
		return false;
	if (in.len < 2u + (octets[1] & 0x7fu))
		return true;
	for (unsigned char i = 0; i < (octets[1] & 0x7f); i++)
		n = n << 8 | octets[2 + i];
	*whole = 2 + (octets[1] & 0x7fu) + n;
	return true;
}

static enum framing_line
ldap_take(struct span *in, struct span *line, int awaited)
{
	enum ldap_kind kind;
	size_t whole;

	if (!measure(*in, &whole)) {
		*line = *in;
		*in = span_skip(*in, in->len);
		return FRAME_GARBAGE;
	}
	if (whole == 0 || in->len < whole)
		return FRAME_NEED_MORE;
	*line = span_take(*in, whole);
	*in = span_skip(*in, whole);
	if (ldap_hear(*line, &kind, NULL) != NULL)
		return FRAME_GARBAGE;
	if (kind == LDAP_UNSOLICITED && awaited == UNSOLICITED)
		return FRAME_EVENT;
	if (kind == LDAP_UNSOLICITED) /* who leaves is heard out */
		return span_find(*line, SPAN(LDAP_NOTICE)) < line->len
			   ? FRAME_MIDDLE
			   : FRAME_ASIDE;
	return kind == LDAP_ANSWER ? FRAME_LAST : FRAME_MIDDLE;
}

static void
ldap_plain(struct span line, struct buf *out)
{
	enum ldap_kind kind;
	const char *flaw = ldap_hear(line, &kind, out);

	if (flaw == NULL)
		return;
	buf_clear(out);
	buf_addf(out, "(%s:", flaw);
	for (size_t i = 0; i < line.len && i < 80; i++)
		buf_addf(out, " %02x", (unsigned char)line.ptr[i]);
	buf_addf(out, "%s)", line.len > 80 ? " ..." : "");
}

/*
 * RFC 4511 4.4.1: upon transmission the server terminates the session.  A
 * protocolError is about what we said, and so an answer.
 */
static bool
ldap_leaves(struct span line)
{
	return span_starts(line, SPAN("0 extendedResp ")) &&
	       !span_starts(line, SPAN("0 extendedResp protocolError ")) &&
	       span_find(line, SPAN(" name " LDAP_NOTICE " ")) < line.len;
}

const struct framing framing_ldap = {
	.name = "ldap",
	.take = ldap_take,
	.awaits = ldap_awaits,
	.plain = ldap_plain,
	.leaves = ldap_leaves,
	.encode = ldap_say,
	.caseless = true,
	.most = (1 << 20) + (64 << 10), /* a MiB, and around it */
};
