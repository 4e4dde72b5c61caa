/* SPDX-License-Identifier: MIT */
/*
 * figure_inner - what the files of figures share: figure_time.c,
 * figure_share.c and figure_load.c each take some kinds of them, over the
 * pieces of figure_pieces.c.
 */
#ifndef LOADGEN_FIGURE_INNER_H
#define LOADGEN_FIGURE_INNER_H

#include "loadgen/figure.h"
#include "loadgen/health.h"
#include "loadgen/stats.h"

/* Used seconds in the order of time, so many in each piece. */
struct figure_pieces {
	const struct measure *m;
	size_t *at; /* seconds */
	size_t n_at;
	size_t of; /* seconds in each */
	size_t n;
	double *hits, *tries; /* in each: of what is a share looked for? */
};

/* drained: those behind the judged ones count, too. */
struct figure_pieces figure_pieces_of(const struct figure_view *, bool drained);
void figure_pieces_free(struct figure_pieces *);
/* The piece that a used second is in; what is over goes to the last. */
size_t figure_piece_at(const struct figure_pieces *, size_t i);
/* Counts what was slower, and what there was; seconds with any. */
double figure_slow(struct figure_pieces *, size_t op, int64_t us);
/* How much more those that hang together vary, over the pieces. */
double figure_effect(const struct figure_pieces *);
/* A share of tries that hang together, piece by piece; more: beside them. */
void figure_share(struct figure *, const struct figure_pieces *, double more);

/*
 * Of several looks, at any of which it might end, each is surer: so that the
 * chance that one of them is wrong stays what it is (Bonferroni).
 */
double figure_confidence(const struct measure *);
/* Few hits are too few for Wilson. */
struct stats_interval figure_interval(
    const struct measure *, double hits, double tries, double effect);
int figure_op(const struct measure *, const char *name); /* -1: none */
/* Operations of a second that have no time: they waited without end. */
uint64_t figure_endless(const struct measure_second *, size_t op);
/* Begun, and never seen to end. */
uint64_t figure_unfinished(const struct measure *, size_t op);

void figure_response(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_delivery(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_rate(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_errors(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_available(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_success(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_count(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_wrong(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_entries(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_records(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_document(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_batch(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_held(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_duration(
    struct figure *, const struct figure_metric *, const struct figure_view *);
void figure_size(
    struct figure *, const struct figure_metric *, const struct figure_view *);

#endif
