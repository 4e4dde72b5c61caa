/* SPDX-License-Identifier: MIT */
#include "reference/ca/apps.h"
#include "reference/crypto/apps.h"
#include "reference/http/http.h"
#include "reference/ra/ra.h"
#include "reference/seal/seal.h"

/* One row per role, in the order of enum http_role. */
static const struct http_app *const apps[HTTP_ROLES] = { &ca_app, &ocsp_app,
	&crl_app, &tsa_app, &crypto_app, &ra_app, &seal_app };

const struct http_app *
http_app_of(enum http_role role)
{
	return apps[role];
}
