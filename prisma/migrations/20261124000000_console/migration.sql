-- People with rights, sessions and second factors; what agents tell of their tunnels; receipts; changes on trial.

-- AlterTable
ALTER TABLE "network" ADD COLUMN "keepalive_s" INTEGER NOT NULL DEFAULT 25,
    ADD CONSTRAINT "network_keepalive_s" CHECK ("keepalive_s" BETWEEN 0 AND 3600);

-- AlterTable
ALTER TABLE "change" ADD COLUMN "undoes" INTEGER;

-- AlterTable
ALTER TABLE "user" ALTER COLUMN "password_hash" DROP NOT NULL,
    ADD COLUMN "subtree_network_id" INTEGER,
    ADD COLUMN "subtree_cidr_id" INTEGER,
    ADD COLUMN "welcome_hash" TEXT,
    ADD COLUMN "welcome_expires_at" TIMESTAMPTZ(3),
    ADD COLUMN "oidc_subject" TEXT,
    ADD COLUMN "totp_sealed" BYTEA,
    ADD COLUMN "totp_step" INTEGER,
    ADD COLUMN "recovery_hashes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    ADD COLUMN "own_peer_id" INTEGER,
    -- A subtree of no network, or a network without a place in it, would be a right that nobody can read.
    ADD CONSTRAINT "user_subtree_whole" CHECK (("subtree_network_id" IS NULL) = ("subtree_cidr_id" IS NULL)),
    ADD CONSTRAINT "user_owner_everywhere" CHECK ("role" <> 'owner' OR "subtree_cidr_id" IS NULL);

-- CreateTable
CREATE TABLE "session" (
    "id" SERIAL NOT NULL,
    "user_id" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "source" TEXT NOT NULL,
    "browser" TEXT NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_token" (
    "id" SERIAL NOT NULL,
    "user_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "role" "role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console_event" (
    "id" SERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" JSONB NOT NULL,
    "kind" TEXT NOT NULL,
    "about" JSONB NOT NULL,

    CONSTRAINT "console_event_pkey" PRIMARY KEY ("id")
);

-- CreateEnum
CREATE TYPE "trial_state" AS ENUM ('open', 'confirmed', 'reverted', 'stuck');

-- CreateTable
CREATE TABLE "trial" (
    "network_id" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "state" "trial_state" NOT NULL DEFAULT 'open',
    "why" TEXT,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "trial_pkey" PRIMARY KEY ("network_id","revision"),
    CONSTRAINT "trial_settled" CHECK (("state" = 'open') = ("settled_at" IS NULL))
);

-- CreateTable
CREATE TABLE "receipt" (
    "network_id" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "affected" INTEGER[],

    CONSTRAINT "receipt_pkey" PRIMARY KEY ("network_id","revision")
);

-- CreateTable
CREATE TABLE "receipt_applied" (
    "network_id" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "peer_id" INTEGER NOT NULL,
    "after_ms" INTEGER NOT NULL,

    CONSTRAINT "receipt_applied_pkey" PRIMARY KEY ("network_id","revision","peer_id")
);

-- CreateTable
CREATE TABLE "peer_links" (
    "peer_id" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "links" JSONB NOT NULL,

    CONSTRAINT "peer_links_pkey" PRIMARY KEY ("peer_id")
);

-- CreateTable
CREATE TABLE "traffic" (
    "peer_id" INTEGER NOT NULL,
    "step_s" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "rx" BIGINT NOT NULL,
    "tx" BIGINT NOT NULL,

    CONSTRAINT "traffic_pkey" PRIMARY KEY ("peer_id","step_s","at"),
    CONSTRAINT "traffic_step" CHECK ("step_s" IN (300, 3600))
);

-- CreateIndex
CREATE UNIQUE INDEX "user_welcome_hash_key" ON "user"("welcome_hash");

-- CreateIndex
CREATE UNIQUE INDEX "user_oidc_subject_key" ON "user"("oidc_subject");

-- CreateIndex
CREATE INDEX "user_subtree_network_id_subtree_cidr_id_idx" ON "user"("subtree_network_id", "subtree_cidr_id");

-- CreateIndex
CREATE INDEX "user_own_peer_id_idx" ON "user"("own_peer_id");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_hash_key" ON "api_token"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_user_id_name_key" ON "api_token"("user_id", "name");

-- CreateIndex
CREATE INDEX "trial_state_until_idx" ON "trial"("state", "until");

-- CreateIndex
CREATE INDEX "traffic_step_s_at_idx" ON "traffic"("step_s", "at");

-- AddForeignKey
ALTER TABLE "user" ADD CONSTRAINT "user_subtree_network_id_subtree_cidr_id_fkey" FOREIGN KEY ("subtree_network_id", "subtree_cidr_id") REFERENCES "cidr"("network_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user" ADD CONSTRAINT "user_own_peer_id_fkey" FOREIGN KEY ("own_peer_id") REFERENCES "peer"("id") ON DELETE SET NULL ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "trial" ADD CONSTRAINT "trial_network_id_revision_fkey" FOREIGN KEY ("network_id", "revision") REFERENCES "change"("network_id", "revision") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "receipt" ADD CONSTRAINT "receipt_network_id_revision_fkey" FOREIGN KEY ("network_id", "revision") REFERENCES "change"("network_id", "revision") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "receipt_applied" ADD CONSTRAINT "receipt_applied_network_id_revision_fkey" FOREIGN KEY ("network_id", "revision") REFERENCES "receipt"("network_id", "revision") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "peer_links" ADD CONSTRAINT "peer_links_peer_id_fkey" FOREIGN KEY ("peer_id") REFERENCES "peer"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "traffic" ADD CONSTRAINT "traffic_peer_id_fkey" FOREIGN KEY ("peer_id") REFERENCES "peer"("id") ON DELETE CASCADE ON UPDATE RESTRICT;
