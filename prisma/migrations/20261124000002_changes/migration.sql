-- Who settled a trial; and the log, found by what a change touched.

-- AlterTable
ALTER TABLE "trial" ADD COLUMN "settled_by" JSONB;

-- CreateIndex
CREATE INDEX "change_network_id_undoes_idx" ON "change"("network_id", "undoes");

-- CreateIndex
CREATE INDEX "change_network_id_kind_revision_idx" ON "change"("network_id", "kind", "revision");

-- From here on: what schema.prisma cannot say.

-- What a change touched, as words that an index finds: each row by kind and id ("peers:7"), and everything a peer's or a
-- CIDR's history has to show ("peer 7": also its invitations; "cidr 3": also who sat in it, what was directly below it,
-- its associations). Ids are unique in the whole database, so the words need no network.
CREATE FUNCTION "change_about"("before" jsonb, "after" jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT "word"), '{}')
    FROM (VALUES ("before"), ("after")) AS "side"("rows")
    CROSS JOIN LATERAL jsonb_each("side"."rows") AS "part"("kind", "list")
    CROSS JOIN LATERAL jsonb_array_elements("part"."list") AS "row"
    CROSS JOIN LATERAL unnest(CASE "part"."kind"
        WHEN 'peers' THEN ARRAY['peer ' || ("row" ->> 'id'), 'cidr ' || ("row" ->> 'cidrId')]
        WHEN 'cidrs' THEN ARRAY['cidr ' || ("row" ->> 'id'), 'cidr ' || ("row" ->> 'parentId')]
        WHEN 'associations' THEN ARRAY['cidr ' || ("row" ->> 'a'), 'cidr ' || ("row" ->> 'b')]
        WHEN 'invitations' THEN ARRAY['peer ' || ("row" ->> 'peerId')]
        ELSE '{}'
    END || ("part"."kind" || ':' || ("row" ->> 'id'))) AS "word"
    WHERE "word" IS NOT NULL
$$;

CREATE INDEX "change_about_idx" ON "change" USING gin ("change_about"("before", "after"));
