/* SPDX-License-Identifier: MIT */
/* What may be seen of seals: by their holders, by officers, by anybody. */
#include <stdio.h>
#include <string.h>

#include "reference/seal/inner.h"

enum { SEALS_MOST = 1000 };

/* Who decides about seals sees all of them. */
static bool
sees_all(const struct desk_call *c)
{
	return (c->who->duties & (WORLD_REGISTRAR | WORLD_ISSUER)) != 0;
}

/* ---- one seal ---- */

bool
desk_is(const struct desk_call *c, const char *user)
{
	return strcasecmp(c->who->user, user) == 0;
}

bool
desk_refuse_another(struct desk_call *c, const char *why)
{
	return desk_varies(c, VARIANT_SEAL_HIDDEN)
		   ? bound_refuse(&c->http, 404, "there is no such seal")
		   : bound_refuse(&c->http, 403, "%s", why);
}

bool
desk_find(struct desk_call *c, struct store_seal *s,
    const struct store_seal_content *content)
{
	const char *id = bound_text(&c->http, "id");

	return store_seal_get(c->store, id, s, content) ||
	       bound_refuse(&c->http, 404, "there is no seal %s", id);
}

enum seal_state
desk_state(const struct store_seal *s, struct wall now)
{
	const bool lives = s->state == SEAL_MADE || s->state == SEAL_GOOD ||
			   s->state == SEAL_HELD;

	return lives && s->end.us <= now.us ? SEAL_EXPIRED : s->state;
}

const char *
desk_state_name(enum seal_state state)
{
	static const char *const names[SEAL_STATES] = {
		[SEAL_PENDING] = "pending",
		[SEAL_APPROVED] = "approved",
		[SEAL_REFUSED] = "refused",
		[SEAL_MADE] = "made",
		[SEAL_GOOD] = "good",
		[SEAL_HELD] = "held",
		[SEAL_REPLACED] = "replaced",
		[SEAL_REVOKED] = "revoked",
		[SEAL_EXPIRED] = "expired",
	};

	return names[state];
}

bool
desk_must_be(struct desk_call *c, const struct store_seal *s, unsigned set)
{
	const enum seal_state state = desk_state(s, c->http.now);

	return (set & 1u << state) != 0 ||
	       bound_refuse(
		   &c->http, 409, "the seal is %s", desk_state_name(state));
}

bool
desk_take_note(struct desk_call *c, char note[STORE_RA_NOTE])
{
	const char *text = bound_text(&c->http, "note");

	if (text[strspn(text, " \t\r\n")] == '\0')
		return bound_refuse(&c->http, 400, "note should say why");
	if (strlen(text) >= STORE_RA_NOTE)
		return bound_refuse(
		    &c->http, 400, "note should be shorter: 1024 octets");
	snprintf(note, STORE_RA_NOTE, "%s", text);
	return true;
}

/* Faults: states that are shown as others. */
static enum seal_state
state_shown(const struct desk_call *c, const struct store_seal *s)
{
	/* clang-format off */
	static const struct {
		enum fault fault;
		enum seal_state is, shown;
	} unseen[] = {
		{ FAULT_SEAL_PENDING_UNSEEN, SEAL_PENDING, SEAL_APPROVED },
		{ FAULT_SEAL_REFUSAL_UNSEEN, SEAL_REFUSED, SEAL_PENDING },
		{ FAULT_SEAL_HOLD_UNSEEN, SEAL_HELD, SEAL_GOOD },
	};
	/* clang-format on */
	const enum seal_state state = desk_state(s, c->http.now);

	for (size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++)
		if (desk_faulty(c, unseen[i].fault) && unseen[i].is == state)
			return unseen[i].shown;
	return state;
}

static const char *
note_shown(const struct desk_call *c, const struct store_seal *s)
{
	return s->state == SEAL_REFUSED &&
		       desk_faulty(c, FAULT_SEAL_REFUSAL_WITHOUT_NOTE)
		   ? ""
		   : s->note;
}

bool
desk_show(struct desk_call *c)
{
	struct store_seal s;
	struct buf seal;
	bool ok;

	buf_init(&seal, DESK_DER_MOST);
	ok = desk_find(c, &s, &(struct store_seal_content){ .seal = &seal }) &&
	     (desk_is(c, s.user) || sees_all(c) ||
		 desk_faulty(c, FAULT_SEAL_OTHERS_SHOWN) ||
		 desk_refuse_another(c, "the seal is another's"));
	if (ok) {
		bound_give_text(
		    &c->http, "state", desk_state_name(state_shown(c, &s)));
		bound_give_text(&c->http, "note", note_shown(c, &s));
		bound_give_text(&c->http, "esid", s.esid);
		bound_give_octets(&c->http, "seal", buf_span(&seal));
	}
	buf_free(&seal);
	return ok;
}

/* ---- many ---- */

struct listing {
	struct wall now;
	json_t *seals;
};

static void
list_one(void *ctx, const struct store_seal *s)
{
	struct listing *l = ctx;

	json_array_append_new(l->seals,
	    json_pack("{s:s, s:s, s:s}", "id", s->id, "state",
		desk_state_name(desk_state(s, l->now)), "name", s->name));
}

/* The last ones first. */
bool
desk_list(struct desk_call *c)
{
	const bool officer = sees_all(c);
	const bool all = officer
			     ? !desk_faulty(c, FAULT_SEAL_REGISTRAR_LISTS_OWN)
			     : desk_faulty(c, FAULT_SEAL_OTHERS_LISTED);
	const int most = !officer && desk_faulty(c, FAULT_SEAL_OWN_NOT_LISTED)
			     ? 0
			     : SEALS_MOST;
	struct listing l = { c->http.now, json_array() };

	store_seal_each(
	    c->store, all ? NULL : c->who->user, most, list_one, &l);
	json_object_set_new(c->http.gives, "seals", l.seals);
	return true;
}

/* ---- seal.status ---- */

bool
desk_status(struct desk_call *c)
{
	const char *esid = bound_text(&c->http, "esid");
	struct store_seal s;
	enum seal_state state;

	if (!store_seal_by_esid(c->store, esid, &s) &&
	    desk_faulty(c, FAULT_SEAL_STATUS_UNKNOWN_GOOD)) {
		bound_give_text(&c->http, "state", desk_state_name(SEAL_GOOD));
		return true;
	}
	if (!store_seal_by_esid(c->store, esid, &s))
		return bound_refuse(
		    &c->http, 404, "there is no seal of esID %s", esid);
	state = desk_state(&s, c->http.now);
	if ((state == SEAL_REVOKED &&
		desk_faulty(c, FAULT_SEAL_STATUS_REVOKED_GOOD)) ||
	    (state == SEAL_MADE &&
		desk_faulty(c, FAULT_SEAL_STATUS_UNISSUED_GOOD)))
		state = SEAL_GOOD;
	bound_give_text(&c->http, "state", desk_state_name(state));
	return true;
}
