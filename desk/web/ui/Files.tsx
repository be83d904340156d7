import type { Attachment } from "../model/types";
import { toast } from "../store";
import { needLater, t } from "../i18n";
import { later, needStyle } from "./Later";
import { sizeText } from "./format";
import { Icon } from "./icons";

const isPicture = ({ mime }: Attachment) => /^image\/(png|jpeg|gif|webp|avif)$/.test(mime);

const Sound = later(() => import("./Sound").then((module) => module.Sound));

/** Opens a picture large, with the others of its message beside it. */
async function open(of: readonly Attachment[], at: Attachment): Promise<void> {
  try {
    const [{ enlarge }] = await Promise.all([import("./Lightbox"), needLater(), needStyle()]);
    enlarge(of, at);
  } catch {
    toast(t("error.offline"), "error");
  }
}

/** What came with a message: pictures small, to be pressed; all else by its name. */
export function Files({ files }: { readonly files: readonly Attachment[] }) {
  const pictures = files.filter(isPicture);
  return (
    <div class="files">
      {files.map((file) =>
        isPicture(file) ? (
          <button key={file.id} type="button" class="picture" onClick={() => void open(pictures, file)}>
            <img src={file.url} alt={file.name} loading="lazy" width={file.width ?? undefined} height={file.height ?? undefined} />
          </button>
        ) : /^audio\//.test(file.mime) ? (
          <Sound key={file.id} file={file} />
        ) : (
          <a key={file.id} class="file-chip" href={file.url} target="_blank" rel="noopener">
            <Icon name="note" size={16} />
            <span class="file-name">{file.name}</span>
            <small>{sizeText(file.size)}</small>
          </a>
        ),
      )}
    </div>
  );
}
