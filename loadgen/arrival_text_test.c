/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "loadgen/arrival.h"

#define S(n) ((n)*INT64_C(1000000))

static struct scenario_phase phases[] = {
	{ .name = (char *)"warm-up",
	    .shape = SHAPE_RAMP,
	    .rate_to = 20,
	    .for_us = S(20) },
	{ .name = (char *)"a-name-that-is-far-too-long",
	    .rate = 20,
	    .rate_to = 20,
	    .for_us = S(60),
	    .judged = true },
	{ .name = (char *)"spike",
	    .shape = SHAPE_SPIKE,
	    .rate = 5,
	    .rate_to = 40,
	    .for_us = 30500000 },
	{ .name = (char *)"stairs",
	    .shape = SHAPE_STEPS,
	    .rate = 10,
	    .rate_to = 40,
	    .steps = 4,
	    .for_us = S(40) },
};
static char *accounts[] = { (char *)"alice", (char *)"bob" };
static struct scenario_flow flows[] = {
	{ .name = (char *)"submit",
	    .service = (char *)"submissions",
	    .weight = 3,
	    .repeat = 2,
	    .think_us = 500000,
	    .size = 20480 },
	{ .name = (char *)"read",
	    .service = (char *)"imaps",
	    .weight = 1,
	    .repeat = 1,
	    .stays = true },
};

static char *
shown(enum arrive arrive, bool zh)
{
	const struct scenario sc = {
		.path = (char *)"mix.yaml",
		.name = (char *)"mix",
		.title = (char *)"Mail sent and read, by people who have "
				 "nothing else to do all day long",
		.title_zh = (char *)"收发邮件",
		.arrive = arrive,
		.connections = 40,
		.queue = 100,
		.phases = phases,
		.n_phases = arrive == ARRIVE_CLOSED ? 2 : 4,
		.flows = flows,
		.n_flows = 2,
		.accounts = accounts,
		.n_accounts = 2,
		.repeats = 3,
		.seed = 7,
	};
	struct err err = { 0 };
	struct load_plan plan;
	char *text;

	ck_assert_msg(arrival_plan(&plan, &sc, 0, &err), "%s", err.what);
	text = arrival_text(&plan, &sc, zh);
	arrival_free(&plan);
	return text;
}

/* clang-format off */
static const struct {
	enum arrive arrive;
	bool zh;
	const char *text;
} rows[] = {
	{ ARRIVE_SESSIONS, false,
	    "mix: Mail sent and read, by people who have nothing else to do all day long\n"
	    "  2908 sessions within 150.5 s, at most 41 in one second; at most 40\n"
	    "  connections, 100 may wait for one; seed 7; 3 times\n"
	    "\n"
	    "  phase           from     for     judged  arrivals  shape     rate\n"
	    "  warm-up         0 s      20 s    no      200       ramp      0 to 20 /s\n"
	    "  a-name-that-i~  20 s     1 min   yes     1200      constant  20 /s\n"
	    "  spike           80 s     30.5 s  no      508       spike     5, 40 /s\n"
	    "  stairs          110.5 s  40 s    no      1000      steps     10 to 40 /s in 4\n"
	    "\n"
	    "  flow    service      arrivals  share   repeat      think   message\n"
	    "  submit  submissions  2182      75.0 %  2           500 ms  20 KiB\n"
	    "  read    imaps        726       25.0 %  to the end  -       -\n"
	    "\n"
	    "  accounts (2): alice, bob\n"
	    "\n"
	    "    40.35 |                                        ####                  ####\n"
	    "          |                                        ####              ...#####\n"
	    "          |                                        ####             #########\n"
	    "          |       .###########################    #####         #############\n"
	    "          |    .##############################    #####     ....#############\n"
	    "          |..###################################.######..#.##################\n"
	    "       /s +------------------------------------------------------------------\n"
	    "           0 s                                                        150.5 s\n" },
	{ ARRIVE_SESSIONS, true,
	    "mix: 收发邮件\n"
	    "  2908 次会话到达，历时 150.5 s，单秒最多 41 次；最多 40 个连接，100 个可排队等\n"
	    "  待；随机种子 7；重复 3 次\n"
	    "\n"
	    "  阶段            开始     时长    评判  到达  形状  速率\n"
	    "  warm-up         0 s      20 s    否    200   渐变  0 至 20 /s\n"
	    "  a-name-that-i~  20 s     1 min   是    1200  恒定  20 /s\n"
	    "  spike           80 s     30.5 s  否    508   尖峰  5，尖峰 40 /s\n"
	    "  stairs          110.5 s  40 s    否    1000  阶梯  10 至 40 /s，4 级\n"
	    "\n"
	    "  流程    服务         到达  份额    次数    思考    邮件\n"
	    "  submit  submissions  2182  75.0 %  2       500 ms  20 KiB\n"
	    "  read    imaps        726   25.0 %  至结束  -       -\n"
	    "\n"
	    "  账号（2 个）：alice, bob\n"
	    "\n"
	    "    40.35 |                                        ####                  ####\n"
	    "          |                                        ####              ...#####\n"
	    "          |                                        ####             #########\n"
	    "          |       .###########################    #####         #############\n"
	    "          |    .##############################    #####     ....#############\n"
	    "          |..###################################.######..#.##################\n"
	    "  次/秒 +------------------------------------------------------------------\n"
	    "           0 s                                                        150.5 s\n" },
	{ ARRIVE_CLOSED, false,
	    "mix: Mail sent and read, by people who have nothing else to do all day long\n"
	    "  40 users, busy for 80 s: a closed loop, good for throughput alone; seed 7; 3\n"
	    "  times\n"
	    "\n"
	    "  phase           from  for    judged\n"
	    "  warm-up         0 s   20 s   no\n"
	    "  a-name-that-i~  20 s  1 min  yes\n"
	    "\n"
	    "  flow    service      users  share   repeat      think   message\n"
	    "  submit  submissions  31     77.5 %  2           500 ms  20 KiB\n"
	    "  read    imaps        9      22.5 %  to the end  -       -\n"
	    "\n"
	    "  accounts (2): alice, bob\n"
	    "\n" },
};
/* clang-format on */

START_TEST(is_laid_out)
{
	char *text = shown(rows[_i].arrive, rows[_i].zh);

	ck_assert_str_eq(text, rows[_i].text);
	free(text);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("arrival_text");
	TCase *t = tcase_create("arrival_text");
	SRunner *r;
	int failed;

	tcase_add_loop_test(
	    t, is_laid_out, 0, (int)(sizeof rows / sizeof rows[0]));
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
