/* SPDX-License-Identifier: MIT */
/* Whether those who are to be held apart are different people, and can log in. */
#include "conformance/doctor_inner.h"

#include <string.h>

/* clang-format off */
static const struct doctor_todo
	hold_apart = {
		"give each role a user and a certificate of his own",
		"为每个角色配置各自的用户与证书", false },
	map_login = {
		"map session.challenge and session.open under "
		"\"name: certificates\"; until then its cases are not "
		"applicable",
		"在 name: certificates 下映射 session.challenge 与 "
		"session.open；否则相关用例均为“不适用”", false },
	map_seals = {
		"map \"name: seals\" under bindings; until then cases of seals "
		"are not applicable",
		"在 bindings 下映射 name: seals；否则印章用例均为“不适用”",
		false };
/* clang-format on */

/* "lapsed" is alice again. */
static bool
acts(const struct profile_account *a)
{
	return a->key != NULL && strcmp(a->role, "lapsed") != 0;
}

static void
see_two(struct doctor *d, const struct profile_account *a,
    const struct profile_account *b)
{
	const bool user = strcmp(a->user, b->user) == 0;

	if (user || strcmp(a->certificate, b->certificate) == 0)
		doctor_find(d, DOCTOR_BAD, hold_apart, "accounts",
		    "%s and %s are the same person: %s", a->role, b->role,
		    user ? a->user : a->certificate);
}

static bool
maps(const struct profile *p, const char *binding)
{
	for (size_t i = 0; i < p->n_operations; i++)
		if (strcmp(p->operations[i].is->binding->name, binding) == 0)
			return true;
	return false;
}

/* Duties are only asked of where they are mapped. */
void
doctor_see_roles(struct doctor *d, const struct profile *p)
{
	const bool seals = maps(p, "seals");

	if (seals || maps(p, "certificates"))
		for (size_t i = 0; i < p->n_accounts; i++)
			for (size_t k = 0; k < i; k++)
				if (acts(&p->accounts[i]) &&
				    acts(&p->accounts[k]))
					see_two(d, &p->accounts[k],
					    &p->accounts[i]);
	if (!seals && profile_endpoint(p, "seal") != NULL)
		doctor_find(d, DOCTOR_WARN, map_seals, "seal: bindings",
		    "there is an endpoint, and no operation of seals");
	if (seals && (profile_operation(p, "session.challenge") == NULL ||
			 profile_operation(p, "session.open") == NULL))
		doctor_find(d, DOCTOR_WARN, map_login, "seal: bindings",
		    "seals are mapped, and no login");
}
