/* SPDX-License-Identifier: MIT */
#include "lib/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
err_set_at(struct err *err, enum err_kind kind, const char *file, int line,
    const char *fmt, ...)
{
	const int sys = kind == ERR_IO ? errno : 0;
	size_t len;
	va_list ap;

	err->kind = kind;
	err->sys = sys;
	err->file = file;
	err->line = line;
	err->todo = err->todo_zh = NULL;
	va_start(ap, fmt);
	vsnprintf(err->what, sizeof err->what, fmt, ap);
	va_end(ap);
	len = strlen(err->what);
	if (sys != 0)
		snprintf(err->what + len, sizeof err->what - len, ": %s",
		    strerror(sys));
	return false;
}

bool
err_while(struct err *err, const char *fmt, ...)
{
	char cause[sizeof err->what];
	size_t len;
	va_list ap;

	memcpy(cause, err->what, sizeof cause);
	va_start(ap, fmt);
	vsnprintf(err->what, sizeof err->what, fmt, ap);
	va_end(ap);
	len = strlen(err->what);
	snprintf(err->what + len, sizeof err->what - len, ": %s", cause);
	return false;
}

bool
err_hint(struct err *err, const char *todo, const char *todo_zh)
{
	err->todo = todo;
	err->todo_zh = todo_zh;
	return false;
}
