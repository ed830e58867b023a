-- SPDX-License-Identifier: MIT
-- A store as schema 1 kept it, by sqlite3's .dump.
PRAGMA user_version=1;
BEGIN TRANSACTION;
CREATE TABLE entry(owner TEXT NOT NULL, id INTEGER NOT NULL, stamp INTEGER NOT NULL, with_jid TEXT NOT NULL, outgoing INTEGER NOT NULL, stanza TEXT NOT NULL, PRIMARY KEY(owner, id));
INSERT INTO "entry" VALUES('romeo@montague.example',1700000000000001,1700000000000,'juliet@capulet.example',1,'<message><body>1</body></message>');
INSERT INTO "entry" VALUES('romeo@montague.example',1700000000000002,1700000000000,'juliet@capulet.example',0,'<message><body>2</body></message>');
INSERT INTO "entry" VALUES('romeo@montague.example',1700000000000003,1700000000000,'juliet@capulet.example',1,'<message><body>3</body></message>');
INSERT INTO "entry" VALUES('romeo@montague.example',1700000000000004,1700000000000,'juliet@capulet.example',0,'<message><body>4</body></message>');
INSERT INTO "entry" VALUES('romeo@montague.example',1700000000000005,1700000000000,'juliet@capulet.example',1,'<message><body>5</body></message>');
CREATE TABLE record(owner TEXT NOT NULL, drawer TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY(owner, drawer, name)) WITHOUT ROWID;
INSERT INTO "record" VALUES('juliet@montague.example','account','',X'637265617465643D31373030303030303031');
INSERT INTO "record" VALUES('romeo@montague.example','account','',X'637265617465643D31373030303030303030');
INSERT INTO "record" VALUES('romeo@montague.example','roster','juliet@capulet.example',X'737562736372697074696F6E3D626F7468');
INSERT INTO "record" VALUES('salle@conference.montague.example','room','',X'7469746C653D53616C6C65');
CREATE INDEX record_owner ON record(drawer, owner) WHERE drawer IN ('account', 'room');
COMMIT;
