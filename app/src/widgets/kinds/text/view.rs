//! A text in the page: elements, never HTML. Invariant: what is rendered depends on the nodes alone, so
//! that server and page render the same.

use leptos::html::custom;
use leptos::prelude::*;

use super::model::Texts;
use crate::erased::CollectAny;
use crate::widgets::WidgetControls;
use crate::widgets::heading_id;
use protocol::{TextKind, TextNode, Widget};

/// The text widget.
pub fn view(widget: Widget, _: WidgetControls) -> AnyView {
    let of = use_context::<Texts>()
        .map(|texts| texts.of(&widget))
        .unwrap_or_default();
    let body = if of.is_empty() {
        view! { <p class="state">"Nothing is written here yet."</p> }.into_any()
    } else {
        let label = heading_id(&widget.id);
        view! {
            <div class="prose" tabindex="0" role="region" aria-labelledby=label>
                {nodes(of)}
            </div>
        }
        .into_any()
    };
    view! {
        <header><h2 id=heading_id(&widget.id)>{widget.title}</h2></header>
        {body}
    }
    .into_any()
}

fn nodes(of: Vec<TextNode>) -> AnyView {
    of.into_iter().map(node).collect_any().into_any()
}

fn node(TextNode { kind, text, of }: TextNode) -> AnyView {
    let name = match kind {
        TextKind::Text => return text.into_any(),
        TextKind::Rule => return view! { <hr/> }.into_any(),
        TextKind::Break => return view! { <br/> }.into_any(),
        TextKind::CodeBlock => return element("pre", element("code", text.into_any())),
        TextKind::Code => return element("code", text.into_any()),
        TextKind::OrderedList => return view! { <ol start=text>{nodes(of)}</ol> }.into_any(),
        TextKind::Table => return table(of),
        // External to the page's router: what is linked is loaded.
        TextKind::Link => {
            return view! {
                <a href=text rel="external noopener noreferrer nofollow">{nodes(of)}</a>
            }
            .into_any();
        }
        TextKind::Head => {
            let cells = of.into_iter().map(|cell| element("th", nodes(cell.of)));
            return element("tr", cells.collect_any().into_any());
        }
        TextKind::Paragraph => "p",
        // A widget's own heading is a second-level one.
        TextKind::Heading1 => "h3",
        TextKind::Heading2 => "h4",
        TextKind::Heading3 => "h5",
        TextKind::List => "ul",
        TextKind::Item => "li",
        TextKind::Quote => "blockquote",
        TextKind::Row => "tr",
        TextKind::Cell => "td",
        TextKind::Emphasis => "em",
        TextKind::Strong => "strong",
        TextKind::Strike => "s",
    };
    element(name, nodes(of))
}

/// The head apart from the rows: a browser that puts rows into a body of its own would find other
/// elements than the server rendered.
fn table(rows: Vec<TextNode>) -> AnyView {
    let (head, rows): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.kind == TextKind::Head);
    let parts = [("thead", head), ("tbody", rows)];
    let parts = parts
        .into_iter()
        .map(|(name, rows)| element(name, nodes(rows)));
    element("table", parts.collect_any().into_any())
}

/// An element by its name: one type of view for all of them, where a view of each would be a copy of
/// the same code in the page's program.
fn element(name: &'static str, within: AnyView) -> AnyView {
    custom(name).child(within).into_any()
}
