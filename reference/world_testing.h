/* SPDX-License-Identifier: MIT */
/*
 * world_testing - a store in which the people of the world live, for tests.
 */
#ifndef REFERENCE_WORLD_TESTING_H
#define REFERENCE_WORLD_TESTING_H

#include <check.h>

#include "reference/store.h"
#include "reference/world.h"

/* NULL dir: in memory. */
static inline struct store *
settled_store(const char *dir)
{
	struct err err = { 0 };
	struct store *store = store_open(dir, &err);
	struct world world;

	ck_assert_msg(store != NULL, "%s", err.what);
	ck_assert_msg(
	    world_read("fixtures/world", &world, &err), "%s", err.what);
	ck_assert_msg(store_settle(store, &world, &err), "%s", err.what);
	world_free(&world);
	return store;
}

#endif
