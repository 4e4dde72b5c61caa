/* SPDX-License-Identifier: MIT */
/*
 * A target that says anything at all, in pieces of any size: the flat driver
 * and lib/dialogue agree on it.
 *
 * The first octet chooses the script, the second the pieces.
 */
#include <stdint.h>
#include <stdio.h>

#include "lib/script.h"
#include "loadgen/drivers/play.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct {
	const char *service, *script;
} scripts[] = {
	{ "smtp", "S: 220 *\nC: EHLO ${account.user}\nS+: 250?SIZE*\n"
		  "S-: 250?STARTTLS\nS: 250 *\nC: QUIT\nS: 221 *\n@closed\n" },
	{ "smtp",
	    "S: 220 $host *\nC: NOOP\nC: VRFY ${host}\nS: 250 *\nS|: 252 *\n"
	    "S|: @closed\nS*: 250-$host?*\nS: 250 $host\n" },
	{ "smtp",
	    "S: 220 *\nC: STARTTLS\nS: 220 *\n@tls\nC.: ${message}.\nS: 250 "
	    "$a*$b ?\nC: NOOP ${a}${b|base64|length}\nS: 250 $b${seq}\n" },
	{ "imap",
	    "S: * OK *\nC: a NOOP\nS+: * $n EXISTS\nS-: * BAD *\nS: a OK*\n"
	    "S+: * ${n} *\"x\\r\\n\"*\nC: b {3}\nS: +*\nC=: abc\\r\\n\n"
	    "S: b NO *\n" },
	{ "imap", "S: * OK*\nC: x IDLE\nS: +*\nS: * ? EXISTS\nS|: * BYE*\n" },
	{ "pop3", "S: +OK*\nC: LIST\nS: +OK*\nS+: 1 $size\nS-: 3 *\nS: .\n"
		  "C: RETR 1\nS: +OK ${size} octets\nS: .\n" },
	{ "line", "S: *$a $b?*\nS: $a$b\nS?: x\n" },
};

static void
compare(
    const char *service, const char *text, struct span heard, size_t at_once)
{
	struct scenario_flow flow = { .name = (char *)"f",
		.service = (char *)service,
		.body = (char *)text };
	const struct scenario sc = {
		.path = (char *)"fuzz", .flows = &flow, .n_flows = 1
	};
	static const char *const columns[] = { "x" };
	const struct framing *f = framing_of(service);
	struct operations ops;
	const struct driver_setting d = { .scenario = &sc,
		.flow = &flow,
		.ops = &ops,
		.columns = columns,
		.n_columns = 1,
		.longest = 64 };
	struct driver_program *p;
	struct played flat, cut, slow;
	struct script *s;
	struct err err;

	if (!operations_of(&sc, &ops, &err) ||
	    (p = driver_line.compile(&d, &err)) == NULL)
		return;
	s = script_compile("fuzz", text, f == NULL ? &framing_line : f, &err);
	flat = play_driver(&driver_line, p, DRIVE_BODY, heard, heard.len + 1);
	cut = play_driver(&driver_line, p, DRIVE_BODY, heard, at_once);
	slow = play_dialogue(s, heard, at_once);
	if (flat.pass != cut.pass || flat.pass != slow.pass ||
	    !span_eq(buf_span(&flat.sent), buf_span(&cut.sent)) ||
	    !span_eq(buf_span(&flat.sent), buf_span(&slow.sent))) {
		fprintf(stderr, "flat %d %s\ncut %d %s\nslow %d %s\n",
		    flat.pass, flat.why, cut.pass, cut.why, slow.pass,
		    slow.why);
		abort();
	}
	buf_free(&flat.sent);
	buf_free(&cut.sent);
	buf_free(&slow.sent);
	script_free(s);
	driver_line.free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const size_t count = sizeof scripts / sizeof scripts[0];
	struct span rest = { (const char *)data, n };
	size_t at_once;

	if (n < 2)
		return 0;
	at_once = data[1] % 16u + 1;
	rest = span_skip(rest, 2);
	compare(scripts[data[0] % count].service,
	    scripts[data[0] % count].script, rest, at_once);
	return 0;
}
