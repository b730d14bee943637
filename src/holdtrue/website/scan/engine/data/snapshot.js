// Runs in a world of its own beside the page, in each of its frames: everything that stands in its storages now.
// The values come along so that an identifier is known again where it is sent; they stay in the scanner's memory.
(async () => {
  const soon = (promise, otherwise) => Promise.race([promise, new Promise((done) => setTimeout(done, 700, otherwise))]).catch(() => otherwise);
  const short = (value) => String(value).slice(0, 300);
  const items = (name) => {
    try {
      const all = globalThis[name];
      const keys = Object.keys(all);
      return keys.slice(0, 2000).map((key, index) => [short(key), index < 300 ? short(all[key]) : ""]);
    } catch { return []; }
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
  return { origin: globalThis.origin || location.origin, at: location.href.slice(0, 2000), local: items("localStorage"), session: items("sessionStorage"), indexed, cached, served };
})()
