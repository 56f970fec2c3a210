import { mount } from "svelte";
import App from "./App.svelte";
import { startLanguage } from "./i18n";
import "./styles/base.css";

await startLanguage();
mount(App, { target: document.getElementById("app")! });
