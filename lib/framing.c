/* SPDX-License-Identifier: MIT */
#include "lib/framing.h"

#include <ctype.h>

bool
framing_cut(struct span *in, struct span *line, bool *bare_lf)
{
	const char *lf = in->len == 0 ? NULL : memchr(in->ptr, '\n', in->len);

	if (lf == NULL)
		return false;
	*line = (struct span){ in->ptr, (size_t)(lf - in->ptr) };
	*in = span_skip(*in, line->len + 1);
	*bare_lf = line->len == 0 || line->ptr[line->len - 1] != '\r';
	if (!*bare_lf)
		line->len--;
	return true;
}

bool
framing_is_base64(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.ptr[i]) &&
		    strchr("+/=", s.ptr[i]) == NULL)
			return false;
	return true;
}

bool
framing_breaks(struct span line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] == '\r' || line.ptr[i] == '\n' ||
		    line.ptr[i] == '\0')
			return true;
	return false;
}

static enum framing_line
line_take(struct span *in, struct span *line, int awaited)
{
	bool bare_lf;

	(void)awaited;
	return framing_cut(in, line, &bare_lf) ? FRAME_LAST : FRAME_NEED_MORE;
}

const struct framing framing_line = {
	.name = "line",
	.take = line_take,
	.most = 64 * 1024,
};

const struct framing *
framing_of(const char *service)
{
	/* clang-format off */
	static const struct {
		const char *service;
		const struct framing *framing;
	} known[] = {
		{ "smtp",	 &framing_smtp },
		{ "submission",	 &framing_smtp },
		{ "submissions", &framing_smtp },
		{ "pop3",	 &framing_pop3 },
		{ "pop3s",	 &framing_pop3 },
		{ "imap",	 &framing_imap },
		{ "imaps",	 &framing_imap },
		{ "ldap",	 &framing_ldap },
		{ "ldaps",	 &framing_ldap },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(known[i].service, service) == 0)
			return known[i].framing;
	return NULL;
}
