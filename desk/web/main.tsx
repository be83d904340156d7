// The desk begins here.

import { render } from "preact";
import { begin } from "./actions";
import { guessLanguage, useLanguage } from "./i18n";
import { App } from "./ui/App";
import "./ui/theme";
import "./styles/main.css";

const root = document.getElementById("desk");
if (root) {
  void useLanguage(guessLanguage())
    .catch(() => undefined) // the words come with the next load; the desk itself still runs
    .then(begin);
  render(<App />, root);
}
