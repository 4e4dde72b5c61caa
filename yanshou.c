/* SPDX-License-Identifier: MIT */
/*
 * yanshou - judges whether e-government application services may be accepted.
 *
 * A table of commands.  What each does is in program/; its README says where.
 */
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/columns.h"
#include "lib/kit.h"
#include "program/program.h"

enum subject { NONE, MAY, MUST };

/* clang-format off */
static const struct command {
	const char	*name;
	const char	*argument;
	enum subject	 subject;
	unsigned	 takes;
	int		(*run)(const struct options *);
	const char	*text;
} commands[] = {
	{ "accept", "TARGET", MAY,
	  TAKES_RUN | TAKES_JOBS | TAKES_REPEAT | TAKES_REACH | TAKES_EXPECT |
	  TAKES_SCORE | TAKES_SELECT | TAKES_KEEP | TAKES_LOADS | TAKES_SIGN,
	  program_accept,
	  "doctor, check, load and report in one go; without TARGET our own services" },
	{ "doctor", "TARGET", MUST, TAKES_REACH | TAKES_JSON | TAKES_SIGN,
	  program_doctor,
	  "is the profile right, and does the site answer as it says?" },
	{ "check", "TARGET", MUST,
	  TAKES_RUN | TAKES_JOBS | TAKES_REPEAT | TAKES_REACH | TAKES_SELECT |
	  TAKES_EXPECT | TAKES_SCORE | TAKES_KEEP | TAKES_SIGN,
	  program_check, "put the cases to the target" },
	{ "resume", "RUN", MUST,
	  TAKES_JOBS | TAKES_REACH | TAKES_SCORE | TAKES_KEEP | TAKES_SIGN,
	  program_resume, "go on with a run that was cut off" },
	{ "rerun", "RUN", MUST,
	  TAKES_RUN | TAKES_JOBS | TAKES_REPEAT | TAKES_REACH | TAKES_FAILED |
	  TAKES_SCORE | TAKES_KEEP | TAKES_SIGN,
	  program_rerun, "try again what did not pass, as a run of its own" },
	{ "clean", "RUN", MUST, TAKES_REACH,
	  program_clean, "take away what a run has left in mailboxes" },
	{ "replay", "RUN", MUST, TAKES_JSON,
	  program_replay, "judge a run again from its evidence, offline" },
	{ "report", "RUN", MUST, TAKES_SCORE | TAKES_EXPECT | TAKES_ELSEWHERE,
	  program_report, "write a run's documents again" },
	{ "plan", "TARGET", MUST, TAKES_SELECT | TAKES_REPEAT | TAKES_JSON,
	  program_plan, "say what would be done, and do nothing" },
	{ "list", "WHAT", MAY, TAKES_FILTER | TAKES_JSON,
	  program_list, "rows, cases, faults, variants or hostile peers" },
	{ "explain", "ID", MUST, 0,
	  program_explain, "all about a requirement or a case" },
	{ "oracle", "TARGET", MUST, TAKES_ORACLE | TAKES_REACH | TAKES_JSON,
	  program_oracle,
	  "several IMAP clients at once on one mailbox, each answer judged" },
	{ "load", "TARGET", MUST,
	  TAKES_RUN | TAKES_REACH | TAKES_LOAD | TAKES_EXPECT | TAKES_SCORE |
	  TAKES_SIGN,
	  program_load,
	  "put a load on the target: SCENARIO, or all that apply to it" },
	{ "serve", NULL, NONE, TAKES_RUN | TAKES_SERVE,
	  program_serve, "the reference services, until interrupted" },
	{ "key", "new DIR", MUST, TAKES_KEY,
	  program_key, "make the key that a laboratory signs its runs with" },
	{ "verify", "RUN|FILE", MUST, TAKES_VERIFY | TAKES_JSON,
	  program_verify,
	  "is a run as it was sealed? Or judge certificates, CRLs, OCSP answers, "
	  "time stamps, messages (CMP, GB/T 35275), seals (GB/T 38540) and sealed "
	  "OFD in files" },
	{ "score", NULL, NONE,
	  TAKES_RUN | TAKES_JOBS | TAKES_QUICK | TAKES_OUT,
	  program_score, "how far the kit itself can be trusted" },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

#define HELP_MOST   (1 << 16)
#define NAMES_WIDTH 20 /* of "  name     ARGUMENT  " */
#define WIDTH       80 /* of what goes into a pipe */

static size_t
width(void)
{
	return program_width() == 0 ? WIDTH : program_width();
}

static void
print(struct buf *text, FILE *out)
{
	fputs(buf_text(text), out);
	buf_free(text);
}

static void
add_command(struct buf *out, const struct command *c)
{
	buf_addf(out, "  ");
	columns_pad(out, span_of(c->name), 9);
	columns_pad(out, span_of(c->argument == NULL ? "" : c->argument), 9);
	columns_wrap(out, NAMES_WIDTH, NAMES_WIDTH, width(), span_of(c->text));
}

static void
print_commands(FILE *out)
{
	struct buf text;

	buf_init(&text, HELP_MOST);
	buf_addf(&text,
	    "yanshou (验收) " YANSHOU_VERSION "\n"
	    "Judges whether e-government application services may be "
	    "accepted.\n\n"
	    "usage: yanshou COMMAND [--help]\n"
	    "       yanshou help [COMMAND]\n\n");
	for (size_t i = 0; i < COUNT(commands); i++)
		add_command(&text, &commands[i]);
	buf_addf(&text,
	    "\nexit codes: 0 conforms, 1 does not, 2 usage, 3 configuration, "
	    "4 incomplete or\nundetermined, 5 the kit broke, 6 stale waiver "
	    "or expectation, 7 evidence does\nnot verify, 130 interrupted\n");
	print(&text, out);
}

static void
print_command(const struct command *c, FILE *out)
{
	struct buf text;

	buf_init(&text, HELP_MOST);
	buf_addf(&text, "usage: yanshou %s", c->name);
	if (c->subject == MAY)
		buf_addf(&text, " [%s]", c->argument);
	else if (c->subject == MUST)
		buf_addf(&text, " %s", c->argument);
	buf_addf(&text, " [options]\n\n");
	columns_wrap(&text, 0, 0, width(), span_of(c->text));
	buf_addf(&text, "\n");
	options_help(&text, c->takes, width());
	print(&text, out);
}

static const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int
usage(const struct command *c, const char *what)
{
	fprintf(stderr, "yanshou %s: %s\ntry \"yanshou %s --help\"\n", c->name,
	    what, c->name);
	return EXIT_USAGE;
}

static int
unknown(const char *name)
{
	fprintf(stderr, "yanshou: there is no command \"%s\"\n", name);
	print_commands(stderr);
	return EXIT_USAGE;
}

static int
run(const struct command *c, char *const *words)
{
	struct options o;
	struct err err;
	int code;

	if (!options_parse(&o, words, c->takes, &err))
		code = usage(c, err.what);
	else if (o.help)
		code = (print_command(c, stdout), EXIT_CONFORMS);
	else if (c->subject == MUST && o.subject == NULL)
		code = usage(c, "say which");
	else if (c->subject == NONE && o.subject != NULL)
		code = usage(c, "takes no argument");
	else if (!program_start(&err) &&
		 (c->takes & (TAKES_VERIFY | TAKES_KEY)) == 0)
		code =
		    program_fail(&err); /* files are judged without fixtures */
	else
		code = c->run(&o);
	options_free(&o);
	return code;
}

/* "help", or "help COMMAND". */
static int
help(const char *name)
{
	const struct command *c = name == NULL ? NULL : command_find(name);

	if (name != NULL && c == NULL)
		return unknown(name);
	if (c == NULL)
		print_commands(stdout);
	else
		print_command(c, stdout);
	return EXIT_CONFORMS;
}

int
main(int argc, char **argv)
{
	const struct command *c;

	if (argc < 2) {
		print_commands(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
		return help(argv[2]);
	if (strcmp(argv[1], "--version") == 0) {
		puts(kit_name());
		return EXIT_CONFORMS;
	}
	c = command_find(argv[1]);
	return c != NULL ? run(c, argv + 2) : unknown(argv[1]);
}
