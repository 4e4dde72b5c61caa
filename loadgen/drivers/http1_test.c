/* SPDX-License-Identifier: MIT */
/* Answers that are, that are not, and what is said about each. */
#include "loadgen/drivers/http1.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"

/* SM3 of "abc", GB/T 32905-2016 A.1. */
#define SM3_ABC \
	"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

#define OK "HTTP/1.1 200 OK\r\n"

/* What became of one answer. */
struct end {
	enum http1_got got;
	unsigned fault;
	int status;
	uint64_t length;
	bool keep;
	size_t left; /* octets behind it */
};

/* As a pump does it: what is not used comes again, with at_once more. */
static struct end
hear(struct http1 *h, struct http1_want *w, struct span all, size_t at_once,
    bool closes)
{
	enum http1_got got = HTTP1_MORE;
	struct span in = { all.ptr, 0 };
	size_t fed = 0, used;

	http1_begin(h, w);
	while (got == HTTP1_MORE && fed < all.len) {
		const size_t n =
		    at_once < all.len - fed ? at_once : all.len - fed;

		in.len += n;
		fed += n;
		got = http1_take(h, w, in, &used);
		ck_assert_uint_le(used, in.len);
		in = span_skip(in, used);
	}
	if (got == HTTP1_MORE && closes)
		got = http1_closed(h, w, in);
	return (struct end){ got, h->fault, h->answer.status, h->answer.got,
		h->keep, in.len + all.len - fed };
}

static const size_t pieces[] = { SIZE_MAX, 7, 1 };
#define PIECES (sizeof pieces / sizeof pieces[0])

/* ---- answers that are ---- */

/* clang-format off */
static const struct {
	const char *answer, *method;
	int status;
	uint64_t length;
	bool keep, closes;
	size_t left;
} good[] = {
	{ OK "Content-Length: 3\r\n\r\nabc", "GET", 200, 3, true, false, 0 },
	{ OK "content-LENGTH:3\r\n\r\nabc", "GET", 200, 3, true, false, 0 },
	{ OK "Content-Length: \t 3 \t\r\n\r\nabc", "GET", 200, 3, true, false, 0 },
	{ OK "Content-Length: 0\r\n\r\n", "GET", 200, 0, true, false, 0 },
	{ OK "Content-Length: 3, 3\r\nContent-Length: 3\r\n\r\nabc", "GET",
	  200, 3, true, false, 0 },
	{ "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", "GET", 200, 0, true,
	  false, 0 },
	{ OK "Content-Length: 3\r\nConnection: close\r\n\r\nabc", "GET",
	  200, 3, false, false, 0 },
	{ OK "Content-Length: 1\r\nConnection: x , CLOSE,y\r\n\r\nabc", "GET",
	  200, 1, false, false, 2 },
	{ OK "X: \r\nY:\r\nContent-Length: 1\r\n\r\na", "GET",
	  200, 1, true, false, 0 },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", "GET",
	  200, 1, false, false, 0 },
	{ "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n"
	  "Content-Length: 1\r\n\r\na", "GET", 200, 1, true, false, 0 },
	{ OK "\r\nto the end", "GET", 200, 10, false, true, 0 },
	{ "HTTP/1.0 200 OK\r\n\r\n", "GET", 200, 0, false, true, 0 },
	{ OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "GET",
	  200, 3, true, false, 0 },
	{ OK "Transfer-Encoding: Chunked\r\n\r\n"
	  "1;a=\"b\"\r\na\r\n00A \t;x\r\n0123456789\r\n000\r\n"
	  "Digest: x\r\nY:\r\n\r\nrest", "GET", 200, 11, true, false, 4 },
	{ OK "Content-Length: 12345\r\n\r\n", "HEAD", 200, 12345, true, false, 0 },
	{ OK "Transfer-Encoding: chunked\r\n\r\n", "HEAD", 200, 0, true, false, 0 },
	{ OK "\r\n", "HEAD", 200, 0, true, false, 0 },
	{ "HTTP/1.1 204 No Content\r\n\r\n", "GET", 204, 0, true, false, 0 },
	{ "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", "GET",
	  304, 0, true, false, 0 },
	{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
	  "Link: </x>\r\n\r\n" OK "Content-Length: 1\r\n\r\na", "GET",
	  200, 1, true, false, 0 },
	{ "HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno", "GET",
	  503, 2, true, false, 0 },
	{ OK "Content-Length: 1\r\n\r\na" OK "Content-Length: 1\r\n\r\nb", "GET",
	  200, 1, true, false, 39 },
};
/* clang-format on */

START_TEST(answers)
{
	struct scenario_http http = { .method = (char *)good[_i].method };
	const struct span all = span_of(good[_i].answer);
	struct err err;

	for (size_t i = 0; i < PIECES; i++) {
		struct http1_want w;
		struct http1 h = { 0 };

		ck_assert(http1_want_init(&w, &http, &err));
		/* The second time it is known from the first. */
		for (int again = 0; again < 3; again++) {
			const struct end e =
			    hear(&h, &w, all, pieces[i], good[_i].closes);

			ck_assert_int_eq(e.got, HTTP1_DONE);
			ck_assert_int_eq(e.fault, HTTP1_GOOD);
			ck_assert_int_eq(e.status, good[_i].status);
			ck_assert_uint_eq(e.length, good[_i].length);
			ck_assert_int_eq(e.keep, good[_i].keep);
			ck_assert_uint_eq(e.left, good[_i].left);
		}
		http1_want_free(&w);
	}
}
END_TEST

/* ---- answers that are not ---- */

#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"

/* clang-format off */
static const struct {
	const char *answer;
	unsigned fault;
} bads[] = {
	{ "", HTTP1_NONE },
	{ "H", HTTP1_CUT },
	{ "SSH-2.0-x\r\n", HTTP1_VERSION },
	{ "HTTP/2 200 OK\r\n\r\n", HTTP1_VERSION },
	{ "http/1.1 200 OK\r\n\r\n", HTTP1_VERSION },
	{ "\r\n" OK "\r\n", HTTP1_VERSION },
	{ "HTTP/1.x 200 OK\r\n\r\n", HTTP1_STATUS_LINE },
	{ "HTTP/1.1 200\r\n\r\n", HTTP1_STATUS_LINE },
	{ "HTTP/1.1  200 OK\r\n\r\n", HTTP1_STATUS_LINE },
	{ "HTTP/1.1 2000 OK\r\n\r\n", HTTP1_STATUS_LINE },
	{ "HTTP/1.1 20 OK \r\n\r\n", HTTP1_STATUS_LINE },
	{ "HTTP/1.1 099 OK\r\n\r\n", HTTP1_STATUS_LINE },
	{ "HTTP/1.1 600 OK\r\n\r\n", HTTP1_STATUS_LINE },
	{ "HTTP/1.1 2x0 OK\r\n\r\n", HTTP1_STATUS_LINE },
	{ "HTTP/1.1 200 OK\n\r\n", HTTP1_BARE_LF },
	{ OK "A: b\n\r\n", HTTP1_BARE_LF },
	{ OK "\n", HTTP1_BARE_LF },
	{ OK "A: b\rC: d\r\n\r\n", HTTP1_BARE_CR },
	{ OK "A: b\r\r\n\r\n", HTTP1_BARE_CR },
	{ OK "A: b\rc\n\r\n", HTTP1_BARE_LF },
	{ OK " A: b\r\n\r\n", HTTP1_FOLDED },
	{ OK "A: b\r\n\tc\r\n\r\n", HTTP1_FOLDED },
	{ OK "A\r\n\r\n", HTTP1_FIELD_NAME },
	{ OK ": b\r\n\r\n", HTTP1_FIELD_NAME },
	{ OK "A : b\r\n\r\n", HTTP1_FIELD_NAME },
	{ OK "Content-Length : 3\r\n\r\nabc", HTTP1_FIELD_NAME },
	{ OK "A\x7f: b\r\n\r\n", HTTP1_FIELD_NAME },
	{ OK "A\xc3: b\r\n\r\n", HTTP1_FIELD_NAME },
	{ OK "(A): b\r\n\r\n", HTTP1_FIELD_NAME },
	{ OK "Content-Length:\r\n\r\n", HTTP1_CONTENT_LENGTH },
	{ OK "Content-Length: +3\r\n\r\nabc", HTTP1_CONTENT_LENGTH },
	{ OK "Content-Length: -1\r\n\r\n", HTTP1_CONTENT_LENGTH },
	{ OK "Content-Length: 0x3\r\n\r\nabc", HTTP1_CONTENT_LENGTH },
	{ OK "Content-Length: 3 3\r\n\r\nabc", HTTP1_CONTENT_LENGTH },
	{ OK "Content-Length: 3,,3\r\n\r\nabc", HTTP1_CONTENT_LENGTH },
	{ OK "Content-Length: 1000000000000000000\r\n\r\n", HTTP1_CONTENT_LENGTH },
	{ OK "Content-Length: 3, 4\r\n\r\nabcd", HTTP1_TWO_LENGTHS },
	{ OK "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
	  HTTP1_TWO_LENGTHS },
	{ OK "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "3\r\nabc\r\n0\r\n\r\n", HTTP1_LENGTH_AND_CODING },
	{ OK "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"
	  "3\r\nabc\r\n0\r\n\r\n", HTTP1_LENGTH_AND_CODING },
	{ OK "Transfer-Encoding: gzip\r\n\r\n", HTTP1_CODING },
	{ OK "Transfer-Encoding: gzip, chunked\r\n\r\n", HTTP1_CODING },
	{ OK "Transfer-Encoding: chunked, chunked\r\n\r\n", HTTP1_CODING },
	{ OK "Transfer-Encoding: chunked;x\r\n\r\n", HTTP1_CODING },
	{ OK "Transfer-Encoding: xchunked\r\n\r\n", HTTP1_CODING },
	{ OK "Transfer-Encoding:\r\n\r\n", HTTP1_CODING },
	{ OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
	  HTTP1_CODING },
	{ "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	  HTTP1_CODING_OF_1_0 },
	{ "HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n", HTTP1_BODY_OF_NONE },
	{ "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n",
	  HTTP1_BODY_OF_NONE },
	{ "HTTP/1.1 100 Go\r\nContent-Length: 3\r\n\r\nabc",
	  HTTP1_BODY_OF_NONE },
	{ "HTTP/1.1 101 Up\r\nUpgrade: x\r\n\r\n", HTTP1_SWITCHED },
	{ OK "Content-Length: 3\r\n\r\nab", HTTP1_CUT },
	{ OK "Content-Length: 3\r\n", HTTP1_CUT },
	{ CHUNKED, HTTP1_CUT },
	{ CHUNKED "3\r\nab", HTTP1_CUT },
	{ CHUNKED "3\r\nabc\r\n", HTTP1_CUT },
	{ CHUNKED "3\r\nabc\r\n0\r\n", HTTP1_CUT },
	{ CHUNKED "\r\n", HTTP1_CHUNK_SIZE },
	{ CHUNKED "g\r\n", HTTP1_CHUNK_SIZE },
	{ CHUNKED "0x3\r\nabc\r\n", HTTP1_CHUNK_SIZE },
	{ CHUNKED "-3\r\nabc\r\n", HTTP1_CHUNK_SIZE },
	{ CHUNKED " 3\r\nabc\r\n", HTTP1_CHUNK_SIZE },
	{ CHUNKED "3 \r\nabc\r\n", HTTP1_CHUNK_SIZE },
	{ CHUNKED "3 x\r\nabc\r\n", HTTP1_CHUNK_SIZE },
	{ CHUNKED "1000000000000000\r\n", HTTP1_CHUNK_SIZE },
	{ CHUNKED "3\nabc\r\n0\r\n\r\n", HTTP1_BARE_LF },
	{ CHUNKED "3;\rx\r\nabc\r\n", HTTP1_BARE_CR },
	{ CHUNKED "3\r\nabcd\r\n", HTTP1_CHUNK_END },
	{ CHUNKED "3\r\nabc\n0\r\n\r\n", HTTP1_CHUNK_END },
	{ CHUNKED "3\r\nabc\r0\r\n\r\n", HTTP1_CHUNK_END },
	{ CHUNKED "0\r\nbad trailer\r\n\r\n", HTTP1_FIELD_NAME },
	{ CHUNKED "0\r\n A: b\r\n\r\n", HTTP1_FOLDED },
	{ CHUNKED "0\r\n\n", HTTP1_BARE_LF },
};
/* clang-format on */

static void
ck_bad(struct span all, unsigned fault)
{
	struct scenario_http http = { .contains = (char *)"abc" };
	struct http1_want w;
	char why[HTTP1_WHY];
	struct err err;

	ck_assert(http1_want_init(&w, &http, &err));
	for (size_t i = 0; i < PIECES; i++) {
		struct http1 h = { 0 };
		struct end e = hear(&h, &w, all, pieces[i], true);

		ck_assert_int_eq(e.got, HTTP1_BAD);
		ck_assert_int_eq(e.fault, fault);
		ck_assert(!e.keep);
		http1_why(&h, &w, why);
		ck_assert_uint_gt(strlen(why), 5);
	}
	http1_want_free(&w);
}

START_TEST(bad_answers)
{
	ck_bad(span_of(bads[_i].answer), bads[_i].fault);
}
END_TEST

START_TEST(nul_in_head)
{
	ck_bad(SPAN(OK "A: b\0c\r\n\r\n"), HTTP1_NUL);
	ck_bad(SPAN("HTTP/1.1 200 O\0K\r\n\r\n"), HTTP1_NUL);
	ck_bad(SPAN(OK "A\0: b\r\n\r\n"), HTTP1_NUL);
}
END_TEST

/* Whatever is endless ends at its limit. */
START_TEST(limits)
{
	static const struct {
		const char *begin, *more;
		unsigned fault;
	} rows[] = {
		{ "", "x", HTTP1_HEAD_LIMIT },
		{ OK, "A: b\r\n", HTTP1_HEAD_LIMIT },
		{ OK "A: ", "b", HTTP1_HEAD_LIMIT },
		{ "", "HTTP/1.1 100 Continue\r\n\r\n", HTTP1_INTERIM },
		{ CHUNKED "3;", "x", HTTP1_CHUNK_LIMIT },
		{ CHUNKED "", "0", HTTP1_CHUNK_LIMIT },
		{ CHUNKED "0\r\n", "A: b\r\n", HTTP1_TRAILER_LIMIT },
	};
	struct buf all;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		buf_init(&all, HTTP1_HEAD_MOST + 200);
		buf_add(&all, span_of(rows[i].begin));
		while (!all.full)
			buf_add(&all, span_of(rows[i].more));
		ck_bad(buf_span(&all), rows[i].fault);
		buf_free(&all);
	}
}
END_TEST

START_TEST(octets_behind_an_answer)
{
	struct scenario_http http = { 0 };
	struct http1_want w;
	struct http1 h = { 0 };
	struct err err;
	size_t used;

	ck_assert(http1_want_init(&w, &http, &err));
	hear(&h, &w, SPAN(OK "Content-Length: 0\r\n\r\n"), 100, false);
	ck_assert_int_eq(http1_take(&h, &w, SPAN(""), &used), HTTP1_MORE);
	ck_assert_int_eq(http1_take(&h, &w, SPAN("x"), &used), HTTP1_BAD);
	ck_assert_int_eq(h.fault, HTTP1_UNASKED);
	http1_want_free(&w);
}
END_TEST

/* ---- what is expected ---- */

#define ABC OK "Content-Length: 3\r\n\r\nabc"

/* Heard one after another with one want; none changes the next. */
static const struct {
	struct scenario_http http;
	struct {
		const char *answer;
		unsigned fault;
	} heard[6];
} expects[] = {
	{ { .status = 200 },
	    { { ABC, HTTP1_GOOD }, { ABC, HTTP1_GOOD },
		{ "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
		    ANSWER_STATUS },
		{ OK "Content-Length: 0\r\n\r\n", HTTP1_GOOD },
		{ ABC, HTTP1_GOOD } } },
	{ { .length = 3 },
	    { { OK "Content-Length: 2\r\n\r\nab", ANSWER_LENGTH },
		{ CHUNKED "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", HTTP1_GOOD },
		{ CHUNKED "2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n", ANSWER_LENGTH },
		{ "HTTP/1.1 204 No\r\n\r\n", ANSWER_LENGTH } } },
	{ { .length = 3, .method = (char *)"HEAD" },
	    { { OK "Content-Length: 3\r\n\r\n", HTTP1_GOOD },
		{ OK "Content-Length: 4\r\n\r\n", ANSWER_LENGTH } } },
	{ { .status = 200, .sm3 = (char *)SM3_ABC },
	    { { OK "Content-Length: 3\r\n\r\nabd", ANSWER_SM3 },
		{ ABC, HTTP1_GOOD },
		{ OK "Content-Length: 3\r\n\r\nabd", ANSWER_SM3 },
		{ OK "Content-Length: 2\r\n\r\nab", ANSWER_SM3 },
		{ OK "Content-Length: 4\r\n\r\nabcd", ANSWER_SM3 },
		{ CHUNKED "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", HTTP1_GOOD } } },
	{ { .status = 200, .sm3 = (char *)SM3_ABC },
	    { { "HTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\nabc",
		  ANSWER_STATUS },
		{ ABC, HTTP1_GOOD },
		{ OK "X: y\r\nContent-Length: 3\r\n\r\nabc", HTTP1_GOOD },
		{ OK "X: y\r\nContent-Length: 3\r\n\r\nabC", ANSWER_SM3 },
		{ OK "Content-Length: 0\r\n\r\n", ANSWER_SM3 } } },
	{ { .contains = (char *)"aab" },
	    { { OK "Content-Length: 5\r\n\r\naaaab", HTTP1_GOOD },
		{ OK "Content-Length: 5\r\n\r\naabab", HTTP1_GOOD },
		{ OK "Content-Length: 5\r\n\r\nabaaa", ANSWER_CONTAINS },
		{ CHUNKED "2\r\nxa\r\n1\r\na\r\n3\r\nabx\r\n0\r\n\r\n",
		    HTTP1_GOOD },
		{ CHUNKED "2\r\naa\r\n1\r\n-\r\n1\r\nb\r\n0\r\n\r\n",
		    ANSWER_CONTAINS },
		{ OK "Content-Length: 0\r\n\r\n", ANSWER_CONTAINS } } },
	{ { .type = (char *)"application/ocsp-response" },
	    { { ABC, ANSWER_TYPED },
		{ OK "Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
		    ANSWER_TYPED },
		{ OK "content-type: Application/OCSP-response ; a=b\r\n"
		     "Content-Length: 1\r\n\r\n0",
		    HTTP1_GOOD },
		{ ABC, ANSWER_TYPED } } },
	{ { .contains = (char *)"b\xe6\x96\x87" },
	    { { OK "Content-Length: 4\r\n\r\nb\xe6\x96\x87", HTTP1_GOOD },
		{ OK "Content-Length: 4\r\n\r\nb\xe6\x97\x87",
		    ANSWER_CONTAINS } } },
};

/* What is kept is all of the body, however it came, and nothing else. */
START_TEST(kept)
{
	static const char *const same[] = { ABC, ABC,
		CHUNKED "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", ABC };
	struct scenario_http http = { .status = 200, .keeps = true };
	struct err err;

	for (size_t i = 0; i < PIECES; i++) {
		struct http1_want w;
		struct buf body;
		struct http1 h = { .answer.body = &body };

		buf_init(&body, 100);
		ck_assert(http1_want_init(&w, &http, &err));
		for (size_t j = 0; j < 4; j++) {
			hear(&h, &w, span_of(same[j]), pieces[i], false);
			ck_assert_str_eq(buf_text(&body), "abc");
		}
		http1_want_free(&w);
		buf_free(&body);
	}
}
END_TEST

START_TEST(expectations)
{
	struct err err;

	for (size_t i = 0; i < PIECES; i++) {
		struct http1_want w;
		struct http1 h = { 0 };

		ck_assert(http1_want_init(&w, &expects[_i].http, &err));
		for (size_t j = 0; j < 6 && expects[_i].heard[j].answer != NULL;
		     j++) {
			const struct end e =
			    hear(&h, &w, span_of(expects[_i].heard[j].answer),
				pieces[i], false);

			ck_assert_int_eq(e.got, HTTP1_DONE);
			ck_assert_int_eq(e.fault, expects[_i].heard[j].fault);
			ck_assert(e.keep);
		}
		http1_want_free(&w);
	}
}
END_TEST

/* Several connections at a time; the one that is learnt from breaks off. */
START_TEST(learning)
{
	struct scenario_http http = { .sm3 = (char *)SM3_ABC };
	const struct span cut = SPAN(OK "Content-Length: 3\r\n\r\nab");
	const struct span other = SPAN(OK "Content-Length: 3\r\n\r\nabd");
	struct http1 a = { 0 }, b = { 0 }, c = { 0 };
	struct http1_want w;
	struct err err;
	size_t used;

	ck_assert(http1_want_init(&w, &http, &err));
	http1_begin(&a, &w);
	http1_begin(&b, &w);
	ck_assert_int_eq(http1_take(&a, &w, cut, &used), HTTP1_MORE);
	ck_assert_int_eq(http1_take(&b, &w, cut, &used), HTTP1_MORE);
	ck_assert_int_eq(hear(&c, &w, other, 5, false).fault, ANSWER_SM3);
	ck_assert_int_eq(http1_closed(&a, &w, SPAN("")), HTTP1_BAD);
	ck_assert_int_eq(a.fault, HTTP1_CUT);
	ck_assert_int_eq(http1_take(&b, &w, SPAN("c"), &used), HTTP1_DONE);
	ck_assert_int_eq(b.fault, HTTP1_GOOD);
	ck_assert_int_eq(w.answer.learnt, ANSWER_UNLEARNT);

	http1_begin(&a, &w);
	ck_assert_int_eq(http1_take(&a, &w, cut, &used), HTTP1_MORE);
	ck_assert_int_eq(w.answer.learnt, ANSWER_LEARNING);
	http1_begin(&a, &w); /* forgotten */
	ck_assert_int_eq(w.answer.learnt, ANSWER_UNLEARNT);
	ck_assert_int_eq(hear(&a, &w, SPAN(ABC), 1, false).fault, HTTP1_GOOD);
	ck_assert_int_eq(w.answer.learnt, ANSWER_LEARNT);
	ck_assert_int_eq(hear(&c, &w, other, 5, false).fault, ANSWER_SM3);
	ck_assert_int_eq(hear(&c, &w, SPAN(ABC), 5, false).fault, HTTP1_GOOD);
	http1_want_free(&w);
}
END_TEST

/* More than is learnt: digested each time, the memory being bounded. */
START_TEST(long_bodies)
{
	const size_t n = ANSWER_BODY_MOST + 5;
	struct scenario_http http = { 0 };
	char hex[DIGEST_TEXT];
	struct http1_want w;
	struct http1 h = { 0 };
	struct buf all;
	struct err err;
	size_t head;

	buf_init(&all, 2 * n);
	buf_addf(&all, OK "Content-Length: %zu\r\n\r\n", n);
	head = all.len;
	for (size_t i = 0; i < n; i++)
		buf_add(&all, (struct span){ i % 251 == 0 ? "a" : "b", 1 });
	digest_text(span_skip(buf_span(&all), head), hex);
	http.sm3 = hex;
	ck_assert(http1_want_init(&w, &http, &err));
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(
		    hear(&h, &w, buf_span(&all), 60000, false).fault,
		    HTTP1_GOOD);
	ck_assert_uint_le(w.answer.body.len, ANSWER_BODY_MOST);
	all.data[all.len - 1] ^= 1;
	ck_assert_int_eq(
	    hear(&h, &w, buf_span(&all), 60000, false).fault, ANSWER_SM3);
	http1_want_free(&w);
	buf_free(&all);
}
END_TEST

START_TEST(impossible)
{
	static const struct {
		struct scenario_http http;
		const char *says;
	} rows[] = {
		{ { .sm3 = (char *)"abc" }, "is no SM3" },
		{ { .method = (char *)"HEAD", .sm3 = (char *)SM3_ABC },
		    "HEAD has no body" },
		{ { .method = (char *)"HEAD", .contains = (char *)"x" },
		    "HEAD has no body" },
	};
	struct http1_want w;
	struct err err;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ck_assert(!http1_want_init(&w, &rows[i].http, &err));
		ck_assert_int_eq(err.kind, ERR_CONFIG);
		ck_assert_ptr_nonnull(strstr(err.what, rows[i].says));
		http1_want_free(&w);
	}
}
END_TEST

START_TEST(words)
{
	struct scenario_http http = { .status = 200, .length = 3 };
	struct http1_want w;
	struct http1 h = { 0 };
	char why[HTTP1_WHY];
	struct err err;

	ck_assert(http1_want_init(&w, &http, &err));
	hear(&h, &w, SPAN("HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n"), 99,
	    false);
	http1_why(&h, &w, why);
	ck_assert_str_eq(why, "expected status 200, heard 503");
	hear(&h, &w, SPAN(OK "Content-Length: 0\r\n\r\n"), 99, false);
	http1_why(&h, &w, why);
	ck_assert_str_eq(why, "expected 3 octets, heard 0");
	hear(&h, &w, SPAN(ABC), 99, false);
	http1_why(&h, &w, why);
	ck_assert_str_eq(why, "");
	http1_want_free(&w);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("http1");
	TCase *tests = tcase_create("http1");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tests, answers, 0, sizeof good / sizeof good[0]);
	tcase_add_loop_test(
	    tests, bad_answers, 0, sizeof bads / sizeof bads[0]);
	tcase_add_test(tests, nul_in_head);
	tcase_add_test(tests, limits);
	tcase_add_test(tests, octets_behind_an_answer);
	tcase_add_test(tests, kept);
	tcase_add_loop_test(
	    tests, expectations, 0, sizeof expects / sizeof expects[0]);
	tcase_add_test(tests, learning);
	tcase_add_test(tests, long_bodies);
	tcase_add_test(tests, impossible);
	tcase_add_test(tests, words);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
