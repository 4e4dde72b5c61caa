/* SPDX-License-Identifier: MIT */
#include "reference/store_inner.h"

/*
 * A message is a row of "message"; who has yet to get it, rows of
 * "recipient"; what arrived, rows of "mail".  The last recipient that is
 * done with takes the message along.
 */
static const char schema_1[] =
    "CREATE TABLE account ("
    " id INTEGER PRIMARY KEY,"
    " user TEXT NOT NULL UNIQUE COLLATE NOCASE,"
    " address TEXT NOT NULL,"
    " salt BLOB NOT NULL, stored_key BLOB NOT NULL,"
    " server_key BLOB NOT NULL, iterations INTEGER NOT NULL,"
    " failures INTEGER NOT NULL DEFAULT 0,"
    " locked_until_us INTEGER NOT NULL DEFAULT 0,"
    " quota INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE domain ("
    " name TEXT PRIMARY KEY," /* in lower case, as written or A-labels */
    " ascii TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE address ("
    " name TEXT PRIMARY KEY," /* folded: see fold() */
    " account INTEGER NOT NULL REFERENCES account) WITHOUT ROWID;"
    "CREATE TABLE message ("
    " id TEXT PRIMARY KEY, accepted_us INTEGER NOT NULL,"
    " sender TEXT NOT NULL, envid TEXT NOT NULL,"
    " ret_hdrs INTEGER NOT NULL, ret_full INTEGER NOT NULL,"
    " eightbit INTEGER NOT NULL,"
    " smtputf8 INTEGER NOT NULL, content BLOB NOT NULL);"
    "CREATE TABLE recipient ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " message TEXT NOT NULL REFERENCES message,"
    " address TEXT NOT NULL, orcpt TEXT NOT NULL,"
    " notify INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
    " due_us INTEGER NOT NULL, why TEXT NOT NULL DEFAULT '');"
    "CREATE INDEX recipient_due ON recipient (due_us, id);"
    "CREATE INDEX recipient_message ON recipient (message);"
    "CREATE TABLE mail ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " account INTEGER NOT NULL REFERENCES account,"
    " arrived_us INTEGER NOT NULL, content BLOB NOT NULL);"
    "CREATE INDEX mail_account ON mail (account, id);";

/* Accounts that have no mailbox get these; the numbers are special_use. */
#define PRESET_MAILBOXES \
	" FROM account a CROSS JOIN (SELECT 'INBOX' AS name, 0 AS use" \
	" UNION ALL VALUES ('Drafts', 1), ('Sent', 2), ('Trash', 3)," \
	" ('Junk', 4), ('Archive', 5)) p WHERE NOT EXISTS" \
	" (SELECT 1 FROM mailbox WHERE account = a.id)"
#define SETTLE_SUBSCRIPTIONS \
	"INSERT OR IGNORE INTO subscription SELECT a.id, " \
	"p.name" PRESET_MAILBOXES
#define SETTLE_MAILBOXES \
	"INSERT INTO mailbox (account, name, uidvalidity, use)" \
	" SELECT a.id, p.name, (SELECT uidvalidity FROM counter), " \
	"p.use" PRESET_MAILBOXES

/*
 * A row of "body" is the content of one or more rows of "mail"; the last one
 * takes it along.  What a mailbox and an account count is kept by triggers,
 * so that nobody has to count.  1 is MAIL_SEEN, 8 is MAIL_DELETED.
 */
static const char schema_2[] =
    "ALTER TABLE mail RENAME TO mail_1;"
    "ALTER TABLE account ADD quota_messages INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE account ADD used_messages INTEGER NOT NULL DEFAULT 0;"
    "UPDATE account SET used = 0;"
    "CREATE TABLE counter (uidvalidity INTEGER NOT NULL);"
    "INSERT INTO counter VALUES (1);"
    "CREATE TABLE mailbox ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " account INTEGER NOT NULL REFERENCES account,"
    " name TEXT NOT NULL, uidvalidity INTEGER NOT NULL,"
    " uidnext INTEGER NOT NULL DEFAULT 1,"
    " recent_from INTEGER NOT NULL DEFAULT 1,"
    " modseq INTEGER NOT NULL DEFAULT 1,"
    " use INTEGER NOT NULL DEFAULT 0,"
    " noselect INTEGER NOT NULL DEFAULT 0,"
    " messages INTEGER NOT NULL DEFAULT 0,"
    " recent INTEGER NOT NULL DEFAULT 0,"
    " unseen INTEGER NOT NULL DEFAULT 0,"
    " deleted INTEGER NOT NULL DEFAULT 0,"
    " size INTEGER NOT NULL DEFAULT 0,"
    " deleted_size INTEGER NOT NULL DEFAULT 0,"
    " UNIQUE (account, name));"
    "CREATE TABLE subscription ("
    " account INTEGER NOT NULL REFERENCES account, name TEXT NOT NULL,"
    " PRIMARY KEY (account, name)) WITHOUT ROWID;"
    "CREATE TABLE body ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, content BLOB NOT NULL);"
    "CREATE TABLE mail ("
    " mailbox INTEGER NOT NULL REFERENCES mailbox, uid INTEGER NOT NULL,"
    " body INTEGER NOT NULL REFERENCES body, size INTEGER NOT NULL,"
    " flags INTEGER NOT NULL, keywords TEXT NOT NULL,"
    " date_s INTEGER NOT NULL, zone_min INTEGER NOT NULL,"
    " modseq INTEGER NOT NULL, PRIMARY KEY (mailbox, uid)) WITHOUT ROWID;"
    "CREATE INDEX mail_modseq ON mail (mailbox, modseq);"
    "CREATE INDEX mail_body ON mail (body);"
    "CREATE TABLE expunged ("
    " mailbox INTEGER NOT NULL, modseq INTEGER NOT NULL,"
    " uid INTEGER NOT NULL,"
    " PRIMARY KEY (mailbox, modseq, uid)) WITHOUT ROWID;"
    "CREATE TRIGGER mail_comes AFTER INSERT ON mail BEGIN"
    " UPDATE mailbox SET messages = messages + 1, recent = recent + 1,"
    " unseen = unseen + ((NEW.flags & 1) = 0),"
    " deleted = deleted + ((NEW.flags & 8) <> 0),"
    " size = size + NEW.size,"
    " deleted_size = deleted_size + NEW.size * ((NEW.flags & 8) <> 0)"
    " WHERE id = NEW.mailbox;"
    " UPDATE account SET used = used + NEW.size,"
    " used_messages = used_messages + 1 WHERE id ="
    " (SELECT account FROM mailbox WHERE id = NEW.mailbox);"
    "END;"
    "CREATE TRIGGER mail_changes AFTER UPDATE OF flags ON mail"
    " WHEN OLD.flags <> NEW.flags BEGIN"
    " UPDATE mailbox SET"
    " unseen = unseen + ((NEW.flags & 1) = 0) - ((OLD.flags & 1) = 0),"
    " deleted ="
    " deleted + ((NEW.flags & 8) <> 0) - ((OLD.flags & 8) <> 0),"
    " deleted_size = deleted_size +"
    " NEW.size * (((NEW.flags & 8) <> 0) - ((OLD.flags & 8) <> 0))"
    " WHERE id = NEW.mailbox;"
    "END;"
    "CREATE TRIGGER mail_goes AFTER DELETE ON mail BEGIN"
    " UPDATE mailbox SET messages = messages - 1,"
    " recent = recent - (OLD.uid >= recent_from),"
    " unseen = unseen - ((OLD.flags & 1) = 0),"
    " deleted = deleted - ((OLD.flags & 8) <> 0),"
    " size = size - OLD.size,"
    " deleted_size = deleted_size - OLD.size * ((OLD.flags & 8) <> 0)"
    " WHERE id = OLD.mailbox;"
    " UPDATE account SET used = used - OLD.size,"
    " used_messages = used_messages - 1 WHERE id ="
    " (SELECT account FROM mailbox WHERE id = OLD.mailbox);"
    " INSERT INTO expunged SELECT id, modseq, OLD.uid FROM mailbox"
    " WHERE id = OLD.mailbox;"
    " DELETE FROM body WHERE id = OLD.body AND NOT EXISTS"
    " (SELECT 1 FROM mail WHERE body = OLD.body);"
    "END;" SETTLE_SUBSCRIPTIONS ";" SETTLE_MAILBOXES ";"
    "INSERT INTO body SELECT id, content FROM mail_1;"
    "INSERT INTO mail SELECT m.id,"
    " row_number() OVER (PARTITION BY m.id ORDER BY o.id), o.id,"
    " length(o.content), 0, '', o.arrived_us / 1000000, 0, 1"
    " FROM mail_1 o JOIN mailbox m"
    " ON m.account = o.account AND m.name = 'INBOX';"
    "UPDATE mailbox SET uidnext = messages + 1;"
    "DROP TABLE mail_1;";

/*
 * A row of "entry" is a name of the directory, rows of "value" what it has.
 * Keys are such that all below "a,b," are between it and "a,b-".
 */
static const char schema_3[] =
    "CREATE TABLE entry ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " key TEXT NOT NULL UNIQUE, dn TEXT NOT NULL, user TEXT NOT NULL,"
    " administrator INTEGER NOT NULL);"
    "CREATE TABLE value ("
    " entry INTEGER NOT NULL REFERENCES entry, place INTEGER NOT NULL,"
    " attribute TEXT NOT NULL, options TEXT NOT NULL,"
    " value BLOB NOT NULL, prepared BLOB NOT NULL,"
    " PRIMARY KEY (entry, place)) WITHOUT ROWID;"
    "CREATE INDEX value_prepared ON value (attribute, prepared, entry);";

/*
 * Authorities: "thing" holds keys, "certificate" all that was issued, "crl"
 * the last list of each issuer, "record" a log in which nothing may change.
 */
static const char schema_4[] =
    "CREATE TABLE thing ("
    " name TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE certificate ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " serial TEXT NOT NULL, issuer INTEGER NOT NULL, name TEXT NOT NULL,"
    " status INTEGER NOT NULL DEFAULT 0,"
    " reason INTEGER NOT NULL DEFAULT -1,"
    " changed_us INTEGER NOT NULL, content BLOB NOT NULL,"
    " UNIQUE (issuer, serial));"
    "CREATE INDEX certificate_name ON certificate (name, id);"
    "CREATE INDEX certificate_bad ON certificate (issuer, serial)"
    " WHERE status <> 0;"
    "CREATE INDEX certificate_changed ON certificate (issuer, changed_us);"
    "CREATE TABLE crl ("
    " issuer INTEGER PRIMARY KEY, number INTEGER NOT NULL,"
    " made_us INTEGER NOT NULL, content BLOB NOT NULL);"
    "CREATE TABLE record ("
    " number INTEGER PRIMARY KEY, text TEXT NOT NULL,"
    " chain BLOB NOT NULL, signature BLOB NOT NULL);"
    "CREATE TRIGGER record_stays BEFORE UPDATE ON record BEGIN"
    " SELECT raise(ABORT, 'a record does not change'); END;"
    "CREATE TRIGGER record_is_kept BEFORE DELETE ON record BEGIN"
    " SELECT raise(ABORT, 'a record is kept'); END;";

/*
 * What comes by CMP: a certificate is its owner's, of one request of one
 * transaction; until confirm_us it has to be confirmed (0: nothing is waited
 * for).  "ordered" holds requests that wait for somebody's approval.
 */
static const char schema_5[] =
    "ALTER TABLE certificate ADD owner TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE certificate ADD deal BLOB;"
    "ALTER TABLE certificate ADD request INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE certificate ADD confirm_us INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX certificate_deal ON certificate (deal, request)"
    " WHERE deal IS NOT NULL;"
    "CREATE INDEX certificate_confirm ON certificate (confirm_us)"
    " WHERE confirm_us > 0;"
    "CREATE TABLE deal ("
    " id BLOB PRIMARY KEY, owner TEXT NOT NULL, kind INTEGER NOT NULL,"
    " nonce BLOB NOT NULL, began_us INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE ordered ("
    " deal BLOB NOT NULL REFERENCES deal, request INTEGER NOT NULL,"
    " ready_us INTEGER NOT NULL, content BLOB NOT NULL,"
    " PRIMARY KEY (deal, request)) WITHOUT ROWID;";

/*
 * What a registration authority knows of a certificate is its "holding"; what
 * is kept in "escrow" is encrypted.
 */
static const char schema_6[] =
    "CREATE TABLE holding ("
    " serial TEXT PRIMARY KEY, issuer INTEGER NOT NULL,"
    " user TEXT NOT NULL COLLATE NOCASE, class INTEGER NOT NULL,"
    " key TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX holding_key ON holding (key);"
    "CREATE INDEX holding_user ON holding (user);"
    "CREATE TABLE application ("
    " id TEXT PRIMARY KEY, user TEXT NOT NULL COLLATE NOCASE,"
    " class INTEGER NOT NULL, algorithm INTEGER NOT NULL,"
    " state INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '',"
    " approver TEXT NOT NULL DEFAULT '' COLLATE NOCASE,"
    " alt TEXT NOT NULL, name BLOB NOT NULL, old TEXT NOT NULL,"
    " certificate TEXT NOT NULL DEFAULT '',"
    " encryption TEXT NOT NULL DEFAULT '',"
    " made_us INTEGER NOT NULL, key BLOB NOT NULL,"
    " handed BLOB NOT NULL DEFAULT x'') WITHOUT ROWID;"
    "CREATE TABLE escrow ("
    " key TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE recovery ("
    " id TEXT PRIMARY KEY, user TEXT NOT NULL, serial TEXT NOT NULL,"
    " under TEXT NOT NULL, first TEXT NOT NULL, second TEXT NOT NULL)"
    " WITHOUT ROWID;";

/* What a delta can speak of, among a million certificates. */
#define CERTIFICATE_TOLD "(status <> 0 OR reason = 8)"
static const char schema_7[] =
    "CREATE INDEX certificate_told ON certificate (issuer, serial)"
    " WHERE " CERTIFICATE_TOLD ";";

/*
 * A seal from its application on: "locked" is its holder's key under the PIN,
 * "content" the seal once it is made.  "seal_record" is a log as "record" is.
 */
static const char schema_8[] =
    "CREATE TABLE seal ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE, user TEXT NOT NULL COLLATE NOCASE,"
    " state INTEGER NOT NULL, name TEXT NOT NULL, format TEXT NOT NULL,"
    " width INTEGER NOT NULL, height INTEGER NOT NULL,"
    " start_us INTEGER NOT NULL, end_us INTEGER NOT NULL,"
    " applied_us INTEGER NOT NULL,"
    " old TEXT NOT NULL, note TEXT NOT NULL DEFAULT '',"
    " approver TEXT NOT NULL DEFAULT '' COLLATE NOCASE,"
    " esid TEXT NOT NULL DEFAULT '', serial TEXT NOT NULL DEFAULT '',"
    " failures INTEGER NOT NULL DEFAULT 0,"
    " picture BLOB NOT NULL, key BLOB NOT NULL, locked BLOB NOT NULL,"
    " content BLOB NOT NULL DEFAULT x'');"
    "CREATE INDEX seal_user ON seal (user, number);"
    "CREATE UNIQUE INDEX seal_esid ON seal (esid) WHERE esid <> '';"
    "CREATE TABLE seal_record ("
    " number INTEGER PRIMARY KEY, text TEXT NOT NULL,"
    " chain BLOB NOT NULL, signature BLOB NOT NULL);"
    "CREATE TRIGGER seal_record_stays BEFORE UPDATE ON seal_record BEGIN"
    " SELECT raise(ABORT, 'a record does not change'); END;"
    "CREATE TRIGGER seal_record_is_kept BEFORE DELETE ON seal_record BEGIN"
    " SELECT raise(ABORT, 'a record is kept'); END;";

const char *const store_schema[SCHEMA_VERSION] = { schema_1, schema_2, schema_3,
	schema_4, schema_5, schema_6, schema_7, schema_8 };

/* Gone when the store is closed: nobody sees to anything any more. */
const char store_schema_temp[] =
    "CREATE TEMP TABLE taken (id INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE challenge ("
    " id TEXT PRIMARY KEY, user TEXT NOT NULL, octets BLOB NOT NULL,"
    " until_us INTEGER NOT NULL);"
    "CREATE INDEX temp.challenge_until ON challenge (until_us);"
    "CREATE TEMP TABLE session ("
    " digest TEXT PRIMARY KEY, user TEXT NOT NULL, serial TEXT NOT NULL,"
    " until_us INTEGER NOT NULL);"
    "CREATE INDEX temp.session_until ON session (until_us)";

#define DUE_COLUMNS \
	"SELECT r.id, m.id, m.sender, r.address, r.orcpt, m.envid, r.notify," \
	" m.ret_hdrs, m.ret_full, m.eightbit, m.smtputf8, r.attempts," \
	" m.accepted_us" \
	" FROM recipient r JOIN message m ON m.id = r.message" \
	" WHERE r.due_us <= ?1 AND r.id NOT IN (SELECT id FROM taken)"
#define DUE_ORDER " ORDER BY r.due_us, r.id LIMIT 1"

/* "0" is what comes after "/": all that begins with "name/". */
#define BELOW(name) "> " name " || '/' AND name < " name " || '0'"
#define MAILBOX_COLUMNS \
	"SELECT m.id, m.account, m.name, m.uidvalidity, m.uidnext, m.modseq," \
	" m.use, m.noselect, EXISTS (SELECT 1 FROM subscription" \
	" WHERE account = m.account AND name = m.name)," \
	" EXISTS (SELECT 1 FROM mailbox WHERE account = m.account" \
	" AND name " BELOW( \
	    "m.name") ")," \
		      " m.messages, m.recent, m.unseen, m.deleted, m.size," \
		      " m.deleted_size FROM mailbox m WHERE "
#define CERTIFICATE_COLUMNS \
	"SELECT id, serial, issuer, name, status, reason, changed_us, " \
	"content," \
	" owner, request, confirm_us FROM certificate WHERE "
#define HOLDING_COLUMNS \
	"SELECT h.serial, h.issuer, h.user, h.class, h.key FROM holding h "
#define SEAL_COLUMNS \
	"SELECT id, user, state, name, format, width, height, start_us," \
	" end_us, applied_us, old, note, approver, esid, serial, failures," \
	" picture, key, locked, content FROM seal WHERE "
#define SEALS_LISTED "SELECT id, state, name, start_us, end_us FROM seal "
/* Where many are asked for at once, the oldest go. */
#define OLDEST_BUT_10000(table) \
	" OR rowid IN (SELECT rowid FROM " table \
	" ORDER BY until_us DESC LIMIT -1 OFFSET 9999)"
#define MAIL_COLUMNS \
	"SELECT uid, flags, keywords, date_s, zone_min, size, modseq FROM " \
	"mail"

const char *const store_queries[QUERY_COUNT] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
	[ACCOUNT_ADD] = "INSERT OR IGNORE INTO account (user, address, salt,"
			" stored_key, server_key, iterations, quota)"
			" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[ACCOUNT_GET] = "SELECT id, user, address, salt, stored_key,"
			" server_key, iterations, failures, locked_until_us"
			" FROM account WHERE user = ?1",
	/* A count that has locked once starts anew when the lock is over. */
	[ACCOUNT_FAILED] =
	    "UPDATE account SET"
	    " failures = CASE WHEN failures >= ?2 THEN 1"
	    " ELSE failures + 1 END,"
	    " locked_until_us = CASE WHEN"
	    " (CASE WHEN failures >= ?2 THEN 1 ELSE failures + 1 END) >= ?2"
	    " THEN ?4 + ?3 ELSE 0 END"
	    " WHERE id = ?1 AND locked_until_us <= ?4",
	[ACCOUNT_SUCCEEDED] = "UPDATE account SET failures = 0,"
			      " locked_until_us = 0 WHERE id = ?1"
			      " AND failures + locked_until_us <> 0",
	[ACCOUNT_ROOM] = "SELECT 1 FROM account WHERE id = ?1"
			 " AND (quota = 0 OR used + ?2 <= quota)"
			 " AND (quota_messages = 0"
			 " OR used_messages + ?3 <= quota_messages)",
	[ACCOUNT_QUOTA] = "SELECT used, quota, used_messages, quota_messages"
			  " FROM account WHERE id = ?1",
	[ACCOUNT_QUOTA_SET] = "UPDATE account SET quota = ?2,"
			      " quota_messages = ?3 WHERE id = ?1",
	[DOMAIN_ADD] = "INSERT OR IGNORE INTO domain VALUES (?1, ?2)",
	[DOMAIN_GET] = "SELECT ascii FROM domain WHERE name = ?1",
	[ADDRESS_ADD] = "INSERT OR IGNORE INTO address"
			" SELECT ?1, id FROM account WHERE user = ?2",
	[ADDRESS_GET] = "SELECT account FROM address WHERE name = ?1",
	[MESSAGE_ADD] = "INSERT INTO message VALUES"
			" (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[MESSAGE_GET] = "SELECT content FROM message WHERE id = ?1",
	[MESSAGE_DROP] = "DELETE FROM message WHERE id = ?1 AND NOT EXISTS"
			 " (SELECT 1 FROM recipient WHERE message = ?1)",
	[RECIPIENT_ADD] = "INSERT INTO recipient"
			  " (message, address, orcpt, notify, due_us)"
			  " VALUES (?1, ?2, ?3, ?4, ?5)",
	[RECIPIENT_DUE] = DUE_COLUMNS DUE_ORDER,
	[RECIPIENT_DUE_OF] = DUE_COLUMNS " AND r.message = ?2" DUE_ORDER,
	[RECIPIENT_NEXT] = "SELECT due_us FROM recipient"
			   " WHERE id NOT IN (SELECT id FROM taken)"
			   " ORDER BY due_us, id LIMIT 1",
	[RECIPIENT_RETRY] = "UPDATE recipient SET attempts = attempts + 1,"
			    " due_us = ?2, why = ?3 WHERE id = ?1",
	[RECIPIENT_DROP] = "DELETE FROM recipient WHERE id = ?1",
	[TAKEN_ADD] = "INSERT OR IGNORE INTO taken VALUES (?1)",
	[TAKEN_DROP] = "DELETE FROM taken WHERE id = ?1",
	/* RFC 3501 2.3.1.1: what a clock gives, and never the same twice. */
	[UIDVALIDITY_NEXT] =
	    "UPDATE counter SET uidvalidity = max(uidvalidity + 1, ?1)",
	[MAILBOX_SETTLE] = SETTLE_MAILBOXES,
	/* The only one of its use, or of no use. */
	[MAILBOX_ADD] =
	    "INSERT OR IGNORE INTO mailbox (account, name, uidvalidity, use)"
	    " SELECT ?1, ?2, uidvalidity, CASE WHEN EXISTS (SELECT 1"
	    " FROM mailbox WHERE account = ?1 AND use = ?3) THEN 0"
	    " ELSE ?3 END FROM counter",
	[MAILBOX_ADD_NAME] =
	    "INSERT INTO mailbox (account, name, uidvalidity, noselect)"
	    " SELECT ?1, ?2, uidvalidity, 1 FROM counter",
	[MAILBOX_BY_NAME] = MAILBOX_COLUMNS "m.account = ?1 AND m.name = ?2",
	[MAILBOX_BY_ID] = MAILBOX_COLUMNS "m.id = ?1",
	[MAILBOX_LIST] = MAILBOX_COLUMNS "m.account = ?1 ORDER BY m.name",
	[MAILBOX_COUNT] = "SELECT count(*) FROM mailbox WHERE account = ?1",
	[MAILBOX_RENAME] =
	    "UPDATE mailbox SET name = ?3 || substr(name, length(?2) + 1)"
	    " WHERE account = ?1 AND (name = ?2 OR (name " BELOW("?2") "))",
	[MAILBOX_LONGEST] = "SELECT max(length(CAST(name AS BLOB)))"
			    " FROM mailbox WHERE account = ?1"
			    " AND (name = ?2 OR (name " BELOW("?2") "))",
	[MAILBOX_DROP] = "DELETE FROM mailbox WHERE id = ?1",
	[MAILBOX_VERSION] = "SELECT modseq FROM mailbox WHERE id = ?1",
	[MAILBOX_GREW] =
	    "UPDATE mailbox SET uidnext = ?2, modseq = ?3 WHERE id = ?1",
	[MAILBOX_CHANGED] = "UPDATE mailbox SET modseq = ?2 WHERE id = ?1",
	[MAILBOX_CLAIM] =
	    "SELECT recent_from, uidnext FROM mailbox WHERE id = ?1",
	[MAILBOX_CLAIMED] = "UPDATE mailbox SET recent_from = uidnext,"
			    " recent = 0 WHERE id = ?1",
	[SUBSCRIPTION_SETTLE] = SETTLE_SUBSCRIPTIONS,
	[SUBSCRIPTION_ADD] = "INSERT OR IGNORE INTO subscription VALUES"
			     " (?1, ?2)",
	[SUBSCRIPTION_DROP] = "DELETE FROM subscription"
			      " WHERE account = ?1 AND name = ?2",
	[SUBSCRIPTION_LIST] = "SELECT name FROM subscription"
			      " WHERE account = ?1 ORDER BY name",
	[SUBSCRIPTION_COUNT] =
	    "SELECT count(*) FROM subscription WHERE account = ?1",
	[BODY_ADD] = "INSERT INTO body (content) VALUES (?1)",
	[MAIL_ADD] = "INSERT INTO mail VALUES"
		     " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[MAIL_COPY] = "INSERT INTO mail SELECT ?3, ?4, body, size, flags,"
		      " keywords, date_s, zone_min, ?5"
		      " FROM mail WHERE mailbox = ?1 AND uid = ?2",
	[MAIL_LIST] = MAIL_COLUMNS " WHERE mailbox = ?1 ORDER BY uid",
	[MAIL_CHANGES] = MAIL_COLUMNS " INDEXED BY mail_modseq"
				      " WHERE mailbox = ?1 AND modseq > ?2"
				      " ORDER BY uid",
	[MAIL_GET] = MAIL_COLUMNS " WHERE mailbox = ?1 AND uid = ?2",
	[MAIL_FLAGS] = "UPDATE mail SET flags = ?3, keywords = ?4,"
		       " modseq = ?5 WHERE mailbox = ?1 AND uid = ?2",
	[MAIL_UIDS_DELETED] = "SELECT uid FROM mail WHERE mailbox = ?1"
			      " AND flags & 8 ORDER BY uid",
	[MAIL_UIDS] = "SELECT uid FROM mail WHERE mailbox = ?1 ORDER BY uid",
	[MAIL_CONTENT] = "SELECT content FROM body WHERE id ="
			 " (SELECT body FROM mail WHERE mailbox = ?1"
			 " AND uid = ?2)",
	[MAIL_BODY] = "SELECT body FROM mail WHERE mailbox = ?1 AND uid = ?2",
	[MAIL_NTH] = "SELECT content FROM body WHERE id ="
		     " (SELECT body FROM mail WHERE mailbox = ?1"
		     " ORDER BY uid LIMIT 1 OFFSET ?2)",
	[MAIL_DROP] = "DELETE FROM mail WHERE mailbox = ?1 AND uid = ?2",
	[MAIL_DROP_ALL] = "DELETE FROM mail WHERE mailbox = ?1",
	[EXPUNGED_LIST] = "SELECT DISTINCT uid FROM expunged"
			  " WHERE mailbox = ?1 AND modseq > ?2 ORDER BY uid",
	[EXPUNGED_DROP_ALL] = "DELETE FROM expunged WHERE mailbox = ?1",
	[DIRECTORY_ADD] = "INSERT INTO entry (key, dn, user, administrator)"
			  " VALUES (?1, ?2, ?3, ?4)",
	[DIRECTORY_GET] = "SELECT key, dn, user, administrator FROM entry"
			  " WHERE id = ?1",
	[DIRECTORY_FIND] = "SELECT id FROM entry WHERE key = ?1",
	[DIRECTORY_COUNT] = "SELECT count(*) FROM entry",
	[DIRECTORY_DROP] = "DELETE FROM entry WHERE id = ?1",
	/* Key ?1 becomes ?3, and a name's last ?5 octets ?4. */
	[DIRECTORY_RENAME] =
	    "UPDATE entry SET key = ?3 || substr(key, length(?1) + 1),"
	    " dn = CAST(substr(CAST(dn AS BLOB), 1,"
	    " length(CAST(dn AS BLOB)) - ?5) AS TEXT) || ?4"
	    " WHERE key >= ?1 AND key < ?2",
	[DIRECTORY_BELOW] = "SELECT id FROM entry WHERE key >= ?1 AND key < ?2",
	[DIRECTORY_VALUES] = "SELECT attribute, options, value, prepared"
			     " FROM value WHERE entry = ?1 ORDER BY place",
	[DIRECTORY_VALUE_ADD] = "INSERT INTO value VALUES"
				" (?1, ?2, ?3, ?4, ?5, ?6)",
	[DIRECTORY_VALUES_DROP] = "DELETE FROM value WHERE entry = ?1",
	[DIRECTORY_IS] = "SELECT entry FROM value"
			 " WHERE attribute = ?1 AND prepared = ?2",
	[DIRECTORY_HAS] = "SELECT entry FROM value WHERE attribute = ?1",
	[DIRECTORY_HAS_PART] = "SELECT entry FROM value WHERE attribute = ?1"
			       " AND instr(prepared, ?2) > 0",
	[CA_THING_GET] = "SELECT content FROM thing WHERE name = ?1",
	[CA_THING_PUT] = "INSERT OR REPLACE INTO thing VALUES (?1, ?2)",
	[CA_CERTIFICATE_ADD] = "INSERT INTO certificate"
			       " (serial, issuer, name, changed_us, content,"
			       " owner, request, confirm_us, deal)"
			       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
			       " nullif(?9, x''))",
	[CA_CERTIFICATE_GET] = CERTIFICATE_COLUMNS "issuer = ?1"
						   " AND serial = ?2",
	[CA_CERTIFICATE_NAMED] = CERTIFICATE_COLUMNS "name = ?1"
						     " ORDER BY id DESC"
						     " LIMIT 1",
	[CA_CERTIFICATE_CHANGE] = "UPDATE certificate SET status = ?2,"
				  " reason = ?3, changed_us = ?4,"
				  " confirm_us = confirm_us * (?2 <> 1)"
				  " WHERE id = ?1",
	[CA_CERTIFICATE_CONFIRM] = "UPDATE certificate SET confirm_us = 0"
				   " WHERE id = ?1",
	[CA_CERTIFICATE_OF] = CERTIFICATE_COLUMNS "deal = ?1 AND request = ?2",
	[CA_CERTIFICATE_LATE] =
	    CERTIFICATE_COLUMNS "confirm_us > 0 AND confirm_us <= ?1"
				" ORDER BY confirm_us LIMIT 1",
	[CA_CERTIFICATE_OPEN] =
	    CERTIFICATE_COLUMNS "deal = ?1 AND confirm_us > 0 LIMIT 1",
	[CA_CERTIFICATE_DER] = "SELECT content FROM certificate WHERE id = ?1",
	[CMP_BEGIN] = "INSERT INTO deal VALUES (?1, ?2, ?3, ?4, ?5)",
	[CMP_GET] = "SELECT owner, kind, nonce FROM deal WHERE id = ?1",
	[CMP_NONCE] = "UPDATE deal SET nonce = ?2 WHERE id = ?1",
	[CMP_OPEN] = "SELECT EXISTS (SELECT 1 FROM certificate WHERE deal = ?1"
		     " AND confirm_us > 0) OR EXISTS"
		     " (SELECT 1 FROM ordered WHERE deal = ?1)",
	[CMP_ORDER] = "INSERT INTO ordered VALUES (?1, ?2, ?3, ?4)",
	[CMP_ORDERED] = "SELECT ready_us, content FROM ordered"
			" WHERE deal = ?1 AND request = ?2",
	[CMP_ORDER_DROP] = "DELETE FROM ordered"
			   " WHERE deal = ?1 AND request = ?2",
	[CA_CERTIFICATE_BAD] =
	    CERTIFICATE_COLUMNS "issuer = ?1 AND status <> 0"
				" ORDER BY serial",
	[CA_CERTIFICATE_SINCE] =
	    CERTIFICATE_COLUMNS "issuer = ?1 AND " CERTIFICATE_TOLD
				" AND changed_us >= ?2 ORDER BY serial",
	[CA_CHANGED] = "SELECT ifnull(max(changed_us), 0) FROM certificate"
		       " WHERE issuer = ?1",
	[CA_SERIALS] = "SELECT serial FROM certificate WHERE issuer = ?1"
		       " ORDER BY serial",
	[CA_CRL_GET] = "SELECT number, made_us, content FROM crl"
		       " WHERE issuer = ?1",
	[CA_CRL_PUT] = "INSERT OR REPLACE INTO crl VALUES (?1, ?2, ?3, ?4)",
	[CA_RECORD_ADD] = "INSERT INTO record VALUES (?1, ?2, ?3, ?4)",
	[CA_RECORD_LAST] = "SELECT number, chain FROM record"
			   " ORDER BY number DESC LIMIT 1",
	[CA_RECORD_GET] = "SELECT text, chain, signature FROM record"
			  " WHERE number = ?1",
	[RA_CHALLENGES_DROP] = "DELETE FROM challenge WHERE until_us <= "
			       "?1" OLDEST_BUT_10000("challenge"),
	[RA_CHALLENGE_ADD] = "INSERT INTO challenge VALUES (?1, ?2, ?3, ?4)",
	[RA_CHALLENGE_GET] = "SELECT user, octets, until_us FROM challenge"
			     " WHERE id = ?1",
	[RA_CHALLENGE_DROP] = "DELETE FROM challenge WHERE id = ?1",
	[RA_SESSIONS_DROP] = "DELETE FROM session WHERE until_us <= "
			     "?1" OLDEST_BUT_10000("session"),
	[RA_SESSION_ADD] = "INSERT INTO session VALUES (?1, ?2, ?3, ?4)",
	[RA_SESSION_GET] = "SELECT user, serial, until_us FROM session"
			   " WHERE digest = ?1",
	[RA_SESSION_DROP] = "DELETE FROM session WHERE digest = ?1",
	[RA_HOLDING_ADD] = "INSERT INTO holding VALUES (?1, ?2, ?3, ?4, ?5)",
	[RA_HOLDING_GET] = HOLDING_COLUMNS "WHERE h.serial = ?1",
	[RA_HOLDING_OF] = HOLDING_COLUMNS
	"JOIN certificate c ON c.issuer = h.issuer AND c.serial = h.serial"
	" WHERE h.user = ?1 AND h.issuer = ?2 AND h.class = ?3"
	" AND c.status = 0 ORDER BY c.id DESC LIMIT 1",
	[RA_HOLDING_WITH] = HOLDING_COLUMNS
	    "JOIN certificate c ON c.issuer = h.issuer AND c.serial = h.serial"
	    " WHERE h.user = ?1 AND h.issuer = ?2 AND h.key = ?3"
	    " AND h.class = ?4 AND c.status = 0 ORDER BY c.id DESC LIMIT 1",
	[RA_KEY_TAKEN] =
	    "SELECT 1 FROM holding h"
	    " JOIN certificate c ON c.issuer = h.issuer AND c.serial = h.serial"
	    " WHERE h.key = ?1 AND (h.user <> ?2 OR c.reason = 1)",
	[RA_APPLICATION_ADD] =
	    "INSERT INTO application"
	    " (id, user, class, algorithm, alt, name, old, made_us, key)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[RA_APPLICATION_GET] =
	    "SELECT id, user, class, algorithm, state, note, approver, alt,"
	    " name, old, certificate, encryption, made_us, key, handed"
	    " FROM application WHERE id = ?1",
	[RA_APPLICATION_JUDGE] = "UPDATE application SET state = ?2,"
				 " note = ?3, approver = ?4 WHERE id = ?1",
	[RA_APPLICATION_ISSUE] =
	    "UPDATE application SET state = ?2, certificate = ?3,"
	    " encryption = ?4, handed = ?5 WHERE id = ?1",
	[RA_ESCROW_ADD] = "INSERT INTO escrow VALUES (?1, ?2)",
	[RA_ESCROW_GET] = "SELECT content FROM escrow WHERE key = ?1",
	[RA_RECOVERY_PUT] =
	    "INSERT OR REPLACE INTO recovery VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[RA_RECOVERY_GET] = "SELECT id, user, serial, under, first, second"
			    " FROM recovery WHERE id = ?1",
	[SEAL_ADD] =
	    "INSERT INTO seal (id, user, state, name, format, width, height,"
	    " start_us, end_us, applied_us, old, picture, key, locked)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
	    " ?14)",
	[SEAL_GET] = SEAL_COLUMNS "id = ?1",
	[SEAL_BY_ESID] = SEAL_COLUMNS "esid = ?1 AND esid <> ''",
	[SEAL_PUT] = "UPDATE seal SET state = ?2, note = ?3, approver = ?4,"
		     " failures = ?5 WHERE id = ?1",
	[SEAL_CONTENT] = "UPDATE seal SET esid = ?2, serial = ?3, content = ?4"
		      " WHERE id = ?1",
	[SEAL_LIST] = SEALS_LISTED "ORDER BY number DESC LIMIT ?1",
	[SEAL_LIST_OF] =
	    SEALS_LISTED "WHERE user = ?2 ORDER BY number DESC LIMIT ?1",
	[SEAL_RECORD_ADD] = "INSERT INTO seal_record VALUES (?1, ?2, ?3, ?4)",
	[SEAL_RECORD_LAST] = "SELECT number, chain FROM seal_record"
			     " ORDER BY number DESC LIMIT 1",
	[SEAL_RECORD_GET] = "SELECT text, chain, signature FROM seal_record"
			    " WHERE number = ?1",
};
