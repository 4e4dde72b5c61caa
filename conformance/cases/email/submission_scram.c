/* SPDX-License-Identifier: MIT */
/*
 * SCRAM-SHA-256 by a client that is wrong on purpose: a good one, a mail
 * program, is in journey.c.
 *
 * The exchange is ours (RFC 5802 3, 5, 7; RFC 7677), the arithmetic OpenSSL's.
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/cases/email/prelude.h"
#include "conformance/client/wire.h"
#include "conformance/trial.h"
#include "lib/mem.h"

extern const struct conf_group conf_submission_scram;

#define KEY      32
#define NONCE    "fyko+d2lbbFgONRv9qkxdawL"
#define LOOKS    200 /* of 20 ms each, for one line */
#define TEXT     4096
#define SALT     1024
#define COUNT_OF 1000000 /* iterations, at most */

/* What is wrong about it. */
enum wrong { NOTHING, AUTHZID, FLAG, SERVER_NONCE, BINDING, PROOF };

/* ---- text ---- */

static void
encode(const void *octets, size_t n, struct buf *out)
{
	char *text = mem_new(n / 3 + 2, 4);

	EVP_EncodeBlock((unsigned char *)text, octets, (int)n);
	buf_add(out, span_of(text));
	free(text);
}

static bool
decode(struct span text, struct buf *out)
{
	unsigned char *octets = mem_new(text.len + 4, 1);
	int n = EVP_DecodeBlock(
	    octets, (const unsigned char *)text.ptr, (int)text.len);

	for (size_t i = text.len; n > 0 && i > 0 && text.ptr[i - 1] == '='; i--)
		n--;
	if (n > 0)
		buf_add(out, (struct span){ (const char *)octets, (size_t)n });
	free(octets);
	return n > 0;
}

/* The value of "x=" in a message. */
static struct span
attribute(struct span message, char name)
{
	while (message.len > 0) {
		const struct span item = span_cut(&message, ',');

		if (item.len > 2 && item.ptr[0] == name && item.ptr[1] == '=')
			return span_skip(item, 2);
	}
	return (struct span){ NULL, 0 };
}

/* ---- the exchange ---- */

static void
hmac(const unsigned char *key, struct span text, unsigned char out[KEY])
{
	HMAC(EVP_sha256(), key, KEY, (const unsigned char *)text.ptr, text.len,
	    out, NULL);
}

/* RFC 5802 3: ClientKey XOR HMAC(H(ClientKey), AuthMessage). */
static bool
prove(const char *password, struct span server_first, struct span message,
    unsigned char proof[KEY])
{
	unsigned char salted[KEY], key[KEY], stored[KEY], signature[KEY];
	const struct span count = attribute(server_first, 'i');
	const long n = count.ptr == NULL ? 0 : strtol(count.ptr, NULL, 10);
	struct buf salt;
	bool ok;

	buf_init(&salt, SALT);
	ok = n > 0 && n <= COUNT_OF &&
	     decode(attribute(server_first, 's'), &salt) &&
	     PKCS5_PBKDF2_HMAC(password, (int)strlen(password),
		 (const unsigned char *)salt.data, (int)salt.len, (int)n,
		 EVP_sha256(), KEY, salted) == 1;
	buf_free(&salt);
	if (!ok)
		return false;
	hmac(salted, SPAN("Client Key"), key);
	EVP_Digest(key, KEY, stored, NULL, EVP_sha256(), NULL);
	hmac(stored, message, signature);
	for (int i = 0; i < KEY; i++)
		proof[i] = key[i] ^ signature[i];
	return true;
}

/* One line, with its code; what stands behind the code goes to "text". */
static int
hear(struct wire *w, struct buf *text)
{
	size_t end;
	int code = 0;

	buf_clear(text);
	for (int i = 0; i < LOOKS && !w->closed; i++) {
		if (span_find(buf_span(&w->in), SPAN("\r\n")) < w->in.len)
			break;
		wire_listen(w, 20);
	}
	end = span_find(buf_span(&w->in), SPAN("\r\n"));
	if (end == w->in.len)
		return 0;
	if (end >= 3)
		code = atoi(buf_text(&w->in));
	if (end > 4)
		buf_add(text, span_skip(span_take(buf_span(&w->in), end), 4));
	buf_drop(&w->in, end + 2);
	return code;
}

static bool
is_secured(struct wire *w, struct trial *t)
{
	return wire_open(w, t, "submission") && wire_reply(w) == 220 &&
	       wire_say(w, "EHLO %s.client.example", trial_token(t)) &&
	       wire_reply(w) == 250 && wire_say(w, "STARTTLS") &&
	       wire_reply(w) == 220 && wire_shake(w, NULL, NULL, NULL) &&
	       wire_say(w, "EHLO %s.client.example", trial_token(t)) &&
	       wire_reply(w) == 250;
}

static int
say_octets(
    struct wire *w, const char *before, struct span octets, struct buf *heard)
{
	struct buf line;
	int code = 0;

	buf_init(&line, 2 * TEXT);
	buf_addf(&line, "%s", before);
	encode(octets.ptr, octets.len, &line);
	if (wire_say(w, "%s", buf_text(&line)))
		code = hear(w, heard);
	buf_free(&line);
	return code;
}

struct exchange {
	enum wrong wrong;
	const struct profile_account *who;
	const char *as; /* authzid, or empty */
	struct buf first, heard, server_first, last;
};

static void
write_last(struct exchange *x, const char *header)
{
	const struct span nonce = attribute(buf_span(&x->server_first), 'r');
	unsigned char proof[KEY] = { 0 };
	struct buf message;

	buf_addf(&x->last, "c=");
	if (x->wrong == BINDING)
		encode("y,,", 3, &x->last);
	else
		encode(header, strlen(header), &x->last);
	/* All but its last character, which is another. */
	if (x->wrong == SERVER_NONCE)
		buf_addf(&x->last, ",r=%.*s%c", (int)nonce.len - 1, nonce.ptr,
		    nonce.ptr[nonce.len - 1] == 'A' ? 'B' : 'A');
	else
		buf_addf(&x->last, ",r=%.*s", SPAN_FMT(nonce));
	buf_init(&message, 4 * TEXT);
	buf_add(&message, span_skip(buf_span(&x->first), strlen(header)));
	buf_addf(&message, ",");
	buf_add(&message, buf_span(&x->server_first));
	buf_addf(&message, ",");
	buf_add(&message, buf_span(&x->last));
	prove(x->who->password, buf_span(&x->server_first), buf_span(&message),
	    proof);
	buf_free(&message);
	if (x->wrong == PROOF)
		proof[0] ^= 1;
	buf_addf(&x->last, ",p=");
	encode(proof, KEY, &x->last);
}

/* The code of the last reply; "step" says how far it came. */
static int
exchange_run(struct exchange *x, struct wire *w, int *step)
{
	char header[300];
	int code;

	snprintf(header, sizeof header, "%s,%s%s,",
	    x->wrong == FLAG ? "p=tls-unique" : "n",
	    x->as[0] == '\0' ? "" : "a=", x->as);
	buf_addf(&x->first, "%sn=%s,r=" NONCE, header, x->who->user);
	code = say_octets(
	    w, "AUTH SCRAM-SHA-256 ", buf_span(&x->first), &x->heard);
	*step = 1;
	if (code != 334 || !decode(buf_span(&x->heard), &x->server_first) ||
	    attribute(buf_span(&x->server_first), 'r').len < 2)
		return code;
	write_last(x, header);
	code = say_octets(w, "", buf_span(&x->last), &x->heard);
	*step = 2;
	if (code != 334)
		return code;
	*step = 3;
	return wire_say(w, "%s", "") ? hear(w, &x->heard) : 0;
}

/* Files how it ended under NAME, and the nonce of the server. */
static void
log_in(struct trial *t, const char *name, const char *role, enum wrong wrong)
{
	const struct profile *p = trial_profile(t);
	struct exchange x = { .wrong = wrong,
		.who = profile_account(p, role),
		.as = wrong == AUTHZID ? profile_account(p, "bob")->user : "" };
	char key[64];
	struct wire w;
	int step = 0, code = 0;

	buf_init(&x.first, TEXT);
	buf_init(&x.heard, TEXT);
	buf_init(&x.server_first, TEXT);
	buf_init(&x.last, TEXT);
	if (is_secured(&w, t))
		code = exchange_run(&x, &w, &step);
	trial_fact_int(t, name, code);
	snprintf(key, sizeof key, "%s.step", name);
	trial_fact_int(t, key, step);
	snprintf(key, sizeof key, "%s.nonce", name);
	trial_fact(t, key, "%.*s",
	    SPAN_FMT(attribute(buf_span(&x.server_first), 'r')));
	snprintf(key, sizeof key, "%s.gone", name);
	trial_fact(t, key, "%s", w.closed ? "yes" : "no");
	snprintf(key, sizeof key, "%s.why", name);
	trial_fact(t, key, "%s", w.why);
	wire_close(&w);
	buf_free(&x.first);
	buf_free(&x.heard);
	buf_free(&x.server_first);
	buf_free(&x.last);
}

/* ---- cases ---- */

/* clang-format off */
static const struct {
	const char	*id;
	enum wrong	 wrong;
} rows[] = {
	{ "submission.scram.authzid",	AUTHZID },
	{ "submission.scram.flag",	FLAG },
	{ "submission.scram.nonce",	SERVER_NONCE },
	{ "submission.scram.binding",	BINDING },
	{ "submission.scram.proof",	PROOF },
	{ "submission.scram.fresh",	NOTHING },
};
/* clang-format on */

/* Done right, done wrong, done right: no account is locked by it. */
static bool
collect(struct trial *t)
{
	log_in(t, "before", "alice", NOTHING);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].id, trial_case(t)->id) == 0)
			log_in(t, "asked", "alice", rows[i].wrong);
	log_in(t, "after", "alice", NOTHING);
	return true;
}

static int64_t
code_of(const struct trial *t, const char *name)
{
	int64_t code = 0;

	trial_fact_get_int(t, name, &code);
	return code;
}

/* It was answered, or hung up on, after the exchange had begun. */
static bool
is_answered(struct trial *t)
{
	const char *gone = trial_fact_text(t, "asked.gone");

	return trial_need(t,
	    code_of(t, "asked.step") > 0 &&
		(code_of(t, "asked") != 0 ||
		    (gone != NULL && strcmp(gone, "yes") == 0)),
	    "the exchange was not begun, or not answered");
}

static bool
works(struct trial *t)
{
	return trial_need(t,
	    code_of(t, "before") == 235 && code_of(t, "after") == 235,
	    "SCRAM done right was answered %lld and %lld",
	    (long long)code_of(t, "before"), (long long)code_of(t, "after"));
}

static void
judge_refused(struct trial *t)
{
	if (works(t) && is_answered(t))
		trial_claim(t, trial_case(t)->clause,
		    code_of(t, "asked") != 235, "a reply that refuses", "235");
}

static void
judge_fresh(struct trial *t)
{
	const char *first = trial_fact_text(t, "before.nonce");
	const char *second = trial_fact_text(t, "asked.nonce");

	if (works(t) &&
	    trial_need(t, first != NULL && second != NULL, "no nonces"))
		trial_claim(t, trial_case(t)->clause,
		    strcmp(first, second) != 0,
		    "another nonce for each exchange", "%s twice", first);
}

/*
 * Failures enough to lock the account, if it is not yet; then PLAIN shows
 * that it is, and SCRAM must not be a way round.
 */
#define ATTEMPTS 20

static bool
collect_locked(struct trial *t)
{
	const struct profile *p = trial_profile(t);
	double most = 5;
	char name[32];

	profile_limit(p, EMAIL_F_23, "lockout.failures", &most);
	for (int i = 1; i <= most && i <= ATTEMPTS; i++) {
		snprintf(name, sizeof name, "failure-%d", i);
		log_in(t, name, "victim", PROOF);
	}
	trial_talk(t, "plain", "submission",
	    SECURED "C: AUTH PLAIN ${victim.plain}\n"
		    "S: 5*\n"
		    "S|: 4*\n"
		    "S|: @closed\n");
	log_in(t, "asked", "victim", NOTHING);
	log_in(t, "control", "alice", NOTHING);
	return true;
}

static void
judge_locked(struct trial *t)
{
	const char *plain = trial_fact_text(t, "plain");

	if (!trial_need(t, plain != NULL, "PLAIN was not tried") ||
	    !trial_need(t, code_of(t, "control") == 235,
		"SCRAM done right was answered %lld",
		(long long)code_of(t, "control")) ||
	    !is_answered(t))
		return;
	trial_claim(t, trial_case(t)->clause, strcmp(plain, "pass") == 0,
	    "a locked account after so many wrong proofs",
	    "the right password is taken");
	trial_claim(t, trial_case(t)->clause, code_of(t, "asked") != 235,
	    "a locked account for SCRAM too", "235");
}

/* clang-format off */
#define CASE(name, cite, en, zh, what) \
	{ \
		.id = "submission.scram." name, \
		.verifies = EMAIL_F_03, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = "endpoint:submission smtp.starttls " \
			 "smtp.auth.scram-sha-256 account:alice account:bob", \
		.locks = "account:alice", \
		.service = "submission", \
		.collect = collect, \
		.judge = what, \
	}

static const struct conf_case cases[] = {
	CASE("authzid", "RFC 5802 5.1",
	    "alice logs in by SCRAM to act as bob",
	    "SCRAM 中用自己的口令冒用他人身份", judge_refused),
	CASE("flag", "RFC 5802 6",
	    "asks for channel binding of a mechanism without it",
	    "在不支持通道绑定的机制上请求绑定", judge_refused),
	CASE("nonce", "RFC 5802 5.1",
	    "changes the server's part of the nonce",
	    "改动随机数中服务器的部分", judge_refused),
	CASE("binding", "RFC 5802 6",
	    "changes c= in the last message",
	    "改动末条消息中的 c=", judge_refused),
	CASE("proof", "RFC 5802 5",
	    "sends a proof with one bit wrong",
	    "客户端证明错一位", judge_refused),
	CASE("fresh", "RFC 5802 5.1",
	    "gets another nonce each time",
	    "服务器随机数每次不同", judge_fresh),
	{
		.id = "submission.lockout.scram",
		.verifies = EMAIL_F_23,
		.clause = "GB/T 22239-2019 8.1.4.1",
		.title = "a locked account is locked for SCRAM too",
		.title_zh = "锁定的账号同样不能用 SCRAM 登录",
		.needs = "endpoint:submission smtp.starttls smtp.auth.plain "
			 "smtp.auth.scram-sha-256 account:alice "
			 "account:victim safety:lockout",
		.locks = "account:victim",
		.service = "submission",
		.collect = collect_locked,
		.judge = judge_locked,
		.soft_s = 120,
	},
};
/* clang-format on */

GROUP(submission_scram, "submission", cases);
