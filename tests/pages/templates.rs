//! Pages as newsrooms build them: one article in six quite different templates, with what stands around it.

/// What a page shows.
pub struct Story<'s> {
    pub title: &'s str,
    pub paragraphs: Vec<&'s str>,
    /// RFC 3339.
    pub published: &'s str,
    /// Headlines of other articles.
    pub others: Vec<&'s str>,
}

pub const TEMPLATES: [fn(&Story<'_>, &str) -> String; 6] = [modern, div_soup, tables, microdata, blog, hydrated];

/// Who publishes in a template, and whether its pages say so.
pub const OUTLETS: [&str; 6] = ["Northwire", "Harbour Daily", "Osk Herald", "Strait Gazette", "Wick Notes", "Lumen Today"];

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn each(items: &[&str], form: impl Fn(&str) -> String) -> String {
    items.iter().map(|item| form(&escaped(item))).collect()
}

fn menu() -> String {
    let sections =
        ["Home", "World", "Politics", "Business", "Sport", "Culture", "Weather", "Podcasts", "Newsletters", "Subscribe"];
    each(&sections, |name| format!("<li class=\"menu-item\"><a href=\"/{name}\">{name}</a></li>"))
}

fn links(others: &[&str]) -> String {
    each(others, |title| format!("<li><a href=\"/a\"><img src=\"t.jpg\" alt=\"\">{title}</a> <span>3 min read</span></li>"))
}

const COOKIES: &str = "<div id=\"cookie-consent\" class=\"cookie-banner\" role=\"dialog\"><p>We and our 843 partners store and access \
    information on your device, such as unique identifiers and browsing data, to show you personalised advertising and content. You \
    can change your choices at any time, by clicking Privacy in the footer.</p><button>Accept all</button><button>Manage</button></div>";

const FOOTER: &str = "<footer class=\"site-footer\"><nav><a href=\"/about\">About us</a> <a href=\"/jobs\">Jobs</a> <a href=\"/terms\">Terms of \
    use</a> <a href=\"/privacy\">Privacy</a></nav><p>© 2025. All rights reserved. No part of this site may be reproduced without permission.\
    </p></footer>";

const TRACKER: &str = "<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag('js',new Date());\
    if(document.cookie.indexOf('x')<0){document.write('<div class=\"ad\">Advertisement</div>')}</script>\
    <style>.menu-item{display:inline}@media print{.ad{display:none}}</style><noscript><img src=\"//pixel.example/1.gif\"></noscript>";

/// Marked up as the standards ask, with JSON-LD.
fn modern(story: &Story<'_>, outlet: &str) -> String {
    let data = serde_json::json!({
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title, "datePublished": story.published,
        "publisher": {"@type": "Organization", "name": outlet},
    });
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} | {outlet}</title>\
         <meta property=\"og:title\" content=\"{title}\"><meta property=\"og:site_name\" content=\"{outlet}\">\
         <script type=\"application/ld+json\">{data}</script>{TRACKER}</head><body>{COOKIES}<header><nav><ul>{menu}</ul></nav></header>\
         <main><article><header><h1>{title}</h1><p class=\"byline\">By A Reporter</p><time datetime=\"{time}\">today</time>\
         <ul class=\"share\"><li><a href=\"#\">Share</a></li><li><a href=\"#\">Tweet</a></li></ul></header>{body}</article>\
         <aside class=\"related\"><h2>More on this</h2><ul>{links}</ul></aside></main>{FOOTER}</body></html>",
        title = escaped(story.title),
        time = story.published,
        menu = menu(),
        links = links(&story.others),
        body = each(&story.paragraphs, |text| format!("<p>{text}</p>\n")),
    )
}

/// Nothing but divs, and the meta tags of social networks.
fn div_soup(story: &Story<'_>, outlet: &str) -> String {
    format!(
        "<html><head><title>{title} - {outlet}</title><meta property=\"og:title\" content=\"{title}\">\
         <meta property=\"og:site_name\" content=\"{outlet}\"><meta property=\"article:published_time\" content=\"{time}\">{TRACKER}</head>\
         <body class=\"page\"><div class=\"topbar\"><ul>{menu}</ul></div><div class=\"wrap\"><div class=\"col-left sidebar\"><div \
         class=\"title\">Most read</div><ul>{links}</ul></div><div class=\"col-main\"><div class=\"headline\"><h1>{title}</h1></div>\
         <div class=\"story-text\">{body}</div><div class=\"tags\"><a href=\"/t\">News</a> <a href=\"/t\">Today</a></div></div>\
         <div class=\"col-right ads\"><div class=\"ad-slot\">Advertisement</div></div></div>{COOKIES}{FOOTER}</body></html>",
        title = escaped(story.title),
        time = story.published,
        menu = menu(),
        links = links(&story.others),
        body = each(&story.paragraphs, |text| format!("<div class=\"para\">{text}</div>\n")),
    )
}

/// As in 1999: tables, fonts, and breaks for paragraphs; no metadata at all.
fn tables(story: &Story<'_>, outlet: &str) -> String {
    format!(
        "<HTML><HEAD><TITLE>{title}</TITLE></HEAD><BODY BGCOLOR=#ffffff><TABLE WIDTH=760><TR><TD COLSPAN=2><B>{outlet}</B></TD></TR>\
         <TR><TD WIDTH=160 VALIGN=top><FONT SIZE=1>{links}</FONT></TD><TD VALIGN=top><FONT SIZE=5>{title}</FONT><BR><BR>\
         <FONT FACE=Arial SIZE=2>{body}</FONT></TD></TR><TR><TD COLSPAN=2><FONT SIZE=1>Copyright {outlet}. <A HREF=/mail>Write \
         to the editor</A></FONT></TD></TR></TABLE></BODY></HTML>",
        title = escaped(story.title),
        links = each(&story.others, |title| format!("<A HREF=/a>{title}</A><BR>")),
        body = each(&story.paragraphs, |text| format!("{text}<BR><BR>\n")),
    )
}

/// Microdata, with advertising and links between the paragraphs.
fn microdata(story: &Story<'_>, outlet: &str) -> String {
    let mut body = String::new();
    for (number, text) in story.paragraphs.iter().enumerate() {
        body += &format!("<p>{}</p>\n", escaped(text));
        match number % 5 {
            1 => body += "<div class=\"ad ad-inline\"><span>Advertisement</span><iframe src=\"//ads.example\"></iframe></div>",
            3 => {
                let other = escaped(story.others.first().unwrap_or(&""));
                body += &format!("<div class=\"related-inline\"><a href=\"/a\">Read more: {other}</a></div>");
            }
            _ => {}
        }
    }
    format!(
        "<!doctype html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>{title} :: {outlet}</title>{TRACKER}</head><body>\
         <div class=\"nav-drawer\"><ul>{menu}</ul></div><div itemscope itemtype=\"https://schema.org/NewsArticle\"><h1 \
         itemprop=\"headline\">{title}</h1><time itemprop=\"datePublished\" datetime=\"{time}\">Published today</time><div \
         itemprop=\"articleBody\" class=\"article-body\">{body}</div></div><section class=\"recommendations\"><h3>You may also \
         like</h3><ul>{links}</ul></section>{FOOTER}{COOKIES}</body></html>",
        title = escaped(story.title),
        time = story.published,
        menu = menu(),
        links = links(&story.others),
    )
}

/// A blog, with comments longer than some articles.
fn blog(story: &Story<'_>, outlet: &str) -> String {
    let comments = [
        "First! I have been reading this site for years, and the quality of what you publish has gone down a lot since the redesign.",
        "Why is nobody asking who pays for all of this? As always, it will be us, the taxpayers, who pick up the bill in the end.",
        "Great write-up, thanks. One small correction, if I may: there is a typing error in the second paragraph, near the end of it.",
        "I disagree with the comment above, and I would like to see some sources, please, before anybody repeats claims of this kind.",
    ];
    format!(
        "<!DOCTYPE html><html><head><title>{title} – {outlet}</title><meta property=\"og:site_name\" content=\"{outlet}\">{TRACKER}</head>\
         <body class=\"single-post\"><div id=\"masthead\"><a href=\"/\">{outlet}</a><ul>{menu}</ul></div><div id=\"content\"><div \
         class=\"post hentry\"><h1 class=\"entry-title\">{title}</h1><div class=\"entry-meta\">Posted on <time class=\"published\" \
         datetime=\"{time}\">today</time> by admin</div><div class=\"entry-content\">{body}<div class=\"sharedaddy\"><h3>Share \
         this:</h3><ul><li><a href=\"#\">Email</a></li><li><a href=\"#\">Print</a></li></ul></div></div></div><div id=\"comments\" \
         class=\"comments-area\"><h2>4 thoughts</h2><ol class=\"comment-list\">{comments}</ol></div></div><div id=\"secondary\" \
         class=\"widget-area\"><h3>Recent posts</h3><ul>{links}</ul></div>{FOOTER}</body></html>",
        title = escaped(story.title),
        time = story.published,
        menu = menu(),
        links = links(&story.others),
        comments = each(&comments, |text| format!("<li class=\"comment\"><div class=\"comment-body\"><p>{text}</p></div></li>")),
        body = each(&story.paragraphs, |text| format!("<p>{text}</p>\n")),
    )
}

/// Made by a framework: names without meaning, a picture, a newsletter form, and all of it once more as data in a script.
fn hydrated(story: &Story<'_>, outlet: &str) -> String {
    let data = serde_json::json!({"props": {"title": story.title, "body": story.paragraphs}}).to_string().replace('<', "\\u003c");
    let half = story.paragraphs.len() / 2;
    let paragraph = |text: &str| format!("<p class=\"css-1x2y3z\"><span>{text}</span></p>\n");
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><meta name=\"twitter:title\" \
         content=\"{title}\"><meta property=\"og:site_name\" content=\"{outlet}\"><meta property=\"article:published_time\" \
         content=\"{time}\"></head><body><div id=\"__next\"><div class=\"css-9a8b7c\"><ul>{menu}</ul></div><main class=\"css-0\"><section \
         class=\"css-1\"><h1 class=\"css-2\">{title}</h1><figure><img src=\"lead.jpg\" alt=\"\"><figcaption>File \
         picture</figcaption></figure><div class=\"css-3\"><div class=\"css-4\">{first}</div><form class=\"newsletter\"><label>Get our \
         newsletter</label><input type=\"email\"><button>Sign up</button></form><div class=\"css-4\">{second}</div></div></section>\
         <section class=\"css-5\"><h2>Latest</h2><ul>{links}</ul></section></main>{FOOTER}</div><script id=\"__NEXT_DATA__\" \
         type=\"application/json\">{data}</script></body></html>",
        title = escaped(story.title),
        time = story.published,
        menu = menu(),
        links = links(&story.others),
        first = each(&story.paragraphs[..half], paragraph),
        second = each(&story.paragraphs[half..], paragraph),
    )
}
