/* SPDX-License-Identifier: MIT */
/* Every mistake is named by file, line and key, with what would be right. */
#include "lib/profile_testing.h"

#include "lib/buf.h"
#include "lib/conf.h"
#include "lib/mem.h"

#define ALICE "fixtures/targets/example/keys/alice.key"
#define LAB_KEY "fixtures/targets/example/keys/lab.key"
#define PAPER(row, file, day) \
	"documents:\n- requirement: " row "\n  title: T\n  file: " file \
	"\n  expires: " day "\n"
#define WHO \
	"accounts:\n" \
	" - role: a\n   user: a\n   address: a@b\n" \
	"   password: {file: fixtures/targets/example/passwords/bob}\n"

/* clang-format off */
static const struct {
	const char *text, *want;
} broken[] = {
	/* not a profile at all */
	{ "",
	  "t.yaml:1: nothing in it; KEY: VALUE" },
	{ "# only a comment\n",
	  "t.yaml:1: nothing in it; KEY: VALUE" },
	{ "- a\n",
	  "t.yaml:1: whole file: not a mapping; KEY: VALUE with these keys: "
	  "project, product, scope, endpoints, trust, accounts, mail, directory, pki, bindings, documents, claims, "
	  "limits, waivers, logs, lab, timeouts, safety" },
	{ "project: {name: P\n",
	  "t.yaml:2: did not find expected ',' or '}'; "
	  "check indentation, colons and quotes" },
	{ "project:\n\tname: P\n",
	  "t.yaml:2: found character that cannot start any token; "
	  "check indentation, colons and quotes" },
	{ "project:\n  name: \xb2\xe2\xca\xd4\n",
	  "t.yaml:2: not UTF-8; save the file in the encoding UTF-8" },
	{ "\xff\xfe" "p",
	  "t.yaml:1: not UTF-8; save the file in the encoding UTF-8" },
	{ "a: b\nc: \x01\n",
	  "t.yaml:2: a control character; a profile is a text file" },
	{ "a: &x [1]\nb: [*x, *x]\n",
	  "t.yaml:1: an anchor, alias or tag; write the value out "
	  "(quote a text that begins with &, * or !)" },
	{ "a: !!str 1\n",
	  "t.yaml:1: an anchor, alias or tag; write the value out "
	  "(quote a text that begins with &, * or !)" },
	{ "a: [[[[[[[[[[1]]]]]]]]]]\n",
	  "t.yaml:1: nested too deeply; at most 10 levels" },
	{ "? [a]\n: b\n",
	  "t.yaml:1: a key that is not a text; KEY: VALUE" },
	{ "a: \"x\\0y\"\n",
	  "t.yaml:1: a NUL character inside a text; leave it out" },
	{ "a: 1\n---\nb: 2\n",
	  "t.yaml:2: a second document; one profile in one file" },
	{ LEAST "mail: {domain: other.example}\n",
	  "t.yaml:7: the same key twice ('mail'); keep one of them" },

	/* keys and kinds */
	{ LEAST "timeout: {}\n",
	  "t.yaml:7: timeout: unknown key; did you mean 'timeouts'?" },
	{ LEAST "timeouts:\n  conect: 5s\n",
	  "t.yaml:8: timeouts.conect: unknown key; did you mean 'connect'?" },
	{ LEAST "safety: {colour: red}\n",
	  "t.yaml:7: safety.colour: unknown key; "
	  "the keys here are: destructive, lockout, reach" },
	{ "project: {name: P}\n"
	  "product: {vendor: V, name: N}\n",
	  "t.yaml:2: product.version: missing; this key is required" },
	{ "project: {name: P}\n",
	  "t.yaml:1: product: missing; this key is required" },
	{ HEAD "endpoints: []\n" MAIL,
	  "t.yaml:4: endpoints: too few entries; 1 to 64 of them" },
	{ HEAD "endpoints: smtp\n" MAIL,
	  "t.yaml:4: endpoints: not a list ('smtp'); "
	  "[a, b], or a line \"- a\" for each" },
	{ LEAST "trust: [ca.pem]\n",
	  "t.yaml:7: trust: not one value; KEY: VALUE on one line" },
	{ LEAST "trust:\n",
	  "t.yaml:7: trust: empty (''); "
	  "a text; leave the key out when there is none" },
	{ LEAST "safety: {lockout: yes}\n",
	  "t.yaml:7: safety.lockout: not known ('yes'); false or true" },
	{ LEAST "safety: {destructive: nope}\n",
	  "t.yaml:7: safety.destructive: not known ('nope'); false or true" },

	/* scope */
	{ "project: {name: P}\n"
	  "product: {vendor: V, name: N, version: '1'}\n"
	  "scope: {chapters: ['4'], services: [smtp]}\n" ENDS MAIL,
	  "t.yaml:3: scope.chapters[0]: not known ('4'); "
	  "one of 5, 6, 7, 8, 9, 10, 11, 12, 13, SM" },
	{ "project: {name: P}\n"
	  "product: {vendor: V, name: N, version: '1'}\n"
	  "scope: {chapters: ['5'], services: [smtp, submision]}\n" ENDS MAIL,
	  "t.yaml:3: scope.services[1]: not known ('submision'); "
	  "did you mean 'submission'?" },

	/* endpoints */
	{ HEAD "endpoints:\n"
	  " - service: smtp\n   host: 127.0.0.1\n   port: 70000\n"
	  "   tls: none\n" MAIL,
	  "t.yaml:7: endpoints[0].port: too large ('70000'); "
	  "a whole number up to 65535" },
	{ HEAD "endpoints:\n"
	  " - {service: smtp, host: 127.0.0.1, port: 0, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].port: not a port ('0'); 1 to 65535" },
	{ HEAD "endpoints:\n"
	  " - {service: smtp, host: 127.0.0.1, port: 025, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].port: not a whole number ('025'); "
	  "a whole number up to 65535" },
	{ HEAD "endpoints:\n"
	  " - {service: smtp, host: 127.0.0.1, port: smtp, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].port: not a whole number ('smtp'); "
	  "a whole number up to 65535" },
	{ HEAD "endpoints:\n"
	  " - {service: smtp, host: 127.0.0.1, port: 25, tls: ssl}\n" MAIL,
	  "t.yaml:5: endpoints[0].tls: not known ('ssl'); "
	  "none, starttls or implicit" },
	{ HEAD "endpoints:\n"
	  " - {service: stmp, host: 127.0.0.1, port: 25, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].service: not known ('stmp'); "
	  "did you mean 'smtp'?" },
	{ HEAD "endpoints:\n"
	  " - {service: fax, host: 127.0.0.1, port: 25, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].service: not known ('fax'); "
	  "one of smtp, submission, submissions, pop3, pop3s, imap, imaps, http, https, "
	  "ldap, ldaps, ca, ra, crypto, ocsp, crl, tsa, seal" },
	{ HEAD "endpoints:\n"
	  " - {service: smtp, host: 'smtp://a', port: 25, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].host: not a host ('smtp://a'); "
	  "a name or an address, without scheme and port" },
	{ HEAD "endpoints:\n"
	  " - {service: smtp, host: 'a:25', port: 25, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].host: not a host ('a:25'); "
	  "a name or an address, without scheme and port" },
	{ HEAD ENDS
	  " - {service: smtp, host: 127.0.0.1, port: 26, tls: none}\n" MAIL,
	  "t.yaml:6: endpoints[1].service: a second endpoint of this service "
	  "('smtp'); one of each service" },
	{ HEAD "endpoints:\n"
	  " - {service: submissions, host: '::1', port: 465, tls: starttls}\n"
	  MAIL,
	  "t.yaml:5: endpoints[0].tls: not what this service is ('starttls'); "
	  "implicit (RFC 8314 3)" },

	/* files and secrets */
	{ LEAST "trust: no-such.pem\n",
	  "t.yaml:7: trust: No such file or directory ('no-such.pem'); a PEM "
	  "file with certificates; the path is relative to the profile" },
	{ LEAST "trust: Makefile\n",
	  "t.yaml:7: trust: no certificate in it ('Makefile'); a PEM "
	  "file with certificates; the path is relative to the profile" },
	{ LEAST "trust: lib\n",
	  "t.yaml:7: trust: not a regular file ('lib'); a PEM "
	  "file with certificates; the path is relative to the profile" },
	{ LEAST "accounts:\n"
	  " - role: a\n   user: u\n   address: a@b\n   password: hunter2\n",
	  "t.yaml:11: accounts[0].password: a password must not be written "
	  "here; {env: NAME} or {file: PATH}" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {value: hunter2}}\n",
	  "t.yaml:8: accounts[0].password.value: unknown key; "
	  "the keys here are: env, file" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, pasword: hunter2}\n",
	  "t.yaml:8: accounts[0].pasword: unknown key; "
	  "did you mean 'password'?" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {}}\n",
	  "t.yaml:8: accounts[0].password: no reference; "
	  "{env: NAME} or {file: PATH}" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {env: A, file: B}}\n",
	  "t.yaml:8: accounts[0].password: two references; "
	  "{env: NAME} or {file: PATH}" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {env: NOT_SET_1}}\n",
	  "t.yaml:8: accounts[0].password.env: this environment variable is "
	  "not set ('NOT_SET_1'); export it before the program is started" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {env: hunter-2}}\n",
	  "t.yaml:8: accounts[0].password: env is not the name of a variable; "
	  "letters, digits and _; without $" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {file: nope}}\n",
	  "t.yaml:8: accounts[0].password.file: No such file or directory "
	  "('nope'); a file whose first line is the password; "
	  "the path is relative to the profile" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {file: /dev/zero}}\n",
	  "t.yaml:8: accounts[0].password.file: not a regular file "
	  "('/dev/zero'); a file whose first line is the password; "
	  "the path is relative to the profile" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {env: PATH}}\n"
	  " - {role: a, user: u, address: a@b, password: {env: PATH}}\n",
	  "t.yaml:9: accounts[1].role: a second account of this role ('a'); "
	  "one account for each role" },
	{ LEAST "accounts:\n"
	  " - {role: A b, user: u, address: a@b, password: {env: PATH}}\n",
	  "t.yaml:8: accounts[0].role: not the name of a role ('A b'); "
	  "lower case letters, digits and -" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a, password: {env: PATH}}\n",
	  "t.yaml:8: accounts[0].address: not a mail address ('a'); "
	  "local-part@domain" },

	/* mail */
	{ HEAD ENDS,
	  "t.yaml:1: mail.domain: missing; "
	  "the domain the target is responsible for" },
	{ HEAD ENDS "mail: {domain: a@b}\n",
	  "t.yaml:6: mail.domain: not a domain ('a@b'); such as gov.example" },
	{ HEAD ENDS "mail: {domain: 政务.example}\n",
	  "t.yaml:6: mail.domain: not a domain ('政务.example'); "
	  "such as gov.example" },
	{ HEAD ENDS "mail: {domain: a.b, foreign: A.B}\n",
	  "t.yaml:6: mail.foreign: the same as mail.domain ('A.B'); "
	  "a domain the target must not relay to" },
	{ HEAD ENDS "mail: {domain: a.b, unknown: x@c.d}\n",
	  "t.yaml:6: mail.unknown: not in mail.domain ('x@c.d'); "
	  "an address of that domain that does not exist" },
	{ HEAD ENDS "mail: {domain: a.b, sink: {domain: c, listen: '25'}}\n",
	  "t.yaml:6: mail.sink.listen: not an address with a port ('25'); "
	  "such as 127.0.0.1:2525 or [::1]:2525" },
	{ HEAD ENDS "mail: {domain: a.b, sink: {domain: c, listen: '::1:25'}}\n",
	  "t.yaml:6: mail.sink.listen: not an address with a port ('::1:25'); "
	  "such as 127.0.0.1:2525 or [::1]:2525" },
	{ HEAD ENDS "mail: {domain: a.b, sink: {domain: a.b, "
	  "listen: '127.0.0.1:25'}}\n",
	  "t.yaml:6: mail.sink.domain: the same as mail.domain ('a.b'); "
	  "a domain routed to us" },

	/* claims, limits, waivers, logs */
	{ LEAST "claims: [smtp.startls]\n",
	  "t.yaml:7: claims[0]: not known ('smtp.startls'); "
	  "did you mean 'smtp.starttls'?" },
	{ LEAST "claims: [smtp.size, smtp.size]\n",
	  "t.yaml:7: claims[1]: claimed twice ('smtp.size'); "
	  "leave one of them" },
	{ LEAST "limits:\n - {requirement: EMAIL-F-99, metric: m, value: 1}\n",
	  "t.yaml:8: limits[0].requirement: no such row in the catalogue "
	  "('EMAIL-F-99'); did you mean 'EMAIL-F-09'?" },
	{ LEAST "limits:\n - {requirement: speed, metric: m, value: 1}\n",
	  "t.yaml:8: limits[0].requirement: no such row in the catalogue "
	  "('speed'); a row of requirements.tsv" },
	{ LEAST "limits:\n - {requirement: EMAIL-F-02, metric: m, value: 1}\n",
	  "t.yaml:8: limits[0].metric: the row has no such limit ('m'); "
	  "one of tls.version" },
	{ LEAST "limits:\n - {requirement: EMAIL-F-03, metric: m, value: 1}\n",
	  "t.yaml:8: limits[0].metric: the row has no such limit ('m'); "
	  "limits.tsv has none for this row" },
	{ LEAST "limits:\n - {requirement: EMAIL-F-01, metric: m, value: 1x}\n",
	  "t.yaml:8: limits[0].value: not a number ('1x'); "
	  "such as 250 or 0.5" },
	{ LEAST "limits:\n - {requirement: EMAIL-F-01, metric: m, value: nan}\n",
	  "t.yaml:8: limits[0].value: not a number ('nan'); "
	  "such as 250 or 0.5" },
	{ LEAST "limits:\n"
	  " - {requirement: EMAIL-F-01, metric: timeout.command, value: 1}\n"
	  " - {requirement: EMAIL-F-01, metric: timeout.command, value: 2}\n",
	  "t.yaml:9: limits[1].metric: a second limit for the same metric "
	  "('timeout.command'); one of each" },
	{ LEAST "waivers:\n"
	  " - {subject: EMAIL-F-1l, reason: r, approver: a, "
	  "expires: 2027-01-31}\n",
	  "t.yaml:8: waivers[0].subject: no such row in the catalogue "
	  "('EMAIL-F-1l'); did you mean 'EMAIL-F-10'?" },
	{ LEAST "waivers:\n"
	  " - {subject: smtp.order.mail, reason: r, approver: a, "
	  "expires: 31.1.2027}\n",
	  "t.yaml:8: waivers[0].expires: not a day ('31.1.2027'); "
	  "YYYY-MM-DD, such as 2027-01-31" },
	{ LEAST "waivers:\n"
	  " - {subject: smtp.order.mail, reason: r, approver: a, "
	  "expires: 2027-02-29}\n",
	  "t.yaml:8: waivers[0].expires: not a day ('2027-02-29'); "
	  "YYYY-MM-DD, such as 2027-01-31" },
	{ LEAST "waivers:\n - {subject: smtp.a, reason: r, expires: never}\n",
	  "t.yaml:8: waivers[0].approver: missing; this key is required" },
	{ LEAST "logs:\n - {service: smtp, path: /x, format: json}\n"
	  " - {service: smtp, path: /y, format: json}\n",
	  "t.yaml:9: logs[1].service: a second log of this service ('smtp'); "
	  "one of each service" },
	{ LEAST "logs:\n - {service: smtp, path: /x, format: xml}\n",
	  "t.yaml:8: logs[0].format: not known ('xml'); "
	  "one of json, syslog" },

	/* time-outs and safety */
	{ LEAST "timeouts: {reply: 10}\n",
	  "t.yaml:7: timeouts.reply: not a duration ('10'); "
	  "a whole number with ms, s or m, such as 5s" },
	{ LEAST "timeouts: {reply: 1.5s}\n",
	  "t.yaml:7: timeouts.reply: not a duration ('1.5s'); "
	  "a whole number with ms, s or m, such as 5s" },
	{ LEAST "timeouts: {connect: 0s}\n",
	  "t.yaml:7: timeouts.connect: out of range ('0s'); "
	  "more than 0 and at most 60m" },
	{ LEAST "timeouts: {delivery: 61m}\n",
	  "t.yaml:7: timeouts.delivery: out of range ('61m'); "
	  "more than 0 and at most 60m" },

	/* paths and names */
	{ HEAD "endpoints:\n"
	  " - {service: ldap, host: 127.0.0.1, port: 389, tls: starttls, path: /}\n",
	  "t.yaml:5: endpoints[0].path: this service has no path ('/'); "
	  "leave it out; only what speaks HTTP has one" },
	{ HEAD "endpoints:\n"
	  " - {service: ocsp, host: 127.0.0.1, port: 80, tls: none, path: ocsp}\n",
	  "t.yaml:5: endpoints[0].path: not a path ('ocsp'); "
	  "it begins with a slash" },
	{ HEAD "endpoints:\n"
	  " - {service: ocsp, host: 127.0.0.1, port: 80, tls: none, path: /a#b}\n",
	  "t.yaml:5: endpoints[0].path: not a path ('/a#b'); visible ASCII "
	  "from the first slash to the query, such as /ocsp" },
	{ HEAD "endpoints:\n"
	  " - {service: tsa, host: 127.0.0.1, port: 80, tls: starttls}\n",
	  "t.yaml:5: endpoints[0].tls: not what HTTP has ('starttls'); "
	  "none or implicit" },
	{ LEAST "directory: {people: ou=people}\n",
	  "t.yaml:7: directory.base: missing; this key is required" },
	{ LEAST "directory: {base: people}\n",
	  "t.yaml:7: directory.base: not a distinguished name ('people'); "
	  "as RFC 4514 writes it, such as "
	  "uid=alice,ou=people,dc=gov,dc=example" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {env: PATH}, dn: u}\n",
	  "t.yaml:8: accounts[0].dn: not a distinguished name ('u'); "
	  "as RFC 4514 writes it, such as "
	  "uid=alice,ou=people,dc=gov,dc=example" },

	/* documents */
	{ LEAST PAPER("CERT-F-99", "Makefile", "2030-01-31"),
	  "t.yaml:8: documents[0].requirement: no such row in the catalogue "
	  "('CERT-F-99'); did you mean 'CERT-F-09'?" },
	{ LEAST PAPER("CERT-F-01", "Makefile", "2030-01-31"),
	  "t.yaml:8: documents[0].requirement: not shown by documents "
	  "('CERT-F-01'); a row of requirements.tsv with the method ED or IN" },
	{ LEAST PAPER("CERT-F-20", "nope.pdf", "2030-01-31"),
	  "t.yaml:10: documents[0].file: no such file ('nope.pdf'); a document; "
	  "the path is relative to the profile" },
	{ LEAST PAPER("CERT-F-20", "lib", "2030-01-31"),
	  "t.yaml:10: documents[0].file: not a regular file ('lib'); a "
	  "document; the path is relative to the profile" },
	{ LEAST PAPER("CERT-F-20", "/dev/null", "2030-01-31"),
	  "t.yaml:10: documents[0].file: not a regular file ('/dev/null'); a "
	  "document; the path is relative to the profile" },
	{ LEAST PAPER("CERT-F-20", "Makefile", "2030-02-31"),
	  "t.yaml:11: documents[0].expires: not a day ('2030-02-31'); "
	  "YYYY-MM-DD, such as 2027-01-31" },

	/* what people sign with, certificates to judge, who is reached */
	{ LEAST WHO "   certificate: " CA "\n",
	  "t.yaml:8: accounts[0].key: missing; a certificate and its key, or "
	  "neither" },
	{ LEAST WHO "   certificate: " CA "\n   key: Makefile\n",
	  "t.yaml:13: accounts[0].key: no private key can be read from it "
	  "('Makefile'); a PEM file with the certificate's private key, not "
	  "encrypted; the path is relative to the profile" },
	{ LEAST WHO "   certificate: " CA "\n   key: " ALICE "\n",
	  "t.yaml:13: accounts[0].key: not the key of this certificate ('" ALICE
	  "'); a PEM file with the certificate's private key, not encrypted; "
	  "the path is relative to the profile" },
	{ LEAST "pki: {anchors: [Makefile]}\n",
	  "t.yaml:7: pki.anchors[0]: no certificate in it ('Makefile'); a PEM "
	  "file with certificates; the path is relative to the profile" },
	{ LEAST "pki: {anchors: [" CA "], issuers: nope}\n",
	  "t.yaml:7: pki.issuers: No such file or directory ('nope'); a PEM "
	  "file with certificates; the path is relative to the profile" },
	{ LEAST "pki: {anchors: [" CA "], records: nope}\n",
	  "t.yaml:7: pki.records: No such file or directory ('nope'); a CSV "
	  "file with a column serial; the path is relative to the profile" },
	{ LEAST "pki: {anchors: [" CA "], records: fixtures}\n",
	  "t.yaml:7: pki.records: not a regular file ('fixtures'); a CSV "
	  "file with a column serial; the path is relative to the profile" },
	{ LEAST "pki:\n anchors: [" CA "]\n certificates:\n"
	  "  - {name: a, class: sining, file: " CA "}\n",
	  "t.yaml:10: pki.certificates[0].class: not known ('sining'); "
	  "did you mean 'signing'?" },
	{ LEAST "pki:\n anchors: [" CA "]\n certificates:\n"
	  "  - {name: a, class: signing, file: " CA ", status: lost}\n",
	  "t.yaml:10: pki.certificates[0].status: not known ('lost'); "
	  "good, revoked or held" },
	{ LEAST "pki:\n anchors: [" CA "]\n certificates:\n"
	  "  - {name: a, class: signing, file: " CA "}\n"
	  "  - {name: a, class: encryption, file: " CA "}\n",
	  "t.yaml:11: pki.certificates[1].name: a second certificate of this "
	  "name ('a'); one name for each" },
	/* who signs */
	{ LEAST "lab: {certificate: " CA "}\n",
	  "t.yaml:7: lab.key: missing; this key is required" },
	{ LEAST "lab: {key: " LAB_KEY "}\n",
	  "t.yaml:7: lab.certificate: missing; this key is required" },
	{ LEAST "lab: {key: nope, certificate: " CA "}\n",
	  "t.yaml:7: lab.key: No such file or directory ('nope'); a PEM file "
	  "with a private key, as \"yanshou key new\" makes it; the path is "
	  "relative to the profile" },
	{ LEAST "lab: {key: " CA ", certificate: " CA "}\n",
	  "t.yaml:7: lab.key: no private key in it ('" CA "'); a PEM file "
	  "with a private key, as \"yanshou key new\" makes it; the path is "
	  "relative to the profile" },
	{ LEAST "lab: {key: " LAB_KEY ", certificate: " LAB_KEY "}\n",
	  "t.yaml:7: lab.certificate: no certificate in it ('" LAB_KEY "'); a "
	  "PEM file with certificates; the path is relative to the profile" },
	{ LEAST LAB "  passphrase: hunter2\n",
	  "t.yaml:10: lab.passphrase: a passphrase must not be written here; "
	  "{env: NAME} or {file: PATH}" },
	{ LEAST LAB "  passphrase: {env: NOT_SET_1}\n",
	  "t.yaml:10: lab.passphrase.env: this environment variable is not "
	  "set ('NOT_SET_1'); export it before the program is started" },
	{ LEAST LAB "  passphrase: {file: /dev/null}\n",
	  "t.yaml:10: lab.passphrase.file: not a regular file ('/dev/null'); a "
	  "file whose first line is the passphrase; the path is relative to "
	  "the profile" },
	{ LEAST LAB "  picture: nope.png\n",
	  "t.yaml:10: lab.picture: No such file or directory ('nope.png'); a "
	  "PNG of at most 256 KiB and 2000 by 2000 pixels; the path is "
	  "relative to the profile" },
	{ LEAST LAB "  picture: " CA "\n",
	  "t.yaml:10: lab.picture: no PNG ('" CA "'); a PNG of at most 256 KiB "
	  "and 2000 by 2000 pixels; the path is relative to the profile" },
	{ LEAST LAB "  picture: /dev/zero\n",
	  "t.yaml:10: lab.picture: not a regular file ('/dev/zero'); a PNG of "
	  "at most 256 KiB and 2000 by 2000 pixels; the path is relative to "
	  "the profile" },
	{ LEAST LAB "  tsa: tsa.example\n",
	  "t.yaml:10: lab.tsa: not the URL of a time stamping authority "
	  "(RFC 3161 3.4) ('tsa.example'); such as "
	  "http://tsa.example:8080/tsa" },
	{ LEAST LAB "  tsa: 'http://u:p@tsa.example/'\n",
	  "t.yaml:10: lab.tsa: not the URL of a time stamping authority "
	  "(RFC 3161 3.4) ('http://u:p@tsa.example/'); such as "
	  "http://tsa.example:8080/tsa" },
	{ LEAST LAB "  tsa: 'http://tsa.example:8x/'\n",
	  "t.yaml:10: lab.tsa: not the URL of a time stamping authority "
	  "(RFC 3161 3.4) ('http://tsa.example:8x/'); such as "
	  "http://tsa.example:8080/tsa" },

	{ LEAST "safety: {reach: ['http://x']}\n",
	  "t.yaml:7: safety.reach[0]: not a host ('http://x'); "
	  "a name or an address, without scheme and port" },
};
/* clang-format on */

START_TEST(says_what_is_right)
{
	must_refuse(broken[_i].text, broken[_i].want);
}
END_TEST

/* ssh keys end up in the wrong file; values are shown cut and clean. */
START_TEST(long_values_are_cut)
{
	char *text =
	    mem_textf(LEAST "timeouts: {reply: \"\\e%0*d\"}\n", 300, 7);
	struct profile p;
	struct err err;

	ck_assert(!parse(text, &p, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "('\\x1b000"));
	ck_assert_ptr_nonnull(strstr(err.what, "000...')"));
	ck_assert_uint_lt(strlen(err.what), 200);
	free(text);
}
END_TEST

START_TEST(large_files_are_refused)
{
	char *text = mem_new(CONF_BYTES + 2, 1);
	struct profile p;
	struct err err;

	memset(text, '#', CONF_BYTES + 1);
	ck_assert(!parse(text, &p, &err));
	ck_assert_str_eq(err.what, "t.yaml: too large; at most 256 KiB");
	free(text);
	ck_assert(!profile_read("/dev/zero", &p, &err));
	ck_assert_str_eq(
	    err.what, "/dev/zero: not a file; the path of a YAML file");
	ck_assert(!profile_read("no/such.yaml", &p, &err));
	ck_assert_str_eq(err.what, "no/such.yaml: No such file or directory");
}
END_TEST

/* A list of more values than any profile has. */
START_TEST(many_values_are_refused)
{
	struct profile p;
	struct buf text;
	struct err err;

	buf_init(&text, CONF_BYTES);
	buf_addf(&text, "claims: [");
	for (int i = 0; i < CONF_NODES; i++)
		buf_addf(&text, "x, ");
	buf_addf(&text, "]\n");
	ck_assert(!parse(buf_text(&text), &p, &err));
	ck_assert_str_eq(
	    err.what, "t.yaml:1: too many values; at most 4096 in one file");
	buf_free(&text);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct profile_test tests[] = {
		{ says_what_is_right, COUNT(broken) },
		{ long_values_are_cut, 1 },
		{ large_files_are_refused, 1 },
		{ many_values_are_refused, 1 },
	};
	/* clang-format on */

	return profile_run("profile_mistakes", tests, COUNT(tests));
}
