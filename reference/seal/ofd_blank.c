/* SPDX-License-Identifier: MIT */
/* A document with hardly anything in it. */
#include <stdlib.h>

#include "reference/seal/ofd.h"
#include "reference/seal/pack.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define NS  " xmlns:ofd=\"http://www.ofdspec.org/2016\""

/* clang-format off */
static const struct {
	const char *name, *text;
} files[] = {
	{ "OFD.xml",
	  XML "<ofd:OFD" NS " Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody>"
	  "<ofd:DocInfo><ofd:DocID>20260101000000000000000000000001</ofd:DocID>"
	  "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
	  "</ofd:DocBody></ofd:OFD>\n" },
	{ "Doc_0/Document.xml",
	  XML "<ofd:Document" NS "><ofd:CommonData>"
	  "<ofd:MaxUnitID>4</ofd:MaxUnitID><ofd:PageArea>"
	  "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
	  "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
	  "<ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/>"
	  "</ofd:Pages></ofd:Document>\n" },
	{ "Doc_0/PublicRes.xml",
	  XML "<ofd:Res" NS " BaseLoc=\"Res\"><ofd:Fonts><ofd:Font ID=\"3\" "
	  "FontName=\"宋体\"/></ofd:Fonts></ofd:Res>\n" },
};

#define PAGE "Doc_0/Pages/Page_0/Content.xml"
#define BEFORE \
	XML "<ofd:Page" NS "><ofd:Content><ofd:Layer ID=\"2\">" \
	"<ofd:TextObject ID=\"4\" Boundary=\"30 30 150 8\" Font=\"3\" " \
	"Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"g "
#define BEHIND \
	"</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content>" \
	"</ofd:Page>\n"
/* clang-format on */

enum { TEXT_MOST = 1 << 16 };

/* At least one. */
static size_t
characters(const char *line)
{
	size_t n = 0;

	for (; *line != '\0'; line++)
		n += ((unsigned char)*line & 0xc0) != 0x80;
	return n > 0 ? n : 1;
}

bool
ofd_blank(const char *line, struct wall at, struct buf *to, struct err *err)
{
	xmlChar *escaped = xmlEncodeSpecialChars(NULL, (const xmlChar *)line);
	struct pack p = { .n = 0 };
	struct buf text;
	bool ok;

	buf_init(&text, TEXT_MOST);
	buf_addf(&text, "%s%zu 5\">%s%s", BEFORE, characters(line) - 1,
	    (const char *)escaped, BEHIND);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		pack_put(&p, files[i].name, span_of(files[i].text));
	pack_put(&p, PAGE, buf_span(&text));
	ok = !text.full ? pack_write(&p, at, to, err)
			: err_set(err, ERR_LIMIT, "more than a line");
	pack_free(&p);
	buf_free(&text);
	xmlFree(escaped);
	return ok;
}
