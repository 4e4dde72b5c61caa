/* SPDX-License-Identifier: MIT */
/*
 * yanshou - judges whether e-government application services may be accepted.
 */
#include <stdio.h>

int
main(void)
{
	puts("yanshou " YANSHOU_VERSION);
	return 0;
}
