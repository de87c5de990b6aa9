// Claims about what cases say together and where they may go, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_patterns.py reads it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { readRecords, writeRecord } from "../../service/web/src/desk-books.js";
import { type CaseFacts, clustersOf, ENDINGS, factsOf, funnelOf, SMALLEST, STAGES } from "../../service/web/src/desk-patterns.js";
import { countryIn, type Oversight, placesIn, routeTo } from "../../service/web/src/desk-routes.js";
import { type Claims, printClaims } from "../claims.js";

const countries = JSON.parse(readFileSync(0, "utf-8")) as Record<string, Oversight>;

const facts = (...records: [string, Record<string, string>][]): CaseFacts => factsOf(readRecords(records.map(([book, fields], seq) => ({ seq, text: writeRecord(book, fields) }))), []);
const event = (...events: string[]): CaseFacts => facts(...events.map((one): [string, Record<string, string>] => ["proceeding", { event: one }]));
const many = (n: number, make: () => CaseFacts): CaseFacts[] => Array.from({ length: n }, make);
const incident = (name: string, same = ""): CaseFacts => facts(["incident", { name, same_as: same }]);

const claims: Claims = {
  "cases of one incident come together whatever its spelling": () => {
    const cases = new Map([["a", incident("Osh, June 2010")], ["b", incident("osh,  june 2010 ")], ["c", incident("Janaozen")], ["d", event("opened")]]);
    assert.deepEqual(clustersOf(cases), [{ name: "Osh, June 2010", cids: ["a", "b"] }]);
  },
  "two names that somebody wrote mean the same are one incident, in any order and through others": () => {
    const cases = new Map([["a", incident("one")], ["b", incident("two", "three")], ["c", incident("three", "one")]]);
    assert.deepEqual(clustersOf(cases).map(({ cids }) => cids), [["a", "b", "c"]]);
    const turned = new Map([...cases].reverse());
    assert.deepEqual(clustersOf(turned).map(({ cids }) => cids), [["a", "b", "c"]]);
    const twice = new Map([["a", incident("one", "two")], ["b", incident("three", "two")]]);
    assert.deepEqual(clustersOf(twice).map(({ cids }) => cids), [["a", "b"]], "two that are the same as a third");
    const circle = new Map([["a", incident("one", "two")], ["b", incident("two", "one")]]);
    assert.deepEqual(clustersOf(circle).map(({ cids }) => cids), [["a", "b"]]);
  },
  "a case that is not among those read is in no cluster": () => {
    const cases = new Map([["a", incident("one")], ["b", incident("one")]]);
    cases.delete("b");
    assert.deepEqual(clustersOf(cases), []);
  },
  "a line that was struck out marks nothing": () => {
    const records = readRecords([{ seq: 1, text: writeRecord("incident", { name: "one" }) }, { seq: 2, text: writeRecord("strike", { record: "1.0" }) }]);
    assert.deepEqual(factsOf(records, []).incidents, []);
  },
  "how far a case went is its farthest event": () => {
    assert.equal(event().stage, "received");
    assert.equal(event("refused").stage, "received");
    assert.equal(event("opened", "closed", "reopened").stage, "opened");
    assert.equal(event("opened", "to_court", "acquitted").stage, "court");
    assert.equal(event("convicted", "closed").stage, "convicted");
    assert.equal(facts(["proceeding", { event: "opened" }], ["redress", { kind: "compensation", step: "paid" }]).stage, "paid");
    assert.equal(facts(["redress", { kind: "compensation", step: "ordered" }], ["redress", { kind: "apology", step: "paid" }]).stage, "received");
  },
  "each of the five endings has its own line, and the newest counts": () => {
    const cases = ENDINGS.flatMap((one) => many(SMALLEST, () => event("opened", one)));
    const { endings } = funnelOf([...cases, ...many(SMALLEST, () => event("opened"))]);
    assert.deepEqual(endings, [...ENDINGS, "none"].map((id) => ({ id, n: SMALLEST })));
    assert.equal(endings.reduce((all, { n }) => all + (n ?? 0), 0), cases.length + SMALLEST);
    assert.equal(event("amnesty", "reopened", "limitation").ending, "limitation");
    const apart = funnelOf(ENDINGS.flatMap((one, i) => many(SMALLEST + i, () => event("opened", one)))).endings;
    assert.deepEqual(apart.filter(({ n }) => n !== null), ENDINGS.slice(1).map((id, i) => ({ id, n: SMALLEST + i + 1 })), "the smallest goes with those that are none");
  },
  "the sums reconcile where all is told": () => {
    const cases = [...many(30, () => event()), ...many(20, () => event("opened")), ...many(15, () => event("to_court")), ...many(12, () => event("convicted")), ...many(11, () => event("sentence")), ...many(10, () => facts(["redress", { kind: "compensation", step: "paid" }]))];
    const { total, stopped, reached, endings } = funnelOf(cases);
    assert.equal(total, 98);
    assert.equal(stopped.reduce((all, { n }) => all + (n ?? 0), 0), 98);
    assert.ok(endings.every(({ n }) => n === null)); // none ended so: with the rest told, each of the five were known to be small
    assert.deepEqual(reached.map(({ n }) => n), [98, 68, 48, 33, 21, 10]);
  },
  "a number under ten is never told and cannot be worked out": () => {
    for (let seed = 1; seed < 400; seed++) {
      const sizes = STAGES.map((_, i) => ((seed * 7919 * (i + 3)) >>> 3) % 23);
      const made = sizes.flatMap((n, i) => many(n, () => event(...([[], ["opened"], ["to_court"], ["convicted"], ["sentence"], []][i] ?? []))));
      const { total, stopped, reached, endings } = funnelOf(made);
      if (total === null) {
        assert.ok(made.length < SMALLEST && [...stopped, ...reached, ...endings].every(({ n }) => n === null || n === 0), `${seed}`);
        continue;
      }
      for (const lines of [stopped, endings]) {
        assert.ok(lines.every(({ n }) => n === null || n >= SMALLEST), `${seed}: a small cell`);
        const hidden = lines.filter(({ n }) => n === null).length;
        const rest = total - lines.reduce((all, { n }) => all + (n ?? 0), 0);
        assert.ok(hidden === 0 ? rest === 0 : hidden >= 2 && rest >= SMALLEST, `${seed}: ${hidden} hidden, ${rest} left`);
      }
      // what is told of those that went farther says no more than the cells do
      reached.forEach(({ n }, i) => n !== null && assert.equal(n, made.filter(({ stage }) => STAGES.indexOf(stage) >= i).length));
      reached.slice(1).forEach(({ n }, i) => {
        const before = reached[i]?.n ?? null;
        if (n !== null && before !== null) assert.ok(before - n === 0 || before - n >= SMALLEST || stopped[i]?.n === null === false, `${seed}: a step of ${before - n}`);
        if (n !== null && before !== null) assert.equal(before - n, stopped[i]?.n);
      });
    }
  },
  "what was wanted is told from ten cases on": () => {
    const wanted = (value: string): CaseFacts => factsOf([], [["purpose", value]]);
    const { purposes } = funnelOf([...many(9, () => wanted("confession extortion")), wanted("extortion")]);
    assert.deepEqual(purposes, [{ id: "extortion", n: 10 }]);
    assert.deepEqual(wanted("<img> confession confession").purposes, ["confession"]);
  },
  "an abolished body is not offered after its last day and keeps its name before it": () => {
    const at = (day: string): string => routeTo("to_npm", countries["KG"], [], day).name;
    assert.match(at("2025-10-02"), /National Cent/);
    assert.match(at("2025-10-03"), /Akyikatchy/);
    assert.notEqual(at("2025-10-02"), at("2025-10-03"));
  },
  "a country without a mechanism offers others": () => {
    const { fault, instead } = routeTo("to_npm", countries["TJ"], ["sizo"], "2026-05-01");
    const without = routeTo("to_npm", countries["TJ"], ["sizo"], "2026-05-01", ["to_prosecutor"]).instead;
    assert.deepEqual([instead.includes("to_prosecutor"), without], [true, instead.filter((one) => one !== "to_prosecutor")], "who is implicated is no way round");
    assert.equal(fault, countries["TJ"]?.bodies.some(({ kind }) => kind === "npm") ? "cannot_visit" : "no_body");
    assert.ok(instead.includes("to_prosecutor"));
  },
  "a place that it may not enter yields another route, another day another answer": () => {
    const route = (day: string) => routeTo("to_npm", countries["KZ"], ["orphanage"], day);
    assert.equal(route("2019-07-12").fault, "cannot_visit");
    assert.ok(route("2019-07-12").instead.includes("to_ombudsman"));
    assert.equal(route("2019-07-13").fault, "");
    assert.equal(routeTo("to_npm", countries["KZ"], ["police_station"], "2026-05-01").unsure, true);
    assert.equal(routeTo("to_npm", countries["KZ"], ["orphanage", "police_station"], "2026-05-01").unsure, false);
  },
  "a place of which nobody knows whether it may be entered keeps its route, as unsure": () => {
    const { fault, unsure } = routeTo("to_npm", { bodies: countries["KZ"]?.bodies ?? [], coverage: [] }, ["sizo"], "2026-05-01");
    assert.deepEqual([fault, unsure], ["", true]);
  },
  "a body that is not at work is not offered": () => {
    const [body] = countries["KZ"]?.bodies.filter(({ kind }) => kind === "npm") ?? [];
    assert.ok(body);
    const idle = { ...body, first: "", until: "", status: [{ first: "", until: "", funded: "no", office: "no", operating: "no" }] };
    assert.equal(routeTo("to_npm", { bodies: [idle], coverage: [] }, [], "2026-05-01").fault, "not_operating");
    const instead = (operating: string): boolean => {
      const ombudsman = { ...idle, kind: "ombudsman", status: [{ ...idle.status[0]!, operating }] };
      return routeTo("to_npm", { bodies: [idle, ombudsman], coverage: [] }, [], "2026-05-01").instead.includes("to_ombudsman");
    };
    assert.deepEqual([instead("yes"), instead("no")], [true, false], "nor in the place of another");
  },
  "where no country is known every target stays open": () => {
    assert.equal(routeTo("to_npm", undefined, ["sizo"], "2026-05-01").fault, "");
    assert.equal(routeTo("to_court", countries["KZ"], ["sizo"], "2026-05-01").fault, "");
  },
  "the places and the country are those that the person named": () => {
    const answers: [string, string][] = [["country", "KZ"], ["place_type", "sizo"], ["episode.2.place_type", "ivs"], ["episode.3.place_type", "dont_know"], ["country", "TJ"]];
    assert.deepEqual(placesIn(answers), ["sizo", "ivs"]);
    assert.equal(countryIn(answers), "TJ");
    assert.equal(countryIn([["episode.1.country", "KZ"], ["episode.2.country", "KZ"]]), "KZ");
    assert.equal(countryIn([["episode.1.country", "KZ"], ["episode.2.country", "TJ"]]), "");
  },
};

void printClaims(claims);
