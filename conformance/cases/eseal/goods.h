/* SPDX-License-Identifier: MIT */
/*
 * goods - what a target makes for us, as evidence: a seal, octets signed with
 * it, documents sealed with it; and these read back and judged.
 *
 * In collect() alice gets her seals as "new" and "another"; what was signed is
 * "sealed", what was sealed "document", "second" and "whole".
 */
#ifndef CONFORMANCE_CASES_ESEAL_GOODS_H
#define CONFORMANCE_CASES_ESEAL_GOODS_H

#include "conformance/cases/asked.h"
#include "conformance/cases/eseal/clerk.h"
#include "conformance/cases/eseal/trust.h"

#define GOODS_WIDTH  "50" /* of the picture, mm: it is no square */
#define GOODS_HEIGHT "30"
#define GOODS_NAME   "验收测试业务专用章"
#define GOODS_OCTETS 1024 /* of what is signed */

/* The octets that are signed: as many, and of this case alone. */
void goods_data(struct trial *, struct buf *);

bool goods_collect_seal(struct trial *);
bool goods_collect_seals(struct trial *);  /* two */
bool goods_collect_signed(struct trial *); /* a seal, and octets signed */

/*
 * judge(): everything that is found about the seal of "new", or about
 * "sealed", is claimed as the table of the case asks.
 */
void goods_judge_seal(struct trial *, const struct asked *);
void goods_judge_signed(struct trial *, const struct asked *);

/* Need: "sealed" can be read; it points into *octets, to be freed anyway. */
bool goods_signed(struct trial *, struct buf *octets, struct ses_signed *);
bool goods_seal(
    struct trial *, const char *name, struct buf *octets, struct seal *);

#endif
