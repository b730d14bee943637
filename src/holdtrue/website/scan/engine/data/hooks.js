// Runs in every document and worker before the page's own scripts, and tells the scanner who stores and sends what.
// "BINDING" is replaced by a name that is new for each scan and is gone before the page can see it.
(() => {
  const send = globalThis.BINDING;
  if (typeof send !== "function") return;
  // A service worker gets its stores only as it starts: too early now, and we are called again then.
  if (globalThis.ServiceWorkerGlobalScope && !globalThis.caches) return;
  delete globalThis.BINDING;
  const { stringify } = JSON;
  const { apply } = Reflect;
  const { defineProperty, getOwnPropertyDescriptor } = Object;
  const ErrorAtStart = Error;
  const later = globalThis.setTimeout;
  const told = new Set();
  const LONG = 2800, LATER = 6000;
  // Canvases that were read back just now, and of which it is not known yet what for.
  const pictures = new Set();

  const stack = () => {
    const limit = ErrorAtStart.stackTraceLimit;
    ErrorAtStart.stackTraceLimit = 30;
    const text = new ErrorAtStart().stack || "";
    ErrorAtStart.stackTraceLimit = limit;
    return text.slice(0, 4000);
  };
  const ADDRESS = /https?:\/\/[^\s)]+?(?=:\d+:\d+)/;
  // A script without an address of its own (put into the page as text) is the work of the script that put it there.
  const makers = new WeakMap();
  let maker = "";
  const makerNow = () => maker || (globalThis.document && document.currentScript && makers.get(document.currentScript)) || "";
  const post = (what, fields) => {
    try {
      // A frame whose text stands in the page itself (srcdoc) speaks for that page.
      const at = location.protocol === "about:" && globalThis.document ? document.baseURI : location.href;
      send(stringify({ what, at: String(at).slice(0, 2000), origin: String(globalThis.origin || location.origin), since: performance.timeOrigin, ...fields }));
    } catch { /* a page that broke its own JSON or location is no reason to break it further */ }
  };
  // The same thing is told once for each document, so that a page that loops cannot flood the scanner.
  const isNew = (what, once) => {
    const key = what + "\n" + once;
    if (told.has(key) || told.size > 3000) return false;
    told.add(key);
    return true;
  };
  const tell = (what, fields, once) => {
    if (isNew(what, once)) post(what, { stack: stack(), maker: makerNow(), ...fields });
  };
  const replace = (owner, name, original, value) => {
    try { defineProperty(owner, name, { ...original, value }); } catch { /* frozen by somebody else */ }
  };
  const wrap = (owner, name, before) => {
    const original = owner && getOwnPropertyDescriptor(owner, name);
    if (!original || typeof original.value !== "function") return;
    const inner = original.value;
    replace(owner, name, original, { [name](...given) {
      try { before(this, given); } catch { /* watching never changes what the page does */ }
      return apply(inner, this, given);
    } }[name]);
  };
  const watch = (owner, name, before) => {
    const original = owner && getOwnPropertyDescriptor(owner, name);
    if (!original || !original.get) return;
    const get = { get() {
      try { before(this); } catch { /* as above */ }
      return apply(original.get, this, []);
    } }.get;
    try { defineProperty(owner, name, { ...original, get }); } catch { /* frozen */ }
  };
  const proto = (name) => globalThis[name] && globalThis[name].prototype;
  const short = (value) => String(value).slice(0, 300);

  // Cookies by script. The line is read back at once: a cookie that is not there was refused, or its path is another.
  const cookie = proto("Document") && getOwnPropertyDescriptor(Document.prototype, "cookie");
  if (cookie) {
    defineProperty(Document.prototype, "cookie", { ...cookie, set(line) {
      const said = String(line);
      apply(cookie.set, this, [said]);
      const equals = said.indexOf("=");
      const semicolon = said.indexOf(";");
      const name = equals < 0 || (semicolon >= 0 && semicolon < equals) ? "" : said.slice(0, equals).trim();
      const rest = said.split(";").slice(1).join(";");
      if (!isNew("cookie", name + ";" + rest.replace(/\d{6,}|\d\d:\d\d:\d\d/g, ""))) return;
      let stored = null;
      try { stored = ("; " + apply(cookie.get, this, [])).includes("; " + name + "="); } catch { /* opaque origin */ }
      post("cookie", { line: said.slice(0, 1500), stored, stack: stack(), maker: makerNow() });
    } });
  }
  const cookieSet = proto("CookieStore") && getOwnPropertyDescriptor(CookieStore.prototype, "set");
  if (cookieSet) {
    const outer = { set(...given) {
      const done = apply(cookieSet.value, this, given);
      try {
        const [first, second] = given;
        const asked = typeof first === "object" && first ? first : { name: first, value: second };
        const { name, value, domain, path, expires, sameSite, partitioned } = asked;
        const seen = { name: String(name), value: short(value), domain: domain || "", path: path || "/", expires: expires == null ? null : Number(expires), same_site: sameSite || "strict", partitioned: !!partitioned, stack: stack(), maker: makerNow() };
        const say = (refused) => { if (isNew("cookie-store", name + refused)) post("cookie-store", { ...seen, refused }); };
        done.then(() => say(""), (error) => say(String((error && error.message) || "refused").slice(0, 200)));
      } catch { /* as above */ }
      return done;
    } }.set;
    replace(CookieStore.prototype, "set", cookieSet, outer);
  }

  if (cookieSet) wrap(CookieStore.prototype, "delete", (_, [which]) => {
    const name = String((which && which.name) || which);
    tell("cookie", { line: name + "=; Max-Age=0", stored: null }, name + ";gone");
  });

  // Web storage, also by assignment (`localStorage.key = …`), which no method sees: pages get a stand-in that does.
  const areas = new WeakMap();
  const standIns = new WeakMap();
  // A stand-in of another frame of the same site is none of ours, but answers to this name.
  const REAL = Symbol.for("BINDING");
  const realOf = (self) => { try { return (areas.get(self) || { real: self[REAL] }).real || self; } catch { return self; } };
  const stored = (self, key, value) => {
    const area = areas.get(self) || areas.get(standIns.get(self)) || { kind: "local-storage" };
    tell(area.kind, { name: short(key), value: short(value) }, String(key));
  };
  for (const name of ["getItem", "setItem", "removeItem", "key", "clear"]) {
    const original = proto("Storage") && getOwnPropertyDescriptor(Storage.prototype, name);
    if (!original) continue;
    replace(Storage.prototype, name, original, { [name](...given) {
      try { if (name === "setItem") stored(this, given[0], given[1]); } catch { /* as above */ }
      return apply(original.value, realOf(this), given);
    } }[name]);
  }
  const standIn = (real, kind) => {
    const known = standIns.get(real);
    if (known) return known;
    const one = new Proxy(real, {
      get: (target, key) => (key === REAL ? target : Reflect.get(target, key, target)),
      set: (target, key, value) => {
        try { if (typeof key === "string") stored(target, key, value); } catch { /* as above */ }
        return Reflect.set(target, key, value, target);
      },
    });
    areas.set(one, { real, kind });
    standIns.set(real, one);
    return one;
  };
  for (const [name, kind] of [["localStorage", "local-storage"], ["sessionStorage", "session-storage"]]) {
    const original = getOwnPropertyDescriptor(globalThis, name);
    if (!original || !original.get) continue;
    const get = { get() { const real = apply(original.get, this, []); return real ? standIn(real, kind) : real; } }.get;
    try { defineProperty(globalThis, name, { ...original, get }); } catch { /* frozen */ }
  }
  const changed = proto("StorageEvent") && getOwnPropertyDescriptor(StorageEvent.prototype, "storageArea");
  if (changed) {
    const get = { get() { const real = apply(changed.get, this, []); return standIns.get(real) || real; } }.get;
    defineProperty(StorageEvent.prototype, "storageArea", { ...changed, get });
    const realIn = (given) => given.map((one) => (one && one.storageArea ? { ...one, storageArea: realOf(one.storageArea) } : one));
    globalThis.StorageEvent = new Proxy(StorageEvent, { construct: (target, given, self) => Reflect.construct(target, realIn(given), self) });
  }
  wrap(proto("IDBFactory"), "open", (_, [name]) => tell("indexed-db", { name: short(name) }, String(name)));
  const watchCaches = () => wrap(proto("CacheStorage"), "open", (_, [name]) => tell("cache-storage", { name: short(name) }, String(name)));
  if (proto("CacheStorage")) watchCaches();
  else if (proto("WorkerGlobalScope")) {
    // A worker gets this store only as it starts, and comes to it by a way that is there already.
    let isWatched = false;
    watch(WorkerGlobalScope.prototype, "caches", () => {
      if (isWatched || !proto("CacheStorage")) return;
      isWatched = true;
      watchCaches();
    });
  }
  wrap(proto("ServiceWorkerContainer"), "register", (_, [script]) => {
    const url = new URL(String(script), location.href).href;
    tell("service-worker", { name: url }, url);
  });
  // A frame that is taken away is never looked at again: it says by itself what stands there.
  if (globalThis.document) {
    addEventListener("pagehide", () => {
      const keys = (name) => { try { return Object.entries(globalThis[name]).slice(0, 200).map(([key, value]) => [short(key), short(value)]); } catch { return []; } };
      const [local, session] = [keys("localStorage"), keys("sessionStorage")];
      if (local.length || session.length) post("left", { local, session });
    }, true);
  }

  // What is sent while a page is being left does not always reach the network log of that page.
  const sent = new Map();
  const few = (url) => { const bare = url.split("?")[0], times = Math.min((sent.get(bare) || 0) + 1, 20); sent.set(bare, times); return bare + times; };
  const leaving = (to, body) => {
    sends(body);
    const url = addressOf(to);
    tell("beacon", { name: url.slice(0, 2000), body: typeof body === "string" ? body.slice(0, 4000) : "" }, few(url));
    carries("beacon", url, body);
  };
  const addressOf = (to) => new URL(String((to && to.url) || to), location.href).href;
  const sends = (body) => { if (pictures.size && (typeof body === "string" ? body.includes("data:image/png") || body.includes("data%3Aimage") : body && body.type === "image/png")) isHashed(); };
  // What is in a blob does not reach that log at all.
  const texts = new WeakMap();
  if (globalThis.Blob) {
    globalThis.Blob = new Proxy(Blob, { construct(target, given, self) {
      const one = Reflect.construct(target, given, self);
      try {
        const parts = Array.isArray(given[0]) ? given[0].slice(0, 20) : [];
        if (one.size && one.size < 20000 && parts.length && parts.every((part) => typeof part === "string")) texts.set(one, parts.join("").slice(0, 4000));
      } catch { /* as above */ }
      return one;
    } });
    try { defineProperty(Blob.prototype, "constructor", { value: Blob, writable: true, configurable: true }); } catch { /* frozen */ }
  }
  const textOf = globalThis.Blob && Blob.prototype.text;
  const carries = (via, url, body) => {
    sends(body);
    if (!textOf || !(body instanceof Blob) || body.size > 20000 || !isNew("carries", few(via + url))) return;
    const fields = { name: url.slice(0, 2000), via, stack: stack(), maker: makerNow() };
    const say = (text) => post("carries", { ...fields, body: text.slice(0, 4000) });
    // A page that is being left is gone before anything is read.
    if (texts.has(body)) { say(texts.get(body)); return; }
    apply(textOf, body, []).then((text) => {
      if (!text.startsWith("\x1f\ufffd")) say(text);
      else return new Response(body.stream().pipeThrough(new DecompressionStream("gzip"))).text().then(say);
    }).catch(() => {});
  };
  wrap(proto("Navigator"), "sendBeacon", (_, [to, body]) => leaving(to, body));
  const fetching = (_, [to, options]) => {
    const body = options && options.body;
    if ((options && options.keepalive) || (to && to.keepalive)) leaving(to, body);
    else carries("fetch", addressOf(to), body);
  };
  wrap(globalThis, "fetch", fetching);
  wrap(proto("WorkerGlobalScope"), "fetch", fetching);
  wrap(globalThis, "fetchLater", (_, [to, options]) => leaving(to, options && options.body));
  const opened = new WeakMap();
  wrap(proto("XMLHttpRequest"), "open", (self, [, to]) => opened.set(self, addressOf(to)));
  wrap(proto("XMLHttpRequest"), "send", (self, [body]) => carries("xhr", opened.get(self), body));

  // Pictures and event streams are fetched a moment after they were asked for, when nobody knows any more who asked.
  const asks = (to) => {
    const url = new URL(String(to), document.baseURI).href;
    if (url.startsWith("http") && url.split("/", 3)[2] !== location.host) tell("asks", { name: url.slice(0, 2000) }, url.split("?")[0]);
  };
  const source = proto("HTMLImageElement") && getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
  if (source && source.set) {
    defineProperty(HTMLImageElement.prototype, "src", { ...source, set(to) {
      try { isSaved(to); asks(to); } catch { /* as above */ }
      return apply(source.set, this, [to]);
    } });
  }
  wrap(proto("Element"), "setAttribute", (self, [name, to]) => { isSaved(to); if (self.localName === "img" && String(name).toLowerCase() === "src") asks(to); });

  // Scripts put into the page as text, and addresses made for what is in memory: whose are they?
  const adopt = (node) => {
    if (node && node.localName === "script" && (!node.src || node.src.startsWith("data:")) && !makers.has(node)) {
      makers.set(node, maker || (ADDRESS.exec(stack()) || [""])[0] || makerNow());
    }
  };
  wrap(proto("Node"), "appendChild", (_, [node]) => adopt(node));
  wrap(proto("Node"), "insertBefore", (_, [node]) => adopt(node));
  wrap(proto("Node"), "replaceChild", (_, [node]) => adopt(node));
  for (const name of ["append", "prepend", "before", "after", "replaceWith"]) wrap(proto("Element"), name, (_, nodes) => nodes.forEach(adopt));
  const made = globalThis.URL && getOwnPropertyDescriptor(URL, "createObjectURL");
  if (made) {
    replace(URL, "createObjectURL", made, { createObjectURL(...given) {
      const url = apply(made.value, this, given);
      try { if (isNew("blob", String(told.size < 400 ? url : ""))) post("blob", { name: url, stack: stack(), maker: makerNow() }); } catch { /* as above */ }
      return url;
    } }.createObjectURL);
  }

  // What is still to come: the scanner waits for timers that are due soon, and not for pages that have none.
  let due = 0, frames = 0;
  const waitFor = (ms) => {
    const until = performance.now() + ms;
    if (until > due + 60) { due = until; post("timer", { seconds: ms / 1000 }); }
  };
  const timer = (name) => {
    const original = getOwnPropertyDescriptor(globalThis, name);
    if (!original || typeof original.value !== "function") return;
    const inner = original.value;
    replace(globalThis, name, original, { [name](work, delay, ...more) {
      try {
        const ms = Number(delay) || 0;
        if (name === "setInterval" ? ms <= LONG : ms >= 50 && ms <= LONG) waitFor(name === "setInterval" ? LONG : ms);
        else if (name === "setTimeout" && ms > LONG && ms <= LATER) post("timer", { seconds: ms / 1000 });
        const by = makerNow();
        if (by && typeof work === "function") {
          const own = work;
          work = function (...given) { const before = maker; maker = by; try { return apply(own, this, given); } finally { maker = before; } };
        }
      } catch { /* as above */ }
      return apply(inner, this, [work, delay, ...more]);
    } }[name]);
  };
  timer("setTimeout");
  timer("setInterval");
  wrap(globalThis, "requestAnimationFrame", () => { if (++frames === 40) waitFor(LONG); });
  wrap(globalThis.AbortSignal, "timeout", (_, [ms]) => { if (ms <= LONG) waitFor(Number(ms)); });
  wrap(proto("Scheduler"), "postTask", (_, [, options]) => { if (options && options.delay <= LONG) waitFor(Number(options.delay)); });
  for (const name of ["Worker", "SharedWorker", "WebSocket", "EventSource", "WebTransport"]) {
    const original = globalThis[name];
    if (typeof original === "function") globalThis[name] = new Proxy(original, { construct(target, given, self) { waitFor(LONG); if (name === "EventSource") try { asks(given[0]); } catch { /* as above */ } return Reflect.construct(target, given, self); } });
  }

  // A banner in a closed shadow root could not be answered by a person's stand-in.
  const attach = proto("Element") && getOwnPropertyDescriptor(Element.prototype, "attachShadow");
  if (attach) {
    replace(Element.prototype, "attachShadow", attach, { attachShadow(options) { return apply(attach.value, this, [{ ...options, mode: "open" }]); } }.attachShadow);
  }
  // The same by markup that a script hands over; what stands in the page's own text is asked of the browser.
  for (const [owner, name] of [[proto("Element"), "setHTMLUnsafe"], [proto("ShadowRoot"), "setHTMLUnsafe"], [globalThis.Document, "parseHTMLUnsafe"], [proto("Document"), "write"], [proto("Document"), "writeln"]]) {
    const original = owner && getOwnPropertyDescriptor(owner, name);
    if (!original || typeof original.value !== "function") continue;
    const open = (text) => (typeof text === "string" ? text.replace(/(shadowrootmode\s*=\s*["']?\s*)closed/gi, "$1open") : text);
    replace(owner, name, original, { [name](...given) { return apply(original.value, this, given.map(open)); } }[name]);
  }
  // The visitor's own signal, where one is sent (Global Privacy Control).
  if (SIGNALS && proto("Navigator")) defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true, configurable: true, enumerable: true });
  if (SIGNALS && proto("WorkerNavigator")) defineProperty(WorkerNavigator.prototype, "globalPrivacyControl", { get: () => true, configurable: true, enumerable: true });

  // Fingerprinting, told apart from charts by what is drawn and read back (thresholds measured on ordinary pages).
  const scriptNow = () => (ADDRESS.exec(stack()) || [makerNow()])[0];
  const finger = (sort, detail) => tell("fingerprint", { name: sort, detail }, sort + scriptNow());
  const written = new WeakMap();
  const write = (self, [text]) => {
    const seen = written.get(self.canvas) || { letters: new Set(), texts: new Set() };
    if (seen.letters.size < 60) for (const letter of String(text).slice(0, 200)) seen.letters.add(letter);
    if (seen.texts.size < LABELS) seen.texts.add(String(text).slice(0, 60));
    written.set(self.canvas, seen);
    drawn(self);
  };
  // A picture that the visitor sees, or one with many labels, is read back to be kept or drawn over as well: what becomes of it?
  const LABELS = 8, SLOW = 900;
  const isShown = (canvas) => {
    if (!canvas.isConnected || !canvas.checkVisibility || !canvas.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const at = canvas.getBoundingClientRect();
    return at.width > 15 && at.height > 15 && at.right + scrollX > 0 && at.bottom + scrollY > 0;
  };
  const isSaved = (to) => { if (pictures.size && /^(?:data:image|blob:)/.test(String(to).slice(0, 12))) for (const one of pictures) one.isUsed = true; };
  // What another script hashes or sends meanwhile is a picture of its own.
  const isHashed = () => { const now = pictures.size ? `${stack()}\n${makerNow()}:` : ""; for (const one of pictures) if (now.includes(`${one.by}:`)) one.isTold = true; };
  const drawn = (self) => { if (pictures.size) for (const one of pictures) if (one.isPixels && one.canvas === self.canvas) one.isUsed = true; };
  let isDrawingWatched = false;
  const watchDrawing = () => {
    // Only from now on: games draw a great deal, and read nothing back.
    if (isDrawingWatched) return;
    isDrawingWatched = true;
    for (const name of ["CanvasRenderingContext2D", "OffscreenCanvasRenderingContext2D"]) {
      for (const act of ["fillRect", "fill", "stroke", "drawImage", "putImageData"]) wrap(proto(name), act, drawn);
    }
  };
  const readBack = (canvas, lossless, width, height, isPixels, ms = 350) => {
    const seen = written.get(canvas);
    if (!lossless || !seen || seen.letters.size < 10 || width < 16 || height < 16) return;
    const detail = seen.letters.size + " different characters drawn and read back";
    const isChart = seen.texts.size >= LABELS;
    if (!isChart && !isShown(canvas)) { finger("canvas", detail); return; }
    // Clouds of words find out in this way which pixels are taken.
    if (isPixels && isChart) return;
    const fields = { name: "canvas", detail, stack: stack(), maker: makerNow() };
    const by = (ADDRESS.exec(fields.stack) || [fields.maker])[0];
    const one = { canvas, by, isPixels, isUsed: false, isTold: false };
    pictures.add(one);
    if (isPixels) watchDrawing();
    waitFor(ms + 100);
    later(() => {
      pictures.delete(one);
      if ((one.isTold || !one.isUsed) && isNew("fingerprint", "canvas" + by)) post("fingerprint", fields);
    }, ms);
  };
  const isLossless = (type) => !/jpe?g|webp/i.test(String(type || "image/png"));
  let measured = 0;
  const differing = new Set();
  for (const name of ["CanvasRenderingContext2D", "OffscreenCanvasRenderingContext2D"]) {
    wrap(proto(name), "fillText", write);
    wrap(proto(name), "strokeText", write);
    wrap(proto(name), "getImageData", (self, [, , width, height]) => readBack(self.canvas, true, Math.abs(width), Math.abs(height), true));
    wrap(proto(name), "measureText", (self) => {
      // Labels of charts are measured by the hundred in one or two fonts: only many fonts are worth finding out who asks.
      if (differing.size < 20) differing.add(self.font);
      if (++measured >= 50 && differing.size >= 20 && measured < 90) finger("fonts", "50 texts measured in at least 20 fonts");
    });
  }
  wrap(proto("HTMLCanvasElement"), "toDataURL", (self, [type]) => readBack(self, isLossless(type), self.width, self.height));
  wrap(proto("HTMLCanvasElement"), "toBlob", (self, [, type]) => readBack(self, isLossless(type), self.width, self.height, false, SLOW));
  wrap(proto("OffscreenCanvas"), "convertToBlob", (self, [options]) => readBack(self, isLossless(options && options.type), self.width, self.height, false, SLOW));
  const link = proto("HTMLAnchorElement") && getOwnPropertyDescriptor(HTMLAnchorElement.prototype, "href");
  if (link && link.set) {
    defineProperty(HTMLAnchorElement.prototype, "href", { ...link, set(to) {
      try { isSaved(to); } catch { /* as above */ }
      return apply(link.set, this, [to]);
    } });
  }
  wrap(proto("SubtleCrypto"), "digest", isHashed);
  const checked = new Set();
  wrap(proto("FontFaceSet"), "check", (_, [font]) => {
    if (checked.size < 50) checked.add(String(font));
    if (checked.size === 50) finger("fonts", "50 fonts asked for by name");
  });
  // A list of fonts shows each one's own name; who lays out one and the same text in many finds out which there are.
  const laidOut = new Map();
  let looks = 0;
  const layOut = (self) => {
    const family = ++looks < 20000 && self.style && self.style.fontFamily;
    const text = family && (self.textContent || "").slice(0, 60);
    if (!text || (laidOut.size > 40 && !laidOut.has(text))) return;
    const families = laidOut.get(text) || new Set();
    laidOut.set(text, families.add(family));
    if (families.size === 30) finger("fonts", "one text was laid out in 30 fonts and its size read");
  };
  for (const name of ["offsetWidth", "offsetHeight"]) watch(proto("HTMLElement"), name, layOut);
  for (const name of ["clientWidth", "scrollWidth"]) watch(proto("Element"), name, layOut);
  for (const name of ["getBoundingClientRect", "getClientRects"]) wrap(proto("Element"), name, layOut);
  for (const name of ["WebGLRenderingContext", "WebGL2RenderingContext"]) {
    wrap(proto(name), "getParameter", (_, [which]) => {
      if (which === 37445 || which === 37446) finger("webgl", "the maker and model of the graphics card were asked for");
    });
  }
  const compressing = new WeakSet();
  wrap(proto("BaseAudioContext"), "createDynamicsCompressor", (self) => compressing.add(self));
  wrap(proto("AudioNode"), "connect", (self, [to]) => {
    const Compressor = globalThis.DynamicsCompressorNode;
    if (Compressor && (self instanceof Compressor || to instanceof Compressor)) compressing.add(self.context);
  });
  wrap(proto("OfflineAudioContext"), "startRendering", (self) => {
    if (compressing.has(self)) finger("audio", "sound through a compressor was rendered offline");
  });
  const asked = new Map();
  const RARE = new Set(["plugins", "mimeTypes", "hardwareConcurrency", "deviceMemory", "productSub", "oscpu", "connection", "pdfViewerEnabled", "webdriver", "buildID", "enumerateDevices", "getHighEntropyValues", "getBattery", "colorDepth", "keyboard"]);
  let reads = 0;
  const property = (name) => {
    if (++reads > 400) return;
    const script = scriptNow();
    const seen = asked.get(script) || new Set();
    asked.set(script, seen);
    if (seen.has(name)) return;
    seen.add(name);
    if (seen.size >= 5 && [...seen].filter((one) => RARE.has(one)).length >= 2) finger("navigator", `${seen.size} properties of the browser read by one script`);
  };
  for (const owner of [proto("Navigator"), proto("WorkerNavigator")]) {
    for (const name of ["userAgent", "appVersion", "language", "languages", "platform", "vendor", "product", "productSub", "maxTouchPoints", "cookieEnabled", "doNotTrack", "plugins", "mimeTypes", "hardwareConcurrency", "deviceMemory", "oscpu", "connection", "pdfViewerEnabled", "webdriver", "buildID", "keyboard"]) watch(owner, name, () => property(name));
    wrap(owner, "getBattery", () => property("getBattery"));
  }
  watch(proto("Screen"), "colorDepth", () => property("colorDepth"));
  wrap(proto("MediaDevices"), "enumerateDevices", () => property("enumerateDevices"));
  wrap(proto("NavigatorUAData"), "getHighEntropyValues", () => property("getHighEntropyValues"));
  // A page that saves power asks for the charge; who asks for all of it counts its visitors.
  const charge = new Map();
  for (const name of ["level", "charging", "chargingTime", "dischargingTime"]) {
    watch(proto("BatteryManager"), name, () => {
      const script = scriptNow();
      const seen = charge.get(script) || new Set();
      charge.set(script, seen.add(name));
      if (seen.size === 3) finger("battery", "the battery's charge and its times were read");
    });
  }

  // WebRTC tells addresses to the servers that it is given, and to the script when no call follows.
  if (typeof globalThis.RTCPeerConnection === "function") {
    const Peer = globalThis.RTCPeerConnection;
    const peers = new WeakMap();
    globalThis.RTCPeerConnection = new Proxy(Peer, { construct(target, given, self) {
      const one = Reflect.construct(target, given, self);
      try {
        const servers = [].concat((given[0] && given[0].iceServers) || []).flatMap((server) => server.urls || server.url || []);
        for (const url of servers) tell("webrtc", { name: String(url).slice(0, 300) }, String(url));
        peers.set(one, { asked: false, answered: false });
      } catch { /* as above */ }
      return one;
    } });
    wrap(Peer.prototype, "createDataChannel", (self) => { const seen = peers.get(self); if (seen) seen.asked = true; });
    wrap(Peer.prototype, "setRemoteDescription", (self) => { const seen = peers.get(self); if (seen) seen.answered = true; });
    wrap(Peer.prototype, "setLocalDescription", (self) => {
      const seen = peers.get(self);
      if (!seen || !seen.asked) return;
      const fields = { name: "webrtc", detail: "network addresses were gathered and no call followed", stack: stack(), maker: makerNow() };
      later(() => { if (!seen.answered && isNew("fingerprint", "webrtc" + (ADDRESS.exec(fields.stack) || [""])[0])) post("fingerprint", fields); }, 400);
      waitFor(700);
    });
  }
})();
