-- The log, found by who did it. Nothing here that schema.prisma can say.
CREATE INDEX "change_actor_idx" ON "change" ("network_id", ("actor" ->> 'name'), "revision");
