/* SPDX-License-Identifier: MIT */
/* RFC 5802 3, 5, 7; RFC 7677.  The arithmetic is OpenSSL's. */
#include "conformance/cases/email/scram_client.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/client/wire.h"
#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/mem.h"

#define KEY      32
#define NONCE    "fyko+d2lbbFgONRv9qkxdawL"
#define LOOK_MS  20
#define TEXT     4096
#define SALT     1024
#define COUNT_OF 1000000 /* iterations, at most */

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

/* ---- two protocols, one exchange ---- */

static bool
is_secured_smtp(struct wire *w, struct trial *t)
{
	return wire_open(w, t, "submission") && wire_reply(w) == 220 &&
	       wire_say(w, "EHLO %s.client.example", trial_token(t)) &&
	       wire_reply(w) == 250 && wire_say(w, "STARTTLS") &&
	       wire_reply(w) == 220 && wire_shake(w, NULL, NULL, NULL) &&
	       wire_say(w, "EHLO %s.client.example", trial_token(t)) &&
	       wire_reply(w) == 250;
}

static bool
is_secured_imap(struct wire *w, struct trial *t)
{
	return wire_open(w, t, "imaps") && wire_shake(w, NULL, NULL, NULL) &&
	       wire_hear(w, "* OK");
}

static bool
is_secured_pop3(struct wire *w, struct trial *t)
{
	return wire_open(w, t, "pop3s") && wire_shake(w, NULL, NULL, NULL) &&
	       wire_hear(w, "+OK");
}

/* How an answer begins, and the code SMTP has for it. */
struct word {
	const char *begins;
	int code;
};

static const struct dialect {
	const char *service;
	bool (*is_secured)(struct wire *, struct trial *);
	const char *begin;    /* before the first message */
	bool asked;           /* ... which is sent when it is asked for */
	struct word words[5]; /* others are passed over */
} dialects[] = {
	{ "submission", is_secured_smtp, "AUTH SCRAM-SHA-256 ", false,
	    { { "235", 235 }, { "334 ", 334 }, { "4", 454 }, { "5", 535 } } },
	{ "imaps", is_secured_imap, "a AUTHENTICATE SCRAM-SHA-256", true,
	    { { "a OK", 235 }, { "+ ", 334 }, { "a NO", 535 },
		{ "a BAD", 501 } } },
	{ "pop3s", is_secured_pop3, "AUTH SCRAM-SHA-256 ", false,
	    { { "+OK", 235 }, { "+ ", 334 }, { "-ERR", 535 } } },
};

static const struct dialect *
dialect_of(const struct trial *t)
{
	const char *service = trial_case(t)->service;

	for (size_t i = 1; i < sizeof dialects / sizeof dialects[0]; i++)
		if (strcmp(service, dialects[i].service) == 0)
			return &dialects[i];
	return &dialects[0];
}

static int
code_of(const struct dialect *d, struct span line, struct buf *text)
{
	for (size_t i = 0; d->words[i].begins != NULL; i++) {
		const struct span begins = span_of(d->words[i].begins);

		if (!span_casestarts(line, begins))
			continue;
		buf_add(text, span_skip(line, begins.len));
		return d->words[i].code;
	}
	return 0;
}

/* The next answer; what stands behind its code goes to "text". */
static int
hear(struct wire *w, const struct dialect *d, struct buf *text)
{
	const struct mono began = clock_mono();
	int code = 0;

	buf_clear(text);
	while (code == 0 && !w->in.full &&
	       mono_since_us(began, clock_mono()) / 1000 <
		   w->profile->timeouts.reply_ms) {
		const struct span in = buf_span(&w->in);
		const size_t end = span_find(in, SPAN("\r\n"));

		if (end == in.len) {
			if (w->closed)
				break;
			wire_listen(w, LOOK_MS);
			continue;
		}
		code = code_of(d, span_take(in, end), text);
		buf_drop(&w->in, end + 2);
	}
	return code;
}

static int
say_octets(struct wire *w, const struct dialect *d, const char *before,
    struct span octets, struct buf *heard)
{
	struct buf line;
	int code = 0;

	buf_init(&line, 2 * TEXT);
	buf_addf(&line, "%s", before);
	encode(octets.ptr, octets.len, &line);
	if (wire_say(w, "%s", buf_text(&line)))
		code = hear(w, d, heard);
	buf_free(&line);
	return code;
}

struct exchange {
	const struct dialect *dialect;
	enum scram_wrong wrong;
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
	if (x->wrong == SCRAM_BINDING)
		encode("y,,", 3, &x->last);
	else
		encode(header, strlen(header), &x->last);
	/* All but its last character, which is another. */
	if (x->wrong == SCRAM_SERVER_NONCE)
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
	if (x->wrong == SCRAM_PROOF)
		proof[0] ^= 1;
	buf_addf(&x->last, ",p=");
	encode(proof, KEY, &x->last);
}

/* The code of the last reply; "step" says how far it came. */
static int
exchange_run(struct exchange *x, struct wire *w, int *step)
{
	const struct dialect *d = x->dialect;
	char header[300];
	int code;

	snprintf(header, sizeof header, "%s,%s%s,",
	    x->wrong == SCRAM_FLAG ? "p=tls-unique" : "n",
	    x->as[0] == '\0' ? "" : "a=", x->as);
	buf_addf(&x->first, "%sn=%s,r=" NONCE, header, x->who->user);
	if (d->asked &&
	    (!wire_say(w, "%s", d->begin) || hear(w, d, &x->heard) != 334))
		return 0;
	code = say_octets(
	    w, d, d->asked ? "" : d->begin, buf_span(&x->first), &x->heard);
	*step = 1;
	if (code != 334 || !decode(buf_span(&x->heard), &x->server_first) ||
	    attribute(buf_span(&x->server_first), 'r').len < 2)
		return code;
	write_last(x, header);
	code = say_octets(w, d, "", buf_span(&x->last), &x->heard);
	*step = 2;
	if (code != 334)
		return code;
	*step = 3;
	return wire_say(w, "%s", "") ? hear(w, d, &x->heard) : 0;
}

void
scram_log_in(
    struct trial *t, const char *name, const char *role, enum scram_wrong wrong)
{
	const struct profile *p = trial_profile(t);
	struct exchange x = { .dialect = dialect_of(t),
		.wrong = wrong,
		.who = profile_account(p, role),
		.as = wrong == SCRAM_AUTHZID ? profile_account(p, "bob")->user
					     : "" };
	char key[64];
	struct wire w;
	int step = 0, code = 0;

	buf_init(&x.first, TEXT);
	buf_init(&x.heard, TEXT);
	buf_init(&x.server_first, TEXT);
	buf_init(&x.last, TEXT);
	if (x.dialect->is_secured(&w, t))
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
