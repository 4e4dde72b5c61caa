/* SPDX-License-Identifier: MIT */
#include "conformance/seal/custom.h"

#include "conformance/pki/oid.h"

static void
read_one(struct der *list, struct ses_custom *c)
{
	struct der one;
	struct span oid;

	der_enter(list, DER_SEQUENCE, &one);
	oid = der_take(&one, DER_OID);
	if (der_flag(&one, DER_BOOLEAN, &c->written_false) &&
	    c->n_critical++ == 0)
		c->critical = oid;
	der_take(&one, DER_OCTET_STRING);
	der_end(&one);
	c->n++;
}

/* Within [0]: the list, or, where the tag is implicit, what is in it. */
static bool
is_implicit(struct der inner)
{
	struct der_bad bad = { 0 };
	struct der copy = der_within(inner.origin, inner.rest, &bad), first;

	der_enter(&copy, DER_SEQUENCE, &first);
	return der_peek(&first) == DER_OID;
}

struct ses_custom
ses_custom_read(struct der *d)
{
	struct ses_custom c = { .tag = CUSTOM_ABSENT };
	struct der tagged = *d, list;

	if (der_peek(d) == DER_SEQUENCE) {
		c.tag = CUSTOM_BARE;
		der_enter(d, DER_SEQUENCE, &list);
	} else if (der_peek(d) == DER_CONSTRUCTED(0)) {
		der_enter(d, DER_CONSTRUCTED(0), &tagged);
		c.tag = is_implicit(tagged) ? CUSTOM_IMPLICIT : CUSTOM_EXPLICIT;
		list = tagged;
		if (c.tag == CUSTOM_EXPLICIT) {
			der_enter(&tagged, DER_SEQUENCE, &list);
			der_end(&tagged);
		}
	} else {
		return c;
	}
	while (der_more(&list))
		read_one(&list, &c);
	return c;
}

bool
ses_custom_judge(const struct ses_custom *c, bool tagged,
    const struct ses_custom_codes *codes, struct pki_findings *f)
{
	static const char *const met[] = { "", "", "[0] IMPLICIT", "no tag" };
	char text[OID_TEXT];

	if (c->tag == CUSTOM_ABSENT)
		return true;
	if (tagged)
		pki_check(f, codes->tag, c->tag == CUSTOM_EXPLICIT, "%s",
		    met[c->tag]);
	pki_check(f, codes->written, !c->written_false, "%s", "");
	if (c->n_critical == 0)
		return pki_check(f, codes->critical, true, "%zu", c->n);
	oid_text(c->critical, text);
	return pki_check(f, codes->critical, false, "%s", text);
}
