//! A text in the page: elements, never HTML. Invariant: what is rendered depends on the text alone, so
//! that server and page render the same.

use leptos::prelude::*;

use super::markdown::{Block, Inline, parse};
use super::model::Options;
use crate::widgets::WidgetControls;
use protocol::Widget;

/// The text widget.
pub fn view(widget: Widget, _: WidgetControls) -> AnyView {
    let blocks = parse(&Options::of(&widget.options).text);
    let body = if blocks.is_empty() {
        view! { <p class="state">"Nothing is written here yet."</p> }.into_any()
    } else {
        let label = format!("widget-{}", widget.id);
        view! {
            <div class="prose" tabindex="0" role="region" aria-labelledby=label>
                {blocks.into_iter().map(block).collect_view()}
            </div>
        }
        .into_any()
    };
    view! {
        <header><h2 id=format!("widget-{}", widget.id)>{widget.title}</h2></header>
        {body}
    }
    .into_any()
}

fn block(block: Block) -> AnyView {
    match block {
        // A widget's own heading is a second-level one.
        Block::Heading(1, words) => view! { <h3>{inlines(words)}</h3> }.into_any(),
        Block::Heading(2, words) => view! { <h4>{inlines(words)}</h4> }.into_any(),
        Block::Heading(_, words) => view! { <h5>{inlines(words)}</h5> }.into_any(),
        Block::Paragraph(words) => view! { <p>{inlines(words)}</p> }.into_any(),
        Block::Code(text) => view! { <pre><code>{text}</code></pre> }.into_any(),
        Block::Rule => view! { <hr/> }.into_any(),
        Block::List { ordered, items } => {
            let items = items.into_iter();
            let items = items.map(|words| view! { <li>{inlines(words)}</li> });
            let items = items.collect_view();
            if ordered {
                view! { <ol>{items}</ol> }.into_any()
            } else {
                view! { <ul>{items}</ul> }.into_any()
            }
        }
    }
}

fn inlines(words: Vec<Inline>) -> AnyView {
    words.into_iter().map(inline).collect_view().into_any()
}

fn inline(inline: Inline) -> AnyView {
    match inline {
        Inline::Text(text) => text.into_any(),
        Inline::Code(text) => view! { <code>{text}</code> }.into_any(),
        Inline::Emphasis(words) => view! { <em>{inlines(words)}</em> }.into_any(),
        Inline::Strong(words) => view! { <strong>{inlines(words)}</strong> }.into_any(),
        // External to the page's router: what is linked is loaded.
        Inline::Link { to, words } => {
            view! { <a href=to rel="external noopener noreferrer nofollow">{inlines(words)}</a> }
                .into_any()
        }
    }
}
