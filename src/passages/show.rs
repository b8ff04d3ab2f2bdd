//! An explanation for people.

use std::fmt;

use super::{Explanation, Passage, Piece, PieceKind};

/// How many of each are printed.
const SHOWN: usize = 20;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(relation) = self.relation {
            write!(f, "{relation}")?;
            if let Some(score) = self.score {
                write!(f, ", score {score:.2}")?;
            }
            writeln!(f)?;
        }
        let percent = |share: f32| (share * 100.0).round();
        let coverage = self.coverage;
        writeln!(f, "copied: {}% of the first, {}% of the second", percent(coverage.of_a), percent(coverage.of_b))?;
        list(f, "passages", &self.passages)?;
        list(f, "evidence", &self.evidence)?;
        if !self.sentences.is_empty() {
            writeln!(f, "told again:")?;
            for told in self.sentences.iter().take(SHOWN) {
                write!(f, "  {:>5.1}  ", told.weight)?;
                for (at, piece) in told.pieces.iter().enumerate() {
                    write!(f, "{}{}", if at == 0 { "" } else { " · " }, piece.a.text)?;
                }
                writeln!(f)?;
            }
            rest(f, self.sentences.len())?;
        }
        Ok(())
    }
}

fn list(f: &mut fmt::Formatter<'_>, title: &str, items: &[impl fmt::Display]) -> fmt::Result {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(f, "{title}:")?;
    items.iter().take(SHOWN).try_for_each(|item| writeln!(f, "  {item}"))?;
    rest(f, items.len())
}

fn rest(f: &mut fmt::Formatter<'_>, count: usize) -> fmt::Result {
    if count > SHOWN { writeln!(f, "  and {} more", count - SHOWN) } else { Ok(()) }
}

impl fmt::Display for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.is_verbatim() { "verbatim" } else { "edited" };
        write!(f, "{:>5} words, {how}: {}", self.words, self.begins)
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>5.1}  {:9}  {}", self.weight, self.kind.name(), self.a.text)?;
        if self.a.text == self.b.text { Ok(()) } else { write!(f, " | {}", self.b.text) }
    }
}

impl PieceKind {
    fn name(self) -> &'static str {
        match self {
            PieceKind::Quotation => "quotation",
            PieceKind::Figure => "figure",
            PieceKind::Name => "name",
            PieceKind::Word => "word",
        }
    }
}
