/* SPDX-License-Identifier: MIT */
#include "conformance/case.h"

#define GROUPS(X) \
	X(smtp_session) \
	X(smtp_order) \
	X(smtp_verbs) \
	X(smtp_syntax) \
	X(smtp_limits) \
	X(smtp_smuggling) \
	X(smtp_extensions) \
	X(smtp_content) \
	X(smtp_utf8) \
	X(smtp_chunking) \
	X(smtp_dsn) \
	X(smtp_tls) \
	X(smtp_relay) \
	X(submission) \
	X(submission_exchange) \
	X(submission_auth) \
	X(submissions) \
	X(smtp_relayed) \
	X(smtp_trace) \
	X(smtp_envelope) \
	X(smtp_outbound) \
	X(smtp_queue) \
	X(smtp_bounce) \
	X(smtp_report) \
	X(submissions_tls) \
	X(smtp_size) \
	X(journey) \
	X(journey_imap) \
	X(journey_pop3) \
	X(audit) \
	X(submission_scram) \
	X(pop3_login) \
	X(pop3_tls) \
	X(pop3_mail) \
	X(pop3_two) \
	X(pop3_delete) \
	X(pop3_lines) \
	X(pop3_judged) \
	X(imap_fetch) \
	X(imap_section) \
	X(imap_envelope) \
	X(imap_structure) \
	X(imap_session) \
	X(imap_syntax) \
	X(imap_login) \
	X(imap_tls) \
	X(imap_extensions) \
	X(imap_lockout) \
	X(imap_select) \
	X(imap_close) \
	X(imap_status) \
	X(imap_append) \
	X(imap_store) \
	X(imap_expunge) \
	X(imap_copy) \
	X(imap_uid) \
	X(imap_concurrent) \
	X(imap_idle) \
	X(imap_condstore) \
	X(reader_tls) \
	X(mail_roundtrip) \
	X(imap_oracle) \
	X(imap_folders) \
	X(imap_list) \
	X(imap_search) \
	X(imap_search_text) \
	X(imap_sort) \
	X(imap_volume) \
	X(imap_quota) \
	X(ldap_bind) \
	X(ldap_search) \
	X(ldap_root) \
	X(ldap_filter) \
	X(ldap_compare) \
	X(ldap_ber) \
	X(ldap_access) \
	X(ldap_paged) \
	X(ldap_change) \
	X(ldap_tls) \
	X(certificates) \
	X(cert_documents) \
	X(related) \
	X(crl) \
	X(crl_status) \
	X(ldap_lockout) \
	X(ldap_book) \
	X(ocsp) \
	X(ocsp_status) \
	X(ocsp_ways) \
	X(ocsp_odd) \
	X(tsa) \
	X(tsa_refused) \
	X(cmp_apply) \
	X(cmp_wrong) \
	X(cmp_update) \
	X(cmp_revoke) \
	X(crypto_vectors) \
	X(crypto_sign) \
	X(path_validation) \
	X(message_made) \
	X(message_taken) \
	X(publication) \
	X(publication_lists) \
	X(crl_delta)

#define DECLARE(name) extern const struct conf_group conf_##name;
GROUPS(DECLARE)

#define ADDRESS(name) &conf_##name,
const struct conf_group *const conf_groups[] = { GROUPS(ADDRESS) };
const size_t conf_groups_n = sizeof conf_groups / sizeof conf_groups[0];
