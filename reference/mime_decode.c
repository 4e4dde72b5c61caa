/* SPDX-License-Identifier: MIT */
#include "reference/mime_decode.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct span replacement = SPAN_INIT("\xEF\xBF\xBD");

/* ---- charsets ---- */

/* clang-format off */
static const struct charset {
	const char	*name;
	const char	*iconv; /* NULL: UTF-8, which US-ASCII is part of */
} charsets[] = {
	{ "UTF-8",		NULL },
	{ "US-ASCII",		NULL },
	{ "GB18030",		"GB18030" },
	{ "GBK",		"GB18030" },
	{ "GB2312",		"GB18030" },
	{ "BIG5",		"BIG5" },
	{ "BIG5-HKSCS",		"BIG5-HKSCS" },
	{ "ISO-2022-CN",	"ISO-2022-CN" },
	{ "ISO-2022-JP",	"ISO-2022-JP" },
	{ "SHIFT_JIS",		"SHIFT_JIS" },
	{ "EUC-JP",		"EUC-JP" },
	{ "EUC-KR",		"EUC-KR" },
	{ "ISO-8859-1",		"ISO-8859-1" },
	{ "ISO-8859-2",		"ISO-8859-2" },
	{ "ISO-8859-3",		"ISO-8859-3" },
	{ "ISO-8859-4",		"ISO-8859-4" },
	{ "ISO-8859-5",		"ISO-8859-5" },
	{ "ISO-8859-6",		"ISO-8859-6" },
	{ "ISO-8859-7",		"ISO-8859-7" },
	{ "ISO-8859-8",		"ISO-8859-8" },
	{ "ISO-8859-9",		"ISO-8859-9" },
	{ "ISO-8859-10",	"ISO-8859-10" },
	{ "ISO-8859-13",	"ISO-8859-13" },
	{ "ISO-8859-14",	"ISO-8859-14" },
	{ "ISO-8859-15",	"ISO-8859-15" },
	{ "ISO-8859-16",	"ISO-8859-16" },
	{ "WINDOWS-1250",	"CP1250" },
	{ "WINDOWS-1251",	"CP1251" },
	{ "WINDOWS-1252",	"CP1252" },
	{ "KOI8-R",		"KOI8-R" },
};

/* Names in use for some of them, which need not be told. */
static const struct {
	struct span	 name;
	const char	*charset;
} aliases[] = {
	{ SPAN_INIT("UTF8"),		"UTF-8" },
	{ SPAN_INIT("ASCII"),		"US-ASCII" },
	{ SPAN_INIT("ANSI_X3.4-1968"),	"US-ASCII" },
	{ SPAN_INIT("CP936"),		"GBK" },
	{ SPAN_INIT("MS936"),		"GBK" },
	{ SPAN_INIT("X-GBK"),		"GBK" },
	{ SPAN_INIT("EUC-CN"),		"GB2312" },
	{ SPAN_INIT("GB_2312-80"),	"GB2312" },
	{ SPAN_INIT("CP950"),		"BIG5" },
	{ SPAN_INIT("LATIN1"),		"ISO-8859-1" },
};
/* clang-format on */

/* Converters stay open for as long as one text is decoded. */
struct converters {
	iconv_t at[COUNT(charsets)];
	bool open[COUNT(charsets)];
};

const char *
mime_charset_name(size_t i)
{
	return i < COUNT(charsets) ? charsets[i].name : NULL;
}

static size_t
find_charset(struct span name)
{
	size_t i = 0;

	for (i = 0; i < COUNT(aliases); i++)
		if (span_caseeq(name, aliases[i].name))
			name = span_of(aliases[i].charset);
	for (i = 0; i < COUNT(charsets); i++)
		if (span_caseeq(name, span_of(charsets[i].name)))
			break;
	return i;
}

bool
mime_charset_known(struct span charset)
{
	return find_charset(charset) < COUNT(charsets);
}

/* Octets in front that are UTF-8. */
static size_t
good_utf8(struct span s)
{
	size_t n = 0, more;

	while ((more = text_utf8(span_skip(s, n))) > 0)
		n += more;
	return n;
}

static void
copy_utf8(struct span s, struct buf *out)
{
	while (s.len > 0) {
		const size_t n = good_utf8(s);

		buf_add(out, span_take(s, n));
		s = span_skip(s, n);
		if (s.len > 0) {
			buf_add(out, replacement);
			s = span_skip(s, 1);
		}
	}
}

static void
convert(iconv_t cd, struct span s, struct buf *out)
{
	char room[1024];
	char *in = (char *)(uintptr_t)s.ptr, *to;
	size_t in_left = s.len, left;
	bool more = true;

	(void)iconv(cd, NULL, NULL, NULL, NULL);
	while (more) {
		/* The last call brings out what is still in the converter. */
		const bool last = in_left == 0;
		size_t got;
		int why;

		to = room;
		left = sizeof room;
		errno = 0;
		got = iconv(
		    cd, last ? NULL : &in, last ? NULL : &in_left, &to, &left);
		why = got == (size_t)-1 ? errno : 0;
		buf_add(out, (struct span){ room, sizeof room - left });
		if (why == EILSEQ || why == EINVAL) {
			buf_add(out, replacement);
			in += in_left > 0;
			in_left -= in_left > 0;
		}
		more = !last || why == E2BIG;
	}
}

static bool
convert_by(struct converters *all, struct span charset, struct span text,
    struct buf *out)
{
	const size_t i = find_charset(charset);

	if (i == COUNT(charsets)) {
		buf_add(out, text);
		return false;
	}
	if (charsets[i].iconv == NULL) {
		copy_utf8(text, out);
		return true;
	}
	if (!all->open[i]) {
		all->at[i] = iconv_open("UTF-8", charsets[i].iconv);
		all->open[i] = all->at[i] != (iconv_t)-1;
	}
	if (all->open[i])
		convert(all->at[i], text, out);
	else
		buf_add(out, text);
	return all->open[i];
}

static void
close_converters(struct converters *all)
{
	for (size_t i = 0; i < COUNT(charsets); i++)
		if (all->open[i])
			(void)iconv_close(all->at[i]);
}

bool
mime_from_charset(struct span charset, struct span text, struct buf *out)
{
	struct converters all = { 0 };
	const bool known = convert_by(&all, charset, text, out);

	close_converters(&all);
	return known;
}

/* ---- transfer encodings ---- */

static int
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

void
mime_unbase64(struct span s, struct buf *out)
{
	char room[1024];
	size_t used = 0;
	unsigned bits = 0, count = 0;

	for (size_t i = 0; i < s.len; i++) {
		const int digit = base64_digit(s.ptr[i]);

		/* Some join texts that were encoded apart. */
		if (s.ptr[i] == '=')
			count = 0;
		if (digit < 0)
			continue;
		bits = (bits << 6 | (unsigned)digit) & 0xffffff;
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		room[used++] = (char)(bits >> count & 0xff);
		if (used == sizeof room) {
			buf_add(out, (struct span){ room, used });
			used = 0;
		}
	}
	buf_add(out, (struct span){ room, used });
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "=41" or "%41"; what is none stays as it is. */
static void
unhex(struct span s, char mark, struct buf *out)
{
	while (s.len > 0) {
		const char *hit = memchr(s.ptr, mark, s.len);
		const size_t n = hit == NULL ? s.len : (size_t)(hit - s.ptr);
		int high, low;
		char c = mark;

		buf_add(out, span_take(s, n));
		s = span_skip(s, n);
		if (s.len == 0)
			break;
		high = s.len > 2 ? hex_digit(s.ptr[1]) : -1;
		low = s.len > 2 ? hex_digit(s.ptr[2]) : -1;
		if (high >= 0 && low >= 0)
			c = (char)(high * 16 + low);
		buf_add(out, (struct span){ &c, 1 });
		s = span_skip(s, high >= 0 && low >= 0 ? 3 : 1);
	}
}

static void
unquoted_printable(struct span s, struct buf *out)
{
	while (s.len > 0) {
		struct span line = span_take(s, mime_line(s));
		struct span ending;

		s = span_skip(s, line.len);
		ending = span_skip(line, line.len);
		/* White space at the end was added on the way: 6.7 (3). */
		while (line.len > 0 &&
		       strchr(" \t\r\n", line.ptr[line.len - 1]) != NULL &&
		       line.ptr[line.len - 1] != '\0') {
			const char c = line.ptr[--line.len];

			if (c == '\r' || c == '\n')
				ending = (struct span){ line.ptr + line.len,
					ending.len + 1 };
		}
		if (line.len > 0 && line.ptr[line.len - 1] == '=') {
			line.len--;
			ending.len = 0;
		}
		unhex(line, '=', out);
		buf_add(out, ending);
	}
}

static void
copy(struct span body, struct buf *out)
{
	buf_add(out, body);
}

bool
mime_unencode(struct span encoding, struct span body, struct buf *out)
{
	/* clang-format off */
	static const struct {
		struct span	 name;
		void		(*undo)(struct span, struct buf *);
	} encodings[] = {
		{ SPAN_INIT("7bit"),			copy },
		{ SPAN_INIT("8bit"),			copy },
		{ SPAN_INIT("binary"),			copy },
		{ SPAN_INIT("base64"),			mime_unbase64 },
		{ SPAN_INIT("quoted-printable"),	unquoted_printable },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(encodings); i++)
		if (span_caseeq(encoding, encodings[i].name)) {
			encodings[i].undo(body, out);
			return true;
		}
	copy(body, out);
	return false;
}

/* ---- encoded-words ---- */

struct word {
	struct span charset, text;
	char encoding; /* 'b' or 'q' */
	size_t len;    /* of all of it */
};

/* What words in a row have said, in one charset. */
struct words {
	struct converters all;
	struct buf *out;
	struct buf octets;
	struct span charset;
	bool ok;
};

static bool
is_word_octet(char c)
{
	return c != '?' && (unsigned char)c > ' ' && c != 0x7f;
}

static struct span
take_word_octets(struct span *in)
{
	struct span s = *in;
	size_t n = 0;

	while (n < s.len && is_word_octet(s.ptr[n]))
		n++;
	*in = span_skip(s, n);
	return span_take(s, n);
}

static bool
take_mark(struct span *in, struct span mark)
{
	if (!span_starts(*in, mark))
		return false;
	*in = span_skip(*in, mark.len);
	return true;
}

static bool
parse_word(struct span in, struct word *word)
{
	const struct span start = in;
	struct span encoding;

	if (!take_mark(&in, SPAN("=?")))
		return false;
	word->charset = take_word_octets(&in);
	if (word->charset.len == 0 || !take_mark(&in, SPAN("?")))
		return false;
	encoding = take_word_octets(&in);
	if (encoding.len != 1 || !take_mark(&in, SPAN("?")))
		return false;
	word->encoding = (char)(encoding.ptr[0] | 0x20);
	if (word->encoding != 'b' && word->encoding != 'q')
		return false;
	word->text = take_word_octets(&in);
	if (!take_mark(&in, SPAN("?=")))
		return false;
	/* RFC 2231 5: the language is behind the charset. */
	word->charset = span_cut(&word->charset, '*');
	word->len = start.len - in.len;
	return true;
}

static void
flush(struct words *w)
{
	if (w->octets.len > 0 &&
	    !convert_by(&w->all, w->charset, buf_span(&w->octets), w->out))
		w->ok = false;
	buf_clear(&w->octets);
}

static void
add_word(struct words *w, const struct word *word)
{
	struct span text = word->text;

	if (!span_caseeq(w->charset, word->charset))
		flush(w);
	w->charset = word->charset;
	if (word->encoding == 'b') {
		mime_unbase64(text, &w->octets);
		return;
	}
	while (text.len > 0) {
		const struct span piece = span_cut(&text, '_');

		unhex(piece, '=', &w->octets);
		if (piece.ptr + piece.len < word->text.ptr + word->text.len)
			buf_add(&w->octets, SPAN(" "));
	}
}

static void
add_plain(struct words *w, struct span text)
{
	if (text.len == 0)
		return;
	flush(w);
	buf_add(w->out, text);
	w->ok = w->ok && text_is_utf8(text);
}

static bool
is_all_space(struct span s)
{
	while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = span_skip(s, 1);
	return s.len == 0;
}

static void
decode_unfolded(struct words *w, struct span rest)
{
	struct word word = { .len = 0 };
	bool after_word = false;

	while (rest.len > 0) {
		size_t at = span_find(rest, SPAN("=?"));

		while (at < rest.len && !parse_word(span_skip(rest, at), &word))
			at +=
			    2 + span_find(span_skip(rest, at + 2), SPAN("=?"));
		if (at == rest.len || !after_word ||
		    !is_all_space(span_take(rest, at)))
			add_plain(w, span_take(rest, at));
		rest = span_skip(rest, at);
		if (rest.len == 0)
			break;
		add_word(w, &word);
		after_word = true;
		rest = span_skip(rest, word.len);
	}
	flush(w);
}

bool
mime_decode_words(struct span value, struct buf *out)
{
	struct words w = { .out = out, .ok = true };
	struct buf unfolded;

	buf_init(&unfolded, value.len);
	buf_init(&w.octets, value.len);
	mime_unfold(value, &unfolded);
	decode_unfolded(&w, buf_span(&unfolded));
	close_converters(&w.all);
	buf_free(&w.octets);
	buf_free(&unfolded);
	return w.ok;
}

/* ---- parameters ---- */

/* "name*", "name*3" or "name*3*"; section -1 is the first of these. */
static const struct mime_param *
find_section(
    struct mime_params params, struct span name, int section, bool *extended)
{
	char text[16];

	for (size_t i = 0; i < params.count; i++) {
		const struct mime_param *param = &params.at[i];
		struct span rest = param->name;

		if (!span_casestarts(rest, name))
			continue;
		rest = span_skip(rest, name.len);
		if (section < 0)
			text[0] = '\0';
		else
			snprintf(text, sizeof text, "*%d", section);
		*extended = rest.len > 0 && rest.ptr[rest.len - 1] == '*';
		rest.len -= *extended;
		if (span_eq(rest, span_of(text)) && (section >= 0 || *extended))
			return param;
	}
	return NULL;
}

/* charset'language'; without both quotes it is part of the value */
static struct span
take_charset(struct span *value)
{
	struct span rest = *value;
	const struct span charset = span_cut(&rest, '\'');
	const struct span language = span_cut(&rest, '\'');

	if (charset.len + 1 + language.len >= value->len)
		return (struct span){ NULL, 0 };
	*value = rest;
	return charset;
}

static void
add_section(const struct mime_param *param, bool extended, bool first,
    struct span *charset, struct buf *octets)
{
	struct span value = param->value;

	if (!extended) {
		mime_unquote(value, octets);
		return;
	}
	if (first)
		*charset = take_charset(&value);
	unhex(value, '%', octets);
}

/* RFC 2231 3 and 4; false when there is nothing of that name. */
static bool
gather(struct mime_params params, struct span name, struct span *charset,
    struct buf *octets)
{
	bool extended = false;
	const struct mime_param *param =
	    find_section(params, name, -1, &extended);
	int section = 0;

	if (param != NULL) {
		add_section(param, true, true, charset, octets);
		return true;
	}
	while (section < MIME_PARAMS_MOST &&
	       (param = find_section(params, name, section, &extended)) != NULL)
		add_section(param, extended, section++ == 0, charset, octets);
	if (section > 0)
		return true;
	param = mime_find_param(params, name);
	if (param != NULL)
		mime_unquote(param->value, octets);
	return param != NULL;
}

bool
mime_decode_param(struct mime_params params, struct span name, struct buf *out)
{
	struct span charset = { NULL, 0 };
	struct buf octets;
	size_t most = 0;
	bool ok;

	for (size_t i = 0; i < params.count; i++)
		most += params.at[i].value.len;
	buf_init(&octets, most);
	ok = gather(params, name, &charset, &octets);
	if (ok && charset.len > 0)
		ok = mime_from_charset(charset, buf_span(&octets), out);
	else if (ok)
		ok = mime_decode_words(buf_span(&octets), out);
	buf_free(&octets);
	return ok;
}
