/* SPDX-License-Identifier: MIT */
#include "reference/imap/content.h"

#define FRONT      (32u << 10) /* octets that most headers fit in */
#define WHOLE_MOST (256u << 20)

void
imap_content_init(struct imap_content *c, struct store *store, int64_t mailbox)
{
	*c = (struct imap_content){ .store = store, .mailbox = mailbox };
	buf_init(&c->octets, WHOLE_MOST);
}

static void
forget(struct imap_content *c)
{
	if (c->parsed)
		mime_free(&c->mime);
	c->parsed = c->whole = c->begun = false;
	buf_clear(&c->octets);
}

void
imap_content_free(struct imap_content *c)
{
	forget(c);
	buf_free(&c->octets);
}

void
imap_content_choose(struct imap_content *c, uint32_t uid)
{
	forget(c);
	c->uid = uid;
}

/* The header with its blank line; false when its end is not in sight. */
static bool
cut_header(struct span text, bool whole, struct span *header)
{
	struct span rest = text;
	struct mime_field field;

	while (mime_take_field(&rest, &field))
		;
	if (rest.len > 0 && mime_is_blank(rest))
		rest = span_skip(rest, mime_line(rest));
	else if (!whole && rest.len == 0)
		return false;
	*header = span_take(text, text.len - rest.len);
	return true;
}

bool
imap_content_all(struct imap_content *c, struct span *octets)
{
	if (!c->whole) {
		buf_clear(&c->octets);
		c->whole = c->begun = store_mail_content(
		    c->store, c->mailbox, c->uid, &c->octets);
	}
	*octets = buf_span(&c->octets);
	return c->whole;
}

bool
imap_content_header(struct imap_content *c, struct span *header)
{
	struct span all;

	if (!c->begun) {
		c->begun = store_mail_part(
		    c->store, c->mailbox, c->uid, 0, FRONT, &c->octets);
		c->whole = c->begun && c->octets.len < FRONT;
	}
	if (c->begun && cut_header(buf_span(&c->octets), c->whole, header))
		return true;
	return imap_content_all(c, &all) && cut_header(all, true, header);
}

bool
imap_content_mime(struct imap_content *c, const struct mime **mime)
{
	struct span all;

	if (!imap_content_all(c, &all))
		return false;
	if (!c->parsed)
		mime_parse(&c->mime, all);
	c->parsed = true;
	*mime = &c->mime;
	return true;
}
