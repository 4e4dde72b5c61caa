/* SPDX-License-Identifier: MIT */
/*
 * web_place - where a request of web.h goes: URLs of endpoints, and which hosts
 * the profile names.
 */
#ifndef CONFORMANCE_CLIENT_WEB_PLACE_H
#define CONFORMANCE_CLIENT_WEB_PLACE_H

#include <curl/curl.h>
#include <stdbool.h>

#include "lib/profile.h"

/* To be freed; path NULL: that of the endpoint. */
char *web_url(const struct profile_endpoint *, const char *path);

/* Names of a test site are in no DNS: the profile says where they are. */
struct curl_slist *web_connect_to(const struct profile *);

/* Is it a host the profile names, or this machine? */
bool web_is_known(const struct profile *, const char *host);

/*
 * The host without brackets, to be freed; NULL of what is no http or https URL.
 */
char *web_host(const char *url);

#endif
