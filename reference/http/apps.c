/* SPDX-License-Identifier: MIT */
#include "reference/http/http.h"

/* One row per role, in the order of enum http_role. */
static const struct http_app *const apps[HTTP_ROLES];

const struct http_app *
http_app_of(enum http_role role)
{
	static const struct http_app nothing = { "nothing", NULL, 0 };

	return apps[role] == NULL ? &nothing : apps[role];
}
