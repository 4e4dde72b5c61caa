/* SPDX-License-Identifier: MIT */
#include "reports/ofd_ink.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/mem.h"
#include "reports/escape.h"

enum font { SONG, HEI, TIMES, TIMES_BOLD, COURIER, FONTS };

/* Identifiers 1 to 5 are theirs. */
static const struct {
	const char *name, *family;
	bool bold, fixed;
} fonts[FONTS] = {
	[SONG] = { "宋体", "SimSun", false, false },
	[HEI] = { "黑体", "SimHei", false, false },
	[TIMES] = { "Times New Roman", "Times New Roman", false, false },
	[TIMES_BOLD] = { "Times New Roman", "Times New Roman", true, false },
	[COURIER] = { "Courier New", "Courier New", false, true },
};

static const struct {
	enum font wide, narrow;
} faces[INK_FACES] = {
	[INK_SONG] = { SONG, TIMES },
	[INK_HEI] = { HEI, TIMES_BOLD },
	[INK_MONO] = { SONG, COURIER },
};

/* clang-format off */
/* Thousandths of the size, from U+0020 to U+007E. */
static const unsigned short times[] = {
	250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333,
	250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278,
	564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333,
	389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944,
	722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444,
	333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389,
	278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
};
static const unsigned short times_bold[] = {
	250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333,
	250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 333, 333,
	570, 570, 570, 500, 930, 722, 667, 722, 722, 667, 611, 778, 778, 389,
	500, 778, 667, 944, 722, 778, 611, 778, 722, 556, 667, 722, 722, 1000,
	722, 722, 667, 333, 278, 333, 581, 500, 333, 500, 556, 444, 556, 444,
	333, 500, 556, 278, 333, 556, 278, 833, 556, 500, 556, 556, 444, 389,
	333, 556, 500, 722, 500, 500, 444, 394, 220, 394, 520,
};
/* clang-format on */

_Static_assert(sizeof(times) == sizeof(times_bold) &&
		   sizeof(times) / sizeof(times[0]) == 0x7f - 0x20,
    "a width for each");

#define COURIER_WIDE 0.6
#define ABOVE        0.88 /* of a size is above the baseline */

static bool
is_narrow(unsigned code)
{
	return code < 0x7f || (code >= 0xc0 && code < 0x250);
}

static enum font
font_of(const struct ink_style *s, unsigned code)
{
	return is_narrow(code) ? faces[s->face].narrow : faces[s->face].wide;
}

double
ink_advance(const struct ink_style *s, unsigned code)
{
	const enum font font = font_of(s, code);

	if (code < 0x20)
		return 0;
	if (font == COURIER)
		return s->size * COURIER_WIDE;
	if (!is_narrow(code))
		return s->size;
	if (code > 0x7e)
		return s->size / 2;
	return s->size * (font == TIMES ? times : times_bold)[code - 0x20] /
	       1000;
}

double
ink_width(const struct ink_style *s, struct span line)
{
	double w = 0;
	unsigned code;

	while (line.len > 0) {
		if (!utf8_take(&line, &code))
			code = 0;
		w += ink_advance(s, code);
	}
	return w;
}

/* ---- XML ---- */

void
ink_open(xmlTextWriterPtr w, const char *name)
{
	xmlTextWriterStartElementNS(w, BAD_CAST "ofd", BAD_CAST name, NULL);
}

void
ink_close(xmlTextWriterPtr w)
{
	xmlTextWriterEndElement(w);
}

void
ink_element(xmlTextWriterPtr w, const char *name, const char *text)
{
	ink_open(w, name);
	xmlTextWriterWriteString(w, BAD_CAST text);
	ink_close(w);
}

void
ink_set(xmlTextWriterPtr w, const char *name, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	xmlTextWriterWriteVFormatAttribute(w, BAD_CAST name, fmt, args);
	va_end(args);
}

void
ink_root(xmlTextWriterPtr w, const char *name)
{
	xmlTextWriterStartDocument(w, "1.0", "UTF-8", NULL);
	xmlTextWriterStartElementNS(
	    w, BAD_CAST "ofd", BAD_CAST name, BAD_CAST INK_OFD);
}

void
ink_fonts(xmlTextWriterPtr w)
{
	ink_open(w, "Fonts");
	for (size_t i = 0; i < FONTS; i++) {
		ink_open(w, "Font");
		ink_set(w, "ID", "%zu", i + 1);
		ink_set(w, "FontName", "%s", fonts[i].name);
		ink_set(w, "FamilyName", "%s", fonts[i].family);
		if (fonts[i].bold)
			ink_set(w, "Bold", "true");
		if (fonts[i].fixed)
			ink_set(w, "FixedWidth", "true");
		ink_close(w);
	}
	ink_close(w);
}

/* ---- pages ---- */

void
ink_init(struct ink *k)
{
	*k = (struct ink){ .id = FONTS };
}

void
ink_free(struct ink *k)
{
	for (size_t i = 0; i < k->n; i++) {
		xmlFreeTextWriter(k->pages[i].writer);
		xmlBufferFree(k->pages[i].text);
	}
	free(k->pages);
	*k = (struct ink){ 0 };
}

static void
physical_box(xmlTextWriterPtr w)
{
	ink_open(w, "Area");
	ink_element(w, "PhysicalBox", "0 0 210 297");
	ink_close(w);
}

void
ink_begin(struct ink *k)
{
	struct ink_page *p;

	if (k->n == INK_PAGES)
		return;
	k->pages = mem_grow(k->pages, (k->n + 1) * sizeof(k->pages[0]));
	k->at = k->n++;
	p = &k->pages[k->at];
	p->id = ++k->id;
	p->text = xmlBufferCreate();
	p->writer = xmlNewTextWriterMemory(p->text, 0);
	ink_root(p->writer, "Page");
	physical_box(p->writer);
	ink_open(p->writer, "Content");
	ink_open(p->writer, "Layer");
	ink_set(p->writer, "ID", "%u", ++k->id);
	ink_set(p->writer, "Type", "Body");
}

void
ink_end(struct ink *k)
{
	for (size_t i = 0; i < k->n; i++)
		xmlTextWriterEndDocument(k->pages[i].writer);
}

/* ---- what stands on them ---- */

static void
colour(xmlTextWriterPtr w, const char *name, unsigned rgb)
{
	ink_open(w, name);
	ink_set(
	    w, "Value", "%u %u %u", rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255);
	ink_close(w);
}

/* Begins an object, with a number of its own, in a box. */
static xmlTextWriterPtr
object(struct ink *k, const char *kind, double x, double y, double w, double h)
{
	xmlTextWriterPtr to = k->pages[k->at].writer;

	ink_open(to, kind);
	ink_set(to, "ID", "%u", ++k->id);
	ink_set(to, "Boundary", "%.5g %.5g %.5g %.5g", x, y, w, h);
	return to;
}

/* Characters of one font: how far each is from the one before it. */
struct stretch {
	enum font font;
	struct buf text, deltas;
	double x, wide, last;
	size_t same; /* of the distance that was last */
	size_t n;
};

#define STRETCH_MOST 65536 /* octets */

static void
flush_deltas(struct stretch *s)
{
	if (s->same > 1)
		buf_addf(&s->deltas, "%sg %zu %.5g",
		    s->deltas.len == 0 ? "" : " ", s->same, s->last);
	else if (s->same == 1)
		buf_addf(&s->deltas, "%s%.5g", s->deltas.len == 0 ? "" : " ",
		    s->last);
	s->same = 0;
}

static void
stretch_add(struct stretch *s, struct span character, double advance)
{
	buf_add(&s->text, character);
	s->n++;
	s->wide += advance;
	if (s->same > 0 && s->last != advance)
		flush_deltas(s);
	s->last = advance;
	s->same++;
}

static void
stretch_end(
    struct ink *k, struct stretch *s, double y, const struct ink_style *style)
{
	xmlTextWriterPtr w;

	if (s->n == 0)
		return;
	/* the last has nothing behind it */
	s->same--;
	flush_deltas(s);
	w = object(k, "TextObject", s->x, y, s->wide + 0.1, style->size * 1.25);
	ink_set(w, "Font", "%u", s->font + 1);
	ink_set(w, "Size", "%.5g", style->size);
	if (fonts[s->font].bold)
		ink_set(w, "Weight", "700");
	colour(w, "FillColor", style->colour);
	ink_open(w, "TextCode");
	ink_set(w, "X", "0");
	ink_set(w, "Y", "%.5g", style->size * ABOVE);
	if (s->deltas.len > 0)
		ink_set(w, "DeltaX", "%s", buf_text(&s->deltas));
	xmlTextWriterWriteString(w, BAD_CAST buf_text(&s->text));
	ink_close(w);
	ink_close(w);
	s->x += s->wide;
	s->wide = 0;
	s->n = 0;
	s->same = 0;
	buf_clear(&s->text);
	buf_clear(&s->deltas);
}

void
ink_line(struct ink *k, double x, double y, const struct ink_style *style,
    struct span line)
{
	struct stretch s = { .x = x };

	if (k->n == 0)
		return;
	buf_init(&s.text, STRETCH_MOST);
	buf_init(&s.deltas, STRETCH_MOST);
	while (line.len > 0) {
		struct span character = line;
		unsigned code;

		if (!utf8_take(&line, &code) || code < 0x20)
			continue;
		character.len -= line.len;
		if (s.n > 0 && s.font != font_of(style, code))
			stretch_end(k, &s, y, style);
		s.font = font_of(style, code);
		stretch_add(&s, character, ink_advance(style, code));
	}
	stretch_end(k, &s, y, style);
	buf_free(&s.text);
	buf_free(&s.deltas);
}

void
ink_box(struct ink *k, double x, double y, double w, double h, unsigned rgb)
{
	char path[160];
	xmlTextWriterPtr to;

	if (k->n == 0)
		return;
	snprintf(path, sizeof(path), "M 0 0 L %.5g 0 L %.5g %.5g L 0 %.5g C", w,
	    w, h, h);
	to = object(k, "PathObject", x, y, w, h);
	ink_set(to, "Stroke", "false");
	ink_set(to, "Fill", "true");
	colour(to, "FillColor", rgb);
	ink_element(to, "AbbreviatedData", path);
	ink_close(to);
}

void
ink_stroke(struct ink *k, double x, double y, double w, double h, double pen,
    unsigned rgb, const char *path)
{
	xmlTextWriterPtr to;

	if (k->n == 0)
		return;
	to = object(k, "PathObject", x, y, w, h);
	ink_set(to, "LineWidth", "%.5g", pen);
	ink_set(to, "Cap", "Round");
	ink_set(to, "Join", "Round");
	colour(to, "StrokeColor", rgb);
	ink_element(to, "AbbreviatedData", path);
	ink_close(to);
}
