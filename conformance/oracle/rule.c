/* SPDX-License-Identifier: MIT */
#include "conformance/oracle/rule.h"

const struct oracle_rule_row oracle_rules[RULE_COUNT] = { { "none", "", "" },
#define RULE(id, name, clause, text) { name, clause, text },
	ORACLE_RULES(RULE)
#undef RULE
};
