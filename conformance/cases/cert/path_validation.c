/* SPDX-License-Identifier: MIT */
/*
 * Certification paths, right ones and such as are wrong for one reason, put to
 * a server that validates them: RFC 5280 6.
 *
 * They are made when they are asked about (fixtures/pki), in each algorithm
 * that the target claims; sets.tsv has a line for each: the name of its
 * evidence, whether it is right, and what is wrong with it.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/packed.h"
#include "conformance/client/operation.h"
#include "conformance/trial.h"
#include "fixtures/pki/chains.h"
#include "lib/mem.h"

extern const struct conf_group conf_path_validation;

#define FILED "sets.tsv"

enum { LIST_MOST = 1 << 16 };

/* The sets of a case: their names, or what fails in them first. */
static const struct family {
	const char *id, *names, *codes;
} families[] = {
	{ "path.valid",
	    "valid valid_long valid_by_root valid_path_length valid_2050 "
	    "valid_unknown valid_names_dns valid_names_dir valid_policy "
	    "valid_crl valid_crl_both",
	    "" },
	{ "path.expired", "", "path.expired" },
	{ "path.not.yet", "", "path.begun" },
	{ "path.issuer", "", "path.issuer" },
	{ "path.signature", "", "path.signature" },
	{ "path.anchor", "", "path.found" },
	{ "path.ca", "", "path.ca.flag path.ca.version" },
	{ "path.usage", "", "path.ca.usage" },
	{ "path.length", "", "path.length" },
	{ "path.names", "", "path.names.permitted path.names.excluded" },
	{ "path.critical", "leaf_unknown_critical ca_unknown_critical", "" },
	{ "path.policy", "", "path.policy" },
	{ "path.revoked",
	    "crl_revoked crl_revoked_plain crl_held crl_ca_revoked", "" },
	{ "path.list.fresh", "crl_expired crl_not_yet", "" },
	{ "path.list.signature", "", "crl.signature crl.signer" },
};

static const struct family *
family_of(const struct trial *t)
{
	const struct family *f = families;

	while (strcmp(f->id, trial_case(t)->id) != 0)
		f++;
	return f;
}

/* Is it one of the words? */
static bool
among(struct span word, const char *words)
{
	struct span rest = span_of(words);

	while (rest.len > 0)
		if (span_eq(span_cut(&rest, ' '), word))
			return true;
	return false;
}

static bool
is_member(const struct family *f, const struct mint_chain *c)
{
	struct span codes = span_of(c->code);

	return among(span_of(c->name), f->names) ||
	       (codes.len > 0 && among(span_cut(&codes, ' '), f->codes));
}

/* ---- collect ---- */

/* False: nothing was heard, and nothing need be asked any more. */
static bool
ask(struct desk *d, const char *name, const struct mint_set *s)
{
	char *anchors = packed("CERTIFICATE", &s->root, 1);
	char *certificates = packed("CERTIFICATE", s->certs, s->n_certs);
	char *lists = packed("X509 CRL", s->crls, s->n_crls);

	operation_call(d, name, "path.validate",
	    (struct operation_value[]){
		{ "anchors", anchors },
		{ "certificates", certificates },
		{ "lists", lists },
		{ NULL, NULL },
	    });
	free(anchors);
	free(certificates);
	free(lists);
	return desk_answer(d)->end != OPERATION_UNHEARD;
}

static bool
ask_about(struct trial *t, struct desk *d, struct mint_ring *ring,
    const struct mint_chain *c, const char *as, struct buf *list)
{
	const char *algorithm = mint_algorithms[ring->algorithm];
	char *name = mem_textf("%s.%s", algorithm, as);
	struct mint_set set;
	struct err err;
	bool heard = false;

	if (trial_sane(t, mint_set_make(&set, c, ring, clock_wall(), &err),
		"%s", err.what)) {
		heard = ask(d, name, &set);
		buf_addf(list, "%s\t%s\t%s\n", name,
		    c->code[0] == '\0' ? "true" : "false", c->what);
		mint_set_free(&set);
	}
	free(name);
	return heard;
}

static const struct mint_chain *
chain_named(const char *name)
{
	const struct mint_chain *c = mint_chains;

	while (strcmp(c->name, name) != 0)
		c++;
	return c;
}

static bool
ask_algorithm(
    struct trial *t, struct desk *d, enum mint_algorithm a, struct buf *list)
{
	const struct family *f = family_of(t);
	struct mint_ring ring;
	bool heard;

	mint_ring_init(&ring, a);
	/* whoever refuses everything proves nothing */
	heard = ask_about(t, d, &ring,
	    chain_named(among(SPAN("valid"), f->names) ? "valid_by_root"
						       : "valid_crl_both"),
	    "control", list);
	for (size_t i = 0; heard && i < mint_n_chains; i++)
		if (mint_chain_of(&mint_chains[i], a) &&
		    is_member(f, &mint_chains[i]))
			heard = ask_about(t, d, &ring, &mint_chains[i],
			    mint_chains[i].name, list);
	mint_ring_free(&ring);
	return heard;
}

/* SM2 only where it is claimed; of the others the controls tell. */
static bool
collect(struct trial *t)
{
	const bool sm2 = profile_claims(trial_profile(t), "cert.sm2");
	struct desk *d = desk_open(t, "alice");
	struct buf list;
	bool heard = true;

	buf_init(&list, LIST_MOST);
	for (int a = sm2 ? MINT_SM2 : MINT_P256; heard && a < MINT_ALGORITHMS;
	     a++)
		heard = ask_algorithm(t, d, (enum mint_algorithm)a, &list);
	trial_file(t, FILED, buf_span(&list));
	buf_free(&list);
	desk_close(d);
	return true;
}

/* ---- judge ---- */

/* What was said of one set: valid, or not and perhaps refused. */
static bool
hear(struct trial *t, const char *name, bool *taken)
{
	struct operation_answer a;
	char *valid = NULL;
	bool heard;

	if (operation_heard(t, name, "path.validate", &a))
		valid = operation_text(&a, "valid");
	heard = a.end == OPERATION_REFUSED || valid != NULL;
	trial_need(t, heard, "%s: %s", name,
	    a.end == OPERATION_DONE ? "it does not say \"valid\"" : a.why);
	*taken = valid != NULL && strcmp(valid, "true") == 0;
	operation_free(&a);
	free(valid);
	return heard;
}

/*
 * Controls come first, one an algorithm.  An algorithm in which nothing is
 * valid is not supported, and its sets say nothing; SM2 is, as it is claimed.
 */
static bool
judge_one(struct trial *t, struct span line, bool supported)
{
	char *name = mem_text(span_cut(&line, '\t'));
	const bool right = span_eq(span_cut(&line, '\t'), SPAN("true"));
	bool taken;

	if (strstr(name, ".control") != NULL) {
		supported = hear(t, name, &taken) && taken;
		trial_need(t, supported || strncmp(name, "sm2.", 4) != 0,
		    "%s: what is right is refused, too", name);
	} else if (supported && hear(t, name, &taken)) {
		trial_claim(t, trial_case(t)->clause, taken == right,
		    right ? "valid" : "not valid", "%s: %.*s: %s", name,
		    SPAN_FMT(line), taken ? "valid" : "not valid");
	}
	free(name);
	return supported;
}

static void
judge(struct trial *t)
{
	const struct buf *filed = trial_content(t, FILED);
	struct span rest = filed == NULL ? SPAN("") : buf_span(filed);
	bool supported = false, any = false;

	trial_sane(t, rest.len > 0, "no sets were filed");
	while (rest.len > 0) {
		supported = judge_one(t, span_cut(&rest, '\n'), supported);
		any |= supported;
	}
	trial_need(t, any, "no algorithm in which anything is valid");
}

/* clang-format off */
#define PATH_CASE(name, source, en, zh) \
	{ \
		.id = name, .verifies = CERT_F_14, .clause = source, \
		.title = en, .title_zh = zh, \
		.needs = "endpoint:crypto account:alice " \
			 "operation:path.validate", \
		.service = "crypto", .collect = collect, .judge = judge, \
		.soft_s = 120, \
	}

static const struct conf_case cases[] = {
	PATH_CASE("path.valid", "RFC 5280 6.1",
	    "paths that are right are valid", "正确的证书链验证通过"),
	PATH_CASE("path.expired", "RFC 5280 6.1.3 (a)(2)",
	    "no certificate of a path may have expired",
	    "拒绝含过期证书的证书链"),
	PATH_CASE("path.not.yet", "RFC 5280 6.1.3 (a)(2)",
	    "the validity of each certificate has begun",
	    "拒绝含未生效证书的证书链"),
	PATH_CASE("path.issuer", "RFC 5280 6.1.3 (a)(4)",
	    "each issuer is the subject of the certificate above",
	    "拒绝颁发者名称不衔接的证书链"),
	PATH_CASE("path.signature", "RFC 5280 6.1.3 (a)(1)",
	    "each signature verifies with the key above",
	    "拒绝签名不能验证的证书链"),
	PATH_CASE("path.anchor", "RFC 5280 6.1",
	    "a path leads from a trust anchor", "拒绝不能追溯至信任锚的证书链"),
	PATH_CASE("path.ca", "RFC 5280 6.1.4 (k)",
	    "only CAs issue: basic constraints with cA",
	    "拒绝由非 CA 证书颁发的证书链"),
	PATH_CASE("path.usage", "RFC 5280 6.1.4 (n)",
	    "only keys with keyCertSign issue",
	    "拒绝由无 keyCertSign 用途的密钥颁发的证书链"),
	PATH_CASE("path.length", "RFC 5280 6.1.4 (l), (m)",
	    "no path is longer than its CAs allow", "拒绝超过路径长度的证书链"),
	PATH_CASE("path.names", "RFC 5280 6.1.3 (b), (c)",
	    "names are within the constraints of all CAs above",
	    "拒绝违反名称约束的证书链"),
	PATH_CASE("path.critical", "RFC 5280 4.2, 6.1.4 (o), 6.1.5 (f)",
	    "a critical extension that is not known is no path",
	    "拒绝含未知关键扩展的证书链"),
	PATH_CASE("path.policy", "RFC 5280 6.1.3 (f), 6.1.5 (g)",
	    "a policy that is required is there", "拒绝缺少必需策略的证书链"),
	PATH_CASE("path.revoked", "RFC 5280 6.1.3 (a)(3)",
	    "no certificate of a path is revoked or on hold",
	    "拒绝含已撤销或已冻结证书的证书链"),
	PATH_CASE("path.list.fresh", "RFC 5280 6.3.3",
	    "a list of another day says nothing",
	    "过期或未生效的撤销列表不得采信"),
	PATH_CASE("path.list.signature", "RFC 5280 6.3.3 (f), (g)",
	    "a list says nothing unless its issuer signed it",
	    "签名无效的撤销列表不得采信"),
};

const struct conf_group conf_path_validation = {
	.service = "crypto",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
