/** SPEC 5.10: the folds of a name. The twin is crypto/names.py, where the reason of each rule stands. */

type Changes = readonly (readonly [string, string])[];

/** How else a word with one of these can be meant, and what is then written in the place of what: French, German, Kazakh of 2018 and 2017, Uzbek and Tajik. */
const READINGS: readonly (readonly [readonly string[], Changes])[] = [
  [["ch"], [["chtch", "щ"], ["tch", "ч"], ["sch", "ш"], ["ch", "ш"]]],
  [["ow", "ew", "sch"], [["schtsch", "щ"], ["dsch", "ж"], ["tsch", "ч"], ["sch", "ш"], ["ch", "х"], ["j", "y"]]],
  [["ý", "y'", "s'"], [["ý", "у"], ["y'", "у"], ["s'", "ш"]]],
  [["ё", "yo"], [["ё", "о"], ["yo", "о"]]],
];
const PAIRS: Changes = [
  ["shch", "щ"], ["alex", "aleks"], ["maxim", "maksim"], ["tzod", "t'zod"], ["sh", "ш"], ["ch", "ч"], ["zh", "ж"], ["kh", "х"], ["tz", "ц"], ["ph", "ф"],
  ["ou", "у"], ["ya", "я"], ["yo", "е"], ["ye", "е"],
];
const LETTERS = new Map<string, string>();
const both = (from: string, to: string): void => Array.from(from).forEach((letter, n) => LETTERS.set(letter, to[n] ?? ""));
both("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopkrstuvvhiz");
both("əäáàâāçčćëéèêēğǵǧģġ", "aaaaaaccceeeeeggggg");
both("íıìïîīýÿķḳḩḥñńņňöóòôō", "iiiiiiiikkhhnnnnooooo");
both("şšśüúùûūŭžźż", "wwwuuuuuujjj");
both("абвгдеёжзийклмнопрстуфхцчшщыэюя", "abvgdeejziiklmnoprstufhscwwieua");
both("әғқңөұүһіӣӯҳҷҗўїєґ", "agknouuhiiuhjjuieg");
both("ъь'", "");

const FEMININE: Changes = [["ova", "ov"], ["eva", "ev"], ["ina", "in"], ["skaa", "ski"], ["ska", "ski"]];
const PATRONYMIC = ["ovic", "evic", "ovna", "evna", "zoda", "zada", "zade", "zod", "uulu", "ulu", "uli", "ogli", "ugli", "oglu", "kizi", "gizi"];
const SURNAME = ["ov", "ev", "ion", "pur"];
const SHORT = ["ov", "ev", "zoda", "zada", "zade", "zod"];
const MERGED: Changes = [
  ["ii", "i"], ["illa", "ulla"], ["lloh", "llo"], ["llah", "lla"], ["dj", "j"], ["ts", "s"], ["td", "d"], ["ng", "n"], ["f", "p"], ["h", "g"], ["med", "mad"],
  ["ia", "a"], ["ie", "e"], ["io", "o"], ["iu", "u"],
];
const VOWEL: Changes = [["o", "a"], ["u", "a"]];
const ARABIC: Changes = [["adin", "din"], ["edin", "din"], ["idin", "din"], ["irdin", "rdin"], ["abda", "abd"], ["abdi", "abd"]];
/** What some programs write after a letter instead of another letter; and where that is another sound. */
const isMark = (letter: string): boolean => letter >= "\u0300" && letter <= "\u036f";
const MARKED = new Map([["s\u030c", "š"], ["s\u0327", "ş"], ["z\u030c", "ž"]]);
const APOSTROPHES = "'ʻʼʹ‘’′`´\u0307";
const LEAST = 4;
const WHOLE = 5;
const MOST_WORDS = 400;

/** Runs of letters, lower case; an apostrophe belongs to its word, and a mark that stands after its letter. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word = "";
  for (const letter of text.toLowerCase()) {
    if (APOSTROPHES.includes(letter)) word = word.endsWith("o") ? `${word.slice(0, -1)}ў` : `${word}'`; // Uzbek in Latin letters
    else if (LETTERS.has(letter)) word += letter;
    else if (isMark(letter)) word = word.slice(0, -1) + (MARKED.get(word.slice(-1) + letter) ?? word.slice(-1));
    else {
      if (word) words.push(word);
      word = "";
    }
  }
  if (word) words.push(word);
  return words.slice(0, MOST_WORDS);
}

/** A word of `wordsOf` in letters of the skeletons, in each way that it can be meant; as it stands first. */
function readings(word: string): string[] {
  const found = [word];
  for (const [signs, changes] of READINGS) if (signs.some((sign) => word.includes(sign))) found.push(...found.map((one) => replaced(one, changes)));
  return found.map((one) => Array.from(replaced(one, PAIRS), (letter) => LETTERS.get(letter) ?? "").join(""));
}

/** The skeleton of a reading, or of a part of it. */
function fold(letters: string): string {
  const merged = replaced(letters, MERGED);
  return merged.length < WHOLE ? once(merged) : replaced(once(replaced(merged, VOWEL)), ARABIC);
}

/** Of each reading the skeleton, that without a woman's ending, and the root without the endings of patronymics and surnames; ascending. A short root is marked. */
export function folds(word: string): string[] {
  const found = readings(word).filter((letters) => !PATRONYMIC.includes(letters)).flatMap((letters) => {
    const plain = masculine(letters);
    const [root, ending] = rootAndEnding(plain);
    const merged = replaced(root, MERGED);
    const short = ending.length > 1 && merged.length < WHOLE ? [`${once(replaced(merged, VOWEL))}-`] : [];
    return [fold(letters), fold(plain), ...(root.length >= (root.endsWith("i") ? WHOLE : LEAST) ? [fold(root)] : []), ...short];
  });
  return ascendingOnce(found);
}

/** Of all words of a text, and of those that a hyphen joins taken as one; ascending, each once. */
export const foldsOf = (text: string): string[] => ascendingOnce([...wordsOf(text), ...wordsOf(text.split("-").join(""))].flatMap(folds));

/** The skeleton of each word of a text as it stands; ascending, each once. */
export const skeletonsOf = (text: string): string[] =>
  ascendingOnce(wordsOf(text).map((word) => readings(word)[0] ?? "").filter((letters) => !PATRONYMIC.includes(letters)).map(fold));

const ascendingOnce = (found: readonly string[]): string[] => Array.from(new Set(found)).filter((one) => one.length > 1).sort();

function masculine(letters: string): string {
  const found = FEMININE.find(([ending, other]) => letters.endsWith(ending) && letters.length - ending.length + other.length >= LEAST);
  return found ? letters.slice(0, -found[0].length) + found[1] : letters;
}

function rootAndEnding(plain: string): readonly [string, string] {
  const ending = [...PATRONYMIC, ...SURNAME].find((one) => plain.endsWith(one) && plain.length - one.length >= (SHORT.includes(one) ? LEAST - 1 : LEAST));
  if (ending) return [plain.slice(0, -ending.length), ending];
  return /(?:[^aeiou]|ba|bo)i$/.test(plain) ? [plain.slice(0, -1), "i"] : [plain, ""];
}

const once = (letters: string): string => Array.from(letters).filter((one, n) => letters[n - 1] !== one).join("");

function replaced(text: string, changes: Changes): string {
  for (const [old, other] of changes) text = text.split(old).join(other);
  return text;
}
