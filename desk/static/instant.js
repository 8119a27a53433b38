// Times as the site's clock shows them. Moments are seconds since 1970, UTC.
export class SiteClock {
  // words: { summer, winter }, said of the hour that comes twice
  constructor(zone, language, words) {
    this.words = words;
    const common = { timeZone: zone, hourCycle: "h23" };
    this.time = new Intl.DateTimeFormat(language, { ...common, hour: "2-digit", minute: "2-digit", second: "2-digit" });
    this.iso = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
    this.date = new Intl.DateTimeFormat(language, { ...common, weekday: "long", day: "numeric", month: "long" });
  }

  // As 14:05:12, or 14:05:12.4 when the exact picture matters.
  second(moment, tenths = false) {
    // Rounded first, so that 11.9999 does not read as one second less.
    const rounded = Math.round(moment * 1000) / 1000;
    const text = this.time.format(Math.floor(rounded) * 1000);
    return (tenths ? `${text}.${Math.floor((rounded % 1) * 10)}` : text) + this.#season(moment, text);
  }

  // Where the clock is set back an hour, the same time comes again: say which one this is.
  #season(moment, text) {
    const whole = Math.floor(Math.round(moment * 1000) / 1000) * 1000;
    if (this.time.format(whole + 3600e3) === text) return ` (${this.words.summer})`;
    return this.time.format(whole - 3600e3) === text ? ` (${this.words.winter})` : "";
  }

  // As a form takes it: ["2026-03-29", "14:05:12"].
  fields(moment) {
    return [this.iso.format(moment * 1000), this.time.format(moment * 1000)];
  }

  day(moment) {
    return this.date.format(moment * 1000);
  }
}

// Fill "%(name)s" in a sentence of the server's catalogue.
export function fill(sentence, values) {
  return sentence.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
}
