/* SPDX-License-Identifier: MIT */
#include "conformance/cases/desks.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/cases/status.h"
#include "lib/mem.h"

void
desks_open(struct trial *t, struct desks *d)
{
	*d = (struct desks){ .trial = t };
}

void
desks_close(struct desks *d)
{
	for (size_t i = 0; i < d->n; i++)
		desk_close(d->at[i]);
	d->n = 0;
}

struct desk *
desks_at(struct desks *d, const char *role)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->roles[i], role) == 0)
			return d->at[i];
	if (!trial_sane(d->trial, d->n < DESKS_MOST, "too many desks"))
		return NULL;
	d->roles[d->n] = role;
	d->at[d->n] =
	    desk_open(d->trial, strcmp(role, DESKS_NOBODY) == 0 ? NULL : role);
	return d->at[d->n++];
}

static void
note_time(struct trial *t, const char *name, const char *what)
{
	char *key = mem_textf("%s.%s", name, what);

	status_note_time(t, key);
	free(key);
}

bool
desks_ask(struct desks *d, const char *role, const char *name,
    const char *operation, const struct operation_value *values)
{
	struct desk *at = desks_at(d, role);
	bool done;

	if (at == NULL)
		return false;
	note_time(d->trial, name, "asked");
	done = operation_call(at, name, operation, values);
	note_time(d->trial, name, "at");
	return done;
}

bool
desks_ask_of(struct desks *d, const char *role, const char *name,
    const char *operation, const char *field, const char *value)
{
	return desks_ask(d, role, name, operation,
	    (struct operation_value[]){
		{ field, value == NULL ? "" : value }, { NULL, NULL } });
}
