-- Tunnels as they are read: one object for each agent, by the other side's id, so that news of one tunnel is merged in
-- place; how each stands apart from it, because the picture of a whole network needs no more; and what counters and
-- totals over time hang on.

-- AlterTable
ALTER TABLE "peer_links" ADD COLUMN "states" JSONB NOT NULL DEFAULT '{}',
    ADD COLUMN "tag" TEXT;

-- CreateTable
CREATE TABLE "traffic_counter" (
    "peer_id" INTEGER NOT NULL,
    "since" TEXT NOT NULL,
    "rx" BIGINT NOT NULL,
    "tx" BIGINT NOT NULL,
    "rx_per_s" BIGINT NOT NULL,
    "tx_per_s" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "traffic_counter_pkey" PRIMARY KEY ("peer_id")
);

-- CreateTable
CREATE TABLE "network_traffic" (
    "network_id" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "rx" BIGINT NOT NULL,
    "tx" BIGINT NOT NULL,

    CONSTRAINT "network_traffic_pkey" PRIMARY KEY ("network_id","at")
);

-- AddForeignKey
ALTER TABLE "traffic_counter" ADD CONSTRAINT "traffic_counter_peer_id_fkey" FOREIGN KEY ("peer_id") REFERENCES "peer"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "network_traffic" ADD CONSTRAINT "network_traffic_network_id_fkey" FOREIGN KEY ("network_id") REFERENCES "network"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- A list of some thousand numbers is looked into more often than it is stored: out of line, but not compressed.
ALTER TABLE "receipt" ALTER COLUMN "affected" SET STORAGE EXTERNAL;
