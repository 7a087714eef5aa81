-- Which transaction wrote an observation last, so that a reader asks for what is newer than its own last look.

-- AlterTable
ALTER TABLE "peer_status" ADD COLUMN "written" BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN "turned" BIGINT NOT NULL DEFAULT 0;
