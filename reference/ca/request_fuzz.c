/* SPDX-License-Identifier: MIT */
/*
 * Any octets as an OCSP request, as a time stamp query and as a message of
 * CMP: there is always an answer, and it is one.  CMP takes what is not
 * protected, so that it is not only the protection that is tried.
 */
#include <stdint.h>
#include <stdlib.h>

#include <openssl/cmp.h>
#include <openssl/ocsp.h>
#include <openssl/ts.h>

#include "reference/ca/cmp.h"
#include "reference/ca/crmf.h"
#include "reference/ca/ocsp.h"
#include "reference/ca/tsa.h"
#include "reference/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ca *
authority(void)
{
	static char user[] = "alice", address[] = "alice@example.test";
	static struct world_person person = { .user = user,
		.address = address,
		.name_zh = user,
		.password = user };
	static const struct world world = { .people = &person, .n_people = 1 };
	static const struct ca_options options = { "http://a", "http://b",
		"http://c", FAULT_CMP_UNPROTECTED_TAKEN, VARIANT_NONE, &world };
	static struct ca *ca;
	struct store *store;
	struct err err;

	if (ca != NULL)
		return ca;
	store = store_open(NULL, &err);
	ca =
	    store == NULL ? NULL : ca_open(store, &options, clock_wall(), &err);
	if (ca == NULL)
		abort();
	return ca;
}

/* Behind a transactionID that is used up they would not be reached. */
static void
read_parts(struct span in)
{
	struct crmf_template t;
	struct crmf_request r;

	if (crmf_read_template(in, &t))
		crmf_free_template(&t);
	if (crmf_read_p10(in, &r)) {
		(void)crmf_proven(&r);
		crmf_free(&r);
	}
	if (crmf_read(in, &r)) {
		(void)crmf_proven(&r);
		crmf_free(&r);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span in = { (const char *)data, size };
	struct ca *ca = authority();
	const unsigned char *p;
	struct buf out;
	OCSP_RESPONSE *answer;
	TS_RESP *stamp;
	OSSL_CMP_MSG *message;

	buf_init(&out, 1 << 20);
	ca_ocsp(ca, in, clock_wall(), &out);
	p = (const unsigned char *)out.data;
	answer = d2i_OCSP_RESPONSE(NULL, &p, (long)out.len);
	if (answer == NULL)
		abort();
	OCSP_RESPONSE_free(answer);
	buf_clear(&out);
	ca_stamp(ca, CA_P256, in, clock_wall(), &out);
	p = (const unsigned char *)out.data;
	stamp = d2i_TS_RESP(NULL, &p, (long)out.len);
	if (stamp == NULL)
		abort();
	TS_RESP_free(stamp);
	buf_clear(&out);
	ca_cmp(ca, -1, NULL, in, clock_wall(), &out);
	p = (const unsigned char *)out.data;
	message = d2i_OSSL_CMP_MSG(NULL, &p, (long)out.len);
	if (message == NULL)
		abort();
	OSSL_CMP_MSG_free(message);
	if (size <= CMP_MESSAGE_MOST)
		read_parts(in);
	buf_free(&out);
	return 0;
}
