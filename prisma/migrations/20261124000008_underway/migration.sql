-- Two families of addresses; moves of the hub, ways of polling, rotation of keys, and what devices were handed.

-- AlterTable
ALTER TABLE "network" ADD COLUMN "endpoint_before" TEXT,
    ADD COLUMN "listen_port_before" INTEGER,
    ADD COLUMN "poll_hold_s" INTEGER NOT NULL DEFAULT 50,
    ADD COLUMN "poll_every_s" INTEGER,
    ADD COLUMN "rotate_days" INTEGER,
    ADD COLUMN "relay" BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN "dns" BOOLEAN NOT NULL DEFAULT false,
    ADD CONSTRAINT "network_listen_port_before" CHECK ("listen_port_before" BETWEEN 1 AND 65535),
    ADD CONSTRAINT "network_poll_hold_s" CHECK ("poll_hold_s" BETWEEN 5 AND 50),
    ADD CONSTRAINT "network_poll_every_s" CHECK ("poll_every_s" BETWEEN 5 AND 3600),
    ADD CONSTRAINT "network_rotate_days" CHECK ("rotate_days" BETWEEN 1 AND 3650);

-- AlterTable
ALTER TABLE "cidr" ADD COLUMN "prefix6" INET,
    -- One prefix of each family: the second is an IPv6 one beside an IPv4 one.
    ADD CONSTRAINT "cidr_prefix6_canonical" CHECK (
        family("prefix6") = 6 AND "prefix6" = network("prefix6")::inet AND NOT "prefix6" <<= '::ffff:0:0/96'::inet
    ),
    ADD CONSTRAINT "cidr_prefix6_second" CHECK ("prefix6" IS NULL OR family("prefix") = 4);

-- AlterTable
ALTER TABLE "peer" ADD COLUMN "address6" INET,
    ADD COLUMN "rotations" JSONB NOT NULL DEFAULT '[]',
    ADD COLUMN "key_since" TIMESTAMPTZ(3),
    ADD COLUMN "rotate_asked_at" TIMESTAMPTZ(3),
    ADD COLUMN "poll_hold_s" INTEGER,
    ADD COLUMN "poll_every_s" INTEGER,
    ADD COLUMN "handed" JSONB,
    ADD CONSTRAINT "peer_address6_single" CHECK (
        family("address6") = 6 AND masklen("address6") = 128 AND NOT "address6" <<= '::ffff:0:0/96'::inet
    ),
    ADD CONSTRAINT "peer_address6_second" CHECK ("address6" IS NULL OR family("address") = 4),
    ADD CONSTRAINT "peer_rotations_list" CHECK (jsonb_typeof("rotations") = 'array'),
    ADD CONSTRAINT "peer_poll_hold_s" CHECK ("poll_hold_s" BETWEEN 5 AND 50),
    ADD CONSTRAINT "peer_poll_every_s" CHECK ("poll_every_s" BETWEEN 5 AND 3600);

-- Whoever joined has had that key since then at the latest.
UPDATE "peer" SET "key_since" = "redeemed_at" WHERE "public_key" IS NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "peer_network_id_address6_key" ON "peer"("network_id", "address6");
