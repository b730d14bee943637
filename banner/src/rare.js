// What few pages need, in the file that is fetched when somebody asks for a receipt: storages that few services use, and kept pages.

/** @typedef {(name: string) => unknown} IsGone */

/** @type {Record<string, (isGone: IsGone) => Promise<void>>} */
export const clean = {
  indexeddb: async (isGone) => (await indexedDB.databases()).forEach(({ name }) => name && isGone(name) && indexedDB.deleteDatabase(name)),
  cache: async (isGone) => (await caches.keys()).filter(isGone).forEach((name) => caches.delete(name)),
  "service-worker": async (isGone) =>
    (await navigator.serviceWorker.getRegistrations()).forEach((one) => isGone((one.active || one.waiting || one.installing)?.scriptURL || "") && one.unregister()),
};

/** Delete the pages that the site's own service worker has kept: they came with the policy of another choice. */
export const forgetPages = async () => {
  for (const name of await caches.keys()) {
    // A cache that awaits consent cannot be opened, and is deleted as a whole.
    const cache = await caches.open(name).catch(() => undefined);
    for (const request of (await cache?.keys()) || []) {
      const page = await cache?.match(request, { ignoreVary: true });
      if (/html/.test(page?.headers.get("content-type") || "")) await cache?.delete(request, { ignoreVary: true });
    }
  }
};
