/* SPDX-License-Identifier: MIT */
/*
 * Any bytes at all as the evidence of a case: judged again, never a crash.
 *
 * The first octet chooses a case that judges; the rest, cut at octets of
 * 0xff, is what its files hold.  Facts are made from lines "name value", so
 * that more than a malformed facts.json is seen.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conformance/trial.h"
#include "lib/files.h"
#include "lib/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What judges read; each part of the input is one or more of them. */
static const char *const files[][3] = {
	{ "facts.json" },
	{ "arrived-1.eml", "report-1.eml", "sent.eml" },
	{ "arrived-1.json", "report-1.json", "other-1.eml" },
	{ "log.txt", "session.log", "greeting.txt" },
	{ "behind.bin", "heard.bin", "chain.pem" },
	{ "login.jsonl", "submit.jsonl" },
};

static char folder[] = "/tmp/evidence_fuzz.XXXXXX";

static void
clean_up(void)
{
	struct err err;

	files_remove(folder, &err);
}

/* NULL behind the last one. */
static const struct conf_case *
judging_case(size_t k, const struct conf_group **group)
{
	for (size_t i = 0; i < conf_groups_n; i++)
		for (size_t j = 0; j < conf_groups[i]->n; j++)
			if (conf_groups[i]->cases[j].judge != NULL &&
			    k-- == 0) {
				*group = conf_groups[i];
				return &conf_groups[i]->cases[j];
			}
	return NULL;
}

/* Everything came that could come; "arrived 2" says otherwise. */
static char *
make_facts(struct span in)
{
	static const char *const came[] = { "arrived", "report", "reports",
		"either", "control", "copies", "second", "other", "announced" };
	json_t *facts = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "collected",
	    "pass", "collected.why", "", "submit", "pass", "us", "us@s.test",
	    "reject", "no@s.test", "alice", "alice@example.test");
	char *text;

	for (size_t i = 0; i < sizeof came / sizeof came[0]; i++)
		json_object_set_new(facts, came[i], json_integer(1));
	while (in.len > 0) {
		struct span line = span_cut(&in, '\n');
		char *name = mem_text(span_cut(&line, ' '));
		char *value = mem_text(line), *end;
		const long long n = strtoll(value, &end, 10);

		json_object_set_new(facts, name,
		    value[0] != '\0' && *end == '\0' ? json_integer(n)
						     : json_string(value));
		free(value);
		free(name);
	}
	text = json_dumps(facts, 0);
	json_decref(facts);
	return text;
}

static void
put(const char *id, const char *name, struct span content)
{
	char *path = mem_textf("%s/%s/%s", folder, id, name);
	FILE *f = content.len == 0 ? NULL : fopen(path, "we");

	if (content.len == 0)
		unlink(path);
	else if (f == NULL ||
		 fwrite(content.ptr, 1, content.len, f) != content.len)
		abort();
	if (f != NULL)
		fclose(f);
	free(path);
}

static void
put_all(const char *id, struct span rest)
{
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		const struct span part = span_cut(&rest, (char)0xff);
		char *facts = NULL;

		if (i == 0 && (part.len == 0 || part.ptr[0] != '{'))
			facts = make_facts(part);
		for (size_t k = 0; k < 3 && files[i][k] != NULL; k++)
			put(id, files[i][k],
			    facts == NULL ? part : span_of(facts));
		free(facts);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct profile nobody;
	static bool begun;
	struct trial_setup setup = {
		.run = "run",
		.evidence = folder,
		.fixtures = "fixtures",
		.profile = &nobody,
	};
	const struct conf_case *found;
	struct conf_case cs;
	struct outcome o;
	struct trial *t;
	char *path;

	if (!begun && (mkdtemp(folder) == NULL || atexit(clean_up) != 0))
		abort();
	begun = true;
	found = n == 0 ? NULL : judging_case(data[0], &setup.group);
	if (found == NULL)
		return 0;
	cs = *found;
	cs.twin = NULL; /* has no transcript, and would be asked first */
	setup.cs = &cs;
	path = mem_textf("%s/%s", folder, cs.id);
	mkdir(path, 0700);
	free(path);
	put_all(cs.id, (struct span){ (const char *)data + 1, n - 1 });
	t = trial_new(&setup);
	trial_replay(t, &o);
	trial_free(t);
	outcome_free(&o);
	return 0;
}
