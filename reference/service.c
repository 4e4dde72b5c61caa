/* SPDX-License-Identifier: MIT */
#include "reference/service.h"

/* clang-format off */
const struct service services[SERVICES] = {
	[SERVICE_SMTP]        = { "smtp", SMTP_RELAY, false, "starttls" },
	[SERVICE_SUBMISSION]  = { "submission", SMTP_SUBMISSION, false,
				  "starttls" },
	[SERVICE_SUBMISSIONS] = { "submissions", SMTP_SUBMISSIONS, true,
				  "implicit" },
};
/* clang-format on */
