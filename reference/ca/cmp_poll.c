/* SPDX-License-Identifier: MIT */
#include "reference/ca/cmp_inner.h"
#include "reference/ca/log.h"

/* One that is ready is answered; false: it is not to be had. */
static bool
answer_one(struct cmp *c, const struct ber_out *o, int64_t id, struct span kept)
{
	struct ca_log_record log;
	struct err err;
	bool ok;

	ca_log_begin(c->ca, c->now,
	    &(struct ca_log_entry){
		"automatic", "approve", "certificate", cmp_who(c) },
	    &log);
	ok = store_ca_log(c->ca->store, &log.record, &err);
	ca_log_end(&log);
	return ok && kept.len > 1 &&
	       cmp_certify_one(c, o, kept.ptr[0], span_skip(kept, 1), true) &&
	       store_cmp_order_drop(c->ca->store, c->in.transaction, id, &err);
}

static enum cmp_failure
answer(struct cmp *c, int64_t id, struct span kept)
{
	const struct ber_out o = cmp_out(c);
	const size_t whole = ber_begin(&o, BER_SEQUENCE);
	const size_t all = ber_begin(&o, BER_SEQUENCE);
	const bool ok = answer_one(c, &o, id, kept);

	c->body = c->known.kind;
	ber_end(&o, all);
	ber_end(&o, whole);
	return ok ? CMP_FINE
		  : cmp_fail(c, CMP_SYSTEM_FAILURE, "it cannot be answered");
}

/* PollRepContent: RFC 4210 5.3.22 */
static enum cmp_failure
ask_again(struct cmp *c, int64_t id)
{
	const struct ber_out o = cmp_out(c);
	const size_t all = ber_begin(&o, BER_SEQUENCE);
	const size_t one = ber_begin(&o, BER_SEQUENCE);

	ber_put_integer(&o, BER_INTEGER, id);
	ber_put_integer(&o, BER_INTEGER, CMP_APPROVAL_S);
	ber_end(&o, one);
	ber_end(&o, all);
	c->body = CMP_POLLREP;
	return CMP_FINE;
}

/* About one request: the others are asked about one by one. */
enum cmp_failure
cmp_poll(struct cmp *c)
{
	struct ber whole = ber_of(c->in.content);
	struct ber all = ber_enter(&whole, BER_SEQUENCE);
	struct ber one = ber_enter(&all, BER_SEQUENCE);
	const int64_t id = ber_integer(&one, BER_INTEGER, INT32_MIN, INT32_MAX);
	struct wall ready;
	struct buf kept;
	enum cmp_failure why;

	if (!ber_leave(&all, &one))
		return cmp_fail(c, CMP_BAD_DATA_FORMAT, "this is no pollReq");
	buf_init(&kept, CMP_MESSAGE_MOST + 1);
	if (!store_cmp_ordered(
		c->ca->store, c->in.transaction, id, &ready, &kept))
		why = cmp_fail(c, CMP_BAD_REQUEST, "nothing waits for that");
	else if (ready.us > c->now.us)
		why = ask_again(c, id);
	else
		why = answer(c, id, buf_span(&kept));
	buf_free(&kept);
	return why;
}
