-- How often a peer was invited anew after it had joined: nodes tell a new machine under an old name from a forged key.

-- AlterTable
ALTER TABLE "peer" ADD COLUMN "incarnation" INTEGER NOT NULL DEFAULT 0,
    ADD CONSTRAINT "peer_incarnation" CHECK ("incarnation" >= 0);
