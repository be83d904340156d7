// What shows files of messages, fetched with the first message that has some.

import type { Attachment } from "../model/types";
import { later } from "./Later";

export const Files = later<{ readonly files: readonly Attachment[] }>(() => import("./Files").then((module) => module.Files), false);
