# The agent in its hub role. It needs CAP_NET_ADMIN, and /dev/net/tun where the kernel has no WireGuard. Context: the repository.
FROM node:22-bookworm-slim AS build
WORKDIR /warren
COPY package.json package-lock.json .npmrc tsconfig.base.json ./
COPY tools tools
COPY packages packages
COPY apps apps
COPY e2e/package.json e2e/package.json
RUN npm ci --include=dev --ignore-scripts && node apps/agent/build.mjs

FROM node:22-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends wireguard-tools wireguard-go nftables iproute2 procps \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /warren/apps/agent/dist/warren.cjs /usr/local/lib/warren/warren.cjs
RUN printf '#!/bin/sh\nexec node /usr/local/lib/warren/warren.cjs "$@"\n' > /usr/local/bin/warren \
  && chmod 755 /usr/local/bin/warren
# The hub's keys and what it last knew: keep this volume.
VOLUME /var/lib/warren
CMD ["warren", "hub", "--socket", "/run/warren/hub.sock"]
