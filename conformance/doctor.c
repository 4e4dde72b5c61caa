/* SPDX-License-Identifier: MIT */
#include "conformance/doctor_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <jansson.h>

#include "lib/json.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "lib/text.h"

#define TEXT_MOST 1048576
#define DISK_BAD  (64ull << 20)
#define DISK_WARN (512ull << 20)

/* ---- what to do, in both languages ---- */

/* clang-format off */
static const struct doctor_todo
	fix_profile = { "correct the profile", "修正配置文件", false },
	add_endpoint = {
		"add the endpoint, or take the service out of scope.services",
		"补充该服务的 endpoint，或从 scope.services 中删去", false },
	permit_host = {
		"name the host in safety.reach and agree when starting",
		"在 safety.reach 中列出该主机，并在启动时确认", false },
	check_log = {
		"check the path in logs and the right to read it",
		"检查 logs 中的路径与读取权限", false },
	free_port = {
		"free the port, or choose another address in mail.sink.listen",
		"释放端口，或更换 mail.sink.listen", false },
	unset_check = {
		"nothing: they are removed before cases run",
		"无需处理：运行用例前会清除这些变量", false },
	free_disk = { "free space for the run folder", "为运行目录腾出空间", false },
	make_dir = { "create the folder or name another", "创建目录或另选目录", false };

static const char *const level_names[DOCTOR_LEVELS] = {
	[DOCTOR_OK]	= "ok",
	[DOCTOR_NOTE]	= "note",
	[DOCTOR_WARN]	= "warn",
	[DOCTOR_BAD]	= "bad",
};
/* clang-format on */

/* ---- findings ---- */

void
doctor_init(struct doctor *d)
{
	*d = (struct doctor){ 0 };
}

void
doctor_free(struct doctor *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->findings[i].what);
		free(d->findings[i].seen);
	}
	free(d->findings);
	*d = (struct doctor){ 0 };
}

/* What was seen is the peer's text: made printable, cut. */
void
doctor_find(struct doctor *d, enum doctor_level level, struct doctor_todo todo,
    const char *what, const char *seen_fmt, ...)
{
	struct doctor_finding *f;
	struct buf raw, seen;
	struct span s;
	va_list ap;

	buf_init(&raw, TEXT_MOST);
	buf_init(&seen, 4 * DOCTOR_SEEN_MOST);
	va_start(ap, seen_fmt);
	buf_vaddf(&raw, seen_fmt, ap);
	va_end(ap);
	s = span_take(buf_span(&raw), DOCTOR_SEEN_MOST);
	while (s.len > 0 && s.ptr[s.len - 1] == '\n')
		s.len--;
	text_escape(s, &seen);
	d->findings = mem_grow(d->findings, (d->n + 1) * sizeof *f);
	f = &d->findings[d->n++];
	*f = (struct doctor_finding){
		.level = level,
		.what = mem_text(span_of(what)),
		.seen = mem_text(buf_span(&seen)),
		.todo = todo.en,
		.todo_zh = todo.zh,
		.judged = todo.judged,
	};
	buf_free(&raw);
	buf_free(&seen);
}

void
doctor_refuse(struct doctor *d, const struct err *err)
{
	doctor_find(d, DOCTOR_BAD, fix_profile, "profile", "%s", err->what);
}

enum doctor_level
doctor_worst(const struct doctor *d)
{
	enum doctor_level worst = DOCTOR_OK;

	for (size_t i = 0; i < d->n; i++)
		if (d->findings[i].level > worst)
			worst = d->findings[i].level;
	return worst;
}

int
doctor_exit(const struct doctor *d)
{
	return doctor_worst(d) == DOCTOR_BAD ? 3 : 0;
}

bool
doctor_blocks(const struct doctor *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->findings[i].level == DOCTOR_BAD &&
		    !d->findings[i].judged)
			return true;
	return false;
}

const char *
doctor_level_name(enum doctor_level level)
{
	return level_names[level];
}

void
doctor_text(const struct doctor *d, struct buf *out)
{
	size_t counts[DOCTOR_LEVELS] = { 0 };

	for (size_t i = 0; i < d->n; i++) {
		const struct doctor_finding *f = &d->findings[i];

		counts[f->level]++;
		buf_addf(out, "%-4s  %s: %s\n", level_names[f->level], f->what,
		    f->seen);
		if (f->todo != NULL)
			buf_addf(out, "      -> %s\n      -> %s\n", f->todo,
			    f->todo_zh);
	}
	buf_addf(out, "%zu ok, %zu note, %zu warn, %zu bad\n",
	    counts[DOCTOR_OK], counts[DOCTOR_NOTE], counts[DOCTOR_WARN],
	    counts[DOCTOR_BAD]);
}

char *
doctor_json(const struct doctor *d)
{
	json_t *list = json_array(), *top;
	char *text;

	for (size_t i = 0; i < d->n; i++) {
		const struct doctor_finding *f = &d->findings[i];

		json_array_append_new(list,
		    json_pack("{s:s, s:o, s:o, s:s?, s:s?, s:b}", "level",
			level_names[f->level], "what",
			json_clean(f->what, DOCTOR_SEEN_MOST), "seen",
			json_clean(f->seen, 4 * DOCTOR_SEEN_MOST), "todo",
			f->todo, "todo_zh", f->todo_zh, "judged", f->judged));
	}
	top = json_pack("{s:s, s:i, s:b, s:o}", "worst",
	    level_names[doctor_worst(d)], "exit", doctor_exit(d), "blocks",
	    doctor_blocks(d), "findings", list);
	text = json_canonical(top);
	json_decref(top);
	return text;
}

/* ---- this machine ---- */

static void
see_profile(struct doctor *d, const struct profile *p)
{
	struct buf what;

	doctor_find(d, DOCTOR_OK, nothing, "profile", "%s, SM3 %.16s...",
	    p->path, p->digest);
	if (p->n_accounts == 0)
		doctor_find(d, DOCTOR_NOTE, nothing, "accounts", "none named");
	else
		doctor_find(d, DOCTOR_OK, nothing, "accounts",
		    "%zu, every password reference resolved", p->n_accounts);
	buf_init(&what, 200);
	for (size_t i = 0; i < p->scope.n_services; i++) {
		const char *service = p->scope.services[i];

		/* Certificates may be judged from files alone. */
		if (!sight_speaks(service) ||
		    profile_endpoint(p, service) != NULL)
			continue;
		buf_clear(&what);
		buf_addf(&what, "scope: %s", service);
		doctor_find(d, DOCTOR_BAD, add_endpoint, buf_text(&what),
		    "judged, but there is no endpoint");
	}
	buf_free(&what);
}

/* Check obeys CK_* and would run, or not run, what was not asked for. */
static void
see_environment(struct doctor *d)
{
	struct buf names;

	buf_init(&names, DOCTOR_SEEN_MOST);
	for (char **e = environ; *e != NULL; e++)
		if (strncmp(*e, "CK_", 3) == 0)
			buf_addf(&names, "%s%.*s", names.len == 0 ? "" : " ",
			    (int)strcspn(*e, "="), *e);
	if (names.len == 0)
		doctor_find(
		    d, DOCTOR_OK, nothing, "environment", "no CK_* variable");
	else
		doctor_find(d, DOCTOR_NOTE, unset_check, "environment", "%s",
		    buf_text(&names));
	buf_free(&names);
}

/* The folder itself, or the nearest above it that is there. */
static char *
standing_part(const char *dir)
{
	char *path = mem_text(span_of(dir)), *slash;

	while (access(path, F_OK) != 0) {
		slash = strrchr(path, '/');
		if (slash == NULL) {
			free(path);
			return mem_text(SPAN("."));
		}
		slash[slash == path ? 1 : 0] = '\0';
	}
	return path;
}

static void
see_disk(struct doctor *d, const char *run_dir)
{
	struct statvfs fs;
	uint64_t left;
	char *path;

	if (run_dir == NULL) {
		doctor_find(
		    d, DOCTOR_NOTE, nothing, "run folder", "none named yet");
		return;
	}
	path = standing_part(run_dir);
	if (statvfs(path, &fs) == -1 || access(path, W_OK | X_OK) == -1) {
		doctor_find(d, DOCTOR_BAD, make_dir, "run folder", "%s: %s",
		    path, strerror(errno));
	} else {
		left = (uint64_t)fs.f_bavail * fs.f_frsize;
		doctor_find(d,
		    left < DISK_BAD    ? DOCTOR_BAD
		    : left < DISK_WARN ? DOCTOR_WARN
				       : DOCTOR_OK,
		    left < DISK_WARN ? free_disk : nothing, "run folder",
		    "%llu MiB free at %s", (unsigned long long)(left >> 20),
		    path);
	}
	free(path);
}

static void
see_sink(struct doctor *d, const struct profile *p)
{
	struct err err;
	uint16_t port;
	int fd;

	if (p->mail.sink_domain == NULL)
		return;
	if (!net_listen(
		p->mail.sink_host, p->mail.sink_port, &fd, &port, &err)) {
		doctor_find(
		    d, DOCTOR_BAD, free_port, "mail.sink", "%s", err.what);
		return;
	}
	close(fd);
	doctor_find(d, DOCTOR_OK, nothing, "mail.sink",
	    "can listen on %s port %u", p->mail.sink_host, port);
}

static void
see_log(struct doctor *d, const struct profile_log *l)
{
	/* Not blocking: the path may be that of a pipe. */
	const int fd = open(l->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct doctor_title what;
	struct stat st;

	snprintf(what.text, sizeof what.text, "%s: log", l->service);
	if (fd == -1 || fstat(fd, &st) == -1)
		doctor_find(d, DOCTOR_BAD, check_log, what.text, "%s: %s",
		    l->path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		doctor_find(d, DOCTOR_BAD, check_log, what.text,
		    "%s: not a regular file", l->path);
	else
		doctor_find(d, DOCTOR_OK, nothing, what.text, "%s: %lld bytes",
		    l->path, (long long)st.st_size);
	if (fd != -1)
		close(fd);
}

/* ---- all of it ---- */

enum doctor_level
doctor_run(const struct doctor_setup *setup, struct doctor *d)
{
	const struct profile *p = setup->profile;
	struct err err;

	see_profile(d, p);
	doctor_see_roles(d, p);
	see_environment(d);
	see_disk(d, setup->run_dir);
	see_sink(d, p);
	for (size_t i = 0; i < p->n_logs; i++)
		see_log(d, &p->logs[i]);
	if (profile_reachable(p, setup->operator_agreed, &err))
		doctor_see_target(d, setup);
	else
		doctor_find(
		    d, DOCTOR_BAD, permit_host, "endpoints", "%s", err.what);
	return doctor_worst(d);
}
