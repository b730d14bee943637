// Stands for Tawk.to's chat: a button, a greeting, and the two cookies that the policy names.
{
  const words = {
    en: ["Chat with us", "Hello! Ask us anything about your insurance. We answer on working days, usually within the hour.", "Close the chat"],
    nl: ["Chat met ons", "Dag! Vraag ons gerust alles over uw verzekering. We antwoorden op werkdagen, meestal binnen het uur.", "Chat sluiten"],
  };
  const [open, greeting, close] = words[document.documentElement.lang] || words.en;
  document.cookie = `twk_uuid_demo=${crypto.randomUUID()}; Max-Age=${180 * 24 * 3600}; Path=/; SameSite=Lax`;
  document.cookie = "TawkConnectionTime=0; Path=/; SameSite=Lax";
  const chat = document.createElement("aside");
  chat.className = "chat";
  chat.setAttribute("aria-label", open);
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: open });
  const said = Object.assign(document.createElement("p"), { textContent: greeting, hidden: true });
  button.setAttribute("aria-expanded", "false");
  button.onclick = () => {
    said.hidden = !said.hidden;
    button.textContent = said.hidden ? open : close;
    button.setAttribute("aria-expanded", String(!said.hidden));
  };
  chat.append(said, button);
  document.querySelector("footer").before(chat);
}
