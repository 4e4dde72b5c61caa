/* SPDX-License-Identifier: MIT */
/*
 * apps - the authority as it is reached over HTTP: one application a role.
 */
#ifndef REFERENCE_CA_APPS_H
#define REFERENCE_CA_APPS_H

#include "reference/http/http.h"

extern const struct http_app ca_app, ocsp_app, crl_app, tsa_app;

#endif
