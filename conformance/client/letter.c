/* SPDX-License-Identifier: MIT */
#include "conformance/client/letter.h"

#include <ctype.h>
#include <iconv.h>
#include <libetpan/mailimf.h>
#include <libetpan/mailmime.h>
#include <libetpan/mailmime_content.h>
#include <libetpan/mailmime_decode.h>
#include <libetpan/mailmime_types_helper.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"

#define DEEP      20
#define BODY_MOST (8u << 20)
#define NAME_MOST 4096
#define SEGMENTS  50

static void
copy_small(char *to, size_t room, const char *from)
{
	size_t n = 0;

	for (; from != NULL && from[n] != '\0' && n + 1 < room; n++)
		to[n] = (char)tolower((unsigned char)from[n]);
	to[n] = '\0';
}

/* ---- RFC 2231: file names in pieces, each perhaps encoded ---- */

static int
hex(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = strchr(digits, tolower((unsigned char)c));

	return c == '\0' || at == NULL ? -1 : (int)(at - digits);
}

static void
add_percent(struct span s, struct buf *out)
{
	while (s.len > 0) {
		char c = s.ptr[0];
		size_t n = 1;

		if (c == '%' && s.len >= 3 && hex(s.ptr[1]) >= 0 &&
		    hex(s.ptr[2]) >= 0) {
			c = (char)(hex(s.ptr[1]) * 16 + hex(s.ptr[2]));
			n = 3;
		}
		buf_add(out, (struct span){ &c, 1 });
		s = span_skip(s, n);
	}
}

/* What cannot be converted says so, and is equal to nothing that can. */
static char *
to_utf8(const char *charset, struct span s)
{
	const iconv_t cd = iconv_open("UTF-8", charset);
	char *room = mem_new(s.len * 4 + 1, 1), *out = room;
	char *in = (char *)(uintptr_t)s.ptr;
	size_t in_left = s.len, out_left = s.len * 4;
	bool ok = cd != (iconv_t)-1;

	ok = ok && iconv(cd, &in, &in_left, &out, &out_left) != (size_t)-1;
	if (cd != (iconv_t)-1)
		iconv_close(cd);
	if (!ok) {
		free(room);
		return mem_textf("(not %s) %.*s", charset, SPAN_FMT(s));
	}
	*out = '\0';
	return room;
}

/* "filename*2*": its number, or -1; *encoded when a "*" ends the name. */
static int
segment_of(const char *name, bool *encoded)
{
	const size_t len = strlen(name);
	int number = 0;

	*encoded = len > 0 && name[len - 1] == '*';
	if (strncasecmp(name, "filename", 8) != 0)
		return -1;
	if (strcmp(name + 8, "") == 0 || strcmp(name + 8, "*") == 0)
		return 0;
	if (sscanf(name + 8, "*%d", &number) != 1)
		return -1;
	return number < SEGMENTS ? number : -1;
}

struct pieces {
	const char *value[SEGMENTS];
	bool encoded[SEGMENTS];
};

static void
add_piece(struct pieces *p, const struct mailmime_disposition_parm *parm)
{
	bool encoded = false;
	int i = 0;

	if (parm->pa_type == MAILMIME_DISPOSITION_PARM_FILENAME) {
		p->value[0] = parm->pa_data.pa_filename;
		return;
	}
	if (parm->pa_type != MAILMIME_DISPOSITION_PARM_PARAMETER)
		return;
	i = segment_of(parm->pa_data.pa_parameter->pa_name, &encoded);
	if (i < 0)
		return;
	p->value[i] = parm->pa_data.pa_parameter->pa_value;
	p->encoded[i] = encoded;
}

static char *
join_pieces(const struct pieces *p)
{
	char charset[64] = "utf-8", *name;
	struct buf raw;

	buf_init(&raw, NAME_MOST);
	for (int i = 0; i < SEGMENTS && p->value[i] != NULL; i++) {
		struct span value = span_of(p->value[i]);

		if (p->encoded[i] && i == 0) {
			const struct span set = span_cut(&value, '\'');

			snprintf(
			    charset, sizeof charset, "%.*s", SPAN_FMT(set));
			(void)span_cut(&value, '\'');
		}
		if (p->encoded[i])
			add_percent(value, &raw);
		else
			buf_add(&raw, value);
	}
	name = to_utf8(charset, buf_span(&raw));
	buf_free(&raw);
	return name;
}

static char *
filename_of(const struct mailmime_single_fields *f)
{
	struct pieces p = { .value = { NULL } };

	if (f->fld_disposition == NULL || f->fld_disposition->dsp_parms == NULL)
		return mem_text(SPAN(""));
	for (clistiter *at = clist_begin(f->fld_disposition->dsp_parms);
	     at != NULL; at = clist_next(at))
		add_piece(&p, clist_content(at));
	return join_pieces(&p);
}

/* ---- parts ---- */

static void
decode(const struct mailmime_data *d, struct buf *out)
{
	const struct span raw = { d->dt_data.dt_text.dt_data,
		d->dt_data.dt_text.dt_length };
	size_t at = 0, n;
	char *text;

	if (d->dt_type != MAILMIME_DATA_TEXT)
		return;
	if (d->dt_encoding != MAILMIME_MECHANISM_BASE64 &&
	    d->dt_encoding != MAILMIME_MECHANISM_QUOTED_PRINTABLE) {
		buf_add(out, raw);
		return;
	}
	if (mailmime_part_parse(raw.ptr, raw.len, &at, d->dt_encoding, &text,
		&n) != MAILIMF_NO_ERROR)
		return;
	buf_add(out, (struct span){ text, n });
	mmap_string_unref(text);
}

static const char *
type_name(const struct mailmime_type *type)
{
	static const char *const discrete[] = {
		[MAILMIME_DISCRETE_TYPE_TEXT] = "text",
		[MAILMIME_DISCRETE_TYPE_IMAGE] = "image",
		[MAILMIME_DISCRETE_TYPE_AUDIO] = "audio",
		[MAILMIME_DISCRETE_TYPE_VIDEO] = "video",
		[MAILMIME_DISCRETE_TYPE_APPLICATION] = "application",
	};

	if (type->tp_type != MAILMIME_TYPE_DISCRETE_TYPE)
		return "message";
	if (type->tp_data.tp_discrete_type->dt_type ==
	    MAILMIME_DISCRETE_TYPE_EXTENSION)
		return type->tp_data.tp_discrete_type->dt_extension;
	return discrete[type->tp_data.tp_discrete_type->dt_type];
}

static void
add_part(struct letter *l, struct mailmime *mime, const char *type)
{
	struct letter_part *p = &l->part[l->n];
	struct mailmime_single_fields fields = { 0 };
	char whole[128] = "text/plain";

	if (l->n == LETTER_PARTS)
		return;
	l->n++;
	mailmime_single_fields_init(
	    &fields, mime->mm_mime_fields, mime->mm_content_type);
	if (type != NULL)
		snprintf(whole, sizeof whole, "%s", type);
	else if (mime->mm_content_type != NULL)
		snprintf(whole, sizeof whole, "%s/%s",
		    type_name(mime->mm_content_type->ct_type),
		    mime->mm_content_type->ct_subtype);
	copy_small(p->type, sizeof p->type, whole);
	copy_small(p->charset, sizeof p->charset, fields.fld_content_charset);
	p->filename = filename_of(&fields);
	buf_init(&p->body, BODY_MOST);
	if (mime->mm_type == MAILMIME_SINGLE && mime->mm_data.mm_single != NULL)
		decode(mime->mm_data.mm_single, &p->body);
}

static void
walk(struct letter *l, struct mailmime *mime, int depth)
{
	if (mime == NULL || depth > DEEP)
		return;
	switch (mime->mm_type) {
	case MAILMIME_SINGLE:
		add_part(l, mime, NULL);
		break;
	case MAILMIME_MULTIPLE:
		for (clistiter *at =
			 clist_begin(mime->mm_data.mm_multipart.mm_mp_list);
		     at != NULL; at = clist_next(at))
			walk(l, clist_content(at), depth + 1);
		break;
	case MAILMIME_MESSAGE:
		if (depth > 0)
			add_part(l, mime, "message/rfc822");
		walk(l, mime->mm_data.mm_message.mm_msg_mime, depth + 1);
		break;
	}
}

static char *
decode_subject(const char *value)
{
	char *decoded, *copy;
	size_t at = 0;

	if (mailmime_encoded_phrase_parse("utf-8", value, strlen(value), &at,
		"utf-8", &decoded) != MAILIMF_NO_ERROR)
		return mem_text(span_of(value));
	copy = mem_text(span_of(decoded));
	free(decoded);
	return copy;
}

static char *
subject_of(const struct mailimf_fields *fields)
{
	if (fields != NULL)
		for (clistiter *at = clist_begin(fields->fld_list); at != NULL;
		     at = clist_next(at)) {
			const struct mailimf_field *f = clist_content(at);

			if (f->fld_type == MAILIMF_FIELD_SUBJECT)
				return decode_subject(
				    f->fld_data.fld_subject->sbj_value);
		}
	return mem_text(SPAN(""));
}

bool
letter_read(struct letter *l, struct span message)
{
	struct mailmime *mime = NULL;
	size_t at = 0;

	*l = (struct letter){ .n = 0 };
	if (mailmime_parse(message.ptr, message.len, &at, &mime) !=
	    MAILIMF_NO_ERROR)
		return false;
	if (mime->mm_type == MAILMIME_MESSAGE)
		l->subject = subject_of(mime->mm_data.mm_message.mm_fields);
	walk(l, mime, 0);
	mailmime_free(mime);
	return l->n > 0 && l->subject != NULL;
}

void
letter_free(struct letter *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->part[i].filename);
		buf_free(&l->part[i].body);
	}
	free(l->subject);
}
