/** Two soft tones, made here: no file is fetched for them. */
export function chime(): void {
  const audio = new AudioContext();
  for (const [frequency, after] of [
    [660, 0],
    [880, 0.14],
  ] as const) {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    const start = audio.currentTime + after;
    tone.frequency.value = frequency;
    loudness.gain.setValueAtTime(0.0001, start);
    loudness.gain.exponentialRampToValueAtTime(0.08, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.35);
    tone.connect(loudness).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.4);
    tone.onended = after === 0 ? null : () => void audio.close();
  }
}
