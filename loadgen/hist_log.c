/* SPDX-License-Identifier: MIT */
#include "loadgen/hist_log.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <zlib.h>

#include "lib/mem.h"
#include "lib/text.h"

#define V2_COOKIE            0x1c849313u
#define V2_COMPRESSED_COOKIE 0x1c849314u
#define V2_HEAD              40
#define V2_COMPRESSED_HEAD   8
#define V2_MOST              (V2_HEAD + 9 * HIST_COUNTS)
#define DIGITS               3
#define LOWEST               1
#define RATIO                UINT64_C(0x3ff0000000000000) /* 1.0 */
#define TICKS                5                            /* of each half */
#define SUB_BUCKETS          (2 * HIST_HALF)
#define BUCKETS              (HIST_COUNTS / HIST_HALF - 1)

/* ---- octets ---- */

static void
put_be(uint8_t **p, uint64_t value, int octets)
{
	while (octets-- > 0)
		*(*p)++ = (uint8_t)(value >> 8 * octets);
}

static uint64_t
get_be(const uint8_t **p, int octets)
{
	uint64_t value = 0;

	while (octets-- > 0)
		value = value << 8 | *(*p)++;
	return value;
}

void
hist_v2_write(struct buf *out, const struct hist_packed *h)
{
	const size_t plain_len = V2_HEAD + h->len;
	uLongf len = compressBound(plain_len);
	uint8_t *plain = mem_new(plain_len, 1), *p = plain;
	uint8_t *packed = mem_new(V2_COMPRESSED_HEAD + len, 1);

	put_be(&p, V2_COOKIE, 4);
	put_be(&p, h->len, 4);
	put_be(&p, 0, 4); /* normalizing index offset */
	put_be(&p, DIGITS, 4);
	put_be(&p, LOWEST, 8);
	put_be(&p, HIST_MOST, 8);
	put_be(&p, RATIO, 8); /* integer to double */
	if (h->len != 0)
		memcpy(p, h->data, h->len);

	/* It has room enough, so that there is nothing to fail but memory. */
	if (compress(packed + V2_COMPRESSED_HEAD, &len, plain, plain_len) !=
	    Z_OK)
		abort();
	p = packed;
	put_be(&p, V2_COMPRESSED_COOKIE, 4);
	put_be(&p, len, 4);
	text_base64(
	    (struct span){ (char *)packed, V2_COMPRESSED_HEAD + len }, out);
	free(packed);
	free(plain);
}

/* The encoding without its compression, of n octets. */
static const char *
read_plain(struct hist_packed *h, const uint8_t *p, size_t n)
{
	const uint8_t *const start = p;
	uint64_t len;

	if (n < V2_HEAD || get_be(&p, 4) != V2_COOKIE)
		return "is no histogram in V2 encoding";
	len = get_be(&p, 4);
	if (len > n - V2_HEAD)
		return "is cut off";
	/*
	 * The offset says where in its memory the writer had bucket 0, not
	 * where it is here; some write 1 for none.
	 */
	get_be(&p, 4);
	if (get_be(&p, 4) != DIGITS || get_be(&p, 8) != LOWEST)
		return "has another layout; 3 significant digits and lowest "
		       "value 1 would be right";
	if (!hist_packed_read(
		h, (struct span){ (const char *)start + V2_HEAD, len }))
		return "has counts that no histogram up to an hour has";
	return NULL;
}

/* Of n octets, at p the head of the compression. */
static const char *
read_compressed(struct hist_packed *h, const uint8_t *p, size_t n)
{
	uLongf plain_len = V2_MOST;
	uint8_t *plain;
	const char *why;
	uint64_t len;

	if (n < V2_COMPRESSED_HEAD || get_be(&p, 4) != V2_COMPRESSED_COOKIE)
		return "is no compressed histogram in V2 encoding";
	len = get_be(&p, 4);
	if (len > n - V2_COMPRESSED_HEAD)
		return "is cut off";
	plain = mem_new(V2_MOST, 1);
	why = uncompress(plain, &plain_len, p, len) != Z_OK
		  ? "cannot be decompressed"
		  : read_plain(h, plain, plain_len);
	free(plain);
	return why;
}

bool
hist_v2_read(struct hist_packed *h, struct span text, const char **why)
{
	struct buf octets;

	*h = (struct hist_packed){ 0 };
	buf_init(&octets, text.len);
	*why =
	    text_unbase64(text, &octets)
		? read_compressed(h, (const uint8_t *)octets.data, octets.len)
		: "is not base64";
	buf_free(&octets);
	return *why == NULL;
}

/* ---- lines ---- */

void
hist_log_head(struct buf *out, const char *comment, struct wall start)
{
	const double start_s = (double)start.us / 1e6;
	char text[CLOCK_TEXT];

	wall_text(start, text);
	buf_addf(out, "#[%s]\n", comment);
	buf_add(out, SPAN("#[Histogram log format version 1.3]\n"));
	buf_addf(out, "#[StartTime: %.3f (seconds since epoch), %s]\n", start_s,
	    text);
	buf_addf(out, "#[BaseTime: %.3f (seconds since epoch)]\n", start_s);
	buf_add(out, SPAN("\"StartTimestamp\",\"Interval_Length\","
			  "\"Interval_Max\","
			  "\"Interval_Compressed_Histogram\"\n"));
}

void
hist_log_add(struct buf *out, const char *tag, double from_s, double for_s,
    const struct hist_packed *h)
{
	if (*tag != '\0')
		buf_addf(out, "Tag=%s,", tag);
	buf_addf(out, "%.3f,%.3f,%.3f,", from_s, for_s, (double)h->max / 1000);
	hist_v2_write(out, h);
	buf_add(out, SPAN("\n"));
}

struct hist_log
hist_log_start(const char *what, struct span text, struct err *err)
{
	return (struct hist_log){ .what = what, .rest = text, .err = err };
}

/* Blames the line; false. */
static bool
bad_line(struct hist_log *log, const char *field, const char *why)
{
	log->bad = true;
	return err_set(log->err, ERR_CONFIG, "%s:%d: %s %s", log->what,
	    log->line, field, why);
}

/* A number of at most 63 characters, finite and not negative. */
static bool
number_of(struct span text, double *value)
{
	char copy[64], *end;

	if (text.len == 0 || text.len >= sizeof copy || *text.ptr < '0' ||
	    *text.ptr > '9')
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	*value = strtod(copy, &end);
	return *end == '\0' && isfinite(*value);
}

/* "#[StartTime: 1441812279.474 (seconds since epoch), ...": the number. */
static void
take_comment(struct hist_log *log, struct span line)
{
	static const struct span names[] = { SPAN_INIT("#[BaseTime: "),
		SPAN_INIT("#[StartTime: ") };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		double value;

		if (!span_starts(line, names[i]))
			continue;
		line = span_skip(line, names[i].len);
		if (number_of(span_cut(&line, ' '), &value))
			log->start_s = value;
	}
}

static bool
take_interval(
    struct hist_log *log, struct span line, struct hist_log_interval *one)
{
	double max;
	const char *why;

	*one = (struct hist_log_interval){ 0 };
	if (span_starts(line, SPAN("Tag="))) {
		one->tag = span_cut(&line, ',');
		one->tag = span_skip(one->tag, strlen("Tag="));
	}
	if (!number_of(span_cut(&line, ','), &one->from_s))
		return bad_line(log, "start", "is no number of seconds");
	if (!number_of(span_cut(&line, ','), &one->for_s))
		return bad_line(log, "length", "is no number of seconds");
	if (!number_of(span_cut(&line, ','), &max))
		return bad_line(log, "greatest value", "is no number");
	if (!hist_v2_read(&one->hist, line, &why))
		return bad_line(log, "histogram", why);
	return true;
}

bool
hist_log_next(struct hist_log *log, struct hist_log_interval *one)
{
	while (log->rest.len != 0 && !log->bad) {
		struct span line = span_cut(&log->rest, '\n');

		log->line++;
		if (line.len != 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (span_starts(line, SPAN("#")))
			take_comment(log, line);
		else if (line.len != 0 && *line.ptr != '"')
			return take_interval(log, line, one);
	}
	return false;
}

/* ---- percentiles ---- */

static void
bucket_moments(const struct hist *h, double *mean, double *deviation)
{
	double sum = 0, squares = 0;
	size_t i;

	*mean = *deviation = 0;
	if (h->n == 0)
		return;
	for (i = 0; i < HIST_COUNTS; i++)
		sum += (double)h->counts[i] * (double)hist_middle(i);
	*mean = sum / (double)h->n;
	for (i = 0; i < HIST_COUNTS; i++) {
		const double d = (double)hist_middle(i) - *mean;

		squares += d * d * (double)h->counts[i];
	}
	*deviation = sqrt(squares / (double)h->n);
}

/*
 * From a level to the next: the way from 0, or from where the last half
 * began, to the half of what is left is gone in TICKS steps.
 */
static double
next_level(double level)
{
	const double halves = floor(log2(100 / (100 - level))) + 1;

	return level + 100 / (TICKS * exp2(halves));
}

static void
percentile_lines(struct buf *out, const struct hist *h)
{
	double level = 0;
	uint64_t seen = 0;
	size_t i;

	for (i = 0; i < HIST_COUNTS && seen < h->n; i++) {
		const double ms = (double)hist_highest(i) / 1000;

		if (h->counts[i] == 0)
			continue;
		seen += h->counts[i];
		while (100.0 * (double)seen / (double)h->n >= level) {
			buf_addf(out, "%12.3f %2.12f %10" PRIu64 " %14.2f\n",
			    ms, level / 100, seen, 1 / (1 - level / 100));
			level = next_level(level);
			if (seen == h->n)
				break;
		}
		if (seen == h->n)
			buf_addf(out, "%12.3f %2.12f %10" PRIu64 "\n", ms, 1.0,
			    seen);
	}
}

void
hist_percentiles_text(struct buf *out, const struct hist *h)
{
	double mean, deviation;
	int64_t max = h->n == 0 ? 0 : hist_highest(hist_index(h->max));

	buf_addf(out, "%12s %14s %10s %14s\n\n", "Value", "Percentile",
	    "TotalCount", "1/(1-Percentile)");
	percentile_lines(out, h);
	bucket_moments(h, &mean, &deviation);
	buf_addf(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n",
	    mean / 1000, deviation / 1000);
	buf_addf(out, "#[Max     = %12.3f, Total count    = %12" PRIu64 "]\n",
	    (double)max / 1000, h->n);
	buf_addf(out, "#[Buckets = %12d, SubBuckets     = %12d]\n", BUCKETS,
	    SUB_BUCKETS);
	buf_add(out, SPAN("#[Values are in milliseconds]\n"));
}
