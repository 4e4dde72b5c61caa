/* SPDX-License-Identifier: MIT */
/*
 * verdict - the six things a case can say.
 *
 * Only PASS and FAIL speak about the target.  A case that could not be
 * brought to the point of judging is INCONCLUSIVE when the target is the
 * reason and BROKEN when we are; REVIEW waits for a person.  None of them
 * may ever be counted as a pass.  Whether a FAIL is a nonconformity or a
 * remark (shall, should) is the catalogue's to say, not the verdict's.
 *
 * While a case runs its verdict can only get worse, in the order of the
 * enum (the rule of TTCN-3, ES 201 873-1, applied to six values): a harness
 * that broke cannot be trusted with the failure it saw.  Across the cases of
 * a requirement the order is another one: a clean failure stands, whatever
 * broke beside it.
 */
#ifndef LIB_VERDICT_H
#define LIB_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

enum verdict {
	PASS,           /* the target did what the requirement demands */
	NOT_APPLICABLE, /* the target's profile does not claim the feature */
	REVIEW,         /* evidence is filed; a person has yet to judge it */
	INCONCLUSIVE,   /* the target never let us reach the question */
	FAIL,           /* the target did what the requirement forbids */
	BROKEN,         /* the harness or a fixture is at fault */
	VERDICT_COUNT
};

/* "pass", "not-applicable", ... as written in every file. */
const char *verdict_name(enum verdict);

/* The inverse; false when no verdict has that name. */
bool verdict_parse(const char *name, enum verdict *);

/* In one case: the worse of the two. */
enum verdict verdict_worse(enum verdict, enum verdict);

/*
 * Over the cases of one requirement: fail > broken > inconclusive > review
 * > pass > not-applicable, so that not-applicable results only from cases
 * that are all not applicable.
 */
enum verdict verdict_over_cases(enum verdict, enum verdict);

#endif
