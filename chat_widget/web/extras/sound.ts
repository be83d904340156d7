// A short melody for what comes while the visitor looks elsewhere: two notes, made and not loaded. Browsers allow sound only
// after the visitor has touched the page; until then it stays silent.

import type { Shelf } from "../outbox";

const SOUND = "sound";
const RUNG = "rung";
const NOTES: readonly (readonly [number, number])[] = [
  [880, 0],
  [1_174.7, 0.12],
]; // frequency in Hz, begin in s
const LENGTH_S = 0.25;
const LOUDNESS = 0.12;

let context: AudioContext | null = null;

export const soundOn = (shelf: Shelf): boolean => shelf.get(SOUND) !== "off";

export function switchSound(shelf: Shelf, on: boolean): void {
  if (on) shelf.remove(SOUND);
  else shelf.set(SOUND, "off");
}

/** Rings for a message, in one tab only. */
export function ring(shelf: Shelf, message_id: number): void {
  if (Number(shelf.get(RUNG) ?? 0) >= message_id) return;
  shelf.set(RUNG, String(message_id));
  if (soundOn(shelf)) void play();
}

/** Resolves to whether it could be heard. */
export async function play(): Promise<boolean> {
  const { userActivation } = navigator as Navigator & { userActivation?: { hasBeenActive: boolean } };
  if (userActivation && !userActivation.hasBeenActive) return false;
  try {
    context ??= new AudioContext();
    await context.resume();
  } catch {
    return false;
  }
  const begin = context.currentTime;
  for (const [pitch, after] of NOTES) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(LOUDNESS, begin + after);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + after + LENGTH_S);
    tone.connect(volume).connect(context.destination);
    tone.start(begin + after);
    tone.stop(begin + after + LENGTH_S);
  }
  return true;
}
