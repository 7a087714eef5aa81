-- Pairs that a hub passes packets on for, or would if it could: an observation of the coordinator, which goes on from it
-- after a restart, and what people are told about it.

-- CreateTable
CREATE TABLE "relay" (
    "network_id" INTEGER NOT NULL,
    "a" INTEGER NOT NULL,
    "b" INTEGER NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "port_a" INTEGER,
    "port_b" INTEGER,
    "tried_a" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "tried_b" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "refused" TEXT,

    CONSTRAINT "relay_pkey" PRIMARY KEY ("network_id","a","b"),
    CONSTRAINT "relay_in_one_order" CHECK ("a" < "b"),
    CONSTRAINT "relay_ports_together" CHECK (("port_a" IS NULL) = ("port_b" IS NULL)),
    CONSTRAINT "relay_open_or_refused" CHECK ("port_a" IS NULL OR "refused" IS NULL)
);

-- AddForeignKey
ALTER TABLE "relay" ADD CONSTRAINT "relay_network_id_fkey" FOREIGN KEY ("network_id") REFERENCES "network"("id") ON DELETE CASCADE ON UPDATE RESTRICT;
