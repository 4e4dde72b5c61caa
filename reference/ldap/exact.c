/* SPDX-License-Identifier: MIT */
#include "reference/ldap/exact.h"

#include <openssl/bn.h>
#include <openssl/x509.h>

#include "lib/mem.h"
#include "reference/ldap/dn.h"

enum { SERIAL_DIGITS = 60 }; /* 20 octets have 49 */

static bool
put_key(const BIGNUM *serial, struct span issuer, struct buf *out)
{
	char *hex = BN_bn2hex(serial);
	struct buf key;
	bool ok;

	buf_init(&key, DN_KEY);
	ok = hex != NULL && dn_text_key(issuer, &key);
	if (ok)
		buf_addf(out, "exact:%s ", hex);
	if (ok)
		buf_add(out, buf_span(&key));
	buf_free(&key);
	OPENSSL_free(hex);
	return ok;
}

/* ---- GSER: RFC 3641 ---- */

static void
skip_blanks(struct span *s)
{
	while (s->len > 0 && s->ptr[0] == ' ')
		*s = span_skip(*s, 1);
}

static bool
skip_word(struct span *s, struct span word)
{
	skip_blanks(s);
	if (!span_starts(*s, word))
		return false;
	*s = span_skip(*s, word.len);
	return true;
}

/* A number without sign, and what stands behind it. */
static BIGNUM *
take_number(struct span *s)
{
	BIGNUM *n = NULL;
	size_t digits = 0;
	char *text;

	skip_blanks(s);
	while (
	    digits < s->len && s->ptr[digits] >= '0' && s->ptr[digits] <= '9')
		digits++;
	if (digits == 0 || digits > SERIAL_DIGITS)
		return NULL;
	text = mem_text(span_take(*s, digits));
	BN_dec2bn(&n, text);
	free(text);
	*s = span_skip(*s, digits);
	return n;
}

/* Between quotes, of which one that is meant is written twice. */
static bool
take_string(struct span *s, struct buf *out)
{
	if (!skip_word(s, SPAN("\"")))
		return false;
	for (;;) {
		buf_add(out, span_take(*s, span_find(*s, SPAN("\""))));
		*s = span_skip(*s, span_find(*s, SPAN("\"")));
		if (s->len == 0)
			return false;
		*s = span_skip(*s, 1);
		if (!span_starts(*s, SPAN("\"")))
			return !out->full;
		buf_add(out, SPAN("\""));
		*s = span_skip(*s, 1);
	}
}

static bool
of_assertion(struct span s, struct buf *out)
{
	BIGNUM *serial = NULL;
	struct buf issuer;
	bool ok;

	buf_init(&issuer, DN_KEY);
	ok = skip_word(&s, SPAN("{")) && skip_word(&s, SPAN("serialNumber ")) &&
	     (serial = take_number(&s)) != NULL && skip_word(&s, SPAN(",")) &&
	     skip_word(&s, SPAN("issuer ")) &&
	     skip_word(&s, SPAN("rdnSequence:")) && take_string(&s, &issuer) &&
	     skip_word(&s, SPAN("}")) && s.len == 0 &&
	     put_key(serial, buf_span(&issuer), out);
	buf_free(&issuer);
	BN_free(serial);
	return ok;
}

/* ---- DER ---- */

static bool
of_certificate(struct span der, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	X509 *x = d2i_X509(NULL, &p, (long)der.len);
	BIO *text = BIO_new(BIO_s_mem());
	BIGNUM *serial = NULL;
	char *name;
	long n;
	bool ok = false;

	if (x != NULL)
		serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
	if (serial != NULL && text != NULL &&
	    X509_NAME_print_ex(text, X509_get_issuer_name(x), 0,
		XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		n = BIO_get_mem_data(text, &name);
		ok = put_key(serial, (struct span){ name, (size_t)n }, out);
	}
	BN_free(serial);
	BIO_free(text);
	X509_free(x);
	return ok;
}

bool
exact_prepare(struct span value, struct buf *out)
{
	return span_starts(value, SPAN("{")) ? of_assertion(value, out)
					     : of_certificate(value, out);
}
