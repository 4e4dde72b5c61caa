/* SPDX-License-Identifier: MIT */
/*
 * ofd_ink - pages of an OFD document (GB/T 33190), drawn on: text of known
 * width, boxes and strokes.
 *
 * All lengths are millimetres from the upper left corner of a page of A4.
 * Fonts are named and not embedded, those that every Chinese desktop has;
 * each character is put where its own font has it, so that a reader with
 * other fonts still sets no two on top of each other.
 */
#ifndef REPORTS_OFD_INK_H
#define REPORTS_OFD_INK_H

#include <libxml/xmlwriter.h>

#include "lib/buf.h"
#include "lib/span.h"

#define INK_WIDE 210.0
#define INK_HIGH 297.0

/* A font for Chinese and one for Latin that goes with it. */
enum ink_face { INK_SONG, INK_HEI, INK_MONO, INK_FACES };

struct ink_style {
	enum ink_face face;
	double size;
	unsigned colour; /* 0xRRGGBB */
};

struct ink_page {
	unsigned id;
	xmlBufferPtr text;
	xmlTextWriterPtr writer;
};

struct ink {
	struct ink_page *pages;
	size_t n, at; /* drawn on is pages[at] */
	unsigned id;  /* the last that was given */
};

#define INK_PAGES 4096 /* at most; further ones are not begun */

void ink_init(struct ink *);
void ink_free(struct ink *);

/* Ends what is open, where ink_begin() has begun it; then nothing is drawn. */
void ink_begin(struct ink *);
void ink_end(struct ink *);

/* Of one character, of a whole line: as wide as it is with these fonts. */
double ink_advance(const struct ink_style *, unsigned code);
double ink_width(const struct ink_style *, struct span line);

/* One line, its top at y; control characters are left out. */
void ink_line(struct ink *, double x, double y, const struct ink_style *,
    struct span line);

void ink_box(
    struct ink *, double x, double y, double w, double h, unsigned colour);
/* A path in a box: "M 0 0 L 3 2", with a pen of some width. */
void ink_stroke(struct ink *, double x, double y, double w, double h,
    double pen, unsigned colour, const char *path);

/* Doc_0/PublicRes.xml: the fonts, by the numbers the pages have them by. */
void ink_fonts(xmlTextWriterPtr);

#define INK_OFD "http://www.ofdspec.org/2016"

/* An element of OFD around a text. */
void ink_element(xmlTextWriterPtr, const char *name, const char *text);
void ink_open(xmlTextWriterPtr, const char *name);
void ink_close(xmlTextWriterPtr);
void ink_set(xmlTextWriterPtr, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* <ofd:NAME xmlns:ofd=...>, the first of a file. */
void ink_root(xmlTextWriterPtr, const char *name);

#endif
