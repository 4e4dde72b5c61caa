/* SPDX-License-Identifier: MIT */
/*
 * A plan as text of 80 columns: its phases, its flows, and a sketch of the
 * rate over time.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/columns.h"
#include "lib/mem.h"
#include "lib/number.h"
#include "loadgen/arrival.h"
#include "loadgen/until.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum {
	WIDTH = 80,
	CELLS = 7,       /* of a row */
	CELL = 96,       /* octets */
	NAME_WIDTH = 14, /* columns of a name; longer ones are cut */
	SKETCH_WIDTH = 66,
	SKETCH_HEIGHT = 6,
	TEXT_MOST = 65536,
};

struct row {
	char cells[CELLS][CELL];
};

struct writing {
	const struct load_plan *plan;
	const struct scenario *sc;
	bool zh;
	struct buf out;
};

static const char *
word(const struct writing *w, const char *en, const char *zh)
{
	return w->zh ? zh : en;
}

static void put(char cell[CELL], const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(char cell[CELL], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(cell, CELL, fmt, ap);
	va_end(ap);
}

static void
put_name(char cell[CELL], const char *name)
{
	const size_t n = strlen(name);

	if (n <= NAME_WIDTH)
		put(cell, "%s", name);
	else
		put(cell, "%.*s~", NAME_WIDTH - 1, name);
}

/* The largest unit in which it is a whole number, else seconds. */
static void
put_time(char cell[CELL], int64_t us)
{
	/* clang-format off */
	static const struct {
		const char	*unit;
		int64_t		 us;
	} units[] = {
		{ "h",	INT64_C(3600000000) },
		{ "min", 60000000 },
		{ "s",	1000000 },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(units); i++)
		if (us != 0 && us % units[i].us == 0) {
			put(cell, "%lld %s", (long long)(us / units[i].us),
			    units[i].unit);
			return;
		}
	if (us != 0 && us < 1000000)
		put(cell, "%s ms", number_of((double)us * 1e-3, 6).text);
	else
		put(cell, "%s s", number_of((double)us * 1e-6, 10).text);
}

static void
put_size(char cell[CELL], int64_t octets)
{
	if (octets == 0)
		put(cell, "-");
	else if (octets % 1048576 == 0)
		put(cell, "%lld MiB", (long long)(octets / 1048576));
	else if (octets % 1024 == 0)
		put(cell, "%lld KiB", (long long)(octets / 1024));
	else
		put(cell, "%lld B", (long long)octets);
}

/* Columns as wide as they have to be, two blanks between. */
static void
put_table(struct writing *w, const struct row *rows, size_t n)
{
	size_t widths[CELLS] = { 0 }, last = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < CELLS; c++) {
			const size_t is = columns_of(span_of(rows[i].cells[c]));

			widths[c] = is > widths[c] ? is : widths[c];
			last = is != 0 && c > last ? c : last;
		}
	for (size_t i = 0; i < n; i++) {
		buf_addf(&w->out, "  ");
		for (size_t c = 0; c < last; c++)
			columns_pad(
			    &w->out, span_of(rows[i].cells[c]), widths[c] + 2);
		buf_addf(&w->out, "%s\n", rows[i].cells[last]);
	}
	buf_addf(&w->out, "\n");
}

/* ---- the head ---- */

/* The moments, of what is judged, at which it may end. */
static void
put_until(const struct writing *w, struct buf *line)
{
	const int looks = until_looks(w->sc);

	if (looks < 2)
		return;
	buf_addf(line, w->zh ? "；判定阶段可在第"
			     : "; may end when its judged phase is at");
	for (int i = 0; i < looks; i++) {
		char at[CELL];

		put_time(at, (int64_t)until_at(w->sc, i) * 1000000);
		buf_addf(line, "%s %s", i == 0 ? "" : w->zh ? "、" : ",", at);
	}
	buf_addf(line,
	    w->zh ? " 结束，条件是结论已定且区间半宽不超过 %s %%"
		  : ", all being told and half of an interval at most %s %%",
	    number_of(w->sc->precision * 100, 3).text);
}

static void
put_head(struct writing *w)
{
	const struct scenario *sc = w->sc;
	char length[CELL];
	struct buf line;

	buf_init(&line, 4096);
	buf_addf(&line, "%s: %s", sc->name, word(w, sc->title, sc->title_zh));
	columns_wrap(&w->out, 0, 2, WIDTH, buf_span(&line));
	buf_clear(&line);
	put_time(length, w->plan->end_ns / 1000);
	if (sc->arrive == ARRIVE_CLOSED)
		buf_addf(&line,
		    w->zh ? "%zu 个用户持续忙碌 %s：闭环，仅可用于衡量吞吐量"
			  : "%zu users, busy for %s: a closed loop, good for "
			    "throughput alone",
		    w->plan->n, length);
	else
		buf_addf(&line,
		    w->zh
			? "%zu 次%s到达，历时 %s，单秒最多 %s 次；最多 %d "
			  "个连接，%d 个可排队等待"
			: "%zu %s within %s, at most %s in one second; at most "
			  "%d connections, %d may wait for one",
		    w->plan->n,
		    sc->arrive == ARRIVE_SESSIONS ? word(w, "sessions", "会话")
						  : word(w, "requests", "请求"),
		    length, number_of(w->plan->peak, 4).text, sc->connections,
		    sc->queue);
	buf_addf(&line, w->zh ? "；随机种子 %llu" : "; seed %llu",
	    (unsigned long long)sc->seed);
	if (sc->repeats > 1)
		buf_addf(
		    &line, w->zh ? "；重复 %d 次" : "; %d times", sc->repeats);
	put_until(w, &line);
	buf_addf(&w->out, "  ");
	columns_wrap(&w->out, 2, 2, WIDTH, buf_span(&line));
	buf_addf(&w->out, "\n");
	buf_free(&line);
}

/* ---- phases ---- */

static void
put_rate(
    const struct writing *w, char cell[CELL], const struct scenario_phase *p)
{
	const struct number from = number_of(p->rate, 4);
	const struct number to = number_of(p->rate_to, 4);

	switch (p->shape) {
	case SHAPE_RAMP:
		put(cell, w->zh ? "%s 至 %s /s" : "%s to %s /s", from.text,
		    to.text);
		break;
	case SHAPE_STEPS:
		put(cell, w->zh ? "%s 至 %s /s，%d 级" : "%s to %s /s in %d",
		    from.text, to.text, p->steps);
		break;
	case SHAPE_SPIKE:
		put(cell, w->zh ? "%s，尖峰 %s /s" : "%s, %s /s", from.text,
		    to.text);
		break;
	case SHAPE_TRACE:
		put(cell, "-");
		break;
	default:
		put(cell, "%s /s", from.text);
	}
}

static void
put_phases(struct writing *w)
{
	/* clang-format off */
	static const struct {
		const char *en, *zh;
	} shapes[] = {
		[SHAPE_CONSTANT] = { "constant", "恒定" },
		[SHAPE_POISSON] = { "poisson", "泊松" },
		[SHAPE_RAMP] = { "ramp", "渐变" },
		[SHAPE_STEPS] = { "steps", "阶梯" },
		[SHAPE_SPIKE] = { "spike", "尖峰" },
		[SHAPE_SOAK] = { "soak", "浸泡" },
		[SHAPE_TRACE] = { "trace", "回放" },
	};
	/* clang-format on */
	const bool closed = w->sc->arrive == ARRIVE_CLOSED;
	struct row *rows = mem_new(w->sc->n_phases + 1, sizeof *rows);
	uint64_t counts[SCENARIO_PHASES] = { 0 };

	for (size_t i = 0; i < w->plan->n; i++)
		counts[w->plan->at[i].phase]++;
	put(rows[0].cells[0], "%s", word(w, "phase", "阶段"));
	put(rows[0].cells[1], "%s", word(w, "from", "开始"));
	put(rows[0].cells[2], "%s", word(w, "for", "时长"));
	put(rows[0].cells[3], "%s", word(w, "judged", "评判"));
	if (!closed) {
		put(rows[0].cells[4], "%s", word(w, "arrivals", "到达"));
		put(rows[0].cells[5], "%s", word(w, "shape", "形状"));
		put(rows[0].cells[6], "%s", word(w, "rate", "速率"));
	}
	for (size_t i = 0; i < w->sc->n_phases; i++) {
		const struct scenario_phase *p = &w->sc->phases[i];
		struct row *r = &rows[i + 1];

		put_name(r->cells[0], p->name);
		put_time(r->cells[1], w->plan->phase_from_ns[i] / 1000);
		put_time(r->cells[2], p->for_us);
		put(r->cells[3], "%s",
		    p->judged ? word(w, "yes", "是") : word(w, "no", "否"));
		if (closed)
			continue;
		put(r->cells[4], "%llu", (unsigned long long)counts[i]);
		put(r->cells[5], "%s",
		    word(w, shapes[p->shape].en, shapes[p->shape].zh));
		put_rate(w, r->cells[6], p);
	}
	put_table(w, rows, w->sc->n_phases + 1);
	free(rows);
}

/* ---- flows and accounts ---- */

static void
put_flows(struct writing *w)
{
	struct row *rows = mem_new(w->sc->n_flows + 1, sizeof *rows);
	uint64_t counts[SCENARIO_FLOWS] = { 0 };

	for (size_t i = 0; i < w->plan->n; i++)
		counts[w->plan->at[i].flow]++;
	put(rows[0].cells[0], "%s", word(w, "flow", "流程"));
	put(rows[0].cells[1], "%s", word(w, "service", "服务"));
	put(rows[0].cells[2], "%s",
	    w->sc->arrive == ARRIVE_CLOSED ? word(w, "users", "用户")
					   : word(w, "arrivals", "到达"));
	put(rows[0].cells[3], "%s", word(w, "share", "份额"));
	put(rows[0].cells[4], "%s", word(w, "repeat", "次数"));
	put(rows[0].cells[5], "%s", word(w, "think", "思考"));
	put(rows[0].cells[6], "%s", word(w, "message", "邮件"));
	for (size_t i = 0; i < w->sc->n_flows; i++) {
		const struct scenario_flow *f = &w->sc->flows[i];
		struct row *r = &rows[i + 1];

		put_name(r->cells[0], f->name);
		put(r->cells[1], "%s", f->service);
		put(r->cells[2], "%llu", (unsigned long long)counts[i]);
		put(r->cells[3], "%.1f %%",
		    100 * (double)counts[i] / (double)w->plan->n);
		if (f->stays)
			put(r->cells[4], "%s", word(w, "to the end", "至结束"));
		else
			put(r->cells[4], "%d", f->repeat);
		if (f->think_us != 0)
			put_time(r->cells[5], f->think_us);
		else
			put(r->cells[5], "-");
		put_size(r->cells[6], f->size);
	}
	put_table(w, rows, w->sc->n_flows + 1);
	free(rows);
}

static void
put_accounts(struct writing *w)
{
	const struct scenario *sc = w->sc;
	struct buf line;

	if (sc->n_accounts == 0)
		return;
	buf_init(&line, 16384);
	buf_addf(&line,
	    w->zh ? "账号（%zu 个）：" : "accounts (%zu):", sc->n_accounts);
	for (size_t i = 0; i < sc->n_accounts; i++)
		buf_addf(&line, "%s%s%s", i == 0 && w->zh ? "" : " ",
		    sc->accounts[i], i + 1 < sc->n_accounts ? "," : "");
	buf_addf(&w->out, "  ");
	columns_wrap(&w->out, 2, 4, WIDTH, buf_span(&line));
	buf_addf(&w->out, "\n");
	buf_free(&line);
}

/* ---- the sketch ---- */

/* Each column is the mean rate of its time; a line is a step of the height. */
static void
put_sketch(struct writing *w)
{
	const struct load_plan *plan = w->plan;
	const double each_s = (double)plan->end_ns * 1e-9 / SKETCH_WIDTH;
	double rates[SKETCH_WIDTH] = { 0 }, most = 0;
	char begin[CELL], end[CELL];

	for (size_t i = 0; i < plan->n; i++) {
		const double at_s = (double)plan->at[i].at_ns * 1e-9;
		size_t c = (size_t)(at_s / each_s);

		c = c < SKETCH_WIDTH ? c : SKETCH_WIDTH - 1;
		rates[c] += 1 / each_s;
		most = rates[c] > most ? rates[c] : most;
	}
	for (int line = SKETCH_HEIGHT; line > 0; line--) {
		char marks[SKETCH_WIDTH + 1] = { 0 };
		size_t used = 0;

		for (size_t c = 0; c < SKETCH_WIDTH; c++) {
			const double full = rates[c] / most * SKETCH_HEIGHT;

			marks[c] =
			    full >= line - 0.25 ? '#'
			    : full >= line - 0.75 || (line == 1 && full > 0)
				? '.'
				: ' ';
			used = marks[c] != ' ' ? c + 1 : used;
		}
		marks[used] = '\0';
		if (line == SKETCH_HEIGHT)
			buf_addf(&w->out, "  %7s |%s\n",
			    number_of(most, 4).text, marks);
		else
			buf_addf(&w->out, "  %7s |%s\n", "", marks);
	}
	buf_addf(&w->out, "  %7s +", word(w, "/s", "次/秒"));
	for (int i = 0; i < SKETCH_WIDTH; i++)
		buf_addf(&w->out, "-");
	put_time(begin, 0);
	put_time(end, plan->end_ns / 1000);
	buf_addf(&w->out, "\n%11s%s%*s\n", "", begin,
	    SKETCH_WIDTH - (int)strlen(begin), end);
}

char *
arrival_text(const struct load_plan *plan, const struct scenario *sc, bool zh)
{
	struct writing w = { plan, sc, zh, { 0 } };
	char *text;

	buf_init(&w.out, TEXT_MOST);
	put_head(&w);
	put_phases(&w);
	put_flows(&w);
	put_accounts(&w);
	if (sc->arrive != ARRIVE_CLOSED)
		put_sketch(&w);
	text = mem_text(buf_span(&w.out));
	buf_free(&w.out);
	return text;
}
