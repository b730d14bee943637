// Runs in every document before the page's own scripts, and tells the scanner who stores what.
// "BINDING" is replaced by a name that is new for each scan and is gone before the page can see it.
(() => {
  const send = globalThis.BINDING;
  if (typeof send !== "function") return;
  delete globalThis.BINDING;
  const { stringify } = JSON;
  const { apply } = Reflect;
  const { defineProperty, getOwnPropertyDescriptor } = Object;
  const ErrorAtStart = Error;
  const told = new Set();

  const stack = () => {
    const limit = ErrorAtStart.stackTraceLimit;
    ErrorAtStart.stackTraceLimit = 30;
    const text = new ErrorAtStart().stack || "";
    ErrorAtStart.stackTraceLimit = limit;
    return text.slice(0, 4000);
  };
  // The same thing is told once for each document, so that a page that loops cannot flood the scanner.
  const tell = (what, fields, once) => {
    const key = what + "\n" + once;
    if (told.has(key) || told.size > 3000) return;
    told.add(key);
    try {
      send(stringify({ what, at: String(location.href).slice(0, 2000), origin: String(globalThis.origin || location.origin), stack: stack(), ...fields }));
    } catch { /* a page that broke its own JSON or location is no reason to break it further */ }
  };
  const wrap = (owner, name, before) => {
    const original = owner && getOwnPropertyDescriptor(owner, name);
    if (!original || typeof original.value !== "function") return;
    const inner = original.value;
    const outer = { [name](...given) {
      try { before(this, given); } catch { /* watching never changes what the page does */ }
      return apply(inner, this, given);
    } }[name];
    try { defineProperty(owner, name, { ...original, value: outer }); } catch { /* frozen by somebody else */ }
  };
  const proto = (name) => globalThis[name] && globalThis[name].prototype;

  // Cookies by script. The line is read back at once: a cookie that is not there was refused, or its path is another.
  const cookie = proto("Document") && getOwnPropertyDescriptor(Document.prototype, "cookie");
  if (cookie) {
    defineProperty(Document.prototype, "cookie", { ...cookie, set(line) {
      const said = String(line);
      apply(cookie.set, this, [said]);
      const equals = said.indexOf("=");
      const name = equals < 0 ? "" : said.slice(0, equals).trim();
      const rest = said.split(";").slice(1).join(";");
      let stored = null;
      try { stored = ("; " + apply(cookie.get, this, [])).includes("; " + name + "="); } catch { /* opaque origin */ }
      tell("cookie", { line: name + "=;" + rest, stored }, name + ";" + rest.replace(/\d{6,}|\d\d:\d\d:\d\d/g, ""));
    } });
  }
  wrap(proto("CookieStore"), "set", (_, [first, second]) => {
    const given = typeof first === "object" && first ? first : { name: String(first), value: second };
    const { name, domain, path, expires, sameSite, partitioned } = given;
    tell("cookie-store", { name: String(name), domain: domain || "", path: path || "/", expires: expires == null ? null : Number(expires), same_site: sameSite || "strict", partitioned: !!partitioned }, String(name));
  });

  // Web storage, also by assignment (`localStorage.key = …`), which no method sees: snapshots catch that.
  wrap(proto("Storage"), "setItem", (self, [key]) => {
    let which = "local-storage";
    try { if (self === globalThis.sessionStorage) which = "session-storage"; } catch { /* refused */ }
    tell(which, { name: String(key).slice(0, 300) }, String(key));
  });
  wrap(proto("IDBFactory"), "open", (_, [name]) => tell("indexed-db", { name: String(name).slice(0, 300) }, String(name)));
  wrap(proto("CacheStorage"), "open", (_, [name]) => tell("cache-storage", { name: String(name).slice(0, 300) }, String(name)));
  wrap(proto("ServiceWorkerContainer"), "register", (_, [script]) => {
    const url = new URL(String(script), location.href).href;
    tell("service-worker", { name: url }, url);
  });

  // What is sent while a page is being left does not reach the network log of that page.
  wrap(proto("Navigator"), "sendBeacon", (_, [to]) => {
    const url = new URL(String(to), location.href).href;
    tell("beacon", { name: url.slice(0, 2000) }, url.split("?")[0]);
  });
  wrap(globalThis, "fetch", (_, [to, options]) => {
    const kept = (options && options.keepalive) || (to && to.keepalive);
    if (!kept) return;
    const url = new URL(String((to && to.url) || to), location.href).href;
    tell("beacon", { name: url.slice(0, 2000) }, url.split("?")[0]);
  });

  // A banner in a closed shadow root could not be answered by a person's stand-in.
  const attach = proto("Element") && Element.prototype.attachShadow;
  if (attach) {
    const outer = { attachShadow(options) { return apply(attach, this, [{ ...options, mode: "open" }]); } }.attachShadow;
    try { defineProperty(Element.prototype, "attachShadow", { ...getOwnPropertyDescriptor(Element.prototype, "attachShadow"), value: outer }); } catch { /* frozen */ }
  }

  // Fingerprinting, told apart from charts by what is drawn and read back (thresholds measured on ordinary pages).
  const finger = (sort, detail) => tell("fingerprint", { name: sort, detail }, sort + scriptNow());
  const scriptNow = () => (/https?:[^\s)]+?(?=:\d+:\d+)/.exec(stack().split("\n").slice(4).join("\n")) || [""])[0];
  const written = new WeakMap();
  wrap(proto("CanvasRenderingContext2D"), "fillText", (self, [text]) => {
    const seen = written.get(self.canvas) || new Set();
    for (const letter of String(text).slice(0, 200)) seen.add(letter);
    written.set(self.canvas, seen);
  });
  const readBack = (canvas, lossless) => {
    const letters = written.get(canvas);
    if (lossless && letters && letters.size >= 10 && canvas.width >= 16 && canvas.height >= 16) finger("canvas", letters.size + " different characters read back");
  };
  const isLossless = (type) => !/jpe?g|webp/i.test(String(type || "image/png"));
  wrap(proto("HTMLCanvasElement"), "toDataURL", (self, [type]) => readBack(self, isLossless(type)));
  wrap(proto("HTMLCanvasElement"), "toBlob", (self, [, type]) => readBack(self, isLossless(type)));
  wrap(proto("CanvasRenderingContext2D"), "getImageData", (self) => readBack(self.canvas, true));
  const fonts = new Map();
  wrap(proto("CanvasRenderingContext2D"), "measureText", (self) => {
    const script = scriptNow();
    const seen = fonts.get(script) || new Set();
    seen.add(self.font);
    fonts.set(script, seen);
    if (seen.size === 50) finger("fonts", "50 fonts measured");
  });
  for (const name of ["WebGLRenderingContext", "WebGL2RenderingContext"]) {
    wrap(proto(name), "getParameter", (_, [which]) => {
      if (which === 37445 || which === 37446) finger("webgl", "the graphics card was asked for");
    });
  }
  wrap(proto("OfflineAudioContext"), "startRendering", (self) => {
    if (compressing.has(self)) finger("audio", "an oscillator through a compressor was rendered offline");
  });
  const compressing = new WeakSet();
  wrap(proto("BaseAudioContext"), "createDynamicsCompressor", (self) => compressing.add(self));
  const asked = new Map();
  for (const name of ["plugins", "mimeTypes", "hardwareConcurrency", "deviceMemory", "platform", "languages", "maxTouchPoints", "productSub", "vendor", "oscpu", "doNotTrack"]) {
    const owner = proto("Navigator");
    const property = owner && getOwnPropertyDescriptor(owner, name);
    if (!property || !property.get) continue;
    const get = { get() {
      try {
        const script = scriptNow();
        const seen = asked.get(script) || new Set();
        seen.add(name);
        asked.set(script, seen);
        if (seen.size === 5) finger("navigator", "5 properties of the browser read by one script");
      } catch { /* watching never changes what the page does */ }
      return apply(property.get, this, []);
    } }.get;
    try { defineProperty(owner, name, { ...property, get }); } catch { /* frozen */ }
  }
})();
