import SimpleGDPR from "simple-gdpr";

const agreed = () => /(?:^|; )agreed=1/.test(document.cookie);
if (agreed()) site.both();
else {
  const notice = new SimpleGDPR({
    title: "We use cookies!",
    callback: () => {
      document.cookie = "agreed=1; max-age=15552000; path=/; samesite=lax; secure";
      site.both();
      notice.close();
    },
    link: "/privacy",
  });
}
