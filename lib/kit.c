/* SPDX-License-Identifier: MIT */
#include "lib/kit.h"

#include "catalogue/kit.inc"

const char *
kit_name(void)
{
	return "yanshou " YANSHOU_VERSION " (" KIT_DIGEST ")";
}

const char *
kit_judge(void)
{
	return JUDGE_DIGEST;
}
