/* SPDX-License-Identifier: MIT */
#include "conformance/case.h"

#include <string.h>

const struct conf_case *
conf_case_find(const char *id, const struct conf_group **group)
{
	for (size_t i = 0; i < conf_groups_n; i++) {
		const struct conf_group *g = conf_groups[i];

		for (size_t k = 0; k < g->n; k++) {
			if (strcmp(g->cases[k].id, id) != 0)
				continue;
			if (group != NULL)
				*group = g;
			return &g->cases[k];
		}
	}
	return NULL;
}

void
conf_case_each(
    void (*f)(void *ctx, const struct conf_case *, const struct conf_group *),
    void *ctx)
{
	for (size_t i = 0; i < conf_groups_n; i++)
		for (size_t k = 0; k < conf_groups[i]->n; k++)
			f(ctx, &conf_groups[i]->cases[k], conf_groups[i]);
}
