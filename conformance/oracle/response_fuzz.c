/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a record: half of it said, half of it heard; never a crash,
 * and what is found has a place in the record.
 */
#include <stdint.h>
#include <stdlib.h>

#include "conformance/oracle/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char opening[] =
    "1 C se SELECT box\n1 S * 0 EXISTS\n1 S se OK done\n"
    "1 C ap APPEND box {60}\n1 S + go\n1 S ap OK [APPENDUID 7 1] done\n"
    "1 S * 1 EXISTS\n1 S * 1 FETCH (UID 1 FLAGS ())\n";

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct span input = { (const char *)bytes, n };
	struct model *m = model_new();
	struct response_fetch f;
	struct response r;
	struct err err;

	response_read(input, &r);
	response_read_fetch(input, &f);
	if (!oracle_record_feed(SPAN(opening), m, &err) ||
	    model_finding(m)->rule != RULE_NONE)
		abort();
	oracle_record_feed(input, m, &err);
	if (model_finding(m)->rule != RULE_NONE && model_finding(m)->at < 9)
		abort();
	model_free(m);
	return 0;
}
