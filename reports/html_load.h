/* SPDX-License-Identifier: MIT */
/*
 * html_load - the parts of one load's page, in the order they are printed.
 *
 * "k" is the number of the load in the report: what ids are made of.
 */
#ifndef REPORTS_HTML_LOAD_H
#define REPORTS_HTML_LOAD_H

#include "reports/html_page.h"
#include "reports/load.h"

void html_load_verdicts(struct page *, const struct load_scenario *);
void html_load_curves(struct page *, const struct load_scenario *, size_t k);
void html_load_rates(struct page *, const struct load_scenario *, size_t k);
void html_load_heats(struct page *, const struct load_scenario *, size_t k);
void html_load_generator(struct page *, const struct load_scenario *, size_t k);
void html_load_capacity(struct page *, const struct load_scenario *, size_t k);

void html_load_ledger(struct page *, const struct load_scenario *);
void html_load_operations(struct page *, const struct load_scenario *);
void html_load_machinery(struct page *, const struct load_scenario *);

/* <figure> with its caption, and one entry of the key under it. */
void html_figure_begin(struct page *, const char *class);
void html_figure_end(struct page *);
void html_key_begin(struct page *);
void html_key(struct page *, const char *swatch, const char *class, enum word);
void html_key_end(struct page *);

/* The name of an operation: ours for the delivery, else as it is. */
void html_load_op(struct page *, const struct load_op *);

#endif
