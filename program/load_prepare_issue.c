/* SPDX-License-Identifier: MIT */
#include "program/load_prepare_issue.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "conformance/client/cmp.h"
#include "conformance/client/key.h"
#include "conformance/client/request.h"
#include "conformance/pki/cmp.h"
#include "lib/text.h"

enum { NONCE = 16, REQUEST_MOST = 64 << 10 };

/* Issuing CAs come behind the roots: the last one, of a key like ours. */
static const struct pki_certificate *
choose_ca(const struct load_pki *k)
{
	const struct pki_certificate *last = NULL, *like = NULL;

	for (size_t i = k->n; i < k->n + k->n_cas; i++) {
		last = &k->at[i].read;
		if (key_kind(&last->key) == KEY_EC)
			like = last;
	}
	return like != NULL ? like : last;
}

/* Where the profile says, or /cmp where it says nothing. */
static const char *
path_of(const struct profile *p)
{
	const struct profile_endpoint *e = profile_endpoint(p, "ca");

	if (e == NULL || e->path == NULL || strcmp(e->path, "/") == 0)
		return "cmp";
	return e->path + (e->path[0] == '/');
}

static bool
add_row(const struct cmp_message *like, const char *path, struct buf *to)
{
	unsigned char transaction[NONCE], nonce[NONCE];
	struct cmp_message m = *like;
	struct buf der;
	bool ok = RAND_bytes(transaction, NONCE) == 1 &&
		  RAND_bytes(nonce, NONCE) == 1;

	buf_init(&der, REQUEST_MOST);
	m.transaction = (struct span){ (const char *)transaction, NONCE };
	m.nonce = (struct span){ (const char *)nonce, NONCE };
	m.key = key_new(OWN_P256);
	ok = ok && m.key != NULL && cmp_compose(&m, &der);
	if (ok) {
		load_prepare_cell(to, path, ',');
		text_base64(buf_span(&der), to);
		buf_addf(to, "\n");
	}
	EVP_PKEY_free(m.key);
	buf_free(&der);
	return ok;
}

bool
load_prepare_issue(const struct load_making *making, struct buf *to)
{
	const struct profile *p = making->profile;
	const struct profile_account *alice = profile_account(p, "alice");
	const struct pki_certificate *ca = choose_ca(making->pki);
	struct cmp_message m = {
		.body = CMP_IR, .implicit = true, .reason = CMP_NO_REASON
	};
	struct buf subject;
	bool ok = ca != NULL && alice != NULL;

	buf_init(&subject, 1024);
	if (ok) {
		request_name(alice->user, NULL, &subject);
		m.recipient = ca->subject;
		m.subject = buf_span(&subject);
		m.kid = span_of(alice->user);
		m.secret = span_of(alice->password);
	}
	buf_addf(to, "path,request:base64\n");
	for (size_t i = 0; ok && i < making->rows; i++)
		ok = add_row(&m, path_of(p), to);
	buf_free(&subject);
	return ok;
}
