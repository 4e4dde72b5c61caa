/* SPDX-License-Identifier: MIT */
#include "loadgen/scenario_schema.h"

#define TEXT_MAX     512
#define SCRIPT_MAX   32768
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define OPT          CYAML_FLAG_OPTIONAL

/* clang-format off */
#define MUST(key, type, member) \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, TEXT_MAX)
#define MAY_OF(key, type, member, most) \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | OPT, type, member, \
	    1, most)
#define MAY(key, type, member) MAY_OF(key, type, member, TEXT_MAX)
#define YES(key, type, member) \
	CYAML_FIELD_ENUM(key, CYAML_FLAG_STRICT | OPT, type, member, \
	    yes_names, COUNT(yes_names))
#define LIST(key, flags, type, member, entry, least, most) \
	CYAML_FIELD_SEQUENCE_COUNT(key, CYAML_FLAG_POINTER | (flags), \
	    type, member, n_##member, entry, least, most)

static const cyaml_strval_t yes_names[] = {
	{ "false",	RAW_NO },
	{ "true",	RAW_YES },
};
static const cyaml_strval_t arrive_names[] = {
	{ "sessions",	ARRIVE_SESSIONS },
	{ "requests",	ARRIVE_REQUESTS },
	{ "closed",	ARRIVE_CLOSED },
};
static const cyaml_strval_t shape_names[] = {
	{ "constant",	SHAPE_CONSTANT },
	{ "poisson",	SHAPE_POISSON },
	{ "ramp",	SHAPE_RAMP },
	{ "steps",	SHAPE_STEPS },
	{ "spike",	SHAPE_SPIKE },
	{ "soak",	SHAPE_SOAK },
	{ "trace",	SHAPE_TRACE },
};

static const cyaml_schema_value_t word = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_MAX)
};

static const cyaml_schema_field_t phase_keys[] = {
	MUST("name",	struct raw_phase, name),
	CYAML_FIELD_ENUM("shape", CYAML_FLAG_STRICT, struct raw_phase, shape,
	    shape_names, COUNT(shape_names)),
	MAY("rate",	struct raw_phase, rate),
	MAY("to",	struct raw_phase, to),
	MAY("arrivals",	struct raw_phase, arrivals),
	MUST("for",	struct raw_phase, for_),
	CYAML_FIELD_UINT("steps", OPT, struct raw_phase, steps),
	MAY("trace",	struct raw_phase, trace),
	YES("judged",	struct raw_phase, judged),
	LIST("flows", OPT, struct raw_phase, flows, &word, 1, SCENARIO_FLOWS),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t http_keys[] = {
	MAY("method",	struct raw_http, method),
	MUST("path",	struct raw_http, path),
	MAY_OF("body",	struct raw_http, body, SCRIPT_MAX),
	MAY("content_type", struct raw_http, content_type),
	CYAML_FIELD_UINT("version", OPT, struct raw_http, version),
	CYAML_FIELD_UINT("streams", OPT, struct raw_http, streams),
	CYAML_FIELD_UINT("status", OPT, struct raw_http, status),
	MAY("length",	struct raw_http, length),
	MAY("sm3",	struct raw_http, sm3),
	MAY("contains",	struct raw_http, contains),
	MAY("type",	struct raw_http, type),
	MAY("headers",	struct raw_http, headers),
	MAY("operation", struct raw_http, operation),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t flow_keys[] = {
	MUST("name",	struct raw_flow, name),
	CYAML_FIELD_FLOAT("weight", CYAML_FLAG_STRICT | OPT, struct raw_flow,
	    weight),
	LIST("services", 0, struct raw_flow, services, &word, 1, 8),
	LIST("accounts", OPT, struct raw_flow, accounts, &word, 1, 256),
	YES("starttls",	struct raw_flow, starttls),
	YES("optional",	struct raw_flow, optional),
	MAY_OF("begin",	struct raw_flow, begin, SCRIPT_MAX),
	MAY_OF("body",	struct raw_flow, body, SCRIPT_MAX),
	MAY_OF("end",	struct raw_flow, end, SCRIPT_MAX),
	CYAML_FIELD_MAPPING("http", OPT, struct raw_flow, http, http_keys),
	MAY("repeat",	struct raw_flow, repeat),
	MAY("think",	struct raw_flow, think),
	MAY("thinking",	struct raw_flow, thinking),
	MAY("message",	struct raw_flow, message),
	YES("delivers",	struct raw_flow, delivers),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t until_keys[] = {
	MUST("precision", struct raw_until, precision),
	MUST("least",	struct raw_until, least),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t judges_keys[] = {
	MUST("name",	struct raw_judges, name),
	MUST("row",	struct raw_judges, row),
	MUST("title",	struct raw_judges, title),
	MUST("title_zh", struct raw_judges, title_zh),
	CYAML_FIELD_END
};

#define EACH(type, keys) { CYAML_VALUE_MAPPING(0, type, keys) }
static const cyaml_schema_value_t
	each_phase	= EACH(struct raw_phase, phase_keys),
	each_flow	= EACH(struct raw_flow, flow_keys),
	each_judges	= EACH(struct raw_judges, judges_keys);

static const cyaml_schema_field_t top_keys[] = {
	MUST("title",	struct raw_scenario, title),
	MUST("title_zh", struct raw_scenario, title_zh),
	CYAML_FIELD_ENUM("arrive", CYAML_FLAG_STRICT, struct raw_scenario,
	    arrive, arrive_names, COUNT(arrive_names)),
	MUST("connections", struct raw_scenario, connections),
	CYAML_FIELD_UINT("queue", OPT, struct raw_scenario, queue),
	YES("resume_tls", struct raw_scenario, resume_tls),
	LIST("accounts", OPT, struct raw_scenario, accounts, &word, 1, 256),
	LIST("needs", OPT, struct raw_scenario, needs, &word, 1, 32),
	MAY("feed",	struct raw_scenario, feed),
	MAY("order",	struct raw_scenario, order),
	MAY("prepare",	struct raw_scenario, prepare),
	LIST("phases", 0, struct raw_scenario, phases, &each_phase, 1,
	    SCENARIO_PHASES),
	LIST("flows", 0, struct raw_scenario, flows, &each_flow, 1,
	    SCENARIO_FLOWS),
	LIST("judges", OPT, struct raw_scenario, judges, &each_judges, 0, 16),
	LIST("collect", OPT, struct raw_scenario, collect, &word, 1, 4),
	MAY("timeout",	struct raw_scenario, timeout),
	MAY("drain",	struct raw_scenario, drain),
	MAY("visible",	struct raw_scenario, visible),
	CYAML_FIELD_MAPPING("until", OPT, struct raw_scenario, until,
	    until_keys),
	MAY("rest",	struct raw_scenario, rest),
	CYAML_FIELD_UINT("repeats", OPT, struct raw_scenario, repeats),
	CYAML_FIELD_UINT("seed", OPT, struct raw_scenario, seed),
	CYAML_FIELD_END
};

const cyaml_schema_value_t scenario_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_scenario, top_keys)
};
/* clang-format on */
