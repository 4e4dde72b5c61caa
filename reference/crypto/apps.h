/* SPDX-License-Identifier: MIT */
/*
 * apps - the signature server as it is reached over HTTP: the binding
 * "cryptography" of lib/binding.def.
 */
#ifndef REFERENCE_CRYPTO_APPS_H
#define REFERENCE_CRYPTO_APPS_H

#include "reference/http/http.h"

extern const struct http_app crypto_app;

#endif
