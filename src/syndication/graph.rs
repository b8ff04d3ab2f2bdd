//! A tree as text that drawing programs read.

use std::fmt::Write;

use super::Tree;

impl Tree {
    /// The tree in Graphviz's DOT; `label` names a document by its number. Agencies from outside the collection are dashed. O(nodes).
    ///
    /// Labels may hold anything: nothing in them is read as DOT.
    #[must_use]
    pub fn dot(&self, label: impl Fn(usize) -> String) -> String {
        let mut dot = "digraph story {\n  rankdir=LR;\n  node [shape=box];\n".to_owned();
        self.draw(
            &mut dot,
            |node| format!("  d{node} [label=\"{}\"];\n", dot_escaped(&label(node))),
            |from, to, says| format!("  d{from} -> d{to} [label=\"{says}\"];\n"),
            |agency, to| {
                format!(
                    "  \"{0}\" [label=\"{0}\", shape=ellipse, style=dashed];\n  \"{0}\" -> d{to} [style=dashed];\n",
                    dot_escaped(agency)
                )
            },
        );
        dot + "}\n"
    }

    /// The same as a Mermaid flowchart, which Markdown pages can hold.
    #[must_use]
    pub fn mermaid(&self, label: impl Fn(usize) -> String) -> String {
        let mut chart = "flowchart LR\n".to_owned();
        self.draw(
            &mut chart,
            |node| format!("  d{node}[\"{}\"]\n", mermaid_escaped(&label(node))),
            |from, to, says| format!("  d{from} -->|\"{says}\"| d{to}\n"),
            |agency, to| {
                let id: String = agency.chars().map(|c| format!("{:x}", u32::from(c))).collect();
                format!("  a{id}([\"{}\"]) -.-> d{to}\n", mermaid_escaped(agency))
            },
        );
        chart
    }

    /// All members, then all arrows.
    fn draw(
        &self,
        out: &mut String,
        node: impl Fn(usize) -> String,
        arrow: impl Fn(usize, usize, &str) -> String,
        credit: impl Fn(&str, usize) -> String,
    ) {
        out.extend(self.nodes.iter().map(|member| node(member.document)));
        for member in &self.nodes {
            out.extend(member.agencies.iter().map(|agency| credit(agency.name(), member.document)));
            if let Some(of) = member.of {
                let mut says = member.relation.to_string();
                if let Some(copied) = member.copied {
                    // Writing to a string does not fail.
                    _ = write!(says, ", {:.0} %", copied * 100.0);
                }
                *out += &arrow(of, member.document, &says);
            }
        }
    }
}

/// A text within quotation marks of DOT, on one line.
fn dot_escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            _ => escaped.push(visible(c)),
        }
    }
    escaped
}

/// A text within quotation marks of Mermaid, which takes HTML and Markdown in them: letters and harmless marks as they are, else by number.
fn mermaid_escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars().map(visible) {
        if c.is_ascii_alphanumeric() || " .,-/()".contains(c) || !c.is_ascii() {
            escaped.push(c);
        } else {
            // Writing to a string does not fail.
            _ = write!(escaped, "#{};", u32::from(c));
        }
    }
    escaped
}

/// A space instead of what cannot be seen: control characters, and those that turn the direction of what follows.
fn visible(c: char) -> char {
    let turns = matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c.is_control() || turns { ' ' } else { c }
}
