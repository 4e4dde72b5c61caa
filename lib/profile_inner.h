/* SPDX-License-Identifier: MIT */
/*
 * profile_inner - what the files that read a profile share: profile_read.c
 * has libcyaml fill a struct raw, and each of the others looks at its part
 * of it.
 */
#ifndef LIB_PROFILE_INNER_H
#define LIB_PROFILE_INNER_H

#include "lib/buf.h"
#include "lib/conf.h"
#include "lib/profile.h"
#include "lib/profile_schema.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct reading {
	const struct conf *conf;
	struct raw *raw;
	struct profile *p;
	struct err *err;
	bool public; /* what the profile refers to is left alone */
};

/* Always false. */
bool reading_bad(const struct reading *, struct conf_key, const char *wrong,
    const char *right);
/* One of the n names; the error proposes the nearest or lists them. */
bool reading_one_of(const struct reading *, struct conf_key, const char *value,
    const char *const *names, size_t n);
/* A name or a numeric address: no blanks, no URL, no port. */
bool reading_host(const struct reading *, struct conf_key, const char *host);

/* What conf_unload() would free. */
static inline char *
reading_take(char **from)
{
	char *text = *from;

	*from = NULL;
	return text;
}

/* ---- profile_files.c ---- */

/* Relative to the folder of the profile. */
char *reading_beside(const struct reading *, const char *path);
/* At most into->cap bytes of a regular file; a reason when it cannot be. */
const char *reading_file(const char *path, struct buf *into);
/* Makes *path one beside the profile; there is a certificate in that file. */
bool reading_pem(const struct reading *, struct conf_key, char **path);

/*
 * Both or neither: a certificate, and the private key that is its own, each
 * made one beside the profile.
 */
bool reading_pair(const struct reading *, struct conf_key certificate,
    struct conf_key key, char **certificate_path, char **key_path);

/* ---- profile_accounts.c ---- */

bool reading_address(
    const struct reading *, struct conf_key, const char *address);
/* NULL passes: it is not said. */
bool reading_dn(const struct reading *, struct conf_key, const char *dn);
/* What is referred to, without which NULL is given; not for r->public. */
char *reading_secret(
    const struct reading *, struct conf_key, const struct raw_password *);
/* No password stands there itself: said before the schema would show it. */
bool profile_no_literals(const struct conf *, struct err *);
bool profile_take_accounts(const struct reading *);
bool profile_take_directory(const struct reading *);

/* ---- profile_endpoints.c ---- */

bool profile_take_scope(const struct reading *);
bool profile_take_endpoints(const struct reading *);
bool profile_moves_mail(const struct profile *);
/* Does what this service speaks travel over HTTP? */
bool profile_is_web(const char *service);

/* ---- profile_mail.c, profile_pki.c ---- */

bool profile_take_mail(const struct reading *);
bool profile_take_pki(const struct reading *);

/* ---- profile_bindings.c ---- */

bool profile_take_bindings(const struct reading *);

/* ---- profile_documents.c ---- */

bool profile_take_documents(const struct reading *);

/* ---- profile_claims.c ---- */

/* A row of the catalogue by its name. */
bool reading_row(
    const struct reading *, struct conf_key, const char *name, enum req *);
/* A day that exists, as YYYY-MM-DD. */
bool reading_day(const struct reading *, struct conf_key, const char *day);

bool profile_take_claims(const struct reading *);
bool profile_take_limits(const struct reading *);
bool profile_take_waivers(const struct reading *);

/* ---- profile_lab.c ---- */

bool profile_take_lab(const struct reading *);

/* ---- profile_conduct.c ---- */

bool profile_take_logs(const struct reading *);
bool profile_take_timeouts(const struct reading *);
bool profile_take_safety(const struct reading *);

#endif
