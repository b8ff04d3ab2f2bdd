//! Connected components, in rounds over tables: large-star and small-star by turns (Kiveris et al., *Connected Components in
//! MapReduce and Beyond*, 2014). A round costs two passes over the edges, and O(log² n) rounds are enough; five or six are usual.

use anyhow::Result;

use crate::work::Work;

/// Makes the table `name` of (number, component), a component by its least number, from the table `edges` of (a, b), a > b.
pub async fn components(work: &Work, name: &str, edges: &str) -> Result<()> {
    let mut last = edges.to_owned();
    let mut rounds = Vec::new();
    while !work.is_done(name).await? && !is_stars(work, &last).await? {
        let round = rounds.len() / 2 + 1;
        let (large, small) = (format!("{name}_{round}_large"), format!("{name}_{round}"));
        // Every greater neighbour is linked with the least neighbour instead,
        work.table(
            &large,
            &format!(
                "WITH ends AS (SELECT a AS u, b AS v FROM {last} UNION ALL SELECT b, a FROM {last}),
                      leasts AS (SELECT u, least(u, min(v)) AS m FROM ends GROUP BY u)
                 SELECT DISTINCT e.v AS a, l.m AS b FROM ends e JOIN leasts l ON e.u = l.u WHERE e.v > e.u"
            ),
        )
        .await?;
        // then each number and its smaller neighbours with the least of these.
        work.table(
            &small,
            &format!(
                "WITH leasts AS (SELECT a, min(b) AS m FROM {large} GROUP BY a)
                 SELECT DISTINCT a, b FROM (
                   SELECT e.b AS a, l.m AS b FROM {large} e JOIN leasts l ON e.a = l.a WHERE e.b > l.m
                   UNION ALL SELECT a, m FROM leasts)"
            ),
        )
        .await?;
        last.clone_from(&small);
        rounds.extend([large, small]);
    }
    let query = format!(
        "SELECT a AS number, b AS component FROM {last} UNION ALL SELECT DISTINCT b AS number, b AS component FROM {last}"
    );
    work.table(name, &query).await?;
    for table in rounds {
        work.remove(&table).await?;
    }
    Ok(())
}

/// Whether every number is linked with one, which is linked with none that is smaller.
async fn is_stars(work: &Work, edges: &str) -> Result<bool> {
    let several = format!("SELECT count(*) - count(DISTINCT a) FROM {edges}");
    let chained = format!("SELECT count(*) FROM {edges} x JOIN {edges} y ON x.b = y.a");
    Ok(work.number(&several).await? == 0 && work.number(&chained).await? == 0)
}
