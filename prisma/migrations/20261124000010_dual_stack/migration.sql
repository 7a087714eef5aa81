-- The rules of the tree for the IPv6 prefixes and addresses beside IPv4 ones: the CIDRs that have such a prefix are a tree
-- of their own under the same parents. Each rule under a name that packages/db turns into a sentence (rules.ts).

ALTER TABLE "cidr"
    -- /127 and /128 hold a peer or two and cannot be divided (packages/cidr, NARROWEST_SECOND).
    ADD CONSTRAINT "cidr_prefix6_roomy" CHECK (masklen("prefix6") <= 126),
    -- As "cidr_siblings_apart" in the first migration.
    ADD CONSTRAINT "cidr_siblings6_apart"
        EXCLUDE USING gist (int4range("parent_id", "parent_id", '[]') WITH &&, "prefix6" inet_ops WITH &&)
        WHERE ("parent_id" IS NOT NULL AND "prefix6" IS NOT NULL)
        DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION "cidr_fits6"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    "node" record;
BEGIN
    PERFORM FROM "network" WHERE "id" = NEW."network_id" FOR NO KEY UPDATE;
    SELECT * INTO "node" FROM "cidr" WHERE "id" = NEW."id";
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF "node"."prefix6" IS NOT NULL AND EXISTS (
        SELECT FROM "cidr" p WHERE p."id" = "node"."parent_id" AND ("node"."prefix6" << p."prefix6") IS NOT TRUE
    ) THEN
        PERFORM "rule_broken"('cidr6_inside_parent');
    END IF;
    IF EXISTS (SELECT FROM "cidr" c WHERE c."network_id" = "node"."network_id" AND c."parent_id" = "node"."id"
               AND c."prefix6" IS NOT NULL AND (c."prefix6" << "node"."prefix6") IS NOT TRUE) THEN
        PERFORM "rule_broken"('cidr6_holds_children');
    END IF;
    IF EXISTS (SELECT FROM "peer" p WHERE p."network_id" = "node"."network_id" AND p."cidr_id" = "node"."id"
               AND p."deleted_at" IS NULL AND p."address6" IS NOT NULL
               AND (p."address6" <<= "node"."prefix6" AND "assignable"(p."address6", "node"."prefix6")) IS NOT TRUE) THEN
        PERFORM "rule_broken"('cidr6_holds_peers');
    END IF;
    IF EXISTS (SELECT FROM "peer" p WHERE p."network_id" = "node"."network_id" AND p."cidr_id" = "node"."parent_id"
               AND p."deleted_at" IS NULL AND p."address6" <<= "node"."prefix6") THEN
        PERFORM "rule_broken"('peer6_in_no_child');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "cidr_fits6_made" AFTER INSERT ON "cidr"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW."prefix6" IS NOT NULL) EXECUTE FUNCTION "cidr_fits6"();
CREATE CONSTRAINT TRIGGER "cidr_fits6" AFTER UPDATE OF "parent_id", "prefix6" ON "cidr"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD."prefix6" IS NOT NULL OR NEW."prefix6" IS NOT NULL) EXECUTE FUNCTION "cidr_fits6"();

-- A peer may lack an IPv6 address where its CIDR has a prefix: one whose deletion is taken back had none to keep.
CREATE FUNCTION "peer_fits6"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    "place" record;
    "at" inet;
BEGIN
    PERFORM FROM "network" WHERE "id" = NEW."network_id" FOR NO KEY UPDATE;
    SELECT p."address6" INTO "at" FROM "peer" p WHERE p."id" = NEW."id" AND p."deleted_at" IS NULL;
    IF "at" IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT c.* INTO "place" FROM "cidr" c JOIN "peer" p ON p."cidr_id" = c."id" WHERE p."id" = NEW."id";
    IF ("at" <<= "place"."prefix6") IS NOT TRUE THEN
        PERFORM "rule_broken"('peer6_inside_cidr');
    END IF;
    IF NOT "assignable"("at", "place"."prefix6") THEN
        PERFORM "rule_broken"('peer6_address_assignable');
    END IF;
    IF EXISTS (SELECT FROM "cidr" c WHERE c."network_id" = "place"."network_id" AND c."parent_id" = "place"."id"
               AND "at" <<= c."prefix6") THEN
        PERFORM "rule_broken"('peer6_in_no_child');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "peer_fits6"
    AFTER INSERT OR UPDATE OF "network_id", "cidr_id", "address6", "deleted_at" ON "peer"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW."address6" IS NOT NULL) EXECUTE FUNCTION "peer_fits6"();
