-- CreateEnum
CREATE TYPE "role" AS ENUM ('owner', 'admin', 'viewer');

-- CreateEnum
CREATE TYPE "peer_kind" AS ENUM ('agent', 'device', 'hub');

-- CreateTable
CREATE TABLE "user" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "role" "role" NOT NULL,
    "session_epoch" INTEGER NOT NULL DEFAULT 0,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "set_up" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "token_hash" TEXT NOT NULL,

    CONSTRAINT "set_up_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "network" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "interface" TEXT NOT NULL,
    "endpoint" TEXT NOT NULL,
    "listen_port" INTEGER NOT NULL,
    "api_port" INTEGER NOT NULL,
    "invitation_hours" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "network_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cidr" (
    "id" SERIAL NOT NULL,
    "network_id" INTEGER NOT NULL,
    "parent_id" INTEGER,
    "name" TEXT NOT NULL,
    "prefix" INET NOT NULL,
    "isolated" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "cidr_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "peer" (
    "id" SERIAL NOT NULL,
    "network_id" INTEGER NOT NULL,
    "cidr_id" INTEGER,
    "name" TEXT NOT NULL,
    "address" INET NOT NULL,
    "kind" "peer_kind" NOT NULL,
    "public_key" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "is_admin" BOOLEAN NOT NULL DEFAULT false,
    "listen_port" INTEGER,
    "endpoint_override" TEXT,
    "redeemed_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "secret_hash" TEXT,

    CONSTRAINT "peer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "association" (
    "id" SERIAL NOT NULL,
    "network_id" INTEGER NOT NULL,
    "a" INTEGER NOT NULL,
    "b" INTEGER NOT NULL,

    CONSTRAINT "association_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitation" (
    "id" SERIAL NOT NULL,
    "network_id" INTEGER NOT NULL,
    "peer_id" INTEGER NOT NULL,
    "temporary_key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "redeemed_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "change" (
    "network_id" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" JSONB NOT NULL,
    "kind" TEXT NOT NULL,
    "before" JSONB NOT NULL,
    "after" JSONB NOT NULL,

    CONSTRAINT "change_pkey" PRIMARY KEY ("network_id","revision")
);

-- CreateTable
CREATE TABLE "login_failure" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "login_failure_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "peer_status" (
    "peer_id" INTEGER NOT NULL,
    "online" BOOLEAN NOT NULL DEFAULT false,
    "vouched_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3),
    "endpoint" TEXT,
    "handshake_at" TIMESTAMPTZ(3),
    "rx" BIGINT NOT NULL DEFAULT 0,
    "tx" BIGINT NOT NULL DEFAULT 0,
    "applied_revision" INTEGER,
    "applied_at" TIMESTAMPTZ(3),
    "current" BOOLEAN,
    "version" TEXT,
    "candidates" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "fault" TEXT,

    CONSTRAINT "peer_status_pkey" PRIMARY KEY ("peer_id")
);

-- CreateTable
CREATE TABLE "hub_status" (
    "network_id" INTEGER NOT NULL,
    "connected" BOOLEAN NOT NULL,
    "applied_revision" INTEGER,
    "fault" TEXT,
    "version" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hub_status_pkey" PRIMARY KEY ("network_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_name_key" ON "user"("name");

-- CreateIndex
CREATE UNIQUE INDEX "network_name_key" ON "network"("name");

-- CreateIndex
CREATE UNIQUE INDEX "network_interface_key" ON "network"("interface");

-- CreateIndex
CREATE UNIQUE INDEX "network_listen_port_key" ON "network"("listen_port");

-- CreateIndex
CREATE INDEX "cidr_network_id_parent_id_idx" ON "cidr"("network_id", "parent_id");

-- CreateIndex
CREATE UNIQUE INDEX "cidr_network_id_name_key" ON "cidr"("network_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "cidr_network_id_id_key" ON "cidr"("network_id", "id");

-- CreateIndex
CREATE INDEX "peer_network_id_cidr_id_idx" ON "peer"("network_id", "cidr_id");

-- CreateIndex
CREATE UNIQUE INDEX "peer_network_id_address_key" ON "peer"("network_id", "address");

-- CreateIndex
CREATE UNIQUE INDEX "peer_network_id_id_key" ON "peer"("network_id", "id");

-- CreateIndex
CREATE INDEX "association_network_id_b_idx" ON "association"("network_id", "b");

-- CreateIndex
CREATE UNIQUE INDEX "association_network_id_a_b_key" ON "association"("network_id", "a", "b");

-- CreateIndex
CREATE INDEX "invitation_network_id_peer_id_idx" ON "invitation"("network_id", "peer_id");

-- CreateIndex
CREATE UNIQUE INDEX "invitation_network_id_temporary_key_key" ON "invitation"("network_id", "temporary_key");

-- CreateIndex
CREATE INDEX "login_failure_name_at_idx" ON "login_failure"("name", "at");

-- CreateIndex
CREATE INDEX "login_failure_address_at_idx" ON "login_failure"("address", "at");

-- AddForeignKey
ALTER TABLE "cidr" ADD CONSTRAINT "cidr_network_id_fkey" FOREIGN KEY ("network_id") REFERENCES "network"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cidr" ADD CONSTRAINT "cidr_network_id_parent_id_fkey" FOREIGN KEY ("network_id", "parent_id") REFERENCES "cidr"("network_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "peer" ADD CONSTRAINT "peer_network_id_fkey" FOREIGN KEY ("network_id") REFERENCES "network"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "peer" ADD CONSTRAINT "peer_network_id_cidr_id_fkey" FOREIGN KEY ("network_id", "cidr_id") REFERENCES "cidr"("network_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "association" ADD CONSTRAINT "association_network_id_fkey" FOREIGN KEY ("network_id") REFERENCES "network"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "association" ADD CONSTRAINT "association_network_id_a_fkey" FOREIGN KEY ("network_id", "a") REFERENCES "cidr"("network_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "association" ADD CONSTRAINT "association_network_id_b_fkey" FOREIGN KEY ("network_id", "b") REFERENCES "cidr"("network_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_network_id_fkey" FOREIGN KEY ("network_id") REFERENCES "network"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_network_id_peer_id_fkey" FOREIGN KEY ("network_id", "peer_id") REFERENCES "peer"("network_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "change" ADD CONSTRAINT "change_network_id_fkey" FOREIGN KEY ("network_id") REFERENCES "network"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "peer_status" ADD CONSTRAINT "peer_status_peer_id_fkey" FOREIGN KEY ("peer_id") REFERENCES "peer"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "hub_status" ADD CONSTRAINT "hub_status_network_id_fkey" FOREIGN KEY ("network_id") REFERENCES "network"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- From here on: what schema.prisma cannot say. DESIGN "Rules of the tree", each rule under a name that packages/db
-- turns into a sentence (rules.ts). packages/cidr checks the same rules first and explains them better; these hold when
-- two admins act at once, and against whoever writes past the verbs.

-- Values

ALTER TABLE "set_up" ADD CONSTRAINT "set_up_one_row" CHECK ("id" = 1);

ALTER TABLE "network"
    ADD CONSTRAINT "network_name_label" CHECK ("name" ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    -- Linux IFNAMSIZ is 16 with the closing zero byte; a leading hyphen would read as an option.
    ADD CONSTRAINT "network_interface_name" CHECK (
        "interface" ~ '^[a-zA-Z0-9_=+.][a-zA-Z0-9_=+.-]{0,14}$'
        AND "interface" NOT IN ('.', '..', 'all', 'default', 'interfaces', 'lo')
    ),
    ADD CONSTRAINT "network_ports" CHECK ("listen_port" BETWEEN 1 AND 65535 AND "api_port" BETWEEN 1 AND 65535),
    ADD CONSTRAINT "network_invitation_hours" CHECK ("invitation_hours" BETWEEN 1 AND 8760);

ALTER TABLE "cidr"
    ADD CONSTRAINT "cidr_name_label" CHECK ("name" ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    -- IPv4 in IPv6 clothes is left out: the same host in two families would dodge every rule below.
    ADD CONSTRAINT "cidr_prefix_canonical" CHECK (
        "prefix" = network("prefix")::inet AND NOT "prefix" <<= '::ffff:0:0/96'::inet
    );

ALTER TABLE "peer"
    ADD CONSTRAINT "peer_name_label" CHECK ("name" ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    ADD CONSTRAINT "peer_address_single" CHECK (
        masklen("address") = CASE family("address") WHEN 4 THEN 32 ELSE 128 END
        AND NOT "address" <<= '::ffff:0:0/96'::inet
    ),
    -- wg(8): 32 bytes in base64.
    ADD CONSTRAINT "peer_public_key_form" CHECK ("public_key" ~ '^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$'),
    ADD CONSTRAINT "peer_listen_port" CHECK ("listen_port" BETWEEN 1 AND 65535),
    ADD CONSTRAINT "peer_has_place" CHECK ("cidr_id" IS NOT NULL OR "deleted_at" IS NOT NULL),
    ADD CONSTRAINT "peer_hub_stays" CHECK ("kind" <> 'hub' OR ("enabled" AND "deleted_at" IS NULL));

ALTER TABLE "association" ADD CONSTRAINT "association_in_order" CHECK ("a" < "b");

ALTER TABLE "invitation"
    ADD CONSTRAINT "invitation_key_form" CHECK ("temporary_key" ~ '^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$'),
    ADD CONSTRAINT "invitation_expires_later" CHECK ("expires_at" > "created_at");

-- Uniqueness that depends on the row: a tombstone keeps its address, but neither its name nor its key.

CREATE UNIQUE INDEX "peer_name_live" ON "peer"("network_id", "name") WHERE "deleted_at" IS NULL;
CREATE UNIQUE INDEX "peer_public_key_live" ON "peer"("network_id", "public_key") WHERE "deleted_at" IS NULL;
CREATE UNIQUE INDEX "cidr_one_root" ON "cidr"("network_id") WHERE "parent_id" IS NULL;

-- Siblings do not overlap. A range of one number stands for "same parent": comparing plain integers in GiST would take
-- the btree_gist extension, which not every server has. Deferred, because a CIDR that is put between a parent and its
-- children overlaps them until they have moved under it. Without the WHERE a root's range would be endless.

ALTER TABLE "cidr" ADD CONSTRAINT "cidr_siblings_apart"
    EXCLUDE USING gist (int4range("parent_id", "parent_id", '[]') WITH &&, "prefix" inet_ops WITH &&)
    WHERE ("parent_id" IS NOT NULL)
    DEFERRABLE INITIALLY DEFERRED;

-- Rules over several rows. The functions look at rows as they are at the end of the transaction, not as they were when
-- the trigger fired, and lock the network first: then no other transaction can be changing the other half of the rule.

CREATE FUNCTION "rule_broken"("rule" text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the change violates "%"', "rule" USING ERRCODE = 'check_violation', CONSTRAINT = "rule";
END $$;

-- IPv4: no network or broadcast address up to /30 (RFC 3021 frees both in a /31). IPv6: not the first address up to
-- /126, the routers' anycast address (RFC 4291 2.6.1; RFC 6164 frees it in a /127).
CREATE FUNCTION "assignable"("address" inet, "prefix" inet) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN family("prefix") = 4 AND masklen("prefix") <= 30
            THEN host("address") NOT IN (host("prefix"), host(broadcast("prefix")))
        WHEN family("prefix") = 6 AND masklen("prefix") <= 126
            THEN host("address") <> host("prefix")
        ELSE true
    END
$$;

CREATE FUNCTION "cidr_fits"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    "node" record;
BEGIN
    PERFORM FROM "network" WHERE "id" = NEW."network_id" FOR NO KEY UPDATE;
    SELECT * INTO "node" FROM "cidr" WHERE "id" = NEW."id";
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM "cidr" p WHERE p."id" = "node"."parent_id" AND NOT "node"."prefix" << p."prefix") THEN
        PERFORM "rule_broken"('cidr_inside_parent');
    END IF;
    IF EXISTS (SELECT FROM "cidr" c WHERE c."network_id" = "node"."network_id" AND c."parent_id" = "node"."id"
               AND NOT c."prefix" << "node"."prefix") THEN
        PERFORM "rule_broken"('cidr_holds_children');
    END IF;
    IF EXISTS (SELECT FROM "peer" p WHERE p."network_id" = "node"."network_id" AND p."cidr_id" = "node"."id"
               AND p."deleted_at" IS NULL
               AND NOT (p."address" <<= "node"."prefix" AND "assignable"(p."address", "node"."prefix"))) THEN
        PERFORM "rule_broken"('cidr_holds_peers');
    END IF;
    IF EXISTS (SELECT FROM "peer" p WHERE p."network_id" = "node"."network_id" AND p."cidr_id" = "node"."parent_id"
               AND p."deleted_at" IS NULL AND p."address" <<= "node"."prefix") THEN
        PERFORM "rule_broken"('peer_in_no_child');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "cidr_fits" AFTER INSERT OR UPDATE ON "cidr"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "cidr_fits"();

CREATE FUNCTION "peer_fits"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    "place" record;
    "at" inet;
BEGIN
    PERFORM FROM "network" WHERE "id" = NEW."network_id" FOR NO KEY UPDATE;
    SELECT p."address" INTO "at" FROM "peer" p WHERE p."id" = NEW."id" AND p."deleted_at" IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT c.* INTO "place" FROM "cidr" c JOIN "peer" p ON p."cidr_id" = c."id" WHERE p."id" = NEW."id";
    IF NOT "at" <<= "place"."prefix" THEN
        PERFORM "rule_broken"('peer_inside_cidr');
    END IF;
    IF NOT "assignable"("at", "place"."prefix") THEN
        PERFORM "rule_broken"('peer_address_assignable');
    END IF;
    IF EXISTS (SELECT FROM "cidr" c WHERE c."network_id" = "place"."network_id" AND c."parent_id" = "place"."id"
               AND "at" <<= c."prefix") THEN
        PERFORM "rule_broken"('peer_in_no_child');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "peer_fits" AFTER INSERT OR UPDATE OF "network_id", "cidr_id", "address", "deleted_at" ON "peer"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "peer_fits"();

CREATE FUNCTION "network_keeps_root"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM "network" WHERE "id" = OLD."network_id" FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM "cidr" WHERE "network_id" = OLD."network_id" AND "parent_id" IS NULL) THEN
        PERFORM "rule_broken"('network_keeps_root');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "network_keeps_root" AFTER DELETE OR UPDATE OF "network_id", "parent_id" ON "cidr"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD."parent_id" IS NULL) EXECUTE FUNCTION "network_keeps_root"();

-- The hub stays, also by way of becoming something else first; and whoever goes leaves a tombstone before the row goes.

CREATE FUNCTION "peer_goes"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD."kind" = 'hub' THEN
        PERFORM "rule_broken"('peer_hub_stays');
    END IF;
    IF TG_OP = 'UPDATE' THEN
        RETURN NEW;
    END IF;
    IF OLD."deleted_at" IS NULL THEN
        PERFORM "rule_broken"('peer_leaves_tombstone');
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER "peer_goes" BEFORE DELETE ON "peer" FOR EACH ROW EXECUTE FUNCTION "peer_goes"();
CREATE TRIGGER "peer_changes_kind" BEFORE UPDATE OF "kind" ON "peer"
    FOR EACH ROW WHEN (OLD."kind" <> NEW."kind") EXECUTE FUNCTION "peer_goes"();

-- The log: revisions without a gap, rows that stay as they were written, and a network whose revision is the log's last.

CREATE FUNCTION "change_without_gap"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."revision" <> (SELECT coalesce(max("revision"), 0) + 1 FROM "change" WHERE "network_id" = NEW."network_id") THEN
        PERFORM "rule_broken"('change_without_gap');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER "change_without_gap" BEFORE INSERT ON "change" FOR EACH ROW EXECUTE FUNCTION "change_without_gap"();

CREATE FUNCTION "change_is_final"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM "rule_broken"('change_is_final');
    RETURN NULL;
END $$;

CREATE TRIGGER "change_is_final" BEFORE UPDATE OR DELETE ON "change"
    FOR EACH ROW EXECUTE FUNCTION "change_is_final"();
CREATE TRIGGER "change_is_never_emptied" BEFORE TRUNCATE ON "change"
    FOR EACH STATEMENT EXECUTE FUNCTION "change_is_final"();

CREATE FUNCTION "network_at_last_change"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    "network_in_question" int := CASE TG_TABLE_NAME
        WHEN 'network' THEN (to_jsonb(NEW) ->> 'id')::int
        ELSE (to_jsonb(NEW) ->> 'network_id')::int
    END;
BEGIN
    IF (SELECT "revision" FROM "network" WHERE "id" = "network_in_question")
       <> (SELECT coalesce(max("revision"), 0) FROM "change" WHERE "network_id" = "network_in_question") THEN
        PERFORM "rule_broken"('network_at_last_change');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "network_at_last_change" AFTER INSERT OR UPDATE OF "revision" ON "network"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "network_at_last_change"();
CREATE CONSTRAINT TRIGGER "change_is_last_of_network" AFTER INSERT ON "change"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "network_at_last_change"();
