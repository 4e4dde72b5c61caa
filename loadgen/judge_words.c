/* SPDX-License-Identifier: MIT */
#include "loadgen/judge_words.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/number.h"
#include "lib/text.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- lines that never end within a character ---- */

struct line {
	char *at;
	size_t size, len;
};

static void __attribute__((format(printf, 2, 3)))
add(struct line *l, const char *fmt, ...)
{
	const size_t room = l->size - l->len;
	size_t last;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(l->at + l->len, room, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	l->len += (size_t)n < room ? (size_t)n : room - 1;
	if ((size_t)n < room || l->len == 0)
		return;
	/* Where it was cut off, the last character may be half a one. */
	for (last = l->len - 1; last > 0 && (l->at[last] & 0xc0) == 0x80;)
		last--;
	if (text_utf8((struct span){ l->at + last, l->len - last }) == 0)
		l->len = last;
	l->at[l->len] = '\0';
}

/* ---- units ---- */

/* clang-format off */
static const struct {
	const char	*name;
	double		 per;	/* of what figures are in */
} units[] = {
	{ "ms",	1e-3 },		{ "s",	1e-6 },
	{ "%",	100 },		{ "B",	1 },
	{ "KiB", 1 / 1024.0 },	{ "MiB", 1 / 1048576.0 },
};
/* clang-format on */

double
words_scale(const char *unit)
{
	for (size_t i = 0; i < COUNT(units); i++)
		if (strcmp(units[i].name, unit) == 0)
			return units[i].per;
	return 1;
}

/* ---- numbers ---- */

/* Four that mean something, and so many behind the point at least. */
static struct number
digits(double v, int most)
{
	const double a = fabs(v);
	const int after = a >= 1000 ? 0 : a >= 100 ? 1 : a >= 10 ? 2 : 3;

	return number_fixed(v, after > most ? after : most);
}

static void
with_unit(char *to, size_t size, double v, const char *unit, int most)
{
	const struct number n = digits(v, most);

	if (strcmp(unit, "count") == 0 || unit[0] == '\0')
		snprintf(to, size, "%s", n.text);
	else if (strcmp(unit, "1/s") == 0)
		snprintf(to, size, "%s/s", n.text);
	else
		snprintf(to, size, "%s %s", n.text, unit);
}

void
words_value(char *to, size_t size, double v, const char *unit)
{
	with_unit(to, size, v, unit, strcmp(unit, "%") == 0 ? 3 : 0);
}

/* As precise as it takes to be told from the limit; > what nobody saw. */
static void
value(char to[40], const struct judged_metric *j, const struct figure *f,
    double scale, double v)
{
	const bool endless = isinf(v);
	const double shown = (endless ? f->largest : v) * scale;
	char limit[40];

	to[0] = '>';
	words_value(to + endless, 39, shown, j->unit);
	words_value(limit, sizeof limit, j->limit, j->unit);
	for (int most = 3; most <= 6 && shown != j->limit && !endless &&
			   strcmp(to, limit) == 0;
	     most++)
		with_unit(to, 40, shown, j->unit, most);
}

/* ---- bounds ---- */

/* clang-format off */
static const struct {
	const char *name, *en, *zh;
} bounds[] = {
	{ "least",	"at least",	"不小于" },
	{ "most",	"at most",	"不大于" },
	{ "equal",	"to be",	"等于" },
	{ "below",	"below",	"小于" },
	{ "above",	"above",	"大于" },
};
/* clang-format on */

static const char *
bound_text(const char *name, bool zh)
{
	for (size_t i = 0; i < COUNT(bounds); i++)
		if (strcmp(bounds[i].name, name) == 0)
			return zh ? bounds[i].zh : bounds[i].en;
	return name;
}

/* ---- doubts ---- */

/* clang-format off */
static const struct {
	const char *en, *zh;	/* NULL: it has a function below */
} doubts[DOUBTS] = {
	[DOUBT_FOREIGN]	= { "no load measures this",
	    "该指标不由负载测试测量" },
	[DOUBT_NOTHING]	= { "nothing of it was measured",
	    "未测得相关数据" },
	[DOUBT_CLOSED]	= { "the loop was closed: who waits does not ask, "
	    "so that this is not what users see",
	    "负载为闭环：等待中的用户不再发起请求，该值不代表用户体验" },
	[DOUBT_GENERATOR] = { "the generator was not good enough to tell",
	    "负载发生器不合要求，无法判定" },
	[DOUBT_INTERRUPTED] = { "the load was interrupted",
	    "负载被中断" },
	[DOUBT_UNSETTLED] = { "no steady state was reached",
	    "未达到稳定状态" },
	[DOUBT_GROWING]	= { "it goes on changing, and would break the limit "
	    "in as long again", "该值持续变化，再经同样时间将超出限值" },
	[DOUBT_HEAVIER]	= { "the load was heavier than the row asks for",
	    "负载重于本条要求" },
	[DOUBT_SHORTER]	= { "the load was shorter than the row asks for",
	    "负载时间短于本条要求" },
	[DOUBT_KIND]	= { "the load was of another kind than the row asks "
	    "for", "负载类型与本条要求不符" },
	[DOUBT_LIST]	= { "the list is shorter than the row asks for",
	    "清单短于本条要求" },
	[DOUBT_SAMPLE]	= { "what was asked about shows less than that to be "
	    "there: ask about more", "抽查结果尚不足以证实达到要求，需抽查更多" },
	[DOUBT_REPEATS] = { "repeats differ too much from each other",
	    "各次重复之间差异过大" },
	[DOUBT_STRADDLES] = { "the limit lies within the interval: a longer "
	    "load would tell", "限值落在置信区间内，需延长负载方可判定" },
};
/* clang-format on */

static void
few(struct line *l, const struct figure *f, bool zh)
{
	if (isinf(f->effect))
		add(l, zh ? "负载过短，无法估计置信区间"
			  : "so short a load tells nothing of the interval");
	else if (zh)
		add(l, "样本仅 %.0f 个，置信区间至少需要 %.0f 个", f->n,
		    f->need);
	else
		add(l, "the interval needs %.0f values, and there are %.0f",
		    f->need, f->n);
}

/* Doubts that speak of numbers. */
static void
doubt_text(struct line *l, const struct judged_metric *j,
    const struct figure *f, const struct doubt_about *a, bool zh)
{
	const struct measure_ledger *led = &a->m->ledger;
	char text[40];

	switch (a->doubt) {
	case DOUBT_BAD_SECONDS:
		add(l,
		    zh ? "剔除负载发生器状态欠佳的 %zu 秒后结论不同"
		       : "without the generator's %zu bad seconds the verdict "
			 "would be another",
		    a->bad_seconds);
		break;
	case DOUBT_WARMUP:
		add(l,
		    zh ? "计入前 %zu 秒预热期则结论不同，请加长预热阶段"
		       : "with the warm-up of %zu s counted the verdict would "
			 "be another: let it warm up longer",
		    a->warmup_seconds);
		break;
	case DOUBT_LIGHTER:
		value(text, j, f, a->scale, f->offered);
		add(l,
		    zh ? "负载轻于本条要求，仅有 %s"
		       : "the load was lighter than the row asks for: %s",
		    text);
		break;
	case DOUBT_FEW:
		few(l, f, zh);
		break;
	case DOUBT_UNREAD:
		add(l,
		    zh ? "有 %" PRIu64 " 封邮件无法查找%s%s"
		       : "%" PRIu64 " messages could not be looked for%s%s",
		    led->unread + led->unchecked,
		    led->unread_why != NULL ? (zh ? "：" : ": ") : "",
		    led->unread_why != NULL ? led->unread_why : "");
		break;
	case DOUBT_UNEXAMINED:
		add(l,
		    zh ? "有 %" PRIu64 " 个应答未能留存备查或无法判定"
		       : "%" PRIu64 " answers could not be kept to be "
			 "examined, or not be told right from wrong",
		    a->m->answers.unread);
		break;
	case DOUBT_MONTH:
		add(l,
		    zh ? "本条按月考核，仅观察了 %zu 秒，无法证明其余时间可用"
		       : "the row is about a month, and %zu s of it were "
			 "watched",
		    a->judged_seconds);
		break;
	default:
		add(l, "%s", zh ? doubts[a->doubt].zh : doubts[a->doubt].en);
	}
}

/* ---- sentences ---- */

static void
measured_text(struct line *l, const struct judged_metric *j,
    const struct figure_metric *m, const struct figure *f,
    const struct doubt_about *a, bool zh)
{
	const double scale = a->scale;
	char mid[40], low[40], high[40];

	value(mid, j, f, scale, f->mid);
	add(l, "%s %s", zh ? m->zh : m->en, mid);
	if (m->kind == FIGURE_RECORDS && a->repeats == 0) {
		value(low, j, f, scale, f->low);
		add(l,
		    zh ? "（随机抽查 %.0f 次，%.0f 次未证实；以 95 %% 置信度，"
			 "在册不少于 %s）"
		       : " (%.0f asked about at random, %.0f of them not shown "
			 "to be there; 95 %%: at least %s are)",
		    f->n, f->need, low);
		return;
	}
	if (f->low == f->high)
		return;
	value(low, j, f, scale, f->low);
	value(high, j, f, scale, f->high);
	/* What could hide in mailboxes is no matter of chance. */
	if (f->n == 0)
		add(l, zh ? "（最多 %s）" : " (up to %s)", high);
	else if (a->repeats > 0)
		add(l,
		    zh ? "（%zu 次重复的 95 %% 置信区间 %s～%s）"
		       : " (95 %% over %zu repeats: %s to %s)",
		    a->repeats, low, high);
	else
		add(l, zh ? "（95 %% 置信区间 %s～%s）" : " (95 %%: %s to %s)",
		    low, high);
}

static void
sentence(struct line *l, const struct judged_metric *j,
    const struct figure_metric *m, const struct figure *f,
    const struct doubt_about *a, bool zh)
{
	char limit[40];

	words_value(limit, sizeof limit, j->limit, j->unit);
	if (m == NULL)
		add(l, "%s", j->metric);
	else if (!f->any)
		add(l, "%s", zh ? m->zh : m->en);
	else
		measured_text(l, j, m, f, a, zh);
	add(l, zh ? "，要求%s %s" : ", %s %s", bound_text(j->bound, zh), limit);
	if (a->doubt == DOUBT_NONE)
		return;
	add(l, "%s", zh ? "；" : "; ");
	doubt_text(l, j, f, a, zh);
}

void
words_of(struct judged_metric *j, const struct figure_metric *m,
    const struct figure *f, const struct doubt_about *a)
{
	struct line en = { j->why, sizeof j->why, 0 };
	struct line zh = { j->why_zh, sizeof j->why_zh, 0 };

	sentence(&en, j, m, f, a, false);
	sentence(&zh, j, m, f, a, true);
}

void
words_of_repeat(struct judged_metric *j, size_t which, size_t of)
{
	char why[sizeof j->why], why_zh[sizeof j->why_zh];
	struct line en = { j->why, sizeof j->why, 0 };
	struct line zh = { j->why_zh, sizeof j->why_zh, 0 };

	memcpy(why, j->why, sizeof why);
	memcpy(why_zh, j->why_zh, sizeof why_zh);
	add(&en, "repeat %zu of %zu: %s", which, of, why);
	add(&zh, "第 %zu 次（共 %zu 次）：%s", which, of, why_zh);
}

void
words_of_wide(struct judged_metric *j, const struct figure *f, double precision)
{
	struct line en = { j->why, sizeof j->why, strlen(j->why) };
	struct line zh = { j->why_zh, sizeof j->why_zh, strlen(j->why_zh) };
	const double half = (f->high - f->low) / 2 / f->mid * 100;
	const char *is = isfinite(half) ? number_of(half, 3).text : "∞";
	const struct number most = number_of(precision * 100, 3);

	add(&en,
	    "; interval not reached: half of it is %s %% of the figure, and "
	    "%s %% was asked for",
	    is, most.text);
	add(&zh, "；区间未收窄到要求：半宽为估计值的 %s %%，要求不超过 %s %%",
	    is, most.text);
}

void
words_of_few(struct judged_metric *j, size_t whole, size_t planned)
{
	struct line en = { j->why, sizeof j->why, strlen(j->why) };
	struct line zh = { j->why_zh, sizeof j->why_zh, strlen(j->why_zh) };

	add(&en, "; interval not reached: %zu of %zu repeats were whole", whole,
	    planned);
	add(&zh, "；未得到置信区间：计划重复 %zu 次，完整的只有 %zu 次",
	    planned, whole);
}

void
words_of_good(struct judged *j, size_t repeats)
{
	struct line en = { j->generator_why, sizeof j->generator_why, 0 };
	struct line zh = { j->generator_why_zh, sizeof j->generator_why_zh, 0 };

	add(&en, "the generator was good enough in all %zu repeats", repeats);
	add(&zh, "负载发生器在全部 %zu 次重复中均合格", repeats);
	if (j->bad_seconds == 0)
		return;
	add(&en, "; not at its best in %zu seconds", j->bad_seconds);
	add(&zh, "；其中 %zu 秒状态欠佳", j->bad_seconds);
}

void
words_of_row(struct judged *j)
{
	struct line en = { j->why, sizeof j->why, 0 };
	struct line zh = { j->why_zh, sizeof j->why_zh, 0 };
	const char *between = "";

	if (j->n == 0) {
		add(&en, "the row has no limit to hold a load against");
		add(&zh, "本条没有可用于负载判定的限值");
		return;
	}
	if (!j->generator_good && j->verdict == INCONCLUSIVE) {
		add(&en, "%s", j->generator_why);
		add(&zh, "%s", j->generator_why_zh);
		between = "; ";
	}
	for (size_t i = 0; i < j->n; i++) {
		if (j->metrics[i].verdict != j->verdict)
			continue;
		add(&en, "%s%s", between, j->metrics[i].why);
		add(&zh, "%s%s", between[0] == '\0' ? "" : "；",
		    j->metrics[i].why_zh);
		between = "; ";
	}
}
