/* SPDX-License-Identifier: MIT */
#include "reference/imap/store_args.h"

static void
take_modifiers(struct imap_args *a, struct imap_store *s)
{
	if (!imap_may_take(a, '('))
		return;
	if (!imap_may_take_word(a, "UNCHANGEDSINCE")) {
		imap_args_bad(a, "STORE has no such modifier");
		return;
	}
	imap_take_space(a);
	imap_take_number64(a, &s->unchanged_since);
	imap_take_char(a, ')');
	imap_take_space(a);
	s->unchanged = true;
}

bool
imap_take_store(struct imap_args *a, struct imap_store *s)
{
	s->unchanged = false;
	s->unchanged_since = 0;
	take_modifiers(a, s);
	s->how = imap_may_take(a, '+')   ? IMAP_STORE_ADD
		 : imap_may_take(a, '-') ? IMAP_STORE_REMOVE
					 : IMAP_STORE_SET;
	s->silent = imap_may_take_word(a, "FLAGS.SILENT");
	if (!s->silent && !imap_may_take_word(a, "FLAGS"))
		imap_args_bad(a, "STORE knows FLAGS, +FLAGS and -FLAGS, "
				 "with .SILENT or without");
	imap_take_space(a);
	if (imap_is_next(a, '('))
		imap_take_flag_list(a, &s->flags);
	else
		imap_take_flags(a, &s->flags);
	return imap_take_end(a);
}
