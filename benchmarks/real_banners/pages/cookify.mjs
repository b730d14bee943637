import Cookify from "cookify/src/index.js";

const known = (cookify) => {
  if (cookify.getDataState("statistics")) site.count(); else site.uncount();
  if (cookify.getDataState("marketing")) site.follow(); else site.unfollow();
};
const layer = document.getElementById("layer");
const cookify = new Cookify("cookie_consent", () => { layer.style.display = "none"; setTimeout(() => known(cookify)); }, () => {}, false, false, "necessary",
  (self) => { layer.style.display = self.getDataState(self.viewedName) ? "none" : "block"; if (self.getDataState(self.viewedName)) known(self); });
