/* SPDX-License-Identifier: MIT */
#include "lib/profile_schema.h"

#define TEXT_MAX     512
#define BODY_MAX     8192 /* of the template of a request */
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define PART(member) __typeof__(((struct profile *)NULL)->member)

/* clang-format off */
#define MUST(key, type, member) \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, TEXT_MAX)
#define MAY(key, type, member) \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, \
	    type, member, 1, TEXT_MAX)
#define LIST(key, flags, member, count, entry, least, most) \
	CYAML_FIELD_SEQUENCE_COUNT(key, CYAML_FLAG_POINTER | (flags), \
	    struct raw, member, count, entry, least, most)
#define MAP(key, flags, member, fields) \
	CYAML_FIELD_MAPPING(key, flags, struct raw, member, fields)
#define OPT CYAML_FLAG_OPTIONAL

static const cyaml_strval_t tls_names[] = {
	{ "none",	PROFILE_TLS_NONE },
	{ "starttls",	PROFILE_TLS_STARTTLS },
	{ "implicit",	PROFILE_TLS_IMPLICIT },
};
static const cyaml_strval_t yes_names[] = { { "false", NO }, { "true", YES } };

static const cyaml_schema_value_t word = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_MAX)
};

static const cyaml_schema_field_t project_keys[] = {
	MUST("name",	PART(project), name),
	MAY("client",	PART(project), client),
	MAY("contract",	PART(project), contract),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t product_keys[] = {
	MUST("vendor",	PART(product), vendor),
	MUST("name",	PART(product), name),
	MUST("version",	PART(product), version),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t scope_keys[] = {
	CYAML_FIELD_SEQUENCE_COUNT("chapters", CYAML_FLAG_POINTER,
	    PART(scope), chapters, n_chapters, &word, 1, 32),
	CYAML_FIELD_SEQUENCE_COUNT("services", CYAML_FLAG_POINTER,
	    PART(scope), services, n_services, &word, 1, 64),
	MAY("reason",	PART(scope), reason),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t endpoint_keys[] = {
	MUST("service",	struct profile_endpoint, service),
	MUST("host",	struct profile_endpoint, host),
	CYAML_FIELD_UINT("port", 0, struct profile_endpoint, port),
	CYAML_FIELD_ENUM("tls", CYAML_FLAG_STRICT, struct profile_endpoint,
	    tls, tls_names, COUNT(tls_names)),
	MAY("name",	struct profile_endpoint, name),
	MAY("path",	struct profile_endpoint, path),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t password_keys[] = {
	MAY("env",	struct raw_password, env),
	MAY("file",	struct raw_password, file),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t account_keys[] = {
	MUST("role",	struct raw_account, role),
	MUST("user",	struct raw_account, user),
	MUST("address",	struct raw_account, address),
	MAY("dn",	struct raw_account, dn),
	MAY("certificate", struct raw_account, certificate),
	MAY("key",	struct raw_account, key),
	CYAML_FIELD_MAPPING("password", 0, struct raw_account, password,
	    password_keys),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t sink_keys[] = {
	MUST("domain",	struct raw_sink, domain),
	MUST("listen",	struct raw_sink, listen),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t mail_keys[] = {
	MUST("domain",		struct raw_mail, domain),
	MAY("utf8_domain",	struct raw_mail, utf8_domain),
	MAY("foreign",		struct raw_mail, foreign),
	MAY("unknown",		struct raw_mail, unknown),
	CYAML_FIELD_MAPPING("sink", OPT, struct raw_mail, sink, sink_keys),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t directory_keys[] = {
	MUST("base",	PART(directory), base),
	MAY("people",	PART(directory), people),
	CYAML_FIELD_END
};

static const cyaml_strval_t status_names[] = {
	{ "good",	PROFILE_STATUS_GOOD },
	{ "revoked",	PROFILE_STATUS_REVOKED },
	{ "held",	PROFILE_STATUS_HELD },
};

static const cyaml_schema_field_t certificate_keys[] = {
	MUST("name",	struct profile_certificate, name),
	MUST("class",	struct profile_certificate, class),
	MUST("file",	struct profile_certificate, file),
	MAY("dn",	struct profile_certificate, dn),
	CYAML_FIELD_ENUM("status", CYAML_FLAG_STRICT | OPT,
	    struct profile_certificate, status, status_names,
	    COUNT(status_names)),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t each_certificate = {
	CYAML_VALUE_MAPPING(0, struct profile_certificate, certificate_keys)
};

static const cyaml_schema_field_t pki_keys[] = {
	CYAML_FIELD_SEQUENCE_COUNT("anchors", CYAML_FLAG_POINTER, PART(pki),
	    anchors, n_anchors, &word, 1, 16),
	MAY("issuers",	PART(pki), issuers),
	MAY("records",	PART(pki), records),
	CYAML_FIELD_SEQUENCE_COUNT("certificates", CYAML_FLAG_POINTER | OPT,
	    PART(pki), certificates, n_certificates, &each_certificate, 0, 256),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t field_keys[] = {
	MUST("name",	struct profile_field, name),
	MAY("at",	struct profile_field, at),
	CYAML_FIELD_SEQUENCE_COUNT("words", CYAML_FLAG_POINTER | OPT,
	    struct profile_field, words, n_words, &word, 1, 32),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t each_field = {
	CYAML_VALUE_MAPPING(0, struct profile_field, field_keys)
};

static const cyaml_schema_field_t operation_keys[] = {
	MUST("name",	struct raw_operation, name),
	MAY("service",	struct raw_operation, service),
	MAY("method",	struct raw_operation, method),
	MAY("path",	struct raw_operation, path),
	MAY("type",	struct raw_operation, type),
	CYAML_FIELD_STRING_PTR("body", CYAML_FLAG_POINTER | OPT,
	    struct raw_operation, body, 0, BODY_MAX),
	CYAML_FIELD_SEQUENCE_COUNT("headers", CYAML_FLAG_POINTER | OPT,
	    struct raw_operation, headers, n_headers, &word, 0, 16),
	CYAML_FIELD_SEQUENCE_COUNT("fields", CYAML_FLAG_POINTER | OPT,
	    struct raw_operation, fields, n_fields, &each_field, 0, 32),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t each_operation = {
	CYAML_VALUE_MAPPING(0, struct raw_operation, operation_keys)
};

static const cyaml_schema_field_t success_keys[] = {
	MUST("at",	struct raw_success, at),
	MUST("is",	struct raw_success, is),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t binding_keys[] = {
	MUST("name",	struct raw_binding, name),
	MAY("service",	struct raw_binding, service),
	MAY("type",	struct raw_binding, type),
	CYAML_FIELD_SEQUENCE_COUNT("headers", CYAML_FLAG_POINTER | OPT,
	    struct raw_binding, headers, n_headers, &word, 0, 16),
	CYAML_FIELD_MAPPING("success", OPT, struct raw_binding, success,
	    success_keys),
	CYAML_FIELD_SEQUENCE_COUNT("operations", CYAML_FLAG_POINTER | OPT,
	    struct raw_binding, operations, n_operations, &each_operation, 1,
	    256),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t document_keys[] = {
	MUST("requirement", struct raw_document, requirement),
	MUST("title",	struct raw_document, title),
	MUST("file",	struct raw_document, file),
	MAY("expires",	struct raw_document, expires),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t limit_keys[] = {
	MUST("requirement",	struct raw_limit, requirement),
	MUST("metric",		struct raw_limit, metric),
	CYAML_FIELD_FLOAT("value", CYAML_FLAG_STRICT, struct raw_limit, value),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t waiver_keys[] = {
	MUST("subject",	 struct profile_waiver, subject),
	MUST("reason",	 struct profile_waiver, reason),
	MUST("approver", struct profile_waiver, approver),
	MUST("expires",	 struct profile_waiver, expires),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t log_keys[] = {
	MUST("service",	struct profile_log, service),
	MUST("path",	struct profile_log, path),
	MUST("format",	struct profile_log, format),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t lab_keys[] = {
	MUST("key",	struct raw_lab, key),
	MUST("certificate", struct raw_lab, certificate),
	CYAML_FIELD_MAPPING("passphrase", OPT, struct raw_lab, passphrase,
	    password_keys),
	MAY("tsa",	struct raw_lab, tsa),
	MAY("picture",	struct raw_lab, picture),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t timeout_keys[] = {
	MAY("connect",	struct raw_timeouts, connect),
	MAY("reply",	struct raw_timeouts, reply),
	MAY("delivery",	struct raw_timeouts, delivery),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t safety_keys[] = {
	CYAML_FIELD_ENUM("destructive", CYAML_FLAG_STRICT | OPT,
	    struct raw_safety, destructive, yes_names, COUNT(yes_names)),
	CYAML_FIELD_ENUM("lockout", CYAML_FLAG_STRICT | OPT,
	    struct raw_safety, lockout, yes_names, COUNT(yes_names)),
	CYAML_FIELD_SEQUENCE_COUNT("reach", CYAML_FLAG_POINTER | OPT,
	    struct raw_safety, reach, n_reach, &word, 0, 64),
	CYAML_FIELD_END
};

#define EACH(type, keys) { CYAML_VALUE_MAPPING(0, type, keys) }
static const cyaml_schema_value_t
	each_endpoint	= EACH(struct profile_endpoint, endpoint_keys),
	each_account	= EACH(struct raw_account, account_keys),
	each_binding	= EACH(struct raw_binding, binding_keys),
	each_document	= EACH(struct raw_document, document_keys),
	each_limit	= EACH(struct raw_limit, limit_keys),
	each_waiver	= EACH(struct profile_waiver, waiver_keys),
	each_log	= EACH(struct profile_log, log_keys);

static const cyaml_schema_field_t top_keys[] = {
	MAP("project",	0, p.project, project_keys),
	MAP("product",	0, p.product, product_keys),
	MAP("scope",	0, p.scope, scope_keys),
	LIST("endpoints", 0, p.endpoints, p.n_endpoints, &each_endpoint, 1, 64),
	MAY("trust", struct raw, p.trust),
	LIST("accounts", OPT, accounts, n_accounts, &each_account, 0, 256),
	MAP("mail",	OPT, mail, mail_keys),
	MAP("directory", OPT, p.directory, directory_keys),
	MAP("pki",	OPT, p.pki, pki_keys),
	LIST("bindings", OPT, bindings, n_bindings, &each_binding, 0, 16),
	LIST("documents", OPT, documents, n_documents, &each_document, 0, 256),
	LIST("claims", OPT, p.claims, p.n_claims, &word, 0, 256),
	LIST("limits", OPT, limits, n_limits, &each_limit, 0, 256),
	LIST("waivers", OPT, p.waivers, p.n_waivers, &each_waiver, 0, 256),
	LIST("logs", OPT, p.logs, p.n_logs, &each_log, 0, 64),
	MAP("lab",	OPT, lab, lab_keys),
	MAP("timeouts",	OPT, timeouts, timeout_keys),
	MAP("safety",	OPT, safety, safety_keys),
	CYAML_FIELD_END
};

const cyaml_schema_value_t profile_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw, top_keys)
};
/* clang-format on */
