/* SPDX-License-Identifier: MIT */
#include "reference/http/http.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

struct span
http_header(const struct http_request *r, const char *name)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (span_caseeq(r->fields[i].name, span_of(name)))
			return r->fields[i].value;
	return (struct span){ NULL, 0 };
}

bool
http_has_type(const struct http_request *r, const char *type)
{
	struct span value = http_header(r, "content-type");
	struct span bare = span_cut(&value, ';');

	while (bare.len > 0 && (bare.ptr[bare.len - 1] == ' ' ||
				   bare.ptr[bare.len - 1] == '\t'))
		bare.len--;
	return span_caseeq(bare, span_of(type));
}

void
http_answer_header(
    struct http_answer *a, const char *name, const char *fmt, ...)
{
	size_t from;
	va_list ap;

	buf_addf(&a->headers, "%s: ", name);
	from = a->headers.len;
	va_start(ap, fmt);
	buf_vaddf(&a->headers, fmt, ap);
	va_end(ap);
	/* whatever it was made from, it stays one line */
	for (size_t i = from; i < a->headers.len; i++)
		if ((unsigned char)a->headers.data[i] < ' ')
			a->headers.data[i] = ' ';
	buf_addf(&a->headers, "\r\n");
}

void
http_answer_text(struct http_answer *a, int status, const char *fmt, ...)
{
	va_list ap;

	a->status = status;
	a->type = "text/plain; charset=utf-8";
	buf_clear(&a->body);
	va_start(ap, fmt);
	buf_vaddf(&a->body, fmt, ap);
	va_end(ap);
	buf_addf(&a->body, "\n");
}

void
http_date(struct wall now, char text[HTTP_DATE])
{
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	const time_t t = (time_t)(now.us / 1000000);
	struct tm tm = { 0 };

	gmtime_r(&t, &tm);
	(void)snprintf(text, HTTP_DATE, "%s, %02u %s %04u %02u:%02u:%02u GMT",
	    days[tm.tm_wday], (unsigned)tm.tm_mday % 100, months[tm.tm_mon],
	    (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_hour % 100,
	    (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
}
