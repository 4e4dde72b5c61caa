/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "conformance/pki/cmp.h"

/* clang-format off */
static const char *const body_names[CMP_BODIES] = {
	"ir", "ip", "cr", "cp", "p10cr", "popdecc", "popdecr", "kur", "kup",
	"krr", "krp", "rr", "rp", "ccr", "ccp", "ckuann", "cann", "rann",
	"crlann", "pkiconf", "nested", "genm", "genp", "error", "certConf",
	"pollReq", "pollRep",
};
static const char *const status_names[CMP_STATUSES] = {
	"accepted", "grantedWithMods", "rejection", "waiting",
	"revocationWarning", "revocationNotification", "keyUpdateWarning",
};
static const char *const failure_names[CMP_FAILURES] = {
	"badAlg", "badMessageCheck", "badRequest", "badTime", "badCertId",
	"badDataFormat", "wrongAuthority", "incorrectData",
	"missingTimeStamp", "badPOP", "certRevoked", "certConfirmed",
	"wrongIntegrity", "badRecipientNonce", "timeNotAvailable",
	"unacceptedPolicy", "unacceptedExtension", "addInfoNotAvailable",
	"badSenderNonce", "badCertTemplate", "signerNotTrusted",
	"transactionIdInUse", "unsupportedVersion", "notAuthorized",
	"systemUnavail", "systemFailure", "duplicateCertReq",
};
/* clang-format on */

const char *
cmp_body_name(unsigned type)
{
	return type < CMP_BODIES ? body_names[type] : "none";
}

const char *
cmp_status_name(uint32_t status)
{
	return status < CMP_STATUSES ? status_names[status] : "undefined";
}

void
cmp_failure_text(const struct cmp_status *s, char text[CMP_TEXT])
{
	size_t n = 0;

	snprintf(text, CMP_TEXT, "%s", s->undefined ? "undefined" : "none");
	for (unsigned i = 0; i < CMP_FAILURES; i++)
		if ((s->failure >> i & 1) != 0 && n + 32 < CMP_TEXT)
			n += (size_t)snprintf(text + n, CMP_TEXT - n, "%s%s",
			    n == 0 ? "" : ", ", failure_names[i]);
}

void
cmp_text(const struct pki_cmp *m, char text[CMP_TEXT])
{
	const struct cmp_item *i = &m->items[0];
	char why[CMP_TEXT] = "";

	if (m->n_items == 0 || !i->has_status) {
		snprintf(text, CMP_TEXT, "%s", cmp_body_name(m->type));
		return;
	}
	if (i->status.has_failure)
		cmp_failure_text(&i->status, why);
	snprintf(text, CMP_TEXT, "%s, %s%s%.180s", cmp_body_name(m->type),
	    cmp_status_name(i->status.status), why[0] == '\0' ? "" : ": ", why);
}
