/* SPDX-License-Identifier: MIT */
/* Conversations, from the first octet to the last. */
#include "reference/ldap/session_testing.h"

#define BOB    "uid=bob,ou=信息中心," PEOPLE
#define WANG   "uid=wang,ou=政务公开办公室," PEOPLE
#define ADMIN  "uid=admin,ou=运行维护处,ou=信息中心," PEOPLE
#define MASTER "bind|" ADMIN "|Mu-lu-7316\n"
#define TLS    "extend|1.3.6.1.4.1.1466.20037\n"
#define NEW    "uid=zhou,ou=办公厅," PEOPLE
#define ADD_NEW \
	"add|" NEW "|objectClass=inetOrgPerson|sn=周|cn=周  恩|" \
	"mail=Zhou@Example.test\n"

static const struct {
	int role;
	const char *lines, *said;
} rows[] = {
#define R(lines, said) { LDAP_UPGRADED, lines, said },
	/* clang-format off */
	/* in the clear: RFC 4511 4.14, RFC 4513 5.1 and 6.3.1 */
	R("bind||\nextend|1.3.6.1.4.1.4203.1.11.3\n", " 1 0 2 0 \"\"")
	R(IN "bind|" ALICE "|\nbind|nonsense|x\nunbind\n",
	  " 1 13 2 53 3 13 @closed")
	R(TLS "bind||\n", " 1 0 @tls")
	R(TLS "@tls\n" TLS IN, " 1 0 @tls 2 1 3 0")
	R("extend|1.3.6.1.4.1.1466.20037|x\nextend|1.2.3\n", " 1 2 2 2")
	/* what is not LDAP: RFC 4511 4.4.1 */
	R("raw|474554202f\n", " 0 2 notice @closed")
	R("raw|3080020101\n", " 0 2 notice @closed")
	R("raw|30050201004200\nbind||\n", " 0 2 notice @closed")
	R("raw|3005020101420030050201014200\n", " @closed")
	R("raw|300702010165020a00\n", " 0 2 notice @closed")
	R("raw|300c020101600702010304008001\n", " 0 2 notice @closed")
	R("raw|300c0201016007020102040080000000\n", " 1 2 0 2 notice @closed")
	R("raw|300c020101600702010304008300\n", " 1 7")
	R("raw|3084ffffffff\n", " 0 2 notice @closed")
	R("raw|30050201016100\n", " 0 2 notice @closed")
	/* anonymous */
	R("search||base|(objectClass=*)|namingContexts,supportedLDAPVersion\n",
	  " [ namingContexts=" BASE " supportedLDAPVersion=3] 1 0")
	R("search||base|(objectClass=*)\n",
	  " [ objectClass=top|extensibleObject] 1 0")
	R("search|cn=subschema|base|(objectClass=subschema)|cn\n",
	  " [cn=subschema cn=subschema] 1 0")
	R("search|cn=Subschema|base|(attributeTypes=cn)|1.1\n",
	  " [cn=subschema] 1 0")
	R("search|" BASE "|sub|(objectClass=*)\nsearch||sub|(uid=alice)\n"
	  "compare|" ALICE "|uid|alice\ndelete|" ALICE "\n",
	  " 1 50 2 50 3 50 4 50")
#undef R
#define R(lines, said) { LDAP_IMPLICIT, lines, said },
	/* Bind: RFC 4511 4.2 */
	R(IN "extend|1.3.6.1.4.1.4203.1.11.3\n", " 1 0 2 0 \"dn:" ALICE "\"")
	R("bind|UID=Alice , OU=办公厅," PEOPLE "|Yan-shou-2021\n"
	  "extend|1.3.6.1.4.1.4203.1.11.3\n", " 1 0 2 0 \"dn:" ALICE "\"")
	R(IN "bind|" ALICE "|wrong\nextend|1.3.6.1.4.1.4203.1.11.3\n",
	  " 1 0 2 49 3 0 \"\"")
	R("bind|uid=nobody," PEOPLE "|wrong\nbind|" PEOPLE "|x\nbind|alice|x\n",
	  " 1 49 2 49 3 34")
	R(TLS, " 1 1")
	/* five wrong passwords, and the right one is wrong: EMAIL-F-23 */
	R("bind|" ALICE "|wrong\nbind|" ALICE "|wrong\nbind|" ALICE "|wrong\n"
	  "bind|" ALICE "|wrong\nbind|" ALICE "|wrong\n" IN MASTER,
	  " 1 49 2 49 3 49 4 49 5 49 6 49 7 0")
	/* controls: RFC 4511 4.1.11 */
	R(IN "search|" ALICE "|base|(uid=*)|uid|control=1.2.3\n"
	  "search|" ALICE "|base|(uid=*)|uid|!control=1.2.3\n"
	  "compare|" ALICE "|uid|alice|!control=1.2.840.113556.1.4.319\n"
	  "unbind|!control=1.2.3\n",
	  " 1 0 [uid=alice uid=alice] 2 0 3 12 4 12 @closed")
#undef R
#define R(lines, said) { LDAP_IMPLICIT, IN lines, " 1 0" said },
	/* scope and base */
	R("search|" BASE "|base|(objectClass=*)|o\n",
	  " [dc=example o=示例市人民政府] 2 0")
	R("search|" BASE "|one|(objectClass=*)|1.1\n",
	  " [ou=people] [ou=pki] 2 0")
	R("search|ou=信息中心," PEOPLE "|sub|(uid=*)|1.1\n",
	  " [uid=bob] [uid=victim] [uid=postmaster] [uid=admin] 2 0")
	R("search|ou=信息中心," PEOPLE "|one|(uid=*)|1.1\n",
	  " [uid=bob] [uid=victim] [uid=postmaster] 2 0")
	R("search||sub|(uid=alice)|1.1\n", " [uid=alice] 2 0")
	R("search|uid=nobody," PEOPLE "|sub|(uid=*)\n"
	  "search|nonsense|sub|(uid=*)\nsearch|" BASE "|four|(uid=*)\n",
	  " 2 32 3 34 4 2")
	/* matching rules: RFC 4517 4.2, RFC 4518 */
	R("search|" BASE "|sub|(cn=李爱丽)|cn\n", " [uid=alice cn=李爱丽] 2 0")
	R("search|" BASE "|sub|(UID= A\\4cICE )|1.1\n", " [uid=alice] 2 0")
	R("search|" BASE "|sub|(uid=ａｌｉｃｅ)|1.1\n", " [uid=alice] 2 0")
	R("search|" BASE "|sub|(2.5.4.3=王小明)|1.1\n", " [uid=wang] 2 0")
	R("search|" BASE "|sub|(telephoneNumber=+86-10-55550101)|1.1\n",
	  " [uid=alice] 2 0")
	R("search|" BASE "|sub|(telephoneNumber=*5555 0103)|1.1\n",
	  " [uid=carol] 2 0")
	R("search|" BASE "|sub|(telephoneNumber=*5555*01*03)|1.1\n",
	  " [uid=carol] 2 0")
	R("search|" BASE "|sub|(cn=*小*)|1.1\nsearch|" BASE
	  "|sub|(cn=王*)|1.1\nsearch|" BASE "|sub|(cn=*明)|1.1\nsearch|" BASE
	  "|sub|(cn=王*明)|1.1\nsearch|" BASE "|sub|(cn=王小*小明)|1.1\n",
	  " [uid=wang] 2 0 [uid=wang] 3 0 [uid=wang] 4 0 [uid=wang] 5 0 6 0")
	R("search|" BASE "|sub|(objectClass=PERSON)|1.1|size=1\n",
	  " [uid=alice] 2 4")
	R("search|" BASE "|sub|(objectClass=2.5.6.6)|1.1|size=1\n",
	  " [uid=alice] 2 4")
	R("search|" BASE "|sub|(entryDN=" ALICE ")|1.1\n", " [uid=alice] 2 0")
	R("search|" BASE "|sub|(name=爱丽)|1.1\n", " [uid=alice] 2 0")
	R("search|" BASE "|sub|(title~=副主任)|1.1\n", " [uid=wang] 2 0")
	R("search|" ALICE "|base|(createTimestamp>=20200101000000Z)|1.1\n"
	  "search|" ALICE "|base|(createTimestamp<=20200101000000Z)|1.1\n"
	  "search|" ALICE "|base|(createTimestamp>=200001010800+0800)|1.1\n",
	  " [uid=alice] 2 0 3 0 [uid=alice] 4 0")
	R("search|" BASE "|sub|(uid:caseExactMatch:=alice)|1.1\n"
	  "search|" BASE "|sub|(uid:caseExactMatch:=Alice)|1.1\n"
	  "search|" BASE "|sub|(uid:2.5.13.2:=Alice)|1.1\n"
	  "search|" BASE "|sub|(:caseIgnoreMatch:=王小明)|1.1\n"
	  "search|" BASE "|sub|(ou:dn:=运行维护处)|1.1\n",
	  " [uid=alice] 2 0 3 0 [uid=alice] 4 0 [uid=wang] 5 0 "
	  "[ou=运行维护处] [uid=admin] 6 0")
	/* and, or, not: RFC 4511 4.5.1.7, RFC 4526 */
	R("search|" BASE "|sub|(&(ou=信息中心)(uid=bob))|1.1\n", " [uid=bob] 2 0")
	R("search|" BASE "|sub|(|(uid=bob)(uid=wang))|1.1\n",
	  " [uid=bob] [uid=wang] 2 0")
	R("search|" BASE "|sub|(&(uid=*)(!(ou=信息中心))(!(title=*员)))|1.1\n",
	  " [uid=carol] [uid=wang] [uid=office] 2 0")
	R("search|" ALICE "|base|(&)|1.1\nsearch|" ALICE "|base|(|)|1.1\n",
	  " [uid=alice] 2 0 3 0")
	/* three values */
	R("search|" ALICE "|base|(shoeSize=12)|1.1\n"
	  "search|" ALICE "|base|(!(shoeSize=12))|1.1\n"
	  "search|" ALICE "|base|(!(shoeSize=*))|1.1\n"
	  "search|" ALICE "|base|(|(shoeSize=12)(uid=alice))|1.1\n"
	  "search|" ALICE "|base|(!(&(shoeSize=12)(uid=bob)))|1.1\n"
	  "search|" ALICE "|base|(!(&(shoeSize=12)(uid=alice)))|1.1\n"
	  "search|" ALICE "|base|(!(sn>=a))|1.1\n"
	  "search|" ALICE "|base|(!(createTimestamp>=soon))|1.1\n"
	  "search|" ALICE "|base|(!(uid:noSuchMatch:=alice))|1.1\n"
	  "search|" ALICE "|base|(!(uid:integerMatch:=1))|1.1\n"
	  "search|" ALICE "|base|(!(userPassword=x))|1.1\n"
	  "search|" ALICE "|base|(!(userCertificate=x))|1.1\n",
	  " 2 0 3 0 4 0 [uid=alice] 5 0 [uid=alice] 6 0 7 0 8 0 9 0 10 0 "
	  "11 0 12 0 13 0")
	/* what of it: RFC 4511 4.5.1.8 */
	R("search|" ALICE "|base|(uid=*)|sn,CN,noSuch,sn\n",
	  " [uid=alice cn=李爱丽 sn=李] 2 0")
	R("search|" ALICE "|base|(uid=*)|name\n",
	  " [uid=alice cn=李爱丽 sn=李 givenName=爱丽 ou=办公厅 "
	  "title=主任科员] 2 0")
	R("search|" ALICE "|base|(uid=*)|uid,mail|types\n",
	  " [uid=alice uid mail] 2 0")
	R("search|" ALICE "|base|(uid=*)|1.1,uid\n",
	  " [uid=alice uid=alice] 2 0")
	R("search|" ALICE "|base|(uid=*)\n",
	  " [uid=alice objectClass=inetOrgPerson|organizationalPerson|person|"
	  "top cn=李爱丽 displayName=李爱丽 sn=李 givenName=爱丽 uid=alice "
	  "mail=alice@example.test ou=办公厅 title=主任科员 "
	  "telephoneNumber=+86 10 5555 0101] 2 0")
	R("search|" ALICE "|base|(uid=*)|*,entryDN,userPassword\n",
	  " [uid=alice objectClass=inetOrgPerson|organizationalPerson|person|"
	  "top cn=李爱丽 displayName=李爱丽 sn=李 givenName=爱丽 uid=alice "
	  "mail=alice@example.test ou=办公厅 title=主任科员 "
	  "telephoneNumber=+86 10 5555 0101 entryDN=" ALICE "] 2 0")
	/* limits and pages: RFC 4511 4.5.1.4, RFC 2696 3 */
	R("search|" BASE "|sub|(uid=*)|1.1|size=2\n",
	  " [uid=alice] [uid=bob] 2 4")
	R("search|" BASE "|sub|(uid=alice)|1.1|size=1|time=1\n",
	  " [uid=alice] 2 0")
	R("search|" BASE "|sub|(uid=*)|1.1|page=2\n",
	  " [uid=alice] [uid=bob] 2 0 more")
	R("search|" BASE "|sub|(uid=alice)|1.1|page=1\n",
	  " [uid=alice] 2 0 last")
	R("search|" BASE "|sub|(uid=*)|1.1|page=0\n", " 2 0 last")
	R("search|" BASE "|sub|(uid=*)|1.1|page=2|cookie=1 1 abc\n", " 2 53")
	R("search|" BASE "|sub|(uid=*)|1.1|page=3|size=2\n",
	  " [uid=alice] [uid=bob] 2 4")
	/* Compare: RFC 4511 4.10 */
	R("compare|" ALICE "|cn|李爱丽\ncompare|" ALICE "|cn|x\n"
	  "compare|" ALICE "|description|x\ncompare|" ALICE "|shoeSize|1\n"
	  "compare|" ALICE "|userPassword|Yan-shou-2021\n"
	  "compare|uid=nobody," BASE "|cn|x\n"
	  "compare|" ALICE "|createTimestamp|soon\n"
	  "compare|" ALICE "|objectClass|2.5.6.6\n",
	  " 2 6 3 5 4 16 5 17 6 50 7 32 8 21 9 6")
	/* who may not change: administrators only */
	R(ADD_NEW "modify|" ALICE "|*title=x\ndelete|" BOB "\n"
	  "rename|" BOB "|uid=x|drop\n", " 2 50 3 50 4 50 5 50")
#undef R
#define R(lines, said) { LDAP_IMPLICIT, MASTER lines, " 1 0" said },
	/* Add: RFC 4511 4.7 */
	R(ADD_NEW "search|" NEW "|base|(objectClass=*)|*,creatorsName\n",
	  " 2 0 [uid=zhou objectClass=inetOrgPerson|organizationalPerson|"
	  "person|top sn=周 cn=周  恩 mail=Zhou@Example.test uid=zhou "
	  "creatorsName=" ADMIN "] 3 0")
	R(ADD_NEW ADD_NEW "search|" BASE
	  "|sub|(&(cn=周 恩)(mail=zhou@example.TEST))|1.1\n",
	  " 2 0 3 68 [uid=zhou] 4 0")
	R("add|uid=x,ou=nowhere," PEOPLE "|objectClass=person|cn=x|sn=x\n"
	  "add|uid=x," PEOPLE "|objectClass=person|cn=x\n"
	  "add|cn=x," PEOPLE "|objectClass=person|cn=x\n"
	  "add|cn=x," PEOPLE "|objectClass=person|cn=x|sn=x|mail=x@x\n"
	  "add|cn=x," PEOPLE "|objectClass=noSuch|cn=x\n"
	  "add|cn=x," PEOPLE "|objectClass=top|cn=x\n"
	  "add|cn=x," PEOPLE "|objectClass=person|sn=x|shoeSize=1\n"
	  "add|cn=x," PEOPLE "|objectClass=person|sn=x|sn=X\n"
	  "add|cn=x," PEOPLE "|objectClass=person|sn\n"
	  "add|cn=x," PEOPLE "|objectClass=person|sn=x|userPassword=x\n"
	  "add|cn=x," PEOPLE "|objectClass=person|sn=x|createTimestamp=x\n"
	  "add|cn=x," PEOPLE "|objectClass=person|objectClass=device|sn=x\n"
	  "add|cn=x," PEOPLE "|objectClass=alias|aliasedObjectName=" BASE "\n"
	  "add|nonsense|objectClass=person|sn=x\n"
	  "add|userPassword=x," PEOPLE "|objectClass=person|sn=x|cn=x\n"
	  "add|dc=other|objectClass=domain\n",
	  " 2 32 3 65 4 65 5 65 6 65 7 65 8 17 9 20 10 2 11 53 12 19 13 65 "
	  "14 65 15 34 16 64 17 32")
	R("add|cn=x," PEOPLE "|objectClass=person|sn=x|telephoneNumber=无\n"
	  "add|cn=x," PEOPLE "|objectClass=person|sn=x|seeAlso=nonsense\n",
	  " 2 21 3 21")
	/* Modify: RFC 4511 4.6: all of it, or nothing */
	R("modify|" ALICE "|+title=科长|+description=a|+description=b\n"
	  "search|" ALICE "|base|(uid=*)|title,description,modifiersName\n",
	  " 2 0 [uid=alice title=主任科员|科长 description=a|b modifiersName="
	  ADMIN "] 3 0")
	R("modify|" ALICE "|*title=局长|-noSuch\n"
	  "modify|" ALICE "|*title=局长|-description\n"
	  "modify|" ALICE "|*title=局长|-mail=nobody@x\n"
	  "search|" ALICE "|base|(uid=*)|title\n",
	  " 2 17 3 16 4 16 [uid=alice title=主任科员] 5 0")
	R("modify|" ALICE "|-title|-mail=ALICE@example.test|*description\n"
	  "search|" ALICE "|base|(uid=*)|title,mail\n",
	  " 2 0 [uid=alice] 3 0")
	R("modify|" ALICE "|-uid\nmodify|" ALICE "|*uid=x\n"
	  "modify|" ALICE "|-sn\nmodify|" ALICE "|+cn=李爱丽\n"
	  "modify|" ALICE "|+displayName=x\nmodify|" ALICE "|*entryUUID=x\n"
	  "modify|" ALICE "|*objectClass=person\n"
	  "modify|" ALICE "|-objectClass\nmodify|uid=x," BASE "|-sn\n"
	  "modify|" ALICE "|+userCertificate=x\n"
	  "modify|" ALICE "|+cn;lang-en=Li Aili\n"
	  "search|" ALICE "|base|(cn;lang-en=li aili)|cn\n"
	  "search|" ALICE "|base|(cn=li aili)|cn;lang-en\n",
	  " 2 67 3 67 4 65 5 20 6 19 7 19 8 65 9 65 10 32 11 17 12 0 "
	  "[uid=alice cn=李爱丽 cn;lang-en=Li Aili] 13 0 "
	  "[uid=alice cn;lang-en=Li Aili] 14 0")
	/* Delete: RFC 4511 4.8 */
	R("delete|" PEOPLE "\ndelete|" BOB "\ndelete|" BOB "\n"
	  "search|" BASE "|sub|(uid=bob)\n", " 2 66 3 0 4 32 5 0")
	/* ModifyDN: RFC 4511 4.9 */
	R("rename|" WANG "|uid=ming|drop\n"
	  "search|" BASE "|sub|(cn=王小明)|uid\nsearch|" WANG "|base|(uid=*)\n",
	  " 2 0 [uid=ming uid=ming] 3 0 4 32")
	R("rename|" WANG "|uid=ming|keep\nsearch|" BASE "|sub|(uid=wang)|uid\n",
	  " 2 0 [uid=ming uid=wang|ming] 3 0")
	R("rename|ou=信息中心," PEOPLE "|ou=数据局|drop\n"
	  "search|ou=数据局," PEOPLE "|sub|(uid=admin)|entryDN\n",
	  " 2 0 [uid=admin entryDN=uid=admin,ou=运行维护处,ou=数据局," PEOPLE
	  "] 3 0")
	R("rename|" WANG "|uid=wang|drop|ou=办公厅," PEOPLE "\n"
	  "search|ou=办公厅," PEOPLE "|one|(uid=wang)|1.1\n",
	  " 2 0 [uid=wang] 3 0")
	R("rename|" WANG "|uid=bob|drop|ou=信息中心," PEOPLE "\n"
	  "rename|" WANG "|uid=x|drop|ou=nowhere," PEOPLE "\n"
	  "rename|ou=信息中心," PEOPLE "|ou=x|drop|ou=运行维护处,ou=信息中心,"
	  PEOPLE "\nrename|" WANG "|nonsense|drop\n"
	  "rename|" WANG "|shoeSize=1|drop\n",
	  " 2 68 3 32 4 53 5 34 6 64")
	/* RFC 4522, 4523 */
	R("modify|" ALICE "|+objectClass=pkiUser|+userCertificate;binary=0\x03"
	  "abc\n"
	  "search|" BASE "|sub|(userCertificate=*)|userCertificate\n"
	  "search|" ALICE "|base|(uid=*)|userCertificate;binary\n"
	  "modify|" ALICE "|+userCertificate;binary=none\n",
	  " 2 0 [uid=alice userCertificate;binary=0\x03" "abc] 3 0 "
	  "[uid=alice userCertificate;binary=0\x03" "abc] 4 0 5 21")
#undef R
	/* clang-format on */
};

static void
must_hear(size_t row, size_t at_once)
{
	struct buf in, out, summary;

	buf_init(&in, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_init(&summary, 1 << 20);
	say_all(rows[row].lines, &in);
	session_close(converse(&ldap_protocol, &site, rows[row].role,
	    buf_span(&in), at_once, &out));
	hear_all(buf_span(&out), &summary);
	ck_assert_msg(strcmp(buf_text(&summary), rows[row].said) == 0,
	    "in pieces of %zu:\n%s\nwanted%s\nheard %s", at_once,
	    rows[row].lines, rows[row].said, buf_text(&summary));
	buf_free(&in);
	buf_free(&out);
	buf_free(&summary);
}

START_TEST(each_conversation_goes_as_it_should)
{
	for (size_t i = 0; i < 3; i++) {
		struct store *all = site.store;
		struct err err = { 0 };

		site.store = store_copy(all, &err);
		ck_assert_msg(site.store != NULL, "%s", err.what);
		must_hear((size_t)_i, pieces[i]);
		store_close(site.store);
		site.store = all;
	}
}
END_TEST

START_TEST(who_is_silent_is_told_that_it_is_over)
{
	struct buf out, told;
	struct session *s;

	buf_init(&out, 1 << 16);
	buf_init(&told, 1 << 16);
	s = start("", &out);
	session_idle(s, now, &out);
	hear_all(buf_span(&out), &told);
	ck_assert_str_eq(buf_text(&told), " 0 52 notice");
	ck_assert_int_eq(session_next(s), SESSION_HANG_UP);
	session_close(s);
	buf_free(&out);
	buf_free(&told);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct ldap_test tests[] = {
		{ each_conversation_goes_as_it_should, COUNT(rows) },
		{ who_is_silent_is_told_that_it_is_over, 1 },
	};
	/* clang-format on */

	return run_tests("ldap/session", setup, tests, COUNT(tests));
}
