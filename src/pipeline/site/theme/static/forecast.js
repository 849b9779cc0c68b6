// The forecast of helpers.forecast.silence, with the coefficients that the page holds.
"use strict";

const findFault = ({ age, since, messages, writers, members }, { least, most, month }) => {
  const given = [age, since, messages, writers, members ?? 0];
  if (!given.every((n) => Number.isInteger(n) && n >= 0)) return "numbers";
  const faults = {
    young: age < least,
    old: age > most,
    since: since >= age,
    quiet: since >= month && messages > 0,
    busy: since < month && messages === 0,
    writers: writers > messages || (messages > 0 && writers === 0),
    members: members !== undefined && writers > members,
  };
  return Object.keys(faults).find((name) => faults[name]) ?? "";
};

const predictSilence = (age, since, writers, { slopes, reach, month }) => {
  const [days, months] = [Math.log1p(since), Math.log(age / month)];
  const quiet = since >= month ? 1 : 0;
  const columns = [1, Math.log1p(writers), days, months, quiet, quiet * days, quiet * months];
  const centre = columns.reduce((sum, x, at) => sum + x * slopes[at], 0);
  return [centre, centre - reach, centre + reach].map((odds) => 1 / (1 + Math.exp(-odds)));
};

// what is told of each day on which still nobody has written
const followSilence = ({ age, since, writers }, facts, last) => {
  const points = [];
  for (let day = since; day <= Math.max(last, since); day += 1) {
    const left = day < facts.month ? writers : 0;
    const [share] = predictSilence(age + day - since, day, left, facts);
    points.push([day, share]);
  }
  return points;
};

const nameOf100 = (share, { few, many }) => {
  if (share < 0.01) return few;
  return share > 0.99 ? many : (100 * share).toFixed(0);
};

const tellSilence = (state, facts) => {
  const fault = findFault(state, facts);
  if (fault) return { text: facts.faults[fault], fault };
  const found = predictSilence(state.age, state.since, state.writers, facts);
  const [share, low, high] = found.map((each) => nameOf100(each, facts));
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const reach = low === high ? low : fill(facts.range, { low, high });
  const text = fill(facts.sentence, { share, reach })
    .replace(/([\u4e00-\u9fff]) (?=[\u4e00-\u9fff])/g, "$1"); // no blank in Chinese
  return { text, fault, share: found[0] };
};

if (typeof module !== "undefined") module.exports = { tellSilence };
