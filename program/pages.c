/* SPDX-License-Identifier: MIT */
#include "program/pages.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/digest.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "reference/seal/make.h"
#include "reference/seal/ofd.h"
#include "reports/ofd.h"

#define SEAL_MOST (1u << 20)

static const unsigned char picture[] = {
#include "reports/template/seal.png.inc"
};

/* Digits that no other document has: of who seals and of what. */
static void
identifier(char text[25], const struct lab *l, const char *run)
{
	char *both = mem_textf("%s %s", l->certificate.sm3, run);
	unsigned char octets[SEAL_DIGEST];

	seal_digest(span_of(both), octets);
	for (size_t i = 0; i < 12; i++)
		snprintf(text + 2 * i, 3, "%02X", octets[i]);
	free(both);
}

/* Of a PNG, whose form reading the profile has seen to. */
static double
side(struct span png, size_t at)
{
	const unsigned char *o = (const unsigned char *)png.ptr + at;

	return (o[0] << 24 | o[1] << 16 | o[2] << 8 | o[3]) + 0.0;
}

/* The place holds the whole picture, and its form stays as it is. */
static void
fit(struct report_place *place, struct span png)
{
	const double wide = side(png, 16), high = side(png, 20);
	const double fits = place->wide / wide < place->high / high
				? place->wide / wide
				: place->high / high;

	place->wide = fmax(1, floor(wide * fits));
	place->high = fmax(1, floor(high * fits));
}

static struct span
picture_of(const struct lab *l)
{
	return l->picture.len != 0
		   ? buf_span(&l->picture)
		   : (struct span){ (const char *)picture, sizeof(picture) };
}

static bool
make_seal(const struct lab *l, const struct report_place *place,
    const char *run, struct wall now, struct buf *seal, struct err *err)
{
	const struct ca_signer self = { l->key, l->certificate.x509 };
	X509 *const signers[] = { l->certificate.x509 };
	char esid[25];
	const struct seal_order order = {
		.esid = esid,
		.name = PAGES_SEAL,
		.type = 1,
		.format = "png",
		.picture = picture_of(l),
		.width = (long)place->wide,
		.height = (long)place->high,
		.made = now,
		.start = now,
		.end = l->certificate.ends,
		.signers = signers,
		.n_signers = 1,
		.maker = &self,
	};

	identifier(esid, l, run);
	return seal_make(&order, seal, err);
}

/* The document becomes one that is sealed. */
static bool
seal_pages(struct buf *document, const struct lab *l,
    const struct report_place *place, const char *run, struct err *err)
{
	const struct ca_signer self = { l->key, l->certificate.x509 };
	const struct wall now = clock_wall();
	struct buf seal, sealed;
	bool ok;

	buf_init(&seal, SEAL_MOST);
	buf_init(&sealed, REPORT_OFD_MOST);
	ok = make_seal(l, place, run, now, &seal, err);
	if (ok) {
		const struct ofd_order order = {
			.document = buf_span(document),
			.page = place->page,
			.x = place->x,
			.y = place->y,
			.use = { .seal = buf_span(&seal),
			    .time = now,
			    .signer = &self },
		};

		ok = ofd_seal(&order, &sealed, err);
	}
	if (ok) {
		buf_free(document);
		*document = sealed;
	} else {
		buf_free(&sealed);
	}
	buf_free(&seal);
	return ok || err_while(err, "sealing report.ofd");
}

bool
pages_write(const struct run_result *r, const struct report_score *score,
    const struct report_seal *by, const struct lab *lab, const char *out,
    struct err *err)
{
	const struct report_ofd what = {
		.matrix = &r->matrix,
		.profile = &r->profile,
		.score = score,
		.by = by,
		.seal = lab == NULL ? NULL : PAGES_SEAL,
	};
	char *path = mem_textf("%s/report/report.ofd", out);
	struct report_place place;
	struct buf document;
	bool ok;

	buf_init(&document, REPORT_OFD_MOST);
	ok = report_ofd(&what, &document, &place, err);
	if (ok && lab != NULL) {
		fit(&place, picture_of(lab));
		ok = seal_pages(&document, lab, &place, r->plan.run, err);
	}
	ok = ok && files_write(path, buf_span(&document), err);
	buf_free(&document);
	free(path);
	return ok;
}
