/* SPDX-License-Identifier: MIT */
#include "reference/scram.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

static void
hmac(const unsigned char key[SCRAM_KEY], struct span text,
    unsigned char out[SCRAM_KEY])
{
	const unsigned char *done = HMAC(EVP_sha256(), key, SCRAM_KEY,
	    (const unsigned char *)text.ptr, text.len, out, NULL);

	assert(done != NULL);
	(void)done;
}

static void
hash(const unsigned char in[SCRAM_KEY], unsigned char out[SCRAM_KEY])
{
	const int done =
	    EVP_Digest(in, SCRAM_KEY, out, NULL, EVP_sha256(), NULL);

	assert(done == 1);
	(void)done;
}

void
scram_salt(unsigned char salt[SCRAM_SALT])
{
	const int done = RAND_bytes(salt, SCRAM_SALT);

	assert(done == 1);
	(void)done;
}

/* RFC 5802 3: SaltedPassword, ClientKey, StoredKey, ServerKey. */
void
scram_derive(struct span password, const unsigned char salt[SCRAM_SALT],
    int iterations, unsigned char stored_key[SCRAM_KEY],
    unsigned char server_key[SCRAM_KEY])
{
	unsigned char salted[SCRAM_KEY], client_key[SCRAM_KEY];
	const int done = PKCS5_PBKDF2_HMAC(
	    password.len == 0 ? "" : password.ptr, (int)password.len, salt,
	    SCRAM_SALT, iterations, EVP_sha256(), SCRAM_KEY, salted);

	assert(done == 1);
	(void)done;
	hmac(salted, SPAN("Client Key"), client_key);
	hash(client_key, stored_key);
	hmac(salted, SPAN("Server Key"), server_key);
	OPENSSL_cleanse(salted, sizeof salted);
	OPENSSL_cleanse(client_key, sizeof client_key);
}

bool
scram_password_matches(struct span password,
    const unsigned char salt[SCRAM_SALT], int iterations,
    const unsigned char stored_key[SCRAM_KEY])
{
	unsigned char stored[SCRAM_KEY], server[SCRAM_KEY];

	scram_derive(password, salt, iterations, stored, server);
	return CRYPTO_memcmp(stored, stored_key, SCRAM_KEY) == 0;
}

/* ClientKey is the proof without the signature; H(ClientKey) is kept. */
bool
scram_proof_matches(const unsigned char stored_key[SCRAM_KEY],
    struct span auth_message, const unsigned char proof[SCRAM_KEY])
{
	unsigned char key[SCRAM_KEY], stored[SCRAM_KEY];

	hmac(stored_key, auth_message, key);
	for (int i = 0; i < SCRAM_KEY; i++)
		key[i] ^= proof[i];
	hash(key, stored);
	return CRYPTO_memcmp(stored, stored_key, SCRAM_KEY) == 0;
}

void
scram_server_signature(const unsigned char server_key[SCRAM_KEY],
    struct span auth_message, unsigned char signature[SCRAM_KEY])
{
	hmac(server_key, auth_message, signature);
}
