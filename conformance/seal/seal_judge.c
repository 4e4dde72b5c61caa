/* SPDX-License-Identifier: MIT */
/*
 * What GB/T 38540-2020 asks of a seal, check by check.
 */
#include "conformance/seal/seal.h"

#include "conformance/pki/der_write.h"
#include "lib/buf.h"

#define NUMBER_TEXT 24

/* ---- header ---- */

static void
judge_version(const struct seal *s, struct pki_findings *f)
{
	uint32_t version = 0;
	char text[NUMBER_TEXT];

	if (s->format == SEAL_2025) {
		pki_find_both(f, PKI_SEAL_VERSION, PKI_NOT_JUDGED,
		    "5: a seal of GM/T 0031-2025",
		    "5：GM/T 0031-2025 格式的印章");
		return;
	}
	if (s->format == SEAL_2014) /* what it should be there is not known */
		return;
	der_number_text(s->version, text, NUMBER_TEXT);
	der_small(s->version, &version);
	pki_check(f, PKI_SEAL_VERSION, version == 4, "%s", text);
}

static void
judge_header(const struct seal *s, struct pki_findings *f)
{
	pki_check(f, PKI_SEAL_STANDARD, s->format == SEAL_2020, "%s",
	    seal_format_name(s->format));
	pki_check(f, PKI_SEAL_ID, span_eq(s->id, SPAN("ES")), "\"%.*s\"",
	    SPAN_FMT(span_take(s->id, 40)));
	judge_version(s, f);
	pki_check(f, PKI_SEAL_ESID, s->esid.len > 0, "\"%.*s\"",
	    SPAN_FMT(span_take(s->esid, 80)));
}

bool
seal_clashes(const struct seal *a, const struct seal *b)
{
	return a->esid.len > 0 && span_eq(a->esid, b->esid) &&
	       !span_eq(a->whole, b->whole);
}

/* ---- property ---- */

static bool
entry_fits(const struct seal_entry *e, uint32_t type)
{
	struct pki_certificate c;

	if (e->is_digest != (type == SEAL_DIGESTS))
		return false;
	return e->is_digest ? e->value.len == digest_size(OID_SM3)
			    : certificate_read(&c, e->value, NULL);
}

static void
judge_list(const struct seal *s, struct pki_findings *f)
{
	const uint32_t type = seal_list_type(s);
	struct der_bad bad = { 0 };
	struct der list = der_start(s->list, &bad);
	struct seal_entry e;
	size_t n = 0; /* of them are what they should be */
	char text[NUMBER_TEXT];

	der_number_text(s->list_type, text, NUMBER_TEXT);
	if (s->format != SEAL_2014)
		pki_check(f, PKI_SEAL_LIST_TYPE, type != 0, "%s", text);
	if (type == 0) {
		pki_find(f, PKI_SEAL_LIST, PKI_NOT_REACHED, "%s", "");
		return;
	}
	while (seal_next(&list, &e) && entry_fits(&e, type))
		n++;
	pki_check(f, PKI_SEAL_LIST, s->n_list > 0 && n == s->n_list, "%zu/%zu",
	    n, s->n_list);
}

static void
judge_times(const struct seal *s, struct pki_findings *f)
{
	char text[3][CLOCK_TEXT + 8];

	time_text(&s->made, text[0]);
	time_text(&s->begins, text[1]);
	time_text(&s->ends, text[2]);
	if (s->format != SEAL_2014)
		pki_check(f, PKI_SEAL_TIME_TYPE, s->times_are_general, "%s",
		    s->times_are_general ? "" : "UTCTime");
	if (!s->made.readable || !s->begins.readable || !s->ends.readable) {
		pki_find(f, PKI_SEAL_TIME_ORDER, PKI_NOT_REACHED, "%s, %s, %s",
		    text[0], text[1], text[2]);
		return;
	}
	pki_check(f, PKI_SEAL_TIME_ORDER,
	    s->made.at.us <= s->begins.at.us && s->begins.at.us < s->ends.at.us,
	    "%s, %s, %s", text[0], text[1], text[2]);
}

static void
judge_property(const struct seal *s, struct pki_findings *f)
{
	pki_check(f, PKI_SEAL_NAME, s->name.len > 0, "\"%.*s\"",
	    SPAN_FMT(span_take(s->name, 200)));
	judge_list(s, f);
	judge_times(s, f);
}

/* ---- picture ---- */

/* clang-format off */
static const struct {
	struct span type, begins;
} pictures[] = {
	{ SPAN_INIT("PNG"),  SPAN_INIT("\x89PNG\r\n\x1a\n") },
	{ SPAN_INIT("JPG"),  SPAN_INIT("\xff\xd8\xff") },
	{ SPAN_INIT("JPEG"), SPAN_INIT("\xff\xd8\xff") },
	{ SPAN_INIT("GIF"),  SPAN_INIT("GIF8") },
	{ SPAN_INIT("BMP"),  SPAN_INIT("BM") },
	{ SPAN_INIT("TIF"),  SPAN_INIT("II*\0") },
	{ SPAN_INIT("TIFF"), SPAN_INIT("II*\0") },
	{ SPAN_INIT("OFD"),  SPAN_INIT("PK\3\4") },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* Of types that are not known here nothing is said. */
static void
judge_picture_type(const struct seal *s, struct pki_findings *f)
{
	for (size_t i = 0; s->picture.len > 0 && i < COUNT(pictures); i++)
		if (span_caseeq(s->picture_type, pictures[i].type)) {
			pki_check(f, PKI_SEAL_PICTURE_TYPE,
			    span_starts(s->picture, pictures[i].begins), "%.*s",
			    SPAN_FMT(s->picture_type));
			return;
		}
}

static bool
is_positive(struct span integer)
{
	const struct span n = der_magnitude(integer);

	return n.len > 0 && !der_integer_is_negative(integer) &&
	       (n.len > 1 || n.ptr[0] != 0);
}

static void
judge_picture(const struct seal *s, struct pki_findings *f)
{
	char width[NUMBER_TEXT], height[NUMBER_TEXT];

	der_number_text(s->width, width, NUMBER_TEXT);
	der_number_text(s->height, height, NUMBER_TEXT);
	judge_picture_type(s, f);
	pki_check(f, PKI_SEAL_PICTURE,
	    s->picture.len > 0 && is_positive(s->width) &&
		is_positive(s->height),
	    "%.*s, %zu octets, %s x %s mm",
	    SPAN_FMT(span_take(s->picture_type, 20)), s->picture.len, width,
	    height);
}

/* ---- the seal maker's signature ---- */

static const struct ses_value_codes value_codes = {
	.algorithm = PKI_SEAL_ALGORITHM,
	.algorithm_form = PKI_SEAL_ALGORITHM_FORM,
	.form = PKI_SEAL_SIGNATURE_FORM,
	.range = PKI_SEAL_SIGNATURE_RANGE,
	.id = PKI_SEAL_SIGNATURE_ID,
	.signature = PKI_SEAL_SIGNATURE,
};

/*
 * GB/T 38540 has the information signed, GM/T 0031 a sequence of information,
 * certificate and algorithm; each is met with the other's.
 */
static void
judge_value(const struct seal *s, const struct pki_certificate *maker,
    struct pki_findings *f)
{
	static const char *const scopes[][2] = {
		{ "the information", "印章信息" },
		{ "information, certificate and algorithm",
		    "印章信息、证书和算法标识" },
	};
	/* Which of the two is what its format has signed. */
	const size_t own = s->format == SEAL_2014 ? 1 : 0;
	struct span messages[2];
	struct buf all;
	size_t which, mark;

	buf_init(&all, SEAL_MOST + 64);
	mark = der_begin(&all, DER_SEQUENCE);
	buf_add(&all, s->info);
	buf_add(&all, s->maker_to_algorithm);
	der_finish(&all, mark);
	messages[own] = s->info; /* first is what ought to be signed */
	messages[1 - own] = buf_span(&all);
	ses_value_judge(&s->value, &value_codes,
	    maker == NULL ? NULL : &maker->key, messages, 2, &which, f);
	buf_free(&all);
	if (which < 2)
		pki_find_both(f, PKI_SEAL_SIGNATURE_SCOPE,
		    which == 0 ? PKI_HOLDS : PKI_FAILS,
		    scopes[which == 0 ? own : 1 - own][0],
		    scopes[which == 0 ? own : 1 - own][1]);
	else
		pki_find(
		    f, PKI_SEAL_SIGNATURE_SCOPE, PKI_NOT_REACHED, "%s", "");
}

static void
judge_maker(const struct seal *s, const struct seal_ask *ask, struct wall used,
    struct pki_findings *f)
{
	static const struct ses_party_codes codes = {
		.chain = PKI_SEAL_MAKER_CHAIN,
		.validity = PKI_SEAL_MAKER_VALIDITY,
		.revoked = PKI_SEAL_MAKER_REVOKED,
		.usage = PKI_SEAL_MAKER_USAGE,
		.since = PKI_SEAL_MAKER_SINCE,
	};
	struct pki_certificate maker;
	const struct pki_certificate *c = NULL;

	pki_check(f, PKI_SEAL_BITS, s->value.bits.unused == 0, "%u",
	    s->value.bits.unused);
	if (ses_party_read(&maker, s->maker, PKI_SEAL_MAKER_CERTIFICATE, f))
		c = &maker;
	judge_value(s, c, f);
	ses_party_judge(c, ask, used, &codes, f);
}

/* ---- all of it ---- */

static void
judge_period(const struct seal *s, const struct seal_ask *ask, struct wall used,
    struct pki_findings *f)
{
	char begins[CLOCK_TEXT + 8], ends[CLOCK_TEXT + 8];

	time_text(&s->begins, begins);
	time_text(&s->ends, ends);
	if (!s->begins.readable || !s->ends.readable) {
		pki_find(f, PKI_SEAL_BEGUN, PKI_NOT_REACHED, "%s", begins);
		pki_find(f, PKI_SEAL_EXPIRED, PKI_NOT_REACHED, "%s", ends);
		return;
	}
	pki_check(f, PKI_SEAL_BEGUN, s->begins.at.us <= used.us, "%s", begins);
	pki_check(f, PKI_SEAL_EXPIRED, used.us <= s->ends.at.us, "%s", ends);
	if (used.us < ask->at.us && used.us <= s->ends.at.us)
		pki_check(
		    f, PKI_SEAL_SINCE, ask->at.us <= s->ends.at.us, "%s", ends);
}

void
seal_judge(const struct seal *s, const struct seal_ask *ask, struct wall used,
    struct pki_findings *f)
{
	static const struct ses_custom_codes codes = {
		PKI_SEAL_EXTENSIONS_TAG,
		PKI_SEAL_EXTENSIONS_DEFAULT,
		PKI_SEAL_EXTENSIONS_CRITICAL,
	};

	if (s->format == SEAL_2025) {
		judge_version(s, f);
		return;
	}
	judge_header(s, f);
	judge_property(s, f);
	judge_picture(s, f);
	ses_custom_judge(&s->custom, s->format == SEAL_2020, &codes, f);
	judge_maker(s, ask, used, f);
	judge_period(s, ask, used, f);
}
