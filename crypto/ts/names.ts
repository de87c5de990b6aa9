/** SPEC 5.10: the folds of a name. The twin is crypto/names.py. */

const PAIRS: readonly (readonly [string, string])[] = [
  ["shch", "w"], ["dzh", "j"], ["sch", "w"], ["sh", "w"], ["ch", "c"], ["zh", "j"], ["dj", "j"], ["kh", "h"], ["gh", "g"], ["ts", "s"], ["tz", "s"], ["ph", "f"],
  ["yu", "u"], ["iu", "u"], ["ya", "a"], ["ia", "a"], ["yo", "e"], ["ye", "e"], ["yi", "i"],
];
const LETTERS = new Map<string, string>();
const both = (from: string, to: string): void => Array.from(from).forEach((letter, n) => LETTERS.set(letter, to[n] ?? ""));
both("abcdefghijklmnoprstuvz", "abcdefghijklmnoprstuvz");
both("qwxy", "kvhi");
both("ǵāâēêîōôû", "gaaeeioou");
both("əäáçčëéğıíñńöóşšüúūýžī", "aaacceegiinnoowwuuuiji");
both("абвгдезийклмнопрстуфхцчшщыэюя", "abvgdeziiklmnoprstufhscwwieua");
both("жё", "je");
both("ъь", "");
both("әғқңөұүһі", "agknouuhi");
both("ӣӯҳҷҗўїєґ", "iuhjjuieg");

/** After all letters are those of the skeletons: a vowel swallows an i before it, and Russian writes one letter for g and for h. */
const MERGED: readonly (readonly [string, string])[] = [["ia", "a"], ["ie", "e"], ["iu", "u"], ["h", "g"]];
/** What some programs write after a letter instead of another letter; and where that is another sound. */
const isMark = (letter: string): boolean => letter >= "\u0300" && letter <= "\u036f";
const MARKED = new Map([["s\u030c", "š"], ["s\u0327", "ş"], ["z\u030c", "ž"]]);

const FEMININE: readonly (readonly [string, string])[] = [["ova", "ov"], ["eva", "ev"], ["ina", "in"], ["ska", "ski"]];
const SURNAME = ["ov", "ev", "in", "ski"];
const APOSTROPHES = "'ʻʼ‘’`´\u0307";
const PATRONYMIC = ["ovic", "evic", "ovna", "evna", "zoda", "zada", "zade", "ulu", "uli", "ogli", "ugli", "kizi"];
const LEAST = 4;
const MOST_WORDS = 400;

/** Runs of letters, lower case; an apostrophe belongs to its word, and a mark that stands after its letter. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word = "";
  for (const letter of text.toLowerCase()) {
    if (LETTERS.has(letter)) word += letter;
    else if (APOSTROPHES.includes(letter)) word = word.endsWith("o") ? `${word.slice(0, -1)}u` : word; // Uzbek in Latin letters; Russian writes it so too
    else if (isMark(letter)) word = word.slice(0, -1) + (MARKED.get(word.slice(-1) + letter) ?? word.slice(-1));
    else {
      if (word) words.push(word);
      word = "";
    }
  }
  if (word) words.push(word);
  return words.slice(0, MOST_WORDS);
}

/** The skeleton of one word of `wordsOf`. */
export function fold(word: string): string {
  let text = word;
  for (const [pair, letter] of PAIRS) text = text.split(pair).join(letter === "w" ? "\x01" : letter);
  let letters = Array.from(text, (one) => (one === "\x01" ? "w" : LETTERS.get(one) ?? "")).join("").split("dj").join("j");
  for (const [pair, letter] of MERGED) letters = letters.split(pair).join(letter);
  return Array.from(letters).filter((one, n) => letters[n - 1] !== one).join("");
}

/** The skeleton, without a woman's ending, and the root without the endings of patronymics and surnames; ascending. */
export function folds(word: string): string[] {
  const skeleton = fold(word);
  if (PATRONYMIC.includes(skeleton)) return []; // a word of its own, which very many people have
  const found = new Set<string>(skeleton.length > 1 ? [skeleton] : []);
  let plain = skeleton;
  const feminine = FEMININE.find(([ending, other]) => plain.endsWith(ending) && plain.length - ending.length + other.length >= LEAST);
  if (feminine) {
    plain = plain.slice(0, -feminine[0].length) + feminine[1];
    found.add(plain);
  }
  const ending = [...PATRONYMIC, ...SURNAME].find((one) => plain.endsWith(one) && plain.length - one.length >= LEAST);
  if (ending) found.add(plain.slice(0, -ending.length));
  return Array.from(found).sort();
}

/** Of all words of a text; ascending, each once. */
export function foldsOf(text: string): string[] {
  return Array.from(new Set(wordsOf(text).flatMap(folds))).sort();
}
