/* SPDX-License-Identifier: MIT */
/*
 * target - writes the profile that reaches the reference services.
 *
 *	RUN/target.yaml		the profile; when it is there, all is ready
 *	RUN/secrets/ROLE	passwords it refers to, mode 0600
 *	RUN/secrets/ROLE.key	private keys of certificates, likewise
 *	RUN/pki/ROLE.pem	certificates to log in with
 */
#ifndef REFERENCE_TARGET_H
#define REFERENCE_TARGET_H

#include <stdint.h>

#include "lib/err.h"
#include "reference/ca/ca.h"
#include "reference/ra/ra.h"
#include "reference/service.h"
#include "reference/world.h"

struct target {
	const char *run_dir;
	const char *host; /* where all services listen */
	uint16_t ports[SERVICES];
	const char *cert_name; /* what the certificate shows */
	const char *trust;     /* below run_dir */
	const char *log;       /* below run_dir */
	const char *pki;       /* folder of ca_write(), below run_dir */
	const char *records; /* list of all it has issued, likewise; or NULL */
	const struct ca *ca;
	uint16_t sink_port;
	const struct world *world;
	const struct ra *ra;  /* whose certificates they log in with */
	const char *version;  /* of the product */
	const char *unclaims; /* claims left out, separated by spaces */
};

bool target_write(const struct target *, struct err *);

#endif
