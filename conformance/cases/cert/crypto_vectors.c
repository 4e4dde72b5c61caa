/* SPDX-License-Identifier: MIT */
/*
 * Known answers of SM2, SM3 and SM4, put to a signature server; and what it
 * has to refuse.
 *
 * The vectors are fixtures/vectors/gm.tsv; the rows of a case are filed beside
 * its answers, so that they are judged by what was asked.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/client/operation.h"
#include "conformance/trial.h"
#include "lib/mem.h"
#include "lib/text.h"

extern const struct conf_group conf_crypto_vectors;

#define VECTORS "vectors/gm.tsv"
#define FILED   "vectors.tsv"

enum { VECTORS_MOST = 1 << 20, TAKES_MOST = 8, ROW_MOST = 1 << 16 };

struct vector {
	struct span of, name, operation, takes, gives, source;
};

static struct vector
vector_read(struct span line)
{
	struct vector v;

	v.of = span_cut(&line, '\t');
	v.name = span_cut(&line, '\t');
	v.operation = span_cut(&line, '\t');
	v.takes = span_cut(&line, '\t');
	v.gives = span_cut(&line, '\t');
	v.source = line;
	return v;
}

static int
digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

static void
unhex(struct span hex, struct buf *octets)
{
	for (size_t i = 0; i + 1 < hex.len; i += 2) {
		const char c =
		    (char)(digit(hex.ptr[i]) << 4 | digit(hex.ptr[i + 1]));

		buf_add(octets, (struct span){ &c, 1 });
	}
}

/* "NAME=HEX" and "NAME:text"; *octets: it was the former. */
static struct span
field_cut(struct span *field, bool *octets)
{
	const size_t n = span_find(*field, SPAN("="));

	*octets = n < span_find(*field, SPAN(":"));
	return span_cut(field, *octets ? '=' : ':');
}

/* ---- collect ---- */

static char *
value_of(struct span field, bool octets)
{
	struct buf bytes, text;
	char *value;

	if (!octets)
		return mem_text(field);
	buf_init(&bytes, ROW_MOST);
	buf_init(&text, ROW_MOST);
	unhex(field, &bytes);
	text_base64(buf_span(&bytes), &text);
	value = mem_text(buf_span(&text));
	buf_free(&text);
	buf_free(&bytes);
	return value;
}

/* False: nothing was heard, and nothing need be asked any more. */
static bool
ask(struct desk *d, const struct vector *v)
{
	struct operation_value values[TAKES_MOST + 1] = { { NULL, NULL } };
	char *names[TAKES_MOST], *texts[TAKES_MOST];
	char *name = mem_text(v->name), *operation = mem_text(v->operation);
	struct span rest = v->takes;
	size_t n = 0;

	for (; rest.len > 0 && n < TAKES_MOST; n++) {
		struct span field = span_cut(&rest, ' ');
		bool octets;

		names[n] = mem_text(field_cut(&field, &octets));
		texts[n] = value_of(field, octets);
		values[n] = (struct operation_value){ names[n], texts[n] };
	}
	operation_call(d, name, operation, values);
	while (n-- > 0) {
		free(names[n]);
		free(texts[n]);
	}
	free(operation);
	free(name);
	return desk_answer(d)->end != OPERATION_UNHEARD;
}

static bool
collect(struct trial *t)
{
	const struct span id = span_of(trial_case(t)->id);
	struct desk *d = desk_open(t, "alice");
	struct buf all, own;
	struct span rest;
	bool heard = true;

	buf_init(&all, VECTORS_MOST);
	buf_init(&own, VECTORS_MOST);
	if (trial_sane(t, trial_lookup(t, SPAN("file:" VECTORS), &all),
		VECTORS " cannot be read")) {
		rest = buf_span(&all);
		while (heard && rest.len > 0) {
			const struct span line = span_cut(&rest, '\n');
			const struct vector v = vector_read(line);

			if (!span_eq(v.of, id))
				continue;
			buf_add(&own, line);
			buf_add(&own, SPAN("\n"));
			heard = ask(d, &v);
		}
	}
	trial_file(t, FILED, buf_span(&own));
	buf_free(&own);
	buf_free(&all);
	desk_close(d);
	return true;
}

/* ---- judge ---- */

/* What it gives, as the row has it. */
static bool
gives(const struct operation_answer *a, const struct vector *v, char **heard)
{
	struct span want = v->gives;
	struct buf octets, wanted;
	bool is_octets, same;
	char *name = mem_text(field_cut(&want, &is_octets));

	buf_init(&octets, ROW_MOST);
	buf_init(&wanted, ROW_MOST);
	*heard = operation_text(a, name);
	if (is_octets) {
		unhex(want, &wanted);
		same = operation_octets(a, name, &octets) &&
		       span_eq(buf_span(&octets), buf_span(&wanted));
	} else {
		same = *heard != NULL && span_eq(span_of(*heard), want);
	}
	buf_free(&wanted);
	buf_free(&octets);
	free(name);
	return same;
}

/* A signature that is not valid may be said so, or refused altogether. */
static bool
may_be_refused(const struct vector *v)
{
	return span_eq(v->gives, SPAN("refused")) ||
	       span_eq(v->gives, SPAN("valid:false"));
}

static void
judge_one(struct trial *t, const struct vector *v)
{
	char *name = mem_text(v->name), *operation = mem_text(v->operation);
	char *source = mem_text(v->source), *heard = NULL;
	char *expected = mem_text(v->gives);
	struct operation_answer a;
	bool done, right;

	done = operation_heard(t, name, operation, &a);
	right =
	    done ? !span_eq(v->gives, SPAN("refused")) && gives(&a, v, &heard)
		 : may_be_refused(v);
	if (a.end != OPERATION_DONE && a.end != OPERATION_REFUSED)
		trial_need(t, false, "%s: %s", name, a.why);
	else if (strcmp(name, "control") == 0)
		trial_need(t, right, "what is right is refused, too: %s",
		    heard != NULL ? heard : a.why);
	else
		trial_claim(t, source, right, expected, "%s: %s", name,
		    heard != NULL ? heard
		    : done        ? "an answer"
				  : a.why);
	operation_free(&a);
	free(expected);
	free(heard);
	free(source);
	free(operation);
	free(name);
}

static void
judge(struct trial *t)
{
	const struct buf *filed = trial_content(t, FILED);
	struct span rest = filed == NULL ? SPAN("") : buf_span(filed);

	trial_sane(t, rest.len > 0, "no vectors were filed");
	while (rest.len > 0) {
		const struct vector v = vector_read(span_cut(&rest, '\n'));

		judge_one(t, &v);
	}
}

/* clang-format off */
#define VECTOR_CASE(name, what, source, en, zh) \
	{ \
		.id = name, .verifies = CERT_F_21, .clause = source, \
		.title = en, .title_zh = zh, \
		.needs = "endpoint:crypto account:alice operation:" what, \
		.service = "crypto", .collect = collect, .judge = judge, \
		.soft_s = 60, \
	}

static const struct conf_case cases[] = {
	VECTOR_CASE("crypto.sm3", "digest.compute", "GB/T 32905",
	    "SM3 of messages of any length", "各种长度消息的 SM3 杂凑值"),
	VECTOR_CASE("crypto.sm4", "cipher.encrypt", "GB/T 32907",
	    "SM4 of one block and of several", "SM4 单分组与多分组加密"),
	VECTOR_CASE("crypto.sm4.cbc", "cipher.encrypt", "GB/T 32907",
	    "SM4 in CBC mode: blocks are chained",
	    "SM4 的 CBC 模式，分组相互链接"),
	VECTOR_CASE("crypto.sm4.decrypt", "cipher.decrypt", "GB/T 32907",
	    "SM4 deciphered", "SM4 解密"),
	VECTOR_CASE("crypto.sm2.verify", "signature.verify", "GB/T 32918.5 A",
	    "SM2 signatures that are right verify", "正确的 SM2 签名验签通过"),
	VECTOR_CASE("crypto.sm2.altered", "signature.verify", "GB/T 32918.2 7",
	    "SM2 signatures with one thing altered do not",
	    "SM2 签名要素任改其一则验签不通过"),
	VECTOR_CASE("crypto.sm2.decrypt", "key.open", "GB/T 32918.5 C",
	    "an SM2 ciphertext is deciphered", "SM2 密文解密"),
	VECTOR_CASE("crypto.sm2.decrypt.altered", "key.open",
	    "GB/T 32918.4 7", "an SM2 ciphertext with one thing altered is not",
	    "SM2 密文任改其一则拒绝解密"),
};

const struct conf_group conf_crypto_vectors = {
	.service = "crypto",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
