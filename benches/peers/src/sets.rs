//! Pairs of sets whose resemblance is known, for the error of estimates.

/// The elements of each set: about the shingles of a news article.
const SIZE: usize = 400;

/// Resemblances that are asked for; the nearest that whole elements allow are used.
pub const RESEMBLANCES: [f64; 3] = [0.1, 0.5, 0.9];

/// Two sets and their exact resemblance.
pub struct Sets {
    pub a: Vec<String>,
    pub b: Vec<String>,
    pub resemblance: f64,
}

/// `trials` pairs for each resemblance, in order. Elements are numbers written in letters, one after the other: what a weak hash would show on.
pub fn sets(trials: usize) -> Vec<Sets> {
    let mut next = 0;
    let mut pairs = Vec::new();
    for resemblance in RESEMBLANCES {
        let shared = (SIZE as f64 * 2.0 * resemblance / (1.0 + resemblance)).round() as usize;
        for _ in 0..trials {
            let words: Vec<String> = (next..next + 2 * SIZE - shared).map(letters).collect();
            next += words.len();
            pairs.push(Sets {
                a: words[..SIZE].to_vec(),
                b: words[SIZE - shared..].to_vec(),
                resemblance: shared as f64 / words.len() as f64,
            });
        }
    }
    pairs
}

/// The root of the mean squared error at each of [`RESEMBLANCES`].
pub fn errors(sets: &[Sets], estimates: &[f64]) -> Vec<f64> {
    let squares: Vec<f64> = sets.iter().zip(estimates).map(|(sets, estimate)| (estimate - sets.resemblance).powi(2)).collect();
    let trials = (squares.len() / RESEMBLANCES.len()).max(1);
    squares.chunks(trials).map(|squares| (squares.iter().sum::<f64>() / squares.len() as f64).sqrt()).collect()
}

fn letters(mut number: usize) -> String {
    let mut word = String::new();
    loop {
        word.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
        if number == 0 {
            return word;
        }
    }
}
