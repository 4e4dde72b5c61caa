/* SPDX-License-Identifier: MIT */
/* Of reading a profile: documents that are handed over to be read. */
#include "lib/profile_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/mem.h"

/*
 * Methods by which a row can be shown: "PT+ED".  Who inspects (IN) what a case
 * does not show him needs pictures of it, or a report.
 */
static bool
asks_for_documents(enum req req)
{
	const char *method = catalogue_get(req)->method;

	return strstr(method, "ED") != NULL || strstr(method, "IN") != NULL;
}

/* Not blocking: it may be a pipe. */
static const char *
file_wrong(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st = { 0 };
	const char *wrong = NULL;

	if (fd == -1)
		return errno == ENOENT ? "no such file" : strerror(errno);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		wrong = "not a regular file";
	else if (st.st_size == 0)
		wrong = "empty";
	else if (st.st_size > PROFILE_DOCUMENT_MOST)
		wrong = "more than 32 MiB";
	close(fd);
	return wrong;
}

static bool
check_file(const struct reading *r, struct conf_key key, char **path)
{
	char *whole = reading_beside(r, *path);
	const char *wrong = r->public ? NULL : file_wrong(whole);

	free(*path);
	*path = whole;
	return wrong == NULL ||
	       reading_bad(r, key, wrong,
		   "a document; the path is relative to the profile");
}

bool
profile_take_documents(const struct reading *r)
{
	struct profile *p = r->p;

	p->documents = mem_new(r->raw->n_documents, sizeof *p->documents);
	for (size_t i = 0; i < r->raw->n_documents; i++) {
		struct raw_document *from = &r->raw->documents[i];
		struct profile_document *to = &p->documents[p->n_documents++];
		const struct conf_key row =
		    conf_key("documents[%zu].requirement", i);

		to->title = reading_take(&from->title);
		to->file = reading_take(&from->file);
		to->expires = reading_take(&from->expires);
		if (!reading_row(r, row, from->requirement, &to->req) ||
		    !check_file(
			r, conf_key("documents[%zu].file", i), &to->file))
			return false;
		if (!asks_for_documents(to->req))
			return reading_bad(r, row, "not shown by documents",
			    "a row of requirements.tsv with the method ED or "
			    "IN");
		if (to->expires != NULL &&
		    !reading_day(
			r, conf_key("documents[%zu].expires", i), to->expires))
			return false;
	}
	return true;
}
