/* SPDX-License-Identifier: MIT */
/* Names (RFC 4514), as they are compared. */
#include <ctype.h>

#include "lib/framing_ldap.h"
#include "lib/framing_ldap_writer.h"

static void
put_special(struct buf *out, char c)
{
	buf_addf(out, "\\%02x", (unsigned char)c);
}

static void
drop_spaces(struct buf *out)
{
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
}

void
ldap_name(struct span dn, struct buf *out)
{
	static const char special[] = ",+\"\\<>;=# ";

	while (dn.len > 0) {
		char c = dn.ptr[0];
		size_t n = 1;

		if (c == '\\' && dn.len >= 2) {
			n = 2;
			c = dn.ptr[1];
			if (dn.len >= 3 && writer_hex(c) >= 0 &&
			    writer_hex(dn.ptr[2]) >= 0) {
				n = 3;
				c = (char)(writer_hex(c) << 4 |
					   writer_hex(dn.ptr[2]));
			}
			if (c == '\0' || strchr(special, c) != NULL)
				put_special(out, c);
			else
				buf_addf(out, "%c", tolower((unsigned char)c));
			dn = span_skip(dn, n);
			continue;
		}
		dn = span_skip(dn, 1);
		if (c != '\0' && strchr(",;+=", c) != NULL) {
			drop_spaces(out);
			buf_addf(out, "%c", c == ';' ? ',' : c);
			while (dn.len > 0 && dn.ptr[0] == ' ')
				dn = span_skip(dn, 1);
			continue;
		}
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		buf_add(out, (struct span){ &c, 1 });
	}
	drop_spaces(out);
}
