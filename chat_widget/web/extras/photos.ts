// Photos as phones take them are larger than anybody looks at: they are made smaller before they travel. That also leaves
// behind where and by what they were taken.

const LONGEST_SIDE = 2_048; // pixels
const ENOUGH_BYTES = 400_000;
const QUALITY = 0.85;

/** The photo at most `LONGEST_SIDE` pixels long and the right way up; the file itself where that gains nothing. */
export async function shrink(file: File): Promise<Blob> {
  if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type)) return file;
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file; // a kind that this browser does not draw
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  if (scale === 1 && file.size <= ENOUGH_BYTES && !/hei[cf]$/.test(file.type)) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const kind = file.type === "image/png" ? "image/png" : "image/jpeg"; // a drawing may be seen through
  const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, kind, QUALITY));
  return made && made.size < file.size ? made : file;
}
