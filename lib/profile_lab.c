/* SPDX-License-Identifier: MIT */
/*
 * Of reading a profile: who signs the run, and who stamps the time.  Whether
 * key and certificate are a pair is seen when they are used, since the key may
 * be encrypted.
 */
#include "lib/profile_inner.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "lib/mem.h"

#define KEY_MAX 65536

/* A private key in PEM, encrypted or not; NULL: it is one. */
static const char *
key_wrong(const char *path)
{
	const char *wrong;
	struct buf pem;

	buf_init(&pem, KEY_MAX);
	wrong = reading_file(path, &pem);
	if (wrong == NULL && strstr(buf_text(&pem), "PRIVATE KEY-----") == NULL)
		wrong = "no private key in it";
	if (pem.data != NULL)
		OPENSSL_cleanse(pem.data, pem.room);
	buf_free(&pem);
	return wrong;
}

static bool
take_key(const struct reading *r, const char *from)
{
	char *path = reading_beside(r, from);
	const char *wrong = r->public ? NULL : key_wrong(path);

	r->p->lab.key = path;
	return wrong == NULL || reading_bad(r, conf_key("lab.key"), wrong,
				    "a PEM file with a private key, as "
				    "\"yanshou key new\" makes "
				    "it; the path is relative to the profile");
}

/* The host of an http or https URL, without brackets; none: not one. */
static struct span
host_of(const char *url)
{
	static const char *const schemes[] = { "http://", "https://" };
	struct span host = { "", 0 };
	size_t port;

	for (size_t i = 0; i < COUNT(schemes); i++)
		if (strncmp(url, schemes[i], strlen(schemes[i])) == 0)
			host.ptr = url + strlen(schemes[i]);
	if (host.ptr[0] == '[') {
		host.ptr++;
		host.len = strcspn(host.ptr, "]/");
		port = host.len + (host.ptr[host.len] == ']');
	} else {
		host.len = strcspn(host.ptr, ":/");
		port = host.len;
	}
	if (host.ptr[port] == ':')
		port += 1 + strspn(host.ptr + port + 1, "0123456789");
	if (host.ptr[port] != '/' && host.ptr[port] != '\0')
		host.len = 0;
	return host;
}

static bool
take_tsa(const struct reading *r, char **from)
{
	const struct conf_key key = conf_key("lab.tsa");
	struct span host;

	if (*from == NULL)
		return true;
	host = host_of(*from);
	for (const char *c = *from; *c != '\0'; c++)
		if (*c <= ' ' || *c >= 0x7f || *c == '@' || *c == '#')
			host.len = 0;
	if (host.len == 0)
		return reading_bad(r, key,
		    "not the URL of a time stamping "
		    "authority (RFC 3161 3.4)",
		    "such as http://tsa.example:8080/tsa");
	r->p->lab.tsa_host = mem_text(host);
	r->p->lab.tsa = reading_take(from);
	return reading_host(r, key, r->p->lab.tsa_host);
}

/* Of a PNG (ISO/IEC 15948, 11.2.2): how wide, or how high. */
static bool
is_side(const char *at)
{
	const unsigned char *o = (const unsigned char *)at;
	const uint32_t n = (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 |
			   (uint32_t)o[2] << 8 | o[3];

	return n > 0 && n <= PROFILE_PICTURE_SIDE;
}

/* NULL: it is one. */
static const char *
picture_wrong(const char *path, struct buf *png)
{
	static const struct span begins =
	    SPAN_INIT("\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
	const char *wrong = reading_file(path, png);

	if (wrong != NULL)
		return wrong;
	if (png->len < 33 || !span_starts(buf_span(png), begins))
		return "no PNG";
	return is_side(png->data + 16) && is_side(png->data + 20)
		   ? NULL
		   : "too wide or too high";
}

static bool
take_picture(const struct reading *r, const char *from)
{
	struct buf *png = &r->p->lab.picture;
	const char *wrong;
	char *path;

	if (from == NULL || r->public)
		return true;
	buf_init(png, PROFILE_PICTURE_MOST);
	path = reading_beside(r, from);
	wrong = picture_wrong(path, png);
	free(path);
	return wrong == NULL || reading_bad(r, conf_key("lab.picture"), wrong,
				    "a PNG of at most 256 KiB and 2000 by 2000 "
				    "pixels; the path is relative to the "
				    "profile");
}

static char *
passphrase_from(const struct reading *r, const struct raw_password *from)
{
	char *path, *how;

	if (from->env != NULL)
		return mem_textf("env:%s", from->env);
	path = reading_beside(r, from->file);
	how = mem_textf("file:%s", path);
	free(path);
	return how;
}

bool
profile_take_lab(const struct reading *r)
{
	struct raw_lab *lab = &r->raw->lab;
	const bool encrypted =
	    lab->passphrase.env != NULL || lab->passphrase.file != NULL;

	if (lab->key == NULL)
		return true;
	r->p->lab.certificate = reading_take(&lab->certificate);
	if (!take_key(r, lab->key) ||
	    !reading_pem(
		r, conf_key("lab.certificate"), &r->p->lab.certificate) ||
	    !take_tsa(r, &lab->tsa) || !take_picture(r, lab->picture))
		return false;
	if (r->public || !encrypted)
		return true;
	r->p->lab.passphrase =
	    reading_secret(r, conf_key("lab.passphrase"), &lab->passphrase);
	if (r->p->lab.passphrase == NULL)
		return false;
	r->p->lab.passphrase_from = passphrase_from(r, &lab->passphrase);
	return true;
}
