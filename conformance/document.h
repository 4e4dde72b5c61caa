/* SPDX-License-Identifier: MIT */
/*
 * document - what the profile hands over for rows that no program can decide.
 *
 * collect files each document as it is, under its number and its own ending:
 * "1.pdf".  judge says what can be said of it without reading it: that it is
 * there, of a kind that can be opened, and not past its end; whether it shows
 * what the row asks for is for a person to say, so the best verdict is review.
 */
#ifndef CONFORMANCE_DOCUMENT_H
#define CONFORMANCE_DOCUMENT_H

#include <stdbool.h>

struct trial;

/* Of the row that the case verifies. */
bool document_collect(struct trial *);
void document_judge(struct trial *);

#endif
