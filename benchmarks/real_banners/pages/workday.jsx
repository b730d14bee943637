// react: react16 react-dom: react-dom16
import React from "react";
import { render } from "react-dom";
import CookieBanner from "@workday/canvas-kit-react-cookie-banner";

class App extends React.Component {
  constructor(props) {
    super(props);
    this.state = { acceptedCookies: localStorage.getItem("acceptedCookies") === "yes" };
    if (this.state.acceptedCookies) site.both();
    this.onAccept = () => { localStorage.setItem("acceptedCookies", "yes"); this.setState({ acceptedCookies: true }); site.both(); };
  }
  render() {
    return React.createElement("div", null,
      React.createElement("header", { className: "site-head" }, React.createElement("a", { href: "/" }, "Home"), React.createElement("a", { href: "/pricing" }, "Pricing")),
      React.createElement("main", { className: "site-main" }, React.createElement("h1", null, "Harbour Payroll"), React.createElement("p", null, "Payslips, pensions and holidays for crews of up to two hundred.")),
      React.createElement("footer", { className: "site-foot" }, React.createElement("a", { href: "/privacy" }, "Privacy")),
      React.createElement(CookieBanner, { onAccept: this.onAccept, isClosed: this.state.acceptedCookies }));
  }
}
render(React.createElement(App), document.getElementById("app"));
