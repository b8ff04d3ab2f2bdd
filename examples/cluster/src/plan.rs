//! The way of the data, one direction, a table for each stage: documents → fingerprints → leaders → rarity → buckets → candidates → matches → stories.
//!
//! Documents go by their number in the canonical order in which the crate's batch run works, so that whatever is tied is settled as there.
//! No stage looks at all pairs of a bucket, and none holds more in memory than the engine can spill, but for what the README names.

use anyhow::{Result, bail, ensure};
use retold::detector::NO_LINK;
use retold::index::{REACH, RareKeys};
use retold::story;

use crate::components::components;
use crate::functions::settings;
use crate::work::Work;

/// What was done, for people.
pub struct Summary {
    pub documents: u64,
    pub short: u64,
    pub together: u64,
    pub stories: u64,
}

/// Runs all stages on the table `input` of (id, text, published).
pub async fn run(work: &Work, near: bool) -> Result<Summary> {
    let documents = work.table("fingerprints", "SELECT id, published, fingerprint(text) AS fingerprint FROM input").await?;
    let numbered = number(work, near).await?;
    copies(work).await?;
    candidates(work).await?;
    matches(work, near).await?;
    stories(work, near).await?;
    let together = work.table("stories", STORIES).await?;
    let stories = work.number("SELECT count(DISTINCT story) FROM stories").await?;
    Ok(Summary { documents, short: documents - numbered, together, stories })
}

/// Those that are long enough, in order.
async fn number(work: &Work, near: bool) -> Result<u64> {
    let nameless = work.number("SELECT count(*) FROM fingerprints WHERE id IS NULL").await?;
    ensure!(nameless == 0, "{nameless} documents have no id: give each its own");
    if let Some(id) = work.first("SELECT id FROM fingerprints GROUP BY id HAVING count(*) > 1 LIMIT 1").await? {
        bail!("the id {id} stands twice: give each document its own");
    }
    let min_words = settings(near).min_words.max(1);
    let query = format!(
        "SELECT CAST(row_number() OVER (ORDER BY words DESC, content, standing, id) - 1 AS INT UNSIGNED) AS number, id, standing
         FROM (SELECT id, words(fingerprint) AS words, content(fingerprint) AS content,
                      standing(id, published, words(fingerprint)) AS standing
               FROM fingerprints)
         WHERE words >= {min_words}"
    );
    let numbered = work.table("numbers", &query).await?;
    ensure!(numbered <= u32::MAX.into(), "a run holds at most {} documents: split it, by time for instance", u32::MAX);
    let query = "SELECT n.number, n.standing, f.fingerprint FROM numbers n JOIN fingerprints f ON n.id = f.id";
    work.table("documents", query).await?;
    Ok(numbered)
}

/// Each document with its leader. Whoever shares a band, or the same words, hangs together with it, and what hangs together is looked at as a whole.
async fn copies(work: &Work) -> Result<()> {
    let stars = "WITH keys AS (SELECT number, unnest(bands(fingerprint)) AS key FROM documents
                               UNION ALL SELECT number, content(fingerprint) FROM documents),
                      stars AS (SELECT star(gather(number)) AS star FROM keys GROUP BY key HAVING count(*) > 1),
                      edges AS (SELECT unnest(star) AS r FROM stars)
                 SELECT DISTINCT r['a'] AS a, r['b'] AS b FROM edges";
    work.table("alike", stars).await?;
    components(work, "alike_sets", "alike").await?;
    // A window puts the documents of a set side by side, in order: then one set at a time is held in memory.
    let leaders = "WITH placed AS (
                     SELECT s.component, d.number, d.fingerprint, row_number() OVER (PARTITION BY s.component ORDER BY d.number) AS place
                     FROM documents d JOIN alike_sets s ON d.number = s.number),
                   whole AS (
                     SELECT leaders(array_agg(named_struct('number', number, 'fingerprint', fingerprint))) AS leaders
                     FROM placed WHERE place > 0 GROUP BY component),
                   led AS (SELECT unnest(leaders) AS r FROM whole),
                   copies AS (SELECT r['number'] AS number, r['leader'] AS leader FROM led)
                   SELECT n.number, coalesce(c.leader, n.number) AS leader FROM numbers n LEFT JOIN copies c ON n.number = c.number";
    work.table("groups", leaders).await?;
    Ok(())
}

/// Rarity, and the pairs of leaders that are worth a look: only leaders go on.
async fn candidates(work: &Work) -> Result<()> {
    let leaders =
        "SELECT d.number, d.fingerprint FROM documents d JOIN groups g ON d.number = g.number WHERE g.leader = g.number";
    let expected = work.table("leaders", leaders).await?;
    work.table("rarity", &format!("SELECT rarity(fingerprint, {expected}) AS rarity FROM leaders")).await?;
    let buckets = |keys: &str| {
        format!(
            "SELECT gather(number) AS bucket, count(*) AS documents
             FROM (SELECT number, unnest({keys}(fingerprint)) AS key FROM leaders) GROUP BY key HAVING count(*) > 1"
        )
    };
    work.table("buckets", &buckets("keys")).await?;
    work.table("bands", &buckets("bands")).await?;
    // How many of its keys are rare.
    let RareKeys { cap, .. } = RareKeys::default();
    let rare = format!(
        "WITH crowded AS (SELECT unnest(bucket) AS number FROM buckets WHERE documents > {cap}),
              common AS (SELECT number, count(*) AS keys FROM crowded GROUP BY number)
         SELECT l.number, l.keys - coalesce(c.keys, 0) AS keys
         FROM (SELECT number, key_count(fingerprint) AS keys FROM leaders) l
         LEFT JOIN common c ON l.number = c.number"
    );
    work.table("rare", &rare).await?;
    met(work, "buckets", RareKeys::default().most_documents(), false).await?;
    met(work, "bands", u32::MAX, true).await?;
    let pairs = ["buckets_met", "buckets_met_crowds", "bands_met", "bands_met_crowds"];
    let pairs = pairs.map(|table| format!("SELECT a, b FROM {table}")).join(" UNION ALL ");
    work.table("candidates", &format!("SELECT DISTINCT a, b FROM ({pairs})")).await?;
    Ok(())
}

/// The pairs that meet often enough in these buckets of no more than `most` documents: first without crowds, then, of documents that meet few so, with them.
async fn met(work: &Work, buckets: &str, most: u32, of_bands: bool) -> Result<()> {
    let RareKeys { cap, .. } = RareKeys::default();
    for (suffix, most) in [("", cap), ("_crowds", most)] {
        let of_size = format!("(SELECT bucket FROM {buckets} WHERE documents <= {most})");
        work.table(&format!("{buckets}_meetings{suffix}"), &meetings(&of_size, of_bands)).await?;
        let often = if of_bands {
            format!(
                "SELECT a, b, meetings, CAST(0 AS BIGINT) AS keys_of_a, CAST(0 AS BIGINT) AS keys_of_b
                 FROM {buckets}_meetings{suffix}"
            )
        } else {
            format!(
                "SELECT m.a, m.b, m.meetings, x.keys AS keys_of_a, y.keys AS keys_of_b
                 FROM {buckets}_meetings{suffix} m JOIN rare x ON m.a = x.number JOIN rare y ON m.b = y.number
                 WHERE admits(m.meetings, least(x.keys, y.keys))"
            )
        };
        work.table(&format!("{buckets}_often{suffix}"), &often).await?;
    }
    work.table(&format!("{buckets}_met"), &most_met(&format!("{buckets}_often"), "sides", of_bands)).await?;
    let of_few = format!(
        "(SELECT s.* FROM sides s LEFT ANTI JOIN
              (SELECT document FROM (SELECT a AS document FROM {buckets}_often UNION ALL SELECT b AS document FROM {buckets}_often)
               GROUP BY document HAVING count(*) >= {REACH}) others ON s.document = others.document)"
    );
    work.table(&format!("{buckets}_met_crowds"), &most_met(&format!("{buckets}_often_crowds"), &of_few, of_bands)).await?;
    Ok(())
}

/// How often two documents meet in these buckets, where it is often enough for documents that have few keys.
fn meetings(buckets: &str, of_bands: bool) -> String {
    format!(
        "WITH met AS (SELECT unnest(meets(bucket)) AS r FROM {buckets}),
              sides AS (SELECT r['a'] AS a, r['others'] AS others FROM met),
              counted AS (SELECT a, unnest(meetings(gather(others), {of_bands})) AS r FROM sides GROUP BY a)
         SELECT a, r['b'] AS b, r['meetings'] AS meetings FROM counted"
    )
}

/// Of the pairs that met often enough those that either document met most often; of equally many meetings the smaller number, as in the crate. `asked` says
/// which of the `sides`, the pairs as either document sees them.
fn most_met(often: &str, asked: &str, of_bands: bool) -> String {
    format!(
        "WITH sides AS (SELECT a, b, meetings, a AS document, b AS other, keys_of_a AS keys FROM {often}
                        UNION ALL SELECT a, b, meetings, b AS document, a AS other, keys_of_b AS keys FROM {often}),
              placed AS (SELECT *, row_number() OVER (PARTITION BY document ORDER BY meetings DESC, other) AS place FROM {asked}),
              crowds AS (SELECT document, count(*) AS met, max(keys) AS keys,
                                max(CASE WHEN place = {REACH} THEN meetings ELSE 0 END) AS at_reach FROM placed GROUP BY document)
         SELECT DISTINCT p.a, p.b FROM placed p JOIN crowds c ON p.document = c.document
         WHERE p.place <= kept(c.met, c.at_reach, c.keys, {of_bands})"
    )
}

/// Compares the pairs of (a, b, is_copy) and gives the one that stands first as `a`, with its standing.
///
/// What the first join gives is sorted for the second: of most pairs `b` is the shorter document.
async fn compared(work: &Work, pairs: &str, near: bool) -> Result<String> {
    let rarity = work.files("rarity").await?.replace('\'', "''");
    Ok(format!(
        "WITH compared AS (
           SELECT p.a, p.b, p.is_copy, x.standing AS of_a, y.standing AS of_b,
                  compare(x.fingerprint, x.standing, y.fingerprint, y.standing, '{rarity}', {near}) AS c
           FROM {pairs} p JOIN documents y ON p.b = y.number JOIN documents x ON p.a = x.number)
         SELECT CASE WHEN c['in_order'] THEN a ELSE b END AS a, CASE WHEN c['in_order'] THEN b ELSE a END AS b, is_copy,
                CASE WHEN c['in_order'] THEN of_a ELSE of_b END AS standing,
                c['score'] AS score, c['copied'] AS copied, c['relation'] AS relation
         FROM compared"
    ))
}

/// What leaders share with the leaders that they met, and copies with theirs.
async fn matches(work: &Work, near: bool) -> Result<()> {
    let pairs = "(SELECT a, b, false AS is_copy FROM candidates
                  UNION ALL SELECT leader AS a, number AS b, true AS is_copy FROM groups WHERE leader <> number)";
    work.table("compared", &compared(work, pairs, near).await?).await?;
    Ok(())
}

/// Which documents tell one story, and what each of them is to it.
async fn stories(work: &Work, near: bool) -> Result<()> {
    let threshold = settings(near).threshold;
    let joining = story::joining(threshold);
    let links = format!("(SELECT a, b, score FROM compared WHERE NOT is_copy AND score >= CAST({NO_LINK} AS FLOAT))");
    let joined = format!(
        "WITH weak AS (SELECT a, b, score FROM {links} WHERE score < CAST({joining} AS FLOAT)),
              reaching AS (SELECT number FROM (SELECT a AS number, score FROM weak UNION ALL SELECT b, score FROM weak)
                           GROUP BY number HAVING sum(CAST(score AS DOUBLE)) >= {joining} * {REACH})
         SELECT DISTINCT greatest(a, b) AS a, least(a, b) AS b FROM (
           SELECT a, b FROM {links} WHERE score >= CAST({joining} AS FLOAT)
           UNION ALL SELECT w.a, w.b FROM weak w JOIN reaching r ON w.a = r.number
           UNION ALL SELECT w.a, w.b FROM weak w JOIN reaching r ON w.b = r.number)"
    );
    work.table("joined", &joined).await?;
    components(work, "joined_sets", "joined").await?;
    let clusters = format!(
        "WITH whole AS (
           SELECT cluster(array_agg(named_struct('a', l.a, 'b', l.b, 'score', l.score)), {near}) AS clusters
           FROM {links} l JOIN joined_sets x ON l.a = x.number JOIN joined_sets y ON l.b = y.number
           WHERE x.component = y.component GROUP BY x.component),
         found AS (SELECT unnest(clusters) AS r FROM whole)
         SELECT r['number'] AS number, r['cluster'] AS cluster FROM found"
    );
    work.table("clusters", &clusters).await?;
    // Copies go where their leader goes; a leader that goes nowhere tells a story with its copies.
    let told = "WITH led AS (SELECT DISTINCT leader FROM groups WHERE leader <> number)
                SELECT g.number, coalesce(c.cluster, g.leader) AS story, n.standing
                FROM groups g JOIN numbers n ON g.number = n.number
                LEFT JOIN clusters c ON g.leader = c.number LEFT JOIN led l ON g.leader = l.leader
                WHERE c.cluster IS NOT NULL OR l.leader IS NOT NULL";
    work.table("told", told).await?;
    let sources = format!(
        "WITH found AS (
           SELECT m.b AS number, source(array_agg(named_struct(
             'a', m.a, 'standing', m.standing, 'score', m.score, 'copied', m.copied, 'relation', m.relation))) AS s
           FROM compared m JOIN told x ON m.a = x.number JOIN told y ON m.b = y.number
           WHERE x.story = y.story AND (m.is_copy OR m.score >= CAST({threshold} AS FLOAT)) GROUP BY m.b)
         SELECT number, s['a'] AS copied_from, s['score'] AS score, s['relation'] AS relation FROM found"
    );
    work.table("sources", &sources).await?;
    let origins = "SELECT story, first_value(number ORDER BY standing) AS origin, min(standing) AS standing, count(*) AS size
                   FROM told GROUP BY story";
    work.table("origins", origins).await?;
    // Whoever matches none before it is compared with the origin.
    let lone = "(SELECT o.origin AS a, t.number AS b, false AS is_copy FROM told t JOIN origins o ON t.story = o.story
                 LEFT JOIN sources s ON t.number = s.number WHERE s.number IS NULL AND t.number <> o.origin)";
    work.table("lone", &compared(work, lone, near).await?).await?;
    Ok(())
}

/// A row for each document in a story: the largest story first, in it the origin.
const STORIES: &str = "
    WITH known AS (SELECT number, copied_from, score, relation FROM sources UNION ALL SELECT b, a, score, relation FROM lone),
         members AS (SELECT t.number, t.standing, o.standing AS origin, o.size, coalesce(k.copied_from, t.number) AS copied_from,
                            coalesce(k.relation, 'origin') AS relation, coalesce(k.score, CAST(1 AS FLOAT)) AS score
                     FROM told t JOIN origins o ON t.story = o.story LEFT JOIN known k ON t.number = k.number)
    SELECT CAST(dense_rank() OVER (ORDER BY m.size DESC, m.origin) - 1 AS BIGINT) AS story, n.id, m.relation, m.score, x.id AS copied_from, m.standing
    FROM members m JOIN numbers n ON m.number = n.number JOIN numbers x ON m.copied_from = x.number";
