/* SPDX-License-Identifier: MIT */
/*
 * A day of bob's mail program, libetpan: a message comes while it waits, is
 * read, flagged, filed, found again, moved and removed.
 */
#include <stdlib.h>

#include "conformance/cases/email/day.h"
#include "conformance/cases/email/imap_prelude.h"
#include "conformance/client/imap.h"
#include "lib/clock.h"
#include "lib/mem.h"

extern const struct conf_group conf_journey_imap;

struct day {
	struct trial *t;
	struct imap_client imap;
	char *id, *folder, *second;
	struct imap_uids uids; /* of the message, where it is just now */
	size_t left;           /* could not be expunged without other mail */
};

/* ---- steps: false ends the day ---- */

static bool
enter(struct day *d)
{
	const struct profile *p = trial_profile(d->t);

	return imap_enter(&d->imap, p,
		   profile_endpoint(p, trial_case(d->t)->service),
		   profile_account(p, "bob"), trial_left_ms(d->t)) &&
	       imap_select(&d->imap, "INBOX");
}

static bool
find(struct day *d, const char *fact)
{
	imap_uids_free(&d->uids);
	if (!imap_find(&d->imap, NULL, "Message-ID", d->id, &d->uids))
		return false;
	trial_fact_int(d->t, fact, (int64_t)d->uids.n);
	return true;
}

/* Waits once more; *told: IDLE said so before it ended. */
static bool
look_out(struct day *d, uint32_t *known, bool *told)
{
	struct imap_client *c = &d->imap;
	bool stirred = imap_exists(c) > *known;

	if (!c->idle)
		day_rest(d->t, 200);
	else if (!stirred)
		stirred = imap_idle_wait(c, day_patience_ms(d->t));
	if (!(c->idle ? imap_idle_done(c) : imap_noop(c)))
		return false;
	*told |= stirred && imap_exists(c) > *known;
	*known = imap_exists(c);
	return find(d, "found");
}

/* Until it is found, or for as long as mail may take. */
static bool
await(struct day *d)
{
	struct imap_client *c = &d->imap;
	uint32_t known = imap_exists(c);
	struct mono sent;
	int64_t patience;
	bool told = false;

	if ((c->idle && !imap_idle(c)) || !day_send(d->t, "bob"))
		return false;
	sent = clock_mono();
	patience = day_patience_ms(d->t);
	record_alarm(trial_left_ms(d->t) + 1);
	while (look_out(d, &known, &told) && d->uids.n == 0 &&
	       mono_since_us(sent, clock_mono()) < patience * 1000)
		if (c->idle && !imap_idle(c))
			return false;
	if (c->idle && imap_fine(c))
		trial_fact_int(d->t, "told", told);
	return imap_fine(c) && d->uids.n > 0;
}

static bool
read_it(struct day *d)
{
	struct buf content;
	unsigned flags;
	bool ok;

	buf_init(&content, 8u << 20);
	ok = imap_fetch(&d->imap, d->uids.of[0], IMAP_PART_READ, &content);
	if (ok)
		trial_file(d->t, "read.eml", buf_span(&content));
	buf_free(&content);
	if (!ok || !imap_flags(&d->imap, d->uids.of[0], &flags))
		return false;
	trial_fact_int(d->t, "seen", (flags & IMAP_FLAG_SEEN) != 0);
	return true;
}

static bool
flag(struct day *d)
{
	unsigned flags;

	/* Another session sees it: it is in the mailbox, not in this one. */
	if (!imap_add_flags(&d->imap, &d->uids, IMAP_FLAG_FLAGGED) ||
	    !imap_select(&d->imap, "INBOX") ||
	    !imap_flags(&d->imap, d->uids.of[0], &flags))
		return false;
	trial_fact_int(d->t, "flagged", (flags & IMAP_FLAG_FLAGGED) != 0);
	return true;
}

static bool
file(struct day *d)
{
	return imap_create(&d->imap, d->folder) &&
	       imap_copy(&d->imap, &d->uids, d->folder) &&
	       imap_remove(&d->imap, &d->uids, &d->left) &&
	       find(d, "in INBOX") && imap_select(&d->imap, d->folder) &&
	       find(d, "filed") && d->uids.n > 0;
}

/*
 * RFC 3501 6.4.4: other charsets than US-ASCII may be refused.  libetpan can
 * send Chinese with LITERAL+ alone.
 */
static bool
search(struct day *d)
{
	static const struct {
		const char *fact, *word;
	} words[] = {
		{ "with its word", DAY_WORD },
		{ "with another", DAY_NOBODY },
	};

	for (size_t i = 0;
	     d->imap.literalplus && i < sizeof words / sizeof words[0]; i++) {
		struct imap_uids found = { .n = 0 };

		if (imap_find(
			&d->imap, "UTF-8", "Subject", words[i].word, &found))
			trial_fact_int(d->t, words[i].fact, (int64_t)found.n);
		imap_uids_free(&found);
		if (!imap_forgive(&d->imap))
			return false;
	}
	return true;
}

static bool
move(struct day *d)
{
	return imap_create(&d->imap, d->second) &&
	       imap_move(&d->imap, &d->uids, d->second) &&
	       find(d, "left behind") && imap_select(&d->imap, d->second) &&
	       find(d, "moved") && d->uids.n > 0;
}

static bool
empty(struct day *d)
{
	if (!imap_add_flags(&d->imap, &d->uids, IMAP_FLAG_DELETED) ||
	    !imap_close(&d->imap) || !imap_select(&d->imap, d->second))
		return false;
	trial_fact_int(d->t, "emptied", imap_exists(&d->imap));
	return true;
}

static bool
tidy(struct day *d)
{
	char *pattern = mem_textf("%s*", d->folder), **names;
	size_t n;
	const bool ok = imap_select(&d->imap, "INBOX") &&
			imap_delete(&d->imap, d->second) &&
			imap_delete(&d->imap, d->folder) &&
			imap_list(&d->imap, pattern, &names, &n);

	free(pattern);
	if (!ok)
		return false;
	trial_fact_int(d->t, "folders", (int64_t)n);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return true;
}

static const struct {
	const char *name;
	bool (*take)(struct day *);
} steps[] = {
	{ "enter", enter },
	{ "await", await },
	{ "read", read_it },
	{ "flag", flag },
	{ "file", file },
	{ "search", search },
	{ "move", move },
	{ "empty", empty },
	{ "tidy", tidy },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Names in Chinese are sent as RFC 3501 5.1.3 says: 项目, 归档. */
static bool
is_chinese(const struct trial *t)
{
	return strstr(trial_case(t)->id, "filing") != NULL;
}

static bool
collect(struct trial *t)
{
	char *folder = trial_expand(t, "${folder}"), why[160];
	struct day d = {
		.t = t,
		.id = day_id(t),
		.folder =
		    mem_textf("%s%s", folder, is_chinese(t) ? "_&mHl27g-" : ""),
		.second = mem_textf(
		    "%s_%s", folder, is_chinese(t) ? "&X1JoYw-" : "2"),
	};
	size_t i = 0;

	while (i < COUNT(steps) && steps[i].take(&d))
		i++;
	imap_why(&d.imap, why, sizeof why);
	day_end(t, i < COUNT(steps) ? steps[i].name : "done",
	    imap_answered(&d.imap), why, buf_span(&d.imap.record.log));
	imap_leave(&d.imap);
	imap_uids_free(&d.uids);
	free(d.id);
	free(d.folder);
	free(d.second);
	free(folder);
	return true;
}

/* clang-format off */
static const struct day_sight sights[] = {
	{ "found", 1, "RFC 3501 6.4.4", "SEARCH finds the message, once",
	  false },
	{ "told", 1, "RFC 2177 3", "new mail is told while IDLE lasts", true },
	{ "seen", 1, "RFC 3501 6.4.5", "reading sets \\Seen", false },
	{ "flagged", 1, "RFC 3501 6.4.6", "\\Flagged stays", false },
	{ "in INBOX", 0, "RFC 3501 6.4.3", "what is expunged is gone", false },
	{ "filed", 1, "RFC 3501 6.4.7", "the copy is in the folder", false },
	{ "with its word", 1, "RFC 3501 6.4.4",
	  "SEARCH finds a word of the Subject in Chinese", true },
	{ "with another", 0, "RFC 3501 6.4.4",
	  "SEARCH does not find what is not there", true },
	{ "left behind", 0, "RFC 3501 6.4.3", "what is moved has gone", false },
	{ "moved", 1, "RFC 3501 6.4.7", "what is moved has arrived", false },
	{ "emptied", 0, "RFC 3501 6.4.2", "CLOSE removes what is marked",
	  false },
	{ "folders", 0, "RFC 3501 6.3.4", "deleted folders are gone", false },
};
/* clang-format on */

static void
judge(struct trial *t)
{
	day_judge(t, sights, COUNT(sights));
}

/* clang-format off */
#define DAY(name, row, cite, en, zh, where, more) \
	DAY_ROW(name, row, cite, en, zh, where, more, "bob")

static const struct conf_case cases[] = {
	DAY("journey.imap.starttls", EMAIL_F_06, "RFC 3501 6.2.1",
	    "libetpan reads, files and removes mail: STARTTLS",
	    "libetpan 收信、归档与删除：STARTTLS", "imap", "imap.starttls "),
	DAY("journey.imap.tls", EMAIL_F_07, "RFC 8314 3.2",
	    "libetpan reads, files and removes mail: TLS",
	    "libetpan 收信、归档与删除：隐式 TLS", "imaps", ""),
	DAY("journey.imap.filing", EMAIL_F_15, "RFC 3501 5.1.3",
	    "libetpan files mail in folders with Chinese names",
	    "libetpan 将邮件归入中文名称的文件夹", "imaps", ""),
};
/* clang-format on */

IMAP_GROUP(journey_imap, "imaps", cases);
