//! Seeded generators that the integration tests share: the same seed gives the same collection on every platform.

// Each test binary uses its own part of this.
#![allow(dead_code)]

/// SplitMix64: small, and the same everywhere.
#[derive(Clone)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    pub fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

/// Function words, so that the texts are taken for English and have words that are no evidence.
const FUNCTION: [&str; 16] =
    ["the", "of", "and", "in", "to", "a", "that", "was", "for", "on", "with", "as", "by", "at", "from", "said"];

/// The vocabulary of a world: general words that all topics share, of uneven frequency.
pub struct World {
    random: Random,
    general: Vec<String>,
}

/// What one event is told with: its own names, figures and words.
pub struct Topic {
    own: Vec<String>,
}

impl World {
    pub fn new(seed: u64) -> World {
        let mut random = Random::new(seed);
        let general = (0..1500).map(|_| invented(&mut random)).collect();
        World { random, general }
    }

    pub fn topic(&mut self) -> Topic {
        let mut own: Vec<String> = (0..12).map(|_| capitalised(&invented(&mut self.random))).collect();
        own.extend((0..20).map(|_| invented(&mut self.random)));
        own.extend((0..5).map(|_| (101 + self.random.below(9_899)).to_string()));
        Topic { own }
    }

    /// An article of about `words` words on a topic, as sentences. Two articles on one topic share its words, not its sentences.
    pub fn article(&mut self, topic: &Topic, words: usize) -> Vec<String> {
        (0..words.div_ceil(12)).map(|_| self.sentence(topic)).collect()
    }

    fn sentence(&mut self, topic: &Topic) -> String {
        let random = &mut self.random;
        let words: Vec<&str> = (0..12)
            .map(|_| match random.below(10) {
                0..4 => *random.pick(&FUNCTION),
                // The square makes the first words of the list frequent and the last ones rare.
                4..8 => {
                    let end = random.below(self.general.len()) + 1;
                    &self.general[random.below(end)]
                }
                _ => random.pick(&topic.own),
            })
            .collect();
        format!("{}.", capitalised(&words.join(" ")))
    }

    /// A text with every `one_in`-th word, about, left out, replaced or followed by another.
    pub fn edited(&mut self, text: &str, one_in: usize) -> String {
        let mut words: Vec<String> = Vec::new();
        for word in text.split(' ') {
            if !self.random.chance(one_in) {
                words.push(word.to_owned());
                continue;
            }
            match self.random.below(3) {
                0 => {}
                1 => words.push(invented(&mut self.random)),
                _ => words.extend([word.to_owned(), invented(&mut self.random)]),
            }
        }
        words.join(" ")
    }

    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }
}

/// What a planted copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copy {
    /// The first text of its story, or one that nobody copied.
    Original,
    /// In one word of forty unlike the original.
    Near,
    /// A run of the original's sentences, half of them.
    Excerpt,
    /// The original inside a longer page of other matter.
    Embedded,
    /// The original's topic in other sentences.
    Retold,
}

/// A text with the story that it was made for.
#[derive(Clone, Debug)]
pub struct Planted {
    pub text: String,
    pub story: usize,
    pub copy: Copy,
}

/// A collection of `stories` stories with one copy of each of these kinds, and as many texts that nobody copied; shuffled.
pub fn collection(seed: u64, stories: usize, copies: &[Copy]) -> Vec<Planted> {
    let mut world = World::new(seed);
    let mut planted = Vec::new();
    for story in 0..stories {
        let topic = world.topic();
        let length = 180 + world.random().below(240);
        let original = world.article(&topic, length);
        let whole = original.join(" ");
        for &copy in copies {
            let text = match copy {
                Copy::Original => whole.clone(),
                Copy::Near => world.edited(&whole, 40),
                Copy::Excerpt => original[original.len() / 4..original.len() * 3 / 4].join(" "),
                Copy::Embedded => {
                    let other = world.topic();
                    let page = world.article(&other, 180);
                    let (before, after) = page.split_at(page.len() / 2);
                    [before.join(" "), whole.clone(), after.join(" ")].join("\n")
                }
                Copy::Retold => world.article(&topic, length).join(" "),
            };
            planted.push(Planted { text, story, copy });
        }
        planted.push(Planted { text: whole, story, copy: Copy::Original });
        let other = world.topic();
        let text = world.article(&other, length).join(" ");
        planted.push(Planted { text, story: stories + story, copy: Copy::Original });
    }
    world.random().shuffle(&mut planted);
    planted
}

/// The planted stories of at least two documents, as sorted lists of document numbers, sorted.
pub fn planted_stories(planted: &[Planted]) -> Vec<Vec<usize>> {
    let mut stories = std::collections::BTreeMap::<usize, Vec<usize>>::new();
    for (number, document) in planted.iter().enumerate() {
        stories.entry(document.story).or_default().push(number);
    }
    let mut stories: Vec<Vec<usize>> = stories.into_values().filter(|story| story.len() > 1).collect();
    stories.sort();
    stories
}

/// The stories that were found, in the same form.
pub fn found_stories(found: &retold::Found) -> Vec<Vec<usize>> {
    let members = |story: &retold::Story| {
        let mut documents: Vec<usize> = story.members.iter().map(|member| member.document).collect();
        documents.sort_unstable();
        documents
    };
    let mut stories: Vec<Vec<usize>> = found.stories.iter().map(members).collect();
    stories.sort();
    stories
}

/// A word of two to four syllables.
fn invented(random: &mut Random) -> String {
    const ONSETS: [&str; 18] = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "st", "tr", "kl"];
    const VOWELS: [&str; 7] = ["a", "e", "i", "o", "u", "ai", "ou"];
    const CODAS: [&str; 8] = ["", "", "", "n", "r", "s", "l", "k"];
    (0..2 + random.below(3)).map(|_| format!("{}{}{}", random.pick(&ONSETS), random.pick(&VOWELS), random.pick(&CODAS))).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
