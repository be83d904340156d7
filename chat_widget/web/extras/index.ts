// The bundle of what is rarely needed. It is fetched whole, at the first use of any of it.

export { ring } from "./sound";
export { toggle } from "./popover";
export { Tray } from "./tray";
export { Uploads } from "./uploads";
