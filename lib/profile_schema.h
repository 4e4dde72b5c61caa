/* SPDX-License-Identifier: MIT */
/*
 * profile_schema - the keys of TARGET.yaml, as libcyaml reads them.
 *
 * What a profile holds as it is written goes straight into struct profile;
 * what has to be looked at first stands beside it in struct raw.
 */
#ifndef LIB_PROFILE_SCHEMA_H
#define LIB_PROFILE_SCHEMA_H

#include <cyaml/cyaml.h>

#include "lib/profile.h"

struct raw_password {
	char *env, *file;
};

struct raw_account {
	char *role, *user, *address, *dn, *certificate, *key;
	struct raw_password password;
};

struct raw_sink {
	char *domain, *listen;
};

struct raw_mail {
	char *domain, *utf8_domain, *foreign, *unknown;
	struct raw_sink sink;
};

struct raw_operation {
	char *name, *service, *method, *path, *type, *body;
	char **headers;
	size_t n_headers;
	struct profile_field *fields;
	size_t n_fields;
};

struct raw_success {
	char *at, *is;
};

struct raw_binding {
	char *name, *service, *type;
	char **headers;
	size_t n_headers;
	struct raw_success success;
	struct raw_operation *operations;
	size_t n_operations;
};

struct raw_document {
	char *requirement, *title, *file, *expires;
};

struct raw_limit {
	char *requirement, *metric;
	double value;
};

struct raw_lab {
	char *key, *certificate, *tsa, *picture;
	struct raw_password passphrase;
};

struct raw_timeouts {
	char *connect, *reply, *delivery;
};

enum yes { NO, YES };

struct raw_safety {
	enum yes destructive, lockout;
	char **reach;
	size_t n_reach;
};

/* What is as in struct profile is read straight into it. */
struct raw {
	struct profile p;
	struct raw_account *accounts;
	size_t n_accounts;
	struct raw_mail mail;
	struct raw_binding *bindings;
	size_t n_bindings;
	struct raw_document *documents;
	size_t n_documents;
	struct raw_limit *limits;
	size_t n_limits;
	struct raw_lab lab;
	struct raw_timeouts timeouts;
	struct raw_safety safety;
};

/* Of a struct raw *. */
extern const cyaml_schema_value_t profile_schema;

#endif
