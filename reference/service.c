/* SPDX-License-Identifier: MIT */
#include "reference/service.h"

#include "reference/smtp/session.h"

/* clang-format off */
const struct service services[SERVICES] = {
	[SERVICE_SMTP]        = { "smtp", &smtp_protocol, SMTP_RELAY,
				  false, "starttls" },
	[SERVICE_SUBMISSION]  = { "submission", &smtp_protocol, SMTP_SUBMISSION,
				  false, "starttls" },
	[SERVICE_SUBMISSIONS] = { "submissions", &smtp_protocol,
				  SMTP_SUBMISSIONS, true, "implicit" },
};
/* clang-format on */
