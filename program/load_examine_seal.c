/* SPDX-License-Identifier: MIT */
#include "program/load_examine_seal.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "conformance/seal/ofd.h"
#include "conformance/seal/signed.h"

static struct seal_ask
ask_of(const struct load_pki *k, struct wall at)
{
	return (struct seal_ask){ .at = at,
		.pool = k->all,
		.n_pool = k->n + k->n_cas,
		.anchors = k->all + k->n,
		.n_anchors = k->n_anchors };
}

/* What stands between the mark-up of a page of ours, without its number. */
static bool
is_our_page(const struct ofd_file *page, struct span digest)
{
	unsigned char computed[EVP_MAX_MD_SIZE];
	struct span text = buf_span(&page->octets), rest;
	const char *from =
	    text.len == 0 ? NULL : memmem(text.ptr, text.len, "DeltaX=", 7);
	size_t n = 0;
	unsigned length;

	if (from == NULL)
		return false;
	rest = span_skip(text, (size_t)(from - text.ptr));
	while (rest.len > 0 && rest.ptr[0] != '>')
		rest = span_skip(rest, 1);
	rest = span_skip(rest, 1);
	while (n < rest.len && rest.ptr[n] != ' ' && rest.ptr[n] != '<')
		n++;
	return EVP_Digest(rest.ptr, n, computed, &length, EVP_sm3(), NULL) ==
		   1 &&
	       span_eq((struct span){ (const char *)computed, length }, digest);
}

/* Each of them, and one at least. */
static bool
has_our_pages(const struct ofd *o, struct span digest)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_files; i++) {
		if (strncmp(o->files[i].name, "Doc_0/Pages/", 12) != 0)
			continue;
		if (!is_our_page(&o->files[i], digest))
			return false;
		n++;
	}
	return n > 0;
}

bool
load_examine_sealed(const struct load_pki *k, struct wall at,
    const struct operation_answer *told, struct span digest, size_t *octets,
    struct pki_findings *f, char why[200])
{
	const struct seal_ask ask = ask_of(k, at);
	struct buf document;
	struct ofd o;
	bool ok;

	*octets = 0;
	buf_init(&document, OFD_MOST);
	ok = operation_octets(told, "document", &document);
	snprintf(why, 200, "no document");
	pki_about(f, "the document");
	if (ofd_read(&o, buf_span(&document), f) && ok) {
		for (size_t i = 0; i < o.n_files; i++)
			*octets += o.files[i].octets.len;
		ofd_judge(&o, &ask, f);
		ok = has_our_pages(&o, digest);
		snprintf(why, 200, "not the document that was handed in");
		if (ok && o.n_signatures == 0) {
			snprintf(why, 200, "no seal on the document");
			ok = false;
		}
	} else {
		ok = false;
	}
	ofd_free(&o);
	buf_free(&document);
	return ok;
}

bool
load_examine_signed(const struct load_pki *k, struct wall at,
    const struct operation_answer *told, struct span data,
    struct pki_findings *f, char why[200])
{
	struct seal_ask ask = ask_of(k, at);
	struct ses_signed s;
	struct buf der;
	bool ok;

	ask.has_data = true;
	ask.data = data;
	buf_init(&der, SIGNED_MOST);
	snprintf(why, 200, "no signature");
	pki_about(f, "the signature");
	ok = operation_octets(told, "signed", &der) &&
	     signed_read(&s, buf_span(&der), f);
	if (ok)
		signed_judge(&s, &ask, f);
	buf_free(&der);
	return ok;
}
