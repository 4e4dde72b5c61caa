/* SPDX-License-Identifier: MIT */
/*
 * Any bytes at all as a transcript: judged again with a script of ours and
 * with the one it brings along; never a crash, and never a verdict where
 * reading failed.  Input that begins with "E" is made into events first.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conformance/talk.h"
#include "lib/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char ours[] = "S: 220 *\n"
			   "C: EHLO ${client}\n"
			   "S+: 250?SIZE $max\n"
			   "S: 250*\n"
			   "@party b smtp\n"
			   "b S: 220*\n"
			   "C: MAIL FROM:<> SIZE=${max}\n"
			   "S!: 250*\n"
			   "S|: @closed\n"
			   "@tls\n"
			   "@silent! 500\n";

static void
judge(const char *text, const char *path)
{
	struct err err = { 0 };
	struct script *script =
	    script_compile("fuzz", text, &framing_smtp, &err);
	struct talk_end end;

	if (script != NULL &&
	    !talk_replay(script, "none", "run.case", path, &end, &err) &&
	    (end.verdict != BROKEN || err.what[0] == '\0'))
		abort();
	script_free(script);
}

/* "S0220 ready\\r\\n": direction, party, text; in front a begin, then an end. */
static void
make_events(struct span in, struct buf *out)
{
	buf_addf(out, "{\"dir\":\"@\",\"party\":\"\",\"text\":\"begin\","
		      "\"script_sm3\":\"none\"}\n");
	while (in.len > 0) {
		const struct span line = span_cut(&in, '\n');
		json_t *event;
		char *text;

		if (line.len < 2)
			continue;
		event = json_pack("{s:s#, s:s#, s:s#}", "dir", line.ptr, 1,
		    "party", line.ptr + 1, 1, "text", line.ptr + 2,
		    (int)line.len - 2);
		text = json_dumps(event, JSON_COMPACT);
		if (text != NULL)
			buf_addf(out, "%s\n", text);
		free(text);
		json_decref(event);
	}
	buf_addf(out,
	    "{\"dir\":\"@\",\"party\":\"\",\"text\":\"end\","
	    "\"values\":{\"client\":\"c\",\"token\":\"run.case\"}}\n");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const int fd = memfd_create("transcript", MFD_CLOEXEC);
	char *path = mem_textf("/proc/self/fd/%d", fd);
	char *script, *service = NULL;
	struct span in = { (const char *)data, n };
	struct err err = { 0 };
	struct buf file;

	buf_init(&file, 8 * n + 1000);
	if (n > 0 && data[0] == 'E')
		make_events(span_skip(in, 1), &file);
	else
		buf_add(&file, in);
	if (fd == -1 || write(fd, buf_text(&file), file.len) == -1)
		abort();
	buf_free(&file);
	judge(ours, path);
	script = talk_script(path, &service, &err);
	if (script != NULL)
		judge(script, path);
	free(script);
	free(service);
	free(path);
	close(fd);
	return 0;
}
