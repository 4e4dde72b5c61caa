/* SPDX-License-Identifier: MIT */
/* Documents, and checks of them, that are wrong in one way. */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "reference/seal/flaw.h"
#include "reference/seal/pack.h"

/* ---- what is sealed ---- */

const char *
flaw_method(enum fault fault)
{
	return fault == FAULT_OFD_METHOD_SHA256 ? "SHA256" : "SM3";
}

static bool
is_page(const char *file)
{
	return strstr(file, "/Pages/") != NULL;
}

bool
flaw_leaves_out(enum fault fault, const char *file)
{
	return fault == FAULT_OFD_PAGE_UNCOVERED && is_page(file);
}

unsigned
flaw_file_digest(enum fault fault, const char *file, struct span octets,
    unsigned char *digest)
{
	const bool other = fault == FAULT_OFD_METHOD_SHA256;
	unsigned n = 0;

	EVP_Digest(octets.ptr, octets.len, digest, &n,
	    other ? EVP_sha256() : EVP_sm3(), NULL);
	if (fault == FAULT_OFD_REFERENCE_WRONG && is_page(file))
		digest[0] ^= 1;
	return n;
}

void
flaw_ofd_use(struct seal_use *u)
{
	if (u->fault == FAULT_OFD_VALUE_WRONG)
		u->fault = FAULT_SIGN_VALUE_WRONG;
}

static void
add_blank(struct pack *p, const char *name)
{
	struct pack_file *f = pack_find(p, name);

	if (f != NULL)
		buf_add(&f->octets, SPAN("\n"));
}

bool
flaw_ofd_leaves(enum fault fault)
{
	return fault == FAULT_OFD_NOT_SEALED;
}

/* The last octet is within the maker's signature. */
void
flaw_ofd_order(struct seal_use *u, struct buf *other)
{
	buf_init(other, SES_MOST);
	buf_add(other, u->seal);
	if (u->fault != FAULT_OFD_SEAL_STRANGE || other->len == 0)
		return;
	other->data[other->len - 1] ^= 1;
	u->seal = buf_span(other);
}

void
flaw_ofd_first(enum fault fault, struct pack *p)
{
	for (size_t i = 0; fault == FAULT_OFD_PAGE_CHANGED && i < p->n; i++)
		if (is_page(p->files[i].name))
			buf_add(&p->files[i].octets, SPAN("\n"));
}

void
flaw_ofd_again(enum fault fault, struct pack *p)
{
	if (fault == FAULT_OFD_SECOND_BREAKS)
		add_blank(p, "OFD.xml");
}

/* One octet within the maker's signature, which is at the end of it. */
static void
alter_seal(struct pack *p, const char *name)
{
	struct pack_file *f = pack_find(p, name);

	if (f != NULL && f->octets.len > 0)
		f->octets.data[f->octets.len - 1] ^= 1;
}

void
flaw_ofd_beside(enum fault fault, struct pack *p, const char *seal)
{
	if (fault == FAULT_OFD_SEAL_OTHER)
		alter_seal(p, seal);
}

void
flaw_ofd_sealed(
    enum fault fault, struct pack *p, const char *xml, const char *value)
{
	if (fault == FAULT_OFD_NAME_OUTSIDE)
		pack_put(p, "../../outside.xml", SPAN("<x/>\n"));
	else if (fault == FAULT_OFD_VALUE_MISSING)
		pack_remove(p, value);
	else if (fault == FAULT_OFD_DIGEST_EARLY)
		add_blank(p, xml);
}

/* ---- where it is seen ---- */

const char *
flaw_ofd_page(enum fault fault, const char *id)
{
	return fault == FAULT_OFD_PAGE_ABSENT ? "4711" : id;
}

/* Of the picture as it should be: "120 200 42 42". */
void
flaw_ofd_box(enum fault fault, char *box, size_t size)
{
	if (fault == FAULT_OFD_BOUNDARY_EMPTY)
		snprintf(box, size, "10 10 0 42");
	else if (fault == FAULT_OFD_PLACE_OTHER)
		snprintf(box, size, "0 0 10 10");
}

const char *
flaw_ofd_algorithm(enum fault fault, const char *oid)
{
	return fault == FAULT_OFD_ALGORITHM_OTHER ? "1.2.840.10045.4.3.2" : oid;
}

/* A comment behind the directory (APPNOTE 4.3.16). */
void
flaw_ofd_written(enum fault fault, struct buf *package)
{
	static const char words[] = "octets of nobody";

	if (fault != FAULT_OFD_OCTETS_MORE || package->len < 2)
		return;
	package->data[package->len - 2] = sizeof words - 1;
	buf_add(package, span_of(words));
}

/* ---- what is checked ---- */

/* clang-format off */
static const struct {
	enum fault fault;
	enum seal_why why;
} blind[] = {
	{ FAULT_OFD_PACKAGE_ANY, WHY_PACKAGE },
	{ FAULT_OFD_LIST_IGNORED, WHY_LIST },
	{ FAULT_OFD_MISSING_IGNORED, WHY_DOCUMENT },
	{ FAULT_OFD_REFERENCE_IGNORED, WHY_REFERENCE },
	{ FAULT_OFD_SEAL_IGNORED, WHY_SEAL_FILE },
	{ FAULT_OFD_XML_IGNORED, WHY_DIGEST },
	{ FAULT_OFD_METHOD_IGNORED, WHY_METHOD },
	{ FAULT_OFD_UNCOVERED_IGNORED, WHY_UNCOVERED },
	{ FAULT_OFD_ENTITY_READ, WHY_XML },
	{ FAULT_OFD_UNSEALED_ACCEPTED, WHY_UNSEALED },
	{ FAULT_OFD_CLOSED_REOPENED, WHY_REFERENCE },
	{ FAULT_OFD_ZIP_ACCEPTED, WHY_PACKAGE },
	{ FAULT_OFD_PAGE_IGNORED, WHY_PAGE },
	{ FAULT_OFD_BOUNDARY_IGNORED, WHY_BOUNDARY },
	{ FAULT_OFD_ALGORITHM_IGNORED, WHY_SIGNATURE_METHOD },
	{ FAULT_OFD_OCTETS_IGNORED, WHY_OCTETS },
	{ FAULT_OFD_NOTE_OF_TIME, WHY_UNCOVERED },
};
/* clang-format on */

static bool
is_blind(enum fault fault, enum seal_why why)
{
	for (size_t i = 0; i < sizeof blind / sizeof blind[0]; i++)
		if (blind[i].fault == fault && blind[i].why == why)
			return true;
	return false;
}

/* No two answers are alike, and none says anything. */
static void
say_time(struct wall now, struct seal_answer *a)
{
	char text[CLOCK_TEXT];

	wall_text(now, text);
	snprintf(
	    a->note, SEAL_NOTE, "looked at %s, %lld", text, (long long)now.us);
}

void
flaw_ofd_found(
    enum fault fault, struct wall now, size_t seals, struct seal_answer *a)
{
	const bool refuses =
	    fault == FAULT_OFD_RIGHT_REFUSED ||
	    (seals > 1 && (fault == FAULT_OFD_TWO_REFUSED ||
			      fault == FAULT_OFD_TWO_OF_OTHERS));

	if (is_blind(fault, a->why)) {
		*a = (struct seal_answer){ .why = WHY_FINE };
	} else if (a->why == WHY_FINE && refuses) {
		a->why = WHY_DOCUMENT;
		snprintf(a->note, SEAL_NOTE, "%s", seal_reason_text(a->why));
	}
	if (fault == FAULT_OFD_NOTE_OF_TIME && a->why == WHY_FINE)
		say_time(now, a);
}
