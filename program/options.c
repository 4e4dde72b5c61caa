/* SPDX-License-Identifier: MIT */
#include "program/options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/columns.h"
#include "lib/mem.h"

enum kind {
	TEXT,   /* const char * */
	NUMBER, /* int, from 1 to 65535 */
	MANY,   /* int, from 1 to 10000000 */
	FLAG,   /* bool */
	SELECT, /* one more selector, of the option's own kind */
};

#define AT(field) offsetof(struct options, field)

/* clang-format off */
static const struct row {
	const char	*name, *value;
	enum kind	 kind;
	size_t		 at;
	unsigned	 taken_by;
	const char	*text;
} rows[] = {
	{ "--run",	"DIR",	TEXT,	AT(run),	TAKES_RUN,
	  "where the run is kept (default: runs/ and the run's name)" },
	{ "--case",	"GLOB",	SELECT,	0,		TAKES_SELECT,
	  "only cases with such an id; may be given again" },
	{ "--req",	"GLOB",	SELECT,	0,		TAKES_SELECT,
	  "only rows of the catalogue with such a name" },
	{ "--chapter",	"N",	SELECT,	0,		TAKES_SELECT,
	  "only rows of this chapter" },
	{ "--level",	"NAME",	SELECT,	0,		TAKES_SELECT,
	  "only rows of this level: shall, should or may" },
	{ "--chapter",	"N",	TEXT,	AT(chapter),	TAKES_FILTER,
	  "only rows of this chapter" },
	{ "--level",	"NAME",	TEXT,	AT(level),	TAKES_FILTER,
	  "only rows of this level: shall, should or may" },
	{ "--service",	"NAME",	TEXT,	AT(service),	TAKES_FILTER,
	  "only rows of this service" },
	{ "--jobs",	"N",	NUMBER,	AT(jobs),	TAKES_JOBS,
	  "cases side by side (default: two a core, at least 4)" },
	{ "--repeat",	"N",	NUMBER,	AT(repeats),	TAKES_REPEAT,
	  "try every case N times; verdicts that differ are inconclusive" },
	{ "--reach",	NULL,	FLAG,	AT(reach),	TAKES_REACH,
	  "yes, talk to the hosts outside loopback that the profile names" },
	{ "--keep",	NULL,	FLAG,	AT(keep),	TAKES_KEEP,
	  "leave what the run put into mailboxes there" },
	{ "--expect",	"FILE",	TEXT,	AT(expect),	TAKES_EXPECT,
	  "succeed when every verdict is as this table says" },
	{ "--score",	"FILE",	TEXT,	AT(score),	TAKES_SCORE,
	  "figures of \"yanshou score --out\" to print in the report" },
	{ "--out",	"FILE",	TEXT,	AT(out),	TAKES_OUT,
	  "write the figures here" },
	{ "--out",	"DIR",	TEXT,	AT(out),	TAKES_ELSEWHERE,
	  "write the documents there, and nothing into the run" },
	{ "--quick",	NULL,	FLAG,	AT(quick),	TAKES_QUICK,
	  "each fault against its own case only, two repeats" },
	{ "--failed",	NULL,	FLAG,	AT(failed),	TAKES_FAILED,
	  "what did not pass (the only choice there is, and said aloud)" },
	{ "--seed",	"N",	NUMBER,	AT(seed),	TAKES_ORACLE,
	  "draw the steps from this number (default 1)" },
	{ "--steps",	"N",	NUMBER,	AT(steps),	TAKES_ORACLE,
	  "how many steps (default 1000)" },
	{ "--clients",	"N",	NUMBER,	AT(clients),	TAKES_ORACLE,
	  "how many clients, 2 to 4 (default 3)" },
	{ "--record",	"FILE",	TEXT,	AT(record),	TAKES_ORACLE,
	  "write all that was said here; what broke a rule to FILE.short" },
	{ "--load",	"HOW",	TEXT,	AT(load),	TAKES_LOADS,
	  "loads: short (default, 15 s each), full (as the rows ask), none, \"6 s\"" },
	{ "--rate",	"RATE",	TEXT,	AT(rate),	TAKES_LOAD,
	  "arrivals at the busiest moment, as \"50 /s\"" },
	{ "--for",	"TIME",	TEXT,	AT(time),	TAKES_LOAD,
	  "how long what is judged lasts, as \"30 s\"" },
	{ "--connections", "N",	NUMBER,	AT(connections), TAKES_LOAD,
	  "at most so many at a time" },
	{ "--workers",	"N",	NUMBER,	AT(workers),	TAKES_LOAD,
	  "threads that make the load (default: a core less than there are)" },
	{ "--seed",	"N",	NUMBER,	AT(seed),	TAKES_LOAD,
	  "draw what is left to chance from this number" },
	{ "--metrics",	"PORT",	NUMBER,	AT(metrics_port), TAKES_LOAD,
	  "tell a Prometheus on this port of 127.0.0.1 how it goes" },
	{ "--first",	NULL,	FLAG,	AT(first),	TAKES_LOAD,
	  "the load goes before all else on this machine (as root); not beside "
	  "the target" },
	{ "--dry-run",	NULL,	FLAG,	AT(dry_run),	TAKES_LOAD,
	  "print the plan, and send nothing" },
	{ "--find-capacity", NULL, FLAG, AT(find_capacity), TAKES_LOAD,
	  "search the highest rate that keeps the limits" },
	{ "--data",	"DIR",	TEXT,	AT(data),	TAKES_SERVE,
	  "keep what the services store here (default: in memory)" },
	{ "--host",	"ADDRESS", TEXT, AT(host),	TAKES_SERVE,
	  "listen there, on loopback: 127.0.0.1 (default) or ::1" },
	{ "--certificates", "N", MANY, AT(certificates), TAKES_SERVE,
	  "the authority has issued so many more (P-256; some 15,000 a second)" },
	{ "--revoked",	"N",	MANY,	AT(revoked),	TAKES_SERVE,
	  "so many of those are revoked, and on its list" },
	{ "--fault",	"NAME",	TEXT,	AT(fault),	TAKES_SERVE,
	  "be wrong in this way (\"yanshou list faults\" names them)" },
	{ "--variant",	"NAME",	TEXT,	AT(variant),	TAKES_SERVE,
	  "be unusual in this permitted way" },
	{ "--hostile",	"NAME",	TEXT,	AT(hostile),	TAKES_SERVE,
	  "be no server at all, in this way" },
	{ "--trust",	"FILE",	TEXT,	AT(trust),	TAKES_VERIFY,
	  "certificates that are trusted: paths have to lead there" },
	{ "--issuer",	"FILE",	TEXT,	AT(issuer),	TAKES_VERIFY,
	  "certificates that may stand between" },
	{ "--crl",	"FILE",	TEXT,	AT(crl),	TAKES_VERIFY,
	  "CRLs and OCSP answers that say what is revoked" },
	{ "--data",	"FILE",	TEXT,	AT(stamped),	TAKES_VERIFY,
	  "what time stamps should be of, or what was sealed" },
	{ "--at",	"TIME",	TEXT,	AT(at),		TAKES_VERIFY,
	  "judge as if it were then: 2026-11-22 or 2026-11-22T08:00:00Z" },
	{ "--sign",	"DIR",	TEXT,	AT(sign),	TAKES_SIGN,
	  "sign the run with key.pem and certificate.pem there (\"yanshou key new\")" },
	{ "--name",	"TEXT",	TEXT,	AT(name),	TAKES_KEY,
	  "who signs, as the certificate's common name" },
	{ "--passphrase", "HOW", TEXT,	AT(passphrase),	TAKES_SIGN | TAKES_KEY,
	  "of the key: prompt, env:NAME or file:PATH (its first line)" },
	{ "--json",	NULL,	FLAG,	AT(json),	TAKES_JSON,
	  "print JSON" },
	{ "--quiet",	NULL,	FLAG,	AT(quiet),	TAKES_JOBS | TAKES_ORACLE,
	  "no progress" },
	{ "--help",	NULL,	FLAG,	AT(help),	~0u,
	  "this text" },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static bool
is_taken(const struct row *r, unsigned takes)
{
	return r->taken_by == ~0u || (r->taken_by & takes) != 0;
}

static const struct row *
row_find(const char *word, size_t len, unsigned takes)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (strlen(rows[i].name) == len &&
		    strncmp(rows[i].name, word, len) == 0 &&
		    is_taken(&rows[i], takes))
			return &rows[i];
	return NULL;
}

static bool
set_number(int *to, const struct row *r, const char *value, struct err *err)
{
	const long most = r->kind == MANY ? 10000000 : 65535;
	char *rest;
	const long n = strtol(value, &rest, 10);

	if (*rest != '\0' || n < 1 || n > most)
		return err_set(err, ERR_CONFIG,
		    "%s \"%s\": a number from 1 to %ld", r->name, value, most);
	*to = (int)n;
	return true;
}

static bool
set(struct options *o, const struct row *r, const char *value, struct err *err)
{
	void *to = (char *)o + r->at;

	switch (r->kind) {
	case FLAG:
		*(bool *)to = true;
		return true;
	case TEXT:
		*(const char **)to = value;
		return true;
	case NUMBER:
	case MANY:
		return set_number(to, r, value, err);
	case SELECT:
		if (o->n_select == OPTIONS_SELECT)
			return err_set(
			    err, ERR_CONFIG, "too many selectors: %s", value);
		o->select[o->n_select++] =
		    mem_textf("%s:%s", r->name + 2, value);
		return true;
	}
	return false;
}

static bool
add_file(struct options *o, const char *file, struct err *err)
{
	if (o->n_files == OPTIONS_SELECT)
		return err_set(err, ERR_CONFIG, "\"%s\": more than %d files",
		    file, OPTIONS_SELECT);
	if (o->subject == NULL)
		o->subject = file;
	o->files[o->n_files++] = file;
	return true;
}

bool
options_parse(
    struct options *o, char *const *words, unsigned takes, struct err *err)
{
	*o = (struct options){ .repeats = 1 };
	for (; *words != NULL; words++) {
		const char *word = *words, *equals = strchr(word, '=');
		const size_t len =
		    equals == NULL ? strlen(word) : (size_t)(equals - word);
		const struct row *r = row_find(word, len, takes);
		const char *value = equals == NULL ? NULL : equals + 1;

		if (word[0] != '-') {
			if (takes & TAKES_VERIFY) {
				if (!add_file(o, word, err))
					return false;
				continue;
			}
			if (o->subject != NULL && o->second == NULL &&
			    (takes & (TAKES_LOAD | TAKES_KEY))) {
				o->second = word;
				continue;
			}
			if (o->subject != NULL)
				return err_set(err, ERR_CONFIG,
				    "\"%s\" after \"%s\": one is enough", word,
				    o->subject);
			o->subject = word;
			continue;
		}
		if (r == NULL)
			return err_set(err, ERR_CONFIG,
			    "%s is no option of this command", word);
		if (r->kind == FLAG && value != NULL)
			return err_set(
			    err, ERR_CONFIG, "%s takes no value", r->name);
		if (r->kind != FLAG && value == NULL && *++words != NULL)
			value = *words;
		if (r->kind != FLAG && (value == NULL || value[0] == '\0'))
			return err_set(err, ERR_CONFIG, "%s %s: %s", r->name,
			    r->value, "the value is missing");
		if (!set(o, r, value, err))
			return false;
	}
	return true;
}

void
options_free(struct options *o)
{
	for (size_t i = 0; i < o->n_select; i++)
		free(o->select[i]);
}

/* "--name VALUE", as it is typed. */
static char *
row_usage(const struct row *r)
{
	return mem_textf("%s%s%s", r->name, r->value == NULL ? "" : " ",
	    r->value == NULL ? "" : r->value);
}

static size_t
widest(unsigned takes)
{
	size_t most = 0;

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *usage = row_usage(&rows[i]);

		if (is_taken(&rows[i], takes) && strlen(usage) > most)
			most = strlen(usage);
		free(usage);
	}
	return most;
}

static void
add_row(struct buf *out, const struct row *r, size_t usage_width, size_t width)
{
	const size_t at = 2 + usage_width + 2;
	char *usage = row_usage(r);

	buf_addf(out, "  ");
	columns_pad(out, span_of(usage), usage_width + 2);
	columns_wrap(out, at, at, width, span_of(r->text));
	free(usage);
}

void
options_help(struct buf *out, unsigned takes, size_t width)
{
	const size_t usage_width = widest(takes);

	for (size_t i = 0; i < COUNT(rows); i++)
		if (is_taken(&rows[i], takes))
			add_row(out, &rows[i], usage_width, width);
}
