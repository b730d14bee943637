import { createRoot } from "react-dom/client";
import { ConsentBanner, ConsentProvider, useConsent } from "react-hook-consent";

const Foot = () => {
  const { toggleBanner } = useConsent();
  return <footer className="site-foot"><a href="/poveritelnost">Поверителност</a> <button type="button" onClick={toggleBanner}>Настройки на бисквитките</button></footer>;
};
createRoot(document.getElementById("app")).render(<ConsentProvider options={{ theme: "light", services: [
  { id: "count", name: "Статистика", scripts: [{ id: "count-code", code: "site.count()" }], cookies: [{ pattern: "_count" }] },
  { id: "follow", name: "Реклама", scripts: [{ id: "follow-code", code: "site.follow()" }], localStorage: ["follow_id"] },
] }}>
  <header className="site-head"><a href="/">Начало</a><a href="/izlozhbi">Изложби</a></header>
  <main className="site-main"><h1>Музей на занаятите</h1><p>Грънчарство, тъкачество и ковачество в стария град, всеки ден от десет.</p></main>
  <Foot />
  <ConsentBanner settings={{ hidden: false, label: "Още", modal: { title: "Настройки на поверителността", approve: { label: "Запази" }, decline: { label: "Отказ на всички" }, approveAll: { label: "Приеми всички" } } }} decline={{ hidden: false, label: "Не" }} approve={{ label: "Да" }}>
    <>Може ли да използваме бисквитки и външни услуги според нашата <a href="/poveritelnost">политика за поверителност</a>, за да подобрим сайта?</>
  </ConsentBanner>
</ConsentProvider>);
