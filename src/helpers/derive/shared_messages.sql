-- Groups that share messages: the same to the minute, as some programs write, and in
-- their words; not the sender, who may differ by group.
WITH read AS (
    SELECT CAST("group" AS VARCHAR) AS key, time_us // 60000000 AS minute,
        hash(trim(text)) AS words
    FROM message WHERE text <> ''
),
keys AS (SELECT key, row_number() OVER (ORDER BY key) AS n FROM read GROUP BY key),
said AS (SELECT DISTINCT n, minute, words FROM read JOIN keys USING (key)),
spans AS (
    SELECT n, key, min(minute) AS first, max(minute) AS last
    FROM said JOIN keys USING (n) GROUP BY ALL
),
shared AS (
    SELECT a.n AS one, b.n AS other, count(*) AS messages
    FROM said a JOIN said b USING (minute, words)
    WHERE a.n < b.n GROUP BY a.n, b.n HAVING count(*) >= $least
)
SELECT x.key AS one, y.key AS other, shared.messages, shared.messages
    / least(count(*) FILTER (said.n = x.n), count(*) FILTER (said.n = y.n)) AS share
FROM shared JOIN spans x ON x.n = one JOIN spans y ON y.n = other
JOIN said ON said.n IN (x.n, y.n)
    AND minute BETWEEN greatest(x.first, y.first) AND least(x.last, y.last)
GROUP BY x.key, y.key, shared.messages HAVING share >= $share
ORDER BY x.key, y.key
