/* SPDX-License-Identifier: MIT */
#include "conformance/oracle/steps.h"

#include <inttypes.h>

#include "lib/mem.h"

enum {
	MESSAGES_FEW = 5,
	MESSAGES_MANY = 30,
	SETTLE_EVERY = 20,
	OVERLAP_PERCENT = 30,
};

/* clang-format off */
static const uint8_t weights[STEP_VERBS][MIXES] = {
	/*			EVEN	EXPUNGE	FLAGS	ADD */
	[STEP_NOOP] =		{ 8,	8,	6,	6 },
	[STEP_SELECT] =		{ 2,	1,	1,	5 },
	[STEP_FETCH] =		{ 10,	8,	14,	8 },
	[STEP_UID_FETCH] =	{ 8,	6,	10,	6 },
	[STEP_STORE] =		{ 12,	2,	22,	2 },
	[STEP_UID_STORE] =	{ 10,	2,	14,	2 },
	[STEP_DELETE] =		{ 8,	18,	2,	6 },
	[STEP_EXPUNGE] =	{ 5,	10,	1,	4 },
	[STEP_UID_EXPUNGE] =	{ 3,	6,	0,	2 },
	[STEP_COPY] =		{ 4,	6,	1,	9 },
	[STEP_UID_COPY] =	{ 3,	3,	1,	6 },
	[STEP_MOVE] =		{ 3,	4,	0,	8 },
	[STEP_APPEND] =		{ 7,	10,	2,	9 },
	[STEP_SEARCH] =		{ 6,	4,	10,	3 },
	[STEP_UID_SEARCH] =	{ 4,	3,	6,	3 },
	[STEP_IDLE] =		{ 4,	4,	3,	4 },
	[STEP_UNSELECT] =	{ 1,	1,	1,	3 },
	[STEP_CLOSE] =		{ 1,	2,	0,	3 },
	[STEP_SETTLE] =		{ 0,	0,	0,	0 },
};
/* clang-format on */

/* ---- drawing ---- */

/* SplitMix64 (Steele, Lea, Flood 2014): any seed will do. */
static uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static enum step_verb
draw_verb(uint64_t *state, enum steps_mix mix)
{
	uint64_t sum = 0, at;

	for (int v = 0; v < STEP_VERBS; v++)
		sum += weights[v][mix];
	at = draw(state) % sum;
	for (int v = 0; v < STEP_VERBS; v++) {
		if (at < weights[v][mix])
			return (enum step_verb)v;
		at -= weights[v][mix];
	}
	return STEP_NOOP;
}

static enum step_verb
verb_at(uint64_t *state, size_t i, size_t n, enum steps_mix mix)
{
	const enum step_verb drawn = draw_verb(state, mix);

	if (i + 1 == n || i % SETTLE_EVERY == SETTLE_EVERY - 1)
		return STEP_SETTLE;
	return i < MESSAGES_FEW ? STEP_APPEND : drawn;
}

void
steps_make(
    struct steps *s, uint64_t seed, size_t n, int clients, enum steps_mix mix)
{
	*s = (struct steps){ .of = mem_new(n, sizeof *s->of), .n = n };
	for (size_t i = 0; i < n; i++) {
		struct step *step = &s->of[i];

		step->client = (int)(draw(&seed) % (unsigned)clients);
		step->verb = verb_at(&seed, i, n, mix);
		step->overlap = draw(&seed) % 100 < OVERLAP_PERCENT;
		step->a = (uint32_t)draw(&seed);
		step->b = (uint32_t)draw(&seed);
	}
}

void
steps_free(struct steps *s)
{
	free(s->of);
}

/* ---- which messages ---- */

/* Those whose UID is known stand in front. */
static uint32_t
known(const struct view *v)
{
	uint32_t n = 0;

	while (n < v->n && v->uid[n] != 0)
		n++;
	return n;
}

static void
put_set(const struct step *s, const struct view *v, bool uid, struct buf *out)
{
	const uint32_t n = known(v);
	uint32_t first = s->a % n, last = first + (s->a >> 16) % 4;

	if (last >= n)
		last = n - 1;
	buf_addf(out, "%" PRIu32, uid ? v->uid[first] : first + 1);
	if (last > first)
		buf_addf(out, "%c%" PRIu32, (s->a >> 24) % 3 == 0 ? ',' : ':',
		    uid ? v->uid[last] : last + 1);
}

/* ---- commands ---- */

static void
put_flags(unsigned flags, struct buf *out)
{
	const char *space = "";

	buf_addf(out, "(");
	for (int f = 0; f < ORACLE_FLAGS; f++)
		if ((flags & 1u << f) != 0) {
			buf_addf(out, "%s%s", space, oracle_flag_names[f]);
			space = " ";
		}
	buf_addf(out, ")");
}

/* One or two of those that are kept. */
static unsigned
some_flags(uint32_t from, unsigned permanent)
{
	const unsigned flags =
	    1u << from % ORACLE_FLAGS | 1u << (from >> 8) % ORACLE_FLAGS;

	return (flags & permanent) != 0 ? flags & permanent
					: ORACLE_SEEN & permanent;
}

static void
put_store(const struct step *s, const struct view *v, bool uid,
    unsigned permanent, struct buf *out)
{
	static const char *const how[] = { "+", "-", "", "+", "-" };

	buf_addf(out, "%sSTORE ", uid ? "UID " : "");
	put_set(s, v, uid, out);
	buf_addf(out, " %sFLAGS%s ", how[s->b % 5],
	    (s->b >> 4) % 2 == 0 ? ".SILENT" : "");
	put_flags(some_flags(s->b >> 8, permanent), out);
}

static void
put_search(const struct step *s, bool uid, unsigned permanent, struct buf *out)
{
	static const struct {
		const char *key;
		unsigned flag;
	} keys[] = {
		{ "ALL", 0 },
		{ "SEEN", ORACLE_SEEN },
		{ "UNSEEN", ORACLE_SEEN },
		{ "DELETED", ORACLE_DELETED },
		{ "UNDELETED", ORACLE_DELETED },
		{ "FLAGGED", ORACLE_FLAGGED },
		{ "UNANSWERED", ORACLE_ANSWERED },
		{ "UNDRAFT", ORACLE_DRAFT },
		{ "KEYWORD oracle-red", ORACLE_RED },
		{ "UNKEYWORD oracle-blue", ORACLE_BLUE },
	};
	const size_t i = s->a % (sizeof keys / sizeof keys[0]);

	buf_addf(out, "%sSEARCH %s", uid ? "UID " : "",
	    (keys[i].flag & ~permanent) == 0 ? keys[i].key : "ALL");
}

/* Every size is another, so that a mix-up shows. */
static void
put_append(const struct step *s, const struct steps_place *p, struct buf *out,
    struct buf *literal)
{
	const unsigned flags =
	    some_flags(s->b, p->permanent & ~(unsigned)ORACLE_DELETED);

	buf_addf(literal,
	    "From: oracle@client.example\r\n"
	    "Subject: %08" PRIx32 "\r\n\r\n%.*s\r\n",
	    s->a, (int)(s->a % 53),
	    "-----------------------------------------------------");
	buf_addf(out, "APPEND %s ", p->folder);
	if (s->b >> 31 != 0)
		put_flags(flags, out);
	buf_addf(out, "%s{%zu}", s->b >> 31 != 0 ? " " : "", literal->len);
}

static const char *
items(unsigned able, unsigned which)
{
	static const char *const plain[] = { "FLAGS", "(UID FLAGS)",
		"(UID RFC822.SIZE INTERNALDATE)", "(FLAGS RFC822.SIZE)" };
	static const char *const more[] = { "(FLAGS MODSEQ)",
		"(UID FLAGS MODSEQ)", "(UID RFC822.SIZE INTERNALDATE)",
		"(FLAGS RFC822.SIZE)" };

	return ((able & ABLE_CONDSTORE) != 0 ? more : plain)[which % 4];
}

static unsigned
needed(enum step_verb verb)
{
	switch (verb) {
	case STEP_UID_EXPUNGE:
		return ABLE_UIDPLUS;
	case STEP_MOVE:
		return ABLE_MOVE;
	case STEP_IDLE:
		return ABLE_IDLE;
	case STEP_UNSELECT:
		return ABLE_UNSELECT;
	default:
		return 0;
	}
}

/* What is fit for a mailbox of this size. */
static enum step_verb
fit(enum step_verb verb, const struct view *v, unsigned able)
{
	const bool adds = verb == STEP_COPY || verb == STEP_UID_COPY;
	const bool any = verb == STEP_NOOP || verb == STEP_SELECT ||
			 verb == STEP_APPEND || verb == STEP_IDLE ||
			 verb == STEP_UNSELECT || verb == STEP_CLOSE ||
			 verb == STEP_SEARCH || verb == STEP_UID_SEARCH ||
			 verb == STEP_EXPUNGE;

	if ((needed(verb) & ~able) != 0)
		return STEP_NOOP;
	if (known(v) == 0 && !any)
		return STEP_APPEND;
	if (v->n < MESSAGES_FEW && (verb == STEP_DELETE || verb == STEP_MOVE))
		return STEP_APPEND;
	if (v->n > MESSAGES_MANY && (adds || verb == STEP_APPEND))
		return STEP_DELETE;
	return verb;
}

void
steps_command(const struct step *s, const struct view *v,
    const struct steps_place *p, struct buf *out, struct buf *literal)
{
	const enum step_verb verb = fit(s->verb, v, p->able);
	const bool uid =
	    verb == STEP_UID_FETCH || verb == STEP_UID_STORE ||
	    verb == STEP_UID_COPY || verb == STEP_UID_SEARCH ||
	    ((verb == STEP_DELETE || verb == STEP_MOVE) && s->b % 2 == 0);

	switch (verb) {
	case STEP_SELECT:
		buf_addf(out, "SELECT %s%s", p->folder,
		    (p->able & ABLE_CONDSTORE) != 0 ? " (CONDSTORE)" : "");
		break;
	case STEP_FETCH:
	case STEP_UID_FETCH:
		buf_addf(out, "%sFETCH ", uid ? "UID " : "");
		put_set(s, v, uid, out);
		buf_addf(out, " %s", items(p->able, s->b));
		break;
	case STEP_STORE:
	case STEP_UID_STORE:
		put_store(s, v, uid, p->permanent, out);
		break;
	case STEP_DELETE:
		buf_addf(out, "%sSTORE ", uid ? "UID " : "");
		put_set(s, v, uid, out);
		buf_addf(out, " +FLAGS%s (\\Deleted)",
		    (s->b >> 1) % 2 == 0 ? ".SILENT" : "");
		break;
	case STEP_EXPUNGE:
		buf_addf(out, "EXPUNGE");
		break;
	case STEP_UID_EXPUNGE:
		buf_addf(out, "UID EXPUNGE ");
		put_set(s, v, true, out);
		break;
	case STEP_COPY:
	case STEP_UID_COPY:
	case STEP_MOVE:
		buf_addf(out, "%s%s ", uid ? "UID " : "",
		    verb == STEP_MOVE ? "MOVE" : "COPY");
		put_set(s, v, uid, out);
		buf_addf(out, " %s", verb == STEP_MOVE ? p->other : p->folder);
		break;
	case STEP_APPEND:
		put_append(s, p, out, literal);
		break;
	case STEP_SEARCH:
	case STEP_UID_SEARCH:
		put_search(s, uid, p->permanent, out);
		break;
	case STEP_IDLE:
		buf_addf(out, "IDLE");
		break;
	case STEP_UNSELECT:
		buf_addf(out, "UNSELECT");
		break;
	case STEP_CLOSE:
		buf_addf(out, "CLOSE");
		break;
	default:
		buf_addf(out, "NOOP");
		break;
	}
}

void
steps_listing(const struct view *v, unsigned able, struct buf *out)
{
	buf_addf(out, "FETCH 1:%zu (UID FLAGS INTERNALDATE RFC822.SIZE%s)",
	    v->n, (able & ABLE_CONDSTORE) != 0 ? " MODSEQ" : "");
}
