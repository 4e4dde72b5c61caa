/* SPDX-License-Identifier: MIT */
#include "loadgen/figure_inner.h"

#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
static const struct figure_metric metrics[] = {
	{ "login.p95",	   FIGURE_RESPONSE,   FIGURE_LATENCY | FIGURE_STEADY,
	    "login",  0.95, "p95 of login", "登录耗时第 95 百分位" },
	{ "fetch.p95",	   FIGURE_RESPONSE,   FIGURE_LATENCY | FIGURE_STEADY,
	    "fetch",  0.95, "p95 of fetch", "收取耗时第 95 百分位" },
	{ "page.p95",	   FIGURE_RESPONSE,   FIGURE_LATENCY | FIGURE_STEADY,
	    "page",   0.95, "p95 of page", "页面响应时间第 95 百分位" },
	{ "ocsp.p95",	   FIGURE_RESPONSE,   FIGURE_LATENCY | FIGURE_STEADY,
	    "ocsp",   0.95, "p95 of OCSP answers", "OCSP 应答时间第 95 百分位" },
	{ "lookup.p95",	   FIGURE_RESPONSE,   FIGURE_LATENCY | FIGURE_STEADY,
	    "lookup", 0.95, "p95 of lookups", "目录查询时间第 95 百分位" },
	{ "query.p95",	   FIGURE_RESPONSE,   FIGURE_LATENCY | FIGURE_STEADY,
	    "query",  0.95, "p95 of queries", "查询时间第 95 百分位" },
	{ "issue.p95",	   FIGURE_RESPONSE,   FIGURE_LATENCY | FIGURE_STEADY,
	    "issue",  0.95, "p95 of issuing", "签发时间第 95 百分位" },
	{ "seal.p95",	   FIGURE_RESPONSE,   FIGURE_LATENCY | FIGURE_STEADY,
	    "seal",   0.95, "p95 of sealing", "签章耗时第 95 百分位" },
	{ "verify.p95",	   FIGURE_RESPONSE,   FIGURE_LATENCY | FIGURE_STEADY,
	    "verify", 0.95, "p95 of verification", "验章耗时第 95 百分位" },
	{ "crl.time",	   FIGURE_RESPONSE,   FIGURE_LATENCY | FIGURE_STEADY,
	    "crl",    0.95, "p95 of fetching a CRL", "获取 CRL 时间第 95 百分位" },
	{ "delivery.p95",  FIGURE_DELIVERY,   FIGURE_LATENCY,
	    "submit", 0.95, "p95 of delivery", "投递时延第 95 百分位" },
	{ "delivery.p99",  FIGURE_DELIVERY,   FIGURE_LATENCY,
	    "submit", 0.99, "p99 of delivery", "投递时延第 99 百分位" },
	{ "throughput",	   FIGURE_RATE,	      FIGURE_STEADY,
	    "submit", 0,    "throughput", "吞吐量" },
	{ "issue.rate",	   FIGURE_RATE,	      FIGURE_STEADY | FIGURE_RIGHT,
	    "issue",  0,    "certificates issued", "证书签发速率" },
	{ "sign.rate",	   FIGURE_RATE,	      FIGURE_STEADY,
	    "sign",   0,    "signatures made", "签名速率" },
	{ "verify.rate",   FIGURE_RATE,	      FIGURE_STEADY,
	    "verify", 0,    "signatures verified", "验签速率" },
	{ "load.rate",	   FIGURE_RATE,	      FIGURE_STEADY,
	    NULL,     0,    "answered", "应答速率" },
	{ "answers.wrong", FIGURE_WRONG,      FIGURE_FACT,
	    NULL,     0,    "answers found wrong", "经查有误的应答数" },
	{ "crl.entries",   FIGURE_ENTRIES,    FIGURE_OF_LOAD,
	    NULL,     0,    "entries of the CRL", "CRL 条目数" },
	{ "records",	   FIGURE_RECORDS,    FIGURE_OF_LOAD,
	    "query",  0,    "certificates on the list", "清单所列证书数" },
	{ "document.size", FIGURE_DOCUMENT,   FIGURE_OF_LOAD,
	    NULL,     0,    "octets of a document", "文档大小" },
	{ "batch.documents", FIGURE_BATCH,    FIGURE_OF_LOAD,
	    "seal",   0,    "documents handed in", "提交文档数" },
	{ "batch.failures", FIGURE_FAILURES,  FIGURE_FACT,
	    "seal",   0,    "documents not sealed, or not right", "未完成或有误的签章数" },
	{ "errors.ratio",  FIGURE_ERRORS,     0,
	    NULL,     0,    "share of errors", "错误率" },
	{ "success.ratio", FIGURE_SUCCESS,    0,
	    NULL,     0,    "share delivered intact", "投递成功率" },
	{ "lost",	   FIGURE_LOST,	      FIGURE_FACT,
	    NULL,     0,    "messages lost", "丢失邮件数" },
	{ "duplicates",	   FIGURE_DOUBLED,    FIGURE_FACT,
	    NULL,     0,    "messages doubled", "重复邮件数" },
	{ "load.sessions", FIGURE_SESSIONS,   FIGURE_HELD,
	    "login",  0,    "authenticated sessions held", "已认证会话保持数" },
	{ "load.users",	   FIGURE_USERS,      FIGURE_HELD,
	    NULL,     0,    "active users held", "活动用户保持数" },
	{ "load.duration", FIGURE_DURATION,   FIGURE_OF_LOAD,
	    NULL,     0,    "length of the load", "负载持续时间" },
	{ "message.size",  FIGURE_SENT_SIZE,  FIGURE_OF_LOAD,
	    "submit", 0,    "octets sent a message", "每封邮件发送量" },
	{ "fetch.size",	   FIGURE_HEARD_SIZE, FIGURE_OF_LOAD,
	    "fetch",  0,    "octets heard a fetch", "每次收取接收量" },
	{ "availability",  FIGURE_AVAILABLE,  0,
	    NULL,     0,    "share of seconds served", "可用秒占比" },
};
/* clang-format on */

const struct figure_metric *
figure_find(const char *name)
{
	for (size_t i = 0; i < COUNT(metrics); i++)
		if (strcmp(metrics[i].name, name) == 0)
			return &metrics[i];
	return NULL;
}

static void (*const kinds[FIGURE_KINDS])(struct figure *,
    const struct figure_metric *, const struct figure_view *) = {
	[FIGURE_RESPONSE] = figure_response,
	[FIGURE_DELIVERY] = figure_delivery,
	[FIGURE_RATE] = figure_rate,
	[FIGURE_ERRORS] = figure_errors,
	[FIGURE_SUCCESS] = figure_success,
	[FIGURE_LOST] = figure_count,
	[FIGURE_DOUBLED] = figure_count,
	[FIGURE_SESSIONS] = figure_held,
	[FIGURE_USERS] = figure_held,
	[FIGURE_DURATION] = figure_duration,
	[FIGURE_SENT_SIZE] = figure_size,
	[FIGURE_HEARD_SIZE] = figure_size,
	[FIGURE_AVAILABLE] = figure_available,
	[FIGURE_WRONG] = figure_wrong,
	[FIGURE_ENTRIES] = figure_entries,
	[FIGURE_RECORDS] = figure_records,
	[FIGURE_DOCUMENT] = figure_document,
	[FIGURE_BATCH] = figure_batch,
	[FIGURE_FAILURES] = figure_batch,
};

void
figure_take(struct figure *f, const struct figure_metric *m,
    const struct figure_view *v)
{
	*f = (struct figure){ 0 };
	kinds[m->kind](f, m, v);
}

/* ---- warm-up ---- */

/* One series, its cut in *cut when it is later than what others say. */
static void
warmup_of(const double *x, size_t n, size_t *cut, bool *settled)
{
	const struct stats_warmup w = stats_warmup(x, n);

	*cut = w.cut > *cut ? w.cut : *cut;
	*settled = *settled && w.settled;
}

size_t
figure_warmup(const struct measure *m, bool *settled)
{
	const size_t to = health_end(m);
	const size_t from = m->judged_from < to ? m->judged_from : to;
	double *x = mem_new(to - from + 1, sizeof x[0]);
	size_t cut = 0;

	*settled = true;
	for (size_t op = 0; op < m->n_ops; op++) {
		size_t with = 0;

		for (size_t i = from; i < to; i++) {
			const struct hist_packed *h =
			    &m->seconds[i].ops[op].hist[CLOCK_RESPONSE];
			const double last = i > from ? x[i - from - 1] : 0;

			with += h->n > 0;
			x[i - from] =
			    h->n > 0 ? (double)hist_packed_percentile(h, 95)
				     : last;
		}
		/* Rare ones have no series. */
		if (2 * with < to - from)
			continue;
		warmup_of(x, to - from, &cut, settled);
		for (size_t i = from; i < to; i++)
			x[i - from] = (double)m->seconds[i].ops[op].done;
		warmup_of(x, to - from, &cut, settled);
	}
	free(x);
	return cut;
}

size_t
figure_end(const struct measure *m)
{
	size_t end = health_end(m);

	/* Once it is interrupted, all that is left is drained. */
	while (end < m->n_seconds &&
	       (m->interrupted || m->seconds[end].planned == 0))
		end++;
	return end;
}
