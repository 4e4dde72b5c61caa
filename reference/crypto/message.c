/* SPDX-License-Identifier: MIT */
#include "reference/crypto/message.h"

#include <openssl/err.h>
#include <openssl/pkcs7.h>

#include "reference/crypto/message_inner.h"

bool
message_set_algorithm(
    X509_ALGOR *a, const char *oid, const struct crypto *crypto)
{
	const bool null = crypto->variant == VARIANT_MESSAGE_PARAMETERS_NULL;

	return X509_ALGOR_set0(a, OBJ_txt2obj(oid, 1),
		   null ? V_ASN1_NULL : V_ASN1_UNDEF, NULL) == 1;
}

bool
message_set_party(PKCS7_ISSUER_AND_SERIAL *to, X509 *cert)
{
	return X509_NAME_set(&to->issuer, X509_get_issuer_name(cert)) == 1 &&
	       ASN1_STRING_copy(to->serial, X509_get0_serialNumber(cert)) == 1;
}

bool
message_is_party(const PKCS7_ISSUER_AND_SERIAL *is, X509 *cert)
{
	return X509_NAME_cmp(is->issuer, X509_get_issuer_name(cert)) == 0 &&
	       ASN1_INTEGER_cmp(is->serial, X509_get0_serialNumber(cert)) == 0;
}

bool
message_is(const ASN1_OBJECT *is, const char *oid)
{
	char text[80];

	return OBJ_obj2txt(text, sizeof text, is, 1) > 0 &&
	       strcmp(text, oid) == 0;
}

/* ---- ContentInfo: RFC 2315 7 ---- */

/* OpenSSL's PKCS7 is one as well, but takes a type that it knows literally. */
struct content_info {
	ASN1_OBJECT *type;
	ASN1_TYPE *content;
};

/* clang-format off */
ASN1_SEQUENCE(CONTENT_INFO) = {
	ASN1_SIMPLE(struct content_info, type, ASN1_OBJECT),
	ASN1_EXP(struct content_info, content, ASN1_ANY, 0),
} static_ASN1_SEQUENCE_END_name(struct content_info, CONTENT_INFO)
/* clang-format on */

bool
message_wrap(const char *type, unsigned char *der, int n, struct buf *to)
{
	struct content_info *info =
	    (struct content_info *)ASN1_item_new(ASN1_ITEM_rptr(CONTENT_INFO));
	ASN1_STRING *content = ASN1_STRING_new();
	unsigned char *whole = NULL;
	int len = -1;

	if (n > 0 && ASN1_STRING_set(content, der, n) == 1) {
		info->type = OBJ_txt2obj(type, 1);
		ASN1_TYPE_set(info->content, V_ASN1_SEQUENCE, content);
		content = NULL;
		len = ASN1_item_i2d(
		    (ASN1_VALUE *)info, &whole, ASN1_ITEM_rptr(CONTENT_INFO));
	}
	if (len > 0)
		buf_add(to, (struct span){ (const char *)whole, (size_t)len });
	OPENSSL_free(whole);
	OPENSSL_free(der);
	ASN1_STRING_free(content);
	ASN1_item_free((ASN1_VALUE *)info, ASN1_ITEM_rptr(CONTENT_INFO));
	return len > 0 && !to->full;
}

void *
message_unwrap(struct span message, const char *type, const ASN1_ITEM *item)
{
	const unsigned char *at = (const unsigned char *)message.ptr, *inner;
	struct content_info *info = (struct content_info *)ASN1_item_d2i(
	    NULL, &at, (long)message.len, ASN1_ITEM_rptr(CONTENT_INFO));
	void *content = NULL;

	if (info != NULL &&
	    at == (const unsigned char *)message.ptr + message.len &&
	    message_is(info->type, type) &&
	    info->content->type == V_ASN1_SEQUENCE) {
		inner = info->content->value.sequence->data;
		content = ASN1_item_d2i(
		    NULL, &inner, info->content->value.sequence->length, item);
	}
	ASN1_item_free((ASN1_VALUE *)info, ASN1_ITEM_rptr(CONTENT_INFO));
	ERR_clear_error();
	return content;
}
