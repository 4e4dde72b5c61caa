/* SPDX-License-Identifier: MIT */
/* How all of it is checked, offline, and by whom it is sealed. */
#include "reports/ofd_paper.h"

static const struct ink_style text_style = { INK_SONG, 3.5, FLOW_BLACK };
static const struct ink_style command_style = { INK_MONO, 3.4, FLOW_BLACK };

static void
command(struct paper *p, const char *line)
{
	struct flow *f = &p->flow;

	flow_gap(f, 2);
	flow_need(f, 12);
	ink_box(&f->ink, f->left, f->y, f->wide, 8, FLOW_TINT);
	ink_box(&f->ink, f->left, f->y, 0.8, 8, FLOW_BLACK);
	ink_line(
	    &f->ink, f->left + 4, f->y + 2.2, &command_style, span_of(line));
	f->y += 10.5;
}

static void
sealed(struct paper *p)
{
	if (p->seal == NULL || p->by == NULL) {
		flow_word(&p->flow, &text_style, W_SEALED_NOT);
		return;
	}
	flow_words(&p->flow, &text_style, W_SEALED_BY, p->seal, p->by->subject,
	    p->by->sm3, NULL);
	command(p, "yanshou verify report.ofd --trust LAB.pem");
	flow_word(&p->flow, &flow_small, W_SEALED_TRUST);
}

static void
digest(struct paper *p, enum word name, const char *value)
{
	const struct flow_cell cells[] = {
		{ 44, word_in(ZH, name), word_in(EN, name), &text_style,
		    false },
		{ FLOW_WIDE - 44,
		    value == NULL || *value == '\0' ? word_in(ZH, W_NONE)
						    : value,
		    NULL, &flow_mono, false },
	};

	flow_row(&p->flow, cells, 2, NULL);
}

void
paper_verify(struct paper *p)
{
	const struct plan *plan = p->m->plan;
	const struct ledger *l = p->m->ledger;

	paper_section(p, W_VERIFY);
	flow_word(&p->flow, &text_style, W_VERIFY_TEXT);
	command(p, "yanshou replay RUN");
	flow_word(&p->flow, &flow_small, W_VERIFY_CHAIN);
	flow_gap(&p->flow, 6);
	sealed(p);
	flow_heading(&p->flow, &flow_h2, W_ENVIRONMENT);
	digest(p, W_KIT, plan->kit);
	digest(p, W_RUN, plan->run);
	digest(p, W_CREATED, plan->created);
	digest(p, W_TARGET_FILE, plan->target);
	digest(p, W_PROFILE_SM3, plan->profile_digest);
	digest(p, W_CATALOGUE_SM3, plan->catalogue_digest);
	digest(p, W_PLAN_SM3, l->plan_digest);
	digest(p, W_JOURNAL_SM3, l->head);
	flow_gap(&p->flow, 8);
	flow_word(&p->flow, &flow_small, W_END);
}
