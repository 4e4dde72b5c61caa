/* SPDX-License-Identifier: MIT */
/*
 * lab_inner - what the files that deal with a lab's key share.
 */
#ifndef PROGRAM_LAB_INNER_H
#define PROGRAM_LAB_INNER_H

#include <stdbool.h>

#include <openssl/evp.h>

#define LAB_IDENTIFIER "1234567812345678" /* GM/T 0009 */

/* SM2 with SM3, to sign or to verify; NULL when the key is not for that. */
EVP_MD_CTX *lab_begin(EVP_PKEY *, bool sign);

#endif
