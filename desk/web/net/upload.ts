// A file on its way to the server. By XMLHttpRequest: no other way tells how far it is.

import { readFile } from "../model/wire";
import type { Attachment } from "../model/types";
import { Failure, offline, readFailure } from "./errors";
import { heldLanguage, heldToken } from "./rest";

/** Brings a file; `key` is its client_id, `progress` goes from 0 to 1. Raises Failure: a refusal, or offline. */
export function upload(file: File, key: string, progress: (part: number) => void, signal: AbortSignal): Promise<Attachment> {
  const form = new FormData();
  form.append("client_id", key);
  form.append("file", file, file.name || "file");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/files");
    request.responseType = "json";
    request.setRequestHeader("Accept-Language", heldLanguage());
    const token = heldToken();
    if (token) request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onloadend = () => {
      const brought = request.status < 300 ? readFile(request.response) : null;
      if (brought) resolve(brought);
      else reject(request.status === 0 ? offline() : readFailure(request.response));
    };
    signal.addEventListener("abort", () => {
      request.abort();
      reject(new Failure("offline", ""));
    });
    request.send(form);
  });
}
