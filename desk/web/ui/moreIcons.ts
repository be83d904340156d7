// The pictures that only the later places show; fetched with the first of them.

import { addIcons } from "./icons";

const more = {
  coin: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm2.3-9c-.3-1-1.2-1.5-2.3-1.5-3 0-3 3.2 0 3.5s3 3.5 0 3.5c-1.1 0-2-.5-2.3-1.5M10 5v10",
  door: "M5 17V3h9v14M3 17h14m-6-7v.01",
  print: "M6 7V3h8v4M6 13H3.5V7h13v6H14m-8-2h8v6H6v-6Z",
  swap: "M4 7h11m-3-3 3 3-3 3M16 13H5m3-3-3 3 3 3",
  star: "m10 3 2.2 4.5 5 .7-3.6 3.5.9 5-4.5-2.4-4.5 2.4.9-5L2.8 8.2l5-.7L10 3Z",
  inbox: "M3 11.5 5.2 4.5h9.6L17 11.5V16H3v-4.5Zm0 0h4l1 2h4l1-2h4",
  link: "M8.5 11.5a3 3 0 0 0 4.2 0l2.5-2.5a3 3 0 0 0-4.2-4.2l-1 1m1.5 2.7a3 3 0 0 0-4.2 0l-2.5 2.5a3 3 0 0 0 4.2 4.2l1-1",
  next: "m8 4 6 6-6 6",
  plus: "M10 4v12M4 10h12",
  more: "M4 10a1 1 0 1 0 2 0 1 1 0 0 0-2 0Zm5 0a1 1 0 1 0 2 0 1 1 0 0 0-2 0Zm5 0a1 1 0 1 0 2 0 1 1 0 0 0-2 0Z",
  up: "M10 16V5m-5 5 5-5 5 5",
  merge: "M5 3v4c0 3 5 3 5 6v4M15 3v4c0 3-5 3-5 6",
  download: "M10 3v10m-4-4 4 4 4-4M3.5 16.5h13",
  upload: "M10 13V3M6 7l4-4 4 4M3.5 16.5h13",
  key: "M7 13a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm3.3-4.5H17V12m-3-3.5V11",
  shield: "M10 2.5 16 5v5c0 4-2.5 6.5-6 7.5-3.5-1-6-3.5-6-7.5V5l6-2.5Z",
  history: "M4 10a6.5 6.5 0 1 0 2-4.7L4 7m0-3.5V7h3.5M10 6.5V10l2.5 2",
  columns: "M3 4h14v12H3V4Zm5 0v12m4.5-12v12",
  filter: "M3 4.5h14l-5.5 6.5v5l-3-1.5V11L3 4.5Z",
  cake: "M4 10h12v6.5H4V10Zm0 3c2 1.5 4 1.5 6 0s4-1.5 6 0M10 10V7m0-2.5v-.01",
  car: "M3.5 11 5 6.5h10l1.5 4.5v4h-13v-4Zm0 0h13M6 13.2v.01M14 13.2v.01M5 15v1.5M15 15v1.5",
  paw: "M10 10.5c2 0 4 2 4 4s-2.5 1.5-4 1.5-4 .5-4-1.5 2-4 4-4ZM5 9.5a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6Zm10 0a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6ZM8 6.5A1.3 1.3 0 1 0 8 4a1.3 1.3 0 0 0 0 2.5Zm4 0A1.3 1.3 0 1 0 12 4a1.3 1.3 0 0 0 0 2.5Z",
  bell: "M5 14V9a5 5 0 0 1 10 0v5l1.5 1.5h-13L5 14Zm3.5 3h3",
  logout: "M8 3.5H4v13h4M8 10h9m-3.5-3.5L17 10l-3.5 3.5",
} as const;

export type MoreIcon = keyof typeof more;

addIcons(more);
