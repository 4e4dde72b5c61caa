/* SPDX-License-Identifier: MIT */
#include "reports/sample.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/mem.h"
#include "reports/load_sample.h"

/* Hostile on purpose: markup, an escape sequence, a turn of direction. */
#define HOSTILE \
	"250 <script>alert(1)</script> \"'&amp; \x1b[31m \xe2\x80\xae" \
	"txt.exe \xff {1} %n"
#define SM3_A "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
#define SM3_B "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"

struct line {
	const char *id;
	enum req verifies;
	const char *clause, *title, *title_zh;
	enum verdict verdict;
	bool executes;
	const char *why, *expected, *heard;
	int line;
};

/* clang-format off */
static const struct line lines[] = {
	{ "smtp.greeting", EMAIL_F_01, "RFC 5321 4.3.1",
	  "The greeting is 220", "连接后以 220 问候",
	  PASS, true, "", NULL, NULL, 0 },
	{ "smtp.order.mail", EMAIL_F_01, "RFC 5321 4.1.4",
	  "RCPT before MAIL is refused", "未先发 MAIL 就发 RCPT，应予拒绝",
	  FAIL, true, "line 4: the reply is not permitted", "503 *",
	  "250 2.1.5 Recipient OK", 7 },
	{ "smtp.data.dot", EMAIL_F_01, "RFC 5321 4.5.2",
	  "A leading dot survives", "行首的点原样送达",
	  PASS, true, "", NULL, NULL, 0 },
	{ "smtp.tls.reset", EMAIL_F_02, "RFC 3207 4.2",
	  "State is reset after STARTTLS", "STARTTLS 之后会话状态复位",
	  FAIL, true, "line 9: the reply is not permitted", "503 *",
	  HOSTILE, 6 },
	{ "smtp.tls.version", EMAIL_F_02, "RFC 8996 3",
	  "TLS 1.2 or later", "TLS 版本不低于 1.2",
	  PASS, true, "", NULL, NULL, 0 },
	{ "smtp.relay.closed", EMAIL_F_03, "RFC 6409 4.3",
	  "No relay without authentication", "未认证不得转发",
	  PASS, true, "", NULL, NULL, 0 },
	{ "smtp.auth.plain", EMAIL_F_03, "RFC 4954 4",
	  "AUTH PLAIN works over TLS", "TLS 之上 AUTH PLAIN 可用",
	  PASS, true, "", NULL, NULL, 0 },
	{ "smtp.html", EMAIL_F_10, "RFC 2045 6",
	  "An HTML body arrives as sent", "HTML 正文原样送达",
	  PASS, true, "", NULL, NULL, 0 },
	{ "smtp.utf8.mailbox", EMAIL_F_12, "RFC 6531 3.1",
	  "A Chinese mailbox name is accepted", "接受中文邮箱名",
	  NOT_APPLICABLE, false, "the profile does not claim smtp.utf8",
	  NULL, NULL, 0 },
	{ "smtp.mime.charset", EMAIL_F_11, "RFC 2045 6.1",
	  "A GB 18030 body arrives as sent", "GB 18030 正文原样送达",
	  INCONCLUSIVE, true, "no message within 30 s", NULL, NULL, 0 },
	{ "smtp.size.announced", EMAIL_F_14, "RFC 1870 6.1",
	  "A message above SIZE is refused", "超过声明大小的邮件被拒绝",
	  FAIL, true, "line 5: the reply is not permitted", "552 *",
	  "250 2.1.0 OK", 7 },
	{ "smtp.dsn", EMAIL_F_20, "RFC 3461 4",
	  "A failed delivery is reported", "投递失败时通知发件人",
	  BROKEN, true, "the sink could not listen: Address already in use",
	  NULL, NULL, 0 },
	{ "smtp.audit", EMAIL_F_24, "GB/T 37002-2018 6.1.1.2",
	  "The log names user, time and result", "日志含用户、时间与结果",
	  REVIEW, true, "two lines of the log are filed; read them",
	  NULL, NULL, 0 },
	{ "load.submission.throughput", EMAIL_P_02, "GB/T 34079.4 5.2",
	  "Submission at the agreed rate", "按约定速率提交邮件",
	  PASS, true, "", NULL, NULL, 0 },
	{ "load.submission.nothing-lost", EMAIL_P_04, "GB/T 34079.4 5.2",
	  "Every accepted message arrives once",
	  "接受的邮件一封不少、一封不重",
	  FAIL, true, "lost: 2, at most 0", "lost at most 0", "lost 2", 0 },
};

static const char *const talk[] = {
	"{\"t_us\":812,\"party\":\"\",\"dir\":\"S\","
	    "\"text\":\"220 mail.example ESMTP\\\\r\\\\n\"}",
	"{\"t_us\":1010,\"party\":\"\",\"dir\":\"C\","
	    "\"text\":\"EHLO r1.smtp.client.example\\\\r\\\\n\"}",
	"{\"t_us\":1544,\"party\":\"\",\"dir\":\"S\","
	    "\"text\":\"250-mail.example\\\\r\\\\n250-PIPELINING\\\\r\\\\n"
	    "250 SMTPUTF8\\\\r\\\\n\"}",
	"{\"t_us\":1602,\"party\":\"\",\"dir\":\"@\","
	    "\"text\":\"tls TLSv1.3\"}",
	"{\"t_us\":1700,\"party\":\"\",\"dir\":\"C\","
	    "\"text\":\"RCPT TO:<bob@example.org>\\\\r\\\\n\"}",
	"{\"t_us\":2001,\"party\":\"\",\"dir\":\"S\","
	    "\"text\":\"250 <script>alert(1)</script> "
	    "\\u001b[31m\\u202etxt.exe\\\\r\\\\n\"}",
	"{\"t_us\":2108,\"party\":\"\",\"dir\":\"S\","
	    "\"text\":\"250 2.1.5 Recipient OK\\\\r\\\\n\"}",
	"{\"t_us\":2300,\"party\":\"\",\"dir\":\"C\","
	    "\"text\":\"QUIT\\\\r\\\\n\"}",
	"{\"t_us\":2650,\"party\":\"\",\"dir\":\"S\","
	    "\"text\":\"221 2.0.0 Bye\\\\r\\\\n\"}",
	"{\"t_us\":2651,\"party\":\"\",\"dir\":\"@\",\"text\":\"closed\"}",
};
/* clang-format on */

#define LINES (sizeof(lines) / sizeof(lines[0]))

static char *
copy(const char *text)
{
	return text == NULL ? NULL : mem_text(span_of(text));
}

static void
plan_one_row(struct plan *plan, enum req req)
{
	struct plan_row *row = &plan->rows[req];
	const bool email = strcmp(catalogue_chapter(req), "5") == 0;

	row->disposition = email ? ROW_NOT_TESTED : ROW_OUT_OF_SCOPE;
	for (size_t i = 0; i < LINES; i++)
		if (lines[i].verifies == req)
			row->disposition = ROW_PLANNED;
	if (req == EMAIL_P_06)
		row->disposition = ROW_TEXT_MISSING;
	if (row->disposition == ROW_NOT_TESTED)
		row->why = copy("no case of this kit judges it yet");
	else if (row->disposition == ROW_TEXT_MISSING)
		row->why = copy("only the heading of the clause is known");
	else if (row->disposition == ROW_OUT_OF_SCOPE)
		row->why = copy("first stage: e-mail only");
}

static void
make_plan(struct plan *plan)
{
	*plan = (struct plan){
		.run = copy("20261122-012654-7f3a"),
		.created = copy("2026-11-22T01:26:54.000000Z"),
		.kit = copy("0.1.0"),
		.target = copy("fixtures/targets/example/target.yaml"),
		.profile_digest = copy(SM3_A),
		.catalogue_digest = copy(catalogue_digest()),
		.product = copy("示例科技 政务邮件 3.2.1"),
		.project = copy("某市电子政务公共平台一期"),
		.scope = copy("chapter 5, services smtp, submission"),
		.cases = mem_new(LINES, sizeof(plan->cases[0])),
		.n = LINES,
	};
	for (size_t i = 0; i < REQ_COUNT; i++)
		plan_one_row(plan, (enum req)i);
	for (size_t i = 0; i < LINES; i++)
		plan->cases[i] = (struct plan_case){
			.id = copy(lines[i].id),
			.verifies = lines[i].verifies,
			.clause = copy(lines[i].clause),
			.title = copy(lines[i].title),
			.title_zh = copy(lines[i].title_zh),
			.executes = lines[i].executes,
			.verdict = lines[i].verdict,
			.why = lines[i].executes ? NULL : copy(lines[i].why),
			.repeats = 1,
			.soft_ms = 30000,
			.hard_ms = 60000,
		};
}

static struct outcome
make_outcome(const struct line *l, size_t i)
{
	struct outcome o = {
		.id = copy(l->id),
		.attempt = 1,
		.verdict = l->verdict,
		.why = copy(l->why),
		.clause = l->expected == NULL ? NULL : copy(l->clause),
		.expected = copy(l->expected),
		.heard = copy(l->heard),
		.line = l->line,
		.took_us = (int64_t)(i + 1) * 1250,
		.started = mem_textf("2026-11-22T01:27:%02zu.000000Z", i),
	};

	if (l->verdict != BROKEN)
		o.file = mem_textf("%s/1.jsonl", l->id);
	if (o.file != NULL) {
		o.evidence = mem_new(1, sizeof(o.evidence[0]));
		o.evidence[0].path = copy(o.file);
		o.evidence[0].sm3 = copy(SM3_A);
		o.n_evidence = 1;
	}
	return o;
}

static void
make_ledger(struct ledger *ledger)
{
	*ledger = (struct ledger){
		.head = copy(SM3_B),
		.outcomes = mem_new(LINES, sizeof(ledger->outcomes[0])),
		.closed = true,
	};
	for (size_t i = 0; i < LINES; i++)
		if (lines[i].executes)
			ledger->outcomes[ledger->n++] =
			    make_outcome(&lines[i], i);
	ledger->planned = ledger->n;
}

static void
make_profile(struct profile *profile)
{
	static struct profile_waiver waivers[] = {
		{ .subject = "smtp.tls.reset",
		    .reason = "厂商 3.2.2 版修复，试运行期内仅限内网使用",
		    .approver = "信息中心 王某",
		    .expires = "2027-01-31" },
		{ .subject = "EMAIL-F-10",
		    .reason = "旧版网关改写 HTML",
		    .approver = "信息中心 王某",
		    .expires = "2026-06-30" },
	};
	static struct profile_endpoint endpoints[] = {
		{ .service = "smtp",
		    .host = "127.0.0.1",
		    .port = 2525,
		    .tls = PROFILE_TLS_STARTTLS },
		{ .service = "submissions",
		    .host = "127.0.0.1",
		    .port = 4650,
		    .tls = PROFILE_TLS_IMPLICIT },
	};

	static char *chapters[] = { "5" };

	*profile = (struct profile){ .path = "target.yaml",
		.digest = SM3_A,
		.waivers = waivers,
		.n_waivers = 2,
		.endpoints = endpoints,
		.n_endpoints = 2 };
	profile->project.name = "某市电子政务公共平台一期";
	profile->project.client = "某市大数据管理局";
	profile->project.contract = "ZW-2026-041";
	profile->product.vendor = "示例科技";
	profile->product.name = "政务邮件";
	profile->product.version = "3.2.1";
	profile->scope.chapters = chapters;
	profile->scope.n_chapters = 1;
	profile->scope.reason = "一期只验收电子邮件";
}

void
sample_make(struct sample *s)
{
	*s = (struct sample){ .score = {
				  .aimed_kill = { 31, 32 },
				  .coverage = { 2, 9 },
				  .false_alarms = { 0, 418 },
				  .blast_median = 1.0,
				  .stability = { 52, 52 },
				  .hostile = { 8, 8 },
				  .replay = { 52, 52 },
				  .measured = "2026-11-22T01:00:00Z",
				  .kit = "0.1.0",
			      } };
	load_sample_make(&s->load);
	make_plan(&s->plan);
	make_ledger(&s->ledger);
	s->ledger.plan_digest = plan_digest(&s->plan);
	make_profile(&s->profile);
	matrix_make(&s->matrix, &s->plan, &s->ledger, s->profile.waivers,
	    s->profile.n_waivers, "2026-11-22");
}

void
sample_free(struct sample *s)
{
	load_report_free(&s->load);
	matrix_free(&s->matrix);
	ledger_free(&s->ledger);
	plan_free(&s->plan);
}

static bool
write_talk(const char *dir, const char *id, struct err *err)
{
	char *folder = mem_textf("%s/evidence/%s", dir, id);
	char *path = mem_textf("%s/1.jsonl", folder);
	bool ok = mkdir(folder, 0777) == 0 || errno == EEXIST;
	FILE *f = ok ? fopen(path, "we") : NULL;

	for (size_t i = 0; f != NULL && i < sizeof(talk) / sizeof(*talk); i++)
		fprintf(f, "%s\n", talk[i]);
	ok = f != NULL && fclose(f) == 0;
	if (!ok)
		err_set(err, ERR_IO, "write %s", path);
	free(path);
	free(folder);
	return ok;
}

bool
sample_evidence(const char *dir, struct err *err)
{
	char *folder = mem_textf("%s/evidence", dir);
	bool ok = mkdir(folder, 0777) == 0 || errno == EEXIST;

	if (!ok)
		err_set(err, ERR_IO, "mkdir %s", folder);
	for (size_t i = 0; ok && i < LINES; i++)
		if (lines[i].executes && lines[i].verdict != BROKEN)
			ok = write_talk(dir, lines[i].id, err);
	free(folder);
	return ok;
}
