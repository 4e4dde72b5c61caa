/* SPDX-License-Identifier: MIT */
#include "program/load_pki.h"

#include <stdlib.h>

#include "conformance/pki/name.h"
#include "lib/buf.h"
#include "lib/files.h"
#include "lib/mem.h"

enum { FILE_MOST = 1 << 20, CAS_MOST = 64 };

static struct pki_objects *
read_file(struct load_pki *k, const char *path, struct err *err)
{
	struct pki_objects *file = &k->files[k->n_files];
	struct buf text;
	bool ok;

	buf_init(&text, FILE_MOST);
	ok = files_read(path, &text, err) &&
	     objects_read(file, path, buf_span(&text), err);
	k->n_files++;
	buf_free(&text);
	return ok ? file : NULL;
}

/* One that cannot be read is not asked about: cases say what is wrong. */
static bool
add(struct load_pki *k, const struct pki_object *o,
    const struct profile_certificate *c)
{
	struct load_certificate *to = &k->at[k->n + k->n_cas];

	*to = (struct load_certificate){ 0 };
	if (o->kind != OBJECT_CERTIFICATE ||
	    !certificate_read(&to->read, buf_span(&o->der), NULL))
		return false;
	if (c == NULL) {
		k->n_cas++;
		return true;
	}
	to->name = c->name;
	to->class = c->class;
	to->status = c->status;
	k->n++;
	return true;
}

static bool
add_cas(struct load_pki *k, const char *path, struct err *err)
{
	const struct pki_objects *file = read_file(k, path, err);

	for (size_t i = 0; file != NULL && i < file->n && k->n_cas < CAS_MOST;
	     i++)
		add(k, &file->at[i], NULL);
	return file != NULL;
}

static bool
add_all(struct load_pki *k, const struct profile *p, struct err *err)
{
	const struct pki_objects *file;

	for (size_t i = 0; i < p->pki.n_certificates; i++) {
		file = read_file(k, p->pki.certificates[i].file, err);
		if (file == NULL)
			return false;
		if (file->n > 0)
			add(k, &file->at[0], &p->pki.certificates[i]);
	}
	for (size_t i = 0; i < p->pki.n_anchors; i++)
		if (!add_cas(k, p->pki.anchors[i], err))
			return false;
	k->n_anchors = k->n_cas;
	return p->pki.issuers == NULL || add_cas(k, p->pki.issuers, err);
}

bool
load_pki_read(struct load_pki *k, const struct profile *p, struct err *err)
{
	const size_t n = p->pki.n_certificates + CAS_MOST;

	*k = (struct load_pki){
		.at = mem_new(n + 1, sizeof k->at[0]),
		.all = mem_new(n + 1, sizeof k->all[0]),
		.files = mem_new(p->pki.n_certificates + p->pki.n_anchors + 1,
		    sizeof k->files[0]),
	};
	if (!add_all(k, p, err)) {
		load_pki_free(k);
		return false;
	}
	for (size_t i = 0; i < k->n + k->n_cas; i++)
		k->all[i] = &k->at[i].read;
	for (size_t i = 0; i < k->n; i++)
		k->at[i].issuer =
		    load_pki_ca(k, k->at[i].read.issuer, k->at[i].read.aki);
	return true;
}

void
load_pki_free(struct load_pki *k)
{
	for (size_t i = 0; i < k->n_files; i++)
		objects_free(&k->files[i]);
	free(k->files);
	free(k->all);
	free(k->at);
	*k = (struct load_pki){ 0 };
}

const struct load_certificate *
load_pki_find(const struct load_pki *k, struct span name)
{
	for (size_t i = 0; i < k->n; i++)
		if (span_eq(span_of(k->at[i].name), name))
			return &k->at[i];
	return NULL;
}

const struct load_certificate *
load_pki_ca(const struct load_pki *k, struct span name, struct span key)
{
	const struct load_certificate *found = NULL;

	for (size_t i = k->n; i < k->n + k->n_cas; i++) {
		const struct pki_certificate *ca = &k->at[i].read;

		if (!name_equal(ca->subject, name))
			continue;
		/* RFC 5280 4.2.1.1: it tells two of one name apart */
		if (span_eq(ca->ski, key))
			return &k->at[i];
		if (found == NULL)
			found = &k->at[i];
	}
	return found;
}
