/* SPDX-License-Identifier: MIT */
/*
 * kit - which kit this is: "yanshou 0.1.0 (5d41402abc4b)".
 *
 * The digits are the beginning of the SM3 over all sources and the catalogue,
 * so that a run, a score and a replay can tell builds apart that carry one
 * version number.
 */
#ifndef LIB_KIT_H
#define LIB_KIT_H

const char *kit_name(void);

#endif
