/* SPDX-License-Identifier: MIT */
/*
 * kit - which kit this is: "yanshou 0.1.0 (5d41402abc4b)".
 *
 * The digits are the beginning of the SM3 over all sources and the catalogue,
 * so that a run and a replay can tell builds apart that carry one version
 * number.
 */
#ifndef LIB_KIT_H
#define LIB_KIT_H

const char *kit_name(void);

/*
 * The same digits over the catalogue, lib, reference and conformance alone: what
 * a case's verdict depends on.  A score is one of this, whatever load generator
 * and reports stand beside it.
 */
const char *kit_judge(void);

#endif
