// Runs in a world of its own beside the page, in each of its frames: everything that stands in its storages now.
(async () => {
  const soon = (promise, otherwise) => Promise.race([promise, new Promise((done) => setTimeout(done, 700, otherwise))]).catch(() => otherwise);
  const keys = (name) => {
    try { return Object.keys(globalThis[name]).slice(0, 2000); } catch { return []; }
  };
  // A number that changes when a value does; the values themselves never leave the page.
  const mark = (name) => {
    let sum = 7;
    try {
      for (const [key, value] of Object.entries(globalThis[name]).slice(0, 500)) for (const sign of (key + "=" + value).slice(0, 2000)) sum = (sum * 31 + sign.codePointAt(0)) | 0;
    } catch { /* refused */ }
    return sum;
  };
  const databases = async () => (await indexedDB.databases()).map((one) => one.name);
  const caches_ = async () => (globalThis.caches ? await caches.keys() : []);
  const workers = async () => {
    if (!navigator.serviceWorker) return [];
    const all = await navigator.serviceWorker.getRegistrations();
    return all.map((one) => (one.active || one.waiting || one.installing || {}).scriptURL || one.scope);
  };
  const guarded = (work) => soon((async () => work())(), []);
  const [indexed, cached, served] = await Promise.all([guarded(databases), guarded(caches_), guarded(workers)]);
  return { origin: globalThis.origin || location.origin, at: location.href.slice(0, 2000), local: keys("localStorage"), session: keys("sessionStorage"), marks: [mark("localStorage"), mark("sessionStorage")], indexed, cached, served };
})()
