-- Since which revision nodes have been told that their hub moves.
ALTER TABLE "network" ADD COLUMN "moved_revision" INTEGER;
