//! News that never happened, in five languages: the same seed gives the same texts on every platform.
//!
//! Sentence templates are filled with names, figures and words; what is filled in belongs to an event, so that two articles on one
//! event share it. Copies come as duplicates, with edits, shortened, inside another page, and retold.

// Each bench uses its own part of this.
#![allow(dead_code)]

pub mod generated;
pub mod hostile;

/// The words and sentences of one language. In a sentence `{N}` stands for a name, `{P}` a place, `{F}` a figure, `{W}` a word.
pub struct Language {
    pub code: &'static str,
    names: &'static [&'static str],
    places: &'static [&'static str],
    words: &'static [&'static str],
    sentences: &'static [&'static str],
    /// What stands between two sentences.
    space: &'static str,
}

pub const LANGUAGES: [Language; 5] = [
    Language {
        code: "en",
        names: &[
            "Dorn",
            "Velik",
            "Marsh",
            "Orlen",
            "Tavish",
            "Quell",
            "Brandt",
            "Osei",
            "Lindqvist",
            "Harrow",
            "Pereira",
            "Novak",
        ],
        places: &["Harst", "Port Velden", "Ostrava Bay", "Kelm", "Northfield", "Sarn", "Tolmin", "West Arren"],
        words: &[
            "ferry",
            "budget",
            "harbour",
            "inquiry",
            "refinery",
            "strike",
            "verdict",
            "bridge",
            "vaccine",
            "flood",
            "tariff",
            "ceasefire",
            "pipeline",
            "election",
            "railway",
            "hospital",
            "satellite",
            "drought",
            "merger",
            "wildfire",
            "curfew",
            "treaty",
            "blackout",
        ],
        sentences: &[
            "Officials in {P} said on Monday that the {W} had cost at least ${F} million, far more than {N} had promised.",
            "“We have never seen a {W} like this,” {N} told reporters, “and we won’t let it happen again.”",
            "The {W} began shortly after {F} people had left the {W} near {P}, according to police.",
            "{N}’s office didn’t respond to a request for comment about the {W}.",
            "It was the first {W} in {F} years since the {W} in {P}, and {N} took part in it.",
            "A spokesman for {N} said the {W} would go on until a new {W} had been found.",
            "More than {F} residents of {P} signed a letter that calls the {W} “a disgrace.”",
            "The {W}, which is {F} km from {P}, has been closed since {N} announced a {W} there.",
            "Critics of {N} say that neither the {W} nor the {W} would have been needed.",
            "{P} – the {W} capital of the coast – lost {F} jobs when {N}’s {W} moved away.",
            "“It’s a start—no more than that,” said {N}, whose {W} employs {F} people.",
        ],
        space: " ",
    },
    Language {
        code: "de",
        names: &["Dorn", "Velik", "Märtens", "Orlen", "Größler", "Quell", "Brandt", "Lüders", "Harrow", "Novak"],
        places: &["Harst", "Velden", "Kelm", "Südheim", "Oberarren", "Köslau"],
        words: &[
            "Fähre",
            "Haushalt",
            "Hafenbehörde",
            "Untersuchung",
            "Raffinerie",
            "Streik",
            "Urteil",
            "Brücke",
            "Impfung",
            "Überschwemmung",
            "Zoll",
            "Waffenruhe",
            "Wahl",
            "Eisenbahn",
            "Krankenhaus",
            "Dürre",
            "Übernahme",
            "Ausgangssperre",
            "Stromausfall",
        ],
        sentences: &[
            "Die Behörden in {P} teilten am Montag mit, dass {W} und {W} mindestens {F} Millionen Euro gekostet haben.",
            "„So etwas haben wir bei der {W} noch nie gesehen“, sagte {N} vor Journalisten in {P}.",
            "Nach Angaben der Polizei waren {F} Menschen in der Nähe von {P}, als es zur {W} kam.",
            "Es ist die erste {W} in {F} Jahren seit dem Beschluss, den {N} im vergangenen Jahr nicht mittragen wollte.",
            "Mehr als {F} Einwohner haben einen Brief gegen die {W} unterschrieben, den {N} nun prüfen will.",
            "Ein Sprecher von {N} wollte sich zur {W} in {P} nicht äußern.",
        ],
        space: " ",
    },
    Language {
        code: "ru",
        names: &["Дорн", "Велик", "Марш", "Орлен", "Квелл", "Брандт", "Новак", "Ёлкин", "Перейра"],
        places: &["Харсте", "Вельдене", "Кельме", "Сарне", "Тольмине", "Аррене"],
        words: &[
            "паром",
            "бюджет",
            "порт",
            "расследование",
            "завод",
            "забастовка",
            "приговор",
            "мост",
            "вакцина",
            "наводнение",
            "тариф",
            "перемирие",
            "трубопровод",
            "выборы",
            "больница",
            "спутник",
            "засуха",
            "пожар",
            "договор",
        ],
        sentences: &[
            "Власти в {P} сообщили в понедельник, что {W} и {W} обошлись не менее чем в {F} миллионов.",
            "«Мы никогда не видели, чтобы {W} так закончился», — сказал журналистам {N}.",
            "По данным полиции, {F} человек находились рядом, когда {W} в {P} был закрыт.",
            "Это первый {W} за {F} года с тех пор, как {N} отказался от поездки.",
            "Более {F} жителей подписали письмо, в котором {W} назван позором.",
            "Представитель, которого назвал {N}, не ответил на вопрос про {W} в {P}.",
        ],
        space: " ",
    },
    Language {
        code: "ar",
        names: &["دورن", "فيليك", "مارش", "أورلين", "كويل", "براندت", "نوفاك", "بيريرا"],
        places: &["هارست", "فيلدن", "كيلم", "سارن", "تولمين", "أرين"],
        words: &[
            "العبّارة",
            "الميزانية",
            "الميناء",
            "التحقيق",
            "المصفاة",
            "الإضراب",
            "الحكم",
            "الجسر",
            "اللقاح",
            "الفيضان",
            "الهدنة",
            "الانتخابات",
            "المستشفى",
            "الجفاف",
            "الحريق",
            "المعاهدة",
        ],
        sentences: &[
            "قال مسؤولون في {P} يوم الاثنين إن {W} كلّف ما لا يقل عن {F} مليون دولار، وهو أكثر مما وعد به {N}.",
            "«لم نشهد مثل هذا {W} من قبل»، هكذا قال {N} للصحفيين في {P}.",
            "وأضافت الشرطة أن {F} شخصًا كانوا قرب {W} عندما بدأ {W}.",
            "ووقّع أكثر من {F} من السكان رسالة إلى {N} بشأن {W} في {P}.",
            "ولم يردّ مكتب {N} على طلب للتعليق على {W} أو {W}.",
        ],
        space: " ",
    },
    Language {
        code: "zh",
        names: &["多恩", "韦利克", "马什", "奥伦", "奎尔", "布兰特", "诺瓦克", "佩雷拉"],
        places: &["哈斯特", "韦尔登", "凯尔姆", "萨恩", "托尔明", "阿伦"],
        words: &[
            "渡轮",
            "预算",
            "港口",
            "调查",
            "炼油厂",
            "罢工",
            "判决",
            "大桥",
            "疫苗",
            "洪水",
            "关税",
            "停火",
            "管道",
            "选举",
            "铁路",
            "医院",
            "卫星",
            "干旱",
            "并购",
            "山火",
            "宵禁",
            "条约",
        ],
        sentences: &[
            "{P}官员周一表示，{W}造成的损失至少达{F}万美元，远远超过{N}此前的承诺。",
            "“我们从来没有见过这样的{W}，”{N}在{P}对记者说。",
            "警方称，{W}发生时，{P}附近有{F}人正在参加{W}。",
            "这是自{W}以来{F}年间的首次{W}，{N}也参加了。",
            "超过{F}名居民在信中表示，{W}“不可接受”。",
            "{N}的发言人没有回应有关{W}和{W}的问题。",
        ],
        space: "",
    },
];

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// What an event's articles are filled with.
struct Event {
    names: Vec<String>,
    places: Vec<String>,
    words: Vec<String>,
    figures: Vec<String>,
}

impl Event {
    fn new(language: &Language, random: &mut Random) -> Event {
        let mut some = |from: &[&str], count: usize| -> Vec<String> {
            (0..count).map(|_| from[random.below(from.len())].to_owned()).collect()
        };
        let mut names = some(language.names, 2);
        let places = some(language.places, 2);
        let mut words = some(language.words, 8);
        // Words of its own, as every event has: the lists are short, and a real vocabulary is long.
        names.extend((0..3).map(|_| blend(language.names, random)));
        words.extend((0..8).map(|_| blend(language.words, random)));
        let figures = (0..6)
            .map(|_| match random.below(3) {
                0 => format!("{},{:03}", 1 + random.below(90), random.below(1000)),
                1 => format!("{}.{}", random.below(100), 1 + random.below(9)),
                _ => random.below(1000).to_string(),
            })
            .collect();
        Event { names, places, words, figures }
    }

    /// About `bytes` bytes of sentences.
    fn article(&self, language: &Language, bytes: usize, random: &mut Random) -> Vec<String> {
        let mut sentences = Vec::new();
        let mut written = 0;
        while written < bytes {
            let mut sentence = String::new();
            let mut rest = *random.pick(language.sentences);
            while let Some((before, slot)) = rest.split_once('{') {
                sentence += before;
                match slot.as_bytes()[0] {
                    b'N' => sentence += random.pick::<String>(&self.names),
                    b'P' => sentence += random.pick::<String>(&self.places),
                    b'F' => sentence += random.pick::<String>(&self.figures),
                    _ if random.below(2) == 0 => sentence += random.pick::<String>(&self.words),
                    // A word that the event does not need: without these all articles would be made of the same sentences.
                    _ => sentence += &blend(language.words, random),
                }
                rest = &slot[2..];
            }
            sentence += rest;
            written += sentence.len() + 1;
            sentences.push(sentence);
        }
        sentences
    }
}

/// A new word: the first halves of two of these and the second half of a third.
fn blend(from: &[&str], random: &mut Random) -> String {
    let mut half = |first: bool| -> String {
        let letters: Vec<char> = from[random.below(from.len())].chars().collect();
        let (head, tail) = letters.split_at(letters.len().div_ceil(2));
        if first { head } else { tail }.iter().collect()
    };
    let (first, second, third) = (half(true), half(true), half(false));
    first + &second.to_lowercase() + &third
}

/// One long text of about `bytes` bytes.
pub fn text(language: &Language, bytes: usize) -> String {
    let mut random = Random(1);
    let mut text = String::new();
    while text.len() < bytes {
        let event = Event::new(language, &mut random);
        text += &event.article(language, 2_500, &mut random).join(language.space);
        text.push('\n');
    }
    text
}

/// An article, and what it copies.
pub struct Article {
    pub text: String,
    /// The same for all articles on one event.
    pub event: usize,
    /// Told in sentences of its own, not copied.
    pub retold: bool,
}

/// `count` articles of about 2.5 KB in all five languages, half of them English; `copies` percent are copies of an earlier one.
pub fn articles(count: usize, copies: usize) -> Vec<String> {
    let languages = |random: &mut Random| match random.below(2) {
        0 => 0,
        _ => 1 + random.below(LANGUAGES.len() - 1),
    };
    written(count, copies, languages).into_iter().map(|article| article.text).collect()
}

/// The same in one of the five [`LANGUAGES`].
pub fn articles_in(language: usize, count: usize, copies: usize) -> Vec<Article> {
    written(count, copies, |_| language)
}

fn written(count: usize, copies: usize, choose: impl Fn(&mut Random) -> usize) -> Vec<Article> {
    let mut random = Random(2);
    let mut articles: Vec<Article> = Vec::with_capacity(count);
    let mut originals: Vec<(usize, Event, Vec<String>)> = Vec::new();
    while articles.len() < count {
        let bytes = 1_500 + random.below(2_000);
        if originals.is_empty() || random.below(100) >= copies {
            let number = choose(&mut random);
            let language = &LANGUAGES[number];
            let event = Event::new(language, &mut random);
            let sentences = event.article(language, bytes, &mut random);
            articles.push(Article { text: sentences.join(language.space), event: originals.len(), retold: false });
            originals.push((number, event, sentences));
            continue;
        }
        let copied_event = random.below(originals.len());
        let (number, event, sentences) = &originals[copied_event];
        let language = &LANGUAGES[*number];
        let kind = random.below(5);
        let copied = match kind {
            0 => sentences.clone(),
            1 => {
                let mut edited = sentences.clone();
                for _ in 0..2 {
                    let at = random.below(edited.len());
                    edited[at] = event.article(language, 1, &mut random).concat();
                }
                edited
            }
            2 => sentences[..sentences.len().div_ceil(2)].to_vec(),
            3 => {
                let other = Event::new(language, &mut random);
                let mut page = other.article(language, 800, &mut random);
                page.extend_from_slice(sentences);
                page
            }
            _ => event.article(language, bytes, &mut random),
        };
        articles.push(Article { text: copied.join(language.space), event: copied_event, retold: kind == 4 });
    }
    articles
}

/// `full` when it is measured, a fiftieth when `cargo test` only asks whether it runs.
pub fn scaled(full: usize) -> usize {
    if std::env::args().any(|argument| argument == "--bench") { full } else { full / 50 }
}

/// Few samples, short: the benches answer which order of magnitude, and whether a change moved it.
pub fn criterion() -> criterion::Criterion {
    use std::time::Duration;
    criterion::Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .without_plots()
}
