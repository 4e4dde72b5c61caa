/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "program/program.h"
#include "program/sealing.h"
#include "reference/serve.h"

enum { SETTLING_FIRST_US = 2000000, SETTLING_EVERY_US = 5000000 };

/* What takes long is told on stderr, where stdout may be read by a program. */
static void
settling(void *ctx, size_t done, size_t of)
{
	int64_t *next = ctx;
	const int64_t now = clock_mono().us;

	if (*next == 0)
		*next = now + SETTLING_FIRST_US;
	if (now < *next)
		return;
	*next = now + SETTLING_EVERY_US;
	fprintf(
	    stderr, "yanshou: %zu of %zu certificates are issued\n", done, of);
}

static bool
read_options(const struct options *o, struct serve_options *s, struct err *err)
{
	if (o->fault != NULL && !fault_find(o->fault, &s->fault))
		return err_set(err, ERR_CONFIG,
		    "there is no fault \"%s\"; see \"yanshou list faults\"",
		    o->fault);
	if (o->variant != NULL && !variant_find(o->variant, &s->variant))
		return err_set(err, ERR_CONFIG,
		    "there is no variant \"%s\"; see \"yanshou list variants\"",
		    o->variant);
	if (o->hostile != NULL && !hostile_find(o->hostile, &s->hostile))
		return err_set(err, ERR_CONFIG,
		    "there is no hostile peer \"%s\"; see \"yanshou list "
		    "hostile\"",
		    o->hostile);
	s->run_dir = o->run == NULL ? "reference-run" : o->run;
	s->data_dir = o->data;
	s->host = o->host;
	s->certificates = (size_t)o->certificates;
	s->revoked = (size_t)o->revoked;
	return true;
}

static void
show(const struct serve *serve, const char *host)
{
	const bool v6 = strchr(host, ':') != NULL;

	for (size_t i = 0; i < SERVICES; i++)
		printf("%-12s %s%s%s:%u\n", services[i].name, v6 ? "[" : "",
		    host, v6 ? "]" : "",
		    (unsigned)serve_port(serve, (enum service_id)i));
	printf("profile      %s\n", serve_profile(serve));
	fflush(stdout);
}

int
program_serve(const struct options *o)
{
	struct serve_options s = { 0 };
	char *world = mem_textf("%s/world", program_fixtures());
	struct serve *serve = NULL;
	int64_t told = 0;
	struct err err;
	int code = EXIT_CONFORMS;

	s.world_dir = world;
	s.progress = (struct ca_progress){ settling, &told };
	if (read_options(o, &s, &err) && sealing_may_write(s.run_dir, &err))
		serve = serve_start(&s, &err);
	if (serve == NULL) {
		code = program_fail(&err);
	} else {
		show(serve, o->host == NULL ? "127.0.0.1" : o->host);
		serve_run(serve, &program_stop, true);
		serve_stop(serve);
	}
	free(world);
	return code;
}
