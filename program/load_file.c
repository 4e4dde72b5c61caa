/* SPDX-License-Identifier: MIT */
#include "program/load_file.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/json.h"

#define FILE_MOST (1u << 20)

bool
load_file_read(const char *path, json_t **o, struct err *err)
{
	size_t n;
	char *text;

	*o = NULL;
	if (access(path, F_OK) != 0)
		return true;
	text = files_read_text(path, FILE_MOST, &n, err);
	if (text != NULL)
		*o = json_parse(path, (struct span){ text, n }, err);
	free(text);
	return *o != NULL;
}
