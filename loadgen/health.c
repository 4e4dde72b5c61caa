/* SPDX-License-Identifier: MIT */
#include "loadgen/health.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/number.h"

#define DIGITS 3 /* of a figure */

/* clang-format off */
static const struct {
	const char	*en, *zh;
	const char	*what, *what_zh;
	double		 scale;	/* of worst[], to be printed */
	const char	*unit;
} flaws[HEALTH_FLAWS] = {
	[HEALTH_LATE]	= { "late", "发送延迟",
	    "it sent late, p99 up to", "发送晚于计划，p99 最大", 1e-3, "ms" },
	[HEALTH_BUSY]	= { "processor", "处理器",
	    "its processor was busy, up to", "处理器繁忙，最高", 100, "%" },
	[HEALTH_QUEUED]	= { "run queue", "运行队列",
	    "it waited for a core, up to", "等待处理器，最高", 100, "%" },
	[HEALTH_STOLEN]	= { "steal", "被占用",
	    "the hypervisor took up to", "虚拟机监控器占用，最高", 100, "%" },
	[HEALTH_RESENT]	= { "retransmits", "重传",
	    "packets were lost, retransmits of operations up to",
	    "网络丢包，重传占操作数最高", 100, "%" },
	[HEALTH_SHORT]	= { "short of plan", "少于计划",
	    "it fell short of the plan, by up to",
	    "发起少于计划，差额最高", 100, "%" },
};
/* clang-format on */

const char *
health_flaw_name(enum health_flaw f, bool zh)
{
	return zh ? flaws[f].zh : flaws[f].en;
}

double
health_late_limit_us(int64_t tightest_us)
{
	const double share = HEALTH_LATE_SHARE * (double)tightest_us;

	if (tightest_us == 0)
		return HEALTH_LATE_COUNT_US;
	return share > HEALTH_LATE_US ? share : HEALTH_LATE_US;
}

static double
share_of(uint64_t part, uint64_t all)
{
	return all == 0 ? 0 : (double)part / (double)all;
}

static uint64_t
operations(const struct measure *m, size_t second)
{
	uint64_t n = 0;

	for (size_t op = 0; op < m->n_ops; op++)
		n += m->seconds[second].ops[op].begun;
	return n;
}

size_t
health_end(const struct measure *m)
{
	const size_t to =
	    m->judged_to < m->n_seconds ? m->judged_to : m->n_seconds;
	size_t end = to;

	if (!m->interrupted)
		return to;
	while (end > m->judged_from && m->seconds[end - 1].begun == 0 &&
	       operations(m, end - 1) == 0)
		end--;
	return end > m->judged_from && end < to ? end - 1 : end;
}

/*
 * Arrivals that were due in [from, to) and neither begun nor dropped nor
 * waiting at its end: nobody tried them.  What waited before and was begun
 * here is not counted twice.
 */
static uint64_t
missing(const struct measure *m, size_t from, size_t to)
{
	uint64_t due = 0, met = 0;

	if (from >= to)
		return 0;
	if (from > 0)
		due += m->seconds[from - 1].waiting;
	for (size_t i = from; i < to; i++) {
		due += m->seconds[i].planned;
		met += m->seconds[i].begun + m->seconds[i].dropped;
	}
	met += m->seconds[to - 1].waiting;
	return due > met ? due - met : 0;
}

/* How far a second is off, flaw by flaw. */
static void
weigh(const struct measure *m, size_t i, double of[HEALTH_FLAWS])
{
	const struct measure_second *s = &m->seconds[i];
	const struct measure_health *h = &s->health;
	/* One arrival may be sent the moment a second ends. */
	const uint64_t lacks = missing(m, i, i + 1);

	of[HEALTH_LATE] = h->late_n > 0 ? (double)h->late_p99_us : 0;
	of[HEALTH_BUSY] = h->cpu;
	of[HEALTH_QUEUED] = h->run_queue;
	of[HEALTH_STOLEN] = h->steal;
	of[HEALTH_RESENT] =
	    h->retransmits < HEALTH_RETRANSMITS_OF
		? 0
		: share_of(h->retransmits, operations(m, i) + s->begun);
	if (h->retransmits >= HEALTH_RETRANSMITS_OF && of[HEALTH_RESENT] == 0)
		of[HEALTH_RESENT] = 1;
	of[HEALTH_SHORT] =
	    m->closed_loop || lacks <= 1 ? 0 : share_of(lacks, s->planned);
}

static const double bounds[HEALTH_FLAWS] = {
	[HEALTH_BUSY] = HEALTH_CPU,
	[HEALTH_QUEUED] = HEALTH_RUN_QUEUE,
	[HEALTH_STOLEN] = HEALTH_STEAL,
	[HEALTH_RESENT] = HEALTH_RETRANSMITS,
	[HEALTH_SHORT] = 1 - HEALTH_OFFERED,
};

static unsigned
flaws_of(const double of[HEALTH_FLAWS], double late_limit_us)
{
	unsigned bits = 0;

	for (unsigned f = 0; f < HEALTH_FLAWS; f++)
		if (of[f] > (f == HEALTH_LATE ? late_limit_us : bounds[f]))
			bits |= 1u << f;
	return bits;
}

unsigned
health_second(const struct measure *m, size_t second, double late_limit_us)
{
	double of[HEALTH_FLAWS];

	weigh(m, second, of);
	return flaws_of(of, late_limit_us);
}

static void __attribute__((format(printf, 4, 5)))
say(struct health *h, bool good, bool zh, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (zh)
		vsnprintf(h->why_zh, sizeof h->why_zh, fmt, ap);
	else
		vsnprintf(h->why, sizeof h->why, fmt, ap);
	va_end(ap);
	h->good = good;
}

/* The flaw that most seconds have. */
static enum health_flaw
commonest(const struct health *h)
{
	enum health_flaw most = HEALTH_LATE;

	for (int f = 0; f < HEALTH_FLAWS; f++)
		if (h->with[f] > h->with[most])
			most = (enum health_flaw)f;
	return most;
}

static void
say_seconds(struct health *h, bool good)
{
	const enum health_flaw f = commonest(h);
	const struct number worst =
	    number_of(h->worst[f] * flaws[f].scale, DIGITS);

	say(h, good, false,
	    "the generator was %s in %zu of %zu seconds; mostly %s %s %s",
	    good ? "not at its best" : "not good enough", h->bad, h->n,
	    flaws[f].what, worst.text, flaws[f].unit);
	say(h, good, true, "负载发生器在 %zu 秒中有 %zu 秒%s；主要是%s %s %s",
	    h->n, h->bad, good ? "状态欠佳" : "不合要求", flaws[f].what_zh,
	    worst.text, flaws[f].unit);
}

/* Operations a second that were asked for, on average. */
static double
asked_rate(const struct measure *m, size_t from, size_t to)
{
	uint64_t n = 0;

	for (size_t i = from; i < to; i++)
		n += operations(m, i);
	return to > from ? (double)n / (double)(to - from) : 0;
}

static void
decide(struct health *h, const struct measure *m, size_t to)
{
	const double rate = asked_rate(m, h->from, to);
	const double short_by = share_of(h->missing, h->planned);

	if (m->ranks_lost > 0) {
		const char *which = m->lost_ranks;

		say(h, false, false,
		    "%d of %d ranks of the generator were lost%s%s",
		    m->ranks_lost, m->ranks, which == NULL ? "" : ": rank ",
		    which == NULL ? "" : which);
		say(h, false, true, "负载发生器的 %d 个进程中丢失了 %d 个%s%s",
		    m->ranks, m->ranks_lost, which == NULL ? "" : "：rank ",
		    which == NULL ? "" : which);
	} else if (h->n == 0) {
		say(h, false, false, "no second of the load is to be judged");
		say(h, false, true, "本次负载没有任何一秒可供判定");
	} else if (m->no_ports > 0) {
		say(h, false, false,
		    "the generator's machine had no port or descriptor left "
		    "for %llu connections",
		    (unsigned long long)m->no_ports);
		say(h, false, true,
		    "负载发生器所在主机有 %llu 次建立连接时已无可用端口或文件"
		    "描述符",
		    (unsigned long long)m->no_ports);
	} else if (m->echo_rate > 0 &&
		   rate > HEALTH_ECHO_SHARE * m->echo_rate) {
		say(h, false, false,
		    "the generator is too slow: %s operations a second were "
		    "asked for, and it reaches %s against an echo",
		    number_of(rate, DIGITS).text,
		    number_of(m->echo_rate, DIGITS).text);
		say(h, false, true,
		    "负载发生器性能不足：要求每秒 %s 次操作，而对回显服务的"
		    "校准只有每秒 %s 次",
		    number_of(rate, DIGITS).text,
		    number_of(m->echo_rate, DIGITS).text);
	} else if (!m->closed_loop && short_by > 1 - HEALTH_OFFERED) {
		say(h, false, false,
		    "the generator put on only %.2f %% of the plan",
		    100 * (1 - short_by));
		say(h, false, true, "负载发生器只发起了计划的 %.2f %%",
		    100 * (1 - short_by));
	} else if ((double)h->bad > HEALTH_BAD_MOST * (double)h->n) {
		say_seconds(h, false);
	} else if (h->bad > 0) {
		say_seconds(h, true);
	} else {
		say(h, true, false, "the generator was good in all %zu seconds",
		    h->n);
		say(h, true, true, "负载发生器在全部 %zu 秒内状态良好", h->n);
	}
}

void
health_of(struct health *h, const struct measure *m, size_t from, size_t to,
    int64_t tightest_us)
{
	*h = (struct health){
		.late_limit_us = health_late_limit_us(tightest_us),
	};
	to = to < m->n_seconds ? to : m->n_seconds;
	h->from = from < to ? from : to;
	h->n = to - h->from;
	h->flaws = mem_new(h->n + 1, sizeof h->flaws[0]);
	for (size_t i = 0; i < h->n; i++) {
		double of[HEALTH_FLAWS];

		weigh(m, h->from + i, of);
		h->flaws[i] = flaws_of(of, h->late_limit_us);
		h->bad += h->flaws[i] != 0;
		h->planned += m->seconds[h->from + i].planned;
		for (unsigned f = 0; f < HEALTH_FLAWS; f++) {
			h->with[f] += h->flaws[i] >> f & 1;
			if (of[f] > h->worst[f])
				h->worst[f] = of[f];
		}
	}
	h->missing = missing(m, h->from, to);
	decide(h, m, to);
}

void
health_free(struct health *h)
{
	free(h->flaws);
	h->flaws = NULL;
}
