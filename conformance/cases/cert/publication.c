/* SPDX-License-Identifier: MIT */
/*
 * CERT-F-13: certificates in the directory, where the profile says that they
 * are published (pki.certificates[].dn).  What else an entry has is nobody's
 * business.
 */
#include <string.h>

#include "conformance/cases/cert/lookup.h"

extern const struct conf_group conf_publication;

enum { LINE_MOST = 1 << 20 };

/* clang-format off */
#define COLLECT(name, bind, ca, way, attributes) \
	static bool \
	name(struct trial *t) \
	{ \
		return lookup_collect(t, bind, ca, way, attributes); \
	}
#define LISTS_OF "certificateRevocationList;binary " \
		 "authorityRevocationList;binary"

COLLECT(collect_entries, true, false, LOOKUP_ENTRY, "userCertificate;binary")
COLLECT(collect_plain, true, false, LOOKUP_ENTRY, "userCertificate")
COLLECT(collect_all, true, false, LOOKUP_ENTRY, "*")
COLLECT(collect_subtree, true, false, LOOKUP_NAME, "userCertificate;binary")
COLLECT(collect_exact, true, false, LOOKUP_EXACT, "userCertificate;binary")
COLLECT(collect_other, true, false, LOOKUP_STRANGE, "userCertificate;binary")
COLLECT(collect_authorities, true, true, LOOKUP_ENTRY, "cACertificate;binary")
COLLECT(collect_anonymous, false, true, LOOKUP_ENTRY,
    "cACertificate;binary " LISTS_OF)
/* clang-format on */

typedef void look_fn(struct trial *, const struct lookup *,
    const struct profile_certificate *, const struct issued *);

/* What was revoked may have been taken out: only what is good is asked of. */
static void
each_good(struct trial *t, const struct lookup *a, bool ca, look_fn *look)
{
	const struct profile *p = trial_profile(t);
	const struct profile_certificate *c;
	size_t at = 0, n = 0;

	while ((c = lookup_next(p, ca, &at)) != NULL) {
		const struct issued *i = lookup_issued(&a->set, c->name);

		if (i == NULL || c->status != PROFILE_STATUS_GOOD)
			continue;
		n++;
		look(t, a, c, i);
	}
	trial_need(t, n > 0, "the profile publishes none that is good");
}

static void
with_answers(struct trial *t, bool ca, look_fn *look)
{
	struct lookup a;

	if (lookup_open(t, &a))
		each_good(t, &a, ca, look);
	lookup_close(&a);
}

static void
is_found(struct trial *t, const struct lookup *a,
    const struct profile_certificate *c, const struct issued *i)
{
	trial_claim(t, trial_case(t)->clause,
	    lookup_find(a, "userCertificate", c->dn, &i->certificate) != NULL,
	    "its entry has the certificate", "%s: %s has not", c->name, c->dn);
}

static void
judge_found(struct trial *t)
{
	with_answers(t, false, is_found);
}

static void
is_preserved(struct trial *t, const struct lookup *a,
    const struct profile_certificate *c, const struct issued *i)
{
	const struct published_value *v =
	    lookup_find(a, "userCertificate", c->dn, &i->certificate);

	if (trial_need(t, v != NULL, "%s is not published", c->name))
		trial_claim(t, "RFC 4523 2.1",
		    span_eq(v->octets, i->certificate.whole),
		    "the octets that were handed over",
		    "%s: %zu octets, others than those %zu", c->name,
		    v->octets.len, i->certificate.whole.len);
}

static void
judge_preserved(struct trial *t)
{
	with_answers(t, false, is_preserved);
}

static void
is_authority(struct trial *t, const struct lookup *a,
    const struct profile_certificate *c, const struct issued *i)
{
	const struct published_value *v =
	    lookup_find(a, "cACertificate", c->dn, &i->certificate);

	trial_claim(t, "RFC 4523 4.2",
	    v != NULL && span_eq(v->octets, i->certificate.whole),
	    "the entry of a CA has its certificate", "%s: %s", c->name,
	    v == NULL ? "it has not" : "other octets");
}

static void
judge_authorities(struct trial *t)
{
	with_answers(t, true, is_authority);
}

/* RFC 4522 5, 6: if it is returned at all. */
static void
judge_binary(struct trial *t)
{
	struct lookup a;

	if (lookup_open(t, &a))
		for (size_t i = 0; i < a.n; i++) {
			trial_claim(t, trial_case(t)->clause, true,
			    "userCertificate;binary, or nothing", "%zu values",
			    a.at[i].n);
			for (size_t k = 0; k < a.at[i].n; k++)
				trial_claim(t, trial_case(t)->clause,
				    published_has_option(
					&a.at[i].at[k], "binary"),
				    "userCertificate;binary, or nothing",
				    "%.*s", SPAN_FMT(a.at[i].at[k].attribute));
		}
	lookup_close(&a);
}

static void
judge_other(struct trial *t)
{
	struct lookup a;

	if (lookup_open(t, &a))
		for (size_t i = 0; i < a.n; i++)
			trial_claim(t, "RFC 4523 3.1", a.at[i].n == 0,
			    "nobody has a certificate of that number", "%.*s",
			    SPAN_FMT(
				a.at[i].n == 0 ? SPAN("") : a.at[i].at[0].dn));
	lookup_close(&a);
}

/* ---- the limit ---- */

static void
judge_time(struct trial *t)
{
	double most = 0;
	struct lookup a;

	if (lookup_open(t, &a) && trial_sane(t,
				      profile_limit(trial_profile(t), CERT_F_13,
					  "lookup.time", &most),
				      "lookup.time has no limit")) {
		each_good(t, &a, false, is_found);
		for (size_t i = 0; i < a.n; i++)
			trial_claim(t, "CERT-F-13 lookup.time",
			    (double)a.at[i].ms <= most * 1000,
			    "an answer within lookup.time", "%jd ms",
			    (intmax_t)a.at[i].ms);
	}
	lookup_close(&a);
}

/* ---- without a name ---- */

static void
judge_anonymous(struct trial *t)
{
	struct lookup a;

	if (lookup_open(t, &a))
		for (size_t i = 0; i < a.n; i++)
			trial_claim(t, "RFC 4513 4", a.at[i].n > 0,
			    "the entry of a CA shows what it publishes", "%s",
			    a.at[i].end);
	lookup_close(&a);
}

/* ---- who may write ---- */

/* A certificate that is not hers, and the entry that is. */
static const struct issued *
strange_certificate(
    const struct profile *p, const struct issued_set *set, const char *hers)
{
	for (size_t i = 0; i < p->pki.n_certificates; i++) {
		const struct profile_certificate *c = &p->pki.certificates[i];

		if ((c->dn == NULL || strcmp(c->dn, hers) != 0) &&
		    strcmp(c->class, "ca") != 0 &&
		    lookup_issued(set, c->name) != NULL)
			return lookup_issued(set, c->name);
	}
	return NULL;
}

static void
change(struct publisher *p, const char *name, const char *dn, const char *how,
    struct span octets)
{
	struct buf line;

	buf_init(&line, LINE_MOST);
	buf_addf(&line, "modify ");
	published_quote(&line, span_of(dn));
	buf_addf(&line, " %s userCertificate;binary=", how);
	published_quote(&line, octets);
	published_ask(p, name, buf_text(&line));
	buf_free(&line);
}

/* What she got in is taken out again, where that is let happen. */
static bool
collect_access(struct trial *t)
{
	const struct profile_account *alice =
	    profile_account(trial_profile(t), "alice");
	const struct issued *c = NULL;
	struct issued_set set;
	struct publisher p;

	issued_collect(t);
	if (issued_open(t, &set, NULL))
		c = strange_certificate(trial_profile(t), &set, alice->dn);
	if (trial_need(t, c != NULL, "no certificate is another's")) {
		if (published_enter(&p, t, true)) {
			change(&p, "write", alice->dn, "add",
			    c->certificate.whole);
			lookup_ask(&p, 0, alice->dn, "base", "(objectClass=*)",
			    "userCertificate;binary");
			change(&p, "remove", alice->dn, "delete",
			    c->certificate.whole);
		}
		published_leave(&p);
		trial_fact(t, "strange", "%s", c->name);
		trial_fact_int(t, "asks", 1);
	}
	issued_close(&set);
	return true;
}

static void
judge_access(struct trial *t)
{
	const char *dn = profile_account(trial_profile(t), "alice")->dn;
	const char *name = trial_fact_text(t, "strange");
	const struct issued *c;
	struct published write = { .n = 0 };
	struct lookup a;

	if (lookup_open(t, &a) && published_open(t, "write", &write) &&
	    trial_sane(t, name != NULL, "nothing was written")) {
		c = lookup_issued(&a.set, name);
		trial_claim(t, "RFC 4513 6.1",
		    !published_ends(&write, "success"),
		    "no right to write userCertificate", "%s", write.end);
		trial_claim(t, "RFC 4513 6.1",
		    c != NULL && lookup_find(&a, "userCertificate", dn,
				     &c->certificate) == NULL,
		    "the entry is as it was", "it has %s", name);
	}
	published_close(&write);
	lookup_close(&a);
}

/* clang-format off */
#define PUBLISHED "endpoint:ldaps account:alice dn:alice " \
		  "pki:certificates[].dn"
#define BELOW PUBLISHED " directory:base"
#define CASE(name, at, cite, en, zh, wants, same, ask, how) \
	{ \
		.id = "publish." name, \
		.verifies = CERT_F_13, \
		.level = at, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = wants, \
		.twin = same, \
		.service = "ldaps", \
		.collect = ask, \
		.judge = how, \
	}
#define SHALL LEVEL_SHALL
#define READS "ldap.search"

static const struct conf_case cases[] = {
	CASE("certificate", SHALL, "RFC 4523 4.1",
	    "certificates are in the entries of their owners",
	    "证书发布在持有者的目录条目中", PUBLISHED, NULL,
	    collect_entries, judge_found),
	CASE("preserved", SHALL, "RFC 4523 2.1",
	    "they are, octet by octet, those that were handed over",
	    "所发布证书与交付的证书逐字节相同", PUBLISHED, READS,
	    collect_entries, judge_preserved),
	CASE("subtree", SHALL, "RFC 4511 4.5.1.2",
	    "they are found in the whole directory by a name",
	    "可在整个目录中按名称检索到证书", BELOW, READS,
	    collect_subtree, judge_found),
	CASE("plain", SHALL, "RFC 4522 5",
	    "asked for without ;binary they are returned with it, or not at all",
	    "请求未带 ;binary 时仍以 ;binary 返回，或不返回", PUBLISHED, READS,
	    collect_plain, judge_binary),
	CASE("all", SHALL, "RFC 4522 6",
	    "among all attributes they are returned with ;binary, or not at all",
	    "请求全部属性时以 ;binary 返回，或不返回", PUBLISHED, READS,
	    collect_all, judge_binary),
	CASE("exact", SHALL, "RFC 4523 3.1",
	    "issuer and serial number find the entry",
	    "按颁发者与序列号可检索到条目", BELOW " ldap.certificatematch",
	    READS, collect_exact, judge_found),
	CASE("exact.other", SHALL, "RFC 4523 3.1",
	    "a serial number that nobody has finds nothing",
	    "不存在的序列号检索不到条目", BELOW " ldap.certificatematch",
	    READS, collect_other, judge_other),
	CASE("time", SHALL, "CERT-F-13 lookup.time",
	    "a certificate is found in time", "在规定时间内检索到证书",
	    BELOW, READS, collect_subtree, judge_time),
	CASE("ca", SHALL, "RFC 4523 4.2",
	    "certificates of CAs are in their entries",
	    "CA 证书发布在其目录条目中", PUBLISHED, NULL,
	    collect_authorities, judge_authorities),
	CASE("anonymous", SHALL, "RFC 4513 4",
	    "what CAs publish is read before binding",
	    "CA 所发布的内容无须绑定即可读取",
	    "endpoint:ldaps pki:certificates[].dn ldap.anonymous", NULL,
	    collect_anonymous, judge_anonymous),
	CASE("access", SHALL, "RFC 4513 6.1",
	    "alice may not write certificates into her own entry",
	    "普通用户不得自行写入证书", PUBLISHED " safety:destructive", READS,
	    collect_access, judge_access),
};

const struct conf_group conf_publication = {
	.service = "ldap",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
