// What each page does where its package says that it may, and undoes where the package says that it may no longer.
window.site = {
  count() {
    if (!/(?:^|; )_count=/.test(document.cookie)) document.cookie = `_count=${crypto.randomUUID()}; max-age=31536000; path=/; samesite=lax; secure`;
    const script = document.createElement("script");
    script.src = "https://stats.counting.example/c.js?page=" + encodeURIComponent(location.pathname);
    document.head.append(script);
  },
  uncount() { document.cookie = "_count=; max-age=0; path=/"; },
  follow() {
    localStorage.follow_id ||= crypto.randomUUID();
    new Image().src = "https://ads.follow.example/p.gif?v=" + localStorage.follow_id;
  },
  unfollow() { localStorage.removeItem("follow_id"); },
  both() { site.count(); site.follow(); },
  neither() { site.uncount(); site.unfollow(); },
};
