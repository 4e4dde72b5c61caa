/* SPDX-License-Identifier: MIT */
/*
 * sealed_testing - one small run, sealed and stamped, and copies of it to be
 * tampered with; for tests.
 */
#ifndef PROGRAM_SEALED_TESTING_H
#define PROGRAM_SEALED_TESTING_H

#include "program/testing.h"

#include "lib/clock.h"
#include "lib/profile.h"
#include "program/lab.h"
#include "program/sealing.h"
#include "program/tree.h"
#include "program/whole.h"

#define SEALED_SECRET "a passphrase with blanks"

struct sealed {
	struct testing site;
	char *lab;    /* folder of the key, which is encrypted */
	char *other;  /* of another key, which is not */
	char *target; /* the reference's profile, with lab: and its TSA */
	char *trust;  /* certificates of the lab, and of the TSA's CAs */
	char *run;    /* sealed */
};

static inline void
sealed_make_key(const struct testing *t, const char *dir, bool encrypted)
{
	testing_expect(encrypted ? testing_run(t, "key", "new", dir, "--name",
				       "Lab 检测一", "--passphrase",
				       "env:SEALED_SECRET", NULL)
				 : testing_run(t, "key", "new", dir, NULL),
	    0, "PKCS #8");
}

/* The profile of the reference, and who signs. */
static inline char *
sealed_profile(const struct testing *t, const char *lab, const char *name)
{
	char *to = testing_path(t, name), *whole, *text;
	const struct profile_endpoint *e;
	struct profile p;
	struct err err;

	ck_assert_msg(profile_read(t->target, &p, &err), "%s", err.what);
	e = profile_endpoint(&p, "tsa");
	text = testing_read(t->target);
	whole = mem_textf("%slab:\n  key: %s/key.pem\n  certificate: "
			  "%s/certificate.pem\n  passphrase: {env: "
			  "SEALED_SECRET}\n  tsa: 'http://%s:%u%s'\n",
	    text, lab, lab, e->host, (unsigned)e->port, e->path);
	testing_write(to, span_of(whole));
	profile_free(&p);
	free(whole);
	free(text);
	return to;
}

static inline char *
sealed_trust(const struct sealed *s)
{
	char *certificate = mem_textf("%s/certificate.pem", s->lab);
	char *to = testing_path(&s->site, "trust.pem");
	char *own = testing_read(certificate), *root, *both;
	struct profile p;
	struct err err;

	ck_assert_msg(profile_read(s->target, &p, &err), "%s", err.what);
	both = mem_text(span_of(own));
	for (size_t i = 0; i <= p.pki.n_anchors; i++) {
		char *before = both;

		root = testing_read(i < p.pki.n_anchors ? p.pki.anchors[i]
							: p.pki.issuers);
		both = mem_textf("%s%s", before, root);
		free(before);
		free(root);
	}
	testing_write(to, span_of(both));
	profile_free(&p);
	free(both);
	free(own);
	free(certificate);
	return to;
}

static inline void
sealed_up(struct sealed *s)
{
	*s = (struct sealed){ 0 };
	setenv("SEALED_SECRET", SEALED_SECRET, 1);
	testing_up(&s->site);
	testing_serve(&s->site, (struct serve_options){ 0 });
	s->lab = testing_path(&s->site, "lab");
	s->other = testing_path(&s->site, "other");
	sealed_make_key(&s->site, s->lab, true);
	sealed_make_key(&s->site, s->other, false);
	/* beside the reference's: what it names is relative to it */
	s->target = sealed_profile(&s->site, s->lab, "reference/signed.yaml");
	s->trust = sealed_trust(s);
	s->run = testing_path(&s->site, "run");
	testing_expect(testing_run(&s->site, "check", s->target, "--run",
			   s->run, "--case", "smtp.greeting*", "--quiet", NULL),
	    4, "sealed: by CN = Lab 检测一");
}

static inline void
sealed_down(struct sealed *s)
{
	testing_down(&s->site);
	free(s->lab);
	free(s->other);
	free(s->target);
	free(s->trust);
	free(s->run);
}

/* A copy of the run, to be freed; the folder goes with the site. */
static inline char *
sealed_copy(const struct sealed *s, const char *name)
{
	char *to = testing_path(&s->site, name);
	struct err err;
	struct tree t;

	tree_read(&t, s->run);
	for (size_t i = 0; i < t.n; i++) {
		char *file = mem_textf("%s/%s", to, t.at[i].name);
		char *slash = strrchr(file, '/');
		char *text;
		size_t n;

		ck_assert(t.at[i].plain);
		*slash = '\0';
		ck_assert_msg(files_make_dir(file, &err), "%s", err.what);
		*slash = '/';
		text = files_read_text(t.at[i].path, 64u << 20, &n, &err);
		ck_assert_msg(text != NULL, "%s", err.what);
		testing_write(file, (struct span){ text, n });
		free(text);
		free(file);
	}
	tree_free(&t);
	return to;
}

static inline char *
sealed_file(const char *run, const char *name)
{
	return mem_textf("%s/%s", run, name);
}

/* Judged here, without replay; "now" when at is 0. */
static inline void
sealed_judge(struct whole *w, const char *run, const char *trust, int64_t at)
{
	const struct whole_ask ask = {
		.trust = trust,
		.at = at == 0 ? clock_wall() : (struct wall){ at },
	};
	struct err err;

	ck_assert_msg(whole_judge(w, run, &ask, &err), "%s", err.what);
}

/* Something of that code and about that file fails; "" stands for any. */
static inline bool
sealed_names(const struct whole *w, const char *code, const char *about,
    const char *says)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct whole_finding *f = &w->at[i];

		if (f->result == WHOLE_FAILS &&
		    (code[0] == '\0' ||
			strcmp(whole_code_name(f->code), code) == 0) &&
		    strstr(f->about, about) != NULL &&
		    strstr(f->en, says) != NULL)
			return true;
	}
	return false;
}

/* All that fails, for a message. */
static inline char *
sealed_told(const struct whole *w)
{
	char *all = mem_text(SPAN(""));

	for (size_t i = 0; i < w->n; i++) {
		const struct whole_finding *f = &w->at[i];
		char *before = all;

		if (f->result != WHOLE_FAILS)
			continue;
		all = mem_textf("%s%s: %s: %s\n", before,
		    whole_code_name(f->code), f->about, f->en);
		free(before);
	}
	return all;
}

static inline void
sealed_must_fail(const struct whole *w, const char *code, const char *about,
    const char *says)
{
	char *told = sealed_told(w);

	ck_assert(!whole_is_so(w));
	ck_assert_msg(sealed_names(w, code, about, says),
	    "no [%s] about [%s] that says [%s], but:\n%s", code, about, says,
	    told);
	free(told);
}

static inline void
sealed_must_be_whole(const struct whole *w)
{
	char *told = sealed_told(w);

	ck_assert_msg(whole_is_so(w), "%s", told);
	free(told);
}

#endif
