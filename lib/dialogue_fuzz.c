/* SPDX-License-Identifier: MIT */
/*
 * A target that says anything at all, in pieces of any size, to a few fixed
 * scripts; and anything at all as a script.  Never a crash, and one verdict
 * however the bytes are cut.
 *
 * The first octet chooses the script, the second the pieces.
 */
#include <stdint.h>
#include <stdlib.h>

#include "lib/dialogue.h"
#include "lib/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char imap[] =
    "S: * OK *\nC: a NOOP\nS+!: * $n EXISTS\nS-!: * BAD *\nS!: a OK*\n"
    "S!: * ${n} *\"x\\r\\n\"*\nC: b {3}\nS: +*\nC=: abc\\r\\n\nS!: b NO *\n";
static const char pop3[] =
    "S: +OK*\nC: LIST\nS: +OK*\nS+!: 1 $size\nS-!: 3 *\nS!: .\n"
    "C: RETR 1\nS!: +OK ${size} octets\nS!: .\n";

static const char *const scripts[] = {
	"S: 220 *\nC: EHLO ${me}\nS+!: 250?SIZE*\nS-!: 250?STARTTLS\n"
	"S!: 250 *\nC: QUIT\nS!: 221 *\n@closed!\n",
	"S!: 220 $host *\nC: NOOP\nC: VRFY ${host}\nS!: 250 *\nS|: 252 *\n"
	"S|: @closed\nS*: 250-$host?*\nS!: 250 $host\n",
	imap,
	pop3,
	"S: 220 *\n@silent! 5\nC: STARTTLS\nS!: 220 *\n@tls!\nC: NOOP\n"
	"S!: 25? *x*y\n@pause 5\n@close\n",
	"S: 220 *\n@party b smtp\nb S!: 220 $name\nC: HELP ${name}\n"
	"S!: 2* $name\nb C=: x\\r\\n\nb S!: 5*\n",
};

static bool
world(void *ctx, struct span name, struct buf *value)
{
	(void)ctx;
	if (!span_eq(name, SPAN("me")))
		return false;
	buf_add(value, SPAN("me.test"));
	return true;
}

/* Everybody but the target does as is asked; what it says runs out. */
static struct dialogue *
play(const struct script *script, struct span heard, size_t at_once)
{
	struct dialogue *d = dialogue_new(script, world, NULL);

	while (!dialogue_over(d)) {
		const struct dialogue_need need = dialogue_wants(d);
		const struct span part = span_take(heard, at_once);

		switch (need.want) {
		case WANT_OPEN:
			dialogue_opened(d, need.party);
			break;
		case WANT_SEND:
			dialogue_sent(
			    d, need.party, dialogue_out(d, need.party).len);
			break;
		case WANT_TLS:
			dialogue_secured(d, need.party, true, "");
			break;
		case WANT_CLOSE:
			dialogue_hung_up(d, need.party, "by us");
			break;
		case WANT_PAUSE:
		case WANT_SILENCE:
			dialogue_timeout(d);
			break;
		default:
			if (part.len == 0)
				dialogue_hung_up(d, need.party, "FIN");
			else
				dialogue_feed(d, need.party, part);
			heard = span_skip(heard, part.len);
			break;
		}
	}
	return d;
}

/* With one party alone and no waits, pieces make no difference. */
static void
compare(const struct script *script, struct span heard, size_t at_once)
{
	struct dialogue *whole = play(script, heard, heard.len + 1);
	struct dialogue *cut = play(script, heard, at_once);

	if (dialogue_verdict(whole) != dialogue_verdict(cut) ||
	    dialogue_deviation(whole)->script_line !=
		dialogue_deviation(cut)->script_line)
		abort();
	dialogue_free(whole);
	dialogue_free(cut);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const size_t count = sizeof scripts / sizeof scripts[0];
	struct span rest = { (const char *)data, n };
	struct script *script;
	struct err err;
	size_t which, at_once;
	char *text;

	if (n < 2)
		return 0;
	which = data[0] % (count + 1);
	at_once = data[1] % 16u + 1;
	rest = span_skip(rest, 2);
	if (which == count) {
		text = mem_text(rest);
		script = script_compile("fuzz", text, &framing_smtp, &err);
		if (script != NULL)
			dialogue_free(
			    play(script, SPAN("220 a\r\n250 b\r\n"), at_once));
		free(text);
	} else {
		script = script_compile("fuzz", scripts[which],
		    scripts[which] == imap   ? &framing_imap
		    : scripts[which] == pop3 ? &framing_pop3
					     : &framing_smtp,
		    &err);
		if (which < 4)
			compare(script, rest, at_once);
		else
			dialogue_free(play(script, rest, at_once));
	}
	script_free(script);
	return 0;
}
